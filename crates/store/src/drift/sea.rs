//! Drift through SeaORM.

use async_trait::async_trait;
use domain::{
    Act, Drift, DriftId, DriftKey, DriftStatus, NewDrift, NewJob, ProviderSlug, RepairPolicy,
    Sample, ScriptId, Timestamp,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Statement,
};

use super::row::to_drift;
use super::{Counted, DriftFilter, DriftRepository, Drifting, RepairJob, events, repair};
use crate::audit::write::append;
use crate::columns::{corrupt, from_time, to_count, to_json, to_word};
use crate::database::Database;
use crate::entities::drift_event::{Column, Entity};
use crate::entities::{drift_sample, provider_policy};
use crate::jobs::sea::Accepted;
use crate::{Change, Page, PageRequest, StoreError};

/// Drift in a database.
pub(crate) struct SeaDrift {
    db: Database,
}

impl SeaDrift {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

#[async_trait]
impl DriftRepository for SeaDrift {
    async fn count(&self, key: &DriftKey, now: Timestamp) -> Result<Option<Counted>, StoreError> {
        events::count(self.db.write(), self.db.dialect(), key, now).await
    }

    async fn open(
        &self,
        new: NewDrift,
        sample: Option<Sample>,
        now: Timestamp,
    ) -> Result<Counted, StoreError> {
        let columns = events::Columns::of(new, sample.as_ref())?;
        let dialect = self.db.dialect();
        let counted = self.db.unit(move |tx| Box::pin(columns.open(tx, dialect, now))).await?;
        self.db.tell(Change::Scripts);
        Ok(counted)
    }

    async fn get(&self, id: DriftId) -> Result<Option<Drift>, StoreError> {
        Entity::find_by_id(id.get()).one(self.db.read()).await?.map(to_drift).transpose()
    }

    async fn sample(&self, id: DriftId) -> Result<Option<Sample>, StoreError> {
        let found = drift_sample::Entity::find_by_id(id.get()).one(self.db.read()).await?;
        found.map(|row| to_json("sample of a drift event", &row.sample)).transpose()
    }

    async fn list(
        &self,
        filter: DriftFilter,
        page: PageRequest,
    ) -> Result<Page<Drift>, StoreError> {
        let DriftFilter { provider, topic, status, kind, script } = filter;
        let rows = Entity::find()
            .apply_if(provider, |query, slug| query.filter(Column::Provider.eq(slug.as_str())))
            .apply_if(topic, |query, topic| query.filter(Column::Topic.eq(topic.as_str())))
            .apply_if(status, |query, status| query.filter(Column::Status.eq(status.as_str())))
            .apply_if(kind, |query, kind| query.filter(Column::Kind.eq(kind.as_str())))
            .apply_if(script, |query, script| query.filter(Column::ScriptId.eq(script.get())))
            .apply_if(page.before, |query, before| query.filter(Column::Id.lt(before)))
            .order_by_desc(Column::Id)
            .limit(page.rows())
            .all(self.db.read())
            .await?;
        let events = rows.into_iter().map(to_drift).collect::<Result<_, _>>()?;
        Ok(page.cut(events, |drift: &Drift| drift.id.get()))
    }

    async fn resolve(&self, id: DriftId, act: Act) -> Result<bool, StoreError> {
        let resolved = self.db.unit(move |tx| Box::pin(resolve(tx, id, act))).await?;
        if resolved {
            self.db.tell(Change::Scripts);
        }
        Ok(resolved)
    }

    async fn drifting(&self) -> Result<Vec<Drifting>, StoreError> {
        let sql = "SELECT d.provider, d.topic, d.script_id, COUNT(*) AS events \
                   FROM drift_events d JOIN scripts s ON s.id = d.script_id \
                   WHERE d.status = 'open' AND s.status = 'active' \
                   GROUP BY d.provider, d.topic, d.script_id ORDER BY d.provider, d.topic";
        let statement = Statement::from_string(self.db.dialect().backend(), sql);
        let rows = self.db.read().query_all_raw(statement).await?;
        let read = |row: &sea_orm::QueryResult| {
            let provider: String = row.try_get("", "provider")?;
            let topic: String = row.try_get("", "topic")?;
            let script = ScriptId::new(row.try_get("", "script_id")?);
            Ok(Drifting {
                provider: to_word("provider", &provider)?,
                topic: to_word("topic", &topic)?,
                script: script.ok_or_else(|| corrupt("script_id", "no id"))?,
                events: to_count("events", row.try_get("", "events")?)?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn open_repair(
        &self,
        script: ScriptId,
        new: NewJob,
        now: Timestamp,
    ) -> Result<RepairJob, StoreError> {
        let accepted = Accepted::of(&new, now)?;
        let act = Act::start_of(&new, now);
        drop(new);
        let dialect = self.db.dialect();
        let unit =
            self.db.unit(move |tx| Box::pin(repair::open(tx, dialect, script, accepted, act)));
        let opened = unit.await?;
        if opened.is_new {
            self.db.tell(Change::Job { id: opened.job, version: 1 });
            self.db.tell(Change::Ready);
        }
        Ok(opened)
    }

    async fn policy(&self, provider: &ProviderSlug) -> Result<RepairPolicy, StoreError> {
        let id = provider.to_string();
        let found = provider_policy::Entity::find_by_id(id).one(self.db.read()).await?;
        found.map_or(Ok(RepairPolicy::default()), |row| to_word("repair", &row.repair))
    }

    async fn put_policy(
        &self,
        provider: &ProviderSlug,
        policy: RepairPolicy,
        act: Act,
    ) -> Result<(), StoreError> {
        let provider = provider.clone();
        self.db.unit(move |tx| Box::pin(put_policy(tx, provider, policy, act))).await
    }
}

async fn resolve(tx: &DatabaseTransaction, id: DriftId, act: Act) -> Result<bool, StoreError> {
    let resolved = Entity::update_many()
        .set(events::resolution(act.actor.as_str(), act.at))
        .filter(Column::Id.eq(id.get()))
        .filter(Column::Status.eq(DriftStatus::Open.as_str()))
        .exec(tx)
        .await?;
    if resolved.rows_affected == 0 {
        return Ok(false);
    }
    append(tx, act).await?;
    Ok(true)
}

async fn put_policy(
    tx: &DatabaseTransaction,
    provider: ProviderSlug,
    policy: RepairPolicy,
    act: Act,
) -> Result<(), StoreError> {
    use provider_policy::{ActiveModel, Column, Entity};
    let row = ActiveModel {
        provider: Set(provider.to_string()),
        repair: Set(policy.to_string()),
        updated_at: Set(from_time(act.at)),
    };
    let replace = OnConflict::column(Column::Provider)
        .update_columns([Column::Repair, Column::UpdatedAt])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    append(tx, act).await
}
