//! Following a job on a server that can be listened to, and on one that cannot.
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a check fails, in the helpers of tests as in tests"
)]

use client::{Api, AtRest, Screen, follow};
use domain::Status;
use serde_json::{Value, json};
use wiremock::matchers::{any, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const JOB: &str = "/api/v1/adapter-scripts/jobs/7";
const EVENTS: &str = "/api/v1/adapter-scripts/jobs/7/events";

fn job(status: &str, stage: &str, logs: usize) -> Value {
    let line = json!({"stage": "queued", "message": "so", "timestamp": "2026-01-01T00:00:00Z"});
    json!({"code": 200, "isSuccess": true, "message": "job 7", "job": {
        "id": 7, "provider": "till", "topic": "sync_products", "status": status, "stage": stage,
        "hypothesis": "", "testResults": [], "clarification": "", "humanResponse": "",
        "logs": vec![line; logs], "retries": 0, "resultScriptId": 0,
        "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z",
    }})
}

fn event(id: u32, answer: &Value) -> String {
    format!("id: {id}\ndata: {answer}\n\n")
}

fn stream(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(format!("retry: 1\n\n:\n\n{text}"), "text/event-stream")
}

async fn followed(server: &MockServer) -> (AtRest, usize) {
    egress::install_cryptography();
    let api = Api::new(&server.uri(), "key".to_owned()).unwrap();
    let mut seen = 0;
    let at_rest = follow(&api, Screen::default(), 7, &mut seen).await.unwrap();
    (at_rest, seen)
}

#[tokio::test]
async fn a_stream_that_breaks_is_taken_up_after_the_last_event() {
    let server = MockServer::start().await;
    let rest = stream(&event(9, &job("completed", "done", 3)));
    Mock::given(path(EVENTS))
        .and(header("last-event-id", "4"))
        .respond_with(rest)
        .with_priority(1)
        .expect(1)
        .mount(&server)
        .await;
    let beginning =
        event(2, &job("pending", "queued", 1)) + &event(4, &job("running", "testing", 2));
    let cut_off = format!("{beginning}id: 6\ndata: {{");
    Mock::given(path(EVENTS)).respond_with(stream(&cut_off)).expect(1).mount(&server).await;
    let (at_rest, seen) = followed(&server).await;
    assert_eq!((at_rest.job.status, seen), (Status::Completed, 3));
}

#[tokio::test]
async fn a_question_ends_the_listening() {
    let server = MockServer::start().await;
    let asks = stream(&event(3, &job("needs_clarification", "generating", 2)));
    Mock::given(path(EVENTS)).respond_with(asks).expect(1).mount(&server).await;
    assert_eq!(followed(&server).await.0.job.status, Status::NeedsClarification);
}

/// Of a server that answers the call of its stream so, the job is polled.
async fn is_polled(streams: ResponseTemplate) {
    let server = MockServer::start().await;
    Mock::given(path(EVENTS)).respond_with(streams).mount(&server).await;
    let answer = |value| ResponseTemplate::new(200).set_body_json(value);
    Mock::given(method("GET"))
        .and(path(JOB))
        .respond_with(answer(job("running", "testing", 2)))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(path(JOB)).respond_with(answer(job("failed", "done", 4))).mount(&server).await;
    let (at_rest, seen) = followed(&server).await;
    assert_eq!((at_rest.job.status, seen), (Status::Failed, 4));
}

#[tokio::test]
async fn a_job_that_cannot_be_listened_to_is_polled() {
    is_polled(ResponseTemplate::new(503)).await;
    is_polled(ResponseTemplate::new(404)).await;
    is_polled(ResponseTemplate::new(200).set_body_raw("<html>", "text/html")).await;
}

#[tokio::test]
async fn a_job_whose_streams_say_nothing_is_polled() {
    is_polled(stream("")).await;
    is_polled(stream("data: no json\n\n")).await;
}

#[tokio::test]
async fn a_job_that_is_not_there_is_the_server_s_own_error() {
    egress::install_cryptography();
    let server = MockServer::start().await;
    let error =
        json!({"error": {"code": 404, "message": "there is no job 7", "details": "", "field": ""}});
    Mock::given(any())
        .respond_with(ResponseTemplate::new(404).set_body_json(error))
        .mount(&server)
        .await;
    let api = Api::new(&server.uri(), "key".to_owned()).unwrap();
    let refused = follow(&api, Screen::default(), 7, &mut 0).await.unwrap_err();
    assert!(refused.to_string().contains("there is no job 7"), "{refused}");
}
