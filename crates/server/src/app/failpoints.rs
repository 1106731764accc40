//! Places at which a server dies when it is told to, for the crash test: before, during and after
//! each write of a worker and of the courier, and each call of a receiver.
//!
//! The variable `FAILPOINTS` arms them, as the `fail` crate reads it: `jobs.save.after=3*off->return`
//! ends the process after the fourth time that a worker wrote its job. Never part of a build that
//! serves anybody.

use std::future::poll_fn;
use std::pin::pin;
use std::process::abort;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{
    Act, Allowance, AuthorName, Job, JobId, JobInputs, NewJob, NewScript, ScriptId, Timestamp,
    Usage,
};
use egress::{Egress, EgressError, Request, Response};
use store::{
    Census, Claimed, Created, DueWebhook, Glance, Idempotency, JobFilter, JobRepository, Lease,
    Page, PageRequest, Reply, Reserved, Room, StoreError, UsageRepository, WebhookRepository,
    WorkerId,
};
use url::Url;

/// Dies here, without a word and without clearing up, if this place is armed.
fn point(name: &str) {
    fail::fail_point!(name, |_| abort());
}

/// Makes a call with a place to die before it, one while its outcome is not known, and one after it.
async fn around<T>(call: &str, work: impl Future<Output = T>) -> T {
    point(&format!("{call}.before"));
    let mut work = pin!(work);
    let mut begun = false;
    let outcome = poll_fn(|context| {
        let answer = work.as_mut().poll(context);
        if answer.is_pending() && !begun {
            begun = true;
            point(&format!("{call}.during"));
        }
        answer
    })
    .await;
    point(&format!("{call}.after"));
    outcome
}

/// The place after a call that gave something. One that gives nothing is made many times a second, and
/// would use up the turns that an armed place waits for.
fn after<T>(call: &str, given: T) -> T {
    point(&format!("{call}.after"));
    given
}

/// Jobs whose writes may be the last thing that a server does.
pub(super) fn jobs(real: Arc<dyn JobRepository>) -> Arc<dyn JobRepository> {
    Arc::new(MortalJobs(real))
}

/// The same of webhooks.
pub(super) fn webhooks(real: Arc<dyn WebhookRepository>) -> Arc<dyn WebhookRepository> {
    Arc::new(MortalWebhooks(real))
}

/// The same of what authors used.
pub(super) fn usage(real: Arc<dyn UsageRepository>) -> Arc<dyn UsageRepository> {
    Arc::new(MortalUsage(real))
}

/// The same of calls to receivers.
pub(super) fn receivers(real: Arc<dyn Egress>) -> Arc<dyn Egress> {
    Arc::new(MortalReceivers(real))
}

struct MortalJobs(Arc<dyn JobRepository>);

#[async_trait]
impl JobRepository for MortalJobs {
    async fn create(
        &self,
        new: NewJob,
        idempotency: Option<Idempotency>,
        now: Timestamp,
    ) -> Result<Created, StoreError> {
        around("jobs.create", self.0.create(new, idempotency, now)).await
    }

    async fn accepted_before(
        &self,
        idempotency: &Idempotency,
        now: Timestamp,
    ) -> Result<Option<JobId>, StoreError> {
        self.0.accepted_before(idempotency, now).await
    }

    async fn waiting(&self, most: u32) -> Result<u32, StoreError> {
        self.0.waiting(most).await
    }

    async fn census(&self, most: u32) -> Result<Census, StoreError> {
        self.0.census(most).await
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.0.get(id).await
    }

    async fn glance(&self, id: JobId) -> Result<Option<Glance>, StoreError> {
        self.0.glance(id).await
    }

    async fn inputs(&self, id: JobId) -> Result<JobInputs, StoreError> {
        self.0.inputs(id).await
    }

    async fn list(&self, filter: JobFilter, page: PageRequest) -> Result<Page<Job>, StoreError> {
        self.0.list(filter, page).await
    }

