//! Writing down what a caller is to be told, with the change that it tells of.

use domain::{Announcement, Job, JobId, ScriptId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::sea::WAITING;
use crate::StoreError;
use crate::columns::from_time;
use crate::entities::webhook::{ActiveModel, Entity};

/// For the transaction that writes the job. The same change is written once: its id is the key.
pub(crate) async fn announce<C: ConnectionTrait>(
    db: &C,
    job: JobId,
    written: &Job,
    script: Option<ScriptId>,
) -> Result<(), StoreError> {
    let Some(Announcement { id, url, body }) = written.announcement(script) else { return Ok(()) };
    let now = from_time(written.updated_at);
    let row = ActiveModel {
        id: Set(id),
        job_id: Set(job.get()),
        url: Set(url.into()),
        body: Set(body),
        state: Set(WAITING.to_owned()),
        attempts: Set(0),
        due_at: Set(now),
        error: Set(String::new()),
        created_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
