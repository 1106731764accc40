use domain::{Act, Actor, AuditAction, AuditEntry, Scope, Timestamp, Topic};
use serde_json::json;
use store::{AuditFilter, Page, PageRequest};

use crate::support::{Below, get, send};

const REVIEWER: &[Scope] = &[Scope::ScriptsReview];

fn entry() -> AuditEntry {
    let act =
        Act::new(&Actor::named("till team"), AuditAction::ScriptForced, Timestamp::UNIX_EPOCH)
            .of(&"my-till".parse().unwrap())
            .for_topic(Topic::SyncProducts)
            .on(3)
            .because(Some(&"no prices any more".parse().unwrap()))
            .noting("menu: products[0].price is missing");
    AuditEntry { id: 9, act }
}

#[tokio::test]
async fn acts_are_narrowed_and_paged() {
    let mut below = Below::default();
    below
        .audit
        .expect_list()
        .times(1)
        .withf(|filter, page| {
            let wanted = AuditFilter {
                actor: Some(Actor::named("till team")),
                action: Some(AuditAction::ScriptForced),
                provider: Some("my-till".parse().unwrap()),
                topic: Some(Topic::SyncProducts),
            };
            *filter == wanted && *page == PageRequest { before: Some(10), limit: 1 }
        })
        .returning(|_, _| Ok(Page { items: vec![entry()], next: Some(9) }));
    let query = "actor=till%20team&action=script.forced&provider=my-till&topic=sync_products\
                 &limit=1&cursor=10";
    let answer = send(below.router(REVIEWER), get(&format!("/api/v1/audit?{query}"))).await;
    insta::assert_json_snapshot!(answer.json(), @r#"
    {
      "code": 200,
      "isSuccess": true,
      "message": "acts, newest first",
      "entries": [
        {
          "id": 9,
          "at": "1970-01-01T00:00:00.000Z",
          "actor": "till team",
          "action": "script.forced",
          "provider": "my-till",
          "topic": "sync_products",
          "subject": "3",
          "reason": "no prices any more",
          "details": "menu: products[0].price is missing"
        }
      ],
      "nextCursor": "9"
    }
    "#);
}

#[tokio::test]
async fn what_an_act_is_not_about_is_empty() {
    let mut below = Below::default();
    let act = Act::new(&Actor::operator(), AuditAction::KeyCreated, Timestamp::UNIX_EPOCH);
    below.audit.expect_list().returning(move |_, _| {
        Ok(Page { items: vec![AuditEntry { id: 1, act: act.clone() }], next: None })
    });
    let answer = send(below.router(REVIEWER), get("/api/v1/audit")).await.json();
    let entry = &answer["entries"][0];
    assert_eq!((&entry["actor"], &entry["provider"]), (&json!("(operator)"), &json!("")));
    assert_eq!(answer["nextCursor"], "");
}

#[tokio::test]
async fn an_unknown_action_is_told_which_there_are() {
    let request = get("/api/v1/audit?action=job.eaten");
    let (field, message) = send(Below::default().router(REVIEWER), request).await.error(400);
    assert_eq!(field, "action");
    assert!(message.contains("job.started"), "{message}");
    let request = get("/api/v1/audit?actor=a%00b");
    assert_eq!(send(Below::default().router(REVIEWER), request).await.error(400).0, "actor");
}
