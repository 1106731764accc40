//! Connections to vendors' accounts. Answers never hold a secret.

use axum::extract::State;
use domain::{ConnectionSlug, ConnectionStatus, Owner, ProviderSlug, Secret};
use engine::{ConnectionTest, GivenConnection, KnownConnection};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::adapters::{LiveCallView, LiveDone, LiveView};
use super::views::rfc3339;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Connect, Json, Path, Run, SeeConnections};
use crate::reply::{Nothing, Reply};
use crate::router::ApiState;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(put, get, delete))
        .routes(routes!(test))
        .routes(routes!(remote_outlets))
}

/// Which connection of the caller's.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneConnection {
    #[param(schema_with = schemas::slug)]
    slug: ConnectionSlug,
}

/// Whom a key speaks for.
fn owner<R>(caller: &Caller<R>) -> Owner {
    Owner::named(caller.key.name.as_str())
}

/// A connection as it is to be. It replaces the one that is there; only secrets that are left out, or
/// given as `***`, stay, as long as the connection leads to the same hosts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[derive(Default)]
pub(crate) struct PutConnectionRequest {
    /// The vendor; the connection's own slug when left out.
    #[schema(schema_with = schemas::optional_provider)]
    provider: Option<ProviderSlug>,
    /// `disabled` switches it off. Any other leaves it to be tested.
    #[schema(schema_with = schemas::optional_connection_status)]
    status: Option<ConnectionStatus>,
    /// Where the vendor's API begins. Scripts may call its host, through `http` only where it has it.
    #[schema(example = "https://api.vendor.example/v2")]
    base_url: String,
    /// The credential, or its first half; an empty text removes it.
    #[schema(value_type = Option<String>, write_only)]
    api_key: Option<Secret>,
    /// The second half of the credential, where the vendor has one.
    #[schema(value_type = Option<String>, write_only)]
    api_secret: Option<Secret>,
    /// Where the vendor sends its webhooks.
    webhook_url: String,
    /// Hosts besides that of `baseUrl` that scripts may call.
    #[schema(example = json!(["auth.vendor.example", "*.cdn.vendor.example"]))]
    allow_hosts: Vec<String>,
    /// Whatever else the vendor's account needs. Texts under names like `token`, `secret` or `password`
    /// are kept as secrets.
    #[schema(value_type = Object)]
    config: Map<String, Value>,
}

/// A connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionFound {
    connection: ConnectionView,
}

/// The caller's connections.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionList {
    connections: Vec<ConnectionView>,
}

/// A connection without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionView {
    slug: String,
    provider: String,
    #[schema(schema_with = schemas::connection_status)]
    status: &'static str,
    /// What the last test said.
    message: String,
    base_url: String,
    webhook_url: String,
    allow_hosts: Vec<String>,
    /// With `***` in the place of secrets.
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    has_api_key: bool,
    has_api_secret: bool,
    /// When it was last tested; empty when it was not since it was last changed.
    tested_at: String,
    created_at: String,
    updated_at: String,
}

impl From<KnownConnection> for ConnectionView {
    fn from(known: KnownConnection) -> Self {
        let KnownConnection { connection, has_api_key, has_api_secret } = known;
        Self {
            slug: connection.slug.into(),
            provider: connection.provider.into(),
            status: connection.status.as_str(),
            message: connection.message,
            base_url: connection.base_url,
            webhook_url: connection.webhook_url,
            allow_hosts: connection.allow_hosts,
            config: connection.config,
            has_api_key,
            has_api_secret,
            tested_at: connection.tested_at.map(rfc3339).unwrap_or_default(),
            created_at: rfc3339(connection.created_at),
            updated_at: rfc3339(connection.updated_at),
        }
    }
}

/// List your connections by slug
#[utoipa::path(
    get,
    path = "/api/v1/provider-connections",
    operation_id = "list-provider-connections",
    tag = "connections",
    responses((status = 200, description = "The connections", body = Reply<ConnectionList>))
)]
async fn list(
    caller: Caller<SeeConnections>,
    State(state): State<ApiState>,
) -> Result<Reply<ConnectionList>, ApiError> {
    let known = state.services.connections.list(&owner(&caller)).await?;
    let connections = known.into_iter().map(ConnectionView::from).collect();
    Ok(Reply::new("your connections", ConnectionList { connections }))
}

