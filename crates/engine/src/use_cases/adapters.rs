//! Active scripts at work: against vendors' accounts, for real.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use domain::{
    Act, Actor, AuditAction, Clock, ConnectionSlug, ConnectionStatus, Owner, ProviderSlug,
    SampleName, Script, ScriptInput, ScriptStatus, Topic,
};
use sandbox::{Limits, RunError, ScriptRunner};
use serde_json::Value;
use store::{AuditRepository, Changes, KnowledgeRepository, ScriptRepository};

use super::active_scripts::ActiveScripts;
use super::drift::Broken;
use super::{Connections, Drifts, judged};
use crate::live::{
    Account, CallRules, Ended, Failure, LiveCall, LiveHost, LiveReport, Pace, Paces, is_outbound,
    sample_of, send, told,
};
use crate::{EngineError, meters};

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
    /// Whether calls that come to nothing are made again.
    pub retry: bool,
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
    pub(super) scripts: Arc<dyn ScriptRepository>,
    pub(super) knowledge: Arc<dyn KnowledgeRepository>,
    pub(super) clock: Arc<dyn Clock>,
    in_use: ActiveScripts,
    connections: Arc<Connections>,
    drifts: Arc<Drifts>,
    runner: Arc<dyn ScriptRunner>,
    limits: Limits,
    paces: Arc<Paces>,
    audit: Arc<dyn AuditRepository>,
}

impl Adapters {
    /// Runs scripts in `runner` under `limits`, their calls at `pace`. `changes` tell which of `scripts`
    /// are in use by now. What is recorded goes into `knowledge`, what breaks is told to `drifts`, and what
    /// is sent to vendors is written down in `audit`.
    #[must_use]
    pub fn new(
        (scripts, knowledge, changes): (
            Arc<dyn ScriptRepository>,
            Arc<dyn KnowledgeRepository>,
            &dyn Changes,
        ),
        connections: Arc<Connections>,
        drifts: Arc<Drifts>,
        (runner, limits): (Arc<dyn ScriptRunner>, Limits),
        pace: Pace,
        audit: Arc<dyn AuditRepository>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let paces = Arc::new(Paces::new(pace));
        let in_use = ActiveScripts::new(Arc::clone(&scripts), changes);
        Self {
            scripts,
            knowledge,
            clock,
            in_use,
            connections,
            drifts,
            runner,
            limits,
            paces,
            audit,
        }
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
        let account = self.account(owner, run.connection.as_ref(), &run.provider).await?;
        account.must_be_of(&run.provider)?;
        let payload = run.payload.take().unwrap_or_default();
        let rules = CallRules { read_only: false, retry: run.retry };
        let (mut report, host) = self.go(&script, account, payload, rules).await?;
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
        let (report, host) = self.go(&script, account, Value::Null, CallRules::default()).await?;
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
        let (report, host) = self.go(&script, account, Value::Null, CallRules::default()).await?;
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

    /// The script in use.
    pub(super) async fn active(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Arc<Script>, EngineError> {
        let active = self.in_use.get(provider, topic).await?;
        active.ok_or_else(|| {
            EngineError::Conflict(format!(
                "{provider} has no active script for {topic}; activate a candidate first"
            ))
        })
    }

    pub(super) async fn account(
        &self,
        owner: &Owner,
        connection: Option<&ConnectionSlug>,
        provider: &ProviderSlug,
    ) -> Result<Account, EngineError> {
        if let Some(slug) = connection {
            return self.connections.open(owner, slug).await.map(|(_, account)| account);
        }
        let Ok(slug) = provider.as_str().parse() else { return Ok(Account::none(owner)) };
        match self.connections.open(owner, &slug).await {
            // What needs no account, such as a payload that is only read, runs without one.
            Err(EngineError::NotFound { .. }) => Ok(Account::none(owner)),
            opened => opened.map(|(_, account)| account),
        }
    }

    pub(super) async fn go(
        &self,
        script: &Script,
        account: Account,
        payload: Value,
        rules: CallRules,
    ) -> Result<(LiveReport, Arc<LiveHost>), EngineError> {
        let topic = script.content.topic;
        let input = ScriptInput {
            provider_slug: script.content.provider.clone(),
            connection: account.seen(),
            payload: Cow::Borrowed(&payload),
        };
        let (paces, clock) = (Arc::clone(&self.paces), Arc::clone(&self.clock));
        let tenant = account.tenant();
        let host = Arc::new(LiveHost::new(account, rules, paces, clock));
        // No process sees the accounts of two connections.
        let source = &script.content.source;
        let mut session = self.runner.open_for(&tenant, source, self.limits).await?;
        let ran = session.run(&input, host.clone()).await?;
        drop(session);
        let (output_count, violations) = judged(topic, &ran.outcome);
        meters::ran_live(topic, outcome(&ran.outcome, &violations), ran.duration);
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
        // Who records is told what breaks, and may have left out the payload.
        if script.status == ScriptStatus::Active && !rules.read_only {
            self.watch(script, &report, payload, &host).await;
        }
        Ok((report, host))
    }

    /// Notices when a script in use breaks. That is not the caller's matter: the run is told as it was.
    async fn watch(&self, script: &Script, report: &LiveReport, payload: Value, host: &LiveHost) {
        let calls = host.calls();
        // Neither a payload nor an answer: what breaks is not what the vendor sent.
        if payload.is_null() && calls.is_empty() {
            return;
        }
        let ended = Ended {
            topic: script.content.topic,
            outcome: &report.outcome,
            violations: &report.violations,
            logs: &report.logs,
            calls: &calls,
        };
        let Some(name) = sample_name() else { return };
        let payload = Some(payload).filter(|payload| !payload.is_null());
        let sample = || sample_of(name.clone(), payload.clone(), host);
        let Some(mut failure) = Failure::of(&ended, sample) else { return };
        let stand_ins = &host.account().stand_ins;
        failure.text = stand_ins.mask(&failure.text);
        let owner = host.account().connection.as_ref().map(|connection| &connection.owner);
        let broken = Broken { script, owner, failure, sample: Box::new(sample) };
        if let Err(error) = self.drifts.note(broken).await {
            let script_id = script.id.get();
            tracing::error!(script_id, %error, "the failure of a script in use is not written down");
        }
    }
}

/// What a live run came to, for who counts.
const fn outcome(outcome: &Result<Value, RunError>, violations: &[String]) -> &'static str {
    match outcome {
        Ok(_) if violations.is_empty() => "valid",
        Ok(_) => "invalid",
        Err(RunError::HttpFailed { .. }) => "call_failed",
        Err(_) => "failed",
    }
}

/// What a failing payload is called before its event has a number.
fn sample_name() -> Option<SampleName> {
    "drift".parse().ok()
}
