//! What each author used on each day (UTC, as `YYYY-MM-DD`).

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("author_usage")
            .col(text("author"))
            .col(text("day"))
            .col(big_integer("tokens_in"))
            .col(big_integer("tokens_out"))
            .col(big_integer("tokens_cached"))
            .col(big_integer("cost_micros"))
            .primary_key(Index::create().col("author").col("day"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("author_usage").to_owned()).await
    }
}
