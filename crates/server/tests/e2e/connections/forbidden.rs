//! Requests that must not leave. Each of them would reach a listener that nobody may call, or reach the
//! vendor as something else than it is, if one rule were missing.

use serde_json::{Value, json};

use super::vendor::Vendor;
use super::{CONNECTIONS, activate, an_account, make_key};
use crate::support::{Server, TestDatabase};

/// Makes the one call that it is told to make.
const SCRIPT: &str = "function transform(input, context) {
    const {method, url, headers} = input.payload.call;
    try {
        if (method === 'get') context.http.get(url, headers);
        else context.http[method](url, {a: 1}, headers);
    } catch (error) {}
    return {externalOrderId: 'out', status: 'accepted', occurredAt: '2026-11-27T10:00:00Z'};
}";

/// Addresses that all mean the machine itself, or one that is nobody's business; `PORT` is the listener's
/// and `VENDOR` the host that may be called.
const ADDRESSES: [&str; 40] = [
    "http://127.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://127.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0x7f.1:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://0177.0x0.0.1:PORT/",
    "http://017700000001:PORT/",
    "http://127.0.0.1.:PORT/",
    "http://%31%32%37.0.0.1:PORT/",
    "http://\u{2460}\u{2461}\u{2466}.0.0.1:PORT/",
    "http://\u{ff11}27\u{3002}0\u{3002}0\u{3002}1:PORT/",
    "http://0:PORT/",
    "http://0.0.0.0:PORT/",
    "http://[::1]:PORT/",
    "http://[0:0:0:0:0:0:0:1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/",
    "http://[::127.0.0.1]:PORT/",
    "http://[64:ff9b::7f00:1]:PORT/",
    "http://[2002:7f00:1::]:PORT/",
    "http://localhost:PORT/",
    "http://LOCALHOST.:PORT/",
    "http://a.localhost:PORT/",
    "https://127.0.0.1:PORT/",
    "ftp://127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_GET",
    "ws://127.0.0.1:PORT/",
    "http://VENDOR@127.0.0.1:PORT/",
    "http://VENDOR\\@127.0.0.1:PORT/",
    "http://user:pw@127.0.0.1:PORT/",
    "http://127.0.0.1\t:PORT/",
    "http://127.0.0.1\n:PORT/",
    "http://127.0.0.1:PORT\r\nHost: VENDOR/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254./latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://10.0.0.1:PORT/",
];

/// Where the vendor may try to send us.
const REDIRECTS: [&str; 10] = [
    "http://127.0.0.1:PORT/",
    "//127.0.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f.1:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://localhost:PORT/",
    "https://127.0.0.1:PORT/",
    "http://VENDOR@127.0.0.1:PORT/",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
];

/// Headers that would make another request of one.
const HEADERS: [(&str, &str); 11] = [
    ("Host", "127.0.0.1"),
    ("X-Note", "a\r\nHost: 127.0.0.1"),
    ("X-Note", "a\nX-Other: b"),
    ("X-Note\r\nHost", "127.0.0.1"),
    ("X Note", "a"),
    ("Transfer-Encoding", "chunked"),
    ("Expect", "100-continue"),
    ("Upgrade", "h2c"),
    ("TE", "trailers"),
    ("Trailer", "X-Late"),
    ("Proxy-Authorization", "Basic YTpi"),
];

#[tokio::test]
async fn none_of_many_requests_that_must_not_leave_does() {
    let database = TestDatabase::sqlite();
    let (vendor, listener) = (Vendor::start(), Vendor::start());
    let (private, keys) = (vendor.address.to_string(), make_key("a"));
    let settings = [
        ("FORGE__CONNECTIONS__ALLOW_PRIVATE", private.as_str()),
        ("FORGE__VAULT__KEYS", keys.as_str()),
        ("FORGE__CONNECTIONS__CALLS_PER_MINUTE", "1000000"),
    ];
    let server = Server::start(&database, None, &settings);
    let account = format!("{CONNECTIONS}/my-till");
    let put = server.call(reqwest::Method::PUT, &account, Some(&an_account(&vendor))).await;
    assert_eq!(put.0, 200, "{}", put.1);
    activate(&server, "order_status_update", SCRIPT).await;

    let port = listener.address.port().to_string();
    let real = |text: &str| text.replace("PORT", &port).replace("VENDOR", &private);
    let get =
        |url: String, headers: Value| json!({"method": "get", "url": url, "headers": headers});
    let mut calls: Vec<Value> =
        ADDRESSES.iter().map(|address| get(real(address), json!({}))).collect();
    let redirected: Vec<String> =
        REDIRECTS.iter().map(|to| format!("{}/elsewhere?to={}", vendor.base(), real(to))).collect();
    calls.extend(redirected.iter().map(|url| get(url.clone(), json!({}))));
    calls.push(json!({"method": "post", "url": redirected[0], "headers": {}}));
    calls
        .extend(HEADERS.iter().map(|(name, value)| get("/ping".to_owned(), json!({*name: value}))));
    assert!(calls.len() >= 60, "{}", calls.len());

    let path = "/api/v1/adapters/my-till/order_status_update/run";
    for call in calls {
        let (status, answer) = server.post(path, &json!({"payload": {"call": call}})).await;
        assert_eq!(status, 422, "{call}: {answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains("HTTP call failed"), "{call}: {message}");
    }
    assert_eq!(listener.requests(), 0, "somebody was called who must not be");
    // Of what the vendor was asked, all were the redirects that it answered with.
    assert_eq!(vendor.requests(), u32::try_from(REDIRECTS.len() + 1).unwrap());
}
