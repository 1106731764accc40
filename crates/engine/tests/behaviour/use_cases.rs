//! What callers can do.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    ApiKey, AuditAction, Clock as _, Connection, Event, ManualClock, NewJob, Pause, Question,
    Scope, Script, ScriptId, State, Timestamp, Topic,
};
use engine::{DryRun, EngineError, Jobs, Keys, Scripts, Upload};
use sandbox::{Limits, MockScriptRunner};
use serde_json::json;
use store::{MockApiKeyRepository, MockJobRepository, MockScriptRepository, StoreError};
use tokio::time::advance;

use crate::support::*;

fn use_jobs(jobs: MockJobRepository) -> Jobs {
    let authors = vec!["synth".parse().unwrap()];
    Jobs::new(Arc::new(jobs), authors, Arc::new(ManualClock::default()))
}

fn waiting() -> domain::Job {
    after([Event::Started, Event::Asked { question: Question::plain("which?") }])
}

#[tokio::test]
async fn an_unknown_author_and_too_many_retries_are_refused_by_field() {
    let jobs = use_jobs(MockJobRepository::new());
    let unknown = NewJob { author: Some("nobody".parse().unwrap()), ..new_job(1) };
    for (new, wanted) in [(unknown, "author"), (new_job(11), "maxRetries")] {
        match jobs.generate(new, None).await {
            Err(EngineError::Invalid { field, .. }) => assert_eq!(field, wanted),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_is_tried_again_when_a_worker_wrote_in_between() {
    let mut jobs = MockJobRepository::new();
    jobs.expect_get().times(2).returning(|_| Ok(Some(waiting())));
    jobs.expect_amend().times(1).returning(|_, _, _| Err(StoreError::Conflict));
    jobs.expect_amend().times(1).returning(|_, _, _| Ok(()));
    let job = use_jobs(jobs).respond(&by(), a_job().id, "the first").await.unwrap();
    assert_eq!(job.state, State::Queued);
    assert_eq!(job.latest_response(), Some("the first"));
}

#[tokio::test]
async fn only_a_job_that_asks_can_be_answered_and_only_with_words() {
    let mut jobs = MockJobRepository::new();
    jobs.expect_get().returning(|_| Ok(Some(a_job())));
    let jobs = use_jobs(jobs);
    assert!(matches!(jobs.respond(&by(), a_job().id, "x").await, Err(EngineError::Conflict(_))));
    assert!(matches!(jobs.respond(&by(), a_job().id, " ").await, Err(EngineError::Invalid { .. })));
}

#[tokio::test]
async fn a_job_can_be_cancelled_once() {
    assert_eq!(waiting().state, State::Waiting(Pause::Gathering));
    let mut jobs = MockJobRepository::new();
    jobs.expect_get().times(1).returning(|_| Ok(Some(waiting())));
    jobs.expect_get()
        .returning(|_| Ok(Some(after([Event::Cancelled { by: "somebody".to_owned() }]))));
    jobs.expect_amend().times(1).returning(|_, _, act| {
        assert_eq!((act.actor, act.action), (by(), AuditAction::JobCancelled));
        assert_eq!((act.subject.as_str(), act.topic), ("7", Some(Topic::SyncProducts)));
        Ok(())
    });
    let jobs = use_jobs(jobs);
    assert_eq!(jobs.cancel(&by(), a_job().id).await.unwrap().state, State::Failed);
    assert!(matches!(jobs.cancel(&by(), a_job().id).await, Err(EngineError::Conflict(_))));
}

fn saved(new: domain::NewScript) -> Script {
    Script {
        id: ScriptId::new(5).unwrap(),
        version: 1,
        status: domain::ScriptStatus::Candidate,
        content: new,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn use_scripts(
    scripts: MockScriptRepository,
    samples: Vec<domain::Sample>,
    runner: fn() -> MockScriptRunner,
) -> Scripts {
    Scripts::new(
        Arc::new(scripts),
        Arc::new(knowledge(samples)),
        Arc::new(runner()),
        Limits::TEST,
        tester(runner()),
        Arc::new(ManualClock::default()),
    )
}

fn upload(source: &str, draft: bool) -> Upload {
    Upload {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        source: source.to_owned(),
        samples: Vec::new(),
        draft,
    }
}

#[tokio::test]
async fn an_upload_is_saved_when_it_passes_or_is_a_draft() {
    for (source, draft, samples, results) in [
        ("right", false, vec![tea()], vec![true]),
        ("wrong", true, vec![tea()], vec![false]),
        ("right", true, vec![], vec![]),
    ] {
        let mut scripts = MockScriptRepository::new();
        scripts.expect_insert().times(1).returning(|new, _| Ok(saved(new)));
        let scripts = use_scripts(scripts, samples, judging_runner);
        let script = scripts.upload(&by(), upload(source, draft)).await.unwrap();
        let passed: Vec<bool> = script.content.test_results.iter().map(|a| a.passed).collect();
        assert_eq!(passed, results, "{source} {draft}");
    }
}

#[tokio::test]
async fn an_upload_that_fails_or_cannot_be_tested_is_not_saved() {
    let scripts = |samples| use_scripts(MockScriptRepository::new(), samples, judging_runner);
    let failing = scripts(vec![tea()]).upload(&by(), upload("wrong", false)).await;
    assert!(matches!(failing, Err(EngineError::DoesNotPass(attempt)) if !attempt.error.is_empty()));
    let untested = scripts(vec![]).upload(&by(), upload("right", false)).await;
    assert!(matches!(untested, Err(EngineError::Invalid { field, .. }) if field == "samples"));
}

fn stored_script(source: &str) -> MockScriptRepository {
    let new = domain::NewScript {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        source: source.to_owned(),
        author: None,
        job: None,
        started_by: None,
        provenance: Vec::new(),
        test_results: Vec::new(),
    };
    let mut scripts = MockScriptRepository::new();
    scripts.expect_get().returning(move |_| Ok(Some(saved(new.clone()))));
    scripts
}

/// Scripts 1 and 2 of one vendor, of which 1 is in use where `in_use` says so, and 3 of another.
fn use_three(in_use: bool) -> Scripts {
    let script = |id: i64, provider: &str, source: &str| {
        let new = domain::NewScript {
            provider: provider.parse().unwrap(),
            topic: Topic::SyncProducts,
            source: source.to_owned(),
            author: None,
            job: None,
            started_by: None,
            provenance: Vec::new(),
            test_results: Vec::new(),
        };
        domain::Script { id: ScriptId::new(id).unwrap(), ..saved(new) }
    };
    let first = script(1, "my-till", "a\nb\nc\n");
    let all = [first.clone(), script(2, "my-till", "a\nB\nc\n"), script(3, "other", "x\n")];
    let mut scripts = MockScriptRepository::new();
    scripts
        .expect_get()
        .returning(move |id| Ok(all.iter().find(|script| script.id == id).cloned()));
    scripts.expect_active().returning(move |_, _| Ok(in_use.then(|| first.clone())));
    use_scripts(scripts, vec![], judging_runner)
}

#[tokio::test]
async fn a_diff_shows_what_leads_from_the_script_in_use() {
    let id = |number| ScriptId::new(number).unwrap();
    let diff = use_three(true).diff(id(2), None).await.unwrap();
    assert_eq!(diff.against, Some(id(1)));
    assert!(diff.unified.contains("\n a\n-b\n+B\n c\n"), "{}", diff.unified);
    let same = use_three(true).diff(id(1), None).await.unwrap();
    assert_eq!((same.against, same.unified.as_str()), (Some(id(1)), ""));
    let all_new = use_three(false).diff(id(2), None).await.unwrap();
    assert!(all_new.against.is_none() && all_new.unified.contains("+a\n+B\n+c\n"));
}

#[tokio::test]
async fn a_diff_is_of_scripts_that_do_the_same() {
    let id = |number| ScriptId::new(number).unwrap();
    let other = use_three(true).diff(id(2), Some(id(3))).await;
    assert!(matches!(other, Err(EngineError::Invalid { field, .. }) if field == "against"));
    let none = use_three(true).diff(id(2), Some(id(4))).await;
    assert!(matches!(none, Err(EngineError::NotFound { .. })));
}

#[tokio::test]
async fn a_dry_run_tells_output_and_violations() {
    let id = ScriptId::new(5).unwrap();
    for (source, count, violations) in [("right", 1, 0), ("wrong", 0, 1)] {
        let scripts = use_scripts(stored_script(source), vec![], judging_runner);
        let dry = DryRun {
            payload: Some(json!({})),
            http: Vec::new(),
            connection: Connection::default(),
        };
        let report = scripts.dry_run(id, dry).await.unwrap();
        assert!(report.outcome.is_ok());
        assert_eq!((report.output_count, report.violations.len()), (count, violations));
    }
}

/// Keys in memory.
fn use_keys(clock: &Arc<ManualClock>) -> Keys {
    let kept: Arc<Mutex<Vec<ApiKey>>> = Arc::default();
    let mut keys = MockApiKeyRepository::new();
    let inserted = Arc::clone(&kept);
    keys.expect_insert().returning(move |key, act| {
        assert_eq!((act.action, &act.subject), (AuditAction::KeyCreated, &key.prefix));
        assert_eq!(act.details, "\"till team\" with jobs:read");
        inserted.lock().unwrap().push(key);
        Ok(())
    });
    keys.expect_by_prefix().returning(move |prefix| {
        Ok(kept.lock().unwrap().iter().find(|key| key.prefix == prefix).cloned())
    });
    keys.expect_revoke().returning(|_, _| Ok(false));
    Keys::new(Arc::new(keys), Arc::clone(clock) as _)
}

#[tokio::test]
async fn a_key_is_valid_until_it_expires() {
    let clock = Arc::new(ManualClock::default());
    let keys = use_keys(&clock);
    let end = clock.now() + TimeDelta::hours(1);
    let token = keys.create(&by(), "till team", vec![Scope::JobsRead], Some(end)).await.unwrap();
    assert_eq!(keys.authenticate(&token.reveal()).await.unwrap().name, "till team");
    clock.advance(TimeDelta::hours(2));
    let expired = keys.authenticate(&token.reveal()).await;
    assert!(matches!(expired, Err(EngineError::Unauthenticated)));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_looked_up_once_a_second_and_held_against_its_secret_each_time() {
    let clock = Arc::new(ManualClock::default());
    let (token, mut key) = {
        let shelf: Arc<Mutex<Option<ApiKey>>> = Arc::default();
        let mut keys = MockApiKeyRepository::new();
        let put = Arc::clone(&shelf);
        keys.expect_insert().returning(move |key, _| {
            *put.lock().unwrap() = Some(key);
            Ok(())
        });
        let keys = Keys::new(Arc::new(keys), Arc::clone(&clock) as _);
        let token = keys.create(&by(), "till team", vec![Scope::JobsRead], None).await.unwrap();
        let key = shelf.lock().unwrap().clone().unwrap();
        (token, key)
    };
    let looks = Arc::new(AtomicUsize::new(0));
    let mut stored = MockApiKeyRepository::new();
    let counted = Arc::clone(&looks);
    stored.expect_by_prefix().returning(move |_| {
        if counted.fetch_add(1, SeqCst) > 0 {
            key.revoked_at = Some(Timestamp::UNIX_EPOCH);
        }
        Ok(Some(key.clone()))
    });
    let keys = Keys::new(Arc::new(stored), clock as _);
    let mut wrong = token.reveal();
    wrong.replace_range(wrong.len() - 4.., "0000");
    for _ in 0..5 {
        keys.authenticate(&token.reveal()).await.unwrap();
        keys.authenticate(&wrong).await.unwrap_err();
    }
    assert_eq!(looks.load(SeqCst), 1);
    advance(Duration::from_secs(1)).await;
    keys.authenticate(&token.reveal()).await.unwrap_err();
    assert_eq!(looks.load(SeqCst), 2);
}

#[tokio::test]
async fn unknown_and_malformed_keys_are_refused_alike() {
    let keys = use_keys(&Arc::default());
    let unknown = format!("afk_abcdefgh_{}", "s".repeat(43));
    for presented in ["", "afk_x", &unknown] {
        let refused = keys.authenticate(presented).await;
        assert!(matches!(refused, Err(EngineError::Unauthenticated)), "{presented}");
    }
    assert!(matches!(keys.revoke(&by(), "abcdefgh").await, Err(EngineError::NotFound { .. })));
}

#[tokio::test]
async fn a_key_needs_a_name_and_a_scope() {
    let keys = use_keys(&Arc::default());
    for (name, scopes, wanted) in [
        (" ", vec![Scope::Admin], "name"),
        ("x", vec![], "scope"),
        ("a\nb", vec![Scope::Admin], "name"),
        ("(operator)", vec![Scope::Admin], "name"),
    ] {
        match keys.create(&by(), name, scopes, None).await {
            Err(EngineError::Invalid { field, .. }) => assert_eq!(field, wanted),
            other => panic!("{other:?}"),
        }
    }
}
