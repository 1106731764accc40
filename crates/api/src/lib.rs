//! adapter-forge over HTTP: routes, who may call them, how answers and errors look, their OpenAPI
//! description, and the server that keeps slow and hostile clients at bay.
//!
//! What must not live here: decisions about jobs and scripts, which are the use cases of `engine`,
//! and any knowledge of a database, a script engine or an author.
#![forbid(unsafe_code)]

mod docs;
mod error;
mod etag;
mod extract;
mod fingerprint;
mod http_meters;
mod kept_answers;
mod key_limit;
mod middleware;
mod openapi;
mod reply;
mod router;
mod routes;
mod schemas;
mod serve;
mod trace_id;

pub use error::ApiError;
pub use extract::read_body;
pub use http_meters::describe_http_meters;
pub use key_limit::{KeyLimit, KeyLimiter};
pub use metrics_exporter_prometheus::PrometheusHandle;
pub use openapi::openapi;
pub use router::{ApiSettings, Services, layered, router, routes};
pub use serve::{ServeSettings, serve};
