//! Saved scripts and their review.

use domain::{NewScript, Sample, ScriptId, ScriptStatus, Timestamp, Topic};
use store::{PageRequest, ScriptFilter, StatusChange, StoreError};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

use ScriptStatus::{Active, Archived, Candidate, Deprecated};

behaviours!(
    a_script_reads_back_as_a_candidate,
    versions_count_up_within_a_provider_and_topic,
    versions_count_up_when_many_save_at_once,
    activating_a_script_deprecates_the_one_before,
    the_active_script_of_another_topic_stays,
    a_script_in_another_status_is_a_conflict,
    a_script_that_is_not_there_is_none_and_cannot_be_moved,
    many_activations_at_once_leave_one_active,
    scripts_are_listed_newest_first_by_filter_and_page,
    the_script_before_is_the_older_one_that_went_out_of_use_last,
    a_roll_back_finds_the_script_in_use_that_it_names,
    a_change_of_samples_stops_an_activation,
);

/// A move that asks for nothing else.
fn change(id: ScriptId, from: ScriptStatus, to: ScriptStatus, at: Timestamp) -> StatusChange {
    StatusChange { id, from, to, in_place_of: None, tested_on: None, act: act(at) }
}

async fn a_script_reads_back_as_a_candidate(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let saved = scripts.insert(new_script(), act(now())).await.unwrap();
    assert_eq!((saved.version, saved.status), (1, Candidate));
    assert_eq!(saved.content, new_script());
    assert_eq!((saved.created_at, saved.updated_at), (now(), now()));
    assert_eq!(scripts.get(saved.id).await.unwrap(), Some(saved));
}

async fn versions_count_up_within_a_provider_and_topic(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let outlets = || NewScript { topic: Topic::SyncOutlet, ..new_script() };
    let (knowledge, till) = (fresh.db.knowledge(), "my-till".parse().unwrap());
    let latest =
        async |topic| knowledge.known(&till, topic).await.unwrap().precedents.latest_version;
    assert_eq!(latest(Topic::SyncProducts).await, 0);
    let mut versions = Vec::new();
    for new in [new_script(), new_script(), outlets(), new_script()] {
        versions.push(scripts.insert(new, act(now())).await.unwrap().version);
    }
    assert_eq!(versions, [1, 2, 1, 3]);
    assert_eq!(latest(Topic::SyncProducts).await, 3);
    assert_eq!(latest(Topic::SyncOutlet).await, 1);
}

async fn versions_count_up_when_many_save_at_once(fresh: Fresh) {
    let saves = (0..12).map(|_| {
        let scripts = fresh.db.scripts();
        tokio::spawn(async move { scripts.insert(new_script(), act(now())).await.unwrap().version })
    });
    let mut versions = Vec::new();
    for save in saves.collect::<Vec<_>>() {
        versions.push(save.await.unwrap());
    }
    versions.sort_unstable();
    assert_eq!(versions, (1..=12).collect::<Vec<_>>());
}

async fn activating_a_script_deprecates_the_one_before(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let till = "my-till".parse().unwrap();
    let first = scripts.insert(new_script(), act(now())).await.unwrap();
    let second = scripts.insert(new_script(), act(now())).await.unwrap();
    assert_eq!(scripts.active(&till, Topic::SyncProducts).await.unwrap(), None);

    let first = scripts.set_status(change(first.id, Candidate, Active, later(1))).await.unwrap();
    assert_eq!((first.status, first.updated_at), (Active, later(1)));
    assert_eq!(scripts.active(&till, Topic::SyncProducts).await.unwrap(), Some(first.clone()));

    let second = scripts.set_status(change(second.id, Candidate, Active, later(2))).await.unwrap();
    assert_eq!(scripts.active(&till, Topic::SyncProducts).await.unwrap(), Some(second));
    let before = scripts.get(first.id).await.unwrap().unwrap();
    assert_eq!((before.status, before.updated_at), (Deprecated, later(2)));
}

async fn the_active_script_of_another_topic_stays(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let products = scripts.insert(new_script(), act(now())).await.unwrap();
    let outlet = NewScript { topic: Topic::SyncOutlet, ..new_script() };
    let outlet = scripts.insert(outlet, act(now())).await.unwrap();
    for id in [products.id, outlet.id] {
        scripts.set_status(change(id, Candidate, Active, now())).await.unwrap();
    }
    for id in [products.id, outlet.id] {
        assert_eq!(scripts.get(id).await.unwrap().unwrap().status, Active);
    }
}

async fn a_script_in_another_status_is_a_conflict(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let active = scripts.insert(new_script(), act(now())).await.unwrap();
    let active = scripts.set_status(change(active.id, Candidate, Active, now())).await.unwrap();
    let archived = scripts.insert(new_script(), act(now())).await.unwrap();
    let archived =
        scripts.set_status(change(archived.id, Candidate, Archived, now())).await.unwrap();
    // Read before it was archived: neither it nor the active one may change.
    let refused = scripts.set_status(change(archived.id, Candidate, Active, later(1))).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(scripts.get(active.id).await.unwrap(), Some(active));
    assert_eq!(scripts.get(archived.id).await.unwrap(), Some(archived));
}

async fn a_script_that_is_not_there_is_none_and_cannot_be_moved(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let id = ScriptId::new(77).unwrap();
    assert_eq!(scripts.get(id).await.unwrap(), None);
    let refused = scripts.set_status(change(id, Candidate, Active, now())).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
}

