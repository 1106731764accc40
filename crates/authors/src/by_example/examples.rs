//! What the samples show: inputs, each with the output that a careful engineer wants.

use domain::{Brief, HttpExchange, HttpMethod, Sample, ScriptInput, Topic};
use serde_json::{Map, Value, json};

/// Headers that the HTTP client writes by itself.
const CLIENT_HEADERS: [&str; 8] = [
    "host",
    "content-length",
    "user-agent",
    "accept-encoding",
    "connection",
    "date",
    "accept",
    "transfer-encoding",
];

/// One input with its output.
pub(super) struct Example<'b> {
    pub(super) sample: &'b Sample,
    pub(super) input: Value,
    pub(super) expected: Value,
}

/// The input of a sample as a script sees it.
pub(super) fn input(brief: &Brief, sample: &Sample) -> Value {
    // A value of strings and JSON always serialises; null would only mean that nothing can be read.
    serde_json::to_value(ScriptInput::of(brief.provider.clone(), sample)).unwrap_or_default()
}

/// The samples with an output, given or recorded.
pub(super) fn of(brief: &Brief) -> Vec<Example<'_>> {
    brief
        .samples
        .iter()
        .filter_map(|sample| {
            let expected = sample.expected.clone().or_else(|| recorded(brief.topic, sample))?;
            Some(Example { sample, input: input(brief, sample), expected })
        })
        .collect()
}

/// The address of a recorded request; one written as a path belongs to the base URL.
pub(super) fn address(sample: &Sample, exchange: &HttpExchange) -> String {
    if exchange.url.starts_with('/') {
        format!("{}{}", sample.connection.base_url.trim_end_matches('/'), exchange.url)
    } else {
        exchange.url.clone()
    }
}

/// The headers of a recorded request that belong to the vendor's API.
pub(super) fn headers(exchange: &HttpExchange) -> Map<String, Value> {
    exchange
        .request_headers
        .iter()
        .filter(|(name, _)| !CLIENT_HEADERS.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| (name.clone(), Value::from(value.clone())))
        .collect()
}

fn recorded(topic: Topic, sample: &Sample) -> Option<Value> {
    let request = |exchange: &HttpExchange| {
        json!({
            "url": address(sample, exchange),
            "method": exchange.method.as_str(),
            "headers": headers(exchange),
            "body": exchange.request_body,
        })
    };
    let told = |exchange: &&HttpExchange| {
        exchange.method != HttpMethod::Get
            && (exchange.request_body.is_some() || !exchange.request_headers.is_empty())
    };
    let mut writes = sample.http.iter().filter(told);
    match topic {
        Topic::OrderDispatch => writes
            .find(|exchange| matches!(exchange.method, HttpMethod::Post | HttpMethod::Put))
            .map(request),
        Topic::SnoozeItems => {
            let requests: Vec<Value> = writes.map(request).collect();
            (!requests.is_empty()).then(|| json!({ "requests": requests }))
        }
        Topic::TestConnection
        | Topic::ListRemoteOutlets
        | Topic::SyncOutlet
        | Topic::SyncProducts
        | Topic::OrderStatusUpdate => None,
    }
}

/// What a person has to send when no sample shows an output.
pub(super) fn skeleton(topic: Topic) -> Value {
    let connection = json!({
        "baseUrl": "https://api.vendor.example", "apiKey": "test-key", "apiSecret": "", "config": {"locationId": "L1"}
    });
    let request = json!({
        "url": "https://api.vendor.example/…", "method": "POST",
        "headers": {"Authorization": "Bearer test-key"}, "body": {"…": "the vendor's body for this payload"}
    });
    match topic {
        Topic::SnoozeItems => json!({
            "name": "snooze.json",
            "payload": {"items": [{"itemCode": "A1", "available": false, "until": "2026-01-31T18:00:00Z"}, {"itemCode": "B2", "available": true}]},
            "connection": connection,
            "expected": {"requests": [request]}
        }),
        Topic::TestConnection => json!({
            "name": "connection.json",
            "connection": connection,
            "http": [{
                "request": {"method": "GET", "url": "/…", "headers": {"Authorization": "Bearer test-key"}},
                "response": {"statusCode": 200, "body": {}}
            }],
            "expected": {"ok": true, "message": "…"}
        }),
        Topic::OrderDispatch
        | Topic::ListRemoteOutlets
        | Topic::SyncOutlet
        | Topic::SyncProducts
        | Topic::OrderStatusUpdate => json!({
            "name": "order.json",
            "payload": {
                "orderId": "ORD-1", "placedAt": "2026-01-31T12:30:00Z", "type": "delivery",
                "customer": {"name": "Ann Lee", "phone": "+6580001111", "email": "ann@example.com"},
                "items": [{
                    "itemCode": "A1", "name": "Laksa", "quantity": 2, "unitPrice": 4.95, "notes": "hot",
                    "modifiers": [{"code": "M1", "name": "Egg", "quantity": 1, "price": 0.5}]
                }],
                "totals": {"subtotal": 10.9, "tax": 0.98, "total": 11.88}, "notes": "ring the bell"
            },
            "connection": connection,
            "expected": request
        }),
    }
}
