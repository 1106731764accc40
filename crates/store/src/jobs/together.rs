//! Writes of jobs that come at the same moment go to the database together.
//!
//! A write waits for the disk, and a server with many jobs at work makes many. While some are on their
//! way the others wait here, and the next turn takes all of them: one statement, one commit. A write
//! that comes alone goes at once. Each is still asked for its fence by itself, and is answered after
//! the commit.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Job, JobId};
use tokio::sync::{Semaphore, oneshot};
use tracing::Instrument as _;

use super::save::{self, Save};
use crate::database::{Database, Dialect};
use crate::{Lease, StoreError};

/// Writes in one statement.
const AT_ONCE: usize = 200;

/// The writes that wait for their turn.
pub(super) struct Together {
    db: Database,
    queue: Mutex<Queue>,
    /// Of those whose statements are on their way: what comes meanwhile is enough for the next.
    turns: Arc<Semaphore>,
}

#[derive(Default)]
struct Queue {
    /// Given out so far.
    tickets: u64,
    waiting: Vec<Waiting>,
}

struct Waiting {
    ticket: u64,
    save: Save,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl Queue {
    fn join(&mut self, save: Save, answer: oneshot::Sender<Result<(), StoreError>>) -> u64 {
        self.tickets += 1;
        self.waiting.push(Waiting { ticket: self.tickets, save, answer });
        self.tickets
    }

    /// The writes of one turn, `own` among them unless another turn took it: so nobody who had a turn
    /// is left behind. Of a job there is one. What nobody waits for any more is not written.
    fn take(&mut self, own: u64) -> Vec<Waiting> {
        self.waiting.retain(|waiting| !waiting.answer.is_closed());
        self.waiting.sort_by_key(|waiting| waiting.ticket != own);
        let mut taken = HashSet::<JobId>::new();
        let fits = |waiting: &mut Waiting| taken.len() < AT_ONCE && taken.insert(waiting.save.job);
        self.waiting.extract_if(.., fits).collect()
    }
}

impl Together {
    pub(super) fn new(db: Database) -> Self {
        let turns = Arc::new(Semaphore::new(turns(db.dialect())));
        Self { db, queue: Mutex::default(), turns }
    }

    /// Writes the job if the lease holds. A state that needs no worker ends the lease.
    pub(super) async fn save(&self, held: &Lease, job: &Job) -> Result<(), StoreError> {
        let (answer, mut heard) = oneshot::channel();
        let ticket = self.queue().join(Save::of(held, job)?, answer);
        let turn = tokio::select! {
            biased;
            heard = &mut heard => return heard.unwrap_or_else(|_| Err(ended())),
            turn = Arc::clone(&self.turns).acquire_owned() => turn.map_err(|_| ended())?,
        };
        // Who is about to join may do so.
        tokio::task::yield_now().await;
        let batch = self.queue().take(ticket);
        let db = self.db.clone();
        // A task of its own: others wait for it, whether or not this caller still does.
        let work = async move {
            write(&db, batch).await;
            drop(turn);
        };
        tokio::spawn(work.in_current_span());
        heard.await.unwrap_or_else(|_| Err(ended()))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // No code that holds it can panic half-way through a change.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Statements on their way at once. SQLite has one writer; on PostgreSQL a second one is planned and
/// run while the first waits for the disk, where they meet in one flush.
const fn turns(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 1,
        Dialect::Postgres => 2,
    }
}

async fn write(db: &Database, mut batch: Vec<Waiting>) {
    if batch.len() == 1
        && let Some(Waiting { save, answer, ticket: _ }) = batch.pop()
    {
        // Nobody may wait any more; that is no failure.
        let _ = answer.send(save::one(db.write(), db.dialect(), save).await);
        return;
    }
    if batch.is_empty() {
        return;
    }
    let saves: Vec<&Save> = batch.iter().map(|waiting| &waiting.save).collect();
    let written = save::many(db.write(), db.dialect(), &saves).await;
    for Waiting { save, answer, ticket: _ } in batch {
        let outcome = match &written {
            Ok(written) if written.contains(&save.job) => Ok(()),
            Ok(_) => Err(StoreError::LeaseLost),
            Err(error) => Err(error.clone()),
        };
        let _ = answer.send(outcome);
    }
}

fn ended() -> StoreError {
    StoreError::Unavailable("the program is shutting down".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::save::tests::accepted;

    type Answer = oneshot::Receiver<Result<(), StoreError>>;

    fn join(queue: &mut Queue, job: i64) -> (u64, Answer) {
        let (answer, heard) = oneshot::channel();
        (queue.join(accepted(job), answer), heard)
    }

    fn jobs(taken: &[Waiting]) -> Vec<i64> {
        taken.iter().map(|waiting| waiting.save.job.get()).collect()
    }

    #[test]
    fn a_turn_takes_all_that_wait_and_nobody_s_write_but_its_own_is_sure_of_it() {
        let mut queue = Queue::default();
        let most = i64::try_from(AT_ONCE).unwrap();
        let all: Vec<_> = (1..=most + 1).map(|job| join(&mut queue, job)).collect();
        let (last, _) = all.last().unwrap();
        let taken = queue.take(*last);
        assert_eq!((taken.len(), jobs(&taken)[0]), (AT_ONCE, most + 1));
        let (first, _) = all.first().unwrap();
        assert_eq!(jobs(&queue.take(*first)), [most]);
    }

    #[test]
    fn two_writes_of_a_job_go_one_after_the_other_and_one_nobody_waits_for_does_not_go() {
        let mut queue = Queue::default();
        let (first, _heard) = join(&mut queue, 1);
        let (second, _heard_too) = join(&mut queue, 1);
        let (_, gone) = join(&mut queue, 2);
        drop(gone);
        assert_eq!(jobs(&queue.take(first)), [1]);
        assert_eq!(jobs(&queue.take(second)), [1]);
        assert!(queue.waiting.is_empty());
    }
}
