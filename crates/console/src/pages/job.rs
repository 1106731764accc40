//! One job: where it stands, what was tried, what it asks and what it costs.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::{
    Attempt, Job, JobId, LogEntry, OpenPoint, Pause, Scope, Stage, State as JobState, Status,
    choice_letter, dollars,
};
use http::StatusCode;

use api::ApiError;

use super::number::number_of;
use crate::error::PageError;
use crate::form::{Fields, Sent};
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::view::{CodeLine, Moment, highlighted};
use crate::viewer::Viewer;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new()
        .route("/jobs/{id}", get(show))
        .route("/jobs/{id}/respond", post(respond))
        .route("/jobs/{id}/cancel", post(cancel))
}

/// The job that a path names.
///
/// # Errors
/// A 404 when it names none.
pub(super) fn job_of(text: &str) -> Result<JobId, ApiError> {
    number_of(text, "job")
}

#[derive(Template)]
#[template(path = "job.html")]
struct JobPage {
    layout: Layout,
    live: Live,
}

/// The parts of a job's page that change as it goes on, alone.
#[derive(Template)]
#[template(path = "job_live.html")]
pub(super) struct LiveParts {
    pub(super) layout: Layout,
    pub(super) live: Live,
}

/// What changes on a job's page as the job goes on.
pub(super) struct Live {
    /// Why an answer or a cancellation was not taken.
    problem: String,
    id: i64,
    provider: String,
    topic: String,
    author: String,
    status: Status,
    is_over: bool,
    stages: Vec<Step>,
    question: Option<Asked>,
    answered: Vec<Answered>,
    attempts: Vec<Tried>,
    code: Vec<CodeLine>,
    is_growing: bool,
    code_author: String,
    logs: Vec<Entry>,
    tokens_in: u64,
    tokens_out: u64,
    cost: String,
    retries: u32,
    max_retries: u32,
    /// The saved script; 0 when there is none.
    script: i64,
    created: Moment,
    updated: Moment,
}

/// A stage on the line.
struct Step {
    name: &'static str,
    /// `done`, `here`, `asks`, `failed` or `ahead`.
    class: &'static str,
    /// What the class says, for those who do not see it.
    said: &'static str,
}

struct Asked {
    text: String,
    points: Vec<Point>,
    at: Moment,
}

/// What is open, and what it could be.
struct Point {
    number: usize,
    field: String,
    prompt: String,
    choices: Vec<Possible>,
}

/// One possible answer.
struct Possible {
    letter: String,
    label: String,
}

struct Answered {
    question: String,
    response: String,
    at: Option<Moment>,
}

/// A test run.
struct Tried {
    number: u32,
    passed: bool,
    failures: Vec<Failure>,
    preview: String,
    count: u32,
    at: Moment,
}

/// One thing that was wrong.
struct Failure {
    sample: String,
    path: String,
    what: String,
}

struct Entry {
    stage: Stage,
    message: String,
    at: Moment,
}

impl Live {
    pub(super) fn new(job: &Job, problem: String) -> Self {
        let source = job.shown_script();
        Self {
            problem,
            id: job.id.get(),
            provider: job.provider.to_string(),
            topic: job.topic.to_string(),
            author: job.author.as_ref().map(ToString::to_string).unwrap_or_default(),
            status: job.state.status(),
            is_over: job.state.is_over(),
            stages: steps(job),
            question: job.open_question().map(|round| Asked {
                text: round.question.text.clone(),
                points: points(&round.question.points),
                at: round.asked_at.into(),
            }),
            answered: job.rounds.iter().filter_map(answered).collect(),
            attempts: job.attempts.iter().rev().map(Tried::from).collect(),
            code: highlighted(source),
            is_growing: !job.growing.is_empty(),
            code_author: job
                .hypothesis
                .as_ref()
                .map(|hypothesis| hypothesis.author.to_string())
                .unwrap_or_default(),
            logs: job.logs.iter().rev().map(Entry::from).collect(),
            tokens_in: job.usage.tokens_in,
            tokens_out: job.usage.tokens_out,
            cost: dollars(job.usage.cost_micros),
            retries: job.retries,
            max_retries: job.max_retries,
            script: job.result_script.map_or(0, domain::ScriptId::get),
            created: job.created_at.into(),
            updated: job.updated_at.into(),
        }
    }
}

/// The stages as a line: those behind, the one where the job stands, and those ahead.
fn steps(job: &Job) -> Vec<Step> {
    let line = [Stage::Queued, Stage::Gathering, Stage::Generating, Stage::Testing, Stage::Done];
    // A retry is on its way from a test back to the author.
    let here = match job.state.stage() {
        Stage::Retrying => Stage::Generating,
        stage => stage,
    };
    let place = line.iter().position(|stage| *stage == here).unwrap_or_default();
    let is_asking = |stage| {
        matches!(
            (job.state, stage),
            (JobState::Waiting(Pause::Gathering), Stage::Gathering)
                | (JobState::Waiting(Pause::Generating), Stage::Generating)
                | (JobState::Waiting(Pause::Testing), Stage::Testing)
        )
    };
    // Where a failed job was before it failed.
    let reached = job.logs.last().map_or(Stage::Queued, |entry| entry.stage);
    let reached = line.iter().position(|stage| *stage == reached).unwrap_or(2);
    line.iter()
        .enumerate()
        .map(|(index, stage)| {
            let (class, said) = match job.state {
                JobState::Completed => ("done", "done"),
                JobState::Failed if *stage == Stage::Done => ("failed", "failed"),
                JobState::Failed if index <= reached => ("done", "done"),
                JobState::Failed => ("ahead", "not reached"),
                _ if is_asking(*stage) => ("asks", "waits for you"),
                _ if index < place => ("done", "done"),
                _ if index == place => ("here", "now"),
                _ => ("ahead", "ahead"),
            };
            Step { name: stage.as_str(), class, said }
        })
        .collect()
}

