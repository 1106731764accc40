//! Scripts through SeaORM.

use async_trait::async_trait;
use domain::{Act, NewScript, ProviderSlug, Script, ScriptId, ScriptStatus, Topic};
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use super::row::to_script;
use super::write;
use crate::audit::write::append;
use crate::database::Database;
use crate::entities::script::{Column, Entity};
use crate::{
    Page, PageRequest, Precedents, ScriptFilter, ScriptRepository, StatusChange, StoreError,
};

/// Scripts in a database.
pub(crate) struct SeaScripts {
    db: Database,
}

impl SeaScripts {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ScriptRepository for SeaScripts {
    async fn insert(&self, new: NewScript, act: Act) -> Result<Script, StoreError> {
        let script = write::Columns::of(new)?;
        let dialect = self.db.dialect();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let saved = script.insert(tx, dialect, act.at).await?;
                    let version = format!("version {}", saved.version);
                    append(tx, act.on(saved.id).noting(&version)).await?;
                    Ok(saved)
                })
            })
            .await
    }

    async fn get(&self, id: ScriptId) -> Result<Option<Script>, StoreError> {
        Entity::find_by_id(id.get()).one(self.db.read()).await?.map(to_script).transpose()
    }

    async fn list(
        &self,
        filter: ScriptFilter,
        page: PageRequest,
    ) -> Result<Page<Script>, StoreError> {
        let ScriptFilter { provider, topic, status } = filter;
        let rows = Entity::find()
            .apply_if(provider, |query, slug| query.filter(Column::Provider.eq(slug.as_str())))
            .apply_if(topic, |query, topic| query.filter(Column::Topic.eq(topic.as_str())))
            .apply_if(status, |query, status| query.filter(Column::Status.eq(status.as_str())))
            .apply_if(page.before, |query, before| query.filter(Column::Id.lt(before)))
            .order_by_desc(Column::Id)
            .limit(page.rows())
            .all(self.db.read())
            .await?;
        let scripts = rows.into_iter().map(to_script).collect::<Result<_, _>>()?;
        Ok(page.cut(scripts, |script: &Script| script.id.get()))
    }

    async fn active(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Option<Script>, StoreError> {
        let active = of(provider, topic).filter(is_active());
        active.one(self.db.read()).await?.map(to_script).transpose()
    }

    async fn precedents(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Precedents, StoreError> {
        // By number, each found in an index: one question instead of three.
        let rows = Entity::find()
            .filter(
                Expr::col((Entity, Column::Id)).is_in([
                    one(of(provider, topic).order_by_desc(Column::Version)),
                    one(of(provider, topic).filter(is_active())),
                    one(Entity::find()
                        .filter(Column::Topic.eq(topic.as_str()))
                        .filter(Column::Provider.ne(provider.as_str()))
                        .filter(is_active())
                        .order_by_desc(Column::Id)),
                ]),
            )
            .all(self.db.read())
            .await?;
        let scripts: Vec<Script> = rows.into_iter().map(to_script).collect::<Result<_, _>>()?;
        let (own, others): (Vec<_>, Vec<_>) =
            scripts.into_iter().partition(|script| script.content.provider == *provider);
        Ok(Precedents {
            latest_version: own.iter().map(|script| script.version).max().unwrap_or(0),
            active: own.into_iter().find(|script| script.status == ScriptStatus::Active),
            elsewhere: others.into_iter().next(),
        })
    }

    async fn before(&self, script: &Script) -> Result<Option<Script>, StoreError> {
        Entity::find()
            .filter(Column::Provider.eq(script.content.provider.as_str()))
            .filter(Column::Topic.eq(script.content.topic.as_str()))
            .filter(Column::Status.eq(ScriptStatus::Deprecated.as_str()))
            .filter(Column::Version.lt(i64::from(script.version)))
            .order_by_desc(Column::UpdatedAt)
            .order_by_desc(Column::Version)
            .one(self.db.read())
            .await?
            .map(to_script)
            .transpose()
    }

    async fn set_status(&self, change: StatusChange) -> Result<Script, StoreError> {
        let dialect = self.db.dialect();
        self.db.unit(move |tx| Box::pin(write::set_status(tx, dialect, change))).await
    }
}

fn of(provider: &ProviderSlug, topic: Topic) -> Select<Entity> {
    Entity::find()
        .filter(Column::Provider.eq(provider.as_str()))
        .filter(Column::Topic.eq(topic.as_str()))
}

fn is_active() -> SimpleExpr {
    Column::Status.eq(ScriptStatus::Active.as_str())
}

/// The number of the first script that is found.
fn one(found: Select<Entity>) -> SimpleExpr {
    let number = found.select_only().column(Column::Id).limit(1).into_query();
    SimpleExpr::SubQuery(None, Box::new(number.into()))
}
