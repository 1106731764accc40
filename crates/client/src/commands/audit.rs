//! Who did what when.

use clap::Args;
use domain::AuditAction;
use serde::Deserialize;

use super::narrowing::Narrowing;
use crate::output::table;
use crate::{Api, ClientError, Outcome, Output};

/// Which acts.
#[derive(Debug, Args)]
pub struct Audit {
    /// Only of the key of this name.
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Only of this kind, such as script.activated.
    #[arg(long)]
    action: Option<AuditAction>,
    #[command(flatten)]
    narrowing: Narrowing,
}

#[derive(Deserialize)]
struct Entry {
    at: String,
    actor: String,
    action: String,
    provider: String,
    topic: String,
    subject: String,
    reason: String,
    details: String,
}

pub(super) async fn list(api: &Api, output: Output, what: Audit) -> Result<Outcome, ClientError> {
    let mut query = what.narrowing.query(None::<String>);
    query.extend(what.actor.map(|actor| ("actor", actor)));
    query.extend(what.action.map(|action| ("action", action.to_string())));
    let (page, answer) = api.page::<Entry>("/api/v1/audit", "entries", &query).await?;
    output.show(&answer, || {
        let row = |entry: Entry| {
            let on = [entry.provider, entry.topic, entry.subject];
            let on = on.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            [entry.at, entry.actor, entry.action, on, entry.reason, entry.details]
        };
        let heading = ["WHEN", "WHO", "WHAT", "ON", "REASON", "DETAILS"];
        table(heading, page.items.into_iter().map(row).collect())
    })?;
    Ok(Outcome::Done)
}
