//! A reviewer's decisions.

use clap::Args;
use domain::{ProviderSlug, ReviewAction, ScriptStatus, Topic};

use super::scripts::One;
use crate::answers::ScriptLine;
use crate::api::SCRIPTS;
use crate::{Api, ClientError, Outcome, Output};

/// Which vendor and topic.
#[derive(Debug, Args)]
pub struct Rollback {
    /// The vendor.
    provider: ProviderSlug,
    /// The topic.
    topic: Topic,
}

pub(super) async fn activate(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    decide(api, output, what.script.get(), ReviewAction::Activate).await
}

pub(super) async fn deprecate(
    api: &Api,
    output: Output,
    what: One,
) -> Result<Outcome, ClientError> {
    decide(api, output, what.script.get(), ReviewAction::Deprecate).await
}

pub(super) async fn archive(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    decide(api, output, what.script.get(), ReviewAction::Archive).await
}

async fn decide(
    api: &Api,
    output: Output,
    id: i64,
    action: ReviewAction,
) -> Result<Outcome, ClientError> {
    let answer = api.act(&format!("{SCRIPTS}/{id}/{}", action.as_str())).await?;
    let script: ScriptLine = api.part(&answer, "script")?;
    output.show(&answer, || {
        format!(
            "script {id} (version {} of {} {}) is {}",
            script.version, script.provider, script.topic, script.status
        )
    })?;
    Ok(Outcome::Done)
}

/// The script that was in use before is the one that was taken out of use last.
pub(super) async fn rollback(
    api: &Api,
    output: Output,
    what: Rollback,
) -> Result<Outcome, ClientError> {
    let query = [
        ("provider", what.provider.to_string()),
        ("topic", what.topic.to_string()),
        ("status", ScriptStatus::Deprecated.to_string()),
    ];
    let deprecated: Vec<ScriptLine> = api.all(SCRIPTS, "scripts", &query).await?;
    // RFC 3339 in UTC with a fixed number of digits sorts as it reads.
    let before = deprecated
        .into_iter()
        .max_by(|a, b| (&a.updated_at, a.version).cmp(&(&b.updated_at, b.version)));
    match before {
        Some(script) => decide(api, output, script.id, ReviewAction::Activate).await,
        None => Err(ClientError::Use(format!(
            "no script of {} {} was in use before: there is nothing to go back to",
            what.provider, what.topic
        ))),
    }
}
