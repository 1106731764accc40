//! How many jobs there are in each state that passes, and how long the next one has waited.
//!
//! Every count is along an index and stops at a bound, so that a look costs milliseconds whatever is
//! in the table. Jobs that are over are not counted: they grow without bound, and counters of what
//! happened serve better.

use domain::Timestamp;
use sea_orm::{ConnectionTrait, QueryResult, Statement};

use super::claim::READY;
use crate::columns::{corrupt, to_count, to_time};
use crate::database::{Database, Dialect};
use crate::{Census, StoreError};

/// The jobs that nobody has and that could run, `most` of them at most.
pub(super) async fn waiting(db: &Database, most: u32) -> Result<u32, StoreError> {
    let dialect = db.dialect();
    let row = one(db, &format!("SELECT {} AS waiting", count(ready(dialect), READY)), most).await?;
    number(&row, "waiting")
}

/// All counts, each `most` at most.
pub(super) async fn take(db: &Database, most: u32) -> Result<Census, StoreError> {
    let ready = ready(db.dialect());
    let of = |status: &str| count("", &format!("status = '{status}'"));
    let sql = format!(
        "SELECT {} AS waiting, {} AS pending, {} AS running, {} AS asking, \
         (SELECT updated_at FROM jobs {ready} WHERE {READY} \
          ORDER BY priority DESC, turn, id LIMIT 1) AS next_since",
        count(ready, READY),
        of("pending"),
        of("running"),
        of("needs_clarification"),
    );
    let row = one(db, &sql, most).await?;
    let since: Option<i64> = row.try_get("", "next_since")?;
    let next_since: Option<Timestamp> = since.map(|ms| to_time("updated_at", ms)).transpose()?;
    Ok(Census {
        waiting: number(&row, "waiting")?,
        pending: number(&row, "pending")?,
        running: number(&row, "running")?,
        needs_clarification: number(&row, "asking")?,
        next_since,
    })
}

const fn ready(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "INDEXED BY jobs_ready",
        Dialect::Postgres => "",
    }
}

fn count(index: &str, condition: &str) -> String {
    format!(
        "(SELECT COUNT(*) FROM (SELECT 1 FROM jobs {index} WHERE {condition} LIMIT $1) AS counted)"
    )
}

async fn one(db: &Database, sql: &str, most: u32) -> Result<QueryResult, StoreError> {
    let values = [i64::from(most).into()];
    let statement = Statement::from_sql_and_values(db.dialect().backend(), sql, values);
    db.read().query_one_raw(statement).await?.ok_or_else(|| corrupt("a count", "no row"))
}

fn number(row: &QueryResult, column: &str) -> Result<u32, StoreError> {
    to_count(column, row.try_get("", column)?)
}
