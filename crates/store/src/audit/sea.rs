//! The audit through SeaORM.

use async_trait::async_trait;
use domain::{Act, Actor, AuditEntry};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::write;
use crate::columns::{to_time, to_word};
use crate::database::Database;
use crate::entities::audit::{Column, Entity, Model};
use crate::{AuditFilter, AuditRepository, Page, PageRequest, StoreError};

/// The audit in a database.
pub(crate) struct SeaAudit {
    db: Database,
}

impl SeaAudit {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

fn to_entry(row: Model) -> Result<AuditEntry, StoreError> {
    let act = Act {
        actor: Actor::named(row.actor),
        action: to_word("action of an act", &row.action)?,
        provider: row.provider.map(|slug| to_word("provider of an act", &slug)).transpose()?,
        topic: row.topic.map(|topic| to_word("topic of an act", &topic)).transpose()?,
        subject: row.subject,
        reason: row.reason,
        details: row.details,
        at: to_time("moment of an act", row.at)?,
    };
    Ok(AuditEntry { id: row.id, act })
}

#[async_trait]
impl AuditRepository for SeaAudit {
    async fn append(&self, act: Act) -> Result<(), StoreError> {
        write::append(self.db.write(), act).await
    }

    async fn list(
        &self,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let AuditFilter { actor, action, provider, topic } = filter;
        let rows = Entity::find()
            .apply_if(actor, |query, actor| query.filter(Column::Actor.eq(actor.as_str())))
            .apply_if(action, |query, action| query.filter(Column::Action.eq(action.as_str())))
            .apply_if(provider, |query, slug| query.filter(Column::Provider.eq(slug.as_str())))
            .apply_if(topic, |query, topic| query.filter(Column::Topic.eq(topic.as_str())))
            .apply_if(page.before, |query, before| query.filter(Column::Id.lt(before)))
            .order_by_desc(Column::Id)
            .limit(page.rows())
            .all(self.db.read())
            .await?;
        let entries = rows.into_iter().map(to_entry).collect::<Result<_, _>>()?;
        Ok(page.cut(entries, |entry: &AuditEntry| entry.id))
    }
}
