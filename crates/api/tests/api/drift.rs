use domain::{
    Drift, DriftId, DriftKey, DriftKind, DriftStatus, JobId, NewDrift, Owner, RepairPolicy, Scope,
    ScriptId, Timestamp, Topic,
};
use serde_json::json;
use store::Page;

use crate::support::{Below, get, request, send, with_json};

const DRIFT: &str = "/api/v1/drift";

fn event(status: DriftStatus) -> Drift {
    Drift {
        id: DriftId::new(12).unwrap(),
        seen: NewDrift {
            key: DriftKey {
                script: ScriptId::new(3).unwrap(),
                kind: DriftKind::Contract,
                path: "products[].price".to_owned(),
            },
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            owner: Some(Owner::named("team")),
            failure: "products[0].price: \"4.50\" is not of type \"number\"".to_owned(),
            reproduced: true,
        },
        status,
        count: 21,
        first_seen: Timestamp::UNIX_EPOCH,
        last_seen: Timestamp::UNIX_EPOCH,
        repair: JobId::new(7),
        resolved_at: None,
        resolved_by: String::new(),
    }
}

#[tokio::test]
async fn events_are_narrowed_and_paged() {
    let mut below = Below::default();
    below.drift.expect_list().returning(|filter, page| {
        assert_eq!(filter.status, Some(DriftStatus::Open));
        assert_eq!(filter.script, ScriptId::new(3));
        assert_eq!((page.limit, page.before), (1, Some(40)));
        Ok(Page { items: vec![event(DriftStatus::Open)], next: Some(12) })
    });
    let path = format!("{DRIFT}?status=open&scriptId=3&limit=1&cursor=40");
    let answer = send(below.router(&[Scope::JobsRead]), get(&path)).await.json();
    assert_eq!((&answer["nextCursor"], &answer["drift"][0]["count"]), (&json!("12"), &json!(21)));
    assert_eq!(answer["drift"][0]["repairJobId"], 7);
    for (query, field) in [
        ("status=broken", "status"),
        ("kind=magic", "kind"),
        ("scriptId=x", "scriptId"),
        ("limit=0", "limit"),
        ("owner=team", "owner"),
    ] {
        let router = Below::default().router(&[Scope::JobsRead]);
        let answer = send(router, get(&format!("{DRIFT}?{query}"))).await;
        assert_eq!(answer.error(400).0, field, "{query}");
    }
}

#[tokio::test]
async fn an_event_is_shown_with_its_sample_or_without() {
    for sample in [None, Some(json!({"name": "drift", "payload": {"a": 1}}))] {
        let mut below = Below::default();
        below.drift.expect_get().returning(|_| Ok(Some(event(DriftStatus::Open))));
        let kept = sample.clone().map(|sample| serde_json::from_value(sample).unwrap());
        below.drift.expect_sample().returning(move |_| Ok(kept.clone()));
        let router = below.router(&[Scope::JobsRead]);
        let answer = send(router, get(&format!("{DRIFT}/12"))).await.json();
        assert_eq!(answer["drift"]["path"], "products[].price");
        assert_eq!(answer.get("sample").is_some(), sample.is_some());
    }
    let mut below = Below::default();
    below.drift.expect_get().returning(|_| Ok(None));
    send(below.router(&[Scope::JobsRead]), get(&format!("{DRIFT}/13"))).await.error(404);
    let router = Below::default().router(&[Scope::JobsRead]);
    assert_eq!(send(router, get(&format!("{DRIFT}/x"))).await.error(404).0, "driftId");
}

#[tokio::test]
async fn an_event_is_resolved_once_and_in_the_name_of_who_did() {
    let resolve = || request("POST", &format!("{DRIFT}/12/resolve")).body("".into()).unwrap();
    let mut below = Below::default();
    below.drift.expect_resolve().returning(|_, act| {
        assert_eq!((act.actor.as_str(), act.action.as_str()), ("till team", "drift.resolved"));
        assert_eq!((act.subject.as_str(), act.details.as_str()), ("12", "of script 3"));
        Ok(true)
    });
    below.drift.expect_get().returning(|_| Ok(Some(event(DriftStatus::Resolved))));
    let answer = send(below.router(&[Scope::ScriptsReview]), resolve()).await.json();
    assert_eq!(answer["drift"]["status"], "resolved");
    let mut below = Below::default();
    below.drift.expect_resolve().returning(|_, _| Ok(false));
    below.drift.expect_get().returning(|_| Ok(Some(event(DriftStatus::Resolved))));
    send(below.router(&[Scope::ScriptsReview]), resolve()).await.error(409);
}

#[tokio::test]
async fn a_policy_is_set_and_read() {
    let path = "/api/v1/providers/my-till/policy";
    let mut below = Below::default();
    below.drift.expect_put_policy().times(1).returning(|provider, policy, act| {
        assert_eq!((provider.as_str(), policy), ("my-till", RepairPolicy::On));
        assert_eq!((act.actor.as_str(), act.action.as_str()), ("till team", "policy.set"));
        assert_eq!(act.details, "repair on");
        Ok(())
    });
    let put = with_json("PUT", path, "{\"repair\": \"on\"}");
    let answer = send(below.router(&[Scope::ScriptsReview]), put).await.json();
    assert_eq!(answer["policy"]["repair"], "on");
    let mut below = Below::default();
    below.drift.expect_policy().returning(|_| Ok(RepairPolicy::Off));
    let answer = send(below.router(&[Scope::JobsRead]), get(path)).await.json();
    assert_eq!(answer["policy"], json!({"repair": "off"}));
    let router = Below::default().router(&[Scope::ScriptsReview]);
    let answer = send(router, with_json("PUT", path, "{\"repair\": \"maybe\"}")).await;
    assert_eq!(answer.error(400).0, "repair");
}
