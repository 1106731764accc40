//! PostgreSQL writes a row in place, without a word to its indexes, when no column of any index
//! changed and the page has room. Most writes of a job can be so: `updated_at`, which each of them
//! changes, leaves the index by which old jobs are found, and pages are not filled to the brim.
//!
//! Old jobs are found by when they were accepted, which is a bound of when they were over.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

async fn over_by(manager: &SchemaManager<'_>, column: &'static str) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name("jobs_over").table("jobs").to_owned()).await?;
    let over = Index::create()
        .name("jobs_over")
        .table("jobs")
        .col(column)
        .and_where(Expr::col("status").is_in(["completed", "failed"]))
        .to_owned();
    manager.create_index(over).await
}

async fn fill(manager: &SchemaManager<'_>, percent: u32) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let fill = format!("ALTER TABLE jobs SET (fillfactor = {percent})");
        manager.get_connection().execute_unprepared(&fill).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        over_by(manager, "created_at").await?;
        fill(manager, 70).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        over_by(manager, "updated_at").await?;
        fill(manager, 100).await
    }
}
