//! Failures of scripts in use, and their repair.

use std::collections::HashSet;

use domain::{
    Act, Actor, AuditAction, DriftKey, DriftKind, DriftStatus, JobInputs, NewDrift, NewJob, Owner,
    Repair, RepairPolicy, Script, ScriptId, ScriptStatus, Timestamp,
};
use store::{AuditFilter, DriftFilter, Drifting, JobFilter, StatusChange};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    equal_failures_are_one_event_and_its_sample_reads_back,
    what_was_resolved_and_happens_again_is_open_again_with_what_shows_it_now,
    a_script_has_a_bounded_number_of_events,
    events_are_narrowed_and_paged,
    an_active_script_with_open_events_drifts_until_another_is_in_use,
    a_storm_of_failures_on_several_servers_makes_one_event_and_one_repair,
    a_repair_that_is_over_makes_room_once_its_events_are_resolved,
    what_is_to_be_repaired_comes_with_the_job,
    a_removed_job_leaves_no_trace_in_drift,
    a_policy_is_off_until_somebody_sets_it,
);

fn resolving(name: &str, at: Timestamp) -> Act {
    Act::new(&Actor::named(name), AuditAction::DriftResolved, at)
}

fn key(script: ScriptId, path: &str) -> DriftKey {
    DriftKey { script, kind: DriftKind::Contract, path: path.to_owned() }
}

pub(crate) fn seen(script: ScriptId, path: &str) -> NewDrift {
    NewDrift {
        key: key(script, path),
        provider: "my-till".parse().unwrap(),
        topic: new_script().topic,
        owner: Some(Owner::named("team")),
        failure: format!("{path}: \"4.50\" is not of type \"number\"\0"),
        reproduced: true,
    }
}

async fn an_active_script(fresh: &Fresh) -> Script {
    let scripts = fresh.db.scripts();
    let script = scripts.insert(new_script(), act(now())).await.unwrap();
    let (from, to) = (ScriptStatus::Candidate, ScriptStatus::Active);
    scripts
        .set_status(StatusChange {
            id: script.id,
            from,
            to,
            in_place_of: None,
            tested_on: None,
            act: act(now()),
        })
        .await
        .unwrap()
}

fn repair_of(script: ScriptId) -> NewJob {
    let repair = Repair { script, source: "old".to_owned(), failure: "broke".to_owned() };
    let samples = vec![a_sample("drift-1")];
    let inputs = JobInputs { samples, documents: Vec::new(), repair: Some(repair) };
    NewJob { inputs, ..new_job() }
}

async fn equal_failures_are_one_event_and_its_sample_reads_back(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await.id);
    assert_eq!(drift.count(&key(script, "a"), now()).await.unwrap(), None);
    let sample = a_sample("drift");
    let opened = drift.open(seen(script, "a"), Some(sample.clone()), now()).await.unwrap();
    assert_eq!(opened.repair, None);
    let counted = drift.count(&key(script, "a"), later(5)).await.unwrap();
    assert_eq!(counted, Some(opened));
    assert_eq!(drift.open(seen(script, "a"), None, later(6)).await.unwrap(), opened);
    let found = drift.get(opened.id).await.unwrap().unwrap();
    assert_eq!((found.count, found.first_seen, found.last_seen), (3, now(), later(6)));
    let failure = seen(script, "a").failure.replace('\0', "\u{fffd}");
    assert_eq!(found.seen, NewDrift { failure, ..seen(script, "a") });
    assert_eq!(drift.sample(opened.id).await.unwrap(), Some(sample));
    let other = drift.open(seen(script, "b"), None, now()).await.unwrap();
    assert_ne!(other.id, opened.id);
    assert_eq!(drift.sample(other.id).await.unwrap(), None);
}

async fn what_was_resolved_and_happens_again_is_open_again_with_what_shows_it_now(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await.id);
    let opened = drift.open(seen(script, "a"), Some(a_sample("old")), now()).await.unwrap();
    assert!(drift.resolve(opened.id, resolving("Ann", later(1))).await.unwrap());
    assert!(!drift.resolve(opened.id, resolving("Bob", later(2))).await.unwrap());
    let found = drift.get(opened.id).await.unwrap().unwrap();
    assert_eq!((found.status, &*found.resolved_by), (DriftStatus::Resolved, "Ann"));
    assert_eq!(found.resolved_at, Some(later(1)));
    assert_eq!(drift.count(&key(script, "a"), later(3)).await.unwrap(), None);
    let again = drift.open(seen(script, "a"), Some(a_sample("new")), later(3)).await.unwrap();
    assert_eq!(again.id, opened.id);
    let found = drift.get(opened.id).await.unwrap().unwrap();
    assert_eq!((found.status, found.count, found.first_seen), (DriftStatus::Open, 2, now()));
    assert_eq!((found.resolved_at, &*found.resolved_by), (None, ""));
    let resolved = Some(AuditAction::DriftResolved);
    let filter = AuditFilter { action: resolved, ..AuditFilter::default() };
    let acts = fresh.db.audit().list(filter, first_page(9)).await.unwrap().items;
    assert_eq!(acts.iter().map(|entry| entry.act.actor.as_str()).collect::<Vec<_>>(), ["Ann"]);
    assert_eq!(drift.sample(opened.id).await.unwrap(), Some(a_sample("new")));
}

