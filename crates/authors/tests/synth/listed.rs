//! Lists apart from the products that say which of them can be ordered.

use domain::Topic;
use serde_json::{Value, json};

use crate::common::{answered, brief, question, script, source_of};

const NOTES: &str = "- Prices are decimals. Orders refer to `id`.";
const POINT: &str = "products[].isAvailable (sold_out_items)";

fn with(key: &str, list: &Value) -> Value {
    json!({"items": [
        {"id": "i-1001", "plu": "A1", "name": "Bowl", "price": 9.5},
        {"id": "i-1002", "plu": "A2", "name": "Tea", "price": 3.0}], key: list})
}

fn source(payload: &Value, notes: &str) -> String {
    script(&brief(Topic::SyncProducts, payload, notes)).source
}

fn asked(payload: &Value, notes: &str) -> String {
    let asked = question(&brief(Topic::SyncProducts, payload, notes));
    asked.points.first().map(|point| point.field.clone()).unwrap_or_default()
}

#[test]
fn ids_under_a_name_that_says_so_cannot_be_ordered() {
    for (key, list, reads) in [
        ("unavailable_ids", json!(["i-1002"]), "!offSale.has(text(item.id))"),
        ("86_list", json!(["A2"]), "!offSale.has(text(item.plu))"),
        ("snoozedPlus", json!([]), "!offSale.has(text(item.plu))"),
        (
            "stop_list",
            json!([{"item_id": "i-1002", "since": "2026-01-01"}]),
            "!offSale.has(text(item.id))",
        ),
        ("snoozed", json!({"i-1002": {"until": "2026-01-01"}}), "!offSale.has(text(item.id))"),
    ] {
        let source = source(&with(key, &list), NOTES);
        assert!(source.contains(&format!("isAvailable: {reads},")), "{key}: {source}");
    }
}

#[test]
fn such_a_list_may_stand_in_an_object_and_hold_ids_of_options_too() {
    let mut payload =
        with("state", &json!({"unavailable_ids": ["i-1002", "o-1001"], "hidden_ids": []}));
    payload["items"][0]["options"] = json!([{"id": "g-1", "name": "Sauce", "min": 0, "max": 1,
        "choices": [{"id": "o-1001", "name": "Soy", "price": 0.5}]}]);
    let script = script(&brief(Topic::SyncProducts, &payload, NOTES));
    assert!(
        script.source.contains(
            "isAvailable: allOf([!offSale.has(text(item.id)), !offSale2.has(text(item.id))]),"
        ),
        "{}",
        script.source
    );
    assert_eq!(
        source_of(&script, "products[].isAvailable"),
        "state.unavailable_ids names items[].id"
    );
}

#[test]
fn a_list_counts_beside_a_flag() {
    let mut payload = with("sold_out_items", &json!(["i-1002"]));
    payload["items"][0]["active"] = json!(true);
    payload["items"][1]["active"] = json!(false);
    let source = source(&payload, NOTES);
    assert!(
        source.contains("allOf([flag(item.active, \"items[].active\"), !offSale.has("),
        "{source}"
    );
}

#[test]
fn a_list_whose_name_says_nothing_is_read_where_documents_do() {
    let payload = with("stops", &json!(["i-1002"]));
    assert!(!source(&payload, NOTES).contains("isAvailable"));
    let told = format!("{NOTES}\n- `stops` lists the items that are sold out for today.");
    assert!(source(&payload, &told).contains("isAvailable: !offSale.has(text(item.id)),"));
}

#[test]
fn lists_of_something_else_say_nothing_of_products() {
    for (key, list) in [
        ("disabled_payment_ids", json!([])),
        ("hidden_category_ids", json!([7])),
        ("unavailable_days", json!(["2026-12-25"])),
        ("active_menus", json!(["m-1"])),
    ] {
        assert!(!source(&with(key, &list), NOTES).contains("isAvailable"), "{key}");
    }
    let dismissed = format!("{NOTES}\n- `sold_out_items` is yesterday's list; ignore it.");
    let dismissed = dismissed.replace("; ignore", " and is not used, ignore");
    assert!(
        !source(&with("sold_out_items", &json!(["i-1002"])), &dismissed).contains("isAvailable")
    );
}

