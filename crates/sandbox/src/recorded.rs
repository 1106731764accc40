//! HTTP answered from recordings: nothing leaves the machine.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::{HttpExchange, HttpMethod, bounded};
use url::Url;

use crate::{HttpCall, HttpCallError, HttpHost, HttpReply};

/// Recorded requests named in an error, and characters of each.
const LISTED: usize = 20;
const LISTED_CHARS: usize = 200;

/// Stands for the host where an address names none.
const NO_HOST: &str = "http://no-host.invalid";

/// Answers calls from recorded exchanges.
///
/// A call is answered by an exchange of the same method, path and query, the query in any order.
/// The recorded address may be absolute or a path; a path counts from the root of the host or from
/// the base URL. A call to another host than the recorded one is answered only when it goes to the
/// base URL's host. Exchanges of the same request answer in their order, and the last one repeats.
#[derive(Debug)]
pub struct RecordedExchanges {
    recorded: Vec<Recorded>,
    base: Option<Address>,
    /// Which of them have answered.
    used: Mutex<Vec<bool>>,
}

#[derive(Debug)]
struct Recorded {
    exchange: HttpExchange,
    /// None where the recorded address is none.
    address: Option<Address>,
}

impl RecordedExchanges {
    /// Takes exchanges, and the base URL of the connection; empty for none.
    #[must_use]
    pub fn new(exchanges: Vec<HttpExchange>, base_url: &str) -> Self {
        let base = if base_url.is_empty() { None } else { Address::parse(base_url) };
        let used = Mutex::new(vec![false; exchanges.len()]);
        let recorded = exchanges
            .into_iter()
            .map(|exchange| Recorded { address: Address::parse(&exchange.url), exchange })
            .collect();
        Self { recorded, base, used }
    }

    /// The first fitting exchange that has not answered yet, or else the last fitting one.
    fn find(&self, method: HttpMethod, url: &str) -> Option<&HttpExchange> {
        let wanted = Address::parse(url)?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = None;
        for (recorded, used) in self.recorded.iter().zip(used.iter_mut()) {
            if recorded.exchange.method == method && self.fits(recorded, &wanted) {
                found = Some(&recorded.exchange);
                if !*used {
                    *used = true;
                    break;
                }
            }
        }
        found
    }

    fn fits(&self, recorded: &Recorded, wanted: &Address) -> bool {
        let Some(address) = &recorded.address else { return false };
        if address.query != wanted.query {
            return false;
        }
        let base_origin = self.base.as_ref().and_then(|base| base.origin.as_ref());
        let same_host = match (&wanted.origin, &address.origin) {
            (None, _) => true,
            (Some(wanted), Some(recorded)) => wanted == recorded || Some(wanted) == base_origin,
            (Some(wanted), None) => base_origin.is_none_or(|base| base == wanted),
        };
        let base_path = self.base.as_ref().map_or("", |base| base.path.as_str());
        let below_base = |path: &str| format!("{base_path}{path}");
        // A path counts from the base URL too, on either side.
        let same_path = wanted.path == address.path
            || (address.origin.is_none() && wanted.path == below_base(&address.path))
            || (wanted.origin.is_none() && below_base(&wanted.path) == address.path);
        same_host && same_path
    }

    fn list(&self) -> String {
        if self.recorded.is_empty() {
            return "nothing".to_owned();
        }
        let mut listed: Vec<String> = self
            .recorded
            .iter()
            .take(LISTED)
            .map(|recorded| name(recorded.exchange.method, &recorded.exchange.url))
            .collect();
        if let Some(more @ 1..) = self.recorded.len().checked_sub(LISTED) {
            listed.push(format!("and {more} more"));
        }
        listed.join(", ")
    }
}

#[async_trait]
impl HttpHost for RecordedExchanges {
    async fn call(&self, call: HttpCall) -> Result<HttpReply, HttpCallError> {
        let Some(exchange) = self.find(call.method, &call.url) else {
            return Err(HttpCallError::NotRecorded {
                call: name(call.method, &call.url),
                recorded: self.list(),
            });
        };
        let header = |(name, value): (&String, &String)| (name.to_ascii_lowercase(), value.clone());
        Ok(HttpReply {
            status_code: exchange.status_code,
            body: exchange.body.clone(),
            headers: exchange.headers.iter().map(header).collect(),
        })
    }
}

fn name(method: HttpMethod, url: &str) -> String {
    format!("{method} {}", bounded(url, LISTED_CHARS))
}