/// Add or replace a connection
///
/// It belongs to the name of the API key; keys of other names do not see it.
#[utoipa::path(
    put,
    path = "/api/v1/provider-connections/{slug}",
    operation_id = "put-provider-connection",
    tag = "connections",
    params(OneConnection),
    request_body = PutConnectionRequest,
    responses(
        (status = 200, description = "It is kept", body = Reply<ConnectionFound>),
        (status = 409, description = "This server has no key to keep secrets with", body = ErrorBody),
    )
)]
async fn put(
    caller: Caller<Connect>,
    State(state): State<ApiState>,
    Path(OneConnection { slug }): Path<OneConnection>,
    Json(request): Json<PutConnectionRequest>,
) -> Result<Reply<ConnectionFound>, ApiError> {
    let message = format!("connection {slug} is kept");
    let given = GivenConnection {
        provider: request.provider,
        status: request.status,
        base_url: request.base_url,
        webhook_url: request.webhook_url,
        allow_hosts: request.allow_hosts,
        api_key: request.api_key,
        api_secret: request.api_secret,
        config: request.config,
    };
    let known = state.services.connections.put(&owner(&caller), slug, given).await?;
    Ok(Reply::new(message, ConnectionFound { connection: known.into() }))
}

/// Get a connection
#[utoipa::path(
    get,
    path = "/api/v1/provider-connections/{slug}",
    operation_id = "get-provider-connection",
    tag = "connections",
    params(OneConnection),
    responses(
        (status = 200, description = "The connection, without its secrets", body = Reply<ConnectionFound>),
        (status = 404, description = "You have no such connection", body = ErrorBody),
    )
)]
async fn get(
    caller: Caller<SeeConnections>,
    State(state): State<ApiState>,
    Path(OneConnection { slug }): Path<OneConnection>,
) -> Result<Reply<ConnectionFound>, ApiError> {
    let known = state.services.connections.get(&owner(&caller), &slug).await?;
    let message = format!("connection {slug}");
    Ok(Reply::new(message, ConnectionFound { connection: known.into() }))
}

/// Remove a connection and its secrets
#[utoipa::path(
    delete,
    path = "/api/v1/provider-connections/{slug}",
    operation_id = "delete-provider-connection",
    tag = "connections",
    params(OneConnection),
    responses(
        (status = 200, description = "It is removed", body = Reply<Nothing>),
        (status = 404, description = "You have no such connection", body = ErrorBody),
    )
)]
async fn delete(
    caller: Caller<Connect>,
    State(state): State<ApiState>,
    Path(OneConnection { slug }): Path<OneConnection>,
) -> Result<Reply<Nothing>, ApiError> {
    state.services.connections.delete(&owner(&caller), &slug).await?;
    Ok(Reply::done(format!("connection {slug} is removed")))
}

/// What a test said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestDone {
    /// `connected` or `error`.
    #[schema(schema_with = schemas::connection_status)]
    status: &'static str,
    latency_ms: u64,
    /// What the vendor or the script said.
    result: String,
    /// The calls that were made.
    calls: Vec<LiveCallView>,
}

impl From<ConnectionTest> for TestDone {
    fn from(test: ConnectionTest) -> Self {
        Self {
            status: test.status.as_str(),
            latency_ms: u64::try_from(test.latency.as_millis()).unwrap_or(u64::MAX),
            result: test.message,
            calls: test.calls.into_iter().map(LiveCallView::from).collect(),
        }
    }
}

/// Test a connection
///
/// Runs the vendor's active script for `test_connection` against the account.
#[utoipa::path(
    post,
    path = "/api/v1/provider-connections/{slug}/test",
    operation_id = "test-provider-connection",
    tag = "connections",
    params(OneConnection),
    responses(
        (status = 200, description = "What the test said", body = Reply<TestDone>),
        (status = 404, description = "You have no such connection", body = ErrorBody),
        (status = 409, description = "The vendor has no active script for it, or the connection is switched off", body = ErrorBody),
    )
)]
async fn test(
    caller: Caller<Run>,
    State(state): State<ApiState>,
    Path(OneConnection { slug }): Path<OneConnection>,
) -> Result<Reply<TestDone>, ApiError> {
    let test = state.services.adapters.test(&owner(&caller), &slug).await?;
    let message = format!("connection {slug} was tested: {}", test.status);
    Ok(Reply::new(message, test.into()))
}

/// List the locations of a connection's account
///
/// Runs the vendor's active script for `list_remote_outlets` against the account.
#[utoipa::path(
    get,
    path = "/api/v1/provider-connections/{slug}/remote-outlets",
    operation_id = "list-remote-outlets",
    tag = "connections",
    params(OneConnection),
    responses(
        (status = 200, description = "The output of the script, its field `outlets` above all", body = Reply<LiveDone>),
        (status = 404, description = "You have no such connection", body = ErrorBody),
        (status = 409, description = "The vendor has no active script for it, or the connection is switched off", body = ErrorBody),
        (status = 422, description = "The script gave no output; `message` says why", body = ErrorBody),
    )
)]
async fn remote_outlets(
    caller: Caller<Run>,
    State(state): State<ApiState>,
    Path(OneConnection { slug }): Path<OneConnection>,
) -> Result<Reply<LiveDone>, ApiError> {
    let report = state.services.adapters.remote_outlets(&owner(&caller), &slug).await?;
    let run = LiveView::of(report, false)?;
    Ok(Reply::new(format!("locations of connection {slug}"), LiveDone { run }))
}
