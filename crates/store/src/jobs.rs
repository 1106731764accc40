//! Jobs: the queue and the record of what happened.

mod census;
mod claim;
mod complete;
mod due;
mod idempotency;
mod inputs;
mod journal;
mod lease;
mod removal;
mod row;
mod save;
pub(crate) mod sea;
mod together;
mod turn;

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    Act, AuthorName, Job, JobId, JobInputs, NewJob, NewScript, ProviderSlug, ScriptId, Status,
    Timestamp, Topic,
};

pub use self::journal::Reply;
use crate::{Page, PageRequest, StoreError};

/// A worker's name, unique among all processes that share the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WorkerId(pub String);

/// The right to work on one job for a while. Every write of a worker carries it.
///
/// The fence is the number of the claim. It grows at each claim and whenever a person changes the
/// job, so an older lease can never write again, whatever its worker believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// The number of the claim.
    pub fence: i64,
}

/// A job that this worker now holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The right to write it.
    pub lease: Lease,
    /// The job as it is; one that another worker left half-way goes on from its stage.
    pub job: Job,
    /// Workers that had the job in its present stage and neither left the stage nor gave the job
    /// back: they died, or lost the database.
    pub deaths: u32,
}

/// What a worker has room for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Room {
    /// Jobs at most.
    pub jobs: u32,
    /// Whose jobs not to claim, because their author has enough to do. None stands for jobs that
    /// name no author.
    pub without: Vec<Option<AuthorName>>,
}

/// A caller's promise that the same key means the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The public prefix of the API key that made the request: keys of others do not clash.
    pub owner: String,
    /// The caller's key.
    pub key: String,
    /// A digest of the request.
    pub request_hash: String,
}

/// The outcome of creating a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created {
    /// The job, new or the one that the idempotency key stands for.
    pub id: JobId,
    /// Whether it had been created before.
    pub replayed: bool,
}

/// How the queue stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Census {
    /// Jobs that could run and that nobody has.
    pub waiting: u32,
    /// Jobs that are pending.
    pub pending: u32,
    /// Jobs that are running.
    pub running: u32,
    /// Jobs that wait for a person.
    pub needs_clarification: u32,
    /// When the job that is claimed next changed last; none when nothing waits.
    pub next_since: Option<Timestamp>,
}

/// What tells a poller whether a job has changed, without the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// Grows with each change of what can be seen of the job.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
}

impl From<&Job> for Glance {
    fn from(job: &Job) -> Self {
        Self { version: job.version, status: job.state.status() }
    }
}

/// Which jobs to list; what is none does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only of this status.
    pub status: Option<Status>,
    /// Only of this vendor.
    pub provider: Option<ProviderSlug>,
    /// Only of this topic.
    pub topic: Option<Topic>,
}

