//! Samples that hold recorded answers in place of a payload.

use crate::common::{brief, question, script};
use domain::{Brief, Sample, Topic};
use serde_json::{Value, json};

fn recorded(http: &Value) -> Brief {
    let sample: Sample = serde_json::from_value(json!({
        "name": "recorded",
        "connection": {"baseUrl": "https://api.till.test", "apiKey": "k-123"},
        "http": http,
    }))
    .unwrap();
    Brief { samples: vec![sample].into(), ..brief(Topic::SyncProducts, &Value::Null, "") }
}

fn page(url: &str, body: &Value) -> Value {
    let headers = json!({"Authorization": "Bearer k-123", "Accept": "application/json"});
    json!({"request": {"url": url, "headers": headers}, "response": {"body": body}})
}

#[test]
fn one_answer_is_fetched_with_the_connection_s_own_key() {
    let body = json!({"items": [{"id": "a", "name": "X", "price": 4.5}]});
    let source = script(&recorded(&json!([page("https://api.till.test/v1/items", &body)]))).source;
    assert!(source.contains("async function transform"), "{source}");
    assert!(source.contains("`${input.baseUrl}` + \"/v1/items\""), "{source}");
    assert!(source.contains("\"Authorization\": \"Bearer \" + input.apiKey"), "{source}");
    assert!(!source.contains("k-123"), "{source}");
}

#[test]
fn pages_are_read_as_one_list() {
    let record = |id: &str, next: Value| json!({"data": [{"id": id, "name": "X", "price": 4.5}], "next": next});
    let pages = json!([
        page("/v1/items?page=1", &record("a", json!("/v1/items?page=2"))),
        page("/v1/items?page=2", &record("b", Value::Null)),
    ]);
    let source = script(&recorded(&pages)).source;
    assert!(
        source.contains("context.http.getAll(`${input.baseUrl}` + \"/v1/items?page=1\""),
        "{source}"
    );
    assert!(source.contains("requiredList(payload, \"payload\")"), "{source}");
}

#[test]
fn answers_of_several_addresses_become_one_payload() {
    let items = json!({"items": [{"id": "a", "name": "X", "price": 4.5, "categoryId": "cat-1"}]});
    let categories = |id: &str| json!([{"id": id, "name": "Hot"}]);
    let http = json!([
        page("/v1/items", &items),
        page("/v1/categories?page=1", &categories("cat-1")),
        page("/v1/categories?page=2", &categories("cat-2")),
    ]);
    let source = script(&recorded(&http)).source;
    assert!(source.contains("items: bodyOf(await context.http.get("), "{source}");
    assert!(source.contains("categories: await context.http.getAll("), "{source}");
    assert!(source.contains("lookUp(categoryIndex, item.categoryId"), "{source}");
}

#[test]
fn addresses_of_single_records_are_asked_about() {
    let body = json!({"items": [{"id": "a", "name": "X", "price": 4.5}]});
    let http = json!([page("/v1/items", &body), page("/v1/items/1001/options", &body)]);
    assert!(question(&recorded(&http)).text.contains("cannot be told apart"));
}
