//! Measures how long accepting, claiming and listing take in a database with many jobs:
//! `claims fill URL OVER WAITING` puts so many that are over, and that wait, into an empty database that
//! may be spoilt; `claims measure URL` prints microseconds as JSON. `scripts/bench_claims.py` runs both.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement prints what it finds and ends where it cannot go on"
)]

use std::time::{Duration, Instant};

use benchmarks::job_of_many;
use chrono::DateTime;
use domain::{JobInputs, Status, Topic};
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use store::sea::{ConnectOptions, Database};
use store::{JobFilter, PageRequest, Room, WorkerId};

/// Claims that are measured, one job each.
const CLAIMS: usize = 500;
/// Lists that are measured, of each filter.
const LISTS: usize = 21;
const LEASE: Duration = Duration::from_mins(10);

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mode, url) = (arguments.next().unwrap(), arguments.next().unwrap());
    let db = Database::connect(&url, &ConnectOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    match mode.as_str() {
        "fill" => {
            let raw = sea_orm::Database::connect(&url).await.unwrap();
            let mut number = || arguments.next().unwrap().parse().unwrap();
            fill(&raw, number(), "completed", "done").await;
            fill(&raw, number(), "pending", "queued").await;
            raw.execute_unprepared("VACUUM").await.unwrap();
            raw.execute_unprepared("ANALYZE").await.unwrap();
        }
        "measure" => {
            let create = creates(&db).await.as_micros();
            let mut claims = claims(&db).await;
            claims.sort();
            let (claim, p99) =
                (claims[CLAIMS / 2].as_micros(), claims[CLAIMS * 99 / 100].as_micros());
            let list = lists(&db).await.as_micros();
            println!("{}", json!({"create": create, "claim": claim, "p99": p99, "list": list}));
        }
        _ => println!("the modes are fill and measure"),
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
    for number in 0..u32::try_from(CLAIMS).unwrap() {
        let new = job_of_many(number, JobInputs::default());
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
        JobFilter {
            provider: provider("loud"),
            status: Some(Status::NeedsClarification),
            ..JobFilter::default()
        },
        JobFilter {
            provider: provider("loud"),
            topic: Some(Topic::SnoozeItems),
            ..JobFilter::default()
        },
        JobFilter {
            topic: Some(Topic::SyncProducts),
            status: Some(Status::NeedsClarification),
            ..JobFilter::default()
        },
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
