//! Saving a script and moving it through its review. All of it within a transaction, and for each
//! provider and topic one at a time: the next version and the one active script depend on the rows
//! that are there.

use domain::{AuthorName, JobId, NewScript, Sample, Script, ScriptId, ScriptStatus, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait as _, DatabaseTransaction, EntityTrait, QueryFilter};

use super::row::to_script;
use super::sea::is_active;
use crate::audit::write::append;
use crate::columns::{
    corrupt, from_json, from_json_without_nul, from_time, refuse_nul, to_count, to_word,
};
use crate::database::Dialect;
use crate::entities::script::{Column, Entity, Model};
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
        let status = ScriptStatus::Candidate;
        let row: [(Column, SimpleExpr); 12] = [
            (Column::Provider, content.provider.as_str().into()),
            (Column::Topic, content.topic.as_str().into()),
            (Column::Version, Func::coalesce([Column::Version.max(), 0_i64.into()]).add(1_i64)),
            (Column::Status, status.as_str().into()),
            (Column::Source, content.source.as_str().into()),
            (Column::Author, content.author.as_ref().map(AuthorName::to_string).into()),
            (Column::JobId, content.job.map(JobId::get).into()),
            (Column::Provenance, provenance.into()),
            (Column::TestResults, test_results.into()),
            (Column::CreatedAt, from_time(now).into()),
            (Column::UpdatedAt, from_time(now).into()),
            (
                Column::StartedBy,
                content.started_by.as_ref().map(|by| by.as_str().to_owned()).into(),
            ),
        ];
        let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
        // The version is found where it is written, which is one question less.
        let values = Query::select()
            .exprs(values)
            .from(Entity)
            .and_where(Column::Provider.eq(content.provider.as_str()))
            .and_where(Column::Topic.eq(content.topic.as_str()))
            .take();
        let mut insert = Query::insert();
        insert.into_table(Entity).columns(columns);
        insert.select_from(values).map_err(|error| corrupt("script", error))?;
        insert.returning(Query::returning().columns([Column::Id, Column::Version]));
        let row = tx.query_one(&insert).await?.ok_or_else(|| corrupt("id", "no row"))?;
        let id = ScriptId::new(row.try_get("", "id")?).ok_or_else(|| corrupt("id", "no id"))?;
        let version = to_count("version", row.try_get("", "version")?)?;
        Ok(Script { id, version, status, content, created_at: now, updated_at: now })
    }
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
        .filter(is_active())
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
