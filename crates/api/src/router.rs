//! The router: every route, what happens to every request, and what the routes work with.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use engine::{Adapters, Audit, Connections, Drifts, Jobs, Keys, Knowledge, Listeners, Scripts};
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, StatusCode, Uri};
use metrics_exporter_prometheus::PrometheusHandle;
use tower::ServiceBuilder;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use crate::error::ApiError;
use crate::kept_answers::KeptAnswers;
use crate::key_limit::{KeyLimit, KeyLimiter};
use crate::trace_id::RequestIdFromTrace;
use crate::{docs, http_meters, middleware};

/// The use cases that the API offers.
#[derive(Clone)]
pub struct Services {
    /// Of jobs.
    pub jobs: Arc<Jobs>,
    /// To jobs.
    pub listeners: Arc<Listeners>,
    /// Of scripts.
    pub scripts: Arc<Scripts>,
    /// Of documents and samples.
    pub knowledge: Arc<Knowledge>,
    /// Of connections to vendors' accounts.
    pub connections: Arc<Connections>,
    /// Of active scripts.
    pub adapters: Arc<Adapters>,
    /// Of what people and keys did.
    pub audit: Arc<Audit>,
    /// Of scripts that break.
    pub drifts: Arc<Drifts>,
    /// Of API keys.
    pub keys: Arc<Keys>,
    /// What the process counts.
    pub meters: PrometheusHandle,
}

/// Bounds of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiSettings {
    /// Bytes of a body.
    pub body_limit: usize,
    /// Within which a body has to arrive.
    pub body_timeout: Duration,
    /// Within which a request is answered. Testing an uploaded script against its samples takes
    /// longest.
    pub request_timeout: Duration,
    /// How often a caller that listens hears something, be it nothing. Shorter than what anything on
    /// the way waits before it gives up on a connection.
    pub heartbeat: Duration,
    /// How many requests a key may make; any number where there is none.
    pub key_limit: Option<KeyLimit>,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            body_limit: 8 << 20,
            body_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_mins(2),
            heartbeat: Duration::from_secs(15),
            key_limit: None,
        }
    }
}

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) services: Services,
    pub(crate) settings: ApiSettings,
    pub(crate) key_limiter: Option<Arc<KeyLimiter>>,
    pub(crate) kept_answers: Arc<KeptAnswers>,
}

/// The routes of the API alone: for [`layered`], and for those who call them within the process, whose own
/// request has been through the layers.
pub fn routes(services: Services, settings: ApiSettings) -> Router {
    let key_limiter = settings.key_limit.map(|limit| Arc::new(KeyLimiter::new(limit)));
    let kept_answers = Arc::new(KeptAnswers::new());
    let state = ApiState { services, settings, key_limiter, kept_answers };
    let (routes, _) = crate::routes::all().split_for_parts();
    routes.merge(docs::routes()).fallback(unknown_path).with_state(state)
}

/// Adds what happens to every request, of whatever route.
pub fn layered(routes: Router, settings: ApiSettings) -> Router {
    routes.method_not_allowed_fallback(wrong_method).layer(
        ServiceBuilder::new()
            .map_request(middleware::drop_hostile_request_id)
            .layer(SetRequestIdLayer::x_request_id(RequestIdFromTrace))
            .layer(
                TraceLayer::new_for_http()
                    .make_span_with(middleware::span)
                    .on_request(())
                    .on_response(middleware::log_answer)
                    .on_failure(()),
            )
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(SetResponseHeaderLayer::overriding(
                X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ))
            .layer(SetResponseHeaderLayer::if_not_present(
                CACHE_CONTROL,
                HeaderValue::from_static("no-store"),
            ))
            .layer(from_fn(http_meters::count))
            .layer(from_fn_with_state(settings, middleware::isolate)),
    )
}

/// The whole API as one service.
pub fn router(services: Services, settings: ApiSettings) -> Router {
    layered(routes(services, settings), settings)
}

async fn unknown_path(uri: Uri) -> ApiError {
    let path = domain::bounded(uri.path(), 200);
    ApiError::not_found(format!("there is nothing at {path}; /docs lists what there is"))
}

async fn wrong_method(method: Method) -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!(
            "{} is not possible here; the header Allow lists what is",
            domain::bounded(method.as_str(), 20)
        ),
    )
}
