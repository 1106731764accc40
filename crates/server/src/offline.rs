//! A server of one command's own: on a temporary database and a port of this machine, gone with it.

use std::process::ExitCode;

use anyhow::Context as _;
use client::{Api, Call, Generate, Output};
use tempfile::TempDir;

use crate::app::{App, Running};
use crate::settings::{DatabaseUrl, Settings};

/// The server, and a key to call it with.
pub(crate) struct OwnServer {
    running: Running,
    pub(crate) api: Api,
    /// Its database. Removed when this is dropped.
    _folder: TempDir,
}

impl OwnServer {
    pub(crate) async fn start(mut settings: Settings) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        settings.server.host = std::net::Ipv4Addr::LOCALHOST.into();
        settings.server.port = 0;
        let file = folder.path().join("forge.db");
        settings.database.url = DatabaseUrl::new(format!("sqlite://{}", file.display()));
        let running = App::open(&settings).await?.start(&settings).await?;
        let key = running.first_key().await?.context("a new database already has a key")?;
        let api = Api::new(&format!("http://{}", running.address()), key.reveal())?;
        Ok(Self { running, api, _folder: folder })
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.running.stop().await
    }
}

/// `adapter-forge generate --offline`: the whole pipeline with the configured authors, and nothing
/// left behind but the script on standard output.
pub(crate) async fn generate(
    mut settings: Settings,
    call: Call<Generate>,
) -> anyhow::Result<ExitCode> {
    // One job at a time, looked for at once.
    settings.worker.concurrency = 1;
    // Whoever interrupts it wants nothing of it any more.
    settings.worker.grace_seconds = 0;
    // Before there is anything that would be left behind.
    let request = match call.what.request() {
        Ok(request) => request,
        Err(error) => return Ok(crate::client_outcome(Err(error))),
    };
    let server = OwnServer::start(settings).await?;
    let output = Output { json: call.options.json };
    let code =
        crate::until_interrupted(client::generate_with(&server.api, output, &request)).await?;
    server.stop().await?;
    Ok(code)
}
