//! Connections to vendors' accounts, and their secrets, which are never there but sealed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("connections")
            .col(text("owner"))
            .col(text("slug"))
            .col(text("provider"))
            .col(text("status"))
            .col(text("message"))
            .col(text("base_url"))
            .col(text("webhook_url"))
            .col(text("allow_hosts"))
            .col(text("config"))
            .col(big_integer_null("tested_at"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .primary_key(Index::create().col("owner").col("slug"))
            .to_owned();
        manager.create_table(table).await?;
        let table = Table::create()
            .table("connection_secrets")
            .col(text("owner"))
            .col(text("slug"))
            .col(text("field"))
            .col(text("key_id"))
            .col(text("nonce"))
            .col(text("ciphertext"))
            .primary_key(Index::create().col("owner").col("slug").col("field"))
            .to_owned();
        manager.create_table(table).await?;
        // For finding what an old key sealed.
        let index = Index::create()
            .name("connection_secrets_by_key")
            .table("connection_secrets")
            .col("key_id")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("connection_secrets").to_owned()).await?;
        manager.drop_table(Table::drop().table("connections").to_owned()).await
    }
}
