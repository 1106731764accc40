//! Jobs through SeaORM.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::{Act, Job, JobId, JobInputs, NewJob, NewScript, ScriptId, State, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::row::{to_columns, to_job};
use super::save::Save;
use super::together::Together;
use super::turn::{Line, Place};
use super::{census, claim, complete, due, idempotency, inputs, journal, lease, removal, save};
use crate::audit::write::append;
use crate::columns::{corrupt, to_word};
use crate::database::{Database, Dialect};
use crate::entities::job::{ActiveModel, Column, Entity, Model};
use crate::webhooks::write::announce;
use crate::{
    Census, Change, Claimed, Created, Glance, Idempotency, JobFilter, JobRepository, Lease, Page,
    PageRequest, Reply, Room, StoreError, WorkerId,
};

/// Stands in for the number that the database has not given out yet.
const UNNUMBERED: JobId = match JobId::new(i64::MAX) {
    Some(id) => id,
    None => unreachable!(),
};

/// How often claims look for what is due while there is enough to do.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Jobs in a database.
pub(crate) struct SeaJobs {
    db: Database,
    looks: Looks,
    together: Together,
}

impl SeaJobs {
    pub(crate) fn new(db: Database) -> Self {
        Self { looks: Looks(Mutex::new(None)), together: Together::new(db.clone()), db }
    }
}

/// When a claim looked for what is due last.
struct Looks(Mutex<Option<Instant>>);

impl Looks {
    fn is_time(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = last.is_none_or(|last| last.elapsed() >= LOOK_EVERY);
        if is_time {
            *last = Some(Instant::now());
        }
        is_time
    }
}

#[async_trait]
impl JobRepository for SeaJobs {
    async fn create(
        &self,
        new: NewJob,
        idempotency: Option<Idempotency>,
        now: Timestamp,
    ) -> Result<Created, StoreError> {
        let accepted = Accepted::of(&new, now)?;
        let act = Act::start_of(&new, now);
        // Its samples may be megabytes, and are columns by now.
        drop(new);
        idempotency.as_ref().map_or(Ok(()), idempotency::check)?;
        let dialect = self.db.dialect();
        let unit =
            self.db.unit(move |tx| Box::pin(create(tx, dialect, accepted, idempotency, act)));
        let created = unit.await?;
        if !created.replayed {
            self.db.tell(Change::Job { id: created.id, version: 1 });
            self.db.tell(Change::Ready);
        }
        Ok(created)
    }

    async fn accepted_before(
        &self,
        used: &Idempotency,
        now: Timestamp,
    ) -> Result<Option<JobId>, StoreError> {
        idempotency::check(used)?;
        idempotency::read(self.db.read(), used, now).await
    }

    async fn waiting(&self, most: u32) -> Result<u32, StoreError> {
        census::waiting(&self.db, most).await
    }

    async fn census(&self, most: u32) -> Result<Census, StoreError> {
        census::take(&self.db, most).await
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        Entity::find_by_id(id.get()).one(self.db.read()).await?.map(to_job).transpose()
    }

    async fn glance(&self, id: JobId) -> Result<Option<Glance>, StoreError> {
        let columns = Entity::find_by_id(id.get())
            .select_only()
            .columns([Column::Version, Column::Status])
            .into_tuple::<(i64, String)>();
        let row = columns.one(self.db.read()).await?;
        row.map(|(version, status)| Ok(Glance { version, status: to_word("status", &status)? }))
            .transpose()
    }

    async fn inputs(&self, id: JobId) -> Result<JobInputs, StoreError> {
        inputs::read(self.db.read(), id).await
    }

    async fn list(&self, filter: JobFilter, page: PageRequest) -> Result<Page<Job>, StoreError> {
        let JobFilter { status, provider, topic } = filter;
        let rows = Entity::find()
            .apply_if(status, |query, status| query.filter(Column::Status.eq(status.as_str())))
            .apply_if(provider, |query, slug| query.filter(Column::Provider.eq(slug.as_str())))
            .apply_if(topic, |query, topic| query.filter(Column::Topic.eq(topic.as_str())))
            .apply_if(page.before, |query, before| query.filter(Column::Id.lt(before)))
            .order_by_desc(Column::Id)
            .limit(page.rows())
            .all(self.db.read())
            .await?;
        let jobs = rows.into_iter().map(to_job).collect::<Result<_, _>>()?;
        Ok(page.cut(jobs, |job: &Job| job.id.get()))
    }

    async fn claim(
        &self,
        worker: &WorkerId,
        lease: Duration,
        room: &Room,
    ) -> Result<Vec<Claimed>, StoreError> {
        // Where there is enough to do, the look at what is due costs once a while; where there is
        // not, it costs nobody anything. Never after a claim that found jobs: they would be lost to
        // this worker if the look failed.
        if self.looks.is_time() {
            due::requeue(&self.db).await?;
        }
        let mut rows = claim::claim(&self.db, worker, lease, room).await?;
        if rows.is_empty() && due::requeue(&self.db).await? > 0 {
            rows = claim::claim(&self.db, worker, lease, room).await?;
        }
        Ok(rows.into_iter().filter_map(to_claimed).collect())
    }

