//! The HTTP API as a caller sees it.

use std::time::Duration;

use domain::bounded;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use reqwest::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answers::{Answer, Job, Page};
use crate::error::{ClientError, Refusal};

const CONNECT: Duration = Duration::from_secs(10);
/// Longer than a server takes for its longest request.
const REQUEST: Duration = Duration::from_mins(3);
/// Characters of a strange answer that an error shows.
const SHOWN: usize = 200;

/// A server, and the key to call it with.
#[derive(Debug, Clone)]
pub struct Api {
    http: reqwest::Client,
    server: String,
    key: String,
}

/// Where scripts and jobs are.
pub(crate) const SCRIPTS: &str = "/api/v1/adapter-scripts";
/// Where samples and documents are.
pub(crate) const KNOWLEDGE: &str = "/api/v1/knowledge";

impl Api {
    /// Calls `server`, such as `https://forge.example`, with `key`. The process must have its
    /// cryptography ([`egress::install_cryptography`]).
    ///
    /// # Errors
    /// When `server` is no address.
    pub fn new(server: &str, key: String) -> Result<Self, ClientError> {
        let server = server.trim_end_matches('/').to_owned();
        let known =
            url::Url::parse(&server).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !known {
            return Err(ClientError::Use(format!(
                "{server:?} is no address of a server; give one like http://localhost:8080"
            )));
        }
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(egress::public_tls())
            // A redirect would carry the key elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(REQUEST)
            // Of a stream of events, which may last longer: the server says something sooner.
            .read_timeout(REQUEST)
            .user_agent("adapter-forge")
            .build()
            .map_err(|error| {
                ClientError::Use(format!("the HTTP client cannot be made: {error}"))
            })?;
        Ok(Self { http, server, key })
    }

    /// Starts a job; gives its number.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub async fn generate(&self, request: &Value) -> Result<i64, ClientError> {
        let answer = self.post(&format!("{SCRIPTS}/generate"), request).await?;
        self.part(&answer, "jobId")
    }

    /// A job, unless it is still as `seen` says, the tag of an earlier answer; that is then replaced.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub(crate) async fn job_if_changed(
        &self,
        id: i64,
        seen: &mut Option<String>,
    ) -> Result<Option<Answer>, ClientError> {
        let mut request = self.request(Method::GET, &format!("{SCRIPTS}/jobs/{id}"));
        if let Some(tag) = seen {
            request = request.header(IF_NONE_MATCH, tag.as_str());
        }
        let response = self.send(request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        *seen = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        self.answer(response).await.map(Some)
    }

    /// A job.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub(crate) async fn job(&self, id: i64) -> Result<Answer, ClientError> {
        self.get(&format!("{SCRIPTS}/jobs/{id}")).await
    }

    /// Answers a job's question.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub async fn respond(&self, id: i64, response: &str) -> Result<Answer, ClientError> {
        let body = serde_json::json!({"response": response});
        self.post(&format!("{SCRIPTS}/jobs/{id}/respond"), &body).await
    }

    /// A script's JavaScript.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub async fn source(&self, script: i64) -> Result<String, ClientError> {
        let path = format!("{SCRIPTS}/{script}");
        let request = self.request(Method::GET, &path).header(ACCEPT, "text/javascript");
        let response = self.accepted(self.send(request).await?).await?;
        response.text().await.map_err(|error| self.unreachable(&error))
    }

    /// Runs a script on what is given.
    ///
    /// # Errors
    /// When the server does not answer or refuses, or the script gives no output.
    pub async fn dry_run(&self, script: i64, request: &Value) -> Result<Answer, ClientError> {
        self.post(&format!("{SCRIPTS}/{script}/run"), request).await
    }

    /// Makes any call.
    ///
    /// # Errors
    /// When the server does not answer or refuses.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answer(self.send(request).await?).await
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// A POST that says all by its address.
    pub(crate) async fn act(&self, path: &str) -> Result<Answer, ClientError> {
        self.call(Method::POST, path, None).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Answer, ClientError> {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Answer, ClientError> {
        self.call(Method::DELETE, path, None).await
    }

    /// A page of the list at `path` with `query`.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        path: &str,
        list: &str,
        query: &[(&str, String)],
    ) -> Result<(Page<T>, Answer), ClientError> {
        let request = self.request(Method::GET, path).query(query);
        let answer = self.answer(self.send(request).await?).await?;
        let page =
            Page { items: self.part(&answer, list)?, next: self.part(&answer, "nextCursor")? };
        Ok((page, answer))
    }

    /// All of the list at `path`, page by page.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        path: &str,
        list: &str,
        query: &[(&str, String)],
    ) -> Result<Vec<T>, ClientError> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut query = query.to_vec();
            query.push(("limit", "100".to_owned()));
            if !cursor.is_empty() {
                query.push(("cursor", cursor));
            }
            let (page, _) = self.page(path, list, &query).await?;
            items.extend(page.items);
            if page.next.is_empty() {
                return Ok(items);
            }
            cursor = page.next;
        }
    }

    /// The part of an answer named `name`.
    ///
    /// # Errors
    /// When it is not there, so that what answered is not adapter-forge.
    pub(crate) fn part<T: DeserializeOwned>(
        &self,
        answer: &Answer,
        name: &str,
    ) -> Result<T, ClientError> {
        answer.part(name).map_err(|why| self.strange(why))
    }

    /// The job in an answer.
    pub(crate) fn job_in(&self, answer: &Answer) -> Result<Job, ClientError> {
        self.part(answer, "job")
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.server)).header("X-Api-Key", &self.key)
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        request.send().await.map_err(|error| self.unreachable(&error))
    }

    async fn answer(&self, response: Response) -> Result<Answer, ClientError> {
        let status = response.status();
        let text = response.text().await.map_err(|error| self.unreachable(&error))?;
        read(&self.server, status, &text)
    }

    pub(crate) async fn accepted(&self, response: Response) -> Result<Response, ClientError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let text = response.text().await.unwrap_or_default();
        Err(refused(&self.server, status, &text))
    }

    fn unreachable(&self, error: &reqwest::Error) -> ClientError {
        // The outer error repeats the address; the innermost says what happened.
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        ClientError::Unreachable { server: self.server.clone(), why: cause.to_string() }
    }

    fn strange(&self, why: String) -> ClientError {
        ClientError::Strange { server: self.server.clone(), why }
    }
}

/// Reads what `server` answered.
///
/// # Errors
/// When it is a refusal, or nothing that adapter-forge would answer.
pub fn read(server: &str, status: StatusCode, text: &str) -> Result<Answer, ClientError> {
    if !status.is_success() {
        return Err(refused(server, status, text));
    }
    serde_json::from_str(text).map(Answer).map_err(|_| ClientError::Strange {
        server: server.to_owned(),
        why: format!("it is not JSON: {}", bounded(text, SHOWN)),
    })
}

fn refused(server: &str, status: StatusCode, text: &str) -> ClientError {
    match serde_json::from_str::<ErrorBody>(text) {
        Ok(ErrorBody { error }) => ClientError::Refused(Refusal {
            status: status.as_u16(),
            message: error.message,
            details: error.details,
            field: error.field,
        }),
        Err(_) => ClientError::Strange {
            server: server.to_owned(),
            why: format!("{status}: {}", bounded(text, SHOWN)),
        },
    }
}

/// All that could mean something in a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// A name as one segment of a path.
#[must_use]
pub fn escaped(name: &str) -> PercentEncode<'_> {
    utf8_percent_encode(name, SEGMENT)
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorPart,
}

#[derive(Deserialize)]
struct ErrorPart {
    message: String,
    details: String,
    field: String,
}
