//! Who is signed in at the console. Of a session's token there is only its hash.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("console_sessions")
            .col(text("token_hash").primary_key())
            .col(text("key_prefix"))
            .col(big_integer("created_at"))
            .col(big_integer("expires_at"))
            .to_owned();
        manager.create_table(table).await?;
        let by_end = Index::create()
            .name("console_sessions_by_end")
            .table("console_sessions")
            .col("expires_at")
            .to_owned();
        manager.create_index(by_end).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("console_sessions").to_owned()).await
    }
}
