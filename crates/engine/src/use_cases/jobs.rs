//! Starting, watching, answering and cancelling jobs.

use std::sync::Arc;

use domain::{
    Act, Actor, AuditAction, AuthorName, CallbackUrl, Clock, Event, Job, JobId, MAX_RETRIES_LIMIT,
    NewJob, Timestamp,
};
use egress::Egress;
use store::{
    Created, Glance, Idempotency, JobFilter, JobRepository, Page, PageRequest, StoreError,
};

use crate::{EngineError, Queue, meters, trace};

/// Times that a change of ours is tried anew when a worker changed the job in between. A job
/// changes a few times a second at most, so this many collisions in a row mean something is wrong.
const AMEND_TRIES: usize = 20;

/// The use cases of jobs.
pub struct Jobs {
    repository: Arc<dyn JobRepository>,
    authors: Vec<AuthorName>,
    clock: Arc<dyn Clock>,
    /// Who may be told of jobs; none when nobody may.
    callbacks: Option<Arc<dyn Egress>>,
    /// How many jobs may wait; none when there is no bound.
    queue: Option<Arc<Queue>>,
}

impl Jobs {
    /// `authors` are the names that a caller may ask for.
    #[must_use]
    pub fn new(
        jobs: Arc<dyn JobRepository>,
        authors: Vec<AuthorName>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { repository: jobs, authors, clock, callbacks: None, queue: None }
    }

    /// Lets callers be told of their jobs at addresses that `callbacks` may call.
    pub fn allow_callbacks(&mut self, callbacks: Arc<dyn Egress>) {
        self.callbacks = Some(callbacks);
    }

    /// Accepts no more jobs than `queue` has room for.
    pub fn bound(&mut self, queue: Arc<Queue>) {
        self.queue = Some(queue);
    }

    /// Accepts a job. When this returns, it is stored and will be worked on.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] for an unknown author or too many retries, [`EngineError::Conflict`]
    /// when the idempotency key was used with another request, [`EngineError::QueueFull`] when it has
    /// to wait for room. A job that was accepted before needs none.
    pub async fn generate(
        &self,
        new: NewJob,
        idempotency: Option<Idempotency>,
    ) -> Result<Created, EngineError> {
        self.check(&new)?;
        if let Some(queue) = &self.queue
            && !queue.has_room().await?
        {
            return self.accepted_before(idempotency, queue).await;
        }
        let now = self.clock.now();
        let created = self.repository.create(new, idempotency, now).await?;
        if !created.replayed {
            self.was_accepted(created.id, now);
        }
        Ok(created)
    }

    /// Whether one more job may wait.
    pub(crate) async fn has_room(&self) -> Result<bool, EngineError> {
        match &self.queue {
            Some(queue) => queue.has_room().await,
            None => Ok(true),
        }
    }

    /// Counts a job that is stored now.
    pub(crate) fn was_accepted(&self, id: JobId, now: Timestamp) {
        // Joins the trace of the request to that of the job.
        let (job_id, job_trace) = (id.get(), trace::id_of(id, now));
        tracing::info!(job_id, %job_trace, "the job is accepted");
        meters::accepted();
        if let Some(queue) = &self.queue {
            queue.grew();
        }
    }

    async fn accepted_before(
        &self,
        idempotency: Option<Idempotency>,
        queue: &Queue,
    ) -> Result<Created, EngineError> {
        let id = match idempotency {
            Some(key) => self.repository.accepted_before(&key, self.clock.now()).await?,
            None => None,
        };
        id.map(|id| Created { id, replayed: true })
            .ok_or(EngineError::QueueFull { most: queue.most() })
    }

    fn check(&self, new: &NewJob) -> Result<(), EngineError> {
        if let Some(author) = new.author.as_ref().filter(|author| !self.authors.contains(author)) {
            let known: Vec<&str> = self.authors.iter().map(AuthorName::as_str).collect();
            return Err(EngineError::Invalid {
                field: "author".to_owned(),
                message: format!("there is no author {author}; configured: {}", known.join(", ")),
            });
        }
        if let Some(url) = &new.callback_url {
            self.check_callback(url)?;
        }
        if new.max_retries > MAX_RETRIES_LIMIT {
            return Err(EngineError::Invalid {
                field: "maxRetries".to_owned(),
                message: format!("maxRetries must be from 0 to {MAX_RETRIES_LIMIT}"),
            });
        }
        Ok(())
    }

