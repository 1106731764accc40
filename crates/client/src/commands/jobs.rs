//! Looking at jobs, answering and cancelling them.

use clap::Args;
use domain::{JobId, Status};

use super::narrowing::Narrowing;
use super::watch::{self, AtRest};
use crate::answers::Job;
use crate::api::SCRIPTS;
use crate::output::{number, plain, table};
use crate::screen::say;
use crate::{Api, ClientError, Outcome, Output, Screen};

/// Which jobs.
#[derive(Debug, Args)]
pub struct List {
    /// Only of this status.
    #[arg(long)]
    status: Option<Status>,
    #[command(flatten)]
    narrowing: Narrowing,
}

/// Which job.
#[derive(Debug, Args)]
pub struct One {
    /// The job's number.
    job: JobId,
}

/// A person's answer.
#[derive(Debug, Args)]
pub struct Respond {
    /// The job's number.
    job: JobId,
    /// Letters of choices, paths in the payload, or sentences.
    #[arg(required = true)]
    response: Vec<String>,
    /// Follow the job to its end.
    #[arg(long)]
    watch: bool,
}

pub(super) async fn list(api: &Api, output: Output, what: List) -> Result<Outcome, ClientError> {
    let query = what.narrowing.query(what.status);
    let (page, answer) = api.page::<Job>(&format!("{SCRIPTS}/jobs"), "jobs", &query).await?;
    output.show(&answer, || {
        let row = |job: Job| {
            [
                job.id.to_string(),
                job.provider,
                job.topic.to_string(),
                job.status.to_string(),
                job.stage.to_string(),
                number(job.result_script_id),
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
    use clap::Parser;

    use super::*;
    use serde_json::json;

    #[derive(Debug, Parser)]
    struct Lists {
        #[command(flatten)]
        list: List,
    }

    #[derive(Debug, Parser)]
    struct Ones {
        #[command(flatten)]
        _one: One,
    }

    #[test]
    fn words_and_numbers_that_are_none_say_what_would_be_right() {
        let list = |status: &str| Lists::try_parse_from(["jobs", "--status", status]);
        assert_eq!(list("failed").unwrap().list.status, Some(Status::Failed));
        let error = list("done").unwrap_err().to_string();
        assert!(error.contains("needs_clarification"), "{error}");
        for text in ["0", "-1", "x", ""] {
            assert!(Ones::try_parse_from(["job", text]).is_err(), "{text}");
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
