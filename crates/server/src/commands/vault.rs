//! `adapter-forge vault`: works on the database directly, beside running servers.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use domain::SystemClock;
use engine::Connections;
use vault::VaultKey;

use crate::app::{connection_exits, open_database};
use crate::cli::VaultCommand;
use crate::settings::Settings;

pub(crate) async fn run(settings: &Settings, command: VaultCommand) -> anyhow::Result<ExitCode> {
    match command {
        VaultCommand::MakeKey { id } => make_key(&id)?,
        VaultCommand::Rotate => rotate(settings).await?,
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the key is what the command answers, alone on its line")]
fn make_key(id: &str) -> anyhow::Result<()> {
    println!("{}", VaultKey::random(id)?.reveal().as_str());
    Ok(())
}

async fn rotate(settings: &Settings) -> anyhow::Result<()> {
    let vault = settings.vault.vault()?;
    let database = open_database(settings).await?;
    let exits = connection_exits(settings);
    let connections = Connections::new(database.connections(), vault, exits, Arc::new(SystemClock));
    let rotation = connections.rotate().await;
    database.close().await?;
    let rotation = rotation?;
    tracing::info!(resealed = rotation.resealed, "secrets are sealed with the current key");
    if !rotation.unreadable.is_empty() {
        bail!(
            "{} secrets cannot be opened with vault.keys and were left as they are: {}",
            rotation.unreadable.len(),
            rotation.unreadable.join(", ")
        );
    }
    Ok(())
}
