//! What works for whom, at a glance.

use domain::{
    ConnectionStatus, DriftKey, DriftKind, NewDrift, NewJob, NewScript, Owner, ProviderConnection,
    ProviderSlug, ScriptStatus, Status, Topic,
};
use store::{ConnectionWithSecrets, OpenDrift, ProviderOverview, StatusChange};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    nothing_is_known_of_nobody,
    a_provider_shows_in_whatever_is_known_of_it,
    scripts_are_counted_by_topic_and_status_with_the_newest,
    only_jobs_that_are_not_over_count,
    open_failures_count_by_script_until_they_are_resolved,
    connections_are_those_of_the_owner,
    providers_come_by_name_in_pages,
);

fn slug(name: &str) -> ProviderSlug {
    name.parse().unwrap()
}

async fn all(fresh: &Fresh) -> Vec<ProviderOverview> {
    let page = fresh.db.overview().providers(Some(owner()), None, 100).await.unwrap();
    assert_eq!(page.next, None);
    page.items
}

async fn names(fresh: &Fresh) -> Vec<String> {
    all(fresh).await.into_iter().map(|known| known.provider.into()).collect()
}

fn owner() -> Owner {
    Owner::named("till team")
}

fn script_for(provider: &str) -> NewScript {
    NewScript { provider: slug(provider), ..new_script() }
}

fn connection(owner: Owner, provider: &str, status: ConnectionStatus) -> ConnectionWithSecrets {
    let connection = ProviderConnection {
        owner,
        slug: provider.parse().unwrap(),
        provider: slug(provider),
        status,
        message: String::new(),
        base_url: String::new(),
        webhook_url: String::new(),
        allow_hosts: Vec::new(),
        config: serde_json::Map::new(),
        tested_at: None,
        created_at: now(),
        updated_at: now(),
    };
    ConnectionWithSecrets { connection, secrets: Vec::new() }
}

async fn nothing_is_known_of_nobody(fresh: Fresh) {
    assert_eq!(all(&fresh).await, []);
}

async fn a_provider_shows_in_whatever_is_known_of_it(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    fresh.db.scripts().insert(script_for("a-script"), act(now())).await.unwrap();
    knowledge.put_document(&slug("b-text"), a_document("n.md", "text"), act(now())).await.unwrap();
    let link = domain::DocumentLink {
        name: "guide.html".parse().unwrap(),
        url: "https://docs.example/".parse().unwrap(),
        state: domain::FetchState::default(),
    };
    knowledge.put_link(&slug("c-link"), link.clone(), act(now())).await.unwrap();
    knowledge.keep_fetched(&slug("c-link"), link, Some("fetched".to_owned()), now()).await.unwrap();
    knowledge
        .put_sample(&slug("d-sample"), Topic::SyncOutlet, a_sample("s.json"), act(now()))
        .await
        .unwrap();
    let kept = connection(owner(), "e-connection", ConnectionStatus::Untested);
    fresh.db.connections().put(kept, act(now())).await.unwrap();
    let job = NewJob { provider: slug("f-job"), ..new_job() };
    created(&*fresh.db.jobs(), job).await;
    let wanted = ["a-script", "b-text", "c-link", "d-sample", "e-connection", "f-job"];
    assert_eq!(names(&fresh).await, wanted);
    let all = all(&fresh).await;
    let documents: Vec<u32> = all.iter().map(|known| known.documents).collect();
    // A document with address and text is one.
    assert_eq!(documents, [0, 1, 1, 0, 0, 0]);
    assert_eq!(all[3].samples, [(Topic::SyncOutlet, 1)]);
    assert_eq!(all[4].connections, [(ConnectionStatus::Untested, 1)]);
}

