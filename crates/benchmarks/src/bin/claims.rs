//! Measures how long a claim and a list take with many jobs that are over, and with many that wait.
//!
//! `cargo run -p store --example claims -- URL`, with the URL of an empty database that may be spoilt.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement prints what it finds and ends where it cannot go on"
)]

use std::time::{Duration, Instant};

use chrono::DateTime;
use domain::{JobInputs, NewJob, Priority, Status, Topic};
use sea_orm::ConnectionTrait as _;
use store::sea::{ConnectOptions, Database};
use store::{JobFilter, PageRequest, Room, WorkerId};

/// Claims that are measured, one job each.
const CLAIMS: usize = 500;
/// Lists that are measured, of each filter.
const LISTS: usize = 21;
const LEASE: Duration = Duration::from_mins(10);

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap();
    let db = Database::connect(&url, &ConnectOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    println!("| over | waiting | create | claim, median | claim, p99 | list, slowest filter |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let (mut over, mut waiting) = (0, 0);
    for (more_over, more_waiting) in
        [(1_000, 0), (99_000, 0), (900_000, 0), (0, 1_000), (0, 99_000)]
    {
        fill(&raw, more_over, "completed", "done").await;
        fill(&raw, more_waiting, "pending", "queued").await;
        (over, waiting) = (over + more_over, waiting + more_waiting);
        raw.execute_unprepared("ANALYZE").await.unwrap();
        let create = creates(&db).await;
        let mut claims = claims(&db).await;
        claims.sort();
        let (median, p99) = (claims[CLAIMS / 2], claims[CLAIMS * 99 / 100]);
        let list = lists(&db).await;
        println!("| {over} | {waiting} | {create:.1?} | {median:.1?} | {p99:.1?} | {list:.1?} |");
    }
}

/// Adds that many jobs of one provider.
async fn fill(raw: &sea_orm::DatabaseConnection, number: u32, status: &str, stage: &str) {
    let sql = format!(
        "INSERT INTO jobs (provider, topic, max_retries, status, stage, retries, \
         retries_before_answer, attempts, rounds, logs, created_at, updated_at, version, turn) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) \
         SELECT 'loud', 'sync_products', 3, '{status}', '{stage}', 0, 0, '[]', '[]', '[]', 0, 0, 1, \
         1000 + i FROM n WHERE i <= {number}"
    );
    if number > 0 {
        raw.execute_unprepared(&sql).await.unwrap();
    }
}

/// Accepts the jobs that are claimed afterwards, of many providers; gives the mean time.
async fn creates(db: &Database) -> Duration {
    let begun = Instant::now();
    for number in 0..CLAIMS {
        let new = NewJob {
            provider: format!("till-{}", number % 50).parse().unwrap(),
            topic: Topic::SyncProducts,
            author: None,
            max_retries: 3,
            callback_url: None,
            priority: Priority::Normal,
            started_by: domain::Actor::named("till team"),
            inputs: JobInputs::default(),
        };
        db.jobs().create(new, None, DateTime::UNIX_EPOCH).await.unwrap();
    }
    begun.elapsed() / u32::try_from(CLAIMS).unwrap()
}

/// A page of jobs, narrowed by what most and what hardly any have: the median time of the slowest.
async fn lists(db: &Database) -> Duration {
    let provider = |name: &str| Some(name.parse().unwrap());
    let filters = [
        JobFilter::default(),
        JobFilter { status: Some(Status::Completed), ..JobFilter::default() },
        JobFilter { status: Some(Status::NeedsClarification), ..JobFilter::default() },
        JobFilter { provider: provider("loud"), ..JobFilter::default() },
        JobFilter { provider: provider("nobody"), ..JobFilter::default() },
        JobFilter { topic: Some(Topic::SyncProducts), ..JobFilter::default() },
        JobFilter { topic: Some(Topic::SnoozeItems), ..JobFilter::default() },
    ];
    let mut slowest = Duration::ZERO;
    for filter in filters {
        let mut times = Vec::new();
        for _ in 0..LISTS {
            let begun = Instant::now();
            db.jobs().list(filter.clone(), PageRequest { before: None, limit: 20 }).await.unwrap();
            times.push(begun.elapsed());
        }
        times.sort();
        slowest = slowest.max(times[LISTS / 2]);
    }
    slowest
}

/// Claims as many jobs as were accepted, and gives them back for nobody.
async fn claims(db: &Database) -> Vec<Duration> {
    let (jobs, worker) = (db.jobs(), WorkerId("w".to_owned()));
    let room = Room { jobs: 1, without: Vec::new() };
    let mut times = Vec::new();
    for _ in 0..CLAIMS {
        let begun = Instant::now();
        let held = jobs.claim(&worker, LEASE, &room).await.unwrap();
        times.push(begun.elapsed());
        let [mut held] = <[_; 1]>::try_from(held).unwrap();
        let reason = "measured".to_owned();
        held.job.apply(domain::Event::GaveUp { reason }, DateTime::UNIX_EPOCH).unwrap();
        jobs.save(&held.lease, &held.job).await.unwrap();
    }
    times
}
