//! Vendors of our own making, some with names that mean nothing.

use domain::{Brief, Sample, Topic};
use serde_json::{Value, json};

use super::{Learnt, learn};

fn brief(topic: Topic, samples: &[(Value, Value)]) -> (Brief, Vec<Value>) {
    let samples: Vec<Sample> = samples
        .iter()
        .map(|(payload, expected)| {
            serde_json::from_value(json!({"name": "s", "payload": payload, "expected": expected}))
                .unwrap()
        })
        .collect();
    let payloads = samples.iter().map(|sample| sample.payload.clone().unwrap()).collect();
    let brief = Brief {
        provider: "my-till".parse().unwrap(),
        topic,
        version: 1,
        samples,
        documents: Vec::new(),
        active_script: None,
        last_draft: None,
        attempts: Vec::new(),
        rounds: Vec::new(),
    };
    (brief, payloads)
}

fn learnt(topic: Topic, samples: &[(Value, Value)]) -> Learnt {
    let (brief, payloads) = brief(topic, samples);
    match learn(&brief, &payloads).unwrap() {
        Ok(learnt) => learnt,
        Err(points) => panic!("{points:#?}"),
    }
}

/// A menu in which names say nothing: `a` are dishes, `b` groups by link, `c` headings.
fn nameless() -> (Value, Value) {
    let payload = json!({
        "a": [
            {"a1": 11, "a2": "Karjalanpiirakka", "a3": 450, "a4": 71, "a5": "k"},
            {"a1": 12, "a2": "Lohikeitto", "a3": 1290, "a4": 72, "a5": "k"},
            {"a1": 13, "a2": "Mustikkapiirakka", "a3": 655, "a4": 71, "a5": "k"},
            {"a1": 14, "a2": "Poronkäristys", "a3": 2180, "a4": 72, "a5": "k"}
        ],
        "b": [{"b1": "grp-77", "b2": "Lisäke", "b3": [{"c1": "opt-501", "c2": "Voi", "c3": 50}, {"c1": "opt-502", "c2": "Muna", "c3": 125}]}],
        "l": [{"l1": 12, "l2": "grp-77"}, {"l1": 14, "l2": "grp-77"}],
        "h": [{"h1": 71, "h2": "Leivonnaiset"}, {"h1": 72, "h2": "Ruoat"}]
    });
    let groups = json!([{"code": "grp-77", "name": "Lisäke", "options": [
        {"code": "opt-501", "name": "Voi", "price": 0.5}, {"code": "opt-502", "name": "Muna", "price": 1.25}
    ]}]);
    let expected = json!({"products": [
        {"itemCode": "11", "name": "Karjalanpiirakka", "price": 4.5, "categories": ["Leivonnaiset"]},
        {"itemCode": "12", "name": "Lohikeitto", "price": 12.9, "categories": ["Ruoat"], "modifierGroups": groups},
        {"itemCode": "13", "name": "Mustikkapiirakka", "price": 6.55, "categories": ["Leivonnaiset"]},
        {"itemCode": "14", "name": "Poronkäristys", "price": 21.8, "categories": ["Ruoat"], "modifierGroups": groups}
    ]});
    (payload, expected)
}

#[test]
fn a_menu_without_meaningful_names_is_learnt_by_its_values() {
    let learnt = learnt(Topic::SyncProducts, &[nameless()]);
    let source = |field: &str| {
        let known = learnt.provenance.iter().find(|known| known.field == field);
        known.map(|known| known.source.clone()).unwrap_or_default()
    };
    assert_eq!(source("products[].itemCode"), "a[].a1");
    assert_eq!(source("products[].price"), "a[].a3");
    assert_eq!(source("products[].categories[]"), "h[].h2");
    // Through the link, not all that there are.
    assert!(learnt.lines.iter().any(|line| line.contains("lookUp(bByB1")), "{:?}", learnt.lines);
    assert_eq!(source("products[].modifierGroups[].options[].price"), "b[].b3[].c3");
    insta::assert_snapshot!("nameless", format!("{}\n{}", learnt.lines.join("\n"), learnt.helpers));
}

