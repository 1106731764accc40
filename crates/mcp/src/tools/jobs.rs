//! Starting jobs, waiting for them, and answering what they ask.

use std::time::Duration;

use client::{ClientError, Job};
use domain::{AuthorName, ProviderSlug, Status, Topic};
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{SCRIPTS, fields, with_query};
use crate::forge::{Forge, said};
use crate::said::Said;

/// How often a job is looked at while it is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long to wait where nothing is said, and at most: less than what agents and proxies wait for.
const WAIT_SECONDS: u32 = 25;
const WAIT_SECONDS_MAX: u32 = 55;
/// Lines of the log that are shown, from its end.
const LOG_LINES: usize = 8;

/// A job to start.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Generate {
    /// The vendor: lower-case letters, digits and dashes, such as "square" or "my-till".
    #[schemars(schema_with = "super::provider")]
    provider: ProviderSlug,
    /// What the adapter does.
    #[schemars(schema_with = "super::topic")]
    topic: Topic,
    /// Who writes it, such as "synth"; leave it out for the server's own choice.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    author: Option<AuthorName>,
    /// Samples for this job alone, each with its payload or http, and expected where it is known.
    #[serde(default)]
    samples: Vec<GivenSample>,
    /// Documents for this job alone, each with its content or url.
    #[serde(default)]
    documents: Vec<GivenDocument>,
}

/// A sample of one job.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GivenSample {
    /// A name among the samples, such as "menu.json".
    #[serde(default)]
    name: Option<String>,
    /// The payload as the vendor sends it, whole.
    #[serde(default)]
    #[schemars(schema_with = "super::any_json")]
    payload: Option<Value>,
    /// Recorded calls and their answers, where the adapter has to call the vendor.
    #[serde(default)]
    #[schemars(schema_with = "super::exchanges")]
    http: Vec<Value>,
    /// The exact output that is wanted, where somebody who knows has said so.
    #[serde(default)]
    #[schemars(schema_with = "super::any_json")]
    expected: Option<Value>,
}

/// A document of one job.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GivenDocument {
    /// A name among the documents, such as "api.md".
    name: String,
    /// The text; leave it out where you give a url.
    #[serde(default)]
    content: Option<String>,
    /// Where the text is published; leave it out where you give content.
    #[serde(default)]
    url: Option<String>,
}

/// Which job, and how long.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wait {
    /// The job's number, as generate gave it.
    job_id: u32,
    /// Seconds to wait at most, up to 55; 25 when left out.
    #[serde(default)]
    seconds: Option<u32>,
}

/// An answer to a job's question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Respond {
    /// The job's number.
    job_id: u32,
    /// Letters of the choices, a path in the payload, or a sentence.
    response: String,
}

/// Which jobs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Only of this status: pending, running, needs_clarification, completed or failed.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    status: Option<Status>,
    /// Only of this vendor.
    #[serde(default)]
    #[schemars(schema_with = "super::optional_provider")]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[serde(default)]
    #[schemars(schema_with = "super::optional_topic")]
    topic: Option<Topic>,
}

pub(crate) async fn generate(forge: &dyn Forge, what: Generate) -> Result<Said, ClientError> {
    let Generate { provider, topic, author, samples, documents } = what;
    let samples: Vec<Value> = samples
        .into_iter()
        .map(|GivenSample { name, payload, http, expected }| {
            let name = name.map(|name| json!(name));
            let http = (!http.is_empty()).then_some(Value::Array(http));
            fields([("name", name), ("payload", payload), ("http", http), ("expected", expected)])
        })
        .collect();
    let documents: Vec<Value> = documents
        .into_iter()
        .map(|GivenDocument { name, content, url }| {
            let text = |text: String| json!(text);
            fields([
                ("name", Some(json!(name))),
                ("content", content.map(text)),
                ("url", url.map(text)),
            ])
        })
        .collect();
    let body = fields([
        ("provider", Some(json!(provider))),
        ("topic", Some(json!(topic))),
        ("author", author.map(|author| json!(author))),
        ("samples", Some(json!(samples))),
        ("documents", Some(json!(documents))),
    ]);
    let answer = forge.call(Method::POST, &format!("{SCRIPTS}/generate"), Some(body)).await?;
    let id: i64 = said(&answer, "jobId")?;
    let next = format!("Job {id} is accepted. Next: wait with job_id {id}.");
    Ok(Said::new(next).with(&json!({"jobId": id})))
}

pub(crate) async fn wait(forge: &dyn Forge, what: Wait) -> Result<Said, ClientError> {
    let seconds = what.seconds.unwrap_or(WAIT_SECONDS).min(WAIT_SECONDS_MAX);
    let until = Instant::now() + Duration::from_secs(seconds.into());
    let path = format!("{SCRIPTS}/jobs/{}", what.job_id);
    loop {
        let answer = forge.call(Method::GET, &path, None).await?;
        let job: Job = said(&answer, "job")?;
        let goes_on = matches!(job.status, Status::Pending | Status::Running);
        if !goes_on || Instant::now() + LOOK_EVERY > until {
            return Ok(standing(&job));
        }
        sleep(LOOK_EVERY).await;
    }
}

pub(crate) async fn answer(forge: &dyn Forge, what: Respond) -> Result<Said, ClientError> {
    let Respond { job_id, response } = what;
    let path = format!("{SCRIPTS}/jobs/{job_id}/respond");
    forge.call(Method::POST, &path, Some(json!({"response": response}))).await?;
    Ok(Said::new(format!(
        "Job {job_id} has the answer and goes on. Next: wait with job_id {job_id}."
    )))
}

