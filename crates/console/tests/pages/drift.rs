//! Failures of scripts in use: where the console shows them, and who may say that they are dealt with.

use domain::{
    Drift, DriftId, DriftKey, DriftKind, DriftStatus, NewDrift, Sample, Scope, ScriptId,
    ScriptStatus, Timestamp, Topic,
};
use serde_json::json;
use store::{OpenDrift, Page, ProviderOverview, ProvidersPage, ScriptsInState};

use crate::support::*;

fn script_id() -> ScriptId {
    ScriptId::new(3).unwrap()
}

fn event(status: DriftStatus) -> Drift {
    Drift {
        id: DriftId::new(5).unwrap(),
        seen: NewDrift {
            key: DriftKey {
                script: script_id(),
                kind: DriftKind::Contract,
                path: "products[].price".to_owned(),
            },
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            owner: None,
            failure: format!("a number was wanted, got {HOSTILE}"),
            reproduced: true,
        },
        status,
        count: 41,
        first_seen: Timestamp::UNIX_EPOCH,
        last_seen: Timestamp::UNIX_EPOCH,
        repair: None,
        resolved_at: None,
        resolved_by: String::new(),
    }
}

fn below(scopes: &[Scope], status: DriftStatus) -> Below {
    let mut below = Below::with(scopes);
    below
        .drift
        .expect_list()
        .withf(|filter, _| filter.script == Some(script_id()))
        .returning(move |_, _| Ok(Page { items: vec![event(status)], next: Some(5) }));
    below.drift.expect_get().returning(move |_| Ok(Some(event(status))));
    below.drift.expect_sample().returning(|_| {
        let sample = json!({"name": "drift-5", "payload": {"items": [{"price": HOSTILE}]}});
        Ok(Some(serde_json::from_value::<Sample>(sample).unwrap()))
    });
    below
}

#[tokio::test]
async fn a_script_in_use_that_breaks_shows_on_the_first_page_and_leads_to_its_failures() {
    let mut below = Below::with(&[Scope::JobsRead]);
    below.overview.checkpoint();
    below.overview.expect_providers().returning(|_, _, _| {
        let topic = Topic::SyncProducts;
        let known = ProviderOverview {
            provider: "my-till".parse().unwrap(),
            scripts: vec![ScriptsInState {
                topic,
                status: ScriptStatus::Active,
                count: 1,
                newest: script_id(),
                version: 2,
            }],
            jobs: Vec::new(),
            drift: vec![OpenDrift { topic, script: script_id(), events: 2 }],
            samples: Vec::new(),
            documents: 0,
            connections: Vec::new(),
        };
        Ok(ProvidersPage { items: vec![known], next: None })
    });
    let answer = send(below.router(), get("/")).await;
    for part in [
        "<a class=\"state drifting\" href=\"/scripts/3\">drifting <span class=\"v\">v2</span></a>",
        "href=\"/drift?status=open&#38;script=3\">2 open failures</a>",
    ] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
}

#[tokio::test]
async fn failures_are_listed_with_what_breaks_and_how_often() {
    let page = below(&[Scope::JobsRead], DriftStatus::Open).router();
    let answer = send(page, get("/drift?status=open&script=3")).await;
    answer.shows_hostile_text();
    for part in ["<code>products[].price</code>", ">41</td>", "href=\"/drift/5\"", "before=5"] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
}

#[tokio::test]
async fn an_event_is_shown_with_the_sample_that_breaks_the_script() {
    let page = below(&[Scope::JobsRead], DriftStatus::Open).router();
    let answer = send(page, get("/drift/5")).await;
    answer.shows_hostile_text();
    assert!(answer.text.contains("href=\"/scripts/3\""), "{}", answer.text);
    assert!(!answer.text.contains("/drift/5/resolve"), "a reader does not decide");
    let page = below(&[Scope::Admin], DriftStatus::Open).router();
    assert!(send(page, get("/drift/5")).await.text.contains("action=\"/drift/5/resolve\""));
    let page = below(&[Scope::Admin], DriftStatus::Resolved).router();
    assert!(!send(page, get("/drift/5")).await.text.contains("/drift/5/resolve"));
}

#[tokio::test]
async fn a_reviewer_says_that_an_event_is_dealt_with() {
    let mut below = below(&[Scope::ScriptsReview], DriftStatus::Resolved);
    below
        .drift
        .expect_resolve()
        .withf(|id, act| id.get() == 5 && act.actor.as_str() == "till team")
        .times(1)
        .returning(|_, _| Ok(true));
    let answer = send(below.router(), post("/drift/5/resolve", "")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/drift/5"));
    let reader = self::below(&[Scope::JobsWrite], DriftStatus::Open);
    assert_eq!(send(reader.router(), post("/drift/5/resolve", "")).await.status, 403);
}

#[tokio::test]
async fn a_script_that_breaks_says_so_to_its_reviewer() {
    let mut below = below(&[Scope::JobsRead], DriftStatus::Open);
    let active = || script(ScriptStatus::Active, "function transform() {}");
    below.scripts.expect_get().returning(move |_| Ok(Some(active())));
    below.scripts.expect_active().returning(move |_, _| Ok(Some(active())));
    below.scripts.expect_list().returning(|_, _| Ok(Page { items: Vec::new(), next: None }));
    below.knowledge.expect_samples().returning(|_, _| Ok(Vec::new()));
    let answer = send(below.router(), get("/scripts/3")).await;
    let link = "It breaks in use. <a href=\"/drift?status=open&#38;script=3\">";
    assert!(answer.text.contains(link), "{}", answer.text);
}
