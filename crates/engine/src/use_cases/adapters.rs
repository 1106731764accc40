//! Active scripts at work: against vendors' accounts, for real.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{
    Act, Actor, AuditAction, Clock, ConnectionSlug, ConnectionStatus, Direction, HttpMethod, Owner,
    ProviderSlug, Script, ScriptId, ScriptInput, Topic,
};
use sandbox::{HttpCall, HttpHost as _, HttpReply, Limits, RunError, ScriptRunner};
use serde::Deserialize;
use serde_json::Value;
use store::{AuditRepository, ScriptRepository};

use super::{Connections, judged};
use crate::EngineError;
use crate::live::{Account, LiveCall, LiveHost, Paces};

/// Requests of one output that are sent. More are a mistake.
const REQUESTS_MAX: usize = 200;

/// A run against a vendor's account.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveRun {
    /// The vendor.
    pub provider: ProviderSlug,
    /// What is done.
    pub topic: Topic,
    /// The account; the one that is named like the vendor where none is named.
    pub connection: Option<ConnectionSlug>,
    /// `input.payload`.
    pub payload: Option<Value>,
    /// Whether to send the requests that an outbound topic gives.
    pub send: bool,
}

/// What came of it. No secret is in it, nor what stood for one.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveReport {
    /// The script that ran.
    pub script: ScriptId,
    /// Its version.
    pub version: u32,
    /// What it returned, or why it returned nothing.
    pub outcome: Result<Value, RunError>,
    /// The records in it.
    pub output_count: u32,
    /// What in it breaks the contract; empty when nothing does.
    pub violations: Vec<String>,
    /// What the script logged.
    pub logs: Vec<String>,
    /// The calls that were made, those of sent requests among them.
    pub calls: Vec<LiveCall>,
    /// What the vendor answered to the requests that were sent, in their order: none where it did not.
    pub sent: Vec<Option<HttpReply>>,
    /// How long the script took.
    pub duration: Duration,
}

/// What a test of a connection said.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionTest {
    /// How the connection does now.
    pub status: ConnectionStatus,
    /// What the vendor or the script said.
    pub message: String,
    /// How long it took.
    pub latency: Duration,
    /// The calls that were made.
    pub calls: Vec<LiveCall>,
}

/// The use cases of active scripts.
pub struct Adapters {
    scripts: Arc<dyn ScriptRepository>,
    connections: Arc<Connections>,
    runner: Arc<dyn ScriptRunner>,
    limits: Limits,
    paces: Arc<Paces>,
    audit: Arc<dyn AuditRepository>,
    clock: Arc<dyn Clock>,
}

/// An output's request.
#[derive(Debug, Deserialize)]
struct Outbound {
    url: String,
    method: HttpMethod,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl Adapters {
    /// Runs scripts in `runner` under `limits`, their calls at `paces`; what is sent to vendors is
    /// written down in `audit`.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        connections: Arc<Connections>,
        runner: Arc<dyn ScriptRunner>,
        limits: Limits,
        paces: Paces,
        audit: Arc<dyn AuditRepository>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { scripts, connections, runner, limits, paces: Arc::new(paces), audit, clock }
    }

    /// Runs the active script of a vendor's topic.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when there is none or the connection is switched off,
    /// [`EngineError::NotFound`] when the named connection is not the caller's. What the script does
    /// wrong is in the report.
    pub async fn run(&self, owner: &Owner, mut run: LiveRun) -> Result<LiveReport, EngineError> {
        if run.send && !is_outbound(run.topic) {
            return Err(EngineError::Invalid {
                field: "send".to_owned(),
                message: format!("{} gives no request that could be sent", run.topic),
            });
        }
        let script = self.active(&run.provider, run.topic).await?;
        let account = self.account(owner, &run).await?;
        account.must_be_of(&run.provider)?;
        let payload = run.payload.take().unwrap_or_default();
        let (mut report, host) = self.go(script, account, payload).await?;
        if let (Ok(output), true, true) = (&report.outcome, run.send, report.violations.is_empty())
        {
            // First the row, then the request: nothing is sent of which nobody could know.
            self.audit.append(self.sending(owner, &run, &report)).await?;
            report.sent = send(&host, run.topic, output).await?;
        }
        Ok(told(report, &host))
    }

    /// Runs the active script that tests connections, and writes down what it says.
    ///
    /// # Errors
    /// As [`Adapters::run`].
    pub async fn test(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
    ) -> Result<ConnectionTest, EngineError> {
        let (tested, account) = self.connections.open(owner, slug).await?;
        let script = self.active(&tested.provider, Topic::TestConnection).await?;
        let (report, host) = self.go(script, account, Value::Null).await?;
        let report = told(report, &host);
        let (status, message) = match &report.outcome {
            Err(error) => (ConnectionStatus::Error, error.to_string()),
            Ok(_) if !report.violations.is_empty() => {
                (ConnectionStatus::Error, report.violations.join("; "))
            }
            Ok(output) => {
                let works = output.get("ok").and_then(Value::as_bool).unwrap_or_default();
                let said = output.get("message").and_then(Value::as_str).unwrap_or_default();
                let status =
                    if works { ConnectionStatus::Connected } else { ConnectionStatus::Error };
                (status, said.to_owned())
            }
        };
        self.connections.tested(&tested, status, &message).await?;
        Ok(ConnectionTest { status, message, latency: report.duration, calls: report.calls })
    }

