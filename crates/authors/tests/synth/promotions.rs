//! Prices that hold for a time, on invented vendors.

use crate::common::{brief, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

fn of(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

/// A catalogue of which one product is on offer.
fn on_offer() -> Value {
    json!({"items": [
        {"id": 101, "name": "Bowl", "price": 9.5, "offer_price": 8.0, "offer_active": true},
        {"id": 102, "name": "Tea", "price": 3.25, "offer_price": 2.5, "offer_active": false},
        {"id": 103, "name": "Pie", "price": 4.75, "offer_price": null, "offer_active": false}]})
}

const FLAG: &str = "flag(item.offer_active, \"items[].offer_active\") ? item.offer_price ?? item.price : item.price";

#[test]
fn while_a_flag_is_on_the_price_is_the_one_that_documents_say_is_paid_then() {
    for notes in [
        "While `offer_active` is true the guest pays `offer_price`, otherwise `price`.",
        "If `offer_active` is set, `offer_price` is charged; otherwise it is kept for later.",
        "`offer_price` replaces `price` while `offer_active` is on.",
        "Guests pay `price`, or `offer_price` when `offer_active` is true.",
        "When `offer_active` is false guests pay `price`, else `offer_price`.",
        "`offer_price` applies instead of `price` as long as `offer_active`.",
        "Unless `offer_active` is set the guest pays `price`, otherwise `offer_price`.",
    ] {
        let script = script(&of(&on_offer(), &format!("- {notes}\n- Orders refer to `id`.")));
        assert!(script.source.contains(FLAG), "{notes}\n{}", script.source);
        let source = source_of(&script, "products[].price");
        assert_eq!(source, "items[].offer_price and items[].price", "{notes}");
    }
}

#[test]
fn a_flag_of_which_documents_do_not_say_which_price_it_means_decides_nothing() {
    for notes in [
        "`offer_active` is true while an offer runs.",
        "While `offer_active` is true, `offer_price` and `price` are both shown.",
        "While `offer_active` is false the guest pays less.",
    ] {
        let asked = question(&of(&on_offer(), &format!("- {notes}\n- Orders refer to `id`.")));
        assert!(asked.points.iter().any(|p| p.field.starts_with("products[].price")), "{notes}");
    }
}

#[test]
fn a_price_that_is_paid_where_it_is_set_comes_before_the_usual_one() {
    let with = |none: Value| {
        json!({"items": [
            {"id": 101, "name": "Bowl", "price": 9.5, "special": 8.0},
            {"id": 102, "name": "Tea", "price": 3.25, "special": none}]})
    };
    for (none, notes, read) in [
        (
            Value::Null,
            "`special` replaces `price` where it is set.",
            "[item.special, item.price].find(isThere)",
        ),
        (
            Value::Null,
            "When `special` is not null it is what guests pay, otherwise `price`.",
            "[item.special, item.price].find(isThere)",
        ),
        (
            json!(0),
            "Guests pay `special` when it is above zero, `price` otherwise.",
            "Number(item.special ?? 0) > 0 ? item.special : item.price",
        ),
    ] {
        let script = script(&of(&with(none), &format!("- {notes}\n- Orders refer to `id`.")));
        assert!(script.source.contains(read), "{notes}\n{}", script.source);
    }
    // Nought may be a price or none.
    let notes = "- `special` replaces `price` where it is set.\n- Orders refer to `id`.";
    let asked = question(&of(&with(json!(0)), notes));
    assert!(asked.points.iter().any(|point| point.field.starts_with("products[].price")));
}

#[test]
fn of_prices_in_a_list_the_one_that_documents_call_the_price_is_read() {
    let item = |id: &str, name: &str, price: &str, advised: &str| {
        json!({"id": id, "name": name, "prices": [
            {"amount": advised, "kind": "Advised"}, {"amount": price, "kind": "Main"}]})
    };
    let payload =
        json!({"items": [item("a-1", "Tea", "2.50", "3.00"), item("a-2", "Pie", "4.25", "4.75")]});
    let notes = "- `kind` \"Main\" is the selling price, \"Advised\" what the maker recommends.\n\
                 - Amounts are decimals. Orders refer to `id`.";
    let script = script(&of(&payload, notes));
    assert_eq!(source_of(&script, "products[].price"), "items[].prices[kind Main]");
}

#[test]
fn the_price_that_is_paid_now_stands_for_its_offer_too() {
    let payload = json!({"items": [
        {"id": 101, "name": "Bowl", "price": 9.5, "offer_price": 8.0, "price_now": 8.0},
        {"id": 102, "name": "Tea", "price": 3.25, "offer_price": 0, "price_now": 3.25}]});
    for notes in [
        "- `price` is the list price, `price_now` what a guest pays (the offer if there is one).",
        "- `price` is the list price, `offer_price` 0 when there is no offer, `price_now` what a shopper pays.",
        "- `offer_price` is null where there is none; a customer pays `price_now`.",
    ] {
        let script = script(&of(&payload, notes));
        assert_eq!(source_of(&script, "products[].price"), "items[].price_now", "{notes}");
    }
    let open = question(&of(&payload, "- `price_now` is what a guest pays while `offer` is on."));
    assert!(open.points[0].field.starts_with("products[].price"), "{}", open.render());
}

#[test]
fn what_brackets_say_of_the_price_that_is_paid_is_no_other_price() {
    let payload = json!({"items": [
        {"id": 101, "name": "Bowl", "price": "8.00", "regular_price": "9.50", "sale_price": "8.00", "on_sale": true},
        {"id": 102, "name": "Tea", "price": "3.25", "regular_price": "3.25", "sale_price": "", "on_sale": false}]});
    let notes =
        "- `price` is what the customer pays now (the sale price while `on_sale`). Decimals.";
    let script = script(&of(&payload, notes));
    assert_eq!(source_of(&script, "products[].price"), "items[].price");
}
