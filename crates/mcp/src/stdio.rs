//! The tools over standard input and output: one agent, one server, one key.

use std::sync::Arc;

use client::Api;
use rmcp::ServiceExt as _;

use crate::agent::Agent;

/// Why an agent could not be served to its end.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// It said something else than the protocol wants, or left at once.
    #[error("the agent did not begin as the Model Context Protocol says: {0}")]
    Begin(String),
    /// Something of ours broke.
    #[error("the conversation broke off: {0}")]
    Broken(String),
}

/// Serves the tools on standard input and output until the agent closes them. Nothing else may write to
/// standard output meanwhile.
///
/// # Errors
/// When the agent does not speak the protocol.
pub async fn serve_stdio(api: Api) -> Result<(), McpError> {
    let serving = Agent::new(Arc::new(api)).serve(rmcp::transport::stdio()).await;
    let serving = serving.map_err(|error| McpError::Begin(error.to_string()))?;
    serving.waiting().await.map_err(|error| McpError::Broken(error.to_string()))?;
    Ok(())
}
