//! The page of one provider, and what can be done there.

use domain::{RepairPolicy, Scope};
use store::{Page, StoreError};

use crate::support::*;

fn below(scopes: &[Scope], policy: RepairPolicy) -> Below {
    let mut below = Below::with(scopes);
    below.scripts.expect_list().returning(|_, _| Ok(Page { items: Vec::new(), next: None }));
    below.knowledge.expect_documents().returning(|_| Ok(Vec::new()));
    below.knowledge.expect_links().returning(|_| Ok(Vec::new()));
    below.drift.expect_policy().returning(move |_| Ok(policy));
    below
}

#[tokio::test]
async fn what_is_done_about_drift_is_told_to_all_and_offered_to_reviewers() {
    let page = below(&[Scope::JobsRead], RepairPolicy::Off).router();
    let answer = send(page, get("/providers/my-till")).await;
    assert!(answer.text.contains("People are told, and nothing else is done"), "{}", answer.text);
    assert!(!answer.text.contains("name=\"repair\""), "{}", answer.text);
    let reviewer = [Scope::JobsRead, Scope::ScriptsReview];
    let page = below(&reviewer, RepairPolicy::On).router();
    let answer = send(page, get("/providers/my-till")).await;
    assert!(answer.text.contains("name=\"repair\" value=\"off\""), "{}", answer.text);
}

#[tokio::test]
async fn a_reviewer_sets_what_is_done_about_drift() {
    let mut set = below(&[Scope::ScriptsReview], RepairPolicy::Off);
    set.drift
        .expect_put_policy()
        .withf(|provider, policy, _| (provider.as_str(), *policy) == ("my-till", RepairPolicy::On))
        .times(1)
        .returning(|_, _, _| Ok(()));
    let answer = send(set.router(), post("/providers/my-till/policy", "repair=on")).await;
    let to = answer.header("location");
    assert_eq!((answer.status.as_u16(), to), (303, "/providers/my-till#drift"));
    for (scope, fields, status) in
        [(Scope::ScriptsReview, "repair=maybe", 400), (Scope::JobsWrite, "repair=on", 403)]
    {
        let page = below(&[scope], RepairPolicy::Off).router();
        assert_eq!(send(page, post("/providers/my-till/policy", fields)).await.status, status);
    }
}

#[tokio::test]
async fn a_connection_is_tried_by_who_may_run_adapters_alone() {
    let path = "/providers/my-till/connections/my-till/test";
    let page = below(&[Scope::ConnectionsRead], RepairPolicy::Off).router();
    assert_eq!(send(page, post(path, "")).await.status, 403);
    let mut away = below(&[Scope::AdaptersRun], RepairPolicy::Off);
    away.connections.expect_get().returning(|_, _| Ok(None));
    assert_eq!(send(away.router(), post(path, "")).await.status, 404);
    let mut broken = below(&[Scope::AdaptersRun], RepairPolicy::Off);
    let unavailable = || StoreError::Unavailable("away".to_owned());
    broken.connections.expect_get().returning(move |_, _| Err(unavailable()));
    assert_eq!(send(broken.router(), post(path, "")).await.status, 503);
}