    fn check_callback(&self, url: &CallbackUrl) -> Result<(), EngineError> {
        let invalid = |message| EngineError::Invalid { field: "callbackUrl".to_owned(), message };
        let Some(callbacks) = &self.callbacks else {
            return Err(invalid(
                "this server sends no webhooks: its configuration has no webhooks.secret; leave \
                 callbackUrl out and poll the job, or have a secret configured"
                    .to_owned(),
            ));
        };
        callbacks.check_url(url.as_str()).map(drop).map_err(|error| invalid(error.to_string()))
    }

    /// One job.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that number.
    pub async fn get(&self, id: JobId) -> Result<Job, EngineError> {
        self.repository.get(id).await?.ok_or_else(|| not_found(id))
    }

    /// Whether a job has changed, without the job.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that number.
    pub async fn glance(&self, id: JobId) -> Result<Glance, EngineError> {
        self.repository.glance(id).await?.ok_or_else(|| not_found(id))
    }

    /// Jobs, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        filter: JobFilter,
        page: PageRequest,
    ) -> Result<Page<Job>, EngineError> {
        Ok(self.repository.list(filter, page).await?)
    }

    /// The names of the authors that a caller may ask for, the default chain's first one first.
    #[must_use]
    pub fn authors(&self) -> &[AuthorName] {
        &self.authors
    }

    /// Answers a job's question, so that it goes on.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] unless the job needs clarification, [`EngineError::Invalid`] when
    /// the answer is blank.
    pub async fn respond(&self, by: &Actor, id: JobId, response: &str) -> Result<Job, EngineError> {
        if response.trim().is_empty() {
            return Err(EngineError::Invalid {
                field: "response".to_owned(),
                message: "response must say something: a letter, a path or a sentence".to_owned(),
            });
        }
        let answered = || Event::Answered { response: response.to_owned() };
        self.amend(by, AuditAction::JobAnswered, id, answered).await
    }

    /// Ends a job that nobody wants any more.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when the job is over already.
    pub async fn cancel(&self, by: &Actor, id: JobId) -> Result<Job, EngineError> {
        let cancelled = || Event::Cancelled { by: by.to_string() };
        let job = self.amend(by, AuditAction::JobCancelled, id, cancelled).await?;
        meters::cancelled(&job);
        Ok(job)
    }

    /// Applies a person's event. A worker may write at the same time; then the job is read again and
    /// the event is tried on what it has become.
    async fn amend(
        &self,
        by: &Actor,
        action: AuditAction,
        id: JobId,
        event: impl Fn() -> Event,
    ) -> Result<Job, EngineError> {
        for _ in 0..AMEND_TRIES {
            let mut job = self.get(id).await?;
            let read_version = job.version;
            let event = event();
            let now = self.clock.now();
            job.apply(event.clone(), now).map_err(|_| not_now(&job, &event))?;
            let act = Act::new(by, action, now).of(&job.provider).for_topic(job.topic).on(job.id);
            match self.repository.amend(&job, read_version, act).await {
                Ok(()) => return Ok(job),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), EngineError> {
        Ok(self.repository.ping().await?)
    }
}

fn not_found(id: JobId) -> EngineError {
    EngineError::NotFound { what: format!("job {id}") }
}

/// What a caller is told when a job cannot take an event of theirs.
fn not_now(job: &Job, event: &Event) -> EngineError {
    let (id, status) = (job.id, job.state.status());
    EngineError::Conflict(match event {
        Event::Answered { .. } => {
            format!("job {id} is {status}; only a job that needs_clarification takes an answer")
        }
        _ => format!("job {id} is {status}; only a job that is not over can be cancelled"),
    })
}
