//! A dry run of a script on what somebody pastes: a payload, and for a script that makes calls what they
//! are answered with. Nothing leaves the machine.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::{Connection, HttpExchange, Scope};
use engine::{DryRun, DryRunReport};
use http::StatusCode;
use sandbox::HttpCallRecord;
use serde::de::DeserializeOwned;

use api::ApiError;

use super::script::{Besides, Said, page, script_of};
use crate::error::PageError;
use crate::form::{Fields, Sent};
use crate::state::ConsoleState;
use crate::view::{JsonView, plain};

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/scripts/{id}/try", post(try_out))
}

/// What somebody wrote into the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pasted {
    pub(super) payload: String,
    pub(super) http: String,
    pub(super) connection: String,
}

impl Pasted {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.whole_text(name).to_owned();
        Self { payload: text("payload"), http: text("http"), connection: text("connection") }
    }

    /// Whether something was given besides the payload.
    pub(super) fn makes_calls(&self) -> bool {
        !self.http.trim().is_empty() || !self.connection.trim().is_empty()
    }

    fn dry_run(&self) -> Result<DryRun, ApiError> {
        let payload = json("payload", "The payload", &self.payload, "any JSON")?;
        let http: Option<Vec<HttpExchange>> = json(
            "http",
            "The list of HTTP exchanges",
            &self.http,
            r#"[{"request": {"method": "GET", "url": "/v1/items"}, "response": {"body": {}}}]"#,
        )?;
        let connection: Option<Connection> = json(
            "connection",
            "The account",
            &self.connection,
            r#"{"baseUrl": "https://api.vendor.example", "apiKey": "test", "config": {}}"#,
        )?;
        if payload.is_none() && http.is_none() {
            return Err(ApiError::invalid(
                "payload",
                "There is nothing to run it on: paste a payload, or the HTTP exchanges that answer its calls",
            ));
        }
        Ok(DryRun {
            payload,
            http: http.unwrap_or_default(),
            connection: connection.unwrap_or_default(),
        })
    }
}

/// What a field holds; none where it is empty. `right` is what it may look like.
fn json<T: DeserializeOwned>(
    field: &str,
    what: &str,
    text: &str,
    right: &str,
) -> Result<Option<T>, ApiError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text).map(Some).map_err(|error| {
        let trouble = if error.is_data() { "cannot be read" } else { "is not valid JSON" };
        ApiError::invalid(field, format!("{what} {trouble}: {error}. Give {right}"))
    })
}

/// What came of a dry run.
pub(super) struct Tried {
    pub(super) output: Option<JsonView>,
    pub(super) error: String,
    pub(super) stack: String,
    pub(super) count: u32,
    pub(super) violations: Vec<String>,
    pub(super) logs: Vec<String>,
    pub(super) calls: Vec<Call>,
    pub(super) milliseconds: u128,
}

/// An HTTP call that the script made.
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) status: u16,
}

impl From<HttpCallRecord> for Call {
    fn from(call: HttpCallRecord) -> Self {
        Self { method: call.method.as_str(), url: call.url, status: call.status_code }
    }
}

impl From<DryRunReport> for Tried {
    fn from(report: DryRunReport) -> Self {
        let (output, error, stack) = match &report.outcome {
            Ok(output) => (Some(plain(output)), String::new(), String::new()),
            Err(error) => (None, error.to_string(), error.stack().unwrap_or_default().to_owned()),
        };
        Self {
            output,
            error,
            stack,
            count: report.output_count,
            calls: report.http_calls.into_iter().map(Call::from).collect(),
            violations: report.violations,
            logs: report.logs,
            milliseconds: report.duration.as_millis(),
        }
    }
}

async fn try_out(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    Sent { viewer, fields }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::JobsWrite)?;
    let id = script_of(&id)?;
    let mut besides = Besides { pasted: Pasted::of(&fields), ..Besides::default() };
    let status = match besides.pasted.dry_run() {
        Ok(dry) => {
            besides.tried = Some(state.services.scripts.dry_run(id, dry).await?.into());
            StatusCode::OK
        }
        Err(error) => {
            besides.said = Said::from(&error);
            error.status()
        }
    };
    Ok((status, page(&viewer, &state, id, besides).await?).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pasted(payload: &str, http: &str, connection: &str) -> Pasted {
        Pasted {
            payload: payload.to_owned(),
            http: http.to_owned(),
            connection: connection.to_owned(),
        }
    }

    #[test]
    fn a_script_that_makes_calls_needs_no_payload() {
        let exchanges = r#"[{"method": "GET", "url": "/v1/items", "body": []}]"#;
        let account = r#"{"baseUrl": "https://api.vendor.example"}"#;
        let dry = pasted("", exchanges, account).dry_run().unwrap();
        assert_eq!((dry.payload, dry.http.len()), (None, 1));
        assert_eq!(dry.connection.base_url, "https://api.vendor.example");
    }

    #[test]
    fn what_is_wrong_names_its_field_and_what_would_be_right() {
        for (given, field, said) in [
            (pasted("", " ", ""), "payload", "nothing to run it on"),
            (pasted("{", "", ""), "payload", "is not valid JSON"),
            (pasted("{}", "{}", ""), "http", "Give [{"),
            (pasted("{}", r#"[{"body": 1}]"#, ""), "http", "url"),
            (pasted("{}", "", r#"{"base_url": ""}"#), "connection", "baseUrl"),
        ] {
            let error = given.dry_run().unwrap_err();
            assert_eq!(error.field(), field, "{error:?}");
            assert!(error.message().contains(said), "{error:?}");
        }
    }
}
