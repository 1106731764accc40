use domain::{AuditAction, Scope, Script, ScriptStatus};
use http::StatusCode;
use serde_json::json;
use store::StatusChange;

use crate::support::{Below, SCRIPTS, attempt, post, request, script, send, with_json};

const REVIEWER: &[Scope] = &[Scope::ScriptsReview];

fn holding(script: &Script) -> Below {
    let mut below = Below::default();
    let known = script.clone();
    below.scripts.expect_get().returning(move |_| Ok(Some(known.clone())));
    below.knowledge.expect_samples().returning(|_, _| Ok(Vec::new()));
    below
}

/// A below that takes one change, which must be as `check` says.
fn taking(script: &Script, check: fn(&StatusChange)) -> Below {
    let mut below = holding(script);
    let known = script.clone();
    below.scripts.expect_set_status().times(1).returning(move |change| {
        check(&change);
        Ok(Script { status: change.to, ..known.clone() })
    });
    below
}

fn path(action: &str) -> String {
    format!("{SCRIPTS}/3/{action}")
}

#[tokio::test]
async fn a_review_moves_a_script_or_says_why_not() {
    for (from, action, to) in [
        (ScriptStatus::Candidate, "activate", ScriptStatus::Active),
        (ScriptStatus::Active, "deprecate", ScriptStatus::Deprecated),
        (ScriptStatus::Deprecated, "archive", ScriptStatus::Archived),
    ] {
        // Nothing needs to be said with it: not a word, an empty object, or null for a reason.
        let bare = request("POST", &path(action)).body("".into()).unwrap();
        for request in
            [bare, post(&path(action), &json!({})), post(&path(action), &json!({"reason": null}))]
        {
            let below = taking(&script(from), |change| {
                assert_eq!(
                    (change.act.actor.as_str(), change.act.reason.as_str()),
                    ("till team", "")
                );
            });
            let answer = send(below.router(REVIEWER), request).await.json();
            assert_eq!(answer["script"]["status"], to.as_str());
        }
    }
    let request = post(&path("archive"), &json!({}));
    let answer = send(holding(&script(ScriptStatus::Active)).router(REVIEWER), request).await;
    assert!(answer.error(409).1.contains("deprecate it first"));
}

#[tokio::test]
async fn the_reason_of_a_reviewer_is_written_down() {
    let because = json!({"reason": "the vendor closed"});
    let below = taking(&script(ScriptStatus::Active), |change| {
        assert_eq!(change.act.action, AuditAction::ScriptDeprecated);
        assert_eq!(change.act.reason, "the vendor closed");
    });
    let answer = send(below.router(REVIEWER), post(&path("deprecate"), &because)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn a_script_that_does_not_pass_is_forced_with_a_reason_or_not_at_all() {
    let mut draft = script(ScriptStatus::Candidate);
    draft.content.test_results = vec![attempt(false)];
    let answer = send(holding(&draft).router(REVIEWER), post(&path("activate"), &json!({}))).await;
    let (field, message) = answer.error(422);
    assert_eq!(field, "force");
    assert!(message.contains("\"force\": true") && message.contains("reason"), "{message}");
    assert_eq!(answer.json()["error"]["details"], "menu: products[0].price is missing");

    let request = post(&path("activate"), &json!({"force": true}));
    let answer = send(holding(&draft).router(REVIEWER), request).await;
    assert_eq!(answer.error(400).0, "reason");

    let below = taking(&draft, |change| {
        assert_eq!(change.act.action, AuditAction::ScriptForced);
        assert!(change.act.details.contains("products[0].price"), "{}", change.act.details);
    });
    let forced = json!({"force": true, "reason": "the vendor sends no prices any more"});
    let answer = send(below.router(REVIEWER), post(&path("activate"), &forced)).await.json();
    assert_eq!(answer["script"]["status"], "active");
}

#[tokio::test]
async fn a_roll_back_answers_with_the_script_that_is_in_use_again() {
    let mut below = holding(&script(ScriptStatus::Active));
    let mut before = script(ScriptStatus::Deprecated);
    (before.id, before.version) = (domain::ScriptId::new(2).unwrap(), 1);
    let found = before.clone();
    below.scripts.expect_before().returning(move |_| Ok(Some(found.clone())));
    below.scripts.expect_set_status().times(1).returning(move |change| {
        assert_eq!((change.id.get(), change.in_place_of.unwrap().get()), (2, 3));
        assert_eq!(change.act.reason, "prices were wrong");
        Ok(Script { status: change.to, ..before.clone() })
    });
    let because = json!({"reason": "prices were wrong"});
    let answer = send(below.router(REVIEWER), post(&path("rollback"), &because)).await.json();
    assert_eq!(
        (&answer["script"]["id"], &answer["script"]["status"]),
        (&json!(2), &json!("active"))
    );
}

#[tokio::test]
async fn a_roll_back_without_a_reason_or_a_script_before_it_is_refused() {
    for (body, field) in [(json!({}), "reason"), (json!({"reason": " "}), "reason")] {
        let below = holding(&script(ScriptStatus::Active));
        let answer = send(below.router(REVIEWER), post(&path("rollback"), &body)).await;
        let (named, message) = answer.error(400);
        assert_eq!(named, field, "{message}");
    }
    let mut below = holding(&script(ScriptStatus::Active));
    below.scripts.expect_before().returning(|_| Ok(None));
    let request = post(&path("rollback"), &json!({"reason": "prices were wrong"}));
    let (_, message) = send(below.router(REVIEWER), request).await.error(409);
    assert!(message.contains("nothing to go back to"), "{message}");
}

#[tokio::test]
async fn a_body_that_is_there_must_be_right() {
    for (body, field) in
        [(r#"{"forced": true}"#, "forced"), (r#"{"reason": ""}"#, "reason"), ("[]", ""), ("{", "")]
    {
        let below = holding(&script(ScriptStatus::Candidate));
        let answer = send(below.router(REVIEWER), with_json("POST", &path("activate"), body)).await;
        assert_eq!(answer.error(400).0, field, "{body}");
    }
    let plain = request("POST", &path("activate")).header("content-type", "text/plain");
    let plain = plain.body("force".into()).unwrap();
    let below = holding(&script(ScriptStatus::Candidate));
    send(below.router(REVIEWER), plain).await.error(415);
}
