//! The end of jobs that have been over for long.
//!
//! The scripts stay: only the number of the job that made them goes.

use domain::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, Statement,
};

use crate::StoreError;
use crate::columns::from_time;
use crate::database::Dialect;
use crate::entities::{
    author_reservation, drift_event, idempotency_key, job, job_inputs, job_reply, repair, script,
    webhook,
};

#[derive(FromQueryResult)]
struct Found {
    id: i64,
}

/// Removes some of the jobs that are over since before that moment, the oldest first; gives their
/// number. None where another server does so now.
pub(super) async fn remove(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    before: Timestamp,
    most: u32,
) -> Result<u32, StoreError> {
    if !dialect.is_alone(tx, "removal of old jobs").await? {
        return Ok(0);
    }
    // The statuses are written out, so that the partial index serves. A job that is over does not
    // change any more, so nothing needs to be locked.
    // No job was over before it was accepted, which is what the index is by.
    let sql = "SELECT id FROM jobs WHERE status IN ('completed', 'failed') AND created_at < $1 \
               AND updated_at < $1 ORDER BY created_at LIMIT $2";
    let values = [from_time(before).into(), i64::from(most).into()];
    let find = Statement::from_sql_and_values(dialect.backend(), sql, values);
    let ids: Vec<i64> =
        Found::find_by_statement(find).all(tx).await?.into_iter().map(|found| found.id).collect();
    script::Entity::update_many()
        .col_expr(script::Column::JobId, Expr::val(None::<i64>))
        .filter(script::Column::JobId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::JobId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    job_inputs::Entity::delete_many()
        .filter(job_inputs::Column::JobId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    job_reply::Entity::delete_many()
        .filter(job_reply::Column::JobId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    author_reservation::Entity::delete_many()
        .filter(author_reservation::Column::JobId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    webhook::Entity::delete_many()
        .filter(webhook::Column::JobId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    drift_event::Entity::update_many()
        .col_expr(drift_event::Column::RepairJob, Expr::val(None::<i64>))
        .filter(drift_event::Column::RepairJob.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    repair::Entity::delete_many()
        .filter(repair::Column::JobId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    let removed = job::Entity::delete_many().filter(job::Column::Id.is_in(ids)).exec(tx).await?;
    Ok(u32::try_from(removed.rows_affected).unwrap_or(u32::MAX))
}
