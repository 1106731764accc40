//! Writing jobs under their leases: one, or many by one statement.
//!
//! The rows come as one JSON text, so that the statement is the same however many they are. Each row
//! names its fence and is written or not for itself: see [`super::lease`].

use std::collections::HashSet;

use domain::{Job, JobId, State};
use sea_orm::sea_query::sea_value_to_json_value;
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, IdenStatic as _, Iterable as _, Statement};
use serde_json::{Map, Value};

use super::row::to_columns;
use crate::columns::{corrupt, from_json};
use crate::database::Dialect;
use crate::entities::job::Column;
use crate::{Lease, StoreError};

/// The kind of a column that a worker writes; none of one that it leaves as it is. There is no arm for
/// all others, so that a column that comes is not forgotten here: what is not written is lost.
const fn kind(column: Column) -> Option<&'static str> {
    match column {
        Column::Status
        | Column::Stage
        | Column::HypothesisSource
        | Column::HypothesisAuthor
        | Column::HypothesisProvenance
        | Column::Attempts
        | Column::Rounds
        | Column::Logs
        | Column::Growing
        | Column::Usage
        | Column::Outage => Some("text"),
        Column::Retries
        | Column::RetriesBeforeAnswer
        | Column::ResultScriptId
        | Column::UpdatedAt
        | Column::Version => Some("bigint"),
        // What a job is accepted with, its place in the queue, and whose it is.
        Column::Id
        | Column::Provider
        | Column::Topic
        | Column::Author
        | Column::MaxRetries
        | Column::CallbackUrl
        | Column::StartedBy
        | Column::CreatedAt
        | Column::Priority
        | Column::Turn
        | Column::Fence
        | Column::LeaseOwner
        | Column::LeaseExpiresAt
        | Column::Claims => None,
    }
}

/// The columns that a worker writes, and their kinds.
fn written() -> impl Iterator<Item = (Column, &'static str)> {
    Column::iter().filter_map(|column| Some((column, kind(column)?)))
}

/// What else a row says: which job, under which claim, and whether that ends.
const TOLD: [(&str, &str); 3] = [("id", "bigint"), ("fence", "bigint"), ("ends", "boolean")];

/// A job's new state and the lease under which it is written.
pub(super) struct Save {
    pub(super) job: JobId,
    row: Map<String, Value>,
}

impl Save {
    pub(super) fn of(held: &Lease, job: &Job) -> Result<Self, StoreError> {
        let columns = to_columns(job)?;
        let mut row: Map<String, Value> = written()
            .filter_map(|(column, _)| Some((column, columns.get(column).into_value()?)))
            .map(|(column, value)| (column.as_str().to_owned(), sea_value_to_json_value(&value)))
            .collect();
        row.insert("id".to_owned(), held.job.get().into());
        row.insert("fence".to_owned(), held.fence.into());
        row.insert("ends".to_owned(), (!keeps_lease(job.state)).into());
        Ok(Self { job: held.job, row })
    }
}

/// Whether a job in this state is a worker's business. One that is queued is between two workers.
const fn keeps_lease(state: State) -> bool {
    match state {
        State::Gathering | State::Generating | State::Testing | State::Retrying => true,
        State::Queued | State::Waiting(_) | State::Completed | State::Failed => false,
    }
}

/// Writes the job if the lease holds. A state that needs no worker ends the lease.
pub(super) async fn one<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    held: &Lease,
    job: &Job,
) -> Result<(), StoreError> {
    let written = many(db, dialect, &[&Save::of(held, job)?]).await?;
    if written.contains(&held.job) { Ok(()) } else { Err(StoreError::LeaseLost) }
}

/// Writes those jobs whose leases hold, and gives their numbers. Each job is there once.
pub(super) async fn many<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    saves: &[&Save],
) -> Result<HashSet<JobId>, StoreError> {
    let rows: Vec<_> = saves.iter().map(|save| &save.row).collect();
    let mut values = vec![from_json("jobs", &rows)?.into()];
    if dialect == Dialect::Postgres {
        let ids: Vec<String> = saves.iter().map(|save| save.job.to_string()).collect();
        values.push(format!("{{{}}}", ids.join(",")).into());
    }
    let statement = Statement::from_sql_and_values(dialect.backend(), sql(dialect), values);
    let written = db.query_all_raw(statement).await?;
    written
        .iter()
        .map(|row| JobId::new(row.try_get("", "id")?).ok_or_else(|| corrupt("id", "no id")))
        .collect()
}

fn sql(dialect: Dialect) -> String {
    let list = |each: fn(&str, &str) -> String| {
        let written = written().map(|(column, kind)| (column.as_str(), kind));
        let columns = TOLD.into_iter().chain(written);
        columns.map(|(name, kind)| each(name, kind)).collect::<Vec<_>>().join(", ")
    };
    let (rows, which) = match dialect {
        Dialect::Sqlite => {
            let columns = list(|name, _| format!("value ->> '{name}' AS \"{name}\""));
            (format!("(SELECT {columns} FROM json_each($1)) AS new"), "")
        }
        Dialect::Postgres => {
            let columns = list(|name, kind| format!("\"{name}\" {kind}"));
            // PostgreSQL takes the rows of a function for a hundred, for which it may read all jobs:
            // the numbers beside them lead it through the key. It cannot see how many they are, or
            // it would plan anew each time, which costs more than the write.
            let which = " AND jobs.id = ANY(ARRAY(SELECT unnest(CAST($2 AS TEXT)::bigint[])))";
            (format!("json_to_recordset($1::json) AS new ({columns})"), which)
        }
    };
    let set = written().map(|(column, _)| format!("{0} = new.{0}", column.as_str()));
    let set = set.collect::<Vec<_>>().join(", ");
    let now = dialect.now_ms();
    // The right sides see the row as it was: a new stage begins with this worker's claim.
    format!(
        "UPDATE jobs SET {set}, \
         claims = CASE WHEN jobs.stage = new.stage THEN jobs.claims ELSE 1 END, \
         lease_owner = CASE WHEN new.ends THEN NULL ELSE jobs.lease_owner END, \
         lease_expires_at = CASE WHEN new.ends THEN NULL ELSE jobs.lease_expires_at END \
         FROM {rows} WHERE jobs.id = new.id{which} AND jobs.fence = new.fence \
         AND jobs.lease_expires_at > {now} AND jobs.version <= new.version RETURNING jobs.id"
    )
}
