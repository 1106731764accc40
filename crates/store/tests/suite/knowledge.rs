//! Documents and samples.

use domain::{DocumentLink, FetchState, NewScript, ScriptOfAnother, ScriptStatus, Topic};
use store::{Known, Precedents, SampleKey, StatusChange};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    a_document_is_put_replaced_listed_and_deleted,
    documents_of_two_providers_do_not_mix,
    an_address_keeps_its_fetch_and_goes_with_the_document,
    an_upload_takes_the_place_of_an_address,
    a_text_goes_when_its_name_gets_another_address,
    a_fetch_that_comes_too_late_changes_nothing,
    a_sample_is_put_replaced_listed_and_deleted,
    samples_of_two_topics_do_not_mix,
    all_that_is_known_for_a_topic_comes_at_once,
    a_new_script_is_written_after_the_one_in_use_and_the_newest_of_another,
);

async fn a_document_is_put_replaced_listed_and_deleted(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let till = "my-till".parse().unwrap();
    let name = "Zones.md".parse().unwrap();
    assert_eq!(knowledge.document(&till, &name).await.unwrap(), None);
    for (file, text) in [("a.md", "a"), ("Zones.md", "old"), ("Zones.md", "new\n✓")] {
        knowledge.put_document(&till, a_document(file, text), act(now())).await.unwrap();
    }
    let zones = a_document("Zones.md", "new\n✓");
    assert_eq!(knowledge.document(&till, &name).await.unwrap(), Some(zones.clone()));
    let all = knowledge.documents(&till).await.unwrap();
    assert_eq!(all, [zones, a_document("a.md", "a")]);
    assert!(knowledge.delete_document(&till, &name, act(now())).await.unwrap());
    assert!(!knowledge.delete_document(&till, &name, act(now())).await.unwrap());
    assert_eq!(knowledge.document(&till, &name).await.unwrap(), None);
}

async fn documents_of_two_providers_do_not_mix(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let [till, other] = ["my-till", "other"].map(|slug| slug.parse().unwrap());
    knowledge.put_document(&till, a_document("a.md", "till"), act(now())).await.unwrap();
    knowledge.put_document(&other, a_document("a.md", "other"), act(now())).await.unwrap();
    let name = "a.md".parse().unwrap();
    assert!(knowledge.delete_document(&other, &name, act(now())).await.unwrap());
    assert_eq!(knowledge.documents(&till).await.unwrap(), [a_document("a.md", "till")]);
    assert_eq!(knowledge.documents(&other).await.unwrap(), []);
}

async fn an_address_keeps_its_fetch_and_goes_with_the_document(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let till = "my-till".parse().unwrap();
    let new = a_link("guide.html");
    knowledge.put_link(&till, new.clone(), act(now())).await.unwrap();
    assert_eq!(knowledge.links(&till).await.unwrap(), vec![new.clone()]);
    assert_eq!(knowledge.documents(&till).await.unwrap(), []);
    let state = FetchState {
        etag: "\"7\"".to_owned(),
        last_modified: "Tue, 24 Nov 2026 10:00:00 GMT".to_owned(),
        fetched_at: Some(now()),
        ..new.state
    };
    let fetched = DocumentLink { state, ..new };
    let kept = knowledge.keep_fetched(&till, fetched.clone(), Some("hello".to_owned()), now());
    assert!(kept.await.unwrap());
    let name = "guide.html".parse().unwrap();
    assert_eq!(knowledge.link(&till, &name).await.unwrap(), Some(fetched.clone()));
    assert_eq!(knowledge.links(&till).await.unwrap(), vec![fetched.clone()]);
    let text = a_document("guide.html", "hello");
    assert_eq!(knowledge.documents(&till).await.unwrap(), vec![text.clone()]);
    // A failed fetch leaves the text that is there.
    let state = FetchState { error: "timed out\0".to_owned(), ..fetched.state };
    let failed = DocumentLink { state, ..fetched };
    assert!(knowledge.keep_fetched(&till, failed, None, now()).await.unwrap());
    assert_eq!(knowledge.links(&till).await.unwrap()[0].state.error, "timed out\u{fffd}");
    assert_eq!(knowledge.documents(&till).await.unwrap(), [text]);
    assert!(
        knowledge.delete_document(&till, &"guide.html".parse().unwrap(), act(now())).await.unwrap()
    );
    assert_eq!(knowledge.links(&till).await.unwrap(), []);
    assert_eq!(knowledge.documents(&till).await.unwrap(), []);
}

