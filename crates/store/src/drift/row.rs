//! A drift event as its row.

use domain::{Drift, DriftId, DriftKey, JobId, NewDrift, Owner, ScriptId};

use crate::StoreError;
use crate::columns::{corrupt, to_time, to_word};
use crate::entities::drift_event::Model;

pub(super) fn to_drift(row: Model) -> Result<Drift, StoreError> {
    let id = to_id(row.id)?;
    let script = ScriptId::new(row.script_id).ok_or_else(|| corrupt("script_id", "no id"))?;
    Ok(Drift {
        id,
        seen: NewDrift {
            key: DriftKey { script, kind: to_word("kind", &row.kind)?, path: row.path },
            provider: to_word("provider", &row.provider)?,
            topic: to_word("topic", &row.topic)?,
            owner: row.owner.map(Owner::named),
            failure: row.failure,
            reproduced: row.reproduced != 0,
        },
        status: to_word("status", &row.status)?,
        count: u64::try_from(row.count).map_err(|_| corrupt("count", "out of range"))?,
        first_seen: to_time("first_seen", row.first_seen)?,
        last_seen: to_time("last_seen", row.last_seen)?,
        repair: to_job(row.repair_job)?,
        resolved_at: row.resolved_at.map(|ms| to_time("resolved_at", ms)).transpose()?,
        resolved_by: row.resolved_by,
    })
}

pub(super) fn to_id(id: i64) -> Result<DriftId, StoreError> {
    DriftId::new(id).ok_or_else(|| corrupt("id of a drift event", "no id"))
}

pub(super) fn to_job(id: Option<i64>) -> Result<Option<JobId>, StoreError> {
    id.map(|id| JobId::new(id).ok_or_else(|| corrupt("repair_job", "no id"))).transpose()
}
