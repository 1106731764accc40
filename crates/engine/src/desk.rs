//! An author at work: what it says on the way is stored as it comes, so that whoever polls sees it,
//! and what it uses is counted before the next call.

use std::sync::Arc;
use std::time::Duration;

use authors::{AuthorError, Watcher};
use domain::{Allowance, AuthorName, Job, Outage, Usage};
use store::{Lease, Reply, Reserved, StoreError};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::chain::Engaged;
use crate::hearing::{Ear, Heard, News};
use crate::pipeline::Halt;
use crate::{Pipeline, meters};

/// How often a growing script is stored: as often as a caller polls.
const GROWTH_EVERY: Duration = Duration::from_secs(1);

/// The job whose script is being written, and the right to store it.
pub(crate) struct Desk<'a> {
    pub(crate) pipeline: &'a Pipeline,
    pub(crate) lease: &'a Lease,
    pub(crate) job: &'a mut Job,
    pub(crate) lost: &'a CancellationToken,
}

impl Desk<'_> {
    /// What the author may still spend on this job and on this day.
    pub(crate) async fn allowance(&self, engaged: &Engaged) -> Result<Allowance, Halt> {
        let for_job = engaged.per_job.less(self.job.usage);
        if engaged.per_day == Allowance::UNBOUNDED {
            return Ok(for_job);
        }
        let Pipeline { usage, clock, .. } = self.pipeline;
        let (name, now) = (engaged.author.name(), clock.now());
        let today = self.pipeline.persistently(self.lost, || usage.on_day(&name, now)).await?;
        Ok(for_job.and(engaged.per_day.less(today)))
    }

    /// Lets `work` run, in a task of its own so that its panic ends the job and not the worker, and
    /// stores what its watcher hears. Beyond the author's wall it hangs.
    pub(crate) async fn watch<T, F>(
        &mut self,
        engaged: &Engaged,
        work: impl FnOnce(Arc<dyn Watcher>) -> F,
    ) -> Result<Result<T, AuthorError>, Halt>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, AuthorError>> + Send + 'static,
    {
        let author = &engaged.author.name();
        let wall = engaged.wall;
        let _turn = self.turn(author).await?;
        let mut set_aside = false;
        let (news_of, mut news) = unbounded_channel();
        let mut task = AbortOnDropHandle::new(tokio::spawn(
            work(Arc::new(Ear(news_of)))
                .instrument(tracing::info_span!("author", author = %author)),
        ));
        let end = Instant::now() + wall;
        let mut heard = Heard::default();
        let mut next_growth = Instant::now();
        let written = loop {
            let wake = if heard.grown.is_some() { next_growth.min(end) } else { end };
            tokio::select! {
                biased;
                () = self.lost.cancelled() => {
                    return Err(self.leave(author, (task, news, heard), Halt::Cancelled).await);
                }
                done = &mut task => break match done {
                    Ok(written) => written,
                    Err(_) => Err(AuthorError::Broken("it panicked".to_owned())),
                },
                Some(heard_now) = news.recv() => if let Some(wish) = heard.take(heard_now) {
                    set_aside = true;
                    let granted = match self.set_aside(engaged, wish.most).await {
                        Ok(granted) => granted,
                        Err(halt) => return Err(self.leave(author, (task, news, heard), halt).await),
                    };
                    // Nobody hears it when the author has stopped since.
                    let _ = wish.answer.send(granted);
                },
                () = sleep_until(wake) => {
                    if Instant::now() >= end {
                        task.abort();
                        let _ = (&mut task).await;
                        let seconds = wall.as_secs();
                        break Err(AuthorError::Unavailable(format!("no draft within {seconds} s")));
                    }
                }
            }
            if heard.is_urgent() || (heard.grown.is_some() && Instant::now() >= next_growth) {
                if let Err(halt) = self.store(author, std::mem::take(&mut heard), self.lost).await {
                    return Err(self.leave(author, (task, news, heard), halt).await);
                }
                next_growth = Instant::now() + GROWTH_EVERY;
            }
        };
        heard.drain(&mut news);
        // The whole reply follows as an event; what grew until then is not worth a write of its own.
        if heard.is_urgent() {
            self.store(author, heard, self.lost).await?;
        }
        if set_aside {
            self.release(engaged).await?;
        }
        Ok(written)
    }

    /// Waits until the author has room for one more.
    async fn turn(&self, author: &AuthorName) -> Result<Option<OwnedSemaphorePermit>, Halt> {
        let Some(turns) = self.pipeline.authors.turns(author) else { return Ok(None) };
        tokio::select! {
            () = self.lost.cancelled() => Err(Halt::Cancelled),
            // Nobody closes it.
            turn = turns.acquire_owned() => Ok(turn.ok()),
        }
    }

    /// Stops an author that nobody waits for any more. What it used is paid for, whoever goes on, and a
    /// call says so as it is dropped; the job has it too where it is still this worker's. Gives why.
    async fn leave<T>(
        &mut self,
        author: &AuthorName,
        (mut task, mut news, mut heard): (
            AbortOnDropHandle<Result<T, AuthorError>>,
            UnboundedReceiver<News>,
            Heard,
        ),
        why: Halt,
    ) -> Halt {
        task.abort();
        let _ = (&mut task).await;
        heard.drain(&mut news);
        heard.grown = None;
        if heard.usage.is_nothing() {
            return why;
        }
        let unhurried = CancellationToken::new();
        match self.store(author, heard, &unhurried).await {
            Ok(()) | Err(Halt::Store(StoreError::LeaseLost)) => why,
            Err(halt) => halt,
        }
    }

    /// The reply to this call that an earlier worker of the job kept.
    pub(crate) async fn kept(&self, call: &str) -> Result<Option<Reply>, Halt> {
        let Pipeline { jobs, .. } = self.pipeline;
        self.pipeline.persistently(self.lost, || jobs.kept_reply(self.job.id, call)).await
    }

    /// Keeps a reply, so that it is not paid for again if this worker dies now.
    pub(crate) async fn keep(&self, call: &str, reply: Reply) -> Result<(), Halt> {
        let Pipeline { jobs, .. } = self.pipeline;
        self.pipeline.persistently(self.lost, || jobs.keep_reply(self.lease, call, &reply)).await
    }

    /// Adds a line to the job's log and stores it.
    pub(crate) async fn note(&mut self, message: &str) -> Result<(), Halt> {
        self.job.note(message, self.pipeline.clock.now());
        self.pipeline.write(self.lease, self.job, None, self.lost).await
    }

    /// Writes down that all authors are unavailable.
    pub(crate) async fn sit_out(&mut self, outage: Outage, message: &str) -> Result<(), Halt> {
        self.job.sit_out(outage, message, self.pipeline.clock.now());
        self.pipeline.write(self.lease, self.job, None, self.lost).await
    }

    /// Keeps a part of the day's budget for one call, so that jobs at the same time do not spend it too.
    async fn set_aside(
        &self,
        engaged: &Engaged,
        most: Usage,
    ) -> Result<Result<Allowance, AuthorError>, Halt> {
        if engaged.per_day == Allowance::UNBOUNDED {
            return Ok(Ok(Allowance::UNBOUNDED));
        }
        let Pipeline { usage, clock, .. } = self.pipeline;
        let (name, per_day, now) = (engaged.author.name(), engaged.per_day, clock.now());
        let reserve = || usage.reserve(self.lease, &name, most, per_day, now);
        Ok(match self.pipeline.persistently(self.lost, reserve).await? {
            Reserved::Yes(granted) => Ok(granted),
            Reserved::Held => Err(AuthorError::Unavailable(
                "what is left of the day's budget is set aside for other jobs".to_owned(),
            )),
        })
    }

    async fn release(&self, engaged: &Engaged) -> Result<(), Halt> {
        if engaged.per_day == Allowance::UNBOUNDED {
            return Ok(());
        }
        let Pipeline { usage, .. } = self.pipeline;
        self.pipeline.persistently(self.lost, || usage.release(self.lease)).await
    }

    async fn store(
        &mut self,
        author: &AuthorName,
        heard: Heard,
        lost: &CancellationToken,
    ) -> Result<(), Halt> {
        self.count(author, heard.usage).await?;
        let now = self.pipeline.clock.now();
        if !heard.usage.is_nothing() {
            self.job.spend(heard.usage, now);
            self.job.note(&format!("{author} used {}", heard.usage.describe()), now);
        }
        for note in &heard.said {
            self.job.note(&format!("{author}: {note}"), now);
        }
        if let Some(script) = &heard.grown {
            self.job.grow(script, now);
        }
        self.pipeline.write(self.lease, self.job, None, lost).await
    }

    async fn count(&self, author: &AuthorName, used: Usage) -> Result<(), Halt> {
        if used.is_nothing() {
            return Ok(());
        }
        meters::used(author, used);
        let Pipeline { usage, clock, .. } = self.pipeline;
        let now = clock.now();
        // Even where the lease is lost: the money is spent.
        let unhurried = CancellationToken::new();
        self.pipeline.persistently(&unhurried, || usage.add(author, used, now)).await
    }
}
