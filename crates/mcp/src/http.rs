//! The tools over HTTP, at `/mcp`: every request stands alone, so that any server can answer it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::agent::Agent;
use crate::forge::{InProcess, WHOAMI};

/// What is let in at `/mcp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// Bytes of a request.
    pub body_limit: usize,
    /// The names under which this server may be called, with or without a port. A page that had its own
    /// name lead to this machine is none of them.
    pub hosts: Vec<String>,
    /// The origins of browsers that may call; without any, no browser may.
    pub origins: Vec<String>,
}

#[derive(Clone)]
struct Mcp {
    api: Router,
    config: StreamableHttpServerConfig,
}

/// The route `/mcp`. Its tools call `api`, the routes of the HTTP API, with the key of whoever calls.
pub fn routes(api: Router, settings: HttpSettings) -> Router {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(settings.body_limit)
        .with_allowed_hosts(settings.hosts)
        .with_allowed_origins(settings.origins)
        .enforce_origin_validation();
    Router::new().route("/mcp", any(serve)).with_state(Mcp { api, config })
}

async fn serve(State(Mcp { api, config }): State<Mcp>, request: Request) -> Response {
    let forge = InProcess::new(api, presented(request.headers()));
    // The key is looked at before anything else, by those who look at keys everywhere.
    match forge.send(Method::GET, WHOAMI, None).await {
        Ok(known) if known.status().is_success() => {}
        Ok(refused) => return refused,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
    let forge = Arc::new(forge);
    let agent = move || Ok(Agent::new(forge.clone()));
    let service =
        StreamableHttpService::new(agent, Arc::new(NeverSessionManager::default()), config);
    service.handle(request).await.map(Body::new)
}

/// The keys in the headers: what agents can be told to send is `X-Api-Key` or `Authorization: Bearer`.
fn presented(headers: &HeaderMap) -> Vec<HeaderValue> {
    const SCHEME: &[u8] = b"bearer ";
    let bearer = headers.get_all(AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, token) = value.as_bytes().split_at_checked(SCHEME.len())?;
        scheme
            .eq_ignore_ascii_case(SCHEME)
            .then(|| HeaderValue::from_bytes(token.trim_ascii()))?
            .ok()
    });
    headers.get_all("x-api-key").iter().cloned().chain(bearer).collect()
}

#[cfg(test)]
#[path = "http/tests.rs"]
mod tests;
