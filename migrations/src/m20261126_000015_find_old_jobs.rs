//! Jobs that are over, by age, and what refers to them: for their removal.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let over = Index::create()
            .name("jobs_over")
            .table("jobs")
            .col("updated_at")
            .and_where(Expr::col("status").is_in(["completed", "failed"]))
            .to_owned();
        manager.create_index(over).await?;
        let by_job = Index::create()
            .name("idempotency_keys_by_job")
            .table("idempotency_keys")
            .col("job_id")
            .to_owned();
        manager.create_index(by_job).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in
            [("jobs_over", "jobs"), ("idempotency_keys_by_job", "idempotency_keys")]
        {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }
}
