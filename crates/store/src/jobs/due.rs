//! Jobs whose moment has come: the lease of a dead worker ran out, or a job was postponed until now.
//!
//! `lease_expires_at` says until when nobody else may have the job, with a holder or without one.
//! Here it is cleared once it has passed, which puts the job back into the queue at its old place. So
//! the index that claims go by holds what can run and nothing else.
//!
//! A fence is not needed: a lease that ran out can write no more ([`super::lease`]), whether or not
//! it was cleared.

use sea_orm::{ConnectionTrait, Statement};

use super::claim::OPEN;
use crate::StoreError;
use crate::database::{Database, Dialect};

/// Jobs put back at once; the rest follows with the next look.
const AT_ONCE: i64 = 200;

/// Puts jobs whose moment has come back into the queue; gives their number.
pub(super) async fn requeue(db: &Database) -> Result<u64, StoreError> {
    let dialect = db.dialect();
    let values = [AT_ONCE.into()];
    let statement = Statement::from_sql_and_values(dialect.backend(), sql(dialect), values);
    Ok(db.write().execute_raw(statement).await?.rows_affected())
}

fn sql(dialect: Dialect) -> String {
    let now = dialect.now_ms();
    let due = format!(
        "WHERE {OPEN} AND lease_expires_at IS NOT NULL AND lease_expires_at <= {now} \
         ORDER BY lease_expires_at LIMIT $1"
    );
    let free = "lease_owner = NULL, lease_expires_at = NULL";
    match dialect {
        Dialect::Sqlite => format!(
            "UPDATE jobs SET {free} WHERE id IN (SELECT id FROM jobs INDEXED BY jobs_due {due})"
        ),
        Dialect::Postgres => format!(
            "WITH due AS MATERIALIZED (SELECT id FROM jobs {due} FOR UPDATE SKIP LOCKED) \
             UPDATE jobs SET {free} FROM due WHERE jobs.id = due.id"
        ),
    }
}
