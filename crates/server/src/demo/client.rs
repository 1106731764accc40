//! A caller of the HTTP API.

use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::Method;
use serde_json::{Value, json};

use super::screen::Screen;

/// Often enough that no stage of a short job goes unseen.
const POLL: Duration = Duration::from_millis(25);
/// A demo job takes a fraction of a second; this long means that something hangs.
const LONGEST: Duration = Duration::from_mins(1);

pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    key: String,
}

impl Client {
    pub(super) fn new(base: String, key: String) -> Self {
        Self { http: reqwest::Client::new(), base, key }
    }

    /// Starts a job; gives its number.
    pub(super) async fn generate(&self, request: &Value) -> anyhow::Result<i64> {
        let answer = self.call(Method::POST, "/generate", Some(request)).await?;
        answer["jobId"].as_i64().context("the answer names no job")
    }

    /// Polls a job and shows its stages and log, but for the `seen` first entries, until it needs
    /// nobody or somebody.
    pub(super) async fn watch(
        &self,
        job: i64,
        screen: &Screen,
        seen: usize,
    ) -> anyhow::Result<Value> {
        let shown = screen.follow(job, seen);
        let watching = async {
            loop {
                let answer = self.call(Method::GET, &format!("/jobs/{job}"), None).await?;
                let job = &answer["job"];
                shown.update(job);
                if !matches!(job["status"].as_str(), Some("pending" | "running")) {
                    return Ok(job.clone());
                }
                tokio::time::sleep(POLL).await;
            }
        };
        let outcome = tokio::time::timeout(LONGEST, watching).await;
        shown.finish();
        outcome.context("the job did not end in time")?
    }

    /// Answers a job's question.
    pub(super) async fn respond(&self, job: i64, response: &str) -> anyhow::Result<()> {
        let body = json!({"response": response});
        self.call(Method::POST, &format!("/jobs/{job}/respond"), Some(&body)).await.map(drop)
    }

    /// A script's JavaScript.
    pub(super) async fn source(&self, script: i64) -> anyhow::Result<String> {
        let answer = self.call(Method::GET, &format!("/{script}"), None).await?;
        let source = answer["script"]["source"].as_str();
        Ok(source.context("the script has no source")?.to_owned())
    }

    /// Runs a script on a payload; gives the run's report.
    pub(super) async fn dry_run(&self, script: i64, request: &Value) -> anyhow::Result<Value> {
        let answer = self.call(Method::POST, &format!("/{script}/run"), Some(request)).await?;
        Ok(answer["run"].clone())
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let url = format!("{}/api/v1/adapter-scripts{path}", self.base);
        let mut request = self.http.request(method, url).header("X-Api-Key", &self.key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer: Value = response.json().await?;
        if !status.is_success() {
            bail!("{path} was answered with {status}: {}", answer["error"]["message"]);
        }
        Ok(answer)
    }
}
