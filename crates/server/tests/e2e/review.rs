//! From a candidate to the script in use and back, under the rules of the review, with all of it in the
//! audit.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, TestDatabase, create_key, plain_catalogue, plain_request};

const SCRIPTS: &str = "/api/v1/adapter-scripts";
const SAMPLE: &str = "/api/v1/knowledge/my-till/sync_products/samples/menu.json";

/// Keeps a sample with the output that is wanted for it.
async fn keep_sample(server: &Server, expected: &Value) {
    let sample = json!({"payload": plain_catalogue(1), "expected": expected});
    let (status, answer) = server.call(Method::PUT, SAMPLE, Some(&sample)).await;
    assert_eq!(status, 200, "{answer}");
}

fn wanted(price: f64) -> Value {
    json!({"products": [{"itemCode": "itm_1", "name": "Dish 1", "description": "Freshly made",
        "price": price}]})
}

/// Saves a script that gives one product, whatever comes.
async fn save(server: &Server, price: f64) -> i64 {
    let source = format!("function transform() {{ return {}; }}", wanted(price));
    let upload = json!({"provider": "my-till", "topic": "sync_products", "source": source,
        "draft": true});
    let (status, answer) = server.post(SCRIPTS, &upload).await;
    assert_eq!(status, 200, "{answer}");
    answer["scriptId"].as_i64().unwrap()
}

async fn act(server: &Server, script: i64, action: &str, body: Value) -> (u16, Value) {
    server.post(&format!("{SCRIPTS}/{script}/{action}"), &body).await
}

async fn status_of(server: &Server, script: i64) -> Value {
    server.get(&format!("{SCRIPTS}/{script}")).await.1["script"]["status"].clone()
}

#[tokio::test]
async fn a_script_is_held_against_what_is_known_when_it_comes_into_use() {
    for database in TestDatabase::every().await {
        let server = Server::start(&database, None, &[]);
        let id = server.generate(&plain_request("my-till", 1)).await;
        let first = server.job_at_rest(id).await["resultScriptId"].as_i64().unwrap();
        assert_eq!(act(&server, first, "activate", json!({})).await.0, 200);

        // The vendor's prices went up; the script of the job still reads them right.
        keep_sample(&server, &wanted(2.75)).await;
        let second = save(&server, 3.0).await;
        let (status, answer) = act(&server, second, "activate", json!({})).await;
        assert_eq!((status, &answer["error"]["field"]), (422, &json!("force")), "{answer}");
        let details = answer["error"]["details"].as_str().unwrap();
        for part in ["menu.json", "price", "2.75", "3"] {
            assert!(details.contains(part), "{details}");
        }
        let (status, answer) = act(&server, second, "activate", json!({"force": true})).await;
        assert_eq!((status, &answer["error"]["field"]), (400, &json!("reason")), "{answer}");
        assert_eq!(status_of(&server, first).await, "active");

        let forced = json!({"force": true, "reason": "the sample is of last year"});
        assert_eq!(act(&server, second, "activate", forced).await.0, 200);
        assert_eq!(status_of(&server, first).await, "deprecated");
        let because = json!({"reason": "the prices were right before"});
        let (status, answer) = act(&server, second, "rollback", because.clone()).await;
        assert_eq!((status, &answer["script"]["id"]), (200, &json!(first)), "{answer}");
        assert_eq!(status_of(&server, second).await, "deprecated");
        let (status, answer) = act(&server, first, "rollback", because).await;
        assert_eq!(status, 409, "{answer}");
        let done = json!({"reason": "never right"});
        assert_eq!(act(&server, second, "archive", done).await.0, 200);

        // What went out of use passed once; it comes back only if it passes today.
        let third = save(&server, 2.75).await;
        assert_eq!(act(&server, third, "activate", json!({})).await.0, 200);
        keep_sample(&server, &wanted(9.5)).await;
        let (status, answer) = act(&server, third, "rollback", json!({"reason": "x"})).await;
        assert_eq!(status, 422, "{answer}");
        assert_eq!(status_of(&server, third).await, "active");
        let by_force = json!({"reason": "x", "force": true});
        assert_eq!(act(&server, third, "rollback", by_force).await.0, 200);
        assert_eq!(status_of(&server, first).await, "active");

        let told = audit(&server, "").await;
        let wanted = [
            (
                "script.rolled_back",
                third,
                "x",
                format!("back to script {first}; forced; sample menu.json"),
            ),
            ("script.activated", third, "", format!("version 3; in place of script {first}")),
            ("script.saved", third, "", "version 3".to_owned()),
            ("script.archived", second, "never right", String::new()),
            (
                "script.rolled_back",
                second,
                "the prices were right before",
                format!("back to script {first}"),
            ),
            (
                "script.forced",
                second,
                "the sample is of last year",
                "version 2; sample menu.json".to_owned(),
            ),
            ("script.saved", second, "", "version 2".to_owned()),
            ("script.activated", first, "", "version 1".to_owned()),
            ("job.started", id, "", String::new()),
        ];
        let reviews: Vec<&Value> = told
            .iter()
            .filter(|entry| !["knowledge.added", "key.created"].contains(&word(entry, "action")))
            .collect();
        assert_eq!(reviews.len(), wanted.len(), "{reviews:#?}");
        for (entry, (action, subject, reason, details)) in reviews.iter().zip(&wanted) {
            assert_eq!((word(entry, "action"), word(entry, "reason")), (*action, *reason));
            assert_eq!(word(entry, "subject"), subject.to_string(), "{entry:#}");
            assert!(word(entry, "details").starts_with(details.as_str()), "{entry:#}");
            assert_eq!(
                (word(entry, "actor"), word(entry, "topic")),
                ("first key", "sync_products")
            );
        }
        let made = told.last().unwrap();
        assert_eq!((word(made, "actor"), word(made, "action")), ("(server)", "key.created"));
        assert!(!format!("{told:?}").contains(&server.key), "the audit names keys and holds none");
        assert_eq!(audit(&server, "&action=knowledge.added").await.len(), 2);
        assert_eq!(audit(&server, "&provider=other").await.len(), 0);
        drop(server);
        database.remove().await;
    }
}

