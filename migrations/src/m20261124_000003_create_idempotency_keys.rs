//! Which job a caller's idempotency key stands for. Keys of two owners do not clash.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("idempotency_keys")
            .col(text("owner"))
            .col(text("key"))
            .col(text("request_hash"))
            .col(big_integer("job_id"))
            .col(big_integer("created_at"))
            .primary_key(Index::create().col("owner").col("key"))
            .foreign_key(ForeignKey::create().from("idempotency_keys", "job_id").to("jobs", "id"))
            .to_owned();
        manager.create_table(table).await?;

        // Keys whose time is over are removed by age.
        let by_age = Index::create()
            .name("idempotency_keys_by_age")
            .table("idempotency_keys")
            .col("created_at")
            .to_owned();
        manager.create_index(by_age).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("idempotency_keys").to_owned()).await
    }
}
