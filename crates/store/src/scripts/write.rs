//! Saving a script and moving it through its review.
//!
//! The next version is the one after the greatest that is there. Two who save at the same moment may
//! find the same one; the index of versions takes the first, and the second [tries again](retried). So
//! nobody waits where nobody is in the way. Of moves there is one at a time for each provider and
//! topic, because which script is the active one depends on the rows that are there.

use domain::{AuthorName, JobId, NewScript, Sample, Script, ScriptId, ScriptStatus, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IdenStatic as _, QueryFilter,
    Statement, Value,
};

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

/// How often a script that lost its version to another is saved again.
const TRIES: u32 = 100;

/// Saves again while another script takes the version first.
///
/// # Errors
/// Those of `save`, [`StoreError::Conflict`] only if it is met each time.
pub(crate) async fn retried<T, F>(save: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for _ in 1..TRIES {
        match save().await {
            Err(StoreError::Conflict) => {}
            other => return other,
        }
    }
    save().await
}

/// A script as columns, whose number and version are not known yet.
pub(crate) struct Columns {
    content: NewScript,
    provenance: String,
    test_results: String,
}

/// What goes before a script in one statement with it.
pub(crate) struct Before {
    /// A `WITH` clause. The script is saved if it makes a row in `numbered`, which has its `id`.
    pub(crate) with: String,
    pub(crate) values: Vec<Value>,
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
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another took that version meanwhile.
    pub(crate) async fn insert<C: ConnectionTrait>(
        &self,
        db: &C,
        dialect: Dialect,
        now: Timestamp,
    ) -> Result<Script, StoreError> {
        let saved = self.save(db, dialect, now, None).await?;
        let (id, version) = saved.ok_or_else(|| corrupt("id", "no row"))?;
        let (content, status) = (self.content.clone(), ScriptStatus::Candidate);
        Ok(Script { id, version, status, content, created_at: now, updated_at: now })
    }

    /// The same in one statement with what goes before it; none where that made no row.
    pub(crate) async fn insert_after<C: ConnectionTrait>(
        &self,
        db: &C,
        dialect: Dialect,
        now: Timestamp,
        before: Before,
    ) -> Result<Option<ScriptId>, StoreError> {
        let saved = self.save(db, dialect, now, Some(before)).await?;
        Ok(saved.map(|(id, _)| id))
    }

    async fn save<C: ConnectionTrait>(
        &self,
        db: &C,
        dialect: Dialect,
        now: Timestamp,
        before: Option<Before>,
    ) -> Result<Option<(ScriptId, u32)>, StoreError> {
        let (with, mut values, id, from) = match before {
            Some(Before { with, values }) => (with, values, "id, ", " FROM numbered"),
            None => (String::new(), Vec::new(), "", ""),
        };
        let row = self.row(now);
        let list = |each: &dyn Fn(usize, Column) -> String| {
            let columns = row.iter().enumerate().map(|(at, (column, _))| each(at, *column));
            columns.collect::<Vec<_>>().join(", ")
        };
        let place = |at: usize| format!("${}", values.len() + at + 1);
        let columns = list(&|_, column| column.as_str().to_owned());
        let given = list(&|at, _| place(at));
        // The version is found where it is written, which is one question less.
        let (provider, topic) = (place(0), place(1));
        let sql = format!(
            "{with} INSERT INTO scripts ({id}version, {columns}) \
             SELECT {id}(SELECT COALESCE(MAX(version), 0) + 1 FROM scripts \
             WHERE provider = {provider} AND topic = {topic}), {given}{from} RETURNING id, version"
        );
        values.extend(row.into_iter().map(|(_, value)| value));
        let statement = Statement::from_sql_and_values(dialect.backend(), sql, values);
        let Some(row) = db.query_one_raw(statement).await? else { return Ok(None) };
        let id = ScriptId::new(row.try_get("", "id")?).ok_or_else(|| corrupt("id", "no id"))?;
        Ok(Some((id, to_count("version", row.try_get("", "version")?)?)))
    }

    /// All but the number and the version; first what a version belongs to.
    fn row(&self, now: Timestamp) -> [(Column, Value); 11] {
        let Self { content, provenance, test_results } = self;
        let now = from_time(now);
        [
            (Column::Provider, content.provider.as_str().into()),
            (Column::Topic, content.topic.as_str().into()),
            (Column::Status, ScriptStatus::Candidate.as_str().into()),
            (Column::Source, content.source.as_str().into()),
            (Column::Author, content.author.as_ref().map(AuthorName::to_string).into()),
            (Column::JobId, content.job.map(JobId::get).into()),
            (Column::Provenance, provenance.as_str().into()),
            (Column::TestResults, test_results.as_str().into()),
            (Column::CreatedAt, now.into()),
            (Column::UpdatedAt, now.into()),
            (
                Column::StartedBy,
                content.started_by.as_ref().map(|by| by.as_str().to_owned()).into(),
            ),
        ]
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