pub(crate) async fn list(forge: &dyn Forge, what: List) -> Result<Said, ClientError> {
    let parameters = [
        ("status", what.status.map(|status| status.to_string())),
        ("provider", what.provider.map(String::from)),
        ("topic", what.topic.map(|topic| topic.to_string())),
    ];
    let answer =
        forge.call(Method::GET, &with_query(&format!("{SCRIPTS}/jobs"), &parameters), None).await?;
    let jobs: Vec<Job> = said(&answer, "jobs")?;
    let lines: Vec<Value> = jobs
        .iter()
        .map(|job| {
            json!({"jobId": job.id, "provider": job.provider, "topic": job.topic,
                "status": job.status, "scriptId": job.result_script_id, "updatedAt": job.updated_at})
        })
        .collect();
    let next = format!("{} jobs, newest first. wait shows where one stands.", lines.len());
    Ok(Said::new(next).with(&Value::Array(lines)))
}

/// Where a job stands, and what to do about it.
fn standing(job: &Job) -> Said {
    let (id, script) = (job.id, job.result_script_id);
    let words = match job.status {
        Status::Pending | Status::Running => {
            format!("Job {id} goes on ({}, {}). Call wait again.", job.status, job.stage.as_str())
        }
        Status::NeedsClarification => format!(
            "Job {id} asks the question below and waits. Answer it with answer and job_id {id}, from what the \
             samples, the documents or the user say. Where they do not say it, ask the user; do not guess."
        ),
        Status::Completed => format!(
            "Job {id} is completed: script {script} is a candidate and passes its tests. Next: show_script \
             with script_id {script}, dry_run on other payloads, and diff. A person decides whether it comes \
             into use."
        ),
        Status::Failed => format!(
            "Job {id} has failed; the end of its log says why. Mend what it names, with further samples or \
             documents, and call generate again, or tell the user."
        ),
    };
    let log: Vec<Value> = job
        .logs
        .iter()
        .rev()
        .take(LOG_LINES)
        .rev()
        .map(|line| json!({"stage": line.stage, "message": line.message}))
        .collect();
    let tests: Vec<Value> = job
        .test_results
        .last()
        .iter()
        .map(|test| json!({"attempt": test.attempt, "passed": test.passed, "error": test.error}))
        .collect();
    Said::new(words).with(&json!({
        "jobId": id,
        "provider": job.provider,
        "topic": job.topic,
        "status": job.status,
        "stage": job.stage,
        "question": job.clarification,
        "scriptId": script,
        "lastTest": tests,
        "log": log,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::MockForge;

    fn job(status: &str) -> Value {
        json!({"job": {"id": 7, "provider": "my-till", "topic": "sync_products", "status": status,
            "stage": "testing", "clarification": if status == "needs_clarification" { "a) b)" } else { "" },
            "logs": [{"stage": "queued", "message": "accepted", "timestamp": "t"}], "testResults": [],
            "retries": 0, "resultScriptId": if status == "completed" { 3 } else { 0 },
            "createdAt": "t", "updatedAt": "t"}})
    }

    fn forge(statuses: &[&'static str]) -> MockForge {
        let mut forge = MockForge::new();
        for status in statuses.iter().copied() {
            forge.expect_call().times(1).returning(move |_, path, _| {
                assert_eq!(path, "/api/v1/adapter-scripts/jobs/7");
                Ok(job(status))
            });
        }
        forge
    }

    fn what(seconds: Option<u32>) -> Wait {
        Wait { job_id: 7, seconds }
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_is_waited_for_until_it_is_at_rest() {
        for (status, next) in [
            ("completed", "script 3 is a candidate"),
            ("needs_clarification", "do not guess"),
            ("failed", "says why"),
        ] {
            let said = wait(&forge(&["pending", "running", status]), what(None)).await.unwrap();
            assert!(format!("{said:?}").contains(next), "{said:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_in_time_whatever_is_asked() {
        let mut forge = MockForge::new();
        forge.expect_call().returning(|_, _, _| Ok(job("running")));
        for (seconds, longest) in [(Some(0), 0), (Some(3), 3), (None, 25), (Some(9_999), 55)] {
            let begun = Instant::now();
            let said = wait(&forge, what(seconds)).await.unwrap();
            assert!(begun.elapsed() <= Duration::from_secs(longest), "{seconds:?}");
            assert!(format!("{said:?}").contains("Call wait again"), "{said:?}");
        }
    }

    #[tokio::test]
    async fn what_is_given_with_a_job_arrives_as_the_api_takes_it() {
        let mut forge = MockForge::new();
        forge.expect_call().times(1).returning(|_, path, body| {
            assert_eq!(path, "/api/v1/adapter-scripts/generate");
            let wanted = json!({"provider": "my-till", "topic": "sync_products",
                "samples": [{"payload": {"a": null}, "expected": {}}],
                "documents": [{"name": "a.md", "content": "cents"}]});
            assert_eq!(body.unwrap(), wanted);
            Ok(json!({"jobId": 7}))
        });
        let job = json!({"provider": "my-till", "topic": "sync_products",
            "samples": [{"payload": {"a": null}, "expected": {}}],
            "documents": [{"name": "a.md", "content": "cents"}]});
        let said = generate(&forge, serde_json::from_value(job).unwrap()).await.unwrap();
        assert!(format!("{said:?}").contains("wait with job_id 7"), "{said:?}");
    }
}
