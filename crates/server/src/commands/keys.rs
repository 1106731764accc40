//! `adapter-forge keys`: works on the database directly, so that a first or lost key is no riddle.

use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, Days, SecondsFormat, Utc};
use domain::{Actor, ApiKey, Clock as _, Scope, SystemClock};
use engine::Keys;

use crate::app::open_database;
use crate::cli::{CreateKey, KeysCommand};
use crate::settings::Settings;

pub(crate) async fn run(settings: &Settings, command: KeysCommand) -> anyhow::Result<ExitCode> {
    let database = open_database(settings).await?;
    let keys = Keys::new(database.api_keys(), Arc::new(SystemClock));
    let outcome = match command {
        KeysCommand::Create(create) => create_key(&keys, create).await,
        KeysCommand::List => list(&keys).await,
        KeysCommand::Revoke { prefix } => revoke(&keys, &prefix).await,
    };
    database.close().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the key is what the command answers, alone on its line")]
async fn create_key(keys: &Keys, create: CreateKey) -> anyhow::Result<()> {
    let expires_at = create
        .expires_in_days
        .and_then(|days| SystemClock.now().checked_add_days(Days::new(days.into())));
    let token = keys.create(&Actor::operator(), &create.name, create.scope, expires_at).await?;
    tracing::info!(prefix = token.prefix(), name = create.name, "made an API key");
    println!("{}", token.reveal());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the list is what the command answers")]
async fn list(keys: &Keys) -> anyhow::Result<()> {
    let keys = keys.list().await?;
    println!(
        "{:8}  {:8}  {:20}  {:20}  {:32}  NAME",
        "PREFIX", "STATE", "CREATED", "EXPIRES", "SCOPES"
    );
    for key in keys {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope: &Scope| scope.as_str()).collect();
        println!(
            "{:8}  {:8}  {:20}  {:20}  {:32}  {}",
            key.prefix,
            state(&key),
            date(Some(key.created_at)),
            date(key.expires_at),
            scopes.join(","),
            key.name
        );
    }
    Ok(())
}

async fn revoke(keys: &Keys, prefix: &str) -> anyhow::Result<()> {
    // People copy what they see: with its mark, or the whole key.
    let prefix = prefix.strip_prefix("afk_").unwrap_or(prefix);
    let prefix = prefix.split('_').next().unwrap_or(prefix);
    keys.revoke(&Actor::operator(), prefix).await?;
    tracing::info!(prefix, "revoked the API key");
    Ok(())
}

fn state(key: &ApiKey) -> &'static str {
    if key.revoked_at.is_some() {
        "revoked"
    } else if key.expires_at.is_some_and(|end| end <= SystemClock.now()) {
        "expired"
    } else {
        "valid"
    }
}

fn date(moment: Option<DateTime<Utc>>) -> String {
    moment.map_or_else(|| "never".to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}
