//! A reviewer's decisions.

use clap::Args;
use domain::{ProviderSlug, Reason, ReviewAction, ScriptId, ScriptStatus, Topic};
use serde_json::{Map, Value, json};

use crate::answers::ScriptLine;
use crate::api::SCRIPTS;
use crate::{Api, ClientError, Outcome, Output};

/// Which script comes into use.
#[derive(Debug, Args)]
pub struct Activate {
    /// The script's number.
    script: ScriptId,
    /// Take it into use although it does not pass its tests.
    #[arg(long, requires = "reason")]
    force: bool,
    /// Why, for the audit.
    #[arg(long)]
    reason: Option<Reason>,
}

/// Which script goes.
#[derive(Debug, Args)]
pub struct PutAway {
    /// The script's number.
    script: ScriptId,
    /// Why, for the audit.
    #[arg(long)]
    reason: Option<Reason>,
}

/// Which vendor and topic.
#[derive(Debug, Args)]
pub struct Rollback {
    /// The vendor.
    provider: ProviderSlug,
    /// The topic.
    topic: Topic,
    /// Why, for the audit.
    #[arg(long)]
    reason: Reason,
    /// Go back although the script before does not pass its tests any more.
    #[arg(long)]
    force: bool,
}

pub(super) async fn activate(
    api: &Api,
    output: Output,
    what: Activate,
) -> Result<Outcome, ClientError> {
    let mut body = because(what.reason);
    body.insert("force".to_owned(), json!(what.force));
    decide(api, output, what.script.get(), ReviewAction::Activate, body).await
}

pub(super) async fn deprecate(
    api: &Api,
    output: Output,
    what: PutAway,
) -> Result<Outcome, ClientError> {
    let body = because(what.reason);
    decide(api, output, what.script.get(), ReviewAction::Deprecate, body).await
}

pub(super) async fn archive(
    api: &Api,
    output: Output,
    what: PutAway,
) -> Result<Outcome, ClientError> {
    let body = because(what.reason);
    decide(api, output, what.script.get(), ReviewAction::Archive, body).await
}

fn because(reason: Option<Reason>) -> Map<String, Value> {
    let reason = reason.map(|reason| ("reason".to_owned(), json!(reason)));
    reason.into_iter().collect()
}

async fn decide(
    api: &Api,
    output: Output,
    id: i64,
    action: ReviewAction,
    body: Map<String, Value>,
) -> Result<Outcome, ClientError> {
    let path = format!("{SCRIPTS}/{id}/{}", action.as_str());
    let answer = api.post(&path, &Value::Object(body)).await?;
    let script: ScriptLine = api.part(&answer, "script")?;
    output.show(&answer, || {
        format!(
            "script {} (version {} of {} {}) is {}",
            script.id, script.version, script.provider, script.topic, script.status
        )
    })?;
    Ok(Outcome::Done)
}

/// Rolls back the script that is in use now: if another comes into use meanwhile, the server refuses.
pub(super) async fn rollback(
    api: &Api,
    output: Output,
    what: Rollback,
) -> Result<Outcome, ClientError> {
    let query = [
        ("provider", what.provider.to_string()),
        ("topic", what.topic.to_string()),
        ("status", ScriptStatus::Active.to_string()),
    ];
    let (page, _) = api.page::<ScriptLine>(SCRIPTS, "scripts", &query).await?;
    let Some(active) = page.items.first() else {
        let (provider, topic) = (&what.provider, what.topic);
        return Err(ClientError::Use(format!("no script of {provider} {topic} is in use")));
    };
    let mut body = because(Some(what.reason));
    body.insert("force".to_owned(), json!(what.force));
    decide(api, output, active.id, ReviewAction::RollBack, body).await
}
