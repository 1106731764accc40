//! Saving a script and moving it through its review. All of it within a transaction, and for each
//! provider and topic one at a time: the next version and the one active script depend on the rows
//! that are there.

use domain::{
    AuthorName, JobId, NewScript, ProviderSlug, Sample, Script, ScriptId, ScriptStatus, Timestamp,
    Topic,
};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use super::row::to_script;
use crate::audit::write::append;
use crate::columns::{
    corrupt, from_json, from_json_without_nul, from_time, refuse_nul, to_count, to_word,
};
use crate::database::Dialect;
use crate::entities::script::{ActiveModel, Column, Entity, Model};
use crate::knowledge::samples;
use crate::{StatusChange, StoreError, drift};

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
            started_by: Set(content.started_by.as_ref().map(|actor| actor.as_str().to_owned())),
        };
        let id = Entity::insert(row).exec(tx).await?.last_insert_id;
        let id = ScriptId::new(id).ok_or_else(|| corrupt("id", "no id"))?;
        Ok(Script { id, version, status, content, created_at: now, updated_at: now })
    }
}

/// The newest version of a provider and topic; zero when there is none.
async fn latest_version(
    tx: &DatabaseTransaction,
    provider: &ProviderSlug,
    topic: Topic,
) -> Result<u32, StoreError> {
    let newest: Option<Option<i64>> = Entity::find()
        .select_only()
        .expr(Column::Version.max())
        .filter(Column::Provider.eq(provider.as_str()))
        .filter(Column::Topic.eq(topic.as_str()))
        .into_tuple()
        .one(tx)
        .await?;
    to_count("version", newest.flatten().unwrap_or_default())
}

/// Moves a script on, if all that the change names still holds.
pub(super) async fn set_status(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    change: StatusChange,
) -> Result<Script, StoreError> {
    let StatusChange { id, from, to, in_place_of, tested_on, act } = change;
    // A script's provider and topic never change, so they may be read before the turn is taken.
    let row = Entity::find_by_id(id.get()).one(tx).await?.ok_or(StoreError::Conflict)?;
    one_at_a_time(tx, dialect, &row.provider, &row.topic).await?;
    if let Some(samples) = tested_on
        && !are_known(tx, &row.provider, &row.topic, &samples).await?
    {
        return Err(StoreError::Conflict);
    }
    let mut act = act;
    if to == ScriptStatus::Active {
        let replaced = take_out_of_use(tx, &row, in_place_of, act.at).await?;
        if let Some(replaced) = replaced.and_then(ScriptId::new) {
            drift::resolve_all(tx, replaced, &format!("script {id} is in use instead"), act.at)
                .await?;
        }
        act = match replaced {
            // Where one was named, the act is on that one.
            Some(other) if in_place_of.is_none() => {
                act.noting(&format!("in place of script {other}"))
            }
            _ => act,
        };
    }
    let moved = Entity::update_many()
        .col_expr(Column::Status, Expr::val(to.as_str()))
        .col_expr(Column::UpdatedAt, Expr::val(from_time(act.at)))
        .filter(Column::Id.eq(id.get()))
        .filter(Column::Status.eq(from.as_str()))
        .exec(tx)
        .await?;
    if moved.rows_affected == 0 {
        return Err(StoreError::Conflict);
    }
    if from == ScriptStatus::Active {
        drift::resolve_all(tx, id, "the script is out of use", act.at).await?;
    }
    append(tx, act).await?;
    let row = Entity::find_by_id(id.get()).one(tx).await?.ok_or(StoreError::Conflict)?;
    to_script(row)
}

/// Deprecates the script that is in use beside `row`, which must be `wanted` where one is wanted.
async fn take_out_of_use(
    tx: &DatabaseTransaction,
    row: &Model,
    wanted: Option<ScriptId>,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let in_use = Entity::find()
        .filter(Column::Provider.eq(row.provider.as_str()))
        .filter(Column::Topic.eq(row.topic.as_str()))
        .filter(Column::Status.eq(ScriptStatus::Active.as_str()))
        .filter(Column::Id.ne(row.id))
        .one(tx)
        .await?
        .map(|other| other.id);
    if wanted.is_some_and(|wanted| in_use != Some(wanted.get())) {
        return Err(StoreError::Conflict);
    }
    if let Some(other) = in_use {
        Entity::update_many()
            .col_expr(Column::Status, Expr::val(ScriptStatus::Deprecated.as_str()))
            .col_expr(Column::UpdatedAt, Expr::val(from_time(now)))
            .filter(Column::Id.eq(other))
            .exec(tx)
            .await?;
    }
    Ok(in_use)
}

/// Whether these are the samples of a provider and topic now. Who changes them afterwards does so
/// after this transaction, whichever of the two is committed first: none reads what the other writes.
async fn are_known(
    tx: &DatabaseTransaction,
    provider: &str,
    topic: &str,
    samples: &[Sample],
) -> Result<bool, StoreError> {
    let (provider, topic) = (to_word("provider", provider)?, to_word("topic", topic)?);
    Ok(samples::list(tx, &provider, topic).await? == samples)
}

async fn one_at_a_time(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    provider: &str,
    topic: &str,
) -> Result<(), StoreError> {
    Ok(dialect.serialize(tx, &format!("scripts {provider} {topic}")).await?)
}
