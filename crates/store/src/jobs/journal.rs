//! Replies of authors that are not part of their job yet.

use domain::{Draft, JobId};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde::{Deserialize, Serialize};

use crate::columns::{from_json, to_json};
use crate::database::Dialect;
use crate::entities::job_reply::Entity;
use crate::{Lease, StoreError};

/// What came of a call of an author that cost something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
// A draft is written as itself, as it was before there was anything else to keep.
#[serde(untagged)]
pub enum Reply {
    /// A script or a question.
    Draft(Draft),
    /// Neither of them, even after the author was told so.
    NoDraft {
        /// What is wrong with it.
        wrong: String,
    },
}

/// Keeps a reply if the lease holds. One that is kept already stays: it was paid for first.
pub(super) async fn keep<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    held: &Lease,
    call: &str,
    reply: &Reply,
) -> Result<(), StoreError> {
    let now = dialect.now_ms();
    // The update of nothing makes the row count, so that none means a lost lease.
    let sql = format!(
        "INSERT INTO job_replies (job_id, call, reply) \
         SELECT id, $3, $4 FROM jobs WHERE id = $1 AND fence = $2 AND lease_expires_at > {now} \
         ON CONFLICT (job_id, call) DO UPDATE SET reply = job_replies.reply"
    );
    let values =
        [held.job.get().into(), held.fence.into(), call.into(), from_json("reply", reply)?.into()];
    let insert = Statement::from_sql_and_values(dialect.backend(), sql, values);
    match db.execute_raw(insert).await?.rows_affected() {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

/// The reply to that call, if it is kept.
pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    job: JobId,
    call: &str,
) -> Result<Option<Reply>, StoreError> {
    let row = Entity::find_by_id((job.get(), call.to_owned())).one(db).await?;
    row.map(|row| to_json("reply", &row.reply)).transpose()
}
