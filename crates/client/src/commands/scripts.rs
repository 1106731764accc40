//! Looking at scripts.

use clap::Args;
use domain::{ScriptId, ScriptStatus};

use super::narrowing::Narrowing;
use crate::answers::ScriptLine;
use crate::api::SCRIPTS;
use crate::output::table;
use crate::{Api, ClientError, Outcome, Output};

/// Which scripts.
#[derive(Debug, Args)]
pub struct List {
    /// Only of this status.
    #[arg(long)]
    status: Option<ScriptStatus>,
    #[command(flatten)]
    narrowing: Narrowing,
}

/// Which script.
#[derive(Debug, Args)]
pub struct One {
    /// The script's number.
    script: ScriptId,
}

/// What to compare.
#[derive(Debug, Args)]
pub struct Diff {
    /// The script's number.
    script: ScriptId,
    /// The number of the script to compare with; the one in use where nothing is said.
    #[arg(long, value_name = "SCRIPT")]
    against: Option<ScriptId>,
}

pub(super) async fn list(api: &Api, output: Output, what: List) -> Result<Outcome, ClientError> {
    let query = what.narrowing.query(what.status);
    let (page, answer) = api.page::<ScriptLine>(SCRIPTS, "scripts", &query).await?;
    output.show(&answer, || {
        let row = |script: ScriptLine| {
            let author =
                if script.author.is_empty() { "a person".to_owned() } else { script.author };
            [
                script.id.to_string(),
                script.provider,
                script.topic.to_string(),
                script.version.to_string(),
                script.status.to_string(),
                if script.passed { "passed" } else { "not passed" }.to_owned(),
                author,
                script.updated_at,
            ]
        };
        let heading =
            ["ID", "PROVIDER", "TOPIC", "VERSION", "STATUS", "TESTS", "AUTHOR", "UPDATED"];
        table(heading, page.items.into_iter().map(row).collect())
    })?;
    Ok(Outcome::Done)
}

pub(super) async fn show(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let id = what.script.get();
    if output.json {
        let answer = api.get(&format!("{SCRIPTS}/{id}")).await?;
        output.show(&answer, String::new)?;
    } else {
        crate::output::write(&api.source(id).await?)?;
    }
    Ok(Outcome::Done)
}

pub(super) async fn diff(api: &Api, output: Output, what: Diff) -> Result<Outcome, ClientError> {
    let query = what.against.map_or_else(String::new, |id| format!("?against={id}"));
    let answer = api.get(&format!("{SCRIPTS}/{}/diff{query}", what.script)).await?;
    let diff: DiffPart = api.part(&answer, "diff")?;
    output.show(&answer, || diff.unified)?;
    Ok(Outcome::Done)
}

#[derive(serde::Deserialize)]
struct DiffPart {
    unified: String,
}