async fn an_upload_takes_the_place_of_an_address(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let till = "my-till".parse().unwrap();
    knowledge.put_link(&till, a_link("a.md"), act(now())).await.unwrap();
    knowledge.keep_fetched(&till, a_link("a.md"), Some("old".to_owned()), now()).await.unwrap();
    knowledge.put_document(&till, a_document("a.md", "new"), act(now())).await.unwrap();
    assert_eq!(knowledge.links(&till).await.unwrap(), []);
    assert_eq!(knowledge.documents(&till).await.unwrap(), [a_document("a.md", "new")]);
}

async fn a_text_goes_when_its_name_gets_another_address(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let till = "my-till".parse().unwrap();
    let text = a_document("a.md", "text");
    let other = DocumentLink { url: "https://other.example/".parse().unwrap(), ..a_link("a.md") };
    knowledge.put_document(&till, text.clone(), act(now())).await.unwrap();
    knowledge.put_link(&till, a_link("a.md"), act(now())).await.unwrap();
    assert_eq!(knowledge.documents(&till).await.unwrap(), []);
    knowledge.keep_fetched(&till, a_link("a.md"), Some(text.content.clone()), now()).await.unwrap();
    // The same address again keeps what came from it.
    knowledge.put_link(&till, a_link("a.md"), act(now())).await.unwrap();
    assert_eq!(knowledge.documents(&till).await.unwrap(), [text]);
    knowledge.put_link(&till, other, act(now())).await.unwrap();
    assert_eq!(knowledge.documents(&till).await.unwrap(), []);
}

async fn a_fetch_that_comes_too_late_changes_nothing(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let till = "my-till".parse().unwrap();
    let late = || knowledge.keep_fetched(&till, a_link("a.md"), Some("late".to_owned()), now());
    assert!(!late().await.unwrap());
    let other = DocumentLink { url: "https://other.example/".parse().unwrap(), ..a_link("a.md") };
    knowledge.put_link(&till, other.clone(), act(now())).await.unwrap();
    assert!(!late().await.unwrap());
    assert_eq!(knowledge.links(&till).await.unwrap(), [other]);
    let fetched = |at| {
        let state = FetchState { fetched_at: Some(at), ..FetchState::default() };
        DocumentLink { state, ..a_link("b.md") }
    };
    knowledge.put_link(&till, a_link("b.md"), act(now())).await.unwrap();
    let keep =
        |at, text: &str| knowledge.keep_fetched(&till, fetched(at), Some(text.to_owned()), at);
    let [older, newer] = [now(), now() + chrono::TimeDelta::seconds(1)];
    assert!(keep(newer, "newer").await.unwrap());
    assert!(!keep(older, "older").await.unwrap());
    assert!(keep(newer, "again").await.unwrap());
    assert_eq!(knowledge.documents(&till).await.unwrap(), [a_document("b.md", "again")]);
    knowledge.put_document(&till, a_document("a.md", "uploaded"), act(now())).await.unwrap();
    assert!(!late().await.unwrap());
    let documents = [a_document("a.md", "uploaded"), a_document("b.md", "again")];
    assert_eq!(knowledge.documents(&till).await.unwrap(), documents);
}

fn a_link(name: &str) -> DocumentLink {
    DocumentLink {
        name: name.parse().unwrap(),
        url: "https://docs.till.example/guide?v=2".parse().unwrap(),
        state: FetchState::default(),
    }
}

