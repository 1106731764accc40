//! Documents that are known by their address. The text of the last fetch stands in `documents`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("document_links")
            .col(text("provider"))
            .col(text("name"))
            .col(text("url"))
            .col(text("etag"))
            .col(big_integer_null("fetched_at"))
            .col(text("error"))
            .primary_key(Index::create().col("provider").col("name"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("document_links").to_owned()).await
    }
}
