use domain::{Document, GivenDocument, JobId, NewJob, Priority, Scope};
use egress::EgressError;
use http::StatusCode;
use serde_json::{Value, json};
use store::{Created, Idempotency, StoreError};

use crate::support::{Below, SCRIPTS, post, request, send};

const WRITE: &[Scope] = &[Scope::JobsWrite];

fn path() -> String {
    format!("{SCRIPTS}/generate")
}

/// Below that accepts one job, if it is as `check` wants it.
fn accepting(check: impl Fn(&NewJob, Option<&Idempotency>) + Send + 'static) -> Below {
    let mut below = Below::default();
    below.jobs.expect_create().times(1).returning(move |new, idempotency, _| {
        check(&new, idempotency.as_ref());
        Ok(Created { id: JobId::new(7).unwrap(), replayed: false })
    });
    below
}

async fn refused(body: Value) -> (String, String) {
    send(Below::default().router(WRITE), post(&path(), &body)).await.error(400)
}

#[tokio::test]
async fn a_job_is_accepted_with_all_that_was_given() {
    let below = accepting(|new, idempotency| {
        assert_eq!(new.provider.as_str(), "my-till");
        assert_eq!(new.author.as_ref().unwrap().as_str(), "synth");
        assert_eq!(new.max_retries, 0);
        assert_eq!(new.priority, Priority::High);
        let names: Vec<&str> = new.inputs.samples.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["sample-1", "menu"]);
        assert_eq!(new.inputs.samples[1].http[0].url, "/items");
        assert_eq!(new.inputs.samples[1].connection.api_key, "test");
        let api = Document { name: "api.md".parse().unwrap(), content: "# API".to_owned() };
        assert_eq!(new.inputs.documents, [GivenDocument::Text(api)]);
        assert_eq!(idempotency, None);
    });
    let body = json!({
        "provider": "my-till", "topic": "sync_products", "author": "synth", "maxRetries": 0, "priority": "high",
        "samples": [
            {"payload": {"items": []}, "expected": {"products": []}},
            {"name": "menu", "http": [{"url": "/items", "body": []}], "connection": {"apiKey": "test"}},
        ],
        "documents": [{"name": "api.md", "content": "# API"}],
    });
    let answer = send(below.router(WRITE), post(&path(), &body)).await;
    assert_eq!(answer.status, StatusCode::OK);
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn a_document_can_come_by_its_address() {
    let mut below = accepting(|new, _| {
        let name = "api.md".parse().unwrap();
        let url = "https://docs.till.example/api".parse().unwrap();
        assert_eq!(new.inputs.documents, [GivenDocument::Linked { name, url }]);
    });
    below.egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
    let body = |documents: Value| json!({"provider": "my-till", "topic": "sync_products", "documents": documents});
    let linked = json!({"name": "api.md", "url": "https://docs.till.example/api"});
    let answer = send(below.router(WRITE), post(&path(), &body(json!([linked])))).await;
    assert_eq!(answer.status, StatusCode::OK);

    let mut below = Below::default();
    below.egress.expect_check_url().returning(|_| Err(EgressError::UserInfo));
    let refused = json!([{"name": "a", "content": ""}, linked]);
    let answer = send(below.router(WRITE), post(&path(), &body(refused))).await;
    assert_eq!(answer.error(400).0, "documents[1].url");
}

#[tokio::test]
async fn the_smallest_request_gets_the_defaults() {
    let below = accepting(|new, _| {
        assert_eq!((new.max_retries, &new.author), (3, &None));
        assert_eq!(new.priority, Priority::Normal);
        assert!(new.inputs.samples.is_empty() && new.inputs.documents.is_empty());
    });
    let body = json!({"provider": "square", "topic": "test_connection"});
    assert_eq!(send(below.router(WRITE), post(&path(), &body)).await.json()["jobId"], 7);
}

