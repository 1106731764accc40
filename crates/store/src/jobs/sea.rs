//! Jobs through SeaORM.

use std::time::Duration;

use async_trait::async_trait;
use domain::{Job, JobId, JobInputs, NewJob, NewScript, ScriptId, Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::row::{to_columns, to_job};
use super::{claim, idempotency, inputs, lease};
use crate::columns::corrupt;
use crate::database::{Database, Dialect};
use crate::entities::job::{Column, Entity};
use crate::scripts::write;
use crate::webhooks::write::announce;
use crate::{
    Claimed, Created, Idempotency, JobFilter, JobRepository, Lease, Page, PageRequest, StoreError,
    WorkerId,
};

/// Stands in for the number that the database has not given out yet.
const UNNUMBERED: JobId = match JobId::new(i64::MAX) {
    Some(id) => id,
    None => unreachable!(),
};

/// Jobs in a database.
pub(crate) struct SeaJobs {
    db: Database,
}

impl SeaJobs {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
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
        let inputs = inputs::Columns::of(&new.inputs)?;
        idempotency.as_ref().map_or(Ok(()), idempotency::check)?;
        let job = Job::accepted(UNNUMBERED, &new, now);
        // Its samples may be megabytes, and are columns by now.
        drop(new);
        let dialect = self.db.dialect();
        let unit =
            self.db.unit(move |tx| Box::pin(create(tx, dialect, job, inputs, idempotency, now)));
        unit.await
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        Entity::find_by_id(id.get()).one(self.db.read()).await?.map(to_job).transpose()
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
    ) -> Result<Option<Claimed>, StoreError> {
        let Some(row) = claim::claim(&self.db, worker, lease).await? else { return Ok(None) };
        let fence = row.fence;
        let job = to_job(row)?;
        Ok(Some(Claimed { lease: Lease { job: job.id, fence }, job }))
    }

    async fn renew(&self, held: &Lease, lease: Duration) -> Result<(), StoreError> {
        lease::renew(self.db.write(), self.db.dialect(), held, lease).await
    }

    async fn release(&self, held: &Lease) -> Result<(), StoreError> {
        lease::release(self.db.write(), held).await
    }

    async fn save(&self, held: &Lease, job: &Job) -> Result<(), StoreError> {
        let dialect = self.db.dialect();
        if job.announcement(None).is_none() {
            return lease::save(self.db.write(), dialect, held, job).await;
        }
        let (held, job) = (held.clone(), job.clone());
        self.db.unit(move |tx| Box::pin(save_and_tell(tx, dialect, held, job))).await
    }

    async fn complete(
        &self,
        held: &Lease,
        job: &Job,
        script: NewScript,
    ) -> Result<ScriptId, StoreError> {
        let script = write::Columns::of(script)?;
        let (dialect, held, job) = (self.db.dialect(), held.clone(), job.clone());
        self.db.unit(move |tx| Box::pin(complete(tx, dialect, held, job, script))).await
    }

    async fn amend(&self, job: &Job, read_version: i64) -> Result<(), StoreError> {
        if job.announcement(None).is_none() {
            return lease::amend(self.db.write(), job, read_version).await;
        }
        let job = job.clone();
        self.db.unit(move |tx| Box::pin(amend_and_tell(tx, job, read_version))).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.db.ping().await
    }
}

async fn create(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    job: Job,
    inputs: inputs::Columns,
    idempotency: Option<Idempotency>,
    now: Timestamp,
) -> Result<Created, StoreError> {
    if let Some(used) = &idempotency
        && let Some(id) = idempotency::find(tx, dialect, used, now).await?
    {
        return Ok(Created { id, replayed: true });
    }
    let inserted = Entity::insert(to_columns(&job)?).exec(tx).await?;
    let id = JobId::new(inserted.last_insert_id).ok_or_else(|| corrupt("id", "no id"))?;
    inputs.insert(tx, id).await?;
    if let Some(used) = idempotency {
        idempotency::insert(tx, used, id, now).await?;
    }
    Ok(Created { id, replayed: false })
}

/// The job's end first: it asks for the lease and locks the row, so that of two who would save a
/// script for the job the second finds its lease lost before it writes anything.
async fn complete(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: Lease,
    job: Job,
    script: write::Columns,
) -> Result<ScriptId, StoreError> {
    lease::save(tx, dialect, &held, &job).await?;
    let saved = script.insert(tx, dialect, job.updated_at).await?;
    lease::name_result(tx, &held, saved.id).await?;
    announce(tx, held.job, &job, Some(saved.id)).await?;
    Ok(saved.id)
}

async fn save_and_tell(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: Lease,
    job: Job,
) -> Result<(), StoreError> {
    lease::save(tx, dialect, &held, &job).await?;
    announce(tx, held.job, &job, None).await
}

async fn amend_and_tell(
    tx: &DatabaseTransaction,
    job: Job,
    read_version: i64,
) -> Result<(), StoreError> {
    lease::amend(tx, &job, read_version).await?;
    announce(tx, job.id, &job, None).await
}
