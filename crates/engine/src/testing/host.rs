//! Who answers a script's HTTP calls in tests and dry runs: recorded exchanges, and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::HttpExchange;
use sandbox::{HttpCall, HttpCallError, HttpHost, HttpReply};

/// Answers from `exchanges`; their relative addresses are under `base_url`.
pub(crate) fn host_of(exchanges: Vec<HttpExchange>, base_url: &str) -> Arc<dyn HttpHost> {
    Arc::new(Recorded { exchanges, base_url: base_url.to_owned(), asked: Mutex::default() })
}

struct Recorded {
    exchanges: Vec<HttpExchange>,
    base_url: String,
    /// How often each call was made: exchanges of the same address answer in their order, and the
    /// last one from then on.
    asked: Mutex<HashMap<String, usize>>,
}

impl Recorded {
    fn absolute(&self, url: &str) -> String {
        if url.contains("://") {
            url.to_owned()
        } else {
            format!("{}/{}", self.base_url.trim_end_matches('/'), url.trim_start_matches('/'))
        }
    }
}

#[async_trait]
impl HttpHost for Recorded {
    async fn call(&self, call: HttpCall) -> Result<HttpReply, HttpCallError> {
        let url = self.absolute(&call.url);
        let fits = |exchange: &&HttpExchange| {
            exchange.method == call.method && self.absolute(&exchange.url) == url
        };
        let fitting: Vec<&HttpExchange> = self.exchanges.iter().filter(fits).collect();
        let name = format!("{} {url}", call.method);
        let turn = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let count = asked.entry(name.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let Some(exchange) = fitting.get(turn).or_else(|| fitting.last()) else {
            let known: Vec<String> =
                self.exchanges.iter().map(|e| format!("{} {}", e.method, e.url)).collect();
            let recorded = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
            return Err(HttpCallError::NotRecorded { call: name, recorded });
        };
        let lower = |(name, value): (&String, &String)| (name.to_lowercase(), value.clone());
        Ok(HttpReply {
            status_code: exchange.status_code,
            body: exchange.body.clone(),
            headers: exchange.headers.iter().map(lower).collect(),
        })
    }
}
