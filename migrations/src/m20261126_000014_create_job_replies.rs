//! What authors replied and is not part of a job yet, so that no call is paid for twice.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("job_replies")
            .col(big_integer("job_id"))
            .col(text("call"))
            .col(text("reply"))
            .primary_key(Index::create().col("job_id").col("call"))
            .foreign_key(ForeignKey::create().from("job_replies", "job_id").to("jobs", "id"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("job_replies").to_owned()).await
    }
}