async fn a_script_has_a_bounded_number_of_events(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await.id);
    let mut ids = HashSet::new();
    for number in 0..70 {
        let path = format!("line {number}");
        ids.insert(drift.open(seen(script, &path), None, now()).await.unwrap().id);
    }
    assert_eq!(ids.len(), 51);
    let page = drift.list(DriftFilter::default(), first_page(100)).await.unwrap();
    assert_eq!((&*page.items[0].seen.key.path, page.items[0].count), ("elsewhere", 20));
    assert_eq!(page.items.len(), 51);
}

async fn events_are_narrowed_and_paged(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await.id);
    let other = fresh.db.scripts().insert(new_script(), act(now())).await.unwrap().id;
    let first = drift.open(seen(script, "a"), None, now()).await.unwrap().id;
    let second = drift.open(seen(script, "b"), None, now()).await.unwrap().id;
    let third = drift.open(seen(other, "a"), None, now()).await.unwrap().id;
    drift.resolve(second, resolving("Ann", later(1))).await.unwrap();
    let list = async |filter| -> Vec<_> {
        let page = drift.list(filter, first_page(10)).await.unwrap();
        page.items.into_iter().map(|drift| drift.id).collect()
    };
    let all = DriftFilter::default();
    assert_eq!(list(all.clone()).await, [third, second, first]);
    let open = Some(DriftStatus::Open);
    assert_eq!(list(DriftFilter { status: open, ..all.clone() }).await, [third, first]);
    assert_eq!(list(DriftFilter { script: Some(script), ..all.clone() }).await, [second, first]);
    let threw = Some(DriftKind::Threw);
    assert!(list(DriftFilter { kind: threw, ..all.clone() }).await.is_empty());
    let provider = Some("other".parse().unwrap());
    assert!(list(DriftFilter { provider, ..all.clone() }).await.is_empty());
    let page = drift.list(all.clone(), first_page(2)).await.unwrap();
    assert_eq!(page.next, Some(second.get()));
}

async fn an_active_script_with_open_events_drifts_until_another_is_in_use(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await);
    let idle = fresh.db.scripts().insert(new_script(), act(now())).await.unwrap().id;
    for path in ["a", "b"] {
        drift.open(seen(script.id, path), None, now()).await.unwrap();
    }
    drift.open(seen(idle, "a"), None, now()).await.unwrap();
    let drifting = Drifting {
        provider: "my-till".parse().unwrap(),
        topic: new_script().topic,
        script: script.id,
        events: 2,
    };
    assert_eq!(drift.drifting().await.unwrap(), [drifting]);
    let (from, to) = (ScriptStatus::Candidate, ScriptStatus::Active);
    fresh
        .db
        .scripts()
        .set_status(StatusChange {
            id: idle,
            from,
            to,
            in_place_of: None,
            tested_on: None,
            act: act(later(1)),
        })
        .await
        .unwrap();
    let filter = DriftFilter { script: Some(script.id), ..DriftFilter::default() };
    for event in drift.list(filter, first_page(10)).await.unwrap().items {
        assert_eq!(event.status, DriftStatus::Resolved);
        assert_eq!(event.resolved_by, format!("script {idle} is in use instead"));
    }
    let (from, to) = (ScriptStatus::Active, ScriptStatus::Deprecated);
    fresh
        .db
        .scripts()
        .set_status(StatusChange {
            id: idle,
            from,
            to,
            in_place_of: None,
            tested_on: None,
            act: act(later(2)),
        })
        .await
        .unwrap();
    assert!(drift.drifting().await.unwrap().is_empty());
    let open = DriftFilter { status: Some(DriftStatus::Open), ..DriftFilter::default() };
    assert!(drift.list(open, first_page(10)).await.unwrap().items.is_empty());
}

