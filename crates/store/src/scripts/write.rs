//! Saving a script and moving it through its review. All of it within a transaction, and for each
//! provider and topic one at a time: the next version and the one active script depend on the rows
//! that are there.

use domain::{
    AuthorName, JobId, NewScript, ProviderSlug, Script, ScriptId, ScriptStatus, Timestamp, Topic,
};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
};

use super::row::to_script;
use crate::StoreError;
use crate::columns::{corrupt, from_json, from_json_without_nul, from_time, refuse_nul, to_count};
use crate::database::Dialect;
use crate::drift;
use crate::entities::script::{ActiveModel, Column, Entity};

/// A script as columns, whose number and version are not known yet.
pub(crate) struct Columns {
    content: NewScript,
    provenance: String,
    test_results: String,
}

impl Columns {
    pub(crate) fn of(content: NewScript) -> Result<Self, StoreError> {
        refuse_nul("source", &content.source)?;
        let provenance = from_json_without_nul("provenance", &content.provenance)?;
        // What a script returned in a test may hold anything; its NUL is kept as an escape.
        let test_results = from_json("test_results", &content.test_results)?;
        Ok(Self { content, provenance, test_results })
    }

    /// Saves it as a candidate under the next version.
    pub(crate) async fn insert(
        self,
        tx: &DatabaseTransaction,
        dialect: Dialect,
        now: Timestamp,
    ) -> Result<Script, StoreError> {
        let Self { content, provenance, test_results } = self;
        one_at_a_time(tx, dialect, content.provider.as_str(), content.topic.as_str()).await?;
        let version = latest_version(tx, &content.provider, content.topic).await? + 1;
        let status = ScriptStatus::Candidate;
        let row = ActiveModel {
            id: NotSet,
            provider: Set(content.provider.to_string()),
            topic: Set(content.topic.to_string()),
            version: Set(version.into()),
            status: Set(status.to_string()),
            source: Set(content.source.clone()),
            author: Set(content.author.as_ref().map(AuthorName::to_string)),
            job_id: Set(content.job.map(JobId::get)),
            provenance: Set(provenance),
            test_results: Set(test_results),
            created_at: Set(from_time(now)),
            updated_at: Set(from_time(now)),
        };
        let id = Entity::insert(row).exec(tx).await?.last_insert_id;
        let id = ScriptId::new(id).ok_or_else(|| corrupt("id", "no id"))?;
        Ok(Script { id, version, status, content, created_at: now, updated_at: now })
    }
}

/// The newest version of a provider and topic; zero when there is none.
pub(super) async fn latest_version<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    topic: Topic,
) -> Result<u32, StoreError> {
    let newest: Option<Option<i64>> = Entity::find()
        .select_only()
        .expr(Column::Version.max())
        .filter(Column::Provider.eq(provider.as_str()))
        .filter(Column::Topic.eq(topic.as_str()))
        .into_tuple()
        .one(db)
        .await?;
    to_count("version", newest.flatten().unwrap_or_default())
}

/// Moves a script on, if it is still in the status `from`.
pub(super) async fn set_status(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    id: ScriptId,
    from: ScriptStatus,
    to: ScriptStatus,
    now: Timestamp,
) -> Result<Script, StoreError> {
    // A script's provider and topic never change, so they may be read before the turn is taken.
    let row = Entity::find_by_id(id.get()).one(tx).await?.ok_or(StoreError::Conflict)?;
    one_at_a_time(tx, dialect, &row.provider, &row.topic).await?;
    if to == ScriptStatus::Active {
        let replaced = Entity::find()
            .filter(Column::Provider.eq(row.provider.as_str()))
            .filter(Column::Topic.eq(row.topic.as_str()))
            .filter(Column::Status.eq(ScriptStatus::Active.as_str()))
            .filter(Column::Id.ne(id.get()))
            .one(tx)
            .await?;
        if let Some(replaced) = replaced.and_then(|row| ScriptId::new(row.id)) {
            drift::resolve_all(tx, replaced, &format!("script {id} is in use instead"), now)
                .await?;
        }
        Entity::update_many()
            .col_expr(Column::Status, Expr::val(ScriptStatus::Deprecated.as_str()))
            .col_expr(Column::UpdatedAt, Expr::val(from_time(now)))
            .filter(Column::Provider.eq(row.provider))
            .filter(Column::Topic.eq(row.topic))
            .filter(Column::Status.eq(ScriptStatus::Active.as_str()))
            .filter(Column::Id.ne(id.get()))
            .exec(tx)
            .await?;
    }
    let moved = Entity::update_many()
        .col_expr(Column::Status, Expr::val(to.as_str()))
        .col_expr(Column::UpdatedAt, Expr::val(from_time(now)))
        .filter(Column::Id.eq(id.get()))
        .filter(Column::Status.eq(from.as_str()))
        .exec(tx)
        .await?;
    if moved.rows_affected == 0 {
        return Err(StoreError::Conflict);
    }
    if from == ScriptStatus::Active {
        drift::resolve_all(tx, id, "the script is out of use", now).await?;
    }
    let row = Entity::find_by_id(id.get()).one(tx).await?.ok_or(StoreError::Conflict)?;
    to_script(row)
}

async fn one_at_a_time(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    provider: &str,
    topic: &str,
) -> Result<(), StoreError> {
    Ok(dialect.serialize(tx, &format!("scripts {provider} {topic}")).await?)
}
