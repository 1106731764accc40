//! Vendors of our own making, some with names that mean nothing.

use domain::{Brief, Sample, Topic};
use proptest::prelude::*;
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
    let payloads =
        samples.iter().map(|sample| sample.payload.clone().unwrap_or_default()).collect();
    let brief = Brief::of("my-till".parse().unwrap(), topic, samples);
    (brief, payloads)
}

fn learnt(topic: Topic, samples: &[(Value, Value)]) -> Learnt {
    let (brief, payloads) = brief(topic, samples);
    match learn(&brief, &payloads.iter().collect::<Vec<_>>()).unwrap() {
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
fn a_value_that_happens_to_be_there_is_not_preferred_to_one_that_says_it() {
    let dish = |id: u32, state: &str, photo: Option<&str>| {
        let photo = photo.map(|name| format!("https://cdn.till.test/{name}.jpg"));
        let record = json!({"id": id, "title": format!("Keitto {id}"), "price": f64::from(id) + 0.5, "photo": photo, "phase": state});
        let mut product = json!({"itemCode": id.to_string(), "name": format!("Keitto {id}"), "price": f64::from(id) + 0.5, "isAvailable": state == "on"});
        if let Some(photo) = photo {
            product.as_object_mut().unwrap().insert("imageUrl".into(), photo.into());
        }
        (record, product)
    };
    let (records, products): (Vec<Value>, Vec<Value>) = [
        dish(701, "on", Some("a")),
        dish(702, "off", None),
        dish(703, "on", Some("c")),
        dish(704, "on", Some("d")),
        dish(705, "off", None),
    ]
    .into_iter()
    .unzip();
    let (brief, payloads) =
        brief(Topic::SyncProducts, &[(json!({"dishes": records}), json!({"products": products}))]);
    let found = learn(&brief, &payloads.iter().collect::<Vec<_>>()).unwrap();
    let points = found.expect_err("two readings fit");
    assert_eq!(points[0].field, "products[].isAvailable");
    let places: Vec<&str> = points[0].choices.iter().map(|own| own.value.as_str()).collect();
    assert_eq!(places, ["dishes[].photo", "dishes[].phase"]);
}

#[test]
fn a_product_s_name_is_not_written_into_the_script_around_another_value() {
    let size = |id: u32, at: u32, name: &str| json!({"itemCode": format!("{id}-{at}"), "name": name, "price": f64::from(id) + 0.5});
    let flat: Vec<Value> = [("Iso", 1), ("Pieni", 2)]
        .map(|(own, at)| json!({"id": format!("701-{at}"), "of": "Lohikeitto", "size": own, "price": 701.5}))
        .into_iter()
        .chain([(702, "Leipä"), (703, "Kahvi")].map(|(id, title)| json!({"id": format!("{id}-1"), "of": title, "size": null, "price": f64::from(id) + 0.5})))
        .collect();
    let products = [
        size(701, 1, "Lohikeitto - Iso"),
        size(701, 2, "Lohikeitto - Pieni"),
        size(702, 1, "Leipä"),
        size(703, 1, "Kahvi"),
    ];
    let (brief, payloads) =
        brief(Topic::SyncProducts, &[(json!({"sizes": flat}), json!({"products": products}))]);
    if let Some(Ok(learnt)) = learn(&brief, &payloads.iter().collect::<Vec<_>>()) {
        assert!(!learnt.lines.join("\n").contains("Lohikeitto"), "{:?}", learnt.lines);
    }
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
    let learnt = learn(&by_name, &payloads.iter().collect::<Vec<_>>()).unwrap().unwrap();
    assert!(learnt.provenance.iter().any(|known| known.source == "items[].name"));
    let (open, payloads) = brief(Topic::SyncProducts, &[menu("q1", "q2")]);
    let points = learn(&open, &payloads.iter().collect::<Vec<_>>()).unwrap().unwrap_err();
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
    let points = learn(&brief, &payloads.iter().collect::<Vec<_>>()).unwrap().unwrap_err();
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

#[test]
fn a_credential_is_no_constant() {
    let payload = json!({"id": "L-501", "title": "Harbour"});
    let expected =
        json!({"externalId": "L-501", "name": "Harbour", "channelLinkId": "key-4711-abc"});
    let (mut brief, payloads) = brief(Topic::SyncOutlet, &[(payload, expected)]);
    std::sync::Arc::make_mut(&mut brief.samples)[0].connection.api_key = "key-4711-abc".to_owned();
    let points = learn(&brief, &payloads.iter().collect::<Vec<_>>()).unwrap().unwrap_err();
    assert!(points[0].prompt.contains("credential"), "{points:?}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-20_i64..20).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c€\"\\\\`$ ]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("[a-c]|id|name|__proto__", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_payload_and_output_give_one_reading_or_open_points(
        samples in proptest::collection::vec((any_json(), any_json()), 1..3),
    ) {
        let (brief, payloads) = brief(Topic::SyncProducts, &samples);
        if payloads.len() == brief.samples.len() {
            let shown = |learnt: Option<Result<Learnt, _>>| format!("{learnt:?}");
            prop_assert_eq!(shown(learn(&brief, &payloads.iter().collect::<Vec<_>>())), shown(learn(&brief, &payloads.iter().collect::<Vec<_>>())));
        }
    }

    #[test]
    fn a_renamed_and_scaled_menu_is_read_as_it_was_written_or_asked_about(
        records in proptest::collection::btree_map(100_u32..999, (1_u32..5000, 0_usize..3), 5..12),
        keys in proptest::sample::subsequence(vec!["q", "w", "e", "r", "t", "z"], 4),
        scale in proptest::sample::select(vec![1_u32, 100, 1000]),
    ) {
        let heads = ["Alku", "Keitot", "Juomat"];
        let of = |(id, (price, head)): (&u32, &(u32, usize))| {
            let record = json!({keys[0]: id, keys[1]: format!("Ruoka {id}"), keys[2]: price, keys[3]: head + 40});
            let product = json!({"itemCode": id.to_string(), "name": format!("Ruoka {id}"),
                "price": f64::from(*price) / f64::from(scale), "categories": [heads[*head]]});
            (record, product)
        };
        let (rows, products): (Vec<Value>, Vec<Value>) = records.iter().map(of).unzip();
        let heads: Vec<Value> =
            heads.iter().enumerate().map(|(n, name)| json!({"i": n + 40, "s": name})).collect();
        let samples = [(json!({"x": rows, "y": heads}), json!({"products": products}))];
        let (brief, payloads) = brief(Topic::SyncProducts, &samples);
        if let Some(Ok(learnt)) = learn(&brief, &payloads.iter().collect::<Vec<_>>()) {
            let source = |field: &str| {
                let known = learnt.provenance.iter().find(|known| known.field == field);
                known.map(|known| known.source.clone()).unwrap_or_default()
            };
            prop_assert_eq!(source("products[].price"), format!("x[].{}", keys[2]));
            prop_assert_eq!(source("products[].categories[]"), "y[].s");
            let text = learnt.lines.join("\n");
            prop_assert_eq!(text.contains(&format!("value / {scale}")), scale > 1);
        }
    }
}
