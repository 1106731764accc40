//! API keys through SeaORM.

use async_trait::async_trait;
use domain::{Act, ApiKey, SecretHash};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::audit::write::append;
use crate::columns::{corrupt, from_json, from_time, refuse_nul, to_json, to_time};
use crate::database::Database;
use crate::entities::api_key::{ActiveModel, Column, Entity, Model};
use crate::{ApiKeyRepository, StoreError};

/// API keys in a database.
pub(crate) struct SeaApiKeys {
    db: Database,
}

impl SeaApiKeys {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

fn to_key(row: Model) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        prefix: row.prefix,
        name: row.name,
        scopes: to_json("scopes of an API key", &row.scopes)?,
        secret_hash: SecretHash::from_hex(&row.secret_hash)
            .ok_or_else(|| corrupt("secret_hash of an API key", "no SHA-256"))?,
        created_at: to_time("created_at of an API key", row.created_at)?,
        expires_at: row.expires_at.map(|ms| to_time("expires_at of an API key", ms)).transpose()?,
        revoked_at: row.revoked_at.map(|ms| to_time("revoked_at of an API key", ms)).transpose()?,
    })
}

fn to_row(key: ApiKey) -> Result<ActiveModel, StoreError> {
    refuse_nul("name", &key.name)?;
    refuse_nul("prefix", &key.prefix)?;
    Ok(ActiveModel {
        scopes: Set(from_json("scopes", &key.scopes)?),
        secret_hash: Set(key.secret_hash.to_hex()),
        created_at: Set(from_time(key.created_at)),
        expires_at: Set(key.expires_at.map(from_time)),
        revoked_at: Set(key.revoked_at.map(from_time)),
        prefix: Set(key.prefix),
        name: Set(key.name),
    })
}

#[async_trait]
impl ApiKeyRepository for SeaApiKeys {
    async fn insert(&self, key: ApiKey, act: Act) -> Result<(), StoreError> {
        let row = to_row(key)?;
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    Entity::insert(row).exec_without_returning(tx).await?;
                    append(tx, act).await
                })
            })
            .await
    }

    async fn insert_first(&self, key: ApiKey, act: Act) -> Result<bool, StoreError> {
        let row = to_row(key)?;
        let dialect = self.db.dialect();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    dialect.serialize(tx, "first API key").await?;
                    let none_yet = Entity::find().one(tx).await?.is_none();
                    if none_yet {
                        Entity::insert(row).exec_without_returning(tx).await?;
                        append(tx, act).await?;
                    }
                    Ok(none_yet)
                })
            })
            .await
    }

    async fn by_prefix(&self, prefix: &str) -> Result<Option<ApiKey>, StoreError> {
        Entity::find_by_id(prefix).one(self.db.read()).await?.map(to_key).transpose()
    }

    async fn list(&self) -> Result<Vec<ApiKey>, StoreError> {
        let rows = Entity::find()
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Prefix)
            .all(self.db.read())
            .await?;
        rows.into_iter().map(to_key).collect()
    }

    async fn revoke(&self, prefix: &str, act: Act) -> Result<bool, StoreError> {
        let first = Func::coalesce([Expr::col(Column::RevokedAt), Expr::val(from_time(act.at))]);
        let update = Entity::update_many()
            .col_expr(Column::RevokedAt, first.into())
            .filter(Column::Prefix.eq(prefix));
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let known = update.exec(tx).await?.rows_affected > 0;
                    if known {
                        append(tx, act).await?;
                    }
                    Ok(known)
                })
            })
            .await
    }
}
