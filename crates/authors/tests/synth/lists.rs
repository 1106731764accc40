//! Which list is read, and how others tie to it, on invented vendors.

use crate::common::{brief, question, script, source_of};
use domain::Topic;
use serde_json::json;

#[test]
fn the_outlets_are_the_list_whose_records_name_the_other() {
    let payload = json!({
        "merchants": [{"id": "m1", "name": "Chain", "timezone": "America/Toronto"}],
        "locations": [
            {"id": "s1", "name": "One", "merchant_id": "m1", "address": {"city": "Toronto"}},
            {"id": "s2", "name": "Two", "merchant_id": "m1", "address": {"city": "Montreal"}}]});
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(source_of(&script, "externalId"), "locations[].id");
    assert!(script.source.contains("timezone: text(merchantRecord.timezone)"), "{}", script.source);
}

#[test]
fn categories_that_name_products_by_number_hold_those_with_the_same_text() {
    let payload = json!({
        "categories": [
            {"id": "c1", "name": "Mains", "products": [101, 102]},
            {"id": "c2", "name": "Drinks", "products": [103]}],
        "products": [
            {"id": "101", "name": "Soup", "price": 4.5}, {"id": "102", "name": "Pie", "price": 5.5},
            {"id": "103", "name": "Tea", "price": 2.5}]});
    let script = script(&brief(Topic::SyncProducts, &payload, "- Orders refer to `id`."));
    assert!(source_of(&script, "products[].categories").contains("categories[]"));
}

#[test]
fn a_list_of_objects_around_ids_says_what_is_off_sale() {
    let payload = json!({
        "items": [{"id": "i1", "name": "Soup", "price": 4.5}, {"id": "i2", "name": "Tea", "price": 2.5}],
        "snoozed": [{"item": {"id": "i2"}}]});
    let source = script(&brief(Topic::SyncProducts, &payload, "- Orders refer to `id`.")).source;
    assert!(source.contains("text(record.item?.id)"), "{source}");
}

#[test]
fn a_stop_list_with_amounts_is_asked_about_and_can_be_followed() {
    let payload = json!({
        "items": [{"id": "i1", "name": "Soup", "price": 4.5}, {"id": "i2", "name": "Tea", "price": 2.5}],
        "stop_list": [{"productId": "i2", "balance": 0}]});
    let asked = question(&brief(Topic::SyncProducts, &payload, "- Orders refer to `id`."));
    let choices: Vec<&str> =
        asked.points[0].choices.iter().map(|choice| choice.value.as_str()).collect();
    assert!(choices.contains(&"what it lists cannot be ordered"), "{choices:?}");
}
