//! The job endpoint against its binding description, in every status, over real HTTP.

use std::time::Duration;

use domain::{Clock as _, Event, SystemClock};
use serde_json::{Value, json};
use store::{Room, WorkerId};

use crate::support::{Server, TestDatabase, plain_request};

const REFERENCE: &str = include_str!("../../../api/reference/job-status.openapi.yaml");

/// Validates an answer against the schema that the reference gives for its status code.
fn assert_fits(status: u16, answer: &Value) {
    let reference: Value = yaml_serde::from_str(REFERENCE).unwrap();
    let answers = &reference["paths"]["/api/v1/adapter-scripts/jobs/{jobId}"]["get"]["responses"];
    let schema = &answers[status.to_string()]["content"]["application/json"]["schema"];
    // The names of the answers' schemas hold blanks and braces, which no reference may: it is
    // followed here.
    let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    let mut whole = reference["components"]["schemas"][name].clone();
    assert!(whole.is_object(), "no schema {name:?}");
    whole["components"] = reference["components"].clone();
    let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(answer)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{answer:#}");
    assert_no_null(answer);
}

fn assert_no_null(value: &Value) {
    match value {
        Value::Null => panic!("a field is null"),
        Value::Array(items) => items.iter().for_each(assert_no_null),
        Value::Object(fields) => fields.values().for_each(assert_no_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

async fn assert_job_fits(server: &Server, id: i64, status: &str) {
    let (code, answer) = server.get(&format!("/api/v1/adapter-scripts/jobs/{id}")).await;
    assert_eq!((code, answer["job"]["status"].as_str()), (200, Some(status)), "{answer:#}");
    assert_fits(code, &answer);
}

#[tokio::test]
async fn every_status_fits_the_reference() {
    for database in TestDatabase::every().await {
        let working = Server::start(&database, None, &[]);
        let completed = working.generate(&plain_request("my-till", 2)).await;
        working.job_at_rest(completed).await;
        assert_job_fits(&working, completed, "completed").await;
        let asking =
            working.generate(&json!({"provider": "my-till-2", "topic": "sync_products"})).await;
        working.job_at_rest(asking).await;
        assert_job_fits(&working, asking, "needs_clarification").await;
        let key = working.key.clone();
        drop(working);

        // Without a worker of its own, a job stays where this test puts it.
        let idle = Server::start(&database, Some(&key), &[("FORGE__WORKER__CONCURRENCY", "0")]);
        let id = idle.generate(&plain_request("my-till", 2)).await;
        assert_job_fits(&idle, id, "pending").await;
        begin(&database).await;
        assert_job_fits(&idle, id, "running").await;
        let (code, answer) =
            idle.post(&format!("/api/v1/adapter-scripts/jobs/{id}/cancel"), &json!({})).await;
        assert_eq!(code, 200, "{answer}");
        assert_job_fits(&idle, id, "failed").await;
        drop(idle);
        database.remove().await;
    }
}

/// Does what a worker does first: claims the oldest job and starts it.
async fn begin(database: &TestDatabase) {
    let store = database.open().await;
    let worker = WorkerId("test".to_owned());
    let room = Room { jobs: 1, without: Vec::new() };
    let claimed = store.jobs().claim(&worker, Duration::from_mins(1), &room).await.unwrap();
    let claimed = claimed.into_iter().next().unwrap();
    let mut job = claimed.job;
    job.apply(Event::Started, SystemClock.now()).unwrap();
    store.jobs().save(&claimed.lease, &job).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_404_in_the_error_shape() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    for id in ["999", "0", "-1", "abc", "1.5", "99999999999999999999", "%00", "1%2f2"] {
        let (code, answer) = server.get(&format!("/api/v1/adapter-scripts/jobs/{id}")).await;
        assert_eq!(code, 404, "{id}: {answer}");
        assert_fits(code, &answer);
    }
}
