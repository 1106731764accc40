//! A server that stands still for longer than its lease.

use std::time::{Duration, Instant};

use crate::model::{Model, Say, Wire};
use crate::models::setup::{Setup, request, right, script, wrong};
use crate::support::{Server, TestDatabase};

const SHORT_LEASE: [(&str, &str); 3] = [
    ("FORGE__WORKER__LEASE_SECONDS", "3"),
    ("FORGE__WORKER__HEARTBEAT_SECONDS", "1"),
    ("FORGE__LOG__FILTER", "info"),
];
const LONGEST: Duration = Duration::from_mins(1);
/// What a worker says that found its job gone.
const LET_GO: [&str; 2] = ["work on the job was interrupted", "the job went to somebody else"];

#[tokio::test]
async fn a_server_that_wakes_after_its_lease_changes_nothing() {
    let Some(database) = TestDatabase::postgres().await else { return };
    // The first call gets half of its reply before its server freezes, and the rest when the job is
    // over. It would be another script.
    let late = script(wrong()["source"].as_str().unwrap());
    let model = Model::start(Wire::OpenAi, [Say::Held(late), Say::Reply(right())]).await;
    let mut setup = Setup::only(&model);
    setup.database = database;
    let first = setup.server_with(None, &SHORT_LEASE);
    let id = first.generate(&request()).await;
    first.job_when(id, |job| job["hypothesis"] != "").await;
    first.signal("STOP");

    let second = setup.server_with(Some(&first.key), &SHORT_LEASE);
    let finished = second.job_at_rest(id).await;
    assert_eq!(finished["status"], "completed", "{finished:#}");
    assert_eq!(finished["hypothesis"], right()["source"]);
    assert_eq!(model.calls().len(), 2);
    let scripts = scripts(&second).await;

    model.go_on();
    first.signal("CONT");
    let log = setup.log();
    let said = || std::fs::read_to_string(&log).unwrap();
    let woken = Instant::now();
    while !LET_GO.iter().any(|words| said().contains(words)) {
        assert!(woken.elapsed() < LONGEST, "it does not let go: {}", said());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(first.job(id).await, finished, "the late writer changed the job");
    assert_eq!(self::scripts(&first).await, scripts);
    assert_eq!(scripts.as_array().unwrap().len(), 1);
    drop((first, second));
    setup.database.remove().await;
}

async fn scripts(server: &Server) -> serde_json::Value {
    let (status, answer) = server.get("/api/v1/adapter-scripts?provider=my-till").await;
    assert_eq!(status, 200, "{answer}");
    answer["scripts"].clone()
}