async fn a_storm_of_failures_on_several_servers_makes_one_event_and_one_repair(fresh: Fresh) {
    const FAILURES: u64 = 60;
    let script = an_active_script(&fresh).await.id;
    let servers = [fresh.db.clone(), fresh.another().await, fresh.another().await];
    let failures = (0..FAILURES).map(|number| {
        let drift = servers[usize::try_from(number).unwrap() % servers.len()].drift();
        tokio::spawn(async move {
            let counted = match drift.count(&key(script, "a"), now()).await.unwrap() {
                Some(counted) => counted,
                None => drift.open(seen(script, "a"), None, now()).await.unwrap(),
            };
            let repair = drift.open_repair(script, repair_of(script), now()).await.unwrap();
            (counted.id, repair)
        })
    });
    let mut events = HashSet::new();
    let mut repairs = Vec::new();
    for failure in failures.collect::<Vec<_>>() {
        let (event, repair) = failure.await.unwrap();
        events.insert(event);
        repairs.push(repair);
    }
    assert_eq!(events.len(), 1);
    assert_eq!(repairs.iter().filter(|repair| repair.is_new).count(), 1);
    assert_eq!(repairs.iter().map(|repair| repair.job).collect::<HashSet<_>>().len(), 1);
    let jobs = fresh.db.jobs().list(JobFilter::default(), first_page(100)).await.unwrap();
    assert_eq!(jobs.items.len(), 1);
    let drift = fresh.db.drift();
    let event = drift.get(events.into_iter().next().unwrap()).await.unwrap().unwrap();
    assert_eq!((event.count, event.repair), (FAILURES, Some(repairs[0].job)));
}

async fn a_repair_that_is_over_makes_room_once_its_events_are_resolved(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await.id);
    let event = drift.open(seen(script, "a"), None, now()).await.unwrap().id;
    let open = || drift.open_repair(script, repair_of(script), now());
    let first = open().await.unwrap();
    assert!(first.is_new);
    let mut claimed = claimed(&*fresh.db.jobs()).await;
    to_completed(&mut claimed.job);
    let (lease, candidate) = (&claimed.lease, script_of(first.job));
    fresh.db.jobs().complete(lease, &claimed.job, candidate).await.unwrap();
    // The candidate waits for review, and the script goes on breaking.
    let second = open().await.unwrap();
    assert_eq!((second.job, second.is_new), (first.job, false));
    drift.resolve(event, resolving("Ann", later(1))).await.unwrap();
    drift.open(seen(script, "a"), None, later(2)).await.unwrap();
    let third = open().await.unwrap();
    assert!(third.is_new && third.job != first.job);
    // One that is at work is enough, whatever was resolved.
    drift.resolve(event, resolving("Ann", later(3))).await.unwrap();
    drift.open(seen(script, "a"), None, later(4)).await.unwrap();
    assert_eq!(open().await.unwrap().job, third.job);
    assert_eq!(drift.get(event).await.unwrap().unwrap().repair, Some(third.job));
}

async fn what_is_to_be_repaired_comes_with_the_job(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await.id);
    let opened = drift.open_repair(script, repair_of(script), now()).await.unwrap();
    let inputs = fresh.db.jobs().inputs(opened.job).await.unwrap();
    assert_eq!(inputs, repair_of(script).inputs);
    let job = fresh.db.jobs().get(opened.job).await.unwrap().unwrap();
    assert!(job.logs[1].message.contains("which breaks: broke"), "{:?}", job.logs);
}

async fn a_removed_job_leaves_no_trace_in_drift(fresh: Fresh) {
    let (drift, script) = (fresh.db.drift(), an_active_script(&fresh).await.id);
    let event = drift.open(seen(script, "a"), None, now()).await.unwrap().id;
    let first = drift.open_repair(script, repair_of(script), now()).await.unwrap();
    let jobs = fresh.db.jobs();
    let mut job = jobs.get(first.job).await.unwrap().unwrap();
    let read_version = job.version;
    apply(&mut job, domain::Event::Cancelled { by: "Ann".to_owned() });
    jobs.amend(&job, read_version, act(now())).await.unwrap();
    assert_eq!(jobs.remove_over(later(1_000), 10).await.unwrap(), 1);
    assert_eq!(drift.get(event).await.unwrap().unwrap().repair, None);
    let second = drift.open_repair(script, repair_of(script), now()).await.unwrap();
    assert!(second.is_new);
}

async fn a_policy_is_off_until_somebody_sets_it(fresh: Fresh) {
    let drift = fresh.db.drift();
    let provider = "my-till".parse().unwrap();
    assert_eq!(drift.policy(&provider).await.unwrap(), RepairPolicy::Off);
    for policy in [RepairPolicy::On, RepairPolicy::Off] {
        let act = Act::new(&Actor::named("Ann"), AuditAction::PolicySet, now());
        drift.put_policy(&provider, policy, act).await.unwrap();
        assert_eq!(drift.policy(&provider).await.unwrap(), policy);
    }
    assert_eq!(drift.policy(&"other".parse().unwrap()).await.unwrap(), RepairPolicy::Off);
}