    /// Runs the active script that lists the account's locations.
    ///
    /// # Errors
    /// As [`Adapters::run`].
    pub async fn remote_outlets(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
    ) -> Result<LiveReport, EngineError> {
        let (listed, account) = self.connections.open(owner, slug).await?;
        let script = self.active(&listed.provider, Topic::ListRemoteOutlets).await?;
        let (report, host) = self.go(script, account, Value::Null).await?;
        Ok(told(report, &host))
    }

    fn sending(&self, owner: &Owner, run: &LiveRun, report: &LiveReport) -> Act {
        let connection = run.connection.as_ref().map_or(run.provider.as_str(), |c| c.as_str());
        Act::new(&Actor::from(owner), AuditAction::RunSent, self.clock.now())
            .of(&run.provider)
            .for_topic(run.topic)
            .on(report.script)
            .noting(&format!("version {} through connection {connection}", report.version))
    }

    /// The script in use: read for each run, so that an activation holds at once and on every server.
    async fn active(&self, provider: &ProviderSlug, topic: Topic) -> Result<Script, EngineError> {
        let active = self.scripts.active(provider, topic).await?;
        active.ok_or_else(|| {
            EngineError::Conflict(format!(
                "{provider} has no active script for {topic}; activate a candidate first"
            ))
        })
    }

    async fn account(&self, owner: &Owner, run: &LiveRun) -> Result<Account, EngineError> {
        if let Some(slug) = &run.connection {
            return self.connections.open(owner, slug).await.map(|(_, account)| account);
        }
        let Ok(slug) = run.provider.as_str().parse() else { return Ok(Account::none()) };
        match self.connections.open(owner, &slug).await {
            // What needs no account, such as a payload that is only read, runs without one.
            Err(EngineError::NotFound { .. }) => Ok(Account::none()),
            opened => opened.map(|(_, account)| account),
        }
    }

    async fn go(
        &self,
        script: Script,
        account: Account,
        payload: Value,
    ) -> Result<(LiveReport, Arc<LiveHost>), EngineError> {
        let topic = script.content.topic;
        let input = ScriptInput {
            provider_slug: script.content.provider,
            connection: account.seen(),
            payload: Cow::Owned(payload),
        };
        let host =
            Arc::new(LiveHost::new(account, Arc::clone(&self.paces), Arc::clone(&self.clock)));
        // A session for one run: no process sees the accounts of two connections.
        let mut session = self.runner.open(&script.content.source, self.limits).await?;
        let ran = session.run(&input, host.clone()).await?;
        let (output_count, violations) = judged(topic, &ran.outcome);
        if !violations.is_empty() {
            // The first that shows when a vendor changed something.
            tracing::warn!(
                script_id = script.id.get(),
                violations = violations.len(),
                "the output of an active script breaks its contract"
            );
        }
        let report = LiveReport {
            script: script.id,
            version: script.version,
            outcome: ran.outcome,
            output_count,
            violations,
            logs: ran.logs,
            calls: Vec::new(),
            sent: Vec::new(),
            duration: ran.duration,
        };
        Ok((report, host))
    }
}

/// Whether a topic's output is made of requests.
const fn is_outbound(topic: Topic) -> bool {
    matches!(topic.direction(), Direction::ToVendor) && !matches!(topic, Topic::TestConnection)
}

/// Sends the requests of an output, one after the other, up to the first that comes to nothing.
async fn send(
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

/// The report as people may read it.
fn told(report: LiveReport, host: &LiveHost) -> LiveReport {
    let stand_ins = &host.account().stand_ins;
    let reply = |reply: HttpReply| HttpReply {
        status_code: reply.status_code,
        body: stand_ins.mask_value(reply.body),
        headers: reply.headers.into_iter().map(|(n, v)| (n, stand_ins.mask(&v))).collect(),
    };
    LiveReport {
        outcome: report
            .outcome
            .map(|output| stand_ins.mask_value(output))
            .map_err(|error| masked(error, &|text| stand_ins.mask(text))),
        violations: report.violations.iter().map(|text| stand_ins.mask(text)).collect(),
        logs: report.logs.iter().map(|line| stand_ins.mask(line)).collect(),
        calls: host.calls(),
        sent: report.sent.into_iter().map(|sent| sent.map(reply)).collect(),
        ..report
    }
}

/// The error with its texts masked.
fn masked(error: RunError, mask: &impl Fn(&str) -> String) -> RunError {
    match error {
        RunError::Threw { message, stack } => {
            RunError::Threw { message: mask(&message), stack: mask(&stack) }
        }
        RunError::OutputNotJson { reason } => RunError::OutputNotJson { reason: mask(&reason) },
        RunError::HttpNotRecorded { call, recorded } => {
            RunError::HttpNotRecorded { call: mask(&call), recorded: mask(&recorded) }
        }
        RunError::HttpFailed { call, reason } => {
            RunError::HttpFailed { call: mask(&call), reason: mask(&reason) }
        }
        RunError::Crashed { how } => RunError::Crashed { how: mask(&how) },
        // Of these the texts are the engine's own.
        error @ (RunError::Syntax { .. }
        | RunError::NoTransform
        | RunError::TimedOut { .. }
        | RunError::OutOfMemory { .. }
        | RunError::StackOverflow
        | RunError::OutputTooLarge { .. }
        | RunError::NeverSettled
        | RunError::TooManyCalls { .. }) => error,
    }
}
