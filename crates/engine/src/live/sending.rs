//! Sending the requests that scripts of outbound topics give.

use std::collections::BTreeMap;

use domain::{Direction, HttpMethod, Topic};
use sandbox::{HttpCall, HttpHost as _, HttpReply};
use serde::Deserialize;
use serde_json::Value;

use super::host::LiveHost;
use crate::EngineError;

/// Requests of one output that are sent. More are a mistake.
const REQUESTS_MAX: usize = 200;

/// An output's request.
#[derive(Debug, Deserialize)]
struct Outbound {
    url: String,
    method: HttpMethod,
    headers: BTreeMap<String, String>,
    body: Value,
}

/// Whether a topic's output is made of requests.
pub(crate) const fn is_outbound(topic: Topic) -> bool {
    matches!(topic.direction(), Direction::ToVendor) && !matches!(topic, Topic::TestConnection)
}

/// Sends the requests of an output, one after the other, up to the first that comes to nothing.
pub(crate) async fn send(
    host: &LiveHost,
    topic: Topic,
    output: &Value,
) -> Result<Vec<Option<HttpReply>>, EngineError> {
    let requests = match topic {
        Topic::SnoozeItems => output.get("requests").cloned().unwrap_or_default(),
        _ => Value::Array(vec![output.clone()]),
    };
    let invalid = |message: String| EngineError::Invalid { field: "send".to_owned(), message };
    let requests: Vec<Outbound> = serde_json::from_value(requests)
        .map_err(|error| invalid(format!("the output holds no request: {error}")))?;
    if requests.len() > REQUESTS_MAX {
        return Err(invalid(format!("the output holds more than {REQUESTS_MAX} requests")));
    }
    let mut sent = Vec::new();
    for Outbound { url, method, headers, body } in requests {
        // Why one did not arrive stands among the calls.
        let reply = host.call(HttpCall { method, url, headers, body }).await.ok();
        let is_done = reply.as_ref().is_some_and(|reply| reply.status_code < 400);
        sent.push(reply);
        if !is_done {
            break;
        }
    }
    Ok(sent)
}