async fn a_sample_is_put_replaced_listed_and_deleted(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let key = SampleKey {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        name: "Zones.json".parse().unwrap(),
    };
    assert_eq!(knowledge.sample(&key).await.unwrap(), None);
    let mut old = a_sample("Zones.json");
    old.expected = None;
    for sample in [a_sample("a.json"), old, a_sample("Zones.json")] {
        knowledge.put_sample(&key.provider, key.topic, sample, act(now())).await.unwrap();
    }
    assert_eq!(knowledge.sample(&key).await.unwrap(), Some(a_sample("Zones.json")));
    let all = knowledge.samples(&key.provider, key.topic).await.unwrap();
    assert_eq!(all, [a_sample("Zones.json"), a_sample("a.json")]);
    assert!(knowledge.delete_sample(&key, act(now())).await.unwrap());
    assert!(!knowledge.delete_sample(&key, act(now())).await.unwrap());
    assert_eq!(knowledge.sample(&key).await.unwrap(), None);
}

async fn samples_of_two_topics_do_not_mix(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let till = "my-till".parse().unwrap();
    knowledge.put_sample(&till, Topic::SyncProducts, a_sample("a"), act(now())).await.unwrap();
    assert_eq!(knowledge.samples(&till, Topic::SyncOutlet).await.unwrap(), []);
    assert_eq!(knowledge.samples(&till, Topic::SyncProducts).await.unwrap(), [a_sample("a")]);
}

async fn all_that_is_known_for_a_topic_comes_at_once(fresh: Fresh) {
    let knowledge = fresh.db.knowledge();
    let [till, other] = ["my-till", "other"].map(|slug| slug.parse().unwrap());
    let [products, outlet] = [Topic::SyncProducts, Topic::SyncOutlet];
    assert_eq!(knowledge.known(&till, products).await.unwrap(), Known::default());
    for (provider, topic) in [(&till, products), (&till, outlet), (&other, products)] {
        for name in ["b.json", "a.json"] {
            let sample = a_sample(name);
            knowledge.put_sample(provider, topic, sample, act(now())).await.unwrap();
        }
        knowledge.put_document(provider, a_document("b.md", "b"), act(now())).await.unwrap();
        knowledge.put_document(provider, a_document("a.md", "a"), act(now())).await.unwrap();
        knowledge.put_link(provider, a_link("c.md"), act(now())).await.unwrap();
    }
    let state =
        FetchState { etag: "7".to_owned(), fetched_at: Some(now()), ..FetchState::default() };
    let fetched = DocumentLink { state, ..a_link("c.md") };
    let text = Some("c".to_owned());
    assert!(knowledge.keep_fetched(&till, fetched.clone(), text, now()).await.unwrap());
    let known = knowledge.known(&till, products).await.unwrap();
    let documents = [("a.md", "a"), ("b.md", "b"), ("c.md", "c")];
    assert_eq!(known.documents, documents.map(|(name, text)| a_document(name, text)));
    assert_eq!(known.links, [fetched]);
    assert_eq!(known.samples, ["a.json", "b.json"].map(a_sample));
}

async fn a_new_script_is_written_after_the_one_in_use_and_the_newest_of_another(fresh: Fresh) {
    let scripts = fresh.db.scripts();
    let mut saved = Vec::new();
    for provider in ["my-till", "my-till", "a-till", "b-till", "c-till"] {
        let source = format!("// {}\n", saved.len());
        let new = NewScript { provider: provider.parse().unwrap(), source, ..new_script() };
        saved.push(scripts.insert(new, act(now())).await.unwrap());
    }
    let (knowledge, till) = (fresh.db.knowledge(), "my-till".parse().unwrap());
    let precedents = async || knowledge.known(&till, Topic::SyncProducts).await.unwrap().precedents;
    assert_eq!(precedents().await, Precedents { latest_version: 2, ..Precedents::default() });

    for script in [&saved[0], &saved[2], &saved[3]] {
        let (from, to) = (ScriptStatus::Candidate, ScriptStatus::Active);
        let (in_place_of, tested_on, act) = (None, None, act(now()));
        let change = StatusChange { id: script.id, from, to, in_place_of, tested_on, act };
        scripts.set_status(change).await.unwrap();
    }
    let elsewhere =
        ScriptOfAnother { provider: "b-till".parse().unwrap(), source: "// 3\n".to_owned() };
    let active = Some("// 0\n".to_owned());
    let found = Precedents { latest_version: 2, active, elsewhere: Some(elsewhere) };
    assert_eq!(precedents().await, found);
}