async fn scripts_are_counted_by_topic_and_status_with_the_newest(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let first = scripts.insert(new_script(), act(now())).await.unwrap();
    scripts.insert(new_script(), act(now())).await.unwrap();
    let newest = scripts.insert(new_script(), act(now())).await.unwrap();
    scripts
        .set_status(StatusChange {
            id: first.id,
            from: ScriptStatus::Candidate,
            to: ScriptStatus::Active,
            in_place_of: None,
            tested_on: None,
            act: act(now()),
        })
        .await
        .unwrap();
    let [known] = all(&fresh).await.try_into().unwrap();
    let of = |status| known.scripts.iter().find(|scripts| scripts.status == status).unwrap();
    let candidates = of(ScriptStatus::Candidate);
    assert_eq!((candidates.count, candidates.newest, candidates.version), (2, newest.id, 3));
    let active = of(ScriptStatus::Active);
    assert_eq!((active.count, active.newest, active.version), (1, first.id, 1));
    assert_eq!(known.scripts.len(), 2);
}

async fn only_jobs_that_are_not_over_count(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    let mut over = a_claimed_job(&fresh.db).await;
    to_completed(&mut over.job);
    jobs.complete(&over.lease, &over.job, script_of(over.job.id)).await.unwrap();
    let mut asking = a_claimed_job(&fresh.db).await;
    to_waiting(&mut asking.job);
    jobs.save(&asking.lease, &asking.job).await.unwrap();
    created(&*jobs, new_job()).await;
    let newest = created(&*jobs, new_job()).await;
    let [known] = all(&fresh).await.try_into().unwrap();
    let mut found: Vec<_> =
        known.jobs.iter().map(|jobs| (jobs.status, jobs.count, jobs.newest)).collect();
    found.sort_by_key(|(_, count, _)| *count);
    let wanted = [(Status::NeedsClarification, 1, asking.job.id), (Status::Pending, 2, newest)];
    assert_eq!(found, wanted);
}

async fn open_failures_count_by_script_until_they_are_resolved(fresh: Fresh) {
    let script = fresh.db.scripts().insert(new_script(), act(now())).await.unwrap();
    let drift = fresh.db.drift();
    let mut events = Vec::new();
    for path in ["products[].price", "products[].name"] {
        let new = NewDrift {
            key: DriftKey { script: script.id, kind: DriftKind::Contract, path: path.to_owned() },
            provider: script.content.provider.clone(),
            topic: script.content.topic,
            owner: None,
            failure: "missing".to_owned(),
            reproduced: true,
        };
        events.push(drift.open(new, None, now()).await.unwrap().id);
    }
    let [known] = all(&fresh).await.try_into().unwrap();
    let topic = script.content.topic;
    assert_eq!(known.drift, [OpenDrift { topic, script: script.id, events: 2 }]);
    for event in events {
        drift.resolve(event, act(now())).await.unwrap();
    }
    let [known] = all(&fresh).await.try_into().unwrap();
    assert_eq!(known.drift, []);
}

async fn connections_are_those_of_the_owner(fresh: Fresh) {
    let connections = fresh.db.connections();
    let other = Owner::named("others");
    connections
        .put(connection(owner(), "my-till", ConnectionStatus::Connected), act(now()))
        .await
        .unwrap();
    connections
        .put(connection(other, "their-till", ConnectionStatus::Error), act(now()))
        .await
        .unwrap();
    assert_eq!(names(&fresh).await, ["my-till"]);
    let nobody = fresh.db.overview().providers(None, None, 9).await.unwrap();
    assert_eq!(nobody.items, []);
}

async fn providers_come_by_name_in_pages(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    for name in ["c", "a", "d", "b", "a"] {
        scripts.insert(script_for(name), act(now())).await.unwrap();
    }
    let mut from = None;
    let mut pages = Vec::new();
    loop {
        let page = fresh.db.overview().providers(None, from, 2).await.unwrap();
        pages.push(page.items.iter().map(|known| known.provider.to_string()).collect::<Vec<_>>());
        match page.next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    assert_eq!(pages, [["a", "b"], ["c", "d"]]);
    let later = fresh.db.overview().providers(None, Some(slug("bb")), 9).await.unwrap();
    assert_eq!(later.items.len(), 2);
}
