//! Who makes a script's calls for real.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::{Clock, HttpMethod, bounded};
use egress::{EgressError, Response, StatusCode};
use sandbox::{HttpCall, HttpCallError, HttpHost, HttpReply, Signing};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::account::Account;
use super::pace::{Paces, Who};
use super::request::{address, request, with_idempotency_key};
use crate::meters;

/// How often a call is made that the vendor has no time for.
const TRIES: u32 = 3;
/// How long a call waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// A rest that a vendor wants: at least and at most.
const SHORTEST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_hours(1);
/// Bytes of all that one run is told.
const RUN_BYTES: usize = 32 << 20;
/// Characters of a path in a report.
const PATH_CHARS: usize = 500;

/// One call as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveCall {
    /// The method.
    pub method: HttpMethod,
    /// The host.
    pub host: String,
    /// The path, without its query and with names in the place of secrets.
    pub path: String,
    /// The answer's status; none where there was no answer.
    pub status: Option<u16>,
    /// Why there was none; empty where there was one.
    pub error: String,
    /// How long it took.
    pub duration: Duration,
}

/// Which calls a run may make, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CallRules {
    /// Only what changes nothing at the vendor leaves.
    pub(crate) read_only: bool,
    /// A call that comes to nothing is made again. Where the method alone does not say that it may be,
    /// the vendor is given a key by which it knows the call.
    pub(crate) retry: bool,
}

/// A call of a script, and the answer as it came.
pub(super) struct Exchanged {
    pub(super) call: HttpCall,
    pub(super) response: Response,
}

/// Makes calls from an account: to its hosts alone, at its pace, with its secrets.
pub(crate) struct LiveHost {
    account: Account,
    rules: CallRules,
    paces: Arc<Paces>,
    clock: Arc<dyn Clock>,
    calls: Mutex<Vec<LiveCall>>,
    exchanged: Mutex<Vec<Exchanged>>,
    received: AtomicUsize,
}

