//! What the console's first page counts, so that it reads indexes and no scripts.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn indexes() -> [IndexCreateStatement; 3] {
    let index = |name: &'static str, table: &'static str| {
        Index::create().name(name).table(table).to_owned()
    };
    [
        index("scripts_by_state", "scripts")
            .col("provider")
            .col("topic")
            .col("status")
            .col("version")
            .col("id")
            .to_owned(),
        index("jobs_in_work", "jobs")
            .col("provider")
            .col("topic")
            .col("status")
            .col("id")
            .and_where(Expr::col("status").is_in(["pending", "running", "needs_clarification"]))
            .to_owned(),
        index("connections_by_provider", "connections")
            .col("owner")
            .col("provider")
            .col("status")
            .to_owned(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("scripts_by_state", "scripts"),
            ("jobs_in_work", "jobs"),
            ("connections_by_provider", "connections"),
        ] {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }
}
