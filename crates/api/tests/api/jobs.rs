use domain::{Event, Job, Scope, ScriptId, Status, Topic};
use http::StatusCode;
use mockall::predicate::eq;
use serde_json::{Value, json};
use store::{Glance, JobFilter, Page, PageRequest, StoreError};

use crate::support::{
    Answer, Below, SCRIPTS, accepted, asked, attempt, drafted, gathered, get, job_after, post,
    request, send,
};

const READ: &[Scope] = &[Scope::JobsRead];
const WRITE: &[Scope] = &[Scope::JobsWrite];
const JOB_SCHEMA: &str = "ApiV1AdapterScriptsJobsJobIdGetResponsesContentApplicationJsonSchemaJob";

fn holding(job: Job) -> Below {
    let mut below = Below::default();
    let glance = Glance::from(&job);
    below.jobs.expect_glance().returning(move |_| Ok(Some(glance)));
    below.jobs.expect_get().returning(move |id| Ok((id == job.id).then(|| job.clone())));
    below
}

async fn shown(job: Job) -> Answer {
    send(holding(job).router(READ), get(&format!("{SCRIPTS}/jobs/7"))).await
}

/// A job in every status, as much as there can be in it.
fn one_of_each_status() -> Vec<Job> {
    let testing = || vec![Event::Started, gathered(), drafted()];
    let passed = Event::TestsPassed { attempt: attempt(true) };
    let failed = Event::TestsFailed { attempt: attempt(false) };
    let mut completed = job_after(testing().into_iter().chain([passed]));
    completed.set_result_script(ScriptId::new(3).unwrap());
    vec![
        accepted(),
        job_after(testing().into_iter().chain([failed])),
        job_after([Event::Started, gathered(), asked()]),
        completed,
        job_after([Event::Cancelled { by: "till team".to_owned() }]),
    ]
}

/// The reference's schema of an answer, by the start of its name.
fn reference_schema(name: &str) -> Value {
    let document: Value =
        yaml_serde::from_str(include_str!("../../reference/job-status.openapi.yaml")).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let found = schemas.iter().find(|(key, _)| key.starts_with(name)).unwrap();
    let mut schema = found.1.clone();
    schema["components"] = document["components"].clone();
    schema
}

#[tokio::test]
async fn a_job_in_every_status_has_exactly_the_shape_of_the_reference() {
    let schema = reference_schema("api_v1_adapter-scripts_jobs_");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let job_schema = &schema["components"]["schemas"][JOB_SCHEMA];
    let mut statuses = Vec::new();
    for job in one_of_each_status() {
        statuses.push(job.state.status());
        let body = shown(job).await.json();
        let errors: Vec<String> = validator.iter_errors(&body).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in {body}");
        let names: Vec<&str> =
            body["job"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(json!(names), job_schema["required"]);
    }
    assert_eq!(statuses, Status::ALL);
}

#[tokio::test]
async fn a_job_that_asks_shows_its_question_and_no_null() {
    let answer = shown(job_after([Event::Started, gathered(), asked()])).await;
    assert_eq!(answer.status, StatusCode::OK);
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn a_completed_job_names_its_script() {
    let answer = shown(one_of_each_status().swap_remove(3)).await;
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn an_answered_job_keeps_the_answer_but_shows_no_question() {
    let answered = Event::Answered { response: "the gross one".to_owned() };
    let body = shown(job_after([Event::Started, gathered(), asked(), answered])).await.json();
    assert_eq!(body["job"]["clarification"], "");
    assert_eq!(body["job"]["humanResponse"], "the gross one");
}

#[tokio::test]
async fn an_id_without_a_job_is_a_404_whatever_it_looks_like() {
    for id in ["8", "0", "-1", "x", "07", "+7", "7.0", "9223372036854775808", "%00", "%ff", "7%20"]
    {
        let answer = send(holding(accepted()).router(READ), get(&format!("{SCRIPTS}/jobs/{id}")));
        let (_, message) = answer.await.error(404);
        assert!(message.contains("there is no"), "{id}: {message}");
    }
    let schema = reference_schema("GetApiV1Adapter-scriptsJobsJobidRequestNotFoundError");
    let answer = send(holding(accepted()).router(READ), get(&format!("{SCRIPTS}/jobs/8"))).await;
    assert!(jsonschema::is_valid(&schema, &answer.json()));
}

#[tokio::test]
async fn a_poller_that_has_this_version_gets_no_body() {
    let path = format!("{SCRIPTS}/jobs/7");
    let first = shown(accepted()).await;
    assert_eq!(first.header("etag"), "\"1\"");
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let again =
        |tag: &str| request("GET", &path).header("if-none-match", tag).body("".into()).unwrap();
    let same = send(holding(accepted()).router(READ), again("\"1\"")).await;
    assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(same.header("etag"), "\"1\"");
    let changed = send(holding(job_after([Event::Started])).router(READ), again("\"1\"")).await;
    assert_eq!((changed.status, changed.header("etag")), (StatusCode::OK, "\"2\""));
}

#[tokio::test]
async fn a_job_that_has_not_changed_is_read_and_rendered_once() {
    let mut below = Below::default();
    let started = job_after([Event::Started]);
    let seen = [accepted(), started.clone()].map(|job| Glance::from(&job));
    let mut glances = [seen[0], seen[1], seen[1]].into_iter();
    below.jobs.expect_glance().times(3).returning(move |_| Ok(glances.next()));
    let mut reads = [accepted(), started].into_iter();
    below.jobs.expect_get().times(2).returning(move |_| Ok(reads.next()));
    let router = below.router(READ);
    let mut answers = Vec::new();
    for _ in 0..4 {
        let answer = send(router.clone(), get(&format!("{SCRIPTS}/jobs/7"))).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::OK, "1"));
        answers.push((answer.header("etag").to_owned(), answer.text));
    }
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[1], answers[2]);
    assert_eq!(answers[2], answers[3]);
    assert_eq!([&answers[0].0, &answers[2].0], ["\"1\"", "\"2\""]);
}

