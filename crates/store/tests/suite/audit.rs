//! Who did what: written with what it does, and never changed.

use domain::{Act, Actor, AuditAction, ScriptStatus, Topic};
use store::{AuditFilter, PageRequest, StatusChange, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    an_act_reads_back_whole,
    acts_are_listed_newest_first_by_filter_and_page,
    what_is_done_has_its_row,
    what_is_not_done_has_none,
    nobody_changes_a_row,
);

fn by(name: &str, action: AuditAction) -> Act {
    Act::new(&Actor::named(name), action, now())
}

async fn acts(fresh: &Fresh) -> Vec<Act> {
    let page = fresh.db.audit().list(AuditFilter::default(), first_page(100)).await.unwrap();
    page.items.into_iter().rev().map(|entry| entry.act).collect()
}

async fn actions(fresh: &Fresh) -> Vec<AuditAction> {
    acts(fresh).await.into_iter().map(|act| act.action).collect()
}

async fn an_act_reads_back_whole(fresh: Fresh) {
    let reason = "the till's menu\nis wrong".parse().unwrap();
    let whole = by("till team \u{1f9c0}", AuditAction::ScriptForced)
        .of(&"my-till".parse().unwrap())
        .for_topic(Topic::SyncProducts)
        .on(7)
        .because(Some(&reason))
        .noting("version 3");
    let bare = by("x", AuditAction::KeyRevoked);
    for act in [&whole, &bare] {
        fresh.db.audit().append(act.clone()).await.unwrap();
    }
    assert_eq!(acts(&fresh).await, [whole, bare]);
    fresh.db.audit().append(by("a\0b", AuditAction::KeyRevoked)).await.unwrap();
    assert_eq!(acts(&fresh).await[2].actor, Actor::named("a\u{fffd}b"));
}

async fn acts_are_listed_newest_first_by_filter_and_page(fresh: Fresh) {
    let audit = fresh.db.audit();
    let till = "my-till".parse().unwrap();
    for (who, action) in [
        ("a", AuditAction::JobStarted),
        ("b", AuditAction::JobStarted),
        ("a", AuditAction::KnowledgeAdded),
        ("a", AuditAction::JobStarted),
    ] {
        let act = by(who, action).of(&till).for_topic(Topic::SyncProducts);
        audit.append(act).await.unwrap();
    }
    audit.append(by("a", AuditAction::KeyCreated)).await.unwrap();
    let count =
        async |filter: AuditFilter| audit.list(filter, first_page(9)).await.unwrap().items.len();
    let all = AuditFilter::default;
    assert_eq!(count(AuditFilter { actor: Some(Actor::named("b")), ..all() }).await, 1);
    assert_eq!(count(AuditFilter { action: Some(AuditAction::JobStarted), ..all() }).await, 3);
    assert_eq!(count(AuditFilter { provider: Some(till.clone()), ..all() }).await, 4);
    assert_eq!(count(AuditFilter { topic: Some(Topic::SyncOutlet), ..all() }).await, 0);
    let both = AuditFilter {
        actor: Some(Actor::named("a")),
        action: Some(AuditAction::JobStarted),
        ..all()
    };
    let first = audit.list(both.clone(), first_page(1)).await.unwrap();
    let next = PageRequest { before: first.next, limit: 1 };
    let second = audit.list(both, next).await.unwrap();
    assert!(first.items[0].id > second.items[0].id && second.next.is_none());
}

async fn what_is_done_has_its_row(fresh: Fresh) {
    let (jobs, scripts, knowledge) = (fresh.db.jobs(), fresh.db.scripts(), fresh.db.knowledge());
    let till = "my-till".parse().unwrap();
    let job = created(&*jobs, new_job()).await;
    let saved = scripts.insert(new_script(), by("b", AuditAction::ScriptSaved)).await.unwrap();
    let change = StatusChange {
        id: saved.id,
        from: ScriptStatus::Candidate,
        to: ScriptStatus::Active,
        in_place_of: None,
        tested_on: None,
        act: by("c", AuditAction::ScriptActivated).on(saved.id),
    };
    scripts.set_status(change.clone()).await.unwrap();
    let second = scripts.insert(new_script(), by("b", AuditAction::ScriptSaved)).await.unwrap();
    let act = by("c", AuditAction::ScriptActivated).on(second.id).noting("version 2");
    scripts.set_status(StatusChange { id: second.id, act, ..change }).await.unwrap();
    let document = a_document("a.md", "text");
    let added = by("d", AuditAction::KnowledgeAdded).on("a.md");
    knowledge.put_document(&till, document.clone(), added).await.unwrap();
    let removed = by("d", AuditAction::KnowledgeRemoved).on("a.md");
    assert!(knowledge.delete_document(&till, &document.name, removed).await.unwrap());
    let told: Vec<String> = acts(&fresh)
        .await
        .iter()
        .map(|act| format!("{} {} {} {}", act.actor, act.action, act.subject, act.details))
        .collect();
    let (first, second) = (saved.id, second.id);
    assert_eq!(
        told,
        [
            format!("till team job.started {job} "),
            format!("b script.saved {first} version 1"),
            format!("c script.activated {first} "),
            format!("b script.saved {second} version 2"),
            format!("c script.activated {second} version 2; in place of script {first}"),
            "d knowledge.added a.md ".to_owned(),
            "d knowledge.removed a.md ".to_owned(),
        ]
    );
    let started = jobs.get(job).await.unwrap().unwrap().started_by.clone();
    assert_eq!(started, Some(Actor::named("till team")));
}

async fn what_is_not_done_has_none(fresh: Fresh) {
    let (jobs, scripts, knowledge) = (fresh.db.jobs(), fresh.db.scripts(), fresh.db.knowledge());
    let held = a_claimed_job(&fresh.db).await;
    let refused = jobs.amend(&held.job, 99, by("a", AuditAction::JobAnswered)).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    let saved = scripts.insert(new_script(), by("a", AuditAction::ScriptSaved)).await.unwrap();
    let change = StatusChange {
        id: saved.id,
        from: ScriptStatus::Deprecated,
        to: ScriptStatus::Active,
        in_place_of: None,
        tested_on: None,
        act: by("a", AuditAction::ScriptActivated),
    };
    assert!(scripts.set_status(change).await.is_err());
    let none = "none.md".parse().unwrap();
    let removed = by("a", AuditAction::KnowledgeRemoved);
    let till = "my-till".parse().unwrap();
    assert!(!knowledge.delete_document(&till, &none, removed).await.unwrap());
    let revoked = by("a", AuditAction::KeyRevoked);
    assert!(!fresh.db.api_keys().revoke("AAAAAAA1", revoked).await.unwrap());
    assert_eq!(actions(&fresh).await, [AuditAction::JobStarted, AuditAction::ScriptSaved]);
}

async fn nobody_changes_a_row(fresh: Fresh) {
    fresh.db.audit().append(by("a", AuditAction::JobStarted)).await.unwrap();
    let raw = sea_orm::Database::connect(&fresh.url).await.unwrap();
    for sql in ["UPDATE audit SET actor = 'b'", "DELETE FROM audit"] {
        let refused = sea_orm::ConnectionTrait::execute_unprepared(&raw, sql).await.unwrap_err();
        assert!(refused.to_string().contains("the audit only grows"), "{refused}");
    }
    raw.close().await.unwrap();
    assert_eq!(acts(&fresh).await, [by("a", AuditAction::JobStarted)]);
}
