//! The claim: how a worker gets jobs that nobody else gets.
//!
//! Ready is a job that needs a worker (pending or running) and that nobody has: no lease is written
//! in it. One statement finds the first ones in the queue's order, gives them the lease and a new
//! fence, and returns them. What a dead worker had becomes ready in [`super::due`].
//!
//! Why no two workers get the same job:
//!
//! - **SQLite.** The statement writes, so it takes the database's write lock before it reads: at any
//!   moment at most one claim in all processes is between its search and its end. The next one sees
//!   the leases that this one wrote, and finds those jobs not ready.
//! - **PostgreSQL.** The CTE locks the rows that it finds (`FOR UPDATE`) and passes over rows that
//!   others have locked (`SKIP LOCKED`). A row that somebody changed between the search and the lock
//!   is looked at again in its newest form: when it is no longer ready, it is passed over too. The
//!   locks are held until the statement commits, so whoever gets to the rows later sees the leases.
//!   `MATERIALIZED` makes the search run once. A plain subquery may be run once for each row of the
//!   outer scan, and would lock further jobs each time.
//!
//! Why a former holder cannot write: each claim adds one to the fence in the statement that gives the
//! lease, and each write of a worker names its fence ([`super::lease`]).
//!
//! Why its cost does not grow with the jobs that are over, held or waiting: the index `jobs_ready`
//! has none of them, and is in the order of claims ([`super::turn`]), so the search ends after the
//! jobs that it takes. Only jobs of authors that the worker has no room for are passed over.
//!
//! The statuses are written out and not bound, because a partial index serves a query only when its
//! condition stands in the query's text. SQLite is told to use that index.

use std::time::Duration;

use domain::AuthorName;
use sea_orm::{FromQueryResult, IdenStatic, Iterable, Statement, Value};

use crate::database::{Database, Dialect, lease_ms};
use crate::entities::job::{Column, Model};
use crate::{Room, StoreError, WorkerId};

/// That a job needs a worker, as the partial indexes say it.
pub(super) const OPEN: &str = "status IN ('pending', 'running')";
/// That nobody has it.
pub(super) const READY: &str = "status IN ('pending', 'running') AND lease_expires_at IS NULL";

/// Takes the first ready jobs, in the queue's order.
pub(super) async fn claim(
    db: &Database,
    worker: &WorkerId,
    lease: Duration,
    room: &Room,
) -> Result<Vec<Model>, StoreError> {
    let dialect = db.dialect();
    let mut values: Vec<Value> =
        vec![worker.0.clone().into(), lease_ms(lease).into(), i64::from(room.jobs).into()];
    let named = room.without.iter().flatten();
    values.extend(named.map(|author: &AuthorName| Value::from(author.as_str())));
    let statement = Statement::from_sql_and_values(dialect.backend(), sql(dialect, room), values);
    // All rows: so the statement is run to its end, which is its commit.
    let mut rows = Model::find_by_statement(statement).all(db.write()).await?;
    rows.sort_by_key(|row| (-row.priority, row.turn, row.id));
    Ok(rows)
}

fn sql(dialect: Dialect, room: &Room) -> String {
    // By name and not `*`: a server of this version goes on while a newer one adds columns, and
    // PostgreSQL refuses a prepared statement whose result has changed its form.
    let columns: Vec<_> =
        Column::iter().map(|column| format!("jobs.{}", column.as_str())).collect();
    let columns = columns.join(", ");
    let now = dialect.now_ms();
    let first = format!("WHERE {READY}{} ORDER BY priority DESC, turn, id LIMIT $3", others(room));
    let lease = format!(
        "fence = fence + 1, claims = claims + 1, lease_owner = $1, lease_expires_at = {now} + $2"
    );
    match dialect {
        Dialect::Sqlite => format!(
            "UPDATE jobs SET {lease} WHERE id IN \
             (SELECT id FROM jobs INDEXED BY jobs_ready {first}) RETURNING {columns}"
        ),
        Dialect::Postgres => format!(
            "WITH first AS MATERIALIZED (SELECT id FROM jobs {first} FOR UPDATE SKIP LOCKED) \
             UPDATE jobs SET {lease} FROM first WHERE jobs.id = first.id RETURNING {columns}"
        ),
    }
}

/// The condition that leaves out the jobs of authors that have enough to do.
fn others(room: &Room) -> String {
    let named = room.without.iter().flatten().count();
    let unnamed = room.without.iter().any(Option::is_none);
    let places: Vec<String> = (0..named).map(|place| format!("${}", place + 4)).collect();
    let places = places.join(", ");
    match (named, unnamed) {
        (0, false) => String::new(),
        (0, true) => " AND author IS NOT NULL".to_owned(),
        // No author is in no list: such jobs are left out as well.
        (_, true) => format!(" AND author NOT IN ({places})"),
        (_, false) => format!(" AND (author IS NULL OR author NOT IN ({places}))"),
    }
}
