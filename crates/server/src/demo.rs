//! `adapter-forge demo`: the whole path on bundled vendors, through the HTTP API of a server of its
//! own with a temporary database.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use client::{Api, Job, Screen};
use domain::Status;
use serde_json::{Value, json};

use crate::offline::OwnServer;
use crate::settings::{AuthorsSettings, Settings};

const CATALOGUE: &str = include_str!("demo/harbour-till.json");
const NOTES: &str = include_str!("demo/harbour-till.md");
const TWO_PRICES: &str = include_str!("demo/corner-pos.json");
/// The person's answer in the second job: the first of the choices.
const ANSWER: &str = "a";
/// A demo job takes a fraction of a second; this long means that something hangs.
const LONGEST: Duration = Duration::from_mins(1);

/// Exit code 0 only when both jobs end completed.
pub(crate) async fn run(mut settings: Settings) -> anyhow::Result<ExitCode> {
    settings.authors = AuthorsSettings::built_in()?;
    let server = OwnServer::start(settings).await?;
    let outcome = both_jobs(&server.api).await;
    server.stop().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn both_jobs(api: &Api) -> anyhow::Result<()> {
    title("1. A catalogue with modifier lists joined by id and prices in cents");
    catalogue(api).await?;
    title("2. A catalogue with two prices: only a person knows which one is sold at");
    question(api).await
}

async fn catalogue(api: &Api) -> anyhow::Result<()> {
    let payload: Value = serde_json::from_str(CATALOGUE)?;
    let job = api
        .generate(&json!({
            "provider": "harbour-till",
            "topic": "sync_products",
            "samples": [{"name": "catalogue.json", "payload": payload}],
            "documents": [{"name": "notes.md", "content": NOTES}],
        }))
        .await?;
    let script = completed(&watch(api, job, &mut 0).await?)?;
    block("The script", &api.source(script).await?);
    let run = dry_run(api, script, payload).await?;
    ensure!(run["valid"] == true, "the script's output breaks its contract: {}", run["violations"]);
    let first = serde_json::to_string_pretty(&run["output"]["products"][0])?;
    block(&format!("The first of {} products", run["outputCount"]), &first);
    Ok(())
}

async fn question(api: &Api) -> anyhow::Result<()> {
    let payload: Value = serde_json::from_str(TWO_PRICES)?;
    let job = api
        .generate(&json!({
            "provider": "corner-pos",
            "topic": "sync_products",
            "samples": [{"name": "menu.json", "payload": payload}],
        }))
        .await?;
    let mut seen = 0;
    let asked = watch(api, job, &mut seen).await?;
    let status = asked.status;
    ensure!(status == Status::NeedsClarification, "job {job} is {status}: it should have asked");
    block("The question", &asked.clarification);
    block("The answer", ANSWER);
    api.respond(job, ANSWER).await?;
    let script = completed(&watch(api, job, &mut seen).await?)?;
    let run = dry_run(api, script, payload).await?;
    let first = serde_json::to_string_pretty(&run["output"]["products"][0])?;
    block("The first product", &first);
    Ok(())
}

async fn watch(api: &Api, job: i64, seen: &mut usize) -> anyhow::Result<Job> {
    let following = client::follow(api, Screen::default(), job, seen);
    let at_rest = tokio::time::timeout(LONGEST, following).await;
    Ok(at_rest.context("the job did not end in time")??.job)
}

async fn dry_run(api: &Api, script: i64, payload: Value) -> anyhow::Result<Value> {
    let answer = api.dry_run(script, &json!({"payload": payload})).await?;
    Ok(answer.body()["run"].clone())
}

/// The script of a job that is completed.
fn completed(job: &Job) -> anyhow::Result<i64> {
    let (id, status, last) = (job.id, job.status, job.last_word());
    ensure!(status == Status::Completed, "job {id} ended {status}: {last}");
    ensure!(job.result_script_id > 0, "job {id} is completed and has no script");
    Ok(job.result_script_id)
}

/// The heading of one of the parts.
#[expect(clippy::print_stdout, reason = "the demo is there to be read")]
fn title(text: &str) {
    println!("\n{text}\n{}", "=".repeat(text.chars().count()));
}

/// Text under a small heading.
#[expect(clippy::print_stdout, reason = "the demo is there to be read")]
fn block(title: &str, text: &str) {
    println!("\n--- {title}\n{}", text.trim_end());
}
