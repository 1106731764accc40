//! Bringing the schema up to date.

use std::collections::HashSet;

use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};

use crate::StoreError;

/// Applies the steps that are missing, all or none.
///
/// Two servers that start at once take turns: on SQLite by the write lock that a unit of work holds,
/// on PostgreSQL by a lock that ends with the transaction. Who comes second finds nothing to do.
pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // A step on a large table may take longer than a request may.
        tx.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        tx.execute_unprepared("SET LOCAL lock_timeout = '60s'").await?;
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(hashtext('adapter-forge migrations'))")
            .await?;
    }
    Migrator::install(tx).await?;
    refuse_unknown_steps(tx).await?;
    let steps = Migrator::get_pending_migrations(tx).await?.len();
    Migrator::up(tx, None).await?;
    if steps > 0 {
        tracing::info!(steps, "the database is at this version now");
    }
    Ok(())
}

async fn refuse_unknown_steps(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    let known: HashSet<String> =
        Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    let applied = Migrator::get_migration_models(tx).await?;
    match applied.into_iter().find(|step| !known.contains(&step.version)) {
        Some(unknown) => Err(StoreError::NewerSchema(unknown.version)),
        None => Ok(()),
    }
}
