use proptest::prelude::*;

use super::*;

fn sample(payload: Value) -> Sample {
    Sample {
        name: "a".parse().unwrap(),
        payload: Some(payload),
        http: Vec::new(),
        connection: domain::Connection::default(),
        expected: None,
    }
}

fn names(topic: Topic, payload: Value, output: &Value) -> Vec<String> {
    mutations(topic, &sample(payload), output).map(|m| m.name).collect()
}

#[test]
fn a_field_that_some_record_does_without_is_left_out_and_null() {
    let payload = json!({"items": [{"id": 1, "note": "x"}, {"id": 2}, {"id": 3, "note": null}]});
    assert_eq!(
        names(Topic::SyncProducts, payload, &Value::Null),
        [
            "with unknown fields in the payload",
            "with items of the payload emptied",
            "without note in record 0 of items of the payload",
            "with note null in record 0 of items of the payload",
        ]
    );
}

#[test]
fn a_field_for_which_another_stands_in_is_left_alone() {
    let by_variant = json!([{"id": 1, "price": 2}, {"id": 2, "variants": [{"price": 3}]}]);
    let by_kind = json!([{"type": "ITEM", "id": 1, "price": 2}, {"type": "TAX", "id": 2}]);
    for payload in [by_variant, by_kind] {
        let found = names(Topic::SyncProducts, payload, &Value::Null);
        assert!(!found.iter().any(|name| name.contains("price")), "{found:?}");
    }
}

#[test]
fn only_the_output_s_own_list_has_no_excuse_for_dangling_ids() {
    let payload = json!({
        "items": [{"id": 1, "category": "c7"}],
        "categories": [{"id": "c7", "name": "Tea"}],
    });
    let output = json!({"products": [{"itemCode": "1"}]});
    let sample = sample(payload);
    let found: Vec<Mutation> = mutations(Topic::SyncProducts, &sample, &output).collect();
    let dangling = |path: &str| {
        let name = format!("with {path} of the payload emptied");
        found.iter().find(|m| m.name == name).unwrap().dangling.clone()
    };
    assert_eq!(dangling("categories"), BTreeSet::from(["c7".to_owned()]));
    assert_eq!(dangling("items"), BTreeSet::new());
}

#[test]
fn the_standard_s_schema_says_what_is_optional() {
    let order = json!({
        "orderId": "1", "placedAt": "2026-01-01T00:00:00Z", "type": "pickup", "notes": "soon",
        "items": [{"itemCode": "1", "name": "Tea", "quantity": 1, "unitPrice": 2, "notes": "hot"}],
        "totals": {"total": 2},
    });
    assert_eq!(
        names(Topic::OrderDispatch, order, &Value::Null),
        [
            "with unknown fields in the payload",
            "without notes in record 0 of $ of the payload",
            "with notes null in record 0 of $ of the payload",
            "without notes in record 0 of items of the payload",
            "with notes null in record 0 of items of the payload",
        ]
    );
}

#[test]
fn maps_get_no_unknown_field() {
    let mut payload = json!({"names": {"en": "Tea", "fr": "Thé"}, "id": 1});
    add_unknown(&mut payload);
    assert_eq!(payload["names"], json!({"en": "Tea", "fr": "Thé"}));
    assert!(payload.get(UNKNOWN).is_some());
}

#[test]
fn mutations_are_bounded_and_fewer_for_a_large_sample() {
    let wide = |text: &str| {
        let mut full = Fields::new();
        for index in 0..100 {
            full.insert(format!("f{index}"), json!(text));
        }
        json!([full, {}])
    };
    let count = |payload| mutations(Topic::SyncProducts, &sample(payload), &Value::Null).count();
    assert!((20..=MUTATIONS_MAX).contains(&count(wide("x"))));
    assert!((4..=LARGE_MUTATIONS_MAX).contains(&count(wide(&"x".repeat(3_000)))));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z\\[\\]. $]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c\\[\\].$]{0,2}", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn mutations_of_any_json_are_deterministic_and_change_something(
        payload in any_json(),
        output in any_json(),
    ) {
        for topic in Topic::ALL {
            let sample = sample(payload.clone());
            let found: Vec<Mutation> = mutations(topic, &sample, &output).collect();
            let again: Vec<Mutation> = mutations(topic, &sample, &output).collect();
            prop_assert_eq!(&found, &again);
            prop_assert!(found.len() <= MUTATIONS_MAX);
            prop_assert!(found.iter().all(|mutation| mutation.sample != sample));
        }
    }
}
