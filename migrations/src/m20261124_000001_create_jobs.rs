//! A job is one row, so that each change is one UPDATE and one poll is one SELECT.
//!
//! `fence`, `lease_owner` and `lease_expires_at` belong to the queue, all else is the job.
//! `lease_expires_at` is by the database's clock.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("jobs")
            .col(big_pk_auto("id"))
            .col(text("provider"))
            .col(text("topic"))
            .col(text_null("author"))
            .col(big_integer("max_retries"))
            .col(text("status"))
            .col(text("stage"))
            .col(big_integer("retries"))
            .col(big_integer("retries_before_answer"))
            .col(text_null("hypothesis_source"))
            .col(text_null("hypothesis_author"))
            .col(text_null("hypothesis_provenance"))
            .col(text("attempts"))
            .col(text("rounds"))
            .col(text("logs"))
            .col(big_integer_null("result_script_id"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .col(big_integer("version"))
            .col(big_integer("fence").default(0))
            .col(text_null("lease_owner"))
            .col(big_integer_null("lease_expires_at"))
            .to_owned();
        manager.create_table(table).await?;

        // What workers look through, whatever the number of jobs that are over.
        let claimable = Index::create()
            .name("jobs_claimable")
            .table("jobs")
            .col("id")
            .and_where(Expr::col("status").is_in(["pending", "running"]))
            .to_owned();
        manager.create_index(claimable).await?;

        let by_status =
            Index::create().name("jobs_by_status").table("jobs").col("status").col("id").to_owned();
        manager.create_index(by_status).await?;

        let by_provider = Index::create()
            .name("jobs_by_provider")
            .table("jobs")
            .col("provider")
            .col("topic")
            .col("id")
            .to_owned();
        manager.create_index(by_provider).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("jobs").to_owned()).await
    }
}
