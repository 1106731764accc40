//! The first page.

use domain::{ConnectionStatus, JobId, Scope, ScriptId, ScriptStatus, Status, Topic};
use store::{JobsInWork, OpenDrift, ProviderOverview, ProvidersPage, ScriptsInState};

use crate::support::*;

/// A provider of which there is all that there can be.
fn full(number: u32) -> ProviderOverview {
    let script = |id: u32| ScriptId::new(i64::from(1_000_000 + id)).unwrap();
    let of_topic = |(topic, place): (Topic, u32)| {
        let in_state = |status, id| ScriptsInState {
            topic,
            status,
            count: 3,
            newest: script(id),
            version: 100 + id % 7,
        };
        let active = number * 20 + place * 2;
        let scripts =
            [in_state(ScriptStatus::Active, active), in_state(ScriptStatus::Candidate, active + 1)];
        let drift = OpenDrift { topic, script: script(active), events: 50 };
        let newest = JobId::new(i64::from(1_000_000 + active)).unwrap();
        let job = JobsInWork { topic, status: Status::NeedsClarification, count: 2, newest };
        (scripts, drift, job)
    };
    let all: Vec<_> = Topic::ALL.into_iter().zip(1..).map(of_topic).collect();
    ProviderOverview {
        provider: format!("a-vendor-with-quite-a-name-{number}").parse().unwrap(),
        scripts: all.iter().flat_map(|(scripts, ..)| *scripts).collect(),
        jobs: all.iter().map(|(.., job)| *job).collect(),
        drift: all.iter().map(|(_, drift, _)| *drift).collect(),
        samples: Topic::ALL.map(|topic| (topic, 12)).into(),
        documents: 123,
        connections: [
            ConnectionStatus::Error,
            ConnectionStatus::Untested,
            ConnectionStatus::Connected,
            ConnectionStatus::Disabled,
        ]
        .map(|status| (status, 12))
        .into(),
    }
}

#[tokio::test]
async fn the_fullest_first_page_stays_under_100_kb_with_all_that_belongs_to_it() {
    let mut below = Below::with(&[Scope::Admin]);
    below.overview.checkpoint();
    below.overview.expect_providers().returning(|_, _, limit| {
        let next = Some("a-vendor-with-quite-a-name-99".parse().unwrap());
        Ok(ProvidersPage { items: (0..limit).map(full).collect(), next })
    });
    let router = below.router();
    let page = send(router.clone(), get("/")).await.text;
    assert_eq!(page.matches("50 open failures").count() % 7, 0);
    let mut bytes = page.len();
    for part in page.split('"').filter(|part| part.starts_with("/assets/")) {
        bytes += send(router.clone(), get(part)).await.text.len();
    }
    assert!((60_000..100_000).contains(&bytes), "{bytes}");
}
