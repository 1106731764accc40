//! Callers' promises that the same key means the same request.

use chrono::TimeDelta;
use domain::{JobId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::columns::{corrupt, from_time, refuse_nul};
use crate::database::Dialect;
use crate::entities::idempotency_key::{ActiveModel, Column, Entity};
use crate::{Idempotency, StoreError};

/// How long a key stands for its request. A caller who repeats a request does so within minutes.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// That the database can keep the key.
pub(super) fn check(key: &Idempotency) -> Result<(), StoreError> {
    refuse_nul("Idempotency-Key", &key.key)
}

/// The job that the key stands for, if it was used within its lifetime. Until the transaction ends,
/// others who use the same key wait here, so that two requests at once make one job.
pub(super) async fn find(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    used: &Idempotency,
    now: Timestamp,
) -> Result<Option<JobId>, StoreError> {
    dialect.serialize(tx, &format!("idempotency {} {}", used.owner, used.key)).await?;
    Entity::delete_many().filter(Column::CreatedAt.lte(from_time(now - LIFETIME))).exec(tx).await?;
    read(tx, used, now).await
}

/// The same for one who makes nothing.
pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    used: &Idempotency,
    now: Timestamp,
) -> Result<Option<JobId>, StoreError> {
    let id = (used.owner.clone(), used.key.clone());
    let alive = Column::CreatedAt.gt(from_time(now - LIFETIME));
    match Entity::find_by_id(id).filter(alive).one(db).await? {
        None => Ok(None),
        Some(row) if row.request_hash != used.request_hash => Err(StoreError::IdempotencyMismatch),
        Some(row) => match JobId::new(row.job_id) {
            Some(job) => Ok(Some(job)),
            None => Err(corrupt("job_id of an idempotency key", "no id")),
        },
    }
}

/// Keeps a key for the job that it made.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    used: Idempotency,
    job: JobId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        owner: Set(used.owner),
        key: Set(used.key),
        request_hash: Set(used.request_hash),
        job_id: Set(job.get()),
        created_at: Set(from_time(now)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
