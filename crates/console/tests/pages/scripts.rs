//! The page on which scripts are reviewed.

use domain::{
    Act, Actor, AuditAction, AuditEntry, HttpMethod, Sample, Scope, ScriptStatus, Timestamp,
};
use sandbox::{HttpCallRecord, MockScriptSession, RunReport};
use serde_json::{Value, json};
use store::Page;

use crate::support::*;

const SOURCE: &str = "function transform(input) { return {products: []}; }";

fn sample(value: Value) -> Sample {
    serde_json::from_value(value).unwrap()
}

fn below(scopes: &[Scope], status: ScriptStatus, source: &str, samples: Vec<Sample>) -> Below {
    let mut below = Below::with(scopes);
    let shown = script(status, source);
    let (one, all) = (shown.clone(), shown);
    below.scripts.expect_get().returning(move |_| Ok(Some(one.clone())));
    below.scripts.expect_active().returning(|_, _| Ok(None));
    below
        .scripts
        .expect_list()
        .returning(move |_, _| Ok(Page { items: vec![all.clone()], next: None }));
    below.knowledge.expect_samples().returning(move |_, _| Ok(samples.clone()));
    below.drift.expect_list().returning(|_, _| Ok(Page { items: Vec::new(), next: None }));
    below
}

#[tokio::test]
async fn a_reviewer_is_offered_what_the_status_allows_and_nobody_else_is() {
    let offered = |answer: &Answer| {
        ["activate", "rollback", "deprecate", "archive"]
            .into_iter()
            .filter(|action| answer.text.contains(&format!("name=\"action\" value=\"{action}\"")))
            .collect::<Vec<_>>()
    };
    for (status, wanted) in [
        (ScriptStatus::Candidate, vec!["activate", "archive"]),
        (ScriptStatus::Active, vec!["deprecate"]),
        (ScriptStatus::Archived, vec![]),
    ] {
        let reviewer = [Scope::JobsRead, Scope::ScriptsReview];
        let page = below(&reviewer, status, SOURCE, vec![]).router();
        let answer = send(page, get("/scripts/3")).await;
        assert_eq!(offered(&answer), wanted, "{status}");
        assert!(!answer.text.contains("name=\"force\""), "nobody is invited to force");
        let page = below(&[Scope::JobsRead], status, SOURCE, vec![]).router();
        assert_eq!(offered(&send(page, get("/scripts/3")).await), [""; 0]);
    }
}

#[tokio::test]
async fn a_roll_back_is_offered_where_an_older_one_was_in_use() {
    let mut below = Below::with(&[Scope::Admin]);
    let mut before = script(ScriptStatus::Deprecated, SOURCE);
    before.version = 1;
    below.scripts.expect_get().returning(|_| Ok(Some(script(ScriptStatus::Active, SOURCE))));
    below.scripts.expect_active().returning(|_, _| Ok(None));
    below.scripts.expect_list().returning(move |_, _| {
        let items = vec![script(ScriptStatus::Active, SOURCE), before.clone()];
        Ok(Page { items, next: None })
    });
    below.knowledge.expect_samples().returning(|_, _| Ok(Vec::new()));
    below.drift.expect_list().returning(|_, _| Ok(Page { items: Vec::new(), next: None }));
    let answer = send(below.router(), get("/scripts/3")).await;
    assert!(answer.text.contains("value=\"rollback\""), "{}", answer.text);
}

#[tokio::test]
async fn a_script_is_shown_as_text_with_the_places_of_its_fields() {
    let source =
        format!("// {HOSTILE}\nconst x = {{\n  // items[].title\n  name: item.title,\n}};");
    let sample = sample(json!({"name": "menu.json", "payload": {"items": [{"title": HOSTILE}]}}));
    let page = below(&[Scope::Admin], ScriptStatus::Candidate, &source, vec![sample]).router();
    let answer = send(page, get("/scripts/3")).await;
    answer.shows_hostile_text();
    assert!(answer.text.contains("data-field=\"products[].name\" data-lines=\"3 4\""));
    assert!(answer.text.contains("data-paths=\"items[].title\""));
}

#[tokio::test]
async fn a_decision_is_carried_out_in_the_name_of_the_key_and_with_its_reason() {
    let mut ok = below(&[Scope::ScriptsReview], ScriptStatus::Candidate, SOURCE, vec![]);
    ok.scripts
        .expect_set_status()
        .withf(|change| {
            (change.from, change.to) == (ScriptStatus::Candidate, ScriptStatus::Active)
                && (change.act.actor.as_str(), change.act.reason.as_str())
                    == ("till team", "new menu")
        })
        .times(1)
        .returning(|change| Ok(script(change.to, SOURCE)));
    let form = post("/scripts/3/review", "action=activate&reason=new+menu");
    let answer = send(ok.router(), form).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/scripts/3?now=active"));
}

#[tokio::test]
async fn a_refusal_is_told_on_the_page_and_what_was_typed_is_kept() {
    let refused = below(&[Scope::Admin], ScriptStatus::Archived, SOURCE, vec![]).router();
    let answer = send(refused, post("/scripts/3/review", "action=activate")).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("the script is archived"), "{}", answer.text);
    for fields in ["action=delete", "action=rollback", "action=activate&reason=%07"] {
        let page = below(&[Scope::Admin], ScriptStatus::Active, SOURCE, vec![]).router();
        let answer = send(page, post("/scripts/3/review", fields)).await;
        assert_eq!(answer.status, 400, "{fields}");
    }
}

