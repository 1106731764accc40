//! One repair of a script at a time, however many failures ask for one.

use domain::{Act, DriftStatus, JobId, ScriptId, Status};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};

use super::RepairJob;
use crate::StoreError;
use crate::audit::write::append;
use crate::columns::corrupt;
use crate::database::Dialect;
use crate::entities::{drift_event, job, repair};
use crate::jobs::sea::Accepted;

pub(super) async fn open(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    script: ScriptId,
    accepted: Accepted,
    act: Act,
) -> Result<RepairJob, StoreError> {
    // Who comes second waits here and finds the first one's. The table's key promises the same.
    dialect.serialize(tx, &format!("repair {script}")).await?;
    if let Some(known) = repair::Entity::find_by_id(script.get()).one(tx).await? {
        if !is_done(tx, &known).await? {
            link(tx, script, known.job_id).await?;
            return Ok(RepairJob { job: to_job(known.job_id)?, is_new: false });
        }
        repair::Entity::delete_by_id(script.get()).exec(tx).await?;
    }
    let id = accepted.insert(tx, dialect).await?;
    append(tx, act.on(id)).await?;
    let row = repair::ActiveModel { script_id: Set(script.get()), job_id: Set(id.get()) };
    repair::Entity::insert(row).exec_without_returning(tx).await?;
    link(tx, script, id.get()).await?;
    Ok(RepairJob { job: id, is_new: true })
}

/// Whether a repair has nothing more to do with what happens now: its job is over, and the events that
/// it was for are resolved.
async fn is_done(tx: &DatabaseTransaction, known: &repair::Model) -> Result<bool, StoreError> {
    use drift_event::Column;
    let over = [Status::Completed.as_str(), Status::Failed.as_str()];
    let at_work = job::Entity::find_by_id(known.job_id)
        .filter(job::Column::Status.is_not_in(over))
        .count(tx)
        .await?;
    if at_work > 0 {
        return Ok(false);
    }
    let waiting = drift_event::Entity::find()
        .filter(Column::RepairJob.eq(known.job_id))
        .filter(Column::Status.eq(DriftStatus::Open.as_str()))
        .count(tx)
        .await?;
    Ok(waiting == 0)
}

async fn link(tx: &DatabaseTransaction, script: ScriptId, job: i64) -> Result<(), StoreError> {
    use drift_event::Column;
    drift_event::Entity::update_many()
        .col_expr(Column::RepairJob, Expr::val(job))
        .filter(Column::ScriptId.eq(script.get()))
        .filter(Column::Status.eq(DriftStatus::Open.as_str()))
        .filter(Column::RepairJob.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn to_job(id: i64) -> Result<JobId, StoreError> {
    JobId::new(id).ok_or_else(|| corrupt("job_id of a repair", "no id"))
}
