//! Looking at jobs, answering and cancelling them.

use clap::Args;
use domain::{JobId, ProviderSlug, Status, Topic};

use super::watch::{self, AtRest};
use crate::answers::Job;
use crate::api::SCRIPTS;
use crate::output::{plain, table};
use crate::screen::say;
use crate::{Api, ClientError, Outcome, Output, Screen};

/// Which jobs.
#[derive(Debug, Args)]
pub struct List {
    /// Only of this status.
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// Only of this vendor.
    #[arg(long)]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[arg(long)]
    topic: Option<Topic>,
    /// How many at most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
}

/// Which job.
#[derive(Debug, Args)]
pub struct One {
    /// The job's number.
    #[arg(value_parser = job_id)]
    job: JobId,
}

/// A person's answer.
#[derive(Debug, Args)]
pub struct Respond {
    /// The job's number.
    #[arg(value_parser = job_id)]
    job: JobId,
    /// Letters of choices, paths in the payload, or sentences.
    #[arg(required = true)]
    response: Vec<String>,
    /// Follow the job to its end.
    #[arg(long)]
    watch: bool,
}

fn status(word: &str) -> Result<Status, String> {
    let all = Status::ALL;
    let known = all.into_iter().find(|status| status.as_str() == word);
    known.ok_or_else(|| format!("it must be one of {}", all.map(Status::as_str).join(", ")))
}

fn job_id(text: &str) -> Result<JobId, &'static str> {
    text.parse().ok().and_then(JobId::new).ok_or("it must be the number of a job, like 7")
}

pub(super) async fn list(api: &Api, output: Output, what: List) -> Result<Outcome, ClientError> {
    let mut query = vec![("limit", what.limit.to_string())];
    query.extend(what.status.map(|status| ("status", status.to_string())));
    query.extend(what.provider.map(|provider| ("provider", provider.to_string())));
    query.extend(what.topic.map(|topic| ("topic", topic.to_string())));
    let (page, answer) = api.page::<Job>(&format!("{SCRIPTS}/jobs"), "jobs", &query).await?;
    output.show(&answer, || {
        let row = |job: Job| {
            let script = if job.result_script_id > 0 {
                job.result_script_id.to_string()
            } else {
                String::new()
            };
            [
                job.id.to_string(),
                job.provider,
                job.topic.to_string(),
                job.status.to_string(),
                job.stage.to_string(),
                script,
                job.updated_at,
            ]
        };
        let heading = ["ID", "PROVIDER", "TOPIC", "STATUS", "STAGE", "SCRIPT", "UPDATED"];
        table(heading, page.items.into_iter().map(row).collect())
    })?;
    Ok(Outcome::Done)
}

pub(super) async fn show(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let answer = api.job(what.job.get()).await?;
    let job = api.job_in(&answer)?;
    output.show(&answer, || whole(&job))?;
    Ok(Outcome::Done)
}

pub(super) async fn watch(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let at_rest = watch::to_its_end(api, Screen::default(), what.job.get()).await?;
    show_end(output, &at_rest)
}

pub(super) async fn respond(
    api: &Api,
    output: Output,
    what: Respond,
) -> Result<Outcome, ClientError> {
    let id = what.job.get();
    let answer = api.respond(id, &what.response.join(" ")).await?;
    if what.watch {
        let at_rest = watch::to_its_end(api, Screen::default(), id).await?;
        return show_end(output, &at_rest);
    }
    let job = api.job_in(&answer)?;
    output.show(&answer, || format!("job {id} goes on: {}", job.status))?;
    Ok(Outcome::Done)
}

pub(super) async fn cancel(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let id = what.job.get();
    let answer = api.act(&format!("{SCRIPTS}/jobs/{id}/cancel")).await?;
    output.show(&answer, || format!("job {id} is cancelled"))?;
    Ok(Outcome::Done)
}

/// What came of a job that was watched. Its question was shown already.
pub(super) fn show_end(output: Output, at_rest: &AtRest) -> Result<Outcome, ClientError> {
    let AtRest { job, answer } = at_rest;
    let id = job.id;
    match job.status {
        Status::Completed => output.show(answer, || {
            let script = job.result_script_id;
            format!("script {script}: see it with \"adapter-forge show {script}\"")
        })?,
        Status::Failed => {
            output.show_json(answer.body(), || {
                format!("job {id} failed: {}", plain(job.last_word()))
            })?;
        }
        Status::Pending | Status::Running | Status::NeedsClarification => {
            if output.json {
                output.show(answer, String::new)?;
            }
            say(&format!("answer with \"adapter-forge respond {id} ANSWER\""));
        }
    }
    Ok(at_rest.outcome())
}

/// All of a job that a person wants to read.
fn whole(job: &Job) -> String {
    let mut lines = vec![format!(
        "job {}: {} {}, {} ({}), retries {}",
        job.id, job.provider, job.topic, job.status, job.stage, job.retries
    )];
    if job.result_script_id > 0 {
        lines.push(format!("script {}", job.result_script_id));
    }
    lines.push(String::new());
    for entry in &job.logs {
        lines.push(format!(
            "{}  {:>10}  {}",
            entry.timestamp,
            entry.stage.as_str(),
            plain(&entry.message)
        ));
    }
    for run in &job.test_results {
        let what = if run.passed { "passed".to_owned() } else { plain(&run.error) };
        lines.push(format!("\ntest run {}: {what}", run.attempt));
    }
    if !job.clarification.is_empty() {
        lines.push(format!("\n{}", plain(&job.clarification)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_and_numbers_that_are_none_say_what_would_be_right() {
        assert_eq!(status("failed"), Ok(Status::Failed));
        assert!(status("done").unwrap_err().contains("needs_clarification"));
        for text in ["0", "-1", "x", ""] {
            assert!(job_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_job_is_shown_with_its_log_its_test_runs_and_its_question() {
        let job: Job = serde_json::from_value(json!({
            "id": 7, "provider": "till", "topic": "sync_products",
            "status": "needs_clarification", "stage": "generating",
            "clarification": "Which price?", "retries": 1, "resultScriptId": 0,
            "logs": [{"stage": "queued", "message": "accepted", "timestamp": "T"}],
            "testResults": [{"attempt": 1, "passed": false, "error": "menu: no price"}],
            "createdAt": "T", "updatedAt": "T",
        }))
        .unwrap();
        let shown = whole(&job);
        for part in ["job 7: till sync_products", "accepted", "menu: no price", "Which price?"] {
            assert!(shown.contains(part), "{shown}");
        }
    }
}