#[tokio::test]
async fn a_script_that_does_not_pass_can_be_forced_once_that_is_known() {
    let mut failing = Below::with(&[Scope::Admin]);
    let mut shown = script(ScriptStatus::Candidate, SOURCE);
    shown.content.test_results = vec![attempt(false, "sample menu: products[0].price: missing")];
    let (one, all) = (shown.clone(), shown);
    failing.scripts.expect_get().returning(move |_| Ok(Some(one.clone())));
    failing.scripts.expect_active().returning(|_, _| Ok(None));
    failing
        .scripts
        .expect_list()
        .returning(move |_, _| Ok(Page { items: vec![all.clone()], next: None }));
    failing.knowledge.expect_samples().returning(|_, _| Ok(Vec::new()));
    let form = post("/scripts/3/review", "action=activate&reason=because");
    let answer = send(failing.router(), form).await;
    assert_eq!(answer.status, 422);
    for part in ["products[0].price: missing", "name=\"force\"", "value=\"because\""] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
}

#[tokio::test]
async fn the_audit_is_for_reviewers_and_leads_to_what_it_is_about() {
    let mut below = Below::with(&[Scope::ScriptsReview]);
    below
        .audit
        .expect_list()
        .withf(|filter, _| {
            filter.actor == Some(Actor::named("till team")) && filter.action.is_none()
        })
        .times(1)
        .returning(|_, _| {
            let act =
                Act::new(&Actor::named(HOSTILE), AuditAction::ScriptForced, Timestamp::UNIX_EPOCH);
            Ok(Page {
                items: vec![AuditEntry { id: 1, act: act.on(3).noting(HOSTILE) }],
                next: Some(1),
            })
        });
    let answer = send(below.router(), get("/audit?actor=till+team&action=x")).await;
    answer.shows_hostile_text();
    assert!(answer.text.contains("<a href=\"/scripts/3\">3</a>"), "{}", answer.text);
    assert!(answer.text.contains("/audit?actor=till+team&#38;action=&#38;"), "{}", answer.text);
    let reader = send(Below::with(&[Scope::JobsRead]).router(), get("/audit")).await;
    assert_eq!(reader.status, 403);
}

#[tokio::test]
async fn input_and_output_stand_side_by_side_with_what_differs_from_what_is_wanted() {
    let given = sample(json!({
        "name": "menu.json",
        "payload": {"items": [HOSTILE]},
        "connection": {"apiKey": "key-123456"},
        "expected": {"products": [{"itemCode": "1", "name": "Tea", "price": 4.5}]},
    }));
    let mut below = below(&[Scope::JobsRead], ScriptStatus::Candidate, SOURCE, vec![given]);
    below.runner.expect_open().returning(|_, _| {
        let mut session = MockScriptSession::new();
        session.expect_run().returning(|_, _| {
            let output = json!({"products": [{"itemCode": "1", "price": 450, "x": "key-123456"}]});
            Ok(RunReport {
                outcome: Ok(output),
                logs: vec!["with key-123456".to_owned()],
                http_calls: Vec::new(),
                duration: std::time::Duration::ZERO,
            })
        });
        Ok(Box::new(session))
    });
    let answer = send(below.router(), get("/scripts/3/samples/menu.json")).await;
    answer.shows_hostile_text();
    for part in [
        "class=\"line changed\" data-path=\"products[].price\"",
        "class=\"line missing\" data-path=\"products[].name\"",
        "class=\"line extra\" data-path=\"products[].x\"",
        "<span class=\"note\">4.5</span>",
    ] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
    assert!(!answer.text.contains("key-123456"));
    assert!(answer.text.contains("[credential]"));
}

#[tokio::test]
async fn a_dry_run_of_a_script_that_makes_calls_gets_their_answers_and_shows_them() {
    let mut below = below(&[Scope::JobsWrite], ScriptStatus::Candidate, SOURCE, vec![]);
    below.runner.expect_open().times(1).returning(|_, _| {
        let mut session = MockScriptSession::new();
        session
            .expect_run()
            .withf(|input, _| {
                input.connection.base_url == "https://api.vendor.example"
                    && input.payload.as_ref() == &Value::Null
            })
            .returning(|_, _| {
                let url = format!("https://api.vendor.example/v1/items?q={HOSTILE}");
                let call = HttpCallRecord { method: HttpMethod::Get, url, status_code: 204 };
                Ok(RunReport {
                    outcome: Ok(json!({"products": []})),
                    logs: Vec::new(),
                    http_calls: vec![call],
                    duration: std::time::Duration::ZERO,
                })
            });
        Ok(Box::new(session))
    });
    let fields = "payload=&http=[{\"url\":\"/v1/items\"}]\
                  &connection={\"baseUrl\":\"https://api.vendor.example\"}";
    let answer = send(below.router(), post("/scripts/3/try", fields)).await;
    answer.shows_hostile_text();
    for part in ["HTTP calls that it made", "<strong>GET</strong>", "</span> 204"] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
    assert!(
        answer.text.contains("<details class=\"calls\" open>"),
        "what was pasted stays in sight"
    );
}

#[tokio::test]
async fn a_dry_run_that_cannot_be_is_told_beside_the_form_and_nothing_is_lost() {
    let page = self::below(&[Scope::JobsWrite], ScriptStatus::Candidate, SOURCE, vec![]).router();
    let fields = "payload={\"a\":1}&http=[{\"body\":1}]";
    let answer = send(page, post("/scripts/3/try", fields)).await;
    assert_eq!(answer.status, 400);
    for part in ["The list of HTTP exchanges cannot be read", "{&#34;a&#34;:1}"] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so() {
    for path in [
        "/scripts/0",
        "/scripts/x",
        "/jobs/07",
        "/providers/No",
        "/scripts/3/samples/.x",
        "/drift/x",
    ] {
        let answer = send(Below::with(&[Scope::Admin]).router(), get(path)).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("There is no such page"), "{}", answer.text);
    }
}