/// An address in the form in which addresses are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Address {
    /// Scheme, host and port; none for a mere path.
    origin: Option<String>,
    /// Begins with a slash and ends with none.
    path: String,
    /// Sorted.
    query: Vec<(String, String)>,
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        let (url, origin) = match Url::parse(text) {
            Ok(url) => {
                let origin = url.origin().ascii_serialization();
                (url, Some(origin))
            }
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                let path = text.trim_start_matches('/');
                (Url::parse(&format!("{NO_HOST}/{path}")).ok()?, None)
            }
            Err(_) => return None,
        };
        let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        query.sort();
        Some(Self { origin, path: url.path().trim_end_matches('/').to_owned(), query })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn host(exchanges: Value, base_url: &str) -> RecordedExchanges {
        RecordedExchanges::new(serde_json::from_value(exchanges).unwrap(), base_url)
    }

    async fn get(host: &RecordedExchanges, url: &str) -> Result<Value, HttpCallError> {
        let call = HttpCall {
            method: HttpMethod::Get,
            url: url.to_owned(),
            headers: BTreeMap::new(),
            body: Value::Null,
        };
        host.call(call).await.map(|reply| reply.body)
    }

    #[tokio::test]
    async fn the_order_of_the_query_does_not_matter_but_its_content_does() {
        let host = host(json!([{"url": "https://v.example/a?x=1&y=b%20c", "body": 1}]), "");
        assert_eq!(get(&host, "https://v.example/a?y=b+c&x=1").await, Ok(json!(1)));
        assert!(get(&host, "https://v.example/a?x=1").await.is_err());
        assert!(get(&host, "https://v.example/a?y=b+c&x=2").await.is_err());
    }

    #[tokio::test]
    async fn a_path_counts_from_the_host_and_from_the_base_url() {
        let exchanges = json!([{"path": "/items", "body": 1}, {"path": "/v2/shops/", "body": 2}]);
        let host = host(exchanges, "https://v.example/v2/");
        assert_eq!(get(&host, "https://v.example/v2/items").await, Ok(json!(1)));
        assert_eq!(get(&host, "https://v.example/items").await, Ok(json!(1)));
        assert_eq!(get(&host, "https://v.example/v2/shops").await, Ok(json!(2)));
        assert_eq!(get(&host, "/shops").await, Ok(json!(2)));
        assert!(get(&host, "https://v.example/v3/items").await.is_err());
    }

    #[tokio::test]
    async fn another_host_is_answered_only_when_it_is_the_base_url_s() {
        let host =
            host(json!([{"url": "https://live.example/a", "body": 1}]), "https://test.example");
        assert_eq!(get(&host, "https://live.example/a").await, Ok(json!(1)));
        assert_eq!(get(&host, "https://test.example/a").await, Ok(json!(1)));
        assert!(get(&host, "https://evil.example/a").await.is_err());
    }

    #[tokio::test]
    async fn the_same_request_is_answered_in_order_and_the_last_answer_repeats() {
        let host =
            host(json!([{"url": "/a", "body": 1}, {"url": "/b"}, {"url": "/a", "body": 2}]), "");
        for expected in [1, 2, 2] {
            assert_eq!(get(&host, "/a").await, Ok(json!(expected)));
        }
    }

    #[tokio::test]
    async fn an_unrecorded_call_is_named_beside_a_bounded_list_of_the_recorded_ones() {
        let exchanges: Vec<Value> = (0..30).map(|n| json!({"url": format!("/{n}")})).collect();
        let error = get(&host(json!(exchanges), ""), "/x").await.unwrap_err();
        let text = error.to_string();
        let begin = "HTTP call not recorded: GET /x; recorded: GET /0, GET /1, ";
        assert!(text.starts_with(begin) && text.ends_with("and 10 more"), "{text}");
        let error = get(&host(json!([]), ""), "/x").await.unwrap_err();
        assert_eq!(error.to_string(), "HTTP call not recorded: GET /x; recorded: nothing");
    }

    #[tokio::test]
    async fn header_names_are_lower_case_and_the_method_counts() {
        let host = host(
            json!([{"method": "POST", "url": "/a", "status": 201, "headers": {"X-Id": "V"}}]),
            "",
        );
        assert!(get(&host, "/a").await.is_err());
        let call = HttpCall {
            method: HttpMethod::Post,
            url: "/a".to_owned(),
            headers: BTreeMap::new(),
            body: json!({"ignored": true}),
        };
        let reply = host.call(call).await.unwrap();
        assert_eq!((reply.status_code, &*reply.headers["x-id"]), (201, "V"));
    }
}
