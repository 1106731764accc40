//! Callers that listen to jobs, however many, at the cost of a few.
//!
//! One watch of changes serves the whole process. A job that somebody listens to has one reader,
//! which reads it once for each change, and all its listeners share what was read. A change whose word
//! is lost is found by looking now and then.

mod reader;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use domain::{Job, JobId};
use store::{Change, Changes, JobRepository};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use self::reader::Reader;
use crate::EngineError;
use crate::meters::Counted;

/// A job as it was at one version, for all who listen to it.
#[derive(Debug)]
pub struct Seen {
    /// The job.
    pub job: Job,
    shown: OnceLock<Bytes>,
}

impl Seen {
    const fn new(job: Job) -> Self {
        Self { job, shown: OnceLock::new() }
    }

    /// The form in which listeners get it: made once, by the first of them.
    pub fn shown(&self, show: impl FnOnce(&Job) -> Bytes) -> Bytes {
        self.shown.get_or_init(|| show(&self.job)).clone()
    }
}

/// What a reader says.
#[derive(Debug)]
enum News {
    /// Nothing yet.
    None,
    Job(Arc<Seen>),
    /// The job was removed.
    Gone,
}

impl News {
    fn version(&self) -> i64 {
        match self {
            Self::Job(seen) => seen.job.version,
            Self::None | Self::Gone => 0,
        }
    }
}

/// The jobs that are listened to, each with its reader; none once the process ends.
type Readers = Option<HashMap<JobId, Reader>>;

/// All who listen in this process.
pub struct Listeners {
    jobs: Arc<dyn JobRepository>,
    changes: Arc<dyn Changes>,
    places: Arc<Semaphore>,
    /// Bounds how many connections of the database all readers take.
    turns: Arc<Semaphore>,
    readers: Mutex<Readers>,
    /// Beats at every change of any job or script; none once the process ends.
    beats: Mutex<Option<watch::Sender<()>>>,
}

impl Listeners {
    /// Readers that read at the same time. Others who use the database find room beside them.
    const READS_AT_ONCE: usize = 4;

    /// For `most` listeners at one time.
    #[must_use]
    pub fn new(jobs: Arc<dyn JobRepository>, changes: Arc<dyn Changes>, most: usize) -> Self {
        Self {
            jobs,
            changes,
            places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
            turns: Arc::new(Semaphore::new(Self::READS_AT_ONCE)),
            readers: Mutex::new(Some(HashMap::new())),
            beats: Mutex::new(Some(watch::Sender::new(()))),
        }
    }