    async fn claim(
        &self,
        worker: &WorkerId,
        lease: Duration,
        room: &Room,
    ) -> Result<Vec<Claimed>, StoreError> {
        let claimed = self.0.claim(worker, lease, room).await?;
        Ok(if claimed.is_empty() { claimed } else { after("jobs.claim", claimed) })
    }

    async fn renew(&self, held: &Lease, lease: Duration) -> Result<(), StoreError> {
        around("jobs.renew", self.0.renew(held, lease)).await
    }

    async fn release(&self, held: &Lease) -> Result<(), StoreError> {
        around("jobs.release", self.0.release(held)).await
    }

    async fn postpone(&self, held: &Lease, wait: Duration) -> Result<(), StoreError> {
        around("jobs.postpone", self.0.postpone(held, wait)).await
    }

    async fn save(&self, held: &Lease, job: &Job) -> Result<(), StoreError> {
        around("jobs.save", self.0.save(held, job)).await
    }

    async fn keep_reply(&self, held: &Lease, call: &str, reply: &Reply) -> Result<(), StoreError> {
        around("jobs.keep_reply", self.0.keep_reply(held, call, reply)).await
    }

    async fn kept_reply(&self, id: JobId, call: &str) -> Result<Option<Reply>, StoreError> {
        self.0.kept_reply(id, call).await
    }

    async fn complete(
        &self,
        held: &Lease,
        job: &Job,
        script: NewScript,
    ) -> Result<ScriptId, StoreError> {
        around("jobs.complete", self.0.complete(held, job, script)).await
    }

    async fn amend(&self, job: &Job, read_version: i64, act: Act) -> Result<(), StoreError> {
        around("jobs.amend", self.0.amend(job, read_version, act)).await
    }

    async fn remove_over(&self, before: Timestamp, most: u32) -> Result<u32, StoreError> {
        self.0.remove_over(before, most).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.0.ping().await
    }
}

struct MortalWebhooks(Arc<dyn WebhookRepository>);

#[async_trait]
impl WebhookRepository for MortalWebhooks {
    async fn take_due(&self, lease: Duration) -> Result<Option<DueWebhook>, StoreError> {
        Ok(self.0.take_due(lease).await?.map(|due| after("webhooks.take_due", due)))
    }

    async fn delivered(&self, id: &str) -> Result<(), StoreError> {
        around("webhooks.delivered", self.0.delivered(id)).await
    }

    async fn retry(&self, id: &str, wait: Duration, error: &str) -> Result<(), StoreError> {
        around("webhooks.retry", self.0.retry(id, wait, error)).await
    }

    async fn give_up(&self, id: &str, error: &str) -> Result<(), StoreError> {
        around("webhooks.give_up", self.0.give_up(id, error)).await
    }
}

struct MortalUsage(Arc<dyn UsageRepository>);

#[async_trait]
impl UsageRepository for MortalUsage {
    async fn add(
        &self,
        author: &AuthorName,
        used: Usage,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        around("usage.add", self.0.add(author, used, now)).await
    }

    async fn on_day(&self, author: &AuthorName, now: Timestamp) -> Result<Usage, StoreError> {
        self.0.on_day(author, now).await
    }

    async fn reserve(
        &self,
        held: &Lease,
        author: &AuthorName,
        most: Usage,
        per_day: Allowance,
        now: Timestamp,
    ) -> Result<Reserved, StoreError> {
        around("usage.reserve", self.0.reserve(held, author, most, per_day, now)).await
    }

    async fn release(&self, held: &Lease) -> Result<(), StoreError> {
        around("usage.release", self.0.release(held)).await
    }
}

struct MortalReceivers(Arc<dyn Egress>);

#[async_trait]
impl Egress for MortalReceivers {
    fn check_url(&self, text: &str) -> Result<Url, EgressError> {
        self.0.check_url(text)
    }

    async fn send(&self, request: Request) -> Result<Response, EgressError> {
        around("webhooks.send", self.0.send(request)).await
    }
}
