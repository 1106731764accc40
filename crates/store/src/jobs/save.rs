//! Writing jobs under their leases: one, or many by one statement.
//!
//! The rows of many come as one JSON text, so that the statement is the same however many they are.
//! Each row names its fence and is written or not for itself: see [`super::lease`].

use std::collections::HashSet;

use domain::{Job, JobId, State};
use sea_orm::sea_query::sea_value_to_json_value;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, IdenStatic as _, Iterable as _, Statement, Value,
};
use serde_json::{Map, Value as Json};

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

/// What else is told of a job: which one, under which claim, and whether that ends.
const TOLD: [(&str, &str); 3] = [("id", "bigint"), ("fence", "bigint"), ("ends", "boolean")];

/// All that is told of a job, and of what kind it is.
fn told() -> impl Iterator<Item = (&'static str, &'static str)> {
    let written = Column::iter().filter_map(|column| Some((column.as_str(), kind(column)?)));
    TOLD.into_iter().chain(written)
}

/// A job's new state and the lease under which it is written.
pub(super) struct Save {
    pub(super) job: JobId,
    /// As in [`told`].
    values: Vec<Value>,
}

impl Save {
    pub(super) fn of(held: &Lease, job: &Job) -> Result<Self, StoreError> {
        let columns = to_columns(job)?;
        let written = Column::iter().filter(|column| kind(*column).is_some());
        let written = written.filter_map(|column| columns.get(column).into_value());
        let ends = !keeps_lease(job.state);
        let mut values = vec![held.job.get().into(), held.fence.into(), ends.into()];
        values.extend(written);
        Ok(Self { job: held.job, values })
    }

    /// For a statement in which each value stands at its [`place`].
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }

    fn to_row(&self) -> Map<String, Json> {
        let names = told().map(|(name, _)| name.to_owned());
        names.zip(self.values.iter().map(sea_value_to_json_value)).collect()
    }
}

/// Where a statement of one job has a value.
pub(super) fn place(name: &str) -> String {
    let before = told().take_while(|(other, _)| *other != name).count();
    format!("${}", before + 1)
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
    save: Save,
) -> Result<(), StoreError> {
    let sql = format!("UPDATE jobs SET {} WHERE {}", changes(place), is_held(dialect, place));
    let statement = Statement::from_sql_and_values(dialect.backend(), sql, save.into_values());
    match db.execute_raw(statement).await?.rows_affected() {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

/// Writes those jobs whose leases hold, and gives their numbers. Each job is there once.
pub(super) async fn many<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    saves: &[&Save],
) -> Result<HashSet<JobId>, StoreError> {
    let rows: Vec<_> = saves.iter().map(|save| save.to_row()).collect();
    let mut values = vec![from_json("jobs", &rows)?.into()];
    if dialect == Dialect::Postgres {
        let ids: Vec<String> = saves.iter().map(|save| save.job.to_string()).collect();
        values.push(format!("{{{}}}", ids.join(",")).into());
    }
    let statement = Statement::from_sql_and_values(dialect.backend(), of_many(dialect), values);
    let written = db.query_all_raw(statement).await?;
    written
        .iter()
        .map(|row| JobId::new(row.try_get("", "id")?).ok_or_else(|| corrupt("id", "no id")))
        .collect()
}

fn of_many(dialect: Dialect) -> String {
    let list = |each: fn(&str, &str) -> String| {
        told().map(|(name, kind)| each(name, kind)).collect::<Vec<_>>().join(", ")
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
    let new = |name: &str| format!("new.{name}");
    let (changes, is_held) = (changes(new), is_held(dialect, new));
    format!("UPDATE jobs SET {changes} FROM {rows} WHERE {is_held}{which} RETURNING jobs.id")
}

/// What a save changes, where `new` gives what is told of the job. The right sides see the row as it
/// was: a new stage begins with this worker's claim.
pub(super) fn changes(new: impl Fn(&str) -> String) -> String {
    let written = told().map(|(name, _)| name).skip(TOLD.len());
    let written: Vec<_> = written.map(|name| format!("{name} = {}", new(name))).collect();
    let (written, stage, ends) = (written.join(", "), new("stage"), new("ends"));
    format!(
        "{written}, claims = CASE WHEN jobs.stage = {stage} THEN jobs.claims ELSE 1 END, \
         lease_owner = CASE WHEN {ends} THEN NULL ELSE jobs.lease_owner END, \
         lease_expires_at = CASE WHEN {ends} THEN NULL ELSE jobs.lease_expires_at END"
    )
}

/// That the lease holds, and the row is in no later form.
pub(super) fn is_held(dialect: Dialect, new: impl Fn(&str) -> String) -> String {
    let (now, [id, fence, version]) = (dialect.now_ms(), ["id", "fence", "version"].map(new));
    format!(
        "jobs.id = {id} AND jobs.fence = {fence} AND jobs.lease_expires_at > {now} \
         AND jobs.version <= {version}"
    )
}

#[cfg(test)]
pub(super) mod tests {
    use domain::{JobInputs, NewJob, Priority, Timestamp, Topic};

    use super::*;

    /// What is written of a job that is as it was accepted.
    pub(in crate::jobs) fn accepted(job: i64) -> Save {
        let job = JobId::new(job).unwrap();
        let new = NewJob {
            started_by: domain::Actor::server(),
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            author: None,
            max_retries: 3,
            callback_url: None,
            priority: Priority::Normal,
            inputs: JobInputs::default(),
        };
        let held = Lease { job, fence: 3 };
        Save::of(&held, &Job::accepted(job, &new, Timestamp::UNIX_EPOCH)).unwrap()
    }

    #[test]
    fn each_value_stands_where_it_is_said_to_stand() {
        let save = accepted(7);
        let row = save.to_row();
        assert_eq!(row.len(), told().count());
        let known: [(_, Json); 3] =
            [("id", 7.into()), ("fence", 3.into()), ("stage", "queued".into())];
        for (name, value) in known {
            let place: usize = place(name).trim_start_matches('$').parse().unwrap();
            assert_eq!(sea_value_to_json_value(&save.values[place - 1]), value, "{name}");
            assert_eq!(row[name], value, "{name}");
        }
    }
}
