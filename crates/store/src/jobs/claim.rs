//! The claim: how a worker gets a job that nobody else gets.
//!
//! Claimable is a job that needs a worker (pending or running) and has no valid lease. One statement
//! finds the oldest, gives it the lease and a new fence, and returns it.
//!
//! Why no two workers get the same job:
//!
//! - **SQLite.** The statement writes, so it takes the database's write lock before it reads: at any
//!   moment at most one claim in all processes is between its search and its end. The next one sees
//!   the lease that this one wrote, and finds the job not claimable.
//! - **PostgreSQL.** The CTE locks the row that it finds (`FOR UPDATE`) and passes over rows that
//!   others have locked (`SKIP LOCKED`). A row that somebody changed between the search and the lock
//!   is looked at again in its newest form: when it is no longer claimable, it is passed over too.
//!   The lock is held until the statement commits, so whoever gets to the row later sees the lease.
//!   `MATERIALIZED` makes the search run once. A plain subquery may be run once for each row of the
//!   outer scan, and would lock a further job each time.
//!
//! Why a former holder cannot write: each claim adds one to the fence in the statement that gives the
//! lease, and each write of a worker names its fence ([`super::lease`]).
//!
//! The statuses are written out and not bound, because a partial index serves a query only when its
//! condition stands in the query's text. SQLite is told to use that index: of its own it would walk
//! the whole table in the order of `id`, past all jobs that are over.

use std::time::Duration;

use sea_orm::{FromQueryResult, IdenStatic, Iterable, Statement};

use crate::database::{Database, Dialect, lease_ms};
use crate::entities::job::{Column, Model};
use crate::{StoreError, WorkerId};

/// Takes the oldest claimable job, if there is one.
pub(super) async fn claim(
    db: &Database,
    worker: &WorkerId,
    lease: Duration,
) -> Result<Option<Model>, StoreError> {
    let dialect = db.dialect();
    let values = [worker.0.clone().into(), lease_ms(lease).into()];
    let statement = Statement::from_sql_and_values(dialect.backend(), sql(dialect), values);
    // All rows of one: so the statement is run to its end, which is its commit.
    Ok(Model::find_by_statement(statement).all(db.write()).await?.pop())
}

fn sql(dialect: Dialect) -> String {
    // By name and not `*`: a server of this version goes on while a newer one adds columns, and
    // PostgreSQL refuses a prepared statement whose result has changed its form.
    let columns: Vec<_> =
        Column::iter().map(|column| format!("jobs.{}", column.as_str())).collect();
    let columns = columns.join(", ");
    let now = dialect.now_ms();
    let claimable = format!(
        "status IN ('pending', 'running') AND (lease_expires_at IS NULL OR lease_expires_at <= {now})"
    );
    let lease = format!("fence = fence + 1, lease_owner = $1, lease_expires_at = {now} + $2");
    match dialect {
        Dialect::Sqlite => format!(
            "UPDATE jobs SET {lease} WHERE id = \
             (SELECT id FROM jobs INDEXED BY jobs_claimable WHERE {claimable} ORDER BY id LIMIT 1) \
             RETURNING {columns}"
        ),
        Dialect::Postgres => format!(
            "WITH oldest AS MATERIALIZED \
             (SELECT id FROM jobs WHERE {claimable} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) \
             UPDATE jobs SET {lease} FROM oldest WHERE jobs.id = oldest.id RETURNING {columns}"
        ),
    }
}
