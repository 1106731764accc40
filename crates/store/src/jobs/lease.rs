//! What the holder of a lease may write.
//!
//! Each of these, and of [`super::save`], is one UPDATE that names the fence and asks that the lease has not run out by the
//! database's clock. If another worker claimed the job, or a person changed it, the fence is another
//! and no row is touched. If the lease merely ran out, no row is touched either: another worker may
//! claim the job at any moment, and a write that is refused from a known moment on is easier to
//! reason about than one that races with the claim.
//!
//! A write of the job also asks that the row is in no later form. A worker that heard no answer writes
//! again on another connection, and goes on; what it sent first may still be under way, and has the
//! right fence. `tests/protocol.rs` is a model of all this.

use std::time::Duration;

use domain::{Job, ScriptId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::row::to_columns;
use crate::database::Dialect;
use crate::entities::job::{Column, Entity};
use crate::{Lease, StoreError};

/// That the job is this worker's now.
fn is_held(dialect: Dialect, held: &Lease) -> Condition {
    is_fenced(held).add(Expr::col(Column::LeaseExpiresAt).gt(dialect.now()))
}

fn is_fenced(held: &Lease) -> Condition {
    Condition::all().add(Column::Id.eq(held.job.get())).add(Column::Fence.eq(held.fence))
}

/// Names the script that a job led to. For the transaction that also [saves](super::save) the job's
/// end, which asked for the lease and locked the row.
pub(super) async fn name_result<C: ConnectionTrait>(
    db: &C,
    held: &Lease,
    script: ScriptId,
) -> Result<(), StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::ResultScriptId, Expr::val(script.get()))
        .filter(is_fenced(held));
    one_row(update.exec(db).await?.rows_affected)
}

/// Prolongs the lease if it holds.
pub(super) async fn renew<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    held: &Lease,
    lease: Duration,
) -> Result<(), StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::LeaseExpiresAt, dialect.end_of(lease))
        .filter(is_held(dialect, held));
    one_row(update.exec(db).await?.rows_affected)
}

/// Ends the lease, if nobody else did. It may have run out already.
pub(super) async fn release<C: ConnectionTrait>(db: &C, held: &Lease) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::val(None::<String>))
        .col_expr(Column::LeaseExpiresAt, Expr::val(None::<i64>))
        .col_expr(Column::Claims, one_claim_less())
        .filter(is_fenced(held))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends the lease and keeps others from the job for a while. The new fence says that nobody holds it,
/// though a moment stands where a lease's end would.
pub(super) async fn postpone<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    held: &Lease,
    wait: Duration,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::val(None::<String>))
        .col_expr(Column::LeaseExpiresAt, dialect.end_of(wait))
        .col_expr(Column::Claims, one_claim_less())
        .col_expr(Column::Fence, Expr::col(Column::Fence).add(1))
        .filter(is_fenced(held))
        .exec(db)
        .await?;
    Ok(())
}

/// A worker that gives a job back did not die of it.
fn one_claim_less() -> SimpleExpr {
    Expr::case(Expr::col(Column::Claims).gt(0), Expr::col(Column::Claims).sub(1)).finally(0).into()
}

/// Writes a change that a person made, if nobody changed the job since `read_version`. The new fence
/// takes the job from whoever held it.
pub(super) async fn amend<C: ConnectionTrait>(
    db: &C,
    job: &Job,
    read_version: i64,
) -> Result<(), StoreError> {
    let mut columns = to_columns(job)?;
    columns.lease_owner = Set(None);
    columns.lease_expires_at = Set(None);
    columns.claims = Set(0);
    let update = Entity::update_many()
        .set(columns)
        .col_expr(Column::Fence, Expr::col(Column::Fence).add(1))
        .filter(Column::Id.eq(job.id.get()))
        .filter(Column::Version.eq(read_version));
    match update.exec(db).await?.rows_affected {
        0 => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

const fn one_row(rows: u64) -> Result<(), StoreError> {
    match rows {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}
