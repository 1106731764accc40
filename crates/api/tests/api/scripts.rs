use std::time::Duration;

use domain::{Scope, ScriptStatus, Topic};
use http::StatusCode;
use mockall::predicate::eq;
use sandbox::{MockScriptSession, RunError, RunReport};
use serde_json::json;
use store::{Page, PageRequest, ScriptFilter};

use crate::support::{Below, SCRIPTS, get, post, request, script, send};

const ADMIN: &[Scope] = &[Scope::Admin];

fn holding(status: ScriptStatus) -> Below {
    let mut below = Below::default();
    below.scripts.expect_get().returning(move |id| Ok((id.get() == 3).then(|| script(status))));
    below
}

#[tokio::test]
async fn a_script_is_shown_with_all_that_led_to_it() {
    let answer =
        send(holding(ScriptStatus::Candidate).router(ADMIN), get(&format!("{SCRIPTS}/3"))).await;
    assert_eq!(answer.header("vary"), "Accept");
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn a_caller_that_asks_for_javascript_gets_the_source_alone() {
    let with = |accept: &str| {
        let get = request("GET", &format!("{SCRIPTS}/3")).header("accept", accept);
        send(holding(ScriptStatus::Candidate).router(ADMIN), get.body("".into()).unwrap())
    };
    for accept in ["text/javascript", "text/javascript;q=0.9, */*;q=0.1", "application/javascript"]
    {
        let answer = with(accept).await;
        assert!(answer.header("content-type").starts_with("text/javascript"), "{accept}");
        assert!(answer.text.starts_with("function transform"), "{accept}");
    }
    for accept in ["*/*", "application/json", "text/html"] {
        assert_eq!(with(accept).await.json()["script"]["id"], 3, "{accept}");
    }
}

#[tokio::test]
async fn an_id_without_a_script_is_a_404() {
    for path in ["4", "0", "x", "03", "4/run", "x/activate"] {
        let path = format!("{SCRIPTS}/{path}");
        let request = if path.contains("run") || path.contains("activate") {
            post(&path, &json!({}))
        } else {
            get(&path)
        };
        send(holding(ScriptStatus::Active).router(ADMIN), request).await.error(404);
    }
}

#[tokio::test]
async fn a_list_is_narrowed_and_paged() {
    let mut below = Below::default();
    let filter = ScriptFilter {
        provider: Some("my-till".parse().unwrap()),
        topic: Some(Topic::SyncProducts),
        status: Some(ScriptStatus::Active),
    };
    let page = PageRequest { before: Some(4), limit: 100 };
    below
        .scripts
        .expect_list()
        .with(eq(filter), eq(page))
        .returning(|_, _| Ok(Page { items: vec![script(ScriptStatus::Active)], next: Some(3) }));
    let query = "provider=my-till&topic=sync_products&status=active&limit=100&cursor=4";
    let answer = send(below.router(ADMIN), get(&format!("{SCRIPTS}?{query}"))).await;
    insta::assert_json_snapshot!(answer.json());
    let answer = send(Below::default().router(ADMIN), get(&format!("{SCRIPTS}?status=done"))).await;
    assert_eq!(answer.error(400).0, "status");
}

#[tokio::test]
async fn a_diff_names_what_it_is_against() {
    let mut below = holding(ScriptStatus::Candidate);
    below.scripts.expect_active().returning(|_, _| Ok(None));
    let answer = send(below.router(ADMIN), get(&format!("{SCRIPTS}/3/diff"))).await.json();
    assert_eq!(answer["diff"]["against"], 0);
    assert!(answer["diff"]["unified"].as_str().unwrap().contains("+function transform"));
    let same = send(
        holding(ScriptStatus::Candidate).router(ADMIN),
        get(&format!("{SCRIPTS}/3/diff?against=3")),
    )
    .await;
    assert_eq!(same.json()["diff"], json!({"against": 3, "unified": ""}));
    let bad = get(&format!("{SCRIPTS}/3/diff?against=x"));
    let answer = send(holding(ScriptStatus::Candidate).router(ADMIN), bad).await;
    assert_eq!(answer.error(400).0, "against");
}

fn upload_body(draft: bool) -> serde_json::Value {
    json!({"provider": "my-till", "topic": "sync_products", "draft": draft,
        "source": "function transform(input) { return {products: []}; }"})
}

#[tokio::test]
async fn a_draft_is_saved_untested() {
    let mut below = Below::default();
    below.knowledge.expect_samples().returning(|_, _| Ok(Vec::new()));
    below.scripts.expect_insert().times(1).returning(|new, _| {
        assert!(new.author.is_none() && new.test_results.is_empty());
        let mut saved = script(ScriptStatus::Candidate);
        saved.content = new;
        Ok(saved)
    });
    let answer = send(below.router(ADMIN), post(SCRIPTS, &upload_body(true))).await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!((&body["scriptId"], &body["script"]["author"]), (&json!(3), &json!("")));
    assert_eq!(body["script"]["jobId"], 0);
}

#[tokio::test]
async fn a_script_without_source_or_sample_is_refused() {
    let mut below = Below::default();
    below.knowledge.expect_samples().returning(|_, _| Ok(Vec::new()));
    let answer = send(below.router(ADMIN), post(SCRIPTS, &upload_body(false))).await;
    assert_eq!(answer.error(400).0, "samples");
    let mut blank = upload_body(true);
    blank["source"] = json!(" ");
    let answer = send(Below::default().router(ADMIN), post(SCRIPTS, &blank)).await;
    assert_eq!(answer.error(400).0, "source");
}

#[tokio::test]
async fn a_script_that_does_not_pass_is_a_422() {
    let mut below = Below::default();
    below.knowledge.expect_samples().returning(|_, _| Ok(Vec::new()));
    below.runner.expect_open().returning(|_, _| {
        let mut session = MockScriptSession::new();
        session.expect_run_text().returning(|_, _| {
            Ok(RunReport {
                outcome: Err(RunError::NoTransform),
                logs: Vec::new(),
                http_calls: Vec::new(),
                duration: Duration::ZERO,
            })
        });
        Ok(Box::new(session))
    });
    let mut body = upload_body(false);
    body["samples"] = json!([{"payload": {"items": []}}]);
    let answer = send(below.router(ADMIN), post(SCRIPTS, &body)).await;
    let (field, message) = answer.error(422);
    assert_eq!(
        (field.as_str(), message.as_str()),
        ("source", "the script does not pass its tests")
    );
}
