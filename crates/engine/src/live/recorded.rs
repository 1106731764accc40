//! What a run saw of a vendor, as a sample that does the same without the account.

use domain::{HttpExchange, Sample, SampleName};
use serde_json::Value;

use super::host::{Exchanged, LiveHost};

/// Headers of answers that scripts may go by. Others say nothing of the vendor's data, and some too much.
const HEADERS: [&str; 6] =
    ["content-type", "etag", "last-modified", "link", "location", "retry-after"];
/// Parts of the names of those that page through lists.
const PAGING: [&str; 7] = ["page", "total", "count", "cursor", "next", "limit", "offset"];

/// The payload and the exchanges of a run so far. Test values stand where secrets were; personal data is
/// still in it.
pub(crate) fn sample_of(name: SampleName, payload: Option<Value>, host: &LiveHost) -> Sample {
    let stand_ins = &host.account().stand_ins;
    let mut connection = host.account().seen();
    for text in [&mut connection.api_key, &mut connection.api_secret] {
        *text = stand_ins.as_test(text);
    }
    if let Value::Object(config) = stand_ins.as_test_value(Value::Object(connection.config)) {
        connection.config = config;
    } else {
        connection.config = serde_json::Map::new();
    }
    let http = host.exchanged().iter().map(|exchanged| exchange(exchanged, host)).collect();
    Sample { name, payload, http, connection, expected: None }
}

fn exchange(Exchanged { call, response }: &Exchanged, host: &LiveHost) -> HttpExchange {
    let stand_ins = &host.account().stand_ins;
    let reply = host.told(response);
    let kept =
        |name: &str| HEADERS.contains(&name) || PAGING.iter().any(|part| name.contains(part));
    HttpExchange {
        method: call.method,
        url: stand_ins.as_test(&call.url),
        // How credentials travel in them is what an author learns from them.
        request_headers: call
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), stand_ins.as_test(value)))
            .collect(),
        request_body: (!call.body.is_null()).then(|| stand_ins.as_test_value(call.body.clone())),
        status_code: reply.status_code,
        headers: reply
            .headers
            .into_iter()
            .filter(|(name, _)| kept(name))
            .map(|(name, value)| (name, stand_ins.as_test(&value)))
            .collect(),
        body: stand_ins.as_test_value(reply.body),
    }
}
