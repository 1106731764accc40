//! How many options a group takes and what they cost, on invented vendors.

use crate::common::{brief, question, script};
use domain::Topic;
use serde_json::{Value, json};

/// A payload with one dish that has these groups.
fn dish(groups: &Value) -> Value {
    json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": 8.0, "modifierGroups": groups},
        {"id": "d-2", "name": "Tea", "price": 2.5, "modifierGroups": []}]})
}

fn read(groups: &Value, notes: &str) -> String {
    script(&brief(Topic::SyncProducts, &dish(groups), notes)).source
}

fn group(more: &Value) -> Value {
    let mut group = json!({"id": "g-1", "name": "Size", "options": [
        {"id": "o-1", "name": "Small", "price": 0}, {"id": "o-2", "name": "Large", "price": 1.5}]});
    group.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    group
}

#[test]
fn what_documents_say_of_every_group_holds_for_all() {
    let exact = read(&json!([group(&json!({}))]), "- Every option takes exactly one value.");
    assert!(exact.contains("minSelect: 1,") && exact.contains("maxSelect: 1,"), "{exact}");
    for notes in [
        "- A group takes one of its `options`; `required` says whether it must.",
        "- One choice per group; `required`: it must be made.",
    ] {
        let source = read(&json!([group(&json!({"required": true}))]), notes);
        assert!(source.contains("maxSelect: 1,"), "{notes}: {source}");
        assert!(source.contains("minSelect: oneIf(flag(group.required"), "{notes}: {source}");
    }
}

#[test]
fn documents_say_how_many_a_group_of_a_kind_takes() {
    let groups = json!([group(&json!({"type": "PILLS", "required": false}))]);
    let notes = "- GRID takes any number of choices, PILLS and WHEEL one.";
    let source = read(&groups, notes);
    assert!(source.contains("[\"GRID\", false], [\"PILLS\", true], [\"WHEEL\", true]"), "{source}");
}

#[test]
fn a_group_that_must_be_chosen_from_may_take_exactly_one() {
    let groups = json!([
        group(&json!({"mandatory": true, "min": null, "max": null})),
        {"id": "g-2", "name": "Extras", "mandatory": false, "min": 0, "max": 2, "options": [
            {"id": "o-3", "name": "Chili", "price": 0.5}]}]);
    let source = read(&groups, "- `mandatory` with null bounds: exactly one.");
    assert!(source.contains("=== true ? 1 : undefined"), "{source}");
}

#[test]
fn a_group_with_nothing_to_choose_is_left_out() {
    let groups =
        json!([group(&json!({})), {"id": "g-2", "name": "Note for the cook", "options": []}]);
    assert!(read(&groups, "").contains("it has nothing to choose"));
}

#[test]
fn an_option_may_cost_a_share_of_the_product() {
    let groups = json!([{"id": "g-1", "name": "Size", "options": [
        {"id": "o-1", "name": "Large", "price": 1.5, "price_type": "fixed"},
        {"id": "o-2", "name": "Double", "price": 50, "price_type": "percent"}]}]);
    let source =
        read(&groups, "- Prices are decimals. `price_type` percent is of the product's price.");
    assert!(source.contains("shareOf(option.price_type, amount(option.price"), "{source}");
    let asked = question(&brief(Topic::SyncProducts, &dish(&groups), "- Prices are decimals."));
    assert_eq!(asked.points[0].field, "products[].modifierGroups[].options[].price (percentages)");
}

#[test]
fn an_option_may_have_another_price_in_one_group() {
    let groups = json!([{"id": "g-1", "name": "Size", "options": [
        {"id": "o-1", "name": "Small", "price": 0.5, "overrides": [{"group": "g-1", "price": 0.75}]},
        {"id": "o-2", "name": "Large", "price": 1.5, "overrides": []}]}]);
    let source = read(&groups, "");
    assert!(
        source.contains("text(other.group) === text(group.id))?.price ?? option.price"),
        "{source}"
    );
}

#[test]
fn groups_and_options_without_ids_go_by_what_guests_read() {
    let groups = json!([{"name": "Size", "options": [{"name": "Small", "price": 0}, {"name": "Large", "price": 1.5}]}]);
    let notes = "- Groups and options have no ids: an order names the group and the option by their text. Orders name a dish by `id`.";
    let source = read(&groups, notes);
    assert!(source.contains("code: requiredText(group.name"), "{source}");
    assert!(source.contains("code: requiredText(option.name"), "{source}");
}

#[test]
fn a_second_level_that_documents_speak_of_is_left_out() {
    let groups = json!([{"id": "g-1", "name": "Sides", "options": [
        {"id": "o-1", "name": "Fries", "price": 1.5, "extras": [{"id": "x-1", "name": "Dips"}]}]}]);
    let told = read(&groups, "- An option may have `extras` of its own, a second level.");
    assert!(!told.contains("extras"), "{told}");
    let asked = question(&brief(Topic::SyncProducts, &dish(&groups), ""));
    assert!(asked.points[0].field.contains("choices of their own"), "{}", asked.render());
}

#[test]
fn a_bound_that_documents_name_beside_the_one_of_the_sample_is_read() {
    let groups = json!([group(&json!({"rule": {"minPicks": 1}}))]);
    let notes = "- `rule` bounds the choice; without `maxPicks` there is no limit.";
    let source = read(&groups, notes);
    assert!(source.contains("maxSelect: count(group.rule?.maxPicks)"), "{source}");
    // Of another thing they say nothing of the choice.
    let source = read(&groups, "- `rule` bounds the choice. `maxGuests` is of the table.");
    assert!(!source.contains("maxSelect"), "{source}");
}

#[test]
fn a_group_that_may_be_skipped_is_no_record_that_is_left_out() {
    for notes in
        ["- A group with `required` false may be skipped.", "- `required` false can be left out."]
    {
        let source = read(&json!([group(&json!({"required": true}))]), notes);
        assert!(!source.contains("dropped a modifier group: it is marked"), "{notes}: {source}");
    }
}

#[test]
fn a_kind_that_stands_in_a_list_with_those_of_the_sample_is_one_of_them() {
    let groups = json!([group(&json!({"type": "dropdown"}))]);
    let notes = "- dropdown, radio_buttons and tiles take one value.";
    let source = read(&groups, notes);
    for kind in ["dropdown", "radio_buttons", "tiles"] {
        assert!(source.contains(&format!("[\"{kind}\", true]")), "{kind}: {source}");
    }
    assert!(!source.contains("[\"value\""), "{source}");
}
