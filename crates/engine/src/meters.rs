//! Counters, for whoever watches many jobs at once. They go to the recorder that the program
//! installs, and nowhere when there is none.
//!
//! Labels have few values: the configured authors and words of this file. Nothing that a caller or a
//! vendor names is one.

use std::time::Duration;

use domain::{AuthorName, DriftKind, Job, Stage, State, Status, Timestamp, Topic, Usage};
use metrics::{
    Gauge, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use store::Census;

const ACCEPTED: &str = "adapter_forge_jobs_accepted_total";
const STOPPED: &str = "adapter_forge_jobs_stopped_total";
const RUNNING: &str = "adapter_forge_jobs_running";
const JOBS: &str = "adapter_forge_jobs";
const WAITING: &str = "adapter_forge_queue_jobs";
const WAITED: &str = "adapter_forge_queue_age_seconds";
const LISTENING: &str = "adapter_forge_listeners";
const JOB_TIME: &str = "adapter_forge_job_seconds";
const STAGE_TIME: &str = "adapter_forge_stage_seconds";
const CLAIMS: &str = "adapter_forge_claims_total";
const LOST: &str = "adapter_forge_leases_lost_total";
const RUNS: &str = "adapter_forge_sandbox_runs_total";
const RUN_TIME: &str = "adapter_forge_sandbox_run_seconds";
const LIVE_RUNS: &str = "adapter_forge_live_runs_total";
const LIVE_RUN_TIME: &str = "adapter_forge_live_run_seconds";
const LIVE_CALLS: &str = "adapter_forge_live_calls_total";
const DRIFT: &str = "adapter_forge_drift_total";
const REPAIRS: &str = "adapter_forge_repairs_total";
const ATTEMPTS: &str = "adapter_forge_attempts_total";
const TEST_TIME: &str = "adapter_forge_test_seconds";
const DRAFTS: &str = "adapter_forge_author_drafts_total";
const DRAFT_TIME: &str = "adapter_forge_author_draft_seconds";
const TOKENS: &str = "adapter_forge_author_tokens_total";
const COST: &str = "adapter_forge_author_cost_micros_total";

/// Upper bounds, in seconds, of the classes into which all measured times fall: from a script of the
/// synthesizer to a job that waited for a person over lunch.
pub const SECONDS: [f64; 15] =
    [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 180.0, 600.0, 3_600.0, 14_400.0];

/// Says what the counters mean. Called once, after a recorder is installed.
pub fn describe() {
    describe_counter!(ACCEPTED, Unit::Count, "Jobs that were accepted");
    describe_counter!(
        STOPPED,
        Unit::Count,
        "Times that a job stopped, by outcome: completed, failed, cancelled, asked"
    );
    describe_gauge!(RUNNING, Unit::Count, "Jobs that this process works on now");
    describe_gauge!(
        JOBS,
        Unit::Count,
        "Jobs that are not over, by status, of all servers on the database: 100000 stands for more"
    );
    describe_gauge!(WAITING, Unit::Count, "Jobs that could run and that no server has");
    describe_gauge!(
        WAITED,
        Unit::Seconds,
        "How long the job that is claimed next has waited; 0 when none waits"
    );
    describe_gauge!(LISTENING, Unit::Count, "Callers that listen to jobs of this process now");
    describe_histogram!(
        JOB_TIME,
        Unit::Seconds,
        "From a job's acceptance to its end, by outcome, the time that a person took to answer included"
    );
    describe_histogram!(STAGE_TIME, Unit::Seconds, "One stage of a job, until it was stored");
    describe_counter!(CLAIMS, Unit::Count, "Jobs that this process claimed");
    describe_counter!(
        LOST,
        Unit::Count,
        "Leases that ended while this process worked, by reason: taken by a person or another \
         server, expired because the database could not be reached"
    );
    describe_counter!(
        RUNS,
        Unit::Count,
        "Runs of scripts by outcome: returned, failed, timed_out, out_of_memory, crashed, \
         sandbox_failed"
    );
    describe_counter!(
        sandbox::CHILDREN,
        Unit::Count,
        "Processes that sessions got, by where from: kept, spare, new"
    );
    describe_histogram!(RUN_TIME, Unit::Seconds, "One run of a script on one input");
    describe_counter!(
        LIVE_RUNS,
        Unit::Count,
        "Runs of scripts in use against accounts, by topic and outcome: valid, invalid, failed, \
         call_failed"
    );
    describe_histogram!(LIVE_RUN_TIME, Unit::Seconds, "One such run, its calls included, by topic");
    describe_counter!(
        LIVE_CALLS,
        Unit::Count,
        "Calls of scripts to vendors, by the class of the answer: 2xx, 3xx, 4xx, 5xx, none"
    );
    describe_counter!(
        DRIFT,
        Unit::Count,
        "Failures of scripts in use, by kind: threw, contract, records, stopped"
    );
    describe_counter!(REPAIRS, Unit::Count, "Jobs that were started to repair a script in use");
    describe_counter!(ATTEMPTS, Unit::Count, "Test runs of jobs by outcome: passed, failed");
    describe_histogram!(TEST_TIME, Unit::Seconds, "One script against all its samples");
    describe_counter!(
        DRAFTS,
        Unit::Count,
        "Calls of an author for drafts and questions, by outcome"
    );
    describe_histogram!(DRAFT_TIME, Unit::Seconds, "One call of an author, its retries included");
    describe_counter!(
        TOKENS,
        "Tokens, by author and kind: in, out, and those of in that were cached"
    );
    describe_counter!(COST, "Millionths of a US dollar, by author");
}

pub(crate) fn accepted() {
    counter!(ACCEPTED).increment(1);
}

pub(crate) fn claimed(jobs: usize) {
    counter!(CLAIMS).increment(jobs as u64);
}

/// `reason` is "taken" or "expired".
pub(crate) fn lease_lost(reason: &'static str) {
    counter!(LOST, "reason" => reason).increment(1);
}

pub(crate) fn staged(stage: Stage, took: Duration) {
    histogram!(STAGE_TIME, "stage" => stage.as_str()).record(took);
}

/// A script ran once.
pub(crate) fn ran(outcome: &'static str, took: Duration) {
    counter!(RUNS, "outcome" => outcome).increment(1);
    histogram!(RUN_TIME).record(took);
}

/// A script ran against an account.
pub(crate) fn ran_live(topic: Topic, outcome: &'static str, took: Duration) {
    counter!(LIVE_RUNS, "topic" => topic.as_str(), "outcome" => outcome).increment(1);
    histogram!(LIVE_RUN_TIME, "topic" => topic.as_str()).record(took);
}

/// A script called a vendor, who answered with this status, or not at all.
pub(crate) fn called(status: Option<u16>) {
    let class = match status {
        None => "none",
        Some(..300) => "2xx",
        Some(300..400) => "3xx",
        Some(400..500) => "4xx",
        Some(500..) => "5xx",
    };
    counter!(LIVE_CALLS, "answer" => class).increment(1);
}

/// A script in use broke.
pub(crate) fn drifted(kind: DriftKind) {
    counter!(DRIFT, "kind" => kind.as_str()).increment(1);
}

/// A job repairs a script in use.
pub(crate) fn repairing() {
    counter!(REPAIRS).increment(1);
}

/// A worker's step that was stored.
pub(crate) fn stepped(before: &Job, after: &Job) {
    for attempt in after.attempts.iter().skip(before.attempts.len()) {
        let outcome = if attempt.passed { "passed" } else { "failed" };
        counter!(ATTEMPTS, "outcome" => outcome).increment(1);
    }
    match after.state {
        State::Completed => ended(after, "completed"),
        State::Failed => ended(after, "failed"),
        State::Waiting(_) => counter!(STOPPED, "outcome" => "asked").increment(1),
        State::Queued | State::Gathering | State::Generating | State::Testing | State::Retrying => {
        }
    }
}

/// A person ended the job.
pub(crate) fn cancelled(job: &Job) {
    ended(job, "cancelled");
}

fn ended(job: &Job, outcome: &'static str) {
    counter!(STOPPED, "outcome" => outcome).increment(1);
    // Clocks of two servers may differ by more than a job takes.
    let took = (job.updated_at - job.created_at).to_std().unwrap_or_default();
    histogram!(JOB_TIME, "outcome" => outcome).record(took);
}

/// One more in a gauge, until it is dropped.
pub(crate) struct Counted(Gauge);

impl Counted {
    /// A job that is worked on.
    pub(crate) fn job() -> Self {
        Self::one_more(gauge!(RUNNING))
    }

    /// A caller that listens.
    pub(crate) fn listener() -> Self {
        Self::one_more(gauge!(LISTENING))
    }

    fn one_more(gauge: Gauge) -> Self {
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// How the queue stands, for all servers on the database.
pub(crate) fn queue(census: &Census, now: Timestamp) {
    let Census { waiting, pending, running, needs_clarification, next_since } = *census;
    for (status, jobs) in [
        (Status::Pending, pending),
        (Status::Running, running),
        (Status::NeedsClarification, needs_clarification),
    ] {
        gauge!(JOBS, "status" => status.as_str()).set(jobs);
    }
    gauge!(WAITING).set(waiting);
    // Clocks of two servers may differ.
    let waited = next_since.and_then(|since| (now - since).to_std().ok()).unwrap_or_default();
    gauge!(WAITED).set(waited);
}

pub(crate) fn tested(took: Duration) {
    histogram!(TEST_TIME).record(took);
}

pub(crate) fn draft(author: &AuthorName, outcome: &'static str, took: Duration) {
    counter!(DRAFTS, "author" => author.to_string(), "outcome" => outcome).increment(1);
    histogram!(DRAFT_TIME, "author" => author.to_string()).record(took);
}

pub(crate) fn used(author: &AuthorName, usage: Usage) {
    for (kind, tokens) in
        [("in", usage.tokens_in), ("out", usage.tokens_out), ("cached", usage.tokens_cached)]
    {
        counter!(TOKENS, "author" => author.to_string(), "kind" => kind).increment(tokens);
    }
    counter!(COST, "author" => author.to_string()).increment(usage.cost_micros);
}
