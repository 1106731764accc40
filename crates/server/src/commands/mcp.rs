//! `adapter-forge mcp`: a client of a server for coding agents.

use std::process::ExitCode;

use client::Options;

/// Serves until the agent is done. Standard output is the agent's alone.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    match options.api() {
        Ok(api) => {
            mcp::serve_stdio(api).await?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Ok(crate::client_outcome(Err(error))),
    }
}