#[tokio::test]
async fn what_is_not_acceptable_is_named() {
    let with = |field: &str, value: Value| {
        let mut body = json!({"provider": "square", "topic": "sync_products"});
        body[field] = value;
        body
    };
    for (body, field) in [
        (json!({"topic": "sync_products"}), "provider"),
        (json!({"provider": "square"}), "topic"),
        (with("provider", json!("My Till")), "provider"),
        (with("provider", json!(7)), "provider"),
        (with("provider", json!(null)), "provider"),
        (with("topic", json!("menus")), "topic"),
        (with("author", json!("nobody")), "author"),
        (with("author", json!("No Body")), "author"),
        (with("maxRetries", json!(11)), "maxRetries"),
        (with("maxRetries", json!(-1)), "maxRetries"),
        (with("maxRetries", json!(1.5)), "maxRetries"),
        (with("callbackUrl", json!("https://example.com")), "callbackUrl"),
        (with("priority", json!("urgent")), "priority"),
        (with("state", json!("completed")), "state"),
        (with("samples", json!({})), "samples"),
        (with("samples", json!([{}])), "samples[0].payload"),
        (with("samples", json!([{"payload": 1, "nmae": "x"}])), "samples[0].nmae"),
        (with("samples", json!([{"payload": 1, "name": "a/b"}])), "samples[0].name"),
        (
            with("samples", json!([{"payload": 1, "name": "a"}, {"payload": 1, "name": "a"}])),
            "samples[1].name",
        ),
        (with("samples", json!([{"http": [{"method": "GET"}]}])), "samples[0].http[0]"),
        (
            with("samples", json!([{"payload": 1, "connection": {"token": "x"}}])),
            "samples[0].connection.token",
        ),
        (with("samples", json!([{"payload": {"a": ["x\0"]}}])), "samples[0].payload.a[0]"),
        (with("documents", json!([{"name": "a"}])), "documents[0].content"),
        (
            with("documents", json!([{"name": "a", "content": ""}, {"name": "a", "content": ""}])),
            "documents[1].name",
        ),
        (
            with("documents", json!([{"name": "a", "content": "", "url": "https://a.example"}])),
            "documents[0].url",
        ),
    ] {
        assert_eq!(refused(body.clone()).await.0, field, "{body}");
    }
}

#[tokio::test]
async fn an_unknown_topic_is_told_which_there_are() {
    let (_, message) = refused(json!({"provider": "square", "topic": "menus"})).await;
    assert!(message.contains("sync_products") && message.contains("snooze_items"), "{message}");
}

async fn digest_of(key: &str, body: &str) -> Idempotency {
    let (send_seen, seen) = std::sync::mpsc::channel();
    let below = accepting(move |_, idempotency| {
        send_seen.send(idempotency.cloned().unwrap()).unwrap();
    });
    let request = request("POST", &path())
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(body.to_owned().into())
        .unwrap();
    assert_eq!(send(below.router(WRITE), request).await.status, StatusCode::OK);
    seen.recv().unwrap()
}

#[tokio::test]
async fn the_same_request_has_the_same_digest_and_another_has_not() {
    let first = digest_of("k1", r#"{"provider":"square","topic":"sync_products"}"#).await;
    assert_eq!((first.owner.as_str(), first.key.as_str()), ("abcDEF12", "k1"));
    let same = digest_of("k1", r#"{ "topic": "sync_products", "provider": "square" }"#).await;
    assert_eq!(first, same);
    // What is said of priority where nothing need be said changes nothing.
    let normal =
        digest_of("k1", r#"{"provider":"square","topic":"sync_products","priority":"normal"}"#);
    assert_eq!(first, normal.await);
    let other = digest_of("k1", r#"{"provider":"toast","topic":"sync_products"}"#).await;
    assert_ne!(first.request_hash, other.request_hash);
}

#[tokio::test]
async fn a_repeated_request_gives_the_same_job_and_another_one_a_409() {
    let body = json!({"provider": "square", "topic": "sync_products"});
    let mut below = Below::default();
    below
        .jobs
        .expect_create()
        .returning(|_, _, _| Ok(Created { id: JobId::new(7).unwrap(), replayed: true }));
    let answer = send(below.router(WRITE), post(&path(), &body)).await.json();
    assert_eq!((&answer["jobId"], &answer["code"]), (&json!(7), &json!(200)));
    let mut below = Below::default();
    below.jobs.expect_create().returning(|_, _, _| Err(StoreError::IdempotencyMismatch));
    send(below.router(WRITE), post(&path(), &body)).await.error(409);
}

#[tokio::test]
async fn an_idempotency_key_is_one_short_printable_text() {
    let long = "k".repeat(256);
    for keys in [vec![""], vec![long.as_str()], vec!["ü"], vec!["a", "b"]] {
        let mut request = request("POST", &path()).header("content-type", "application/json");
        for key in &keys {
            request = request.header("idempotency-key", *key);
        }
        let request = request.body("{}".into()).unwrap();
        let answer = send(Below::default().router(WRITE), request).await;
        assert_eq!(answer.error(400).0, "Idempotency-Key", "{keys:?}");
    }
}
