//! The order in which jobs are claimed, and how often one was claimed without getting anywhere.
//!
//! - `priority`: higher ones are claimed first.
//! - `turn`: the place among jobs of the same priority, given when a job is accepted.
//! - `claims`: claims since the job came to its stage. Each but the running one ended with a worker
//!   that died.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;
use sea_orm_migration::sea_orm::DbBackend;

const COLUMNS: [&str; 3] = ["priority", "turn", "claims"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn is_open() -> SimpleExpr {
    Expr::col("status").is_in(["pending", "running"])
}

fn index(name: &'static str) -> IndexCreateStatement {
    Index::create().name(name).table("jobs").and_where(is_open()).to_owned()
}

fn indexes() -> [IndexCreateStatement; 3] {
    [
        // What can run now and nothing else, in the order of claims.
        index("jobs_ready")
            .col(("priority", IndexOrder::Desc))
            .col("turn")
            .col("id")
            .and_where(Expr::col("lease_expires_at").is_null())
            .to_owned(),
        // What may run again at a known moment.
        index("jobs_due")
            .col("lease_expires_at")
            .and_where(Expr::col("lease_expires_at").is_not_null())
            .to_owned(),
        // Whose turn it is: the greatest one that a worker holds.
        index("jobs_held").col("turn").and_where(Expr::col("lease_owner").is_not_null()).to_owned(),
    ]
}

/// The last turn that was given to a provider and author. That no author is named is a value here:
/// of what is null no database finds the greatest at once.
const TURNS: &str = "CREATE INDEX jobs_turns ON jobs (provider, (COALESCE(author, '')), turn) \
                     WHERE status IN ('pending', 'running')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One at a time: SQLite adds no more in one statement.
        for column in COLUMNS {
            let column = big_integer(column).default(0).take();
            let table = Table::alter().table("jobs").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        manager.drop_index(Index::drop().name("jobs_claimable").table("jobs").to_owned()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        manager.get_connection().execute_unprepared(TURNS).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // Each job leaves a dozen dead rows. A claim would walk past all that were not swept.
            let sweep = "ALTER TABLE jobs SET (autovacuum_vacuum_scale_factor = 0.0, \
                         autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)";
            manager.get_connection().execute_unprepared(sweep).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["jobs_ready", "jobs_due", "jobs_held", "jobs_turns"] {
            manager.drop_index(Index::drop().name(name).table("jobs").to_owned()).await?;
        }
        let claimable = index("jobs_claimable").col("id").to_owned();
        manager.create_index(claimable).await?;
        for column in COLUMNS {
            let table = Table::alter().table("jobs").drop_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