fn points(points: &[OpenPoint]) -> Vec<Point> {
    let option = |(index, choice): (usize, &domain::Choice)| Possible {
        letter: choice_letter(index),
        label: choice.label.clone(),
    };
    points
        .iter()
        .zip(1..)
        .map(|(point, number)| Point {
            number,
            field: point.field.clone(),
            prompt: point.prompt.clone(),
            choices: point.choices.iter().enumerate().map(option).collect(),
        })
        .collect()
}

fn answered(round: &domain::ClarificationRound) -> Option<Answered> {
    Some(Answered {
        question: round.question.render(),
        response: round.response.clone()?,
        at: round.answered_at.map(Moment::from),
    })
}

impl From<&Attempt> for Tried {
    fn from(attempt: &Attempt) -> Self {
        Self {
            number: attempt.attempt,
            passed: attempt.passed,
            failures: failures(&attempt.error),
            preview: attempt.output_preview.clone(),
            count: attempt.output_count,
            at: attempt.timestamp.into(),
        }
    }
}

/// What was wrong, line by line: `sample menu.json: products[0].price: got 450, wanted 4.5`, where the
/// lines that follow, set in, are of the same sample.
fn failures(error: &str) -> Vec<Failure> {
    let mut sample = String::new();
    let mut found = Vec::new();
    for line in error.lines().filter(|line| !line.trim().is_empty()) {
        let mut rest = line.trim();
        if let Some((name, told)) =
            line.strip_prefix("sample ").and_then(|line| line.split_once(": "))
        {
            name.clone_into(&mut sample);
            rest = told;
        }
        let is_path = |text: &str| !text.is_empty() && !text.contains(' ');
        let (path, what) = match rest.split_once(": ") {
            Some((path, what)) if is_path(path) => (path, what),
            Some(_) | None => ("", rest),
        };
        found.push(Failure {
            sample: sample.clone(),
            path: path.to_owned(),
            what: what.to_owned(),
        });
    }
    found
}

impl From<&LogEntry> for Entry {
    fn from(entry: &LogEntry) -> Self {
        Self { stage: entry.stage, message: entry.message.clone(), at: entry.timestamp.into() }
    }
}

async fn show(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsRead)?;
    let job = state.services.jobs.get(job_of(&id)?).await?;
    let layout = Layout::new(&viewer, Section::Jobs);
    html(&JobPage { layout, live: Live::new(&job, String::new()) })
}

/// The page with what was wrong with what somebody wanted of the job.
async fn refused(
    viewer: &Viewer,
    state: &ConsoleState,
    id: JobId,
    error: &ApiError,
) -> Result<Response, PageError> {
    let job = state.services.jobs.get(id).await?;
    let layout = Layout::new(viewer, Section::Jobs);
    let live = Live::new(&job, error.message().to_owned());
    Ok((error.status(), html(&JobPage { layout, live })?).into_response())
}

/// What a form of several points says, as the job takes it: each point by its number, on its own line.
fn response_of(fields: &Fields) -> String {
    let whole = fields.text("response");
    if !whole.is_empty() {
        return whole.to_owned();
    }
    let mut lines = Vec::new();
    for number in 1..=POINTS_MAX {
        let words = fields.text(&format!("words-{number}"));
        let letter = fields.text(&format!("choice-{number}"));
        if !words.is_empty() {
            lines.push(format!("{number}: {words}"));
        } else if !letter.is_empty() {
            lines.push(format!("{number} {letter}"));
        }
    }
    lines.join("\n")
}

/// More points than any author puts into one question.
const POINTS_MAX: usize = 100;

async fn respond(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    Sent { viewer, fields }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::JobsWrite)?;
    let id = job_of(&id)?;
    match state.services.jobs.respond(&viewer.actor(), id, &response_of(&fields)).await {
        Ok(_) => Ok(Redirect::to(&format!("/jobs/{id}")).into_response()),
        Err(error) => refusal(&viewer, &state, id, error.into()).await,
    }
}

async fn cancel(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    Sent { viewer, .. }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::JobsWrite)?;
    let id = job_of(&id)?;
    match state.services.jobs.cancel(&viewer.actor(), id).await {
        Ok(_) => Ok(Redirect::to(&format!("/jobs/{id}")).into_response()),
        Err(error) => refusal(&viewer, &state, id, error.into()).await,
    }
}

/// A refusal that the page can show where the form was; others have a page of their own.
async fn refusal(
    viewer: &Viewer,
    state: &ConsoleState,
    id: JobId,
    error: ApiError,
) -> Result<Response, PageError> {
    match error.status() {
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT => refused(viewer, state, id, &error).await,
        _ => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_is_told_by_sample_path_and_what_was_wanted() {
        let error = "sample menu.json: products[0].price: got 450, wanted 4.5\n  products[1].name: \
                     missing, wanted \"Tea\"\nsample two: the script threw: TypeError: no items";
        let found: Vec<(String, String, String)> =
            failures(error).into_iter().map(|f| (f.sample, f.path, f.what)).collect();
        let wanted = [
            ("menu.json", "products[0].price", "got 450, wanted 4.5"),
            ("menu.json", "products[1].name", "missing, wanted \"Tea\""),
            ("two", "", "the script threw: TypeError: no items"),
        ];
        let wanted = wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(found, wanted);
    }

    #[test]
    fn only_a_plain_number_is_a_job() {
        assert_eq!(job_of("7").map(JobId::get).ok(), Some(7));
        for bad in ["07", "+7", "x", "0", ""] {
            assert!(job_of(bad).is_err(), "{bad}");
        }
    }
}
