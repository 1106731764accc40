//! Callers that listen to jobs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use domain::{Event, Job, JobId};
use engine::{EngineError, Listeners, Listening};
use store::{Board, Change, MockJobRepository, StoreError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{a_job, after};

/// Far beyond every wait of the code under test; time is not real.
const LONG: Duration = Duration::from_mins(10);

/// A database with one job, or none.
#[derive(Default)]
struct Shelf {
    job: Mutex<Option<Job>>,
    reads: AtomicUsize,
    down: AtomicBool,
}

impl Shelf {
    fn put(&self, job: Option<Job>) {
        *self.job.lock().unwrap() = job;
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

struct Stage {
    shelf: Arc<Shelf>,
    board: Board,
    listeners: Arc<Listeners>,
    shutdown: CancellationToken,
    run: JoinHandle<()>,
}

impl Stage {
    /// Listeners to the job that is on the shelf.
    async fn with(job: Job, most: usize) -> Self {
        let shelf = Arc::new(Shelf::default());
        shelf.put(Some(job));
        let mut jobs = MockJobRepository::new();
        let behind = Arc::clone(&shelf);
        jobs.expect_get().returning(move |id| {
            behind.reads.fetch_add(1, Ordering::SeqCst);
            if behind.down.load(Ordering::SeqCst) {
                return Err(StoreError::Unavailable("away".to_owned()));
            }
            Ok(behind.job.lock().unwrap().clone().filter(|job| job.id == id))
        });
        let board = Board::default();
        let listeners = Arc::new(Listeners::new(Arc::new(jobs), Arc::new(board.clone()), most));
        let shutdown = CancellationToken::new();
        let (all, token) = (Arc::clone(&listeners), shutdown.clone());
        let run = tokio::spawn(async move { all.run(token).await });
        tokio::task::yield_now().await;
        Self { shelf, board, listeners, shutdown, run }
    }

    async fn listen(&self, known: Option<i64>) -> Listening {
        self.listeners.listen(a_job().id, known).await.unwrap()
    }

    /// The job changes and everyone is told.
    fn change(&self, job: Job) {
        let change = Change::Job { id: job.id, version: job.version };
        self.shelf.put(Some(job));
        self.board.tell(change);
    }
}

fn started() -> Job {
    after([Event::Started])
}

fn cancelled() -> Job {
    after([Event::Started, Event::Cancelled { by: "me".to_owned() }])
}

async fn version(listening: &mut Listening) -> Option<i64> {
    let next = tokio::time::timeout(LONG, listening.next()).await;
    next.expect("nothing came").map(|seen| seen.job.version)
}

#[tokio::test(start_paused = true)]
async fn the_job_comes_at_once_and_at_every_change_until_its_end() {
    let stage = Stage::with(a_job(), 1).await;
    let mut listening = stage.listen(None).await;
    assert_eq!(version(&mut listening).await, Some(1));
    stage.change(started());
    assert_eq!(version(&mut listening).await, Some(2));
    stage.change(cancelled());
    assert_eq!(version(&mut listening).await, Some(3));
    assert!(listening.is_over());
    assert_eq!(version(&mut listening).await, None);
}

#[tokio::test(start_paused = true)]
async fn what_the_caller_has_seen_does_not_come_again() {
    let stage = Stage::with(started(), 9).await;
    let mut listening = stage.listen(Some(2)).await;
    let mut behind = stage.listen(Some(1)).await;
    assert_eq!(version(&mut behind).await, Some(2));
    stage.change(cancelled());
    assert_eq!(version(&mut listening).await, Some(3));
    let knows_the_end = stage.listen(Some(3)).await;
    assert!(knows_the_end.is_over());
}

#[tokio::test(start_paused = true)]
async fn a_thousand_listeners_share_a_read_and_a_form() {
    let stage = Stage::with(a_job(), 1_000).await;
    let mut listening = Vec::new();
    for _ in 0..1_000 {
        let mut one = stage.listen(None).await;
        version(&mut one).await;
        listening.push(one);
    }
    let before = stage.shelf.reads();
    stage.change(cancelled());
    let mut shown = 0;
    for one in &mut listening {
        let seen = one.next().await.unwrap();
        seen.shown(|_| {
            shown += 1;
            Bytes::from_static(b"form")
        });
    }
    assert_eq!((stage.shelf.reads() - before, shown), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_change_without_word_of_it_is_found_by_looking() {
    let stage = Stage::with(a_job(), 1).await;
    let mut listening = stage.listen(None).await;
    version(&mut listening).await;
    stage.shelf.put(Some(started()));
    let begun = tokio::time::Instant::now();
    assert_eq!(version(&mut listening).await, Some(2));
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    stage.shelf.put(Some(cancelled()));
    let begun = tokio::time::Instant::now();
    stage.board.tell(Change::Missed);
    assert_eq!(version(&mut listening).await, Some(3));
    assert_eq!(begun.elapsed(), Duration::ZERO, "word that word was lost is enough");
}

#[tokio::test(start_paused = true)]
async fn changes_of_other_jobs_and_of_known_versions_cost_no_read() {
    let stage = Stage::with(started(), 1).await;
    let mut listening = stage.listen(None).await;
    version(&mut listening).await;
    let before = stage.shelf.reads();
    stage.board.tell(Change::Job { id: JobId::new(8).unwrap(), version: 9 });
    stage.board.tell(Change::Job { id: a_job().id, version: 2 });
    stage.board.tell(Change::Ready);
    let nothing = tokio::time::timeout(Duration::from_secs(5), listening.next()).await;
    assert!(nothing.is_err());
    assert_eq!(stage.shelf.reads(), before);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_ends_nothing() {
    let stage = Stage::with(a_job(), 1).await;
    let mut listening = stage.listen(None).await;
    version(&mut listening).await;
    stage.shelf.down.store(true, Ordering::SeqCst);
    stage.change(started());
    let nothing = tokio::time::timeout(Duration::from_secs(30), listening.next()).await;
    assert!(nothing.is_err());
    stage.shelf.down.store(false, Ordering::SeqCst);
    assert_eq!(version(&mut listening).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn all_listening_ends_with_the_process_and_with_the_job() {
    let stage = Stage::with(a_job(), 2).await;
    let mut listening = stage.listen(None).await;
    version(&mut listening).await;
    stage.shelf.put(None);
    stage.board.tell(Change::Missed);
    assert_eq!(version(&mut listening).await, None, "the job was removed");
    drop(listening);

    stage.shelf.put(Some(a_job()));
    let mut listening = stage.listen(Some(1)).await;
    stage.shutdown.cancel();
    stage.run.await.unwrap();
    assert_eq!(version(&mut listening).await, None, "the process ends");
    drop(listening);
    let mut late = stage.listeners.listen(a_job().id, None).await.unwrap();
    assert_eq!(version(&mut late).await, Some(1));
    assert_eq!(version(&mut late).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_nobody_listens_to_is_read_no_more() {
    let stage = Stage::with(a_job(), 2).await;
    let listening = stage.listen(None).await;
    let other = stage.listen(None).await;
    drop(listening);
    tokio::time::sleep(Duration::from_secs(15)).await;
    let before = stage.shelf.reads();
    assert!(before > 2, "somebody listens");
    drop(other);
    tokio::time::sleep(LONG).await;
    assert_eq!(stage.shelf.reads(), before);
}

/// Whoever leaves last ends the reader, and it is not known beforehand who that is.
#[tokio::test(start_paused = true)]
async fn listeners_that_leave_at_one_moment_leave_no_reader_behind() {
    for _ in 0..1_000 {
        let stage = Stage::with(started(), 2).await;
        let mut all = Vec::new();
        for _ in 0..2 {
            all.push(stage.listen(None).await);
        }
        let read = stage.shelf.reads();
        let gate = Arc::new(std::sync::Barrier::new(2));
        let leave = |listening| {
            let gate = Arc::clone(&gate);
            std::thread::spawn(move || {
                gate.wait();
                drop(listening);
            })
        };
        let threads: Vec<_> = all.into_iter().map(leave).collect();
        for thread in threads {
            thread.join().unwrap();
        }
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!(stage.shelf.reads(), read);
    }
}

#[tokio::test(start_paused = true)]
async fn there_is_no_listening_to_no_job_and_no_more_than_there_are_places() {
    let stage = Stage::with(a_job(), 1).await;
    let nobody = stage.listeners.listen(JobId::new(8).unwrap(), None).await;
    assert!(matches!(nobody, Err(EngineError::NotFound { .. })));
    let first = stage.listen(None).await;
    let second = stage.listeners.listen(a_job().id, None).await;
    assert!(matches!(second, Err(EngineError::Busy(_))));
    drop(first);
    stage.listen(None).await;
}

#[tokio::test(start_paused = true)]
async fn who_listens_to_all_is_told_that_some_job_changed_until_the_process_ends() {
    let stage = Stage::with(a_job(), 1).await;
    let mut pulse = stage.listeners.listen_to_all().unwrap();
    assert!(matches!(stage.listeners.listen_to_all(), Err(EngineError::Busy(_))));
    assert!(tokio::time::timeout(LONG, pulse.beat()).await.is_err(), "nothing has changed");
    stage.change(started());
    assert_eq!(tokio::time::timeout(LONG, pulse.beat()).await, Ok(Some(())));
    stage.board.tell(Change::Missed);
    assert_eq!(tokio::time::timeout(LONG, pulse.beat()).await, Ok(Some(())));
    stage.shutdown.cancel();
    stage.run.await.unwrap();
    assert_eq!(pulse.beat().await, None);
    drop(pulse);
    assert_eq!(stage.listeners.listen_to_all().unwrap().beat().await, None);
}