fn word<'v>(entry: &'v Value, field: &str) -> &'v str {
    entry[field].as_str().unwrap()
}

/// The acts that the query leaves, page by page, newest first.
async fn audit(server: &Server, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/audit?limit=2&cursor={cursor}{query}");
        let (status, answer) = server.get(&path).await;
        assert_eq!(status, 200, "{answer}");
        all.extend(answer["entries"].as_array().unwrap().iter().cloned());
        answer["nextCursor"].as_str().unwrap().clone_into(&mut cursor);
        if cursor.is_empty() {
            return all;
        }
    }
}

#[tokio::test]
async fn with_four_eyes_whoever_started_it_does_not_take_it_into_use() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[("FORGE__REVIEW__FOUR_EYES", "true")]);
    let author = create_key(&database, "author", &["jobs:read", "jobs:write", "scripts:review"]);
    let twin = create_key(&database, "author", &["admin"]);
    let reviewer = create_key(&database, "reviewer", &["scripts:review"]);
    let generate = format!("{SCRIPTS}/generate");
    let (_, answer) = server.post_as(&author, &generate, &plain_request("my-till", 1)).await;
    let job = server.job_at_rest(answer["jobId"].as_i64().unwrap()).await;
    let script = job["resultScriptId"].as_i64().unwrap();
    let activate = format!("{SCRIPTS}/{script}/activate");
    let forced = json!({"force": true, "reason": "it is urgent"});
    for key in [&author, &twin] {
        for body in [&json!({}), &forced] {
            let (status, answer) = server.post_as(key, &activate, body).await;
            assert_eq!(status, 403, "{answer}");
            assert!(answer["error"]["message"].as_str().unwrap().contains("four_eyes"), "{answer}");
        }
    }
    let (status, answer) = server.post_as(&reviewer, &activate, &json!({})).await;
    assert_eq!((status, &answer["script"]["startedBy"]), (200, &json!("author")), "{answer}");

    // The reviewer sees who did what; a key without the scope does not.
    let (status, answer) = server.get_as(&reviewer, "/api/v1/audit?action=script.activated").await;
    assert_eq!((status, word(&answer["entries"][0], "actor")), (200, "reviewer"), "{answer}");
    let reader = create_key(&database, "reader", &["jobs:read", "jobs:write"]);
    let (status, answer) = server.get_as(&reader, "/api/v1/audit").await;
    assert_eq!(status, 403, "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("scripts:review"), "{answer}");
}
