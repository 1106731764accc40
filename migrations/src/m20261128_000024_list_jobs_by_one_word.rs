//! Lists of jobs come newest first, so each word that narrows a list has an index that ends with the
//! number. With the topic between provider and number, a list of a provider that has no job walked
//! through all jobs, and a list of a topic had no index at all.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

async fn index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table("jobs").to_owned();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

async fn drop(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table("jobs").to_owned()).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, "jobs_by_provider").await?;
        index(manager, "jobs_by_provider", &["provider", "id"]).await?;
        index(manager, "jobs_by_topic", &["topic", "id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, "jobs_by_topic").await?;
        drop(manager, "jobs_by_provider").await?;
        index(manager, "jobs_by_provider", &["provider", "topic", "id"]).await
    }
}
