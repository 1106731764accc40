//! Lists that several words narrow look into an index for all of them. Where few jobs of many fit, the
//! others were read from the table only to be passed over.
//!
//! And the newest script in use of a topic is found among those in use, however many are not.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The lists' indexes: what they had, and what they look into besides.
const LISTS: [(&str, &[&str], &[&str]); 2] = [
    ("jobs_by_provider", &["provider", "id"], &["topic", "status"]),
    ("jobs_by_topic", &["topic", "id"], &["status"]),
];

const IN_USE: &str = "CREATE INDEX scripts_in_use ON scripts (topic, id) WHERE status = 'active'";

async fn index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    columns: impl Iterator<Item = &&'static str>,
) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name).table("jobs").to_owned()).await?;
    let mut index = Index::create().name(name).table("jobs").to_owned();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, had, besides) in LISTS {
            index(manager, name, had.iter().chain(besides)).await?;
        }
        manager.get_connection().execute_unprepared(IN_USE).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX scripts_in_use").await?;
        for (name, had, _) in LISTS {
            index(manager, name, had.iter()).await?;
        }
        Ok(())
    }
}