#[test]
fn two_values_that_are_always_equal_are_told_apart_by_name_or_asked_about() {
    let menu = |first: &str, second: &str| {
        let record =
            |code: &str, name: &str| json!({first: name, second: name, "id": code, "price": 2});
        let payload = json!({"items": [record("A1", "Laksa"), record("B2", "Kopi")]});
        let expected = json!({"products": [
            {"itemCode": "A1", "name": "Laksa", "price": 2}, {"itemCode": "B2", "name": "Kopi", "price": 2}
        ]});
        (payload, expected)
    };
    let (by_name, payloads) = brief(Topic::SyncProducts, &[menu("kitchen", "name")]);
    let learnt = learn(&by_name, &payloads).unwrap().unwrap();
    assert!(learnt.provenance.iter().any(|known| known.source == "items[].name"));
    let (open, payloads) = brief(Topic::SyncProducts, &[menu("q1", "q2")]);
    let points = learn(&open, &payloads).unwrap().unwrap_err();
    assert_eq!(points[0].field, "products[].name");
    assert_eq!(points[0].choices.len(), 2);
}

#[test]
fn a_flag_that_drops_what_cannot_be_ordered_is_asked_about() {
    let item = |id: &str, live: bool| json!({"id": id, "name": format!("Dish {id}"), "price": 3.5, "active": live});
    let payload = json!({"items": [item("A1", true), item("B2", false), item("C3", true)]});
    let product = |id: &str| json!({"itemCode": id, "name": format!("Dish {id}"), "price": 3.5});
    let expected = json!({"products": [product("A1"), product("C3")]});
    let (brief, payloads) = brief(Topic::SyncProducts, &[(payload, expected)]);
    let points = learn(&brief, &payloads).unwrap().unwrap_err();
    assert!(points.iter().any(|point| point.field.contains("dropped")), "{points:?}");
}

#[test]
fn records_marked_as_deleted_stay_out_though_no_sample_has_one() {
    let payload = json!({"items": [
        {"id": "A1", "name": "Laksa", "price": 4.5, "deleted_at": null},
        {"id": "B2", "name": "Kopi", "price": 1.8, "deleted_at": null}
    ]});
    let expected = json!({"products": [
        {"itemCode": "A1", "name": "Laksa", "price": 4.5}, {"itemCode": "B2", "name": "Kopi", "price": 1.8}
    ]});
    let learnt = learnt(Topic::SyncProducts, &[(payload, expected)]);
    assert!(learnt.lines.join("\n").contains("!isSet(item.deleted_at)"), "{:?}", learnt.lines);
}

#[test]
fn words_are_learnt_from_several_samples_and_an_unknown_one_throws() {
    let update = |state: &str, status: &str, id: &str, at: &str| {
        (
            json!({"order": {"no": id}, "state": state, "at": format!("{at}+02:00")}),
            json!({"externalOrderId": id, "status": status, "occurredAt": format!("{}.000Z", at.replace("T12", "T10"))}),
        )
    };
    let learnt = learnt(
        Topic::OrderStatusUpdate,
        &[
            update("OK", "accepted", "o-771", "2026-02-01T12:00:00"),
            update("DONE", "completed", "o-772", "2026-02-01T12:05:00"),
            update("OK", "accepted", "o-773", "2026-02-02T12:07:00"),
            update("DONE", "completed", "o-774", "2026-02-02T12:09:00"),
        ],
    );
    let text = learnt.lines.join("\n");
    assert!(
        text.contains(r#"["DONE", "completed"]"#) && text.contains("word(wordsOfState"),
        "{text}"
    );
    assert!(learnt.helpers.contains("is not known"), "{}", learnt.helpers);
}
