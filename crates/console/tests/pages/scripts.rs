//! The page on which scripts are reviewed.

use domain::{Sample, Scope, ScriptStatus};
use sandbox::{MockScriptSession, RunReport};
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
    below
}

#[tokio::test]
async fn a_reviewer_is_offered_what_the_status_allows_and_nobody_else_is() {
    let offered = |answer: &Answer| {
        ["activate", "deprecate", "archive"]
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
        assert_eq!(offered(&send(page, get("/scripts/3")).await), wanted, "{status}");
        let page = below(&[Scope::JobsRead], status, SOURCE, vec![]).router();
        assert_eq!(offered(&send(page, get("/scripts/3")).await), [""; 0]);
    }
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
async fn a_decision_is_carried_out_and_a_refusal_told() {
    let mut ok = below(&[Scope::ScriptsReview], ScriptStatus::Candidate, SOURCE, vec![]);
    ok.scripts
        .expect_set_status()
        .withf(|change| (change.from, change.to) == (ScriptStatus::Candidate, ScriptStatus::Active))
        .times(1)
        .returning(|change| Ok(script(change.to, SOURCE)));
    let answer = send(ok.router(), post("/scripts/3/review", "action=activate")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/scripts/3?now=active"));

    let refused = below(&[Scope::Admin], ScriptStatus::Archived, SOURCE, vec![]).router();
    let answer = send(refused, post("/scripts/3/review", "action=activate")).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("the script is archived"), "{}", answer.text);
    let nonsense = below(&[Scope::Admin], ScriptStatus::Candidate, SOURCE, vec![]).router();
    let answer = send(nonsense, post("/scripts/3/review", "action=delete")).await;
    assert_eq!(answer.status, 400);
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
async fn what_is_not_there_is_a_page_that_says_so() {
    for path in ["/scripts/0", "/scripts/x", "/jobs/07", "/providers/No", "/scripts/3/samples/.x"] {
        let answer = send(Below::with(&[Scope::Admin]).router(), get(path)).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("There is no such page"), "{}", answer.text);
    }
}
