//! Failures of active scripts, the jobs that repair them, and what vendors' policies say of that. What
//! the rules promise is kept by the keys too: equal failures are one event, and a script has one repair.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let events = Table::create()
            .table("drift_events")
            .col(big_pk_auto("id"))
            .col(big_integer("script_id"))
            .col(text("provider"))
            .col(text("topic"))
            .col(text_null("owner"))
            .col(text("kind"))
            .col(text("path"))
            .col(text("failure"))
            .col(big_integer("reproduced"))
            .col(text("status"))
            .col(big_integer("count"))
            .col(big_integer("first_seen"))
            .col(big_integer("last_seen"))
            .col(big_integer_null("repair_job"))
            .col(big_integer_null("resolved_at"))
            .col(text("resolved_by"))
            .to_owned();
        manager.create_table(events).await?;
        let once = Index::create()
            .name("drift_events_once")
            .table("drift_events")
            .col("script_id")
            .col("kind")
            .col("path")
            .unique()
            .to_owned();
        manager.create_index(once).await?;
        let open = Index::create()
            .name("drift_events_open")
            .table("drift_events")
            .col("provider")
            .col("topic")
            .and_where(Expr::col("status").eq("open"))
            .to_owned();
        manager.create_index(open).await?;
        let by_job = Index::create()
            .name("drift_events_by_job")
            .table("drift_events")
            .col("repair_job")
            .and_where(Expr::col("repair_job").is_not_null())
            .to_owned();
        manager.create_index(by_job).await?;

        // Apart from the events, which are listed: a sample may be a megabyte.
        let samples = Table::create()
            .table("drift_samples")
            .col(big_integer("drift_id").primary_key().take())
            .col(text("sample"))
            .to_owned();
        manager.create_table(samples).await?;

        let repairs = Table::create()
            .table("repairs")
            .col(big_integer("script_id").primary_key().take())
            .col(big_integer("job_id").unique_key().take())
            .to_owned();
        manager.create_table(repairs).await?;

        let policies = Table::create()
            .table("provider_policies")
            .col(text("provider").primary_key().take())
            .col(text("repair"))
            .col(big_integer("updated_at"))
            .to_owned();
        manager.create_table(policies).await?;

        let repair = Table::alter().table("job_inputs").add_column(text_null("repair")).to_owned();
        manager.alter_table(repair).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let repair = Table::alter().table("job_inputs").drop_column("repair").to_owned();
        manager.alter_table(repair).await?;
        for table in ["provider_policies", "repairs", "drift_samples", "drift_events"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
