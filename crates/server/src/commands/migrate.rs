//! `adapter-forge migrate`.

use std::process::ExitCode;

use crate::app::open_database;
use crate::settings::Settings;

/// Brings the database to this version.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = open_database(settings).await?;
    tracing::info!(database = %settings.database.url, "the database is at this version");
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}