#[test]
fn a_list_of_all_that_can_be_ordered_is_asked_about_unless_documents_say_that_it_is_whole() {
    let payload = with("available_ids", &json!(["i-1001"]));
    assert_eq!(asked(&payload, NOTES), "products[].isAvailable (available_ids)");
    let told = format!("{NOTES}\n- `available_ids`: only these items can be sold now.");
    assert!(source(&payload, &told).contains("isAvailable: onSale.has(text(item.id)),"));
}

#[test]
fn a_list_that_is_not_understood_is_asked_about_and_the_answer_followed() {
    let doubtful = json!([{"item_id": "i-1002", "outlet": 3, "balance": 2}]);
    assert_eq!(asked(&with("sold_out_items", &doubtful), NOTES), POINT);
    let per_outlet = json!([{"name": "Quay", "sold_out_ids": ["i-1002"]}]);
    assert_eq!(
        asked(&with("outlets", &per_outlet), NOTES),
        "products[].isAvailable (outlets.sold_out_ids)"
    );
    let states = json!([{"item_id": "i-1001", "available": true}, {"item_id": "i-1002", "available": false}]);
    assert_eq!(asked(&with("states", &states), NOTES), "products[].isAvailable (states)");
    let clocked =
        format!("{NOTES}\n- `sold_out_items`: sold out until the time, which may be in the past.");
    let payload = with("sold_out_items", &json!([{"id": "i-1002", "until": "2026-01-01"}]));
    let first = brief(Topic::SyncProducts, &payload, &clocked);
    assert_eq!(question(&first).points[0].field, POINT);
    assert!(script(&answered(&first, "a")).source.contains("!offSale.has("));
    assert!(!script(&answered(&first, "leave it out")).source.contains("isAvailable"));
}

#[test]
fn a_stop_list_within_other_records_is_one_where_documents_say_so_and_asked_about_else() {
    let stopped = json!([{"till": "t-1", "lists": [{"items": [
        {"productId": "i-1002", "sizeId": null, "balance": 0.0, "dateAdd": "2026-01-01 10:00:00"}]}]}]);
    let payload = with("stopLists", &stopped);
    assert_eq!(asked(&payload, NOTES), "products[].isAvailable (stopLists.lists.items)");
    let half = format!("{NOTES}\n- The stop list has every product that cannot be sold.");
    assert_eq!(asked(&payload, &half), "products[].isAvailable (stopLists.lists.items)");
    let told = format!("{half} Its `balance` is 0.");
    let source = source(&payload, &told);
    assert!(source.contains("filter((record) => !(record.balance > 0))"), "{source}");
    assert!(source.contains("isAvailable: !offSale.has(text(item.id)),"), "{source}");
}

#[test]
fn the_stop_lists_of_several_tills_are_one_where_documents_say_so() {
    let stopped = json!([{"stops": [{"item_id": "i-1001"}]}, {"stops": [{"item_id": "i-1002"}]}]);
    let payload = with("tills", &stopped);
    let told = format!("{NOTES}\n- `stops` lists the items that are sold out, by till.");
    let source = source(&payload, &told);
    assert!(source.contains("list(payload.tills).flatMap((held) => held.stops ?? [])"), "{source}");
}

#[test]
fn documents_may_speak_of_the_answer_that_holds_the_list_and_nothing_else() {
    let of = |portion: &Value| {
        with("unavailable", &json!({"shop": 7, "items": [{"id": "i-1002", "portions": [portion]}]}))
    };
    let notes = "- Prices are decimals. Orders refer to `id`.\n- Items in `unavailable` are out at the moment; all others can be sold.";
    let source = source(&of(&json!({"number": 1})), notes);
    assert!(source.contains("isAvailable: !offSale.has(text(item.id)),"), "{source}");
    // A flag of a part may say that only that one is out, and no sentence says what the list means.
    for (part, notes) in [(json!({"out": true}), notes), (json!({"number": 1}), NOTES)] {
        assert_eq!(asked(&of(&part), notes), "products[].isAvailable (unavailable.items)");
    }
}
