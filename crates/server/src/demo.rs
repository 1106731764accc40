//! `adapter-forge demo`: the whole path on bundled vendors, through the HTTP API of a server of its
//! own with a temporary database.

mod client;
mod screen;

use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::app::App;
use crate::settings::{AuthorsSettings, DatabaseUrl, Settings};

use client::Client;
use screen::{Screen, block, title};

const CATALOGUE: &str = include_str!("demo/harbour-till.json");
const NOTES: &str = include_str!("demo/harbour-till.md");
const TWO_PRICES: &str = include_str!("demo/corner-pos.json");
/// The person's answer in the second job: the first of the choices.
const ANSWER: &str = "a";

/// Exit code 0 only when both jobs end completed.
pub(crate) async fn run(mut settings: Settings) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    settings.server.host = std::net::Ipv4Addr::LOCALHOST.into();
    settings.server.port = 0;
    settings.authors = AuthorsSettings::built_in()?;
    let file = folder.path().join("demo.db");
    settings.database.url = DatabaseUrl::new(format!("sqlite://{}", file.display()));
    let app = App::open(&settings).await?;
    let running = app.start(&settings).await?;
    let key = running.first_key().await?.context("a new database already has a key")?;
    let client = Client::new(format!("http://{}", running.address()), key.reveal());
    let outcome = both_jobs(&client).await;
    running.stop().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn both_jobs(client: &Client) -> anyhow::Result<()> {
    let screen = Screen::new();
    title("1. A catalogue with modifier lists joined by id and prices in cents");
    catalogue(client, &screen).await?;
    title("2. A catalogue with two prices: only a person knows which one is sold at");
    question(client, &screen).await
}

async fn catalogue(client: &Client, screen: &Screen) -> anyhow::Result<()> {
    let payload: Value = serde_json::from_str(CATALOGUE)?;
    let job = client
        .generate(&json!({
            "provider": "harbour-till",
            "topic": "sync_products",
            "samples": [{"name": "catalogue.json", "payload": payload}],
            "documents": [{"name": "notes.md", "content": NOTES}],
        }))
        .await?;
    let script = completed(&client.watch(job, screen, 0).await?)?;
    block("The script", &client.source(script).await?);
    let run = client.dry_run(script, &json!({"payload": payload})).await?;
    ensure!(run["valid"] == true, "the script's output breaks its contract: {}", run["violations"]);
    let first = serde_json::to_string_pretty(&run["output"]["products"][0])?;
    block(&format!("The first of {} products", run["outputCount"]), &first);
    Ok(())
}

async fn question(client: &Client, screen: &Screen) -> anyhow::Result<()> {
    let payload: Value = serde_json::from_str(TWO_PRICES)?;
    let job = client
        .generate(&json!({
            "provider": "corner-pos",
            "topic": "sync_products",
            "samples": [{"name": "menu.json", "payload": payload}],
        }))
        .await?;
    let asked = client.watch(job, screen, 0).await?;
    let status = &asked["status"];
    ensure!(status == "needs_clarification", "job {job} is {status}: it should have asked");
    block("The question", asked["clarification"].as_str().unwrap_or_default());
    block("The answer", ANSWER);
    client.respond(job, ANSWER).await?;
    let seen = asked["logs"].as_array().map_or(0, Vec::len);
    let script = completed(&client.watch(job, screen, seen).await?)?;
    let run = client.dry_run(script, &json!({"payload": payload})).await?;
    let first = serde_json::to_string_pretty(&run["output"]["products"][0])?;
    block("The first product", &first);
    Ok(())
}

/// The script of a job that is completed.
fn completed(job: &Value) -> anyhow::Result<i64> {
    let last = job["logs"].as_array().and_then(|logs| logs.last()).map(|entry| &entry["message"]);
    ensure!(
        job["status"] == "completed",
        "job {} ended {}: {}",
        job["id"],
        job["status"],
        last.unwrap_or(&Value::Null)
    );
    job["resultScriptId"].as_i64().context("a completed job has no script")
}
