//! Words and counts that say whether a product can be ordered, on invented vendors.

use crate::common::{brief, script};
use domain::Topic;
use serde_json::{Value, json};

/// The line about the sale in the script for two dishes that hold these besides.
fn sale(parts: [Value; 2], notes: &str) -> String {
    let records = parts.into_iter().zip(["Soup", "Tea"]).enumerate().map(|(at, (part, name))| {
        let mut dish = json!({"id": format!("d-{at}"), "name": name, "price": 4.5});
        dish.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        dish
    });
    let payload = json!({"dishes": records.collect::<Vec<_>>()});
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    let line = source.lines().find(|line| line.contains("isAvailable:"));
    line.map(|line| line.trim().to_owned()).unwrap_or_default()
}

#[test]
fn one_word_alone_may_sell() {
    for notes in [
        "- `state` other than open: not for sale.",
        "- Only dishes with `state` open are sold.",
        "- `state` other than open or `note` empty: cannot be bought.",
    ] {
        let line = sale([json!({"state": "open"}), json!({"state": "resting"})], notes);
        assert_eq!(line, "isAvailable: text(item.state) === \"open\",", "{notes}");
    }
}

#[test]
fn a_count_may_count_only_under_words_of_other_fields() {
    let parts = [
        json!({"mode": "kept", "rule": "strict", "left": 0}),
        json!({"mode": "free", "rule": "lax", "left": 4}),
    ];
    let notes =
        "- With `mode` \"kept\" and `rule` \"strict\" a dish without `left` portions is sold out.";
    let line = sale(parts, notes);
    assert!(line.contains("text(item.mode) !== \"kept\""), "{line}");
    assert!(line.contains("inStock(item.left)"), "{line}");
}

#[test]
fn words_that_no_sample_has_are_read_where_documents_say_what_they_mean() {
    for notes in [
        "- `status` active, stopped (cannot be bought) or ahead (can).",
        "- `status` stopped: cannot be bought; ahead can.",
        "- `status` active and ahead can be bought, stopped cannot.",
    ] {
        let line = sale([json!({"status": "active"}), json!({"status": "stopped"})], notes);
        assert!(line.contains("[\"ahead\", true]"), "{notes}: {line}");
        assert!(line.contains("[\"stopped\", false]"), "{notes}: {line}");
    }
}

#[test]
fn what_guests_read_of_a_state_decides_nothing() {
    let parts = [
        json!({"left": 3, "stock_status": "Out of stock"}),
        json!({"left": 0, "stock_status": "Out of stock"}),
    ];
    let notes =
        "- With `left` 0 a dish is out of stock; `stock_status` is only the text shown then.";
    assert_eq!(sale(parts, notes), "isAvailable: inStock(item.left),");
}

#[test]
fn what_stays_in_the_list_and_must_not_be_offered_is_left_out() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": 4.5, "kept": true},
        {"id": "d-2", "name": "Tea", "price": 2.5, "kept": false}]});
    let notes = "- Dropped dishes stay with `kept` false; they must not be offered.";
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    assert!(source.contains("if (flag(item.kept, \"dishes[].kept\") === false) {"), "{source}");
    // What is said of modifiers is not said of dishes.
    let notes = "- `kept` false: sold out. An extra that is not kept must not be offered.";
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    assert!(source.contains("isAvailable: flag(item.kept, \"dishes[].kept\")"), "{source}");
}

#[test]
fn a_count_may_count_only_where_something_is_set() {
    let parts = [json!({"keeper": null, "left": 0}), json!({"keeper": "till", "left": 4})];
    let notes = "- Stock is counted only where `keeper` is set. A counted dish cannot be bought when `left` is 0 or less.";
    let line = sale(parts, notes);
    assert_eq!(line, "isAvailable: !isSet(item.keeper) ? true : inStock(item.left),");
}

#[test]
fn what_is_hidden_without_a_value_is_sold_while_there_is_one() {
    let parts = [json!({"shown_since": "2026-01-02T10:00:00Z"}), json!({"shown_since": null})];
    let line = sale(parts, "- `shown_since` null: hidden from the shop.");
    assert_eq!(line, "isAvailable: isSet(item.shown_since),");
}
