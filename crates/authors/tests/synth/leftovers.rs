//! What could be a part of the contract is read or asked about, never left out without a word.

use crate::common::{answered, brief, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

fn of(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

fn source(payload: &Value, notes: &str) -> String {
    script(&of(payload, notes)).source
}

fn asked(payload: &Value, notes: &str) -> String {
    question(&of(payload, notes)).render()
}

#[test]
fn words_of_a_state_are_explained_by_a_sentence_that_does_not_name_the_field() {
    let payload = json!({"items": [
        {"id": "a1", "name": "Tea", "price": 2.5, "saleState": "OPEN"},
        {"id": "a2", "name": "Pie", "price": 4.1, "saleState": "VEILED"}]});
    let text = source(&payload, "- OPEN can be ordered, VEILED is not displayed.");
    assert!(text.contains("[\"OPEN\", true], [\"VEILED\", false]"), "{text}");
}

#[test]
fn numbers_of_a_status_are_explained_where_the_field_is_named() {
    let payload = json!({"items": [
        {"id": "a1", "name": "Tea", "price": 2.5, "status": 1},
        {"id": "a2", "name": "Pie", "price": 4.1, "status": 2}]});
    let text = source(&payload, "- `status` 1 is enabled, 2 disabled (not for sale).");
    assert!(text.contains("[\"1\", true], [\"2\", false]"), "{text}");
}

#[test]
fn a_second_flag_that_documents_speak_of_counts_too() {
    let payload = json!({"items": [
        {"id": "a1", "name": "Tea", "price": 2.5, "stock": {"inStock": true}, "visible": false},
        {"id": "a2", "name": "Pie", "price": 4.1, "stock": {"inStock": false}, "visible": true}]});
    let notes = "- `stock.inStock` false means an item can't be ordered now, and `visible` false keeps it off the live site.";
    let made = script(&of(&payload, notes));
    let read = source_of(&made, "products[].isAvailable");
    assert!(read.contains("inStock") && read.contains("visible"), "{read}");
}

#[test]
fn a_flag_whose_false_means_deleted_leaves_the_record_out() {
    let payload = json!({"items": [
        {"id": "a1", "name": "Tea", "price": 2.5, "active": true},
        {"id": "a2", "name": "Pie", "price": 4.1, "active": false}]});
    let text = source(
        &payload,
        "- If `active` is false the object was deleted and is only kept for history.",
    );
    assert!(text.contains("flag(item.active, \"items[].active\") === false"), "{text}");
}

#[test]
fn a_flag_of_something_else_in_the_record_says_nothing_of_it() {
    let payload = json!({"items": [
        {"id": "a1", "name": "Tea", "price": 2.5, "enabled": true, "related": {"enabled": false}},
        {"id": "a2", "name": "Pie", "price": 4.1, "enabled": false, "related": {"enabled": false}}]});
    let made = script(&of(&payload, "- A product can be bought if `enabled` is true."));
    assert_eq!(source_of(&made, "products[].isAvailable"), "items[].enabled");
}

#[test]
fn a_reference_with_a_name_may_be_the_category() {
    let payload = json!({"items": [
        {"id": "a1", "name": "Tea", "price": 2.5, "bay": {"id": 7, "name": "Hot"}},
        {"id": "a2", "name": "Pie", "price": 4.1, "bay": {"id": 8, "name": "Baked"}}]});
    assert!(asked(&payload, "").contains("items[].bay.name"));
    let made = script(&answered(&of(&payload, ""), "a"));
    assert_eq!(source_of(&made, "products[].categories"), "items[].bay.name");
    assert!(made.source.contains("categories: someOf([text(item.bay?.name)])"), "{}", made.source);
    let made = script(&answered(&of(&payload, ""), "b"));
    assert!(!made.source.contains("categories:"), "{}", made.source);
}

#[test]
fn a_second_list_of_the_same_records_is_not_forgotten() {
    let payload = json!({
        "items": [{"id": "a1", "name": "Tea", "price": 2.5}, {"id": "a2", "name": "Pie", "price": 4.1}],
        "lunch": [{"id": "b1", "name": "Soup", "price": 6.5}, {"id": "b2", "name": "Stew", "price": 7.1}]});
    assert!(asked(&payload, "").contains("products (also in lunch[])"));
}

#[test]
fn priced_records_within_a_product_are_not_forgotten() {
    let payload = json!({"items": [{"id": "a1", "name": "Tea", "price": 2.5,
        "fancies": [{"id": "f1", "name": "Lemon", "price": 0.5}]}]});
    assert!(asked(&payload, "").contains("items[].fancies"));
}

#[test]
fn texts_by_language_are_read_in_the_main_one() {
    let payload = json!({"primary_language": "fi", "items": [
        {"id": "a1", "name": [{"lang": "fi", "value": "Tee"}, {"lang": "en", "value": "Tea"}], "price": 2.5},
        {"id": "a2", "name": [{"lang": "fi", "value": "Piiras"}], "price": 4.1}]});
    let text = source(&payload, "");
    assert!(text.contains("translated(item.name, \"lang\", \"value\", payload)"), "{text}");
}

#[test]
fn entries_with_a_code_are_fields() {
    let payload = json!({"items": [
        {"id": "a1", "name": "Tea", "price": 2.5, "attributes": [{"code": "description", "value": "Hot and strong"}, {"code": "colour", "value": "red"}]},
        {"id": "a2", "name": "Pie", "price": 4.1, "attributes": [{"code": "colour", "value": "blue"}]}]});
    let text = source(&payload, "");
    assert!(text.contains("find((entry) => entry.code === \"description\")?.value"), "{text}");
}

#[test]
fn prices_of_a_list_of_their_own_are_joined() {
    let payload = json!({
        "items": [{"id": 11, "name": "Tea"}, {"id": 12, "name": "Pie"}],
        "prices": [{"id": 1, "item_id": 12, "price": 4.1}, {"id": 2, "item_id": 11, "price": 2.5}]});
    let made = script(&of(&payload, ""));
    assert_eq!(source_of(&made, "products[].price"), "prices[].price");
    assert_eq!(source_of(&made, "products[].itemCode"), "items[].id");
}

#[test]
fn orders_are_tied_through_the_field_that_the_sentence_leads_to() {
    let payload = json!({"items": [
        {"rowId": 4411, "publicId": "aa-01", "name": "Tea", "price": 2.5},
        {"rowId": 4412, "publicId": "aa-02", "name": "Pie", "price": 4.1}]});
    let notes = "- `rowId` may change at any time, so ordered items are tied to the menu through `publicId`.";
    let made = script(&of(&payload, notes));
    assert_eq!(source_of(&made, "products[].itemCode"), "items[].publicId");
}

#[test]
fn options_without_an_id_have_the_text_by_which_orders_quote_them() {
    let payload = json!({"items": [{"id": 5001, "name": "Tea", "price": 2.5, "options": [
        {"name": "Milk kind", "required": true, "type": "RADIO", "choices": [{"text": "Oat milk", "price": 0.5}, {"text": "None", "price": 0}]}]}]});
    let notes = "- Options carry no id: in an order, the option is quoted by its `name` and the choice by its `text`.";
    let made = script(&of(&payload, notes));
    assert!(made.source.contains("code: requiredText(option.text"), "{}", made.source);
    assert!(made.source.contains("code: requiredText(group.name"), "{}", made.source);
}

#[test]
fn of_two_names_the_one_for_people_is_read() {
    let payload = json!({"items": [{"id": 5001, "name": "Tea", "price": 2.5, "modifier_groups": [
        {"id": 71, "name": "milk_kind", "display_name": "Milk kind", "min": 0, "max": 1, "options": [{"id": 711, "name": "Oat", "price": 0.5}]}]}]});
    let text = source(&payload, "");
    assert!(text.contains("name: requiredText(group.display_name"), "{text}");
}

#[test]
fn groups_that_an_answer_for_each_product_holds_are_read() {
    let payload = json!({"dishes": [{"id": 4711, "name": "Laksa", "price": 4.5}, {"id": 4712, "name": "Tea", "price": 2.0}],
        "extras": {"4711": {"sets": [{"id": 81, "text": "Noodles", "choices": [{"id": 91, "name": "Thin"}]}]}}});
    let source = script(&brief(Topic::SyncProducts, &payload, "Orders refer to `id`.")).source;
    assert!(source.contains("list(details.sets)"), "{source}");
}

#[test]
fn a_state_that_says_what_a_documented_flag_says_is_not_asked_about() {
    let payload = |second: &str| {
        json!({"items": [
            {"id": "i-1", "name": "Tea", "price": 2.5, "live": 1, "status": "KEPT"},
            {"id": "i-2", "name": "Pie", "price": 4.1, "live": 0, "status": "SHELVED"},
            {"id": "i-3", "name": "Bun", "price": 1.2, "live": 0, "status": second}]})
    };
    let notes = "- `live` 1 or 0: 0 is not for sale.\n- Orders refer to `id`.";
    let made = script(&brief(Topic::SyncProducts, &payload("SHELVED"), notes));
    assert_eq!(source_of(&made, "products[].isAvailable"), "items[].live");
    let asked = question(&brief(Topic::SyncProducts, &payload("KEPT"), notes));
    assert_eq!(asked.points[0].field, "products[].isAvailable");
}

#[test]
fn records_that_bound_a_choice_are_asked_about_whatever_they_are_called() {
    let payload = json!({
        "dishes": [
            {"id": "d-1", "name": "Bowl", "price": 9.5, "planId": "p-1"},
            {"id": "d-2", "name": "Tea", "price": 3.0, "planId": null}],
        "plans": [{"id": "p-1", "blends": [{"id": "b-1", "minCount": 1, "maxCount": 2}]}],
        "blends": [{"id": "b-1", "name": "Roast"}]});
    let asked = question(&brief(Topic::SyncProducts, &payload, "- Orders refer to `id`."));
    assert!(asked.points[0].field.starts_with("products[].modifierGroups"), "{asked:?}");
}

#[test]
fn sections_within_categories_are_asked_about_and_the_answer_is_followed() {
    let payload = json!({
        "dishes": [{"id": "d-1", "name": "Laksa", "price": 9.5}, {"id": "d-2", "name": "Satay", "price": 8.5}],
        "categories": [{"name": "Popular", "sections": [{"name": "Soups", "dishes": ["d-1"]}, {"name": "Grill", "dishes": ["d-2"]}]}]
    });
    let brief = brief(
        Topic::SyncProducts,
        &payload,
        "Prices are decimals. An order carries the dish's `id`.",
    );
    let asked = question(&brief);
    assert_eq!(asked.points[0].field, "products[].categories (level)");
    let source = script(&answered(&brief, "a")).source;
    assert!(source.contains("categoryIndex.get(text(item.id))"), "{source}");
}
