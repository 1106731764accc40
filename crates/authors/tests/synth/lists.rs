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

#[test]
fn records_of_one_list_are_told_apart_by_the_names_of_their_classes() {
    let class = |name: &str| format!("org.till.menu.{name}");
    let tie = |id: u32, group: u32, name: &str| {
        json!({"id": id, "minValue": 0, "maxValue": 2, "group": {"id": group, "name": name,
            "modifiers": [{"id": group + 1, "name": "Mild", "basePriceInList": 0.5}]}})
    };
    let payload = json!([
        {"id": 11, "className": class("DishCategory"), "name": "Soups", "parentItem": null},
        {"id": 12, "className": class("DishCategory"), "name": "Teas", "parentItem": null},
        {"id": 21, "className": class("Dish"), "name": "Broth", "basePriceInList": 4.5, "minimalPrice": 0.5,
            "parentItem": {"id": 11, "className": class("DishCategory")}, "modifierLinks": [tie(31, 41, "Heat")]},
        {"id": 22, "className": class("Dish"), "name": "Sencha", "basePriceInList": 2.5, "minimalPrice": 0.4,
            "parentItem": {"id": 12, "className": class("DishCategory")}, "modifierLinks": [tie(32, 41, "Heat")]}]);
    let notes = "- Categories and dishes stand in one list, told apart by `className`. `parentItem` of a \
                 dish is its category. Orders refer to `id`.\n\
                 - `basePriceInList` is a decimal. `minValue` and `maxValue` bound a group.";
    let read = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&read, "products[].price"), "[].basePriceInList");
    assert!(source_of(&read, "products[].categories").starts_with("parentItem.id names"));
    // Two dishes share the group, and each has its own tie to it.
    let code = source_of(&read, "products[].modifierGroups[].code");
    assert_eq!(code, "[].modifierLinks[].group.id");
}

#[test]
fn the_variant_that_orders_name_may_be_named_by_its_product() {
    let dish = |id: &str, variant: &str, name: &str| {
        json!({"id": id, "type": "dish", "attributes": {"name": name, "price": "4.50"}, "relationships": {
            "default_variant": {"data": {"id": variant, "type": "variant"}},
            "photos": {"data": [{"id": format!("{id}{id}"), "type": "photo"}]}}})
    };
    let photo = |id: &str| {
        json!({"id": id, "type": "photo", "attributes": {
            "sizes": [{"url": format!("/small/{id}.jpg")}],
            "whole_url": format!("https://till.test/{id}.jpg")}})
    };
    let payload = json!({"data": [dish("51", "71", "Soup"), dish("52", "72", "Stew")],
        "included": [photo("5151"), photo("5252"),
            {"id": "71", "type": "variant", "attributes": {"sku": "a"}},
            {"id": "72", "type": "variant", "attributes": {"sku": "b"}}]});
    let notes = "- An order line refers to the variant's id; a dish has its default variant alone. \
                 `price` is a decimal.\n- `whole_url` is the picture's address.";
    let read = script(&brief(Topic::SyncProducts, &payload, notes));
    let code = source_of(&read, "products[].itemCode");
    assert_eq!(code, "data[].relationships.default_variant.data.id");
    assert!(source_of(&read, "products[].imageUrl").ends_with("its attributes.whole_url"));
}
