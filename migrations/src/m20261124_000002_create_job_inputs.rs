//! What a caller gave with a job. It may be megabytes, so it is kept out of the row that each change
//! of the job writes anew.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("job_inputs")
            .col(big_integer("job_id").primary_key())
            .col(text("samples"))
            .col(text("documents"))
            .foreign_key(ForeignKey::create().from("job_inputs", "job_id").to("jobs", "id"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("job_inputs").to_owned()).await
    }
}
