//! Sessions through SeaORM.

use async_trait::async_trait;
use domain::{Session, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::columns::{from_time, to_time};
use crate::database::Database;
use crate::entities::console_session::{ActiveModel, Column, Entity, Model};
use crate::{SessionRepository, StoreError};

/// Sessions in a database.
pub(crate) struct SeaSessions {
    db: Database,
}

impl SeaSessions {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

fn to_session(row: Model) -> Result<Session, StoreError> {
    Ok(Session {
        token_hash: row.token_hash,
        key_prefix: row.key_prefix,
        created_at: to_time("created_at of a session", row.created_at)?,
        expires_at: to_time("expires_at of a session", row.expires_at)?,
    })
}

#[async_trait]
impl SessionRepository for SeaSessions {
    async fn insert(&self, session: Session) -> Result<(), StoreError> {
        let began = from_time(session.created_at);
        let row = ActiveModel {
            token_hash: Set(session.token_hash),
            key_prefix: Set(session.key_prefix),
            created_at: Set(began),
            expires_at: Set(from_time(session.expires_at)),
        };
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    Entity::delete_many().filter(Column::ExpiresAt.lte(began)).exec(tx).await?;
                    Entity::insert(row).exec_without_returning(tx).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn get(&self, token_hash: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        Entity::find_by_id(token_hash)
            .filter(Column::ExpiresAt.gt(from_time(now)))
            .one(self.db.read())
            .await?
            .map(to_session)
            .transpose()
    }

    async fn delete(&self, token_hash: &str) -> Result<(), StoreError> {
        Entity::delete_by_id(token_hash).exec(self.db.write()).await?;
        Ok(())
    }
}
