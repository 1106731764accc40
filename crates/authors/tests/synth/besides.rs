//! What stands beside a price, a bound or a picture and changes what it means, on invented vendors.

use crate::common::{answered, brief, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

fn of_options(options: &Value) -> Brief {
    let payload = json!({"dishes": [
        {"id": "d1", "name": "Soup", "price": 4.5, "groups": [
            {"id": "g1", "name": "Size", "min": 1, "max": 1, "options": options}]}]});
    brief(Topic::SyncProducts, &payload, "- Orders refer to `id`. Prices are decimals.")
}

#[test]
fn percentages_among_amounts_are_asked_about() {
    let option = |id: &str, kind: &str, amount: f64| json!({"id": id, "name": id.to_uppercase(), "surcharge": {"kind": kind, "amount": amount}});
    let percentages = json!([option("a", "fixed", 0.5), option("b", "percentage", 50.0)]);
    let brief = of_options(&percentages);
    let asked = question(&brief);
    assert_eq!(asked.points[0].field, "products[].modifierGroups[].options[].price (percentages)");
    let source = script(&answered(&brief, "1 a")).source;
    assert!(source.contains("option.surcharge"), "{source}");
    let amounts = json!([option("a", "fixed", 0.5), option("b", "fixed", 50.0)]);
    script(&of_options(&amounts));
}

#[test]
fn a_price_to_which_tax_is_added_is_asked_about() {
    let payload = json!({"dishes": [
        {"id": "d1", "name": "Soup", "price": 4.5}, {"id": "d2", "name": "Tea", "price": 2.5}]});
    let of = |notes: &str| brief(Topic::SyncProducts, &payload, notes);
    let told = "- Orders refer to `id`. `price` is before tax, with two decimals at the most.";
    let net = of(&format!("{told} What a guest pays is the price with VAT added."));
    assert_eq!(question(&net).points[0].field, "products[].price (before tax)");
    script(&answered(&net, "1 a"));
}

#[test]
fn a_rate_is_not_the_price_because_the_price_is_one_before_tax() {
    let payload = json!({"dishes": [
        {"id": "d1", "name": "Soup", "price": 4.5, "rate": 20},
        {"id": "d2", "name": "Tea", "price": 2.5, "rate": 10}]});
    let notes = "- Orders refer to `id`. Prices are decimals. `price` is before tax.";
    let brief = brief(Topic::SyncProducts, &payload, notes);
    assert_eq!(question(&brief).points[0].field, "products[].price");
    let script = script(&answered(&brief, "1 a"));
    assert_eq!(source_of(&script, "products[].price"), "dishes[].price");
}

#[test]
fn a_group_without_a_minimum_takes_it_from_its_flag() {
    let group = |id: &str, least: Value, required: bool| {
        json!({"id": id, "name": id.to_uppercase(), "min": least, "max": 2, "required": required,
            "options": [{"id": format!("{id}-1"), "name": "One", "price": 0.5}]})
    };
    let payload = json!({"dishes": [
        {"id": "d1", "name": "Soup", "price": 4.5, "groups": [
            group("g1", json!(2), true), group("g2", Value::Null, true), group("g3", Value::Null, false)]}]});
    let notes = "- Orders refer to `id`. Prices are decimals.";
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    let reads = "minSelect: count(group.min) ?? oneIf(flag(group.required";
    assert!(source.contains(reads), "{source}");
}

#[test]
fn groups_of_the_category_that_holds_a_product_are_asked_about() {
    let group = |id: &str| {
        json!({"id": id, "name": id.to_uppercase(), "min": 0, "max": 2,
            "options": [{"id": format!("{id}-1"), "name": "One", "price": 0.5}]})
    };
    let menu = |groups: Value| {
        json!({"sections": [{"id": "s1", "name": "Soups", "groups": groups, "dishes": [
            {"id": "d1", "name": "Soup", "price": 4.5, "groups": [group("g1")]},
            {"id": "d2", "name": "Broth", "price": 3.5, "groups": []}]}]})
    };
    let notes = "- Orders refer to `id`. Prices are decimals.";
    let asked = question(&brief(Topic::SyncProducts, &menu(json!([group("g2")])), notes));
    assert_eq!(asked.points[0].field, "products[].modifierGroups (of categories)");
    script(&brief(Topic::SyncProducts, &menu(json!([])), notes));
}

#[test]
fn the_only_picture_is_read_whatever_its_size_is_called() {
    let payload = json!({"dishes": [
        {"id": "d1", "name": "Soup", "price": 4.5, "picture_hi_res": "https://x.test/1.jpg"},
        {"id": "d2", "name": "Tea", "price": 2.5, "picture_hi_res": null}]});
    let script = script(&brief(Topic::SyncProducts, &payload, "- Orders refer to `id`."));
    assert_eq!(source_of(&script, "products[].imageUrl"), "dishes[].picture_hi_res");
}