    async fn renew(&self, held: &Lease, lease: Duration) -> Result<(), StoreError> {
        lease::renew(self.db.write(), self.db.dialect(), held, lease).await
    }

    async fn release(&self, held: &Lease) -> Result<(), StoreError> {
        lease::release(self.db.write(), held).await?;
        self.db.tell(Change::Ready);
        Ok(())
    }

    async fn postpone(&self, held: &Lease, wait: Duration) -> Result<(), StoreError> {
        lease::postpone(self.db.write(), self.db.dialect(), held, wait).await
    }

    async fn save(&self, held: &Lease, job: &Job) -> Result<(), StoreError> {
        let change = written(job);
        if job.announcement(None).is_none() {
            self.together.save(held, job).await?;
        } else {
            let dialect = self.db.dialect();
            let (held, job) = (held.clone(), job.clone());
            self.db.unit(move |tx| Box::pin(save_and_tell(tx, dialect, held, job))).await?;
        }
        self.db.tell(change);
        Ok(())
    }

    async fn keep_reply(&self, held: &Lease, call: &str, reply: &Reply) -> Result<(), StoreError> {
        journal::keep(self.db.write(), self.db.dialect(), held, call, reply).await
    }

    async fn kept_reply(&self, id: JobId, call: &str) -> Result<Option<Reply>, StoreError> {
        journal::read(self.db.read(), id, call).await
    }

    async fn complete(
        &self,
        held: &Lease,
        job: &Job,
        script: NewScript,
    ) -> Result<ScriptId, StoreError> {
        let id = complete::complete(&self.db, held, job, script).await?;
        self.db.tell(written(job));
        Ok(id)
    }

    async fn amend(&self, job: &Job, read_version: i64, act: Act) -> Result<(), StoreError> {
        let change = written(job);
        let taken = Change::Taken { id: job.id };
        let after = if job.state == State::Queued { Change::Ready } else { taken };
        let job = job.clone();
        self.db.unit(move |tx| Box::pin(amend_and_tell(tx, job, read_version, act))).await?;
        self.db.tell(change);
        self.db.tell(after);
        Ok(())
    }

    async fn remove_over(&self, before: Timestamp, most: u32) -> Result<u32, StoreError> {
        let dialect = self.db.dialect();
        self.db.unit(move |tx| Box::pin(removal::remove(tx, dialect, before, most))).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.db.ping().await
    }
}

fn written(job: &Job) -> Change {
    Change::Job { id: job.id, version: job.version }
}

/// The claim in a row; none, and a line in the log, when the row cannot be read.
fn to_claimed(row: Model) -> Option<Claimed> {
    let (fence, claims) = (row.fence, row.claims);
    match to_job(row) {
        Ok(job) => {
            let deaths = u32::try_from(claims - 1).unwrap_or(0);
            Some(Claimed { lease: Lease { job: job.id, fence }, job, deaths })
        }
        Err(error) => {
            tracing::error!(%error, "a job cannot be claimed");
            None
        }
    }
}

/// A job that is accepted, as columns that have no number yet.
pub(crate) struct Accepted {
    job: Job,
    line: Line,
    inputs: inputs::Columns,
}

impl Accepted {
    pub(crate) fn of(new: &NewJob, now: Timestamp) -> Result<Self, StoreError> {
        let inputs = inputs::Columns::of(&new.inputs)?;
        Ok(Self { job: Job::accepted(UNNUMBERED, new, now), line: Line::of(new), inputs })
    }

    /// Puts it into the queue.
    pub(crate) async fn insert(
        self,
        tx: &DatabaseTransaction,
        dialect: Dialect,
    ) -> Result<JobId, StoreError> {
        let Place { priority, turn } = self.line.next(tx, dialect).await?;
        let columns =
            ActiveModel { priority: Set(priority), turn: Set(turn), ..to_columns(&self.job)? };
        let inserted = Entity::insert(columns).exec(tx).await?;
        let id = JobId::new(inserted.last_insert_id).ok_or_else(|| corrupt("id", "no id"))?;
        self.inputs.insert(tx, id).await?;
        Ok(id)
    }
}

async fn create(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    accepted: Accepted,
    idempotency: Option<Idempotency>,
    act: Act,
) -> Result<Created, StoreError> {
    let now = act.at;
    if let Some(used) = &idempotency
        && let Some(id) = idempotency::find(tx, dialect, used, now).await?
    {
        return Ok(Created { id, replayed: true });
    }
    let id = accepted.insert(tx, dialect).await?;
    if let Some(used) = idempotency {
        idempotency::insert(tx, used, id, now).await?;
    }
    append(tx, act.on(id)).await?;
    Ok(Created { id, replayed: false })
}

async fn save_and_tell(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: Lease,
    job: Job,
) -> Result<(), StoreError> {
    save::one(tx, dialect, Save::of(&held, &job)?).await?;
    announce(tx, held.job, &job, None).await
}

async fn amend_and_tell(
    tx: &DatabaseTransaction,
    job: Job,
    read_version: i64,
    act: Act,
) -> Result<(), StoreError> {
    lease::amend(tx, &job, read_version).await?;
    append(tx, act).await?;
    announce(tx, job.id, &job, None).await
}
