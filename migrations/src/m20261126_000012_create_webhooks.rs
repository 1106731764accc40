//! Callers who want to hear of their jobs, and what they have not heard yet.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("jobs").add_column(text_null("callback_url")).to_owned();
        manager.alter_table(column).await?;
        let table = Table::create()
            .table("webhooks")
            .col(text("id").primary_key())
            .col(big_integer("job_id"))
            .col(text("url"))
            .col(text("body"))
            .col(text("state"))
            .col(big_integer("attempts"))
            .col(big_integer("due_at"))
            .col(text("error"))
            .col(big_integer("created_at"))
            .to_owned();
        manager.create_table(table).await?;
        // What is done is not in it: the search for what is due stays as short as that is.
        let index = "CREATE INDEX webhooks_due ON webhooks (due_at) WHERE state = 'waiting'";
        manager.get_connection().execute_unprepared(index).await?;
        let index = "CREATE INDEX webhooks_of_job ON webhooks (job_id)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("webhooks").to_owned()).await?;
        let column = Table::alter().table("jobs").drop_column("callback_url").to_owned();
        manager.alter_table(column).await
    }
}
