//! Scripts through SeaORM.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Act, NewScript, ProviderSlug, Script, ScriptId, ScriptStatus, Topic};
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::row::to_script;
use super::write;
use crate::audit::write::append;
use crate::database::{Database, Dialect};
use crate::entities::script::{Column, Entity};
use crate::{Change, Page, PageRequest, ScriptFilter, ScriptRepository, StatusChange, StoreError};

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
        let script = Arc::new(write::Columns::of(new)?);
        let dialect = self.db.dialect();
        let saved = write::retried(|| {
            let (script, act) = (Arc::clone(&script), act.clone());
            self.db.unit(move |tx| Box::pin(insert_and_tell(tx, dialect, script, act)))
        });
        let saved = saved.await?;
        self.db.tell(Change::Scripts);
        Ok(saved)
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
        let moved =
            self.db.unit(move |tx| Box::pin(write::set_status(tx, dialect, change))).await?;
        self.db.tell(Change::Scripts);
        Ok(moved)
    }
}

async fn insert_and_tell(
    tx: &DatabaseTransaction,
    dialect: Dialect,
    script: Arc<write::Columns>,
    act: Act,
) -> Result<Script, StoreError> {
    let saved = script.insert(tx, dialect, act.at).await?;
    let version = format!("version {}", saved.version);
    append(tx, act.on(saved.id).noting(&version)).await?;
    Ok(saved)
}

fn of(provider: &ProviderSlug, topic: Topic) -> Select<Entity> {
    Entity::find()
        .filter(Column::Provider.eq(provider.as_str()))
        .filter(Column::Topic.eq(topic.as_str()))
}

/// Written out and not bound, because a partial index serves a query only when its condition stands in
/// the query's text.
pub(super) fn is_active() -> SimpleExpr {
    Expr::col(Column::Status).eq(Expr::cust(format!("'{}'", ScriptStatus::Active)))
}
