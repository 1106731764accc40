//! `adapter-forge mcp`: a client of a server for coding agents.

use std::process::ExitCode;

use client::Options;

/// Serves until the agent is done. Standard output is the agent's alone.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    mcp::serve_stdio(options.api()?).await?;
    Ok(ExitCode::SUCCESS)
}
