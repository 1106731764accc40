//! Connections through SeaORM.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{
    Act, ConnectionSlug, ConnectionStatus, Owner, ProviderConnection, SealedSecret, bounded,
};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect};

use super::row::{from_connection, from_secret, to_connection, to_hex, to_secret};
use super::{ConnectionRepository, ConnectionWithSecrets};
use crate::StoreError;
use crate::audit::write::append;
use crate::columns::from_time;
use crate::database::Database;
use crate::entities::{connection, connection_secret};

/// Characters of what a test said.
const MESSAGE_MAX: usize = 500;

/// Connections in a database.
pub(crate) struct SeaConnections {
    db: Database,
}

impl SeaConnections {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ConnectionRepository for SeaConnections {
    async fn put(&self, given: ConnectionWithSecrets, act: Act) -> Result<(), StoreError> {
        let row = from_connection(&given.connection)?;
        let secrets =
            given.secrets.iter().map(from_secret).collect::<Result<Vec<_>, StoreError>>()?;
        let ProviderConnection { owner, slug, .. } = given.connection;
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    use connection::Column;
                    let is_key = |c: &Column| matches!(c, Column::Owner | Column::Slug);
                    // The moment of the first writing stays.
                    let kept = |c: &Column| is_key(c) || matches!(c, Column::CreatedAt);
                    let replace = OnConflict::columns([Column::Owner, Column::Slug])
                        .update_columns(Column::iter().filter(|column| !kept(column)))
                        .to_owned();
                    connection::Entity::insert(row)
                        .on_conflict(replace)
                        .exec_without_returning(tx)
                        .await?;
                    connection_secret::Entity::delete_many()
                        .filter(connection_secret::Column::Owner.eq(owner.as_str()))
                        .filter(connection_secret::Column::Slug.eq(slug.as_str()))
                        .exec(tx)
                        .await?;
                    for secret in secrets {
                        connection_secret::Entity::insert(secret)
                            .exec_without_returning(tx)
                            .await?;
                    }
                    append(tx, act).await
                })
            })
            .await
    }

    async fn get(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
    ) -> Result<Option<ConnectionWithSecrets>, StoreError> {
        let id = (owner.as_str().to_owned(), slug.to_string());
        let Some(row) = connection::Entity::find_by_id(id).one(self.db.read()).await? else {
            return Ok(None);
        };
        let secrets = connection_secret::Entity::find()
            .filter(connection_secret::Column::Owner.eq(owner.as_str()))
            .filter(connection_secret::Column::Slug.eq(slug.as_str()))
            .order_by_asc(connection_secret::Column::Field)
            .all(self.db.read())
            .await?;
        let secrets = secrets.into_iter().map(to_secret).collect::<Result<_, _>>()?;
        Ok(Some(ConnectionWithSecrets { connection: to_connection(row)?, secrets }))
    }

    async fn list(&self, owner: &Owner) -> Result<Vec<ConnectionWithSecrets>, StoreError> {
        let rows = connection::Entity::find()
            .filter(connection::Column::Owner.eq(owner.as_str()))
            .order_by_asc(connection::Column::Slug)
            .all(self.db.read())
            .await?;
        let sealed = connection_secret::Entity::find()
            .filter(connection_secret::Column::Owner.eq(owner.as_str()))
            .order_by_asc(connection_secret::Column::Field)
            .all(self.db.read())
            .await?;
        let mut secrets: BTreeMap<String, Vec<SealedSecret>> = BTreeMap::new();
        for row in sealed {
            secrets.entry(row.slug.clone()).or_default().push(to_secret(row)?);
        }
        rows.into_iter()
            .map(|row| {
                let secrets = secrets.remove(&row.slug).unwrap_or_default();
                Ok(ConnectionWithSecrets { connection: to_connection(row)?, secrets })
            })
            .collect()
    }

    async fn delete(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
        act: Act,
    ) -> Result<bool, StoreError> {
        let id = (owner.as_str().to_owned(), slug.to_string());
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    connection_secret::Entity::delete_many()
                        .filter(connection_secret::Column::Owner.eq(id.0.as_str()))
                        .filter(connection_secret::Column::Slug.eq(id.1.as_str()))
                        .exec(tx)
                        .await?;
                    let deleted = connection::Entity::delete_by_id(id).exec(tx).await?;
                    let removed = deleted.rows_affected > 0;
                    if removed {
                        append(tx, act).await?;
                    }
                    Ok(removed)
                })
            })
            .await
    }

    async fn tested(
        &self,
        tested: &ProviderConnection,
        status: ConnectionStatus,
        message: &str,
        act: Act,
    ) -> Result<bool, StoreError> {
        use connection::Column;
        // A vendor may say anything; PostgreSQL keeps no NUL.
        let message = bounded(message, MESSAGE_MAX).replace('\0', "\u{fffd}");
        let update = connection::Entity::update_many()
            .col_expr(Column::Status, Expr::val(status.as_str()))
            .col_expr(Column::Message, Expr::val(message))
            .col_expr(Column::TestedAt, Expr::val(from_time(act.at)))
            .filter(Column::Owner.eq(tested.owner.as_str()))
            .filter(Column::Slug.eq(tested.slug.as_str()))
            .filter(Column::UpdatedAt.eq(from_time(tested.updated_at)));
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let updated = update.exec(tx).await?;
                    append(tx, act).await?;
                    Ok(updated.rows_affected > 0)
                })
            })
            .await
    }

    async fn not_sealed_with(
        &self,
        key_id: &str,
        limit: u32,
    ) -> Result<Vec<SealedSecret>, StoreError> {
        let rows = connection_secret::Entity::find()
            .filter(connection_secret::Column::KeyId.ne(key_id))
            .order_by_asc(connection_secret::Column::Owner)
            .order_by_asc(connection_secret::Column::Slug)
            .order_by_asc(connection_secret::Column::Field)
            .limit(u64::from(limit))
            .all(self.db.read())
            .await?;
        rows.into_iter().map(to_secret).collect()
    }

    async fn reseal(&self, old: &SealedSecret, new: &SealedSecret) -> Result<bool, StoreError> {
        use connection_secret::Column;
        let updated = connection_secret::Entity::update_many()
            .set(from_secret(new)?)
            .filter(Column::Owner.eq(old.place.owner.as_str()))
            .filter(Column::Slug.eq(old.place.slug.as_str()))
            .filter(Column::Field.eq(old.place.field.as_str()))
            .filter(Column::KeyId.eq(old.key_id.as_str()))
            .filter(Column::Nonce.eq(to_hex(&old.nonce)))
            .exec(self.db.write())
            .await?;
        Ok(updated.rows_affected > 0)
    }
}