impl LiveHost {
    pub(crate) fn new(
        account: Account,
        rules: CallRules,
        paces: Arc<Paces>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            account,
            rules,
            paces,
            clock,
            calls: Mutex::default(),
            exchanged: Mutex::default(),
            received: AtomicUsize::new(0),
        }
    }

    /// The account.
    pub(crate) const fn account(&self) -> &Account {
        &self.account
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> Vec<LiveCall> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was called and answered so far.
    pub(super) fn exchanged(&self) -> MutexGuard<'_, Vec<Exchanged>> {
        self.exchanged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, method: HttpMethod, url: &Url, since: Instant, answer: Result<u16, String>) {
        let path = self.account.stand_ins.mask(url.path());
        let (status, error) = match answer {
            Ok(status) => (Some(status), String::new()),
            Err(error) => (None, error),
        };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(LiveCall {
            method,
            host: url.host_str().unwrap_or_default().to_owned(),
            path: bounded(&path, PATH_CHARS),
            status,
            error,
            duration: since.elapsed(),
        });
    }

    /// Makes a call, in its turn.
    async fn make(&self, mut call: HttpCall, url: &Url) -> Result<Response, String> {
        let account = &self.account;
        let (Some(connection), Some(egress)) = (&account.connection, &account.egress) else {
            return Err("the run has no connection, so nothing is called".to_owned());
        };
        if self.rules.read_only && call.method != HttpMethod::Get {
            return Err(format!(
                "a recording changes nothing at the vendor: GET is sent, {} is not",
                call.method
            ));
        }
        if self.rules.retry {
            call = with_idempotency_key(call);
        }
        let who: Who = (connection.owner.clone(), connection.slug.clone());
        let mut tries = 1;
        loop {
            self.paces.turn(&who, PATIENCE).await.map_err(|wait| {
                let seconds = wait.as_secs();
                format!("this connection has to wait {seconds} s before its next call")
            })?;
            let sent = request(call.clone(), url.clone(), &account.stand_ins)
                .map_err(|error| account.stand_ins.mask(&error.to_string()))?;
            let answer = egress.send(sent).await;
            let Some(rest) = self.rest_before_next(&answer, tries) else {
                return answer.map_err(|error| account.stand_ins.mask(&error.to_string()));
            };
            self.paces.hold(&who, rest);
            if tries == TRIES || rest > PATIENCE {
                return answer.map_err(|error| account.stand_ins.mask(&error.to_string()));
            }
            tries += 1;
        }
    }

    /// How long to wait before the same call is made again; none where it is not.
    fn rest_before_next(
        &self,
        answer: &Result<Response, EgressError>,
        tries: u32,
    ) -> Option<Duration> {
        match answer {
            // It was not carried out, whatever it is: the vendor says so.
            Ok(response) if response.status == StatusCode::TOO_MANY_REQUESTS => {
                Some(self.rest(response))
            }
            Ok(response) if response.status == StatusCode::SERVICE_UNAVAILABLE => {
                self.rules.retry.then(|| self.rest(response))
            }
            Ok(_) => None,
            Err(error) => (self.rules.retry && error.is_transient()).then(|| SHORTEST_REST * tries),
        }
    }

    /// How long a vendor wants to be left alone.
    fn rest(&self, response: &Response) -> Duration {
        let rest = egress::retry_after(&response.headers, self.clock.now().into());
        rest.unwrap_or(SHORTEST_REST).clamp(SHORTEST_REST, LONGEST_REST)
    }

    /// The answer as the script gets it: without secrets.
    fn reply(&self, response: &Response) -> Result<HttpReply, String> {
        let before = self.received.fetch_add(response.body.len(), Ordering::Relaxed);
        if before.saturating_add(response.body.len()) > RUN_BYTES {
            return Err(format!("the answers of one run are larger than {RUN_BYTES} bytes"));
        }
        Ok(self.told(response))
    }

    /// An answer without secrets.
    pub(super) fn told(&self, response: &Response) -> HttpReply {
        let stand_ins = &self.account.stand_ins;
        let mut headers = BTreeMap::new();
        for (name, value) in &response.headers {
            let text = stand_ins.hide(&String::from_utf8_lossy(value.as_bytes()));
            let known: &mut String = headers.entry(name.as_str().to_owned()).or_default();
            if !known.is_empty() {
                known.push_str(", ");
            }
            known.push_str(&text);
        }
        let body = if response.body.is_empty() {
            Value::Null
        } else if let Ok(json) = serde_json::from_slice(&response.body) {
            stand_ins.hide_value(json)
        } else {
            Value::String(stand_ins.hide(&String::from_utf8_lossy(&response.body)))
        };
        HttpReply { status_code: response.status.as_u16(), body, headers }
    }
}

#[async_trait]
impl HttpHost for LiveHost {
    async fn call(&self, call: HttpCall) -> Result<HttpReply, HttpCallError> {
        let method = call.method;
        let mask = |text: &str| self.account.stand_ins.mask(text);
        let base = self.account.connection.as_ref().map_or("", |known| known.base_url.as_str());
        let url = address(base, &call.url).map_err(|error| HttpCallError::Failed {
            call: format!("{method} {}", bounded(&mask(&call.url), PATH_CHARS)),
            reason: error.to_string(),
        })?;
        let since = Instant::now();
        let reply = match self.make(call.clone(), &url).await {
            Ok(response) => {
                let reply = self.reply(&response);
                if reply.is_ok() {
                    self.exchanged().push(Exchanged { call, response });
                }
                reply
            }
            Err(reason) => Err(reason),
        };
        meters::called(reply.as_ref().map(|reply| reply.status_code).ok());
        self.note(method, &url, since, reply.as_ref().map(|r| r.status_code).map_err(Clone::clone));
        reply.map_err(|reason| {
            let host = url.host_str().unwrap_or_default();
            let path = bounded(&mask(url.path()), PATH_CHARS);
            HttpCallError::Failed { call: format!("{method} {host}{path}"), reason }
        })
    }

    async fn sign(&self, mut signing: Signing) -> String {
        let stand_ins = &self.account.stand_ins;
        signing.secret = stand_ins.reveal(&signing.secret).to_string();
        signing.text = stand_ins.reveal(&signing.text).to_string();
        signing.signature()
    }
}

#[cfg(test)]
mod tests;
