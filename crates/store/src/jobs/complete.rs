//! The end of a job that led to a script: both are written, or neither is.

use std::sync::Arc;

use domain::{Job, NewScript, ScriptId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::lease;
use super::save::{self, Save, changes, is_held, place};
use crate::database::{Database, Dialect};
use crate::scripts::write::{Before, Columns, retried};
use crate::webhooks::write::announce;
use crate::{Lease, StoreError};

/// Ends the job if the lease holds, and saves the script as a candidate.
pub(super) async fn complete(
    db: &Database,
    held: &Lease,
    job: &Job,
    script: NewScript,
) -> Result<ScriptId, StoreError> {
    let script = Arc::new(Columns::of(script)?);
    retried(|| async {
        // One statement is a transaction of its own, unless there is somebody to tell.
        if db.dialect() == Dialect::Postgres && job.callback_url.is_none() {
            return at_once(db.write(), held, job, &script).await;
        }
        let (dialect, held) = (db.dialect(), held.clone());
        let (job, script) = (job.clone(), Arc::clone(&script));
        db.unit(move |tx| Box::pin(complete_and_tell(tx, dialect, held, job, script))).await
    })
    .await
}

async fn complete_and_tell(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: Lease,
    job: Job,
    script: Arc<Columns>,
) -> Result<ScriptId, StoreError> {
    let id = match dialect {
        Dialect::Sqlite => one_by_one(tx, dialect, &held, &job, &script).await?,
        Dialect::Postgres => at_once(tx, &held, &job, &script).await?,
    };
    announce(tx, held.job, &job, Some(id)).await?;
    Ok(id)
}

/// The job's end first: it asks for the lease, so that of two who would save a script for the job the
/// second finds its lease lost before it writes anything.
async fn one_by_one(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    held: &Lease,
    job: &Job,
    script: &Columns,
) -> Result<ScriptId, StoreError> {
    save::one(tx, dialect, Save::of(held, job)?).await?;
    let saved = script.insert(tx, dialect, job.updated_at).await?;
    lease::name_result(tx, held, saved.id).await?;
    Ok(saved.id)
}

/// The same as one statement, for PostgreSQL: each more is a way there and back with the job's row
/// locked. The script is numbered first, so that the job names it where it ends.
async fn at_once<C: ConnectionTrait>(
    db: &C,
    held: &Lease,
    job: &Job,
    script: &Columns,
) -> Result<ScriptId, StoreError> {
    let dialect = Dialect::Postgres;
    let told = |name: &str| match name {
        "result_script_id" => "next.id".to_owned(),
        other => place(other),
    };
    let with = format!(
        "WITH next AS MATERIALIZED \
         (SELECT nextval('scripts_id_seq') AS id), \
         numbered AS (UPDATE jobs SET {} FROM next WHERE {} RETURNING next.id)",
        changes(told),
        is_held(dialect, told),
    );
    let before = Before { with, values: Save::of(held, job)?.into_values() };
    let saved = script.insert_after(db, dialect, job.updated_at, before).await?;
    saved.ok_or(StoreError::LeaseLost)
}
