//! Scripts in use that break.

use clap::{Args, Subcommand};
use domain::{DriftId, DriftKind, DriftStatus, ProviderSlug, RepairPolicy, Topic};
use serde::Deserialize;
use serde_json::json;

use super::narrowing::Narrowing;
use crate::options::Call;
use crate::output::table;
use crate::{Api, ClientError, Outcome, Output};

const DRIFT: &str = "/api/v1/drift";
const PROVIDERS: &str = "/api/v1/providers";

/// What to do with drift.
#[derive(Debug, Subcommand)]
pub enum DriftCommand {
    /// List failures of scripts in use, newest first.
    List(Call<List>),
    /// Show a failure; with --json, the masked payload that shows it as well.
    Show(Call<One>),
    /// Say that a failure is dealt with.
    Resolve(Call<One>),
    /// Show or set what is done when a vendor's script drifts.
    Policy(Call<Policy>),
}

/// Which failures.
#[derive(Debug, Args)]
pub struct List {
    /// Only of this status.
    #[arg(long)]
    status: Option<DriftStatus>,
    #[command(flatten)]
    narrowing: Narrowing,
}

/// Which failure.
#[derive(Debug, Args)]
pub struct One {
    /// Its number.
    drift: DriftId,
}

/// Whose policy.
#[derive(Debug, Args)]
pub struct Policy {
    /// The vendor.
    provider: ProviderSlug,
    /// on: a job writes a candidate, which waits for review; off: people are told and nothing else.
    #[arg(long, value_name = "on|off")]
    repair: Option<RepairPolicy>,
}

impl DriftCommand {
    pub(super) async fn run(self) -> Result<Outcome, ClientError> {
        match self {
            Self::List(call) => call.run(list).await,
            Self::Show(call) => call.run(show).await,
            Self::Resolve(call) => call.run(resolve).await,
            Self::Policy(call) => call.run(policy).await,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DriftLine {
    id: i64,
    script_id: i64,
    provider: String,
    topic: Topic,
    kind: DriftKind,
    path: String,
    failure: String,
    status: DriftStatus,
    reproduced: bool,
    count: u64,
    last_seen: String,
    repair_job_id: i64,
    resolved_by: String,
}

async fn list(api: &Api, output: Output, what: List) -> Result<Outcome, ClientError> {
    let query = what.narrowing.query(what.status);
    let (page, answer) = api.page::<DriftLine>(DRIFT, "drift", &query).await?;
    output.show(&answer, || {
        let row = |line: DriftLine| {
            [
                line.id.to_string(),
                line.provider,
                line.topic.to_string(),
                line.script_id.to_string(),
                format!("{} {}", line.kind, line.path),
                line.count.to_string(),
                line.status.to_string(),
                job(line.repair_job_id),
                line.last_seen,
            ]
        };
        let heading =
            ["ID", "PROVIDER", "TOPIC", "SCRIPT", "WHAT", "TIMES", "STATUS", "REPAIR", "LAST"];
        table(heading, page.items.into_iter().map(row).collect())
    })?;
    Ok(Outcome::Done)
}

async fn show(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let answer = api.get(&format!("{DRIFT}/{}", what.drift)).await?;
    let drift: DriftLine = api.part(&answer, "drift")?;
    output.show(&answer, || told(&drift))?;
    Ok(Outcome::Done)
}

async fn resolve(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let answer = api.act(&format!("{DRIFT}/{}/resolve", what.drift)).await?;
    output.show(&answer, || format!("drift event {} is resolved", what.drift))?;
    Ok(Outcome::Done)
}

async fn policy(api: &Api, output: Output, what: Policy) -> Result<Outcome, ClientError> {
    let path = format!("{PROVIDERS}/{}/policy", what.provider);
    let answer = match what.repair {
        Some(repair) => api.put(&path, &json!({"repair": repair})).await?,
        None => api.get(&path).await?,
    };
    let policy: PolicyPart = api.part(&answer, "policy")?;
    output.show(&answer, || format!("repair of {} is {}", what.provider, policy.repair))?;
    Ok(Outcome::Done)
}

#[derive(Deserialize)]
struct PolicyPart {
    repair: RepairPolicy,
}

fn job(id: i64) -> String {
    if id == 0 { "none".to_owned() } else { format!("job {id}") }
}

fn told(drift: &DriftLine) -> String {
    let DriftLine { id, provider, topic, script_id, kind, path, count, status, .. } = drift;
    let shown = if drift.reproduced {
        "the kept sample shows it"
    } else {
        "the kept sample does not show it, or there is none"
    };
    let by = match drift.resolved_by.as_str() {
        "" => String::new(),
        by => format!(", by {by}"),
    };
    format!(
        "drift event {id}: script {script_id} of {provider} {topic}\n{kind} at {path}, {count} times, \
         last {}\n{status}{by}; repair: {}; {shown}\n\n{}",
        drift.last_seen,
        job(drift.repair_job_id),
        drift.failure
    )
}
