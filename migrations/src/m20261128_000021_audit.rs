//! Who did what, as a table that only grows, and who started each job and script.
//!
//! The triggers hold what the program keeps to anyway: also a hand on the database changes no row by
//! mistake. Whoever means to can drop them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, text, text_null};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const SQLITE: &str = "
    CREATE TRIGGER audit_keeps_rows BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
    CREATE TRIGGER audit_loses_no_row BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;";

const POSTGRES: &str = "
    CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit only grows'; END $$;
    CREATE TRIGGER audit_keeps_rows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();";

/// Each for one filter, in the order of the list: newest first.
fn indexes() -> [IndexCreateStatement; 3] {
    let index = |name: &'static str| Index::create().name(name).table("audit").to_owned();
    [
        index("audit_by_actor").col("actor").col("id").to_owned(),
        index("audit_by_action").col("action").col("id").to_owned(),
        index("audit_by_provider").col("provider").col("id").to_owned(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("audit")
            .col(big_pk_auto("id"))
            .col(text("actor"))
            .col(text("action"))
            .col(text_null("provider"))
            .col(text_null("topic"))
            .col(text("subject"))
            .col(text("reason"))
            .col(text("details"))
            .col(big_integer("at"))
            .to_owned();
        manager.create_table(table).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let triggers = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        manager.get_connection().execute_unprepared(triggers).await?;
        for table in ["jobs", "scripts"] {
            let table = Table::alter().table(table).add_column(text_null("started_by")).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["jobs", "scripts"] {
            let table = Table::alter().table(table).drop_column("started_by").to_owned();
            manager.alter_table(table).await?;
        }
        manager.drop_table(Table::drop().table("audit").to_owned()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let function = "DROP FUNCTION audit_only_grows()";
            manager.get_connection().execute_unprepared(function).await?;
        }
        Ok(())
    }
}