/// What storage can do with jobs.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait JobRepository: Send + Sync {
    /// Accepts a job: its state, its inputs, the idempotency key and the act of who started it, in one
    /// transaction. A key stands for its request for a day.
    ///
    /// # Errors
    /// [`StoreError::IdempotencyMismatch`] when the key was used with another request,
    /// [`StoreError::Nul`] when a text holds one.
    async fn create(
        &self,
        new: NewJob,
        idempotency: Option<Idempotency>,
        now: Timestamp,
    ) -> Result<Created, StoreError>;

    /// The job that the key stands for, which [`Self::create`] would give without making another.
    ///
    /// # Errors
    /// [`StoreError::IdempotencyMismatch`] when the key was used with another request,
    /// [`StoreError::Nul`] when it holds one.
    async fn accepted_before(
        &self,
        idempotency: &Idempotency,
        now: Timestamp,
    ) -> Result<Option<JobId>, StoreError>;

    /// How many jobs wait for a worker; `most` where there are more.
    ///
    /// # Errors
    /// When the database fails.
    async fn waiting(&self, most: u32) -> Result<u32, StoreError>;

    /// How the queue stands; each number is `most` where there are more.
    ///
    /// # Errors
    /// When the database fails.
    async fn census(&self, most: u32) -> Result<Census, StoreError>;

    /// The job, or none when there is none of that number.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError>;

    /// A glance at the job, or none when there is none of that number. Costs a fraction of
    /// [`Self::get`].
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn glance(&self, id: JobId) -> Result<Option<Glance>, StoreError>;

    /// What the caller gave with the job; empty for a job that does not exist.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn inputs(&self, id: JobId) -> Result<JobInputs, StoreError>;

    /// Jobs, newest first.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn list(&self, filter: JobFilter, page: PageRequest) -> Result<Page<Job>, StoreError>;

    /// Takes jobs that are pending, or running without a valid lease, for `lease` from now by the
    /// database's clock: those of the highest priority first, the providers in turns. One statement,
    /// so that no two workers get the same job. A lease of more than seven weeks is cut to that.
    ///
    /// A record that is unreadable is logged and left out. It stays leased, so that it does not keep
    /// others from being claimed.
    ///
    /// # Errors
    /// When the database fails.
    async fn claim(
        &self,
        worker: &WorkerId,
        lease: Duration,
        room: &Room,
    ) -> Result<Vec<Claimed>, StoreError>;

    /// Prolongs a lease to `lease` from now by the database's clock.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it is no longer this worker's, even if it merely ran out.
    async fn renew(&self, held: &Lease, lease: Duration) -> Result<(), StoreError>;

    /// Gives the job back for others to claim at once. A lease that is lost is no error.
    ///
    /// # Errors
    /// When the database fails.
    async fn release(&self, held: &Lease) -> Result<(), StoreError>;

    /// Gives the job back for others to claim after `wait`, of which more than seven weeks are cut. A
    /// lease that is lost is no error.
    ///
    /// # Errors
    /// When the database fails.
    async fn postpone(&self, held: &Lease, wait: Duration) -> Result<(), StoreError>;

    /// Writes the job's new state. A state in which no worker is needed ends the lease.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the lease is lost, [`StoreError::Nul`] when the hypothesis or an
    /// answer holds a NUL character; nothing is written then.
    async fn save(&self, held: &Lease, job: &Job) -> Result<(), StoreError>;

    /// Keeps an author's reply, so that nobody pays for it again when this worker dies before it is
    /// part of the job. `call` names what was asked.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the lease is lost; nothing is written then.
    async fn keep_reply(&self, held: &Lease, call: &str, reply: &Reply) -> Result<(), StoreError>;

    /// The reply that was kept for this call, by this worker or an earlier one.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn kept_reply(&self, id: JobId, call: &str) -> Result<Option<Reply>, StoreError>;

    /// Saves the script as a candidate under the next version of its provider and topic, and the
    /// job's end with the script's number in it, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the lease is lost, [`StoreError::Nul`] when the script or the
    /// hypothesis holds a NUL character, [`StoreError::Conflict`] when the job has a script already;
    /// neither is written then.
    async fn complete(
        &self,
        held: &Lease,
        job: &Job,
        script: NewScript,
    ) -> Result<ScriptId, StoreError>;

    /// Writes a change that a person made, and their act, if the job is still at `read_version`, and
    /// ends any lease on it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the job was changed since or is not there, [`StoreError::Nul`]
    /// when an answer holds a NUL character.
    async fn amend(&self, job: &Job, read_version: i64, act: Act) -> Result<(), StoreError>;

    /// Removes jobs that are completed or failed and did not change since `before`, those
    /// first that were accepted first and `most` of them at most, with all that was given with them.
    /// Their scripts stay, without the job's number. Gives how many went; none while another server is
    /// at it.
    ///
    /// # Errors
    /// When the database fails; nothing is removed then.
    async fn remove_over(&self, before: Timestamp, most: u32) -> Result<u32, StoreError>;

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    async fn ping(&self) -> Result<(), StoreError>;
}