async fn many_activations_at_once_leave_one_active(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(scripts.insert(new_script(), act(now())).await.unwrap().id);
    }
    let moves = ids.into_iter().map(|id| {
        let scripts = fresh.db.scripts();
        tokio::spawn(async move { scripts.set_status(change(id, Candidate, Active, now())).await })
    });
    for moved in moves.collect::<Vec<_>>() {
        moved.await.unwrap().unwrap();
    }
    for (status, wanted) in [(Active, 1), (Deprecated, 5)] {
        let filter = ScriptFilter { status: Some(status), ..ScriptFilter::default() };
        let found = scripts.list(filter, first_page(9)).await.unwrap();
        assert_eq!(found.items.len(), wanted, "{status}");
    }
}

async fn scripts_are_listed_newest_first_by_filter_and_page(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let other = NewScript { provider: "other".parse().unwrap(), ..new_script() };
    let outlet = NewScript { topic: Topic::SyncOutlet, ..new_script() };
    let mut ids = Vec::new();
    for new in [new_script(), other, outlet, new_script()] {
        ids.push(scripts.insert(new, act(now())).await.unwrap().id);
    }
    let filter = ScriptFilter {
        provider: Some("my-till".parse().unwrap()),
        topic: Some(Topic::SyncProducts),
        status: Some(Candidate),
    };
    let page = scripts.list(filter.clone(), first_page(1)).await.unwrap();
    assert_eq!(page.items.iter().map(|script| script.id).collect::<Vec<_>>(), [ids[3]]);
    let next = PageRequest { before: page.next, limit: 1 };
    let page = scripts.list(filter, next).await.unwrap();
    assert_eq!(page.items.iter().map(|script| script.id).collect::<Vec<_>>(), [ids[0]]);
    assert_eq!(page.next, None);
    let all = scripts.list(ScriptFilter::default(), first_page(9)).await.unwrap();
    assert_eq!(all.items.len(), 4);
}

async fn the_script_before_is_the_older_one_that_went_out_of_use_last(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let mut saved = Vec::new();
    for _ in 0..4 {
        saved.push(scripts.insert(new_script(), act(now())).await.unwrap());
    }
    let before = async |at: usize| {
        let found = scripts.before(&saved[at]).await.unwrap();
        found.map(|script| script.id)
    };
    assert_eq!(before(3).await, None, "none of the others was in use");
    // The second was in use, then the first again, which the third replaced.
    for (at, moment) in [(0, 1), (1, 2)] {
        scripts.set_status(change(saved[at].id, Candidate, Active, later(moment))).await.unwrap();
    }
    scripts.set_status(change(saved[0].id, Deprecated, Active, later(3))).await.unwrap();
    scripts.set_status(change(saved[2].id, Candidate, Active, later(4))).await.unwrap();
    assert_eq!(before(2).await, Some(saved[0].id));
    assert_eq!(before(1).await, Some(saved[0].id));
    assert_eq!(before(0).await, None, "a newer version is not before it");
    scripts.set_status(change(saved[0].id, Deprecated, Archived, later(5))).await.unwrap();
    assert_eq!(before(2).await, Some(saved[1].id), "what is put away does not come back");
}

async fn a_roll_back_finds_the_script_in_use_that_it_names(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let mut ids = Vec::new();
    for moment in 1..=3 {
        let id = scripts.insert(new_script(), act(now())).await.unwrap().id;
        scripts.set_status(change(id, Candidate, Active, later(moment))).await.unwrap();
        ids.push(id);
    }
    // Whoever looked before the third came into use would go back from the second.
    let back = |id, in_use| StatusChange {
        in_place_of: Some(in_use),
        ..change(id, Deprecated, Active, later(9))
    };
    let refused = scripts.set_status(back(ids[0], ids[1])).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(scripts.get(ids[2]).await.unwrap().unwrap().status, Active);
    scripts.set_status(back(ids[1], ids[2])).await.unwrap();
    assert_eq!(scripts.get(ids[2]).await.unwrap().unwrap().status, Deprecated);
    assert_eq!(scripts.get(ids[1]).await.unwrap().unwrap().status, Active);
    scripts.set_status(change(ids[1], Active, Deprecated, later(10))).await.unwrap();
    let refused = scripts.set_status(back(ids[0], ids[1])).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
}

async fn a_change_of_samples_stops_an_activation(fresh: Fresh) {
    let (scripts, knowledge) = (fresh.db.scripts(), fresh.db.knowledge());
    let till = "my-till".parse().unwrap();
    let put = async |name: &str| {
        let topic = Topic::SyncProducts;
        knowledge.put_sample(&till, topic, a_sample(name), act(now())).await.unwrap();
        knowledge.samples(&till, topic).await.unwrap()
    };
    let tested_on = put("menu.json").await;
    let first = scripts.insert(new_script(), act(now())).await.unwrap();
    let tested = |tested_on: &Vec<Sample>| StatusChange {
        tested_on: Some(tested_on.clone()),
        ..change(first.id, Candidate, Active, later(1))
    };
    let more = put("second.json").await;
    let refused = scripts.set_status(tested(&tested_on)).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(scripts.get(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(scripts.set_status(tested(&more)).await.unwrap().status, Active);
}
