//! A script's call as a request: its address joined to the account's, its secrets put in.

use domain::HttpMethod;
use egress::{EgressError, Method, Request};
use sandbox::HttpCall;
use serde_json::Value;
use url::Url;

use super::stand_ins::StandIns;

/// Headers of the connection that scripts set out of habit. The client knows them better.
const LEFT_OUT: [&str; 3] = ["accept-encoding", "connection", "content-length"];

/// Why a call is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadCall {
    /// A mere path, and no address to put before it.
    #[error("{0}")]
    Address(&'static str),
    /// A rule of the client.
    #[error(transparent)]
    Refused(#[from] EgressError),
}

/// The address of a call before any secret is in it. A path counts from the account's base URL.
pub(super) fn address(base: &str, url: &str) -> Result<Url, BadCall> {
    if url.contains(|c: char| c == '\\' || c.is_control()) {
        return Err(BadCall::Address(
            "a backslash, or a character that does not print, lets an address be read in two ways",
        ));
    }
    let is_absolute = url.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    let whole = if is_absolute {
        url.to_owned()
    } else if base.is_empty() {
        return Err(BadCall::Address("the connection has no baseUrl for a path to count from"));
    } else {
        // With exactly one slash: `//other.example` is no way to another host.
        format!("{}/{}", base.trim_end_matches('/'), url.trim_start_matches('/'))
    };
    let parsed = Url::parse(&whole)
        .map_err(|_| BadCall::Address("it is no address that begins with https://"))?;
    let host = parsed.host_str().unwrap_or_default();
    if StandIns::stands_in(host) || StandIns::stands_in(parsed.username()) {
        return Err(BadCall::Address("a secret cannot be a part of a host's name"));
    }
    Ok(parsed)
}

/// The header by which a vendor knows that it has seen a call before.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The call with a key of its own, where making it twice would do it twice and the script gave it none.
pub(super) fn with_idempotency_key(mut call: HttpCall) -> HttpCall {
    let is_repeatable =
        matches!(call.method, HttpMethod::Get | HttpMethod::Put | HttpMethod::Delete);
    let has_key = call.headers.keys().any(|name| name.eq_ignore_ascii_case(IDEMPOTENCY_KEY));
    if !is_repeatable && !has_key {
        let key = format!("{:032x}", rand::random::<u128>());
        call.headers.insert(IDEMPOTENCY_KEY.to_owned(), key);
    }
    call
}

/// The request that leaves.
pub(super) fn request(
    call: HttpCall,
    mut url: Url,
    stand_ins: &StandIns,
) -> Result<Request, BadCall> {
    if StandIns::stands_in(url.as_str()) {
        let path = stand_ins.reveal_in_address(url.path());
        url.set_path(&path);
        let query = url.query().map(|query| stand_ins.reveal_in_address(query));
        url.set_query(query.as_ref().map(|query| query.as_str()));
        // It is not sent, so that it need not be written anew.
        url.set_fragment(None);
    }
    let mut request = Request::new(method(call.method), url);
    let mut content_type = None;
    for (name, value) in &call.headers {
        let lower = name.to_ascii_lowercase();
        if LEFT_OUT.contains(&lower.as_str()) {
            continue;
        }
        if lower == "content-type" {
            content_type = Some(value.to_ascii_lowercase());
        }
        request = request.header(name, &stand_ins.reveal(value))?;
    }
    let is_form = content_type.as_deref().is_some_and(|t| t.contains("x-www-form-urlencoded"));
    let body = match stand_ins.reveal_value(call.body) {
        Value::Null => return Ok(request),
        Value::String(text) => text,
        Value::Object(fields) if is_form => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in &fields {
                match value {
                    Value::String(text) => form.append_pair(name, text),
                    other => form.append_pair(name, &other.to_string()),
                };
            }
            form.finish()
        }
        json => {
            if content_type.is_none() {
                request = request.header("content-type", "application/json")?;
            }
            json.to_string()
        }
    };
    Ok(request.body(body))
}

fn method(method: HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Secret;
    use serde_json::json;

    const BASE: &str = "https://till.example/v2/";

    fn stand_ins() -> StandIns {
        StandIns::new(vec![("apiKey".to_owned(), Secret::new("a b/&=é".to_owned()))])
    }

    fn made(stand_ins: &StandIns, call: Value) -> Result<Request, BadCall> {
        let call: HttpCall = serde_json::from_value(call).unwrap();
        let url = address(BASE, &call.url)?;
        request(call, url, stand_ins)
    }

    fn to(url: &str) -> String {
        address(BASE, url).map_or_else(|bad| bad.to_string(), String::from)
    }

    #[test]
    fn a_path_counts_from_the_base_and_leads_to_no_other_host() {
        assert_eq!(to("/items?p=1"), "https://till.example/v2/items?p=1");
        assert_eq!(to("items"), "https://till.example/v2/items");
        assert_eq!(to("//evil.example/x"), "https://till.example/v2/evil.example/x");
        assert_eq!(to("/..%2f..%2fadmin"), "https://till.example/v2/..%2f..%2fadmin");
        assert_eq!(to("javascript:alert(1)"), "https://till.example/v2/javascript:alert(1)");
        assert_eq!(to("https://till.example/x"), "https://till.example/x");
        assert!(address("", "/items").is_err());
        for two_ways in ["https://till.example\\@evil.example/", "/a\tb", "/a\r\nHost: b", "/a\0"] {
            assert!(address(BASE, two_ways).is_err(), "{two_ways:?}");
        }
    }

    #[test]
    fn a_secret_goes_to_path_query_headers_and_body_but_into_no_host() {
        let stand_ins = stand_ins();
        let key = stand_ins.of("apiKey");
        let request = made(
            &stand_ins,
            json!({"method": "POST", "url": format!("/{key}/x?k={key}#{key}"),
                "headers": {"x-key": key, "Content-Length": "9"}, "body": {"k": key}}),
        )
        .unwrap();
        let encoded = "a%20b%2F%26%3D%C3%A9";
        let url = format!("https://till.example/v2/{encoded}/x?k={encoded}");
        assert_eq!(request.url().as_str(), url);
        assert_eq!(request.headers()["x-key"].as_bytes(), "a b/&=é".as_bytes());
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(request.body_bytes().unwrap(), "{\"k\":\"a b/&=é\"}");
        let host = format!("https://{key}.evil.example/");
        let refused =
            made(&stand_ins, json!({"method": "GET", "url": host, "headers": {}, "body": null}));
        assert!(matches!(refused, Err(BadCall::Address(_))));
    }

    #[test]
    fn a_form_is_sent_as_one() {
        let stand_ins = stand_ins();
        let request = made(
            &stand_ins,
            json!({"method": "POST", "url": "/token",
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
                "body": {"secret": stand_ins.of("apiKey"), "n": 1}}),
        )
        .unwrap();
        assert_eq!(request.body_bytes().unwrap(), "secret=a+b%2F%26%3D%C3%A9&n=1");
    }

    #[test]
    fn headers_that_frame_the_message_are_refused() {
        for (name, value) in
            [("Host", "evil.example"), ("transfer-encoding", "chunked"), ("x", "a\r\nb: c")]
        {
            let call = json!({"method": "GET", "url": "/", "headers": {name: value}, "body": null});
            assert!(matches!(made(&stand_ins(), call), Err(BadCall::Refused(_))), "{name}");
        }
    }
}
