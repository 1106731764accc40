//! What a job shows and counts while an author writes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One at a time: SQLite adds no more in one statement.
        for column in [text("growing").default("").take(), text("usage").default("{}").take()] {
            let table = Table::alter().table("jobs").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["growing", "usage"] {
            let table = Table::alter().table("jobs").drop_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
