//! What is set aside for calls that are under way, so that jobs at the same time do not spend the same.
//!
//! A row says what the present call of a job may use at most. It counts for as long as the job is held
//! under the fence of the row: of what a dead worker set aside nothing is left once its lease has run
//! out, and nobody has to clear up.

use domain::{Allowance, AuthorName, Usage};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};

use super::sea::{column, count, on_day};
use crate::columns::corrupt;
use crate::database::Dialect;
use crate::{Lease, Reserved, StoreError};

/// Sets aside as much of `most` as is left. One at a time for each author.
pub(super) async fn reserve(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: Lease,
    author: AuthorName,
    day: String,
    most: Usage,
    per_day: Allowance,
) -> Result<Reserved, StoreError> {
    dialect.serialize(tx, &format!("the budget of {author}")).await?;
    let left = per_day.less(on_day(tx, &author, &day).await?);
    let others = of_others(tx, dialect, &held, &author, &day).await?;
    let tokens = most.tokens().min(left.tokens.unwrap_or(u64::MAX));
    let cost_micros = most.cost_micros.min(left.cost_micros.unwrap_or(u64::MAX));
    if !left.less(others).covers(most) && !others.is_nothing() {
        return Ok(Reserved::Held);
    }
    keep(tx, dialect, &held, &author, &day, tokens, cost_micros).await?;
    Ok(Reserved::Yes(Allowance { tokens: Some(tokens), cost_micros: Some(cost_micros) }))
}

/// What other jobs set aside, as far as they are still held.
async fn of_others(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: &Lease,
    author: &AuthorName,
    day: &str,
) -> Result<Usage, StoreError> {
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(r.tokens), 0) AS BIGINT) AS tokens, \
         CAST(COALESCE(SUM(r.cost_micros), 0) AS BIGINT) AS cost_micros \
         FROM author_reservations r JOIN jobs j ON j.id = r.job_id AND j.fence = r.fence \
         WHERE r.author = $1 AND r.day = $2 AND r.job_id <> $3 \
         AND j.lease_owner IS NOT NULL AND j.lease_expires_at > {}",
        dialect.now_ms()
    );
    let values = [author.as_str().into(), day.into(), held.job.get().into()];
    let statement = Statement::from_sql_and_values(dialect.backend(), sql, values);
    let row = tx.query_one_raw(statement).await?.ok_or_else(|| corrupt("a sum", "no row"))?;
    Ok(Usage {
        tokens_in: count(row.try_get("", "tokens")?),
        cost_micros: count(row.try_get("", "cost_micros")?),
        ..Usage::default()
    })
}

async fn keep(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: &Lease,
    author: &AuthorName,
    day: &str,
    tokens: u64,
    cost_micros: u64,
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO author_reservations (job_id, fence, author, day, tokens, cost_micros) \
         SELECT id, fence, $3, $4, $5, $6 FROM jobs \
         WHERE id = $1 AND fence = $2 AND lease_expires_at > {} \
         ON CONFLICT (job_id) DO UPDATE SET fence = excluded.fence, author = excluded.author, \
         day = excluded.day, tokens = excluded.tokens, cost_micros = excluded.cost_micros",
        dialect.now_ms()
    );
    let values = [
        held.job.get().into(),
        held.fence.into(),
        author.as_str().into(),
        day.into(),
        column(tokens).into(),
        column(cost_micros).into(),
    ];
    let insert = Statement::from_sql_and_values(dialect.backend(), sql, values);
    match tx.execute_raw(insert).await?.rows_affected() {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

/// Ends what the job set aside, if it still holds it.
pub(super) async fn release<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    held: &Lease,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM author_reservations WHERE job_id = $1 AND fence = $2";
    let values = [held.job.get().into(), held.fence.into()];
    db.execute_raw(Statement::from_sql_and_values(dialect.backend(), sql, values)).await?;
    Ok(())
}
