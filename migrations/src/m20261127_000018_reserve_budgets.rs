//! What calls of authors that are under way may use of a day's budget at most, a row for each job.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("author_reservations")
            .col(big_integer("job_id").primary_key())
            .col(big_integer("fence"))
            .col(text("author"))
            .col(text("day"))
            .col(big_integer("tokens"))
            .col(big_integer("cost_micros"))
            .foreign_key(
                ForeignKey::create().from("author_reservations", "job_id").to("jobs", "id"),
            )
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("author_reservations").to_owned()).await
    }
}