    /// Passes changes on until `shutdown`, then ends all listening.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut watch = self.changes.watch();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                change = watch.next() => self.hear(change),
            }
        }
        // Readers end with this, and listeners with their readers.
        self.readers().take();
        self.beats().take();
    }

    /// Listens to all at once: that some job or script changed, and not which.
    ///
    /// # Errors
    /// [`EngineError::Busy`] when there are too many listeners.
    pub fn listen_to_all(&self) -> Result<Pulse, EngineError> {
        let place = self.place()?;
        let beats = match &*self.beats() {
            Some(beats) => beats.subscribe(),
            // One that has ended says so at its first use.
            None => watch::channel(()).1,
        };
        Ok(Pulse { beats, _place: place, _counted: Counted::listener() })
    }

    /// Listens to a job. What the caller has seen already, its version `known`, is not given again.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is no such job, [`EngineError::Busy`] when there are too
    /// many listeners.
    pub async fn listen(
        self: &Arc<Self>,
        id: JobId,
        known: Option<i64>,
    ) -> Result<Listening, EngineError> {
        let place = self.place()?;
        // Before the job is read: what changes from then on is not missed.
        let mut listening = Listening {
            id,
            news: self.join(id),
            first: None,
            version: 0,
            over: false,
            all: Arc::clone(self),
            _place: place,
            _counted: Counted::listener(),
        };
        let job = self.jobs.get(id).await?;
        let job = job.ok_or_else(|| EngineError::NotFound { what: format!("job {id}") })?;
        if known == Some(job.version) {
            listening.version = job.version;
            listening.over = job.state.is_over();
        } else {
            listening.first = Some(self.share(id, job));
        }
        Ok(listening)
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, EngineError> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            EngineError::Busy("too many callers listen; poll the job, or try again".to_owned())
        })
    }

    /// The news of a job, from the reader that it has or gets now.
    fn join(&self, id: JobId) -> watch::Receiver<News> {
        match &mut *self.readers() {
            Some(readers) => readers
                .entry(id)
                .or_insert_with(|| {
                    Reader::start(id, Arc::clone(&self.jobs), Arc::clone(&self.turns))
                })
                .news
                .subscribe(),
            // Nothing will be said any more.
            None => watch::channel(News::None).1,
        }
    }

    /// What a listener read is news for the others, unless they know it.
    fn share(&self, id: JobId, job: Job) -> Arc<Seen> {
        let readers = self.readers();
        match readers.as_ref().and_then(|readers| readers.get(&id)) {
            Some(reader) => reader.share(job),
            None => Arc::new(Seen::new(job)),
        }
    }

    /// Wakes the readers that a change is about.
    fn hear(&self, change: Change) {
        if !matches!(change, Change::Taken { .. })
            && let Some(beats) = &*self.beats()
        {
            beats.send_replace(());
        }
        let readers = self.readers();
        let Some(readers) = readers.as_ref() else { return };
        match change {
            Change::Job { id, version } => {
                if let Some(reader) = readers.get(&id) {
                    reader.look_for(version);
                }
            }
            Change::Missed => readers.values().for_each(Reader::look),
            // Of the change that took it there is word as well.
            Change::Taken { .. } | Change::Ready | Change::Scripts => {}
        }
    }

    /// Ends one who listens, and a reader to whom nobody listens any more. Of several who leave at one
    /// moment one is the last, because they leave one after the other.
    fn leave(&self, id: JobId, news: &mut watch::Receiver<News>) {
        let mut readers = self.readers();
        // In the place of the one that is counted.
        *news = watch::channel(News::None).1;
        if let Some(readers) = &mut *readers
            && readers.get(&id).is_some_and(|reader| reader.news.receiver_count() == 0)
        {
            readers.remove(&id);
        }
    }

    fn readers(&self) -> MutexGuard<'_, Readers> {
        // No code that holds it can panic half-way through a change.
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beats(&self) -> MutexGuard<'_, Option<watch::Sender<()>>> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who listens to all jobs and scripts.
pub struct Pulse {
    beats: watch::Receiver<()>,
    _place: OwnedSemaphorePermit,
    _counted: Counted,
}

impl Pulse {
    /// Waits until something changed since the last beat; many changes may be one beat. None when this
    /// process ends.
    pub async fn beat(&mut self) -> Option<()> {
        self.beats.changed().await.ok()
    }
}

/// One who listens to one job.
pub struct Listening {
    id: JobId,
    news: watch::Receiver<News>,
    /// The job as it was at the start, until it is given.
    first: Option<Arc<Seen>>,
    /// What was given last.
    version: i64,
    over: bool,
    all: Arc<Listeners>,
    _place: OwnedSemaphorePermit,
    _counted: Counted,
}

impl Listening {
    /// Whether nothing is left to hear: the job is over and its end is known.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// The job, at once and then at every change; what changes faster than it is read is given once.
    /// None after the job's end, when it was removed, and when this process ends.
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Arc<Seen>> {
        if self.over {
            return None;
        }
        let seen = match self.first.take() {
            Some(first) => first,
            None => self.newer().await?,
        };
        self.version = seen.job.version;
        self.over = seen.job.state.is_over();
        Some(seen)
    }

    async fn newer(&mut self) -> Option<Arc<Seen>> {
        let version = self.version;
        let is_news = |news: &News| matches!(news, News::Gone) || news.version() > version;
        match &*self.news.wait_for(is_news).await.ok()? {
            News::Job(seen) => Some(Arc::clone(seen)),
            News::None | News::Gone => None,
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.all.leave(self.id, &mut self.news);
    }
}
