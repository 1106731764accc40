//! A script as its row.

use domain::{Actor, JobId, NewScript, Script, ScriptId};

use crate::StoreError;
use crate::columns::{corrupt, to_count, to_json, to_time, to_word};
use crate::entities::script::Model;

/// The script in a row.
pub(super) fn to_script(row: Model) -> Result<Script, StoreError> {
    let number = row.id;
    read(row).map_err(|error| match error {
        StoreError::Corrupt(what) => StoreError::Corrupt(format!("script {number}, {what}")),
        other => other,
    })
}

fn read(row: Model) -> Result<Script, StoreError> {
    let job = row
        .job_id
        .map(|id| JobId::new(id).ok_or_else(|| corrupt("job_id", "no id")))
        .transpose()?;
    Ok(Script {
        id: ScriptId::new(row.id).ok_or_else(|| corrupt("id", "no id"))?,
        version: to_count("version", row.version)?,
        status: to_word("status", &row.status)?,
        content: NewScript {
            provider: to_word("provider", &row.provider)?,
            topic: to_word("topic", &row.topic)?,
            source: row.source,
            author: row.author.map(|author| to_word("author", &author)).transpose()?,
            job,
            started_by: row.started_by.map(Actor::named),
            provenance: to_json("provenance", &row.provenance)?,
            test_results: to_json("test_results", &row.test_results)?,
        },
        created_at: to_time("created_at", row.created_at)?,
        updated_at: to_time("updated_at", row.updated_at)?,
    })
}
