//! A reviewer's decisions: what must hold before a script comes into use, and what is written of it.

use std::sync::{Arc, Mutex};

use domain::{
    Actor, AuditAction, ManualClock, NewScript, Sample, Script, ScriptId, ScriptStatus, Timestamp,
    Topic,
};
use engine::{Activation, EngineError, Scripts};
use sandbox::{Limits, RunError};
use serde_json::json;
use store::{MockKnowledgeRepository, MockScriptRepository, StatusChange, StoreError};

use crate::support::*;

use ScriptStatus::{Active, Archived, Candidate, Deprecated};

/// A script that passed its tests when it was saved, started by "author".
fn script(number: i64, status: ScriptStatus, source: &str) -> Script {
    Script {
        id: ScriptId::new(number).unwrap(),
        version: u32::try_from(number).unwrap(),
        status,
        content: NewScript {
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            source: source.to_owned(),
            author: None,
            job: None,
            started_by: Some(Actor::named("author")),
            provenance: Vec::new(),
            test_results: vec![attempt(true)],
        },
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn attempt(passed: bool) -> domain::Attempt {
    domain::Attempt {
        attempt: 1,
        passed,
        error: if passed { String::new() } else { "menu.json: $.products is missing".to_owned() },
        output_preview: String::new(),
        output_count: 0,
        timestamp: Timestamp::UNIX_EPOCH,
    }
}

/// The changes that were written, in their order.
type Written = Arc<Mutex<Vec<StatusChange>>>;

/// These scripts, of which the first is the one before the others.
fn holding(known: &[Script], written: &Written) -> MockScriptRepository {
    let mut scripts = MockScriptRepository::new();
    let all = known.to_vec();
    scripts.expect_get().returning(move |id| Ok(all.iter().find(|one| one.id == id).cloned()));
    let first = known[0].clone();
    scripts
        .expect_before()
        .returning(move |script| Ok(Some(first.clone()).filter(|first| first.id != script.id)));
    let (all, written) = (known.to_vec(), Arc::clone(written));
    scripts.expect_set_status().returning(move |change| {
        let moved = all.iter().find(|one| one.id == change.id).cloned().unwrap();
        let moved = Script { status: change.to, ..moved };
        written.lock().unwrap().push(change);
        Ok(moved)
    });
    scripts
}

/// Scripts whose source "right" passes and whose every other does not.
fn use_scripts(scripts: MockScriptRepository, samples: Vec<Sample>) -> Scripts {
    use_knowledge(scripts, knowledge(samples))
}

fn use_knowledge(scripts: MockScriptRepository, knowledge: MockKnowledgeRepository) -> Scripts {
    Scripts::new(
        Arc::new(scripts),
        Arc::new(knowledge),
        Arc::new(judging_runner()),
        Limits::TEST,
        tester(judging_runner()),
        Arc::new(ManualClock::default()),
    )
}

fn forced(reason: &str) -> Activation {
    Activation { reason: Some(reason.parse().unwrap()), force: true }
}

fn id(number: i64) -> ScriptId {
    ScriptId::new(number).unwrap()
}

#[tokio::test]
async fn a_script_that_passes_on_the_known_samples_comes_into_use() {
    let written = Written::default();
    let scripts = use_scripts(holding(&[script(5, Candidate, "right")], &written), vec![tea()]);
    let reason = Some("reviewed with the till team".parse().unwrap());
    let activation = Activation { reason, force: false };
    assert_eq!(scripts.activate(&by(), id(5), activation).await.unwrap().status, Active);
    let change = written.lock().unwrap().remove(0);
    assert_eq!((change.from, change.to, change.in_place_of), (Candidate, Active, None));
    assert_eq!(change.tested_on, Some(vec![tea()]));
    assert_eq!((&change.act.actor, change.act.action), (&by(), AuditAction::ScriptActivated));
    assert_eq!(change.act.reason, "reviewed with the till team");
    assert_eq!((change.act.subject.as_str(), change.act.details.as_str()), ("5", "version 5"));
}

#[tokio::test]
async fn a_script_that_no_longer_passes_comes_into_use_by_force_alone() {
    let written = Written::default();
    let known = [script(5, Candidate, "outdated")];
    let scripts = use_scripts(holding(&known, &written), vec![tea()]);
    match scripts.activate(&by(), id(5), Activation::default()).await {
        Err(EngineError::NotPassing { error, .. }) => {
            assert!(error.contains("menu.json") && error.contains("products"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    let silent = Activation { reason: None, force: true };
    let silent = scripts.activate(&by(), id(5), silent).await;
    assert!(matches!(silent, Err(EngineError::Invalid { field, .. }) if field == "reason"));
    assert!(written.lock().unwrap().is_empty());
    scripts.activate(&by(), id(5), forced("the sample is of last year")).await.unwrap();
    let change = written.lock().unwrap().remove(0);
    assert_eq!(change.act.action, AuditAction::ScriptForced);
    assert_eq!(change.act.reason, "the sample is of last year");
    assert!(change.act.details.contains("menu.json"), "{}", change.act.details);
    assert_eq!(change.tested_on, None);
}

#[tokio::test]
async fn force_where_none_is_needed_is_an_activation_like_any() {
    let written = Written::default();
    let scripts = use_scripts(holding(&[script(5, Candidate, "right")], &written), vec![tea()]);
    scripts.activate(&by(), id(5), forced("to be sure")).await.unwrap();
    assert_eq!(written.lock().unwrap()[0].act.action, AuditAction::ScriptActivated);
}

#[tokio::test]
async fn what_failed_or_was_never_tested_does_not_pass_whatever_is_known() {
    for results in [vec![], vec![attempt(true), attempt(false)]] {
        let mut draft = script(5, Candidate, "right");
        draft.content.test_results = results;
        for samples in [vec![], vec![tea()]] {
            let scripts = use_scripts(holding(&[draft.clone()], &Written::default()), samples);
            let refused = scripts.activate(&by(), id(5), Activation::default()).await;
            assert!(matches!(refused, Err(EngineError::NotPassing { .. })), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn where_no_sample_is_known_the_last_test_counts() {
    let written = Written::default();
    let scripts = use_scripts(holding(&[script(5, Candidate, "outdated")], &written), vec![]);
    scripts.activate(&by(), id(5), Activation::default()).await.unwrap();
    assert_eq!(written.lock().unwrap()[0].tested_on, Some(vec![]));
}

#[tokio::test]
async fn samples_that_change_meanwhile_are_tested_too() {
    let mut scripts = MockScriptRepository::new();
    scripts.expect_get().returning(|_| Ok(Some(script(5, Candidate, "right"))));
    scripts.expect_set_status().times(1).returning(|_| Err(StoreError::Conflict));
    scripts.expect_set_status().times(1).returning(|change| {
        assert_eq!(change.tested_on.unwrap().len(), 2);
        Ok(script(5, Active, "right"))
    });
    let mut knowledge = MockKnowledgeRepository::new();
    knowledge.expect_samples().times(1).returning(|_, _| Ok(vec![tea()]));
    knowledge.expect_samples().times(1).returning(|_, _| Ok(vec![tea(), tea()]));
    let scripts = use_knowledge(scripts, knowledge);
    scripts.activate(&by(), id(5), Activation::default()).await.unwrap();
}

#[tokio::test]
async fn an_activation_that_is_always_too_late_is_a_conflict() {
    let mut scripts = MockScriptRepository::new();
    scripts.expect_get().times(3).returning(|_| Ok(Some(script(5, Candidate, "right"))));
    scripts.expect_set_status().times(3).returning(|_| Err(StoreError::Conflict));
    let scripts = use_scripts(scripts, vec![]);
    let late = scripts.activate(&by(), id(5), Activation::default()).await;
    assert!(matches!(late, Err(EngineError::Conflict(_))), "{late:?}");
}

#[tokio::test]
async fn four_eyes_keep_whoever_started_it_from_taking_it_into_use() {
    let written = Written::default();
    let mut old = script(6, Candidate, "right");
    old.content.started_by = None;
    let known = [script(5, Candidate, "right"), old];
    let mut scripts = use_scripts(holding(&known, &written), vec![tea()]);
    let author = Actor::named("author");
    scripts.activate(&author, id(5), Activation::default()).await.unwrap();
    scripts.ask_for_four_eyes();
    for activation in [Activation::default(), forced("I wrote it")] {
        match scripts.activate(&author, id(5), activation).await {
            Err(EngineError::Forbidden(message)) => {
                assert!(
                    message.contains("\"author\"") && message.contains("four_eyes"),
                    "{message}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    let unknown = scripts.activate(&author, id(6), Activation::default()).await;
    assert!(matches!(unknown, Err(EngineError::Forbidden(_))), "{unknown:?}");
    scripts.activate(&by(), id(5), Activation::default()).await.unwrap();
    assert_eq!(written.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_roll_back_takes_the_one_before_into_use_again() {
    let written = Written::default();
    let known = [script(3, Deprecated, "right"), script(5, Active, "right")];
    let scripts = use_scripts(holding(&known, &written), vec![tea()]);
    let reason = || "prices were wrong".parse().unwrap();
    let back = scripts.roll_back(&by(), id(5), reason(), false).await.unwrap();
    assert_eq!((back.id, back.status), (id(3), Active));
    let change = written.lock().unwrap().remove(0);
    assert_eq!((change.id, change.from, change.in_place_of), (id(3), Deprecated, Some(id(5))));
    let act = change.act;
    assert_eq!((act.action, act.subject.as_str()), (AuditAction::ScriptRolledBack, "5"));
    assert_eq!(
        (act.reason.as_str(), act.details.as_str()),
        ("prices were wrong", "back to script 3")
    );
    // The oldest has none before it, and what is not in use cannot be rolled back.
    let only = use_scripts(holding(&[script(3, Active, "right")], &written), vec![]);
    let nothing = only.roll_back(&by(), id(3), reason(), false).await;
    assert!(matches!(nothing, Err(EngineError::Conflict(text)) if text.contains("go back")));
    let idle = use_scripts(holding(&[script(3, Candidate, "right")], &written), vec![]);
    let idle = idle.roll_back(&by(), id(3), reason(), false).await;
    assert!(matches!(idle, Err(EngineError::Conflict(text)) if text.contains("in use")));
}

#[tokio::test]
async fn the_one_before_must_pass_and_be_another_s_as_well() {
    let written = Written::default();
    let known = [script(3, Deprecated, "outdated"), script(5, Active, "right")];
    let reason = || "prices were wrong".parse().unwrap();
    let mut scripts = use_scripts(holding(&known, &written), vec![tea()]);
    let refused = scripts.roll_back(&by(), id(5), reason(), false).await;
    assert!(
        matches!(refused, Err(EngineError::NotPassing { id: failing, .. }) if failing == id(3))
    );
    scripts.roll_back(&by(), id(5), reason(), true).await.unwrap();
    let act = written.lock().unwrap().remove(0).act;
    assert_eq!(act.action, AuditAction::ScriptRolledBack);
    assert!(act.details.contains("forced") && act.details.contains("menu.json"), "{}", act.details);
    scripts.ask_for_four_eyes();
    let own = scripts.roll_back(&Actor::named("author"), id(5), reason(), true).await;
    assert!(matches!(own, Err(EngineError::Forbidden(_))), "{own:?}");
}

#[tokio::test]
async fn a_script_goes_out_of_use_and_away_with_a_reason_or_without() {
    let written = Written::default();
    let known = [script(3, Deprecated, "x"), script(5, Active, "x")];
    let scripts = use_scripts(holding(&known, &written), vec![]);
    let reason = "the vendor closed".parse().unwrap();
    scripts.deprecate(&by(), id(5), Some(&reason)).await.unwrap();
    scripts.archive(&by(), id(3), None).await.unwrap();
    let told: Vec<(ScriptStatus, AuditAction, String)> = written
        .lock()
        .unwrap()
        .drain(..)
        .map(|change| (change.to, change.act.action, change.act.reason))
        .collect();
    assert_eq!(
        told,
        [
            (Deprecated, AuditAction::ScriptDeprecated, "the vendor closed".to_owned()),
            (Archived, AuditAction::ScriptArchived, String::new()),
        ]
    );
    let in_use = scripts.archive(&by(), id(5), None).await;
    assert!(matches!(in_use, Err(EngineError::Conflict(_))), "{in_use:?}");
}

#[tokio::test]
async fn a_script_that_throws_on_a_known_sample_does_not_pass() {
    let throws = || {
        runner(|_, _| {
            let message = "TypeError: no items".to_owned();
            report(Err(RunError::Threw { message, stack: String::new() }))
        })
    };
    let sample = sample(json!({"name": "new.json", "payload": {"entries": []}}));
    let scripts = Scripts::new(
        Arc::new(holding(&[script(5, Candidate, "right")], &Written::default())),
        Arc::new(knowledge(vec![sample])),
        Arc::new(throws()),
        Limits::TEST,
        tester(throws()),
        Arc::new(ManualClock::default()),
    );
    match scripts.activate(&by(), id(5), Activation::default()).await {
        Err(EngineError::NotPassing { error, .. }) => {
            assert!(error.contains("new.json") && error.contains("no items"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}
