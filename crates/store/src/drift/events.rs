//! Counting failures, so that a storm of them costs one row and a moment each.

use domain::{DriftKey, DriftStatus, NewDrift, Sample, ScriptId, Timestamp, bounded};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    Statement,
};

use super::Counted;
use super::row::{to_id, to_job};
use crate::StoreError;
use crate::columns::{from_json, from_time};
use crate::database::Dialect;
use crate::entities::drift_event::{ActiveModel, Column, Entity};
use crate::entities::drift_sample;

/// Events of one script that are told apart.
const EVENTS_MAX: u64 = 50;
/// The path of what is beyond.
const ELSEWHERE: &str = "elsewhere";
/// Characters of a path and of a failure.
const PATH_MAX: usize = 200;
const FAILURE_MAX: usize = 2_000;

/// The path as it is kept, by which equal failures are found.
fn kept(key: &DriftKey) -> DriftKey {
    DriftKey { path: plain(&key.path, PATH_MAX), ..key.clone() }
}

/// PostgreSQL keeps no NUL.
fn plain(text: &str, most: usize) -> String {
    bounded(text, most).replace('\0', "\u{fffd}")
}

/// One more of an open event; none where there is none.
pub(super) async fn count<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    key: &DriftKey,
    now: Timestamp,
) -> Result<Option<Counted>, StoreError> {
    let key = kept(key);
    let sql = "UPDATE drift_events SET count = count + 1, last_seen = $1 \
               WHERE script_id = $2 AND kind = $3 AND path = $4 AND status = 'open' \
               RETURNING id, repair_job";
    let values =
        [from_time(now).into(), key.script.get().into(), key.kind.as_str().into(), key.path.into()];
    let statement = Statement::from_sql_and_values(dialect.backend(), sql, values);
    // All rows: so the statement is run to its end, which is its commit.
    match db.query_all_raw(statement).await?.first() {
        None => Ok(None),
        Some(row) => Ok(Some(Counted {
            id: to_id(row.try_get("", "id")?)?,
            repair: to_job(row.try_get("", "repair_job")?)?,
        })),
    }
}

/// An event as columns, whose number is not known yet.
pub(super) struct Columns {
    new: NewDrift,
    sample: Option<String>,
}

impl Columns {
    pub(super) fn of(mut new: NewDrift, sample: Option<&Sample>) -> Result<Self, StoreError> {
        new.key = kept(&new.key);
        new.failure = plain(&new.failure, FAILURE_MAX);
        // What a vendor sent may hold anything; its NUL is kept as an escape.
        let sample = sample.map(|sample| from_json("sample", sample)).transpose()?;
        Ok(Self { new, sample })
    }

    pub(super) async fn open(
        mut self,
        tx: &DatabaseTransaction,
        dialect: Dialect,
        now: Timestamp,
    ) -> Result<Counted, StoreError> {
        let script = self.new.key.script.get();
        dialect.serialize(tx, &format!("drift {script}")).await?;
        if let Some(counted) = count(tx, dialect, &self.new.key, now).await? {
            return Ok(counted);
        }
        let mut known = find(tx, &self.new.key).await?;
        if known.is_none()
            && Entity::find().filter(Column::ScriptId.eq(script)).count(tx).await? >= EVENTS_MAX
        {
            ELSEWHERE.clone_into(&mut self.new.key.path);
            if let Some(counted) = count(tx, dialect, &self.new.key, now).await? {
                return Ok(counted);
            }
            known = find(tx, &self.new.key).await?;
        }
        let id = match known {
            Some(id) => self.reopen(tx, id, now).await?,
            None => self.insert(tx, now).await?,
        };
        drift_sample::Entity::delete_by_id(id).exec(tx).await?;
        if let Some(sample) = self.sample {
            let row = drift_sample::ActiveModel { drift_id: Set(id), sample: Set(sample) };
            drift_sample::Entity::insert(row).exec_without_returning(tx).await?;
        }
        Ok(Counted { id: to_id(id)?, repair: None })
    }

    async fn insert(&self, tx: &DatabaseTransaction, now: Timestamp) -> Result<i64, StoreError> {
        let row = ActiveModel {
            id: NotSet,
            script_id: Set(self.new.key.script.get()),
            provider: Set(self.new.provider.to_string()),
            topic: Set(self.new.topic.to_string()),
            kind: Set(self.new.key.kind.to_string()),
            path: Set(self.new.key.path.clone()),
            count: Set(1),
            first_seen: Set(from_time(now)),
            ..self.changing(now)
        };
        Ok(Entity::insert(row).exec(tx).await?.last_insert_id)
    }

    /// It happened before and was dealt with; now it is seen as it is today.
    async fn reopen(
        &self,
        tx: &DatabaseTransaction,
        id: i64,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        Entity::update_many()
            .set(self.changing(now))
            .col_expr(Column::Count, Expr::col(Column::Count).add(1))
            .filter(Column::Id.eq(id))
            .exec(tx)
            .await?;
        Ok(id)
    }

    /// What an event says of the last time.
    fn changing(&self, now: Timestamp) -> ActiveModel {
        ActiveModel {
            owner: Set(self.new.owner.as_ref().map(|owner| owner.as_str().to_owned())),
            failure: Set(self.new.failure.clone()),
            reproduced: Set(self.new.reproduced.into()),
            status: Set(DriftStatus::Open.to_string()),
            last_seen: Set(from_time(now)),
            repair_job: Set(None),
            resolved_at: Set(None),
            resolved_by: Set(String::new()),
            ..ActiveModel::default()
        }
    }
}

async fn find(tx: &DatabaseTransaction, key: &DriftKey) -> Result<Option<i64>, StoreError> {
    let found = Entity::find()
        .filter(Column::ScriptId.eq(key.script.get()))
        .filter(Column::Kind.eq(key.kind.as_str()))
        .filter(Column::Path.eq(key.path.as_str()))
        .one(tx)
        .await?;
    Ok(found.map(|row| row.id))
}

/// The events of a script that goes out of use are dealt with.
pub(crate) async fn resolve_all(
    tx: &DatabaseTransaction,
    script: ScriptId,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(resolution(by, now))
        .filter(Column::ScriptId.eq(script.get()))
        .filter(Column::Status.eq(DriftStatus::Open.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) fn resolution(by: &str, now: Timestamp) -> ActiveModel {
    ActiveModel {
        status: Set(DriftStatus::Resolved.to_string()),
        resolved_at: Set(Some(from_time(now))),
        resolved_by: Set(plain(by, PATH_MAX)),
        ..ActiveModel::default()
    }
}
