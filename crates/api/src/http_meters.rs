//! Counts requests by route, method and status.
//!
//! A route is the path as the router knows it, `/jobs/{jobId}` and not `/jobs/7`: what callers choose
//! is no label.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

const REQUESTS: &str = "adapter_forge_http_requests_total";
const TIME: &str = "adapter_forge_http_seconds";

/// Says what the counters mean. Called once, after a recorder is installed.
pub fn describe_http_meters() {
    describe_counter!(REQUESTS, Unit::Count, "Requests by route, method and status");
    describe_histogram!(
        TIME,
        Unit::Seconds,
        "From a request's head to the head of its answer, by route and method"
    );
}

/// Counts one request.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = method(request.method());
    let begun = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
    let status = response.status().as_str().to_owned();
    histogram!(TIME, "route" => route.clone(), "method" => method).record(begun.elapsed());
    counter!(REQUESTS, "route" => route, "method" => method, "status" => status).increment(1);
    response
}

/// Those of our routes; callers can make up others.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