#[tokio::test]
async fn a_job_is_worth_asking_again_only_while_a_worker_is_on_it() {
    for job in one_of_each_status() {
        let status = job.state.status();
        let wanted = if matches!(status, Status::Pending | Status::Running) { "1" } else { "" };
        assert_eq!(shown(job).await.header("retry-after"), wanted, "{status}");
    }
}

#[tokio::test]
async fn a_list_is_narrowed_and_paged() {
    let mut below = Below::default();
    let filter = JobFilter {
        status: Some(Status::NeedsClarification),
        provider: Some("my-till".parse().unwrap()),
        topic: Some(Topic::SyncProducts),
    };
    let page = PageRequest { before: Some(9), limit: 1 };
    below.jobs.expect_list().with(eq(filter), eq(page)).returning(|_, _| {
        Ok(Page { items: vec![job_after([Event::Started, gathered(), asked()])], next: Some(7) })
    });
    let query = "status=needs_clarification&provider=my-till&topic=sync_products&limit=1&cursor=9";
    let answer = send(below.router(READ), get(&format!("{SCRIPTS}/jobs?{query}"))).await;
    let body = answer.json();
    assert_eq!(body["nextCursor"], "7");
    assert_eq!(body["jobs"][0]["id"], 7);
}

#[tokio::test]
async fn the_last_page_has_an_empty_cursor() {
    let mut below = Below::default();
    let page = PageRequest { before: None, limit: 20 };
    below
        .jobs
        .expect_list()
        .with(eq(JobFilter::default()), eq(page))
        .returning(|_, _| Ok(Page { items: Vec::new(), next: None }));
    let answer = send(below.router(READ), get(&format!("{SCRIPTS}/jobs"))).await;
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn a_list_refuses_what_it_does_not_understand_and_names_it() {
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
        ("status=done", "status"),
        ("topic=menus", "topic"),
        ("provider=My%20Till", "provider"),
        ("provider=%00", "provider"),
        ("sort=name", "sort"),
        ("limit=1&limit=2", "limit"),
    ] {
        let answer = send(Below::default().router(READ), get(&format!("{SCRIPTS}/jobs?{query}")));
        assert_eq!(answer.await.error(400).0, field, "{query}");
    }
}

#[tokio::test]
async fn an_answer_makes_the_job_go_on() {
    let mut below = holding(job_after([Event::Started, gathered(), asked()]));
    below.jobs.expect_amend().times(1).returning(|_, _, _| Ok(()));
    let body = json!({"response": "the gross one"});
    let answer = send(below.router(WRITE), post(&format!("{SCRIPTS}/jobs/7/respond"), &body)).await;
    let body = answer.json();
    assert_eq!((&body["job"]["status"], &body["code"]), (&json!("pending"), &json!(200)));
    assert_eq!(body["job"]["humanResponse"], "the gross one");
}

#[tokio::test]
async fn an_answer_needs_an_open_question_and_has_to_say_something() {
    let path = format!("{SCRIPTS}/jobs/7/respond");
    let respond = |job, body: Value| send(holding(job).router(WRITE), post(&path, &body));
    respond(accepted(), json!({"response": "a"})).await.error(409);
    let waiting = || job_after([Event::Started, gathered(), asked()]);
    assert_eq!(respond(waiting(), json!({"response": "  "})).await.error(400).0, "response");
    assert_eq!(respond(waiting(), json!({})).await.error(400).0, "response");
    assert_eq!(respond(waiting(), json!({"response": "a\0"})).await.error(400).0, "response");
}

#[tokio::test]
async fn a_cancelled_job_says_who_cancelled_it() {
    let mut below = holding(accepted());
    below.jobs.expect_amend().times(1).returning(|_, _, _| Ok(()));
    let cancel = request("POST", &format!("{SCRIPTS}/jobs/7/cancel")).body("".into()).unwrap();
    let body = send(below.router(WRITE), cancel).await.json();
    assert_eq!(body["job"]["status"], "failed");
    let last = body["job"]["logs"].as_array().unwrap().last().unwrap();
    assert!(last["message"].as_str().unwrap().contains("till team"), "{last}");
}

#[tokio::test]
async fn a_database_that_fails_tells_nothing_of_itself() {
    let failing = |error: fn() -> StoreError| {
        let mut below = Below::default();
        below.jobs.expect_get().returning(move |_| Err(error()));
        send(below.router(READ), get(&format!("{SCRIPTS}/jobs/7")))
    };
    let down = failing(|| StoreError::Unavailable("host db-1 refused".to_owned())).await;
    down.error(503);
    assert_eq!(down.header("retry-after"), "2");
    let corrupt = failing(|| StoreError::Corrupt("column logs of db-1".to_owned())).await;
    corrupt.error(500);
    for answer in [down, corrupt] {
        assert!(!answer.text.contains("db-1"), "{}", answer.text);
    }
}
