//! Saved scripts. What the rules promise is kept by the indexes too: a job has one script, a version
//! exists once, and one script of a provider and topic is active.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("scripts")
            .col(big_pk_auto("id"))
            .col(text("provider"))
            .col(text("topic"))
            .col(big_integer("version"))
            .col(text("status"))
            .col(text("source"))
            .col(text_null("author"))
            .col(big_integer_null("job_id"))
            .col(text("provenance"))
            .col(text("test_results"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .foreign_key(ForeignKey::create().from("scripts", "job_id").to("jobs", "id"))
            .to_owned();
        manager.create_table(table).await?;

        let one_per_job = Index::create()
            .name("scripts_one_per_job")
            .table("scripts")
            .col("job_id")
            .unique()
            .to_owned();
        manager.create_index(one_per_job).await?;

        let one_per_version = Index::create()
            .name("scripts_one_per_version")
            .table("scripts")
            .col("provider")
            .col("topic")
            .col("version")
            .unique()
            .to_owned();
        manager.create_index(one_per_version).await?;

        let one_active = Index::create()
            .name("scripts_one_active")
            .table("scripts")
            .col("provider")
            .col("topic")
            .unique()
            .and_where(Expr::col("status").eq("active"))
            .to_owned();
        manager.create_index(one_active).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("scripts").to_owned()).await
    }
}
