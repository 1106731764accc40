//! Groups of choices by what documents say of them, and by how several lists lead to them.

use crate::common::{brief, fields_asked, script, source_of};
use domain::{Brief, DraftScript, Topic};
use serde_json::{Value, json};

fn catalogue(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

fn read(payload: &Value, notes: &str) -> DraftScript {
    script(&catalogue(payload, notes))
}

fn asked(payload: &Value, notes: &str) -> Vec<String> {
    fields_asked(&catalogue(payload, notes))
}

/// One dish with the fields besides.
fn dish(own: &Value) -> Value {
    let mut dish = json!({"id": 1, "name": "Laksa", "price": 4.5});
    dish.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    dish
}

const OPTION_NAME: &str = "products[].modifierGroups[].options[].name";

#[test]
fn the_only_text_of_an_answer_is_its_name() {
    let payload = json!({
        "dishes": [dish(&json!({"noteId": 81, "category": "Soups"}))],
        "notes": [{"id": 81, "name": "Heat", "Options": [{"id": 811, "message": "Mild"}]}]});
    let found =
        read(&payload, "`noteId` names a note: a question whose answers (`Options`) are free.");
    assert_eq!(source_of(&found, OPTION_NAME), "notes[].Options[].message");
}

#[test]
fn a_bounded_list_whose_only_text_is_a_description_holds_groups() {
    let payload = json!({"dishes": [dish(&json!({"dealParts": [
        {"partId": 7, "description": "Sauce", "min": 0, "max": 1,
         "items": [{"productName": "Chili", "sku": "S1", "productPrice": 0.5}]}]}))]});
    let found = read(&payload, "An order refers to `id`, for the items of a part to `sku`.");
    assert_eq!(
        source_of(&found, "products[].modifierGroups[].name"),
        "dishes[].dealParts[].description"
    );
    assert_eq!(source_of(&found, OPTION_NAME), "dishes[].dealParts[].items[].productName");
}

#[test]
fn the_id_of_a_group_may_be_called_after_its_list() {
    let payload = json!({"dishes": [dish(&json!({"childPages": [
        {"pageId": 7, "name": "Sauce", "minimum": 0, "maximum": 2,
         "dishes": [{"id": 70, "name": "Chili", "price": 0.5}]}]}))]});
    let found = read(&payload, "");
    assert_eq!(
        source_of(&found, "products[].modifierGroups[].code"),
        "dishes[].childPages[].pageId"
    );
}

#[test]
fn a_list_that_documents_call_groups_is_not_left_out_in_silence() {
    let payload = json!({
        "dishes": [dish(&json!({"line_ids": [19]}))],
        "dish.price.line": [{"id": 19, "kind_id": [2, "Milk"], "value_ids": [80, 81]}]});
    let found = asked(&payload, "A price line is a group of choices.");
    assert_eq!(found, ["products[].modifierGroups (dish.price.line[])"]);
}

#[test]
fn the_name_in_a_pair_that_is_called_after_the_list_is_the_group_s() {
    let payload = json!({
        "dishes": [dish(&json!({"line_ids": [19]}))],
        "dish.topic.line": [{"id": 19, "topic_id": [2, "Milk"], "owner_id": [1, "Laksa"], "topic_value_ids": [80]}],
        "dish.topic.value": [{"id": 80, "name": "Oat", "price_extra": 0.5}]});
    let notes = "A topic line is a group of choices. Of each group one option can be chosen.";
    let found = read(&payload, notes);
    let name = source_of(&found, "products[].modifierGroups[].name");
    assert_eq!(name, "dish.topic.line[].topic_id[1]");
    // How many may be chosen is not dropped where nothing reads it.
    let notes = "A topic line is a group of choices. `kind` of its values: radio, exactly one.";
    assert_eq!(asked(&payload, notes), ["products[].modifierGroups[].maxSelect (documents)"]);
}

#[test]
fn one_option_of_each_group_bounds_them_all() {
    let payload = json!({"dishes": [dish(&json!({"variantGroups": [
        {"id": 7, "name": "Milk", "options": [{"id": 70, "name": "Oat", "price": 0.5}]}]}))]});
    for (notes, bounds) in [
        ("Exactly one option of each variant group is chosen.", ["minSelect: 1,", "maxSelect: 1,"]),
        ("Of a group one option can be taken.", ["maxSelect: 1,", "options"]),
    ] {
        let source = read(&payload, notes).source;
        assert!(bounds.iter().all(|bound| source.contains(bound)), "{notes}: {source}");
    }
}

#[test]
fn mandatory_groups_and_optional_ones_are_read_together() {
    let payload = json!({
        "dishes": [dish(&json!({
            "mandatoryGroups": [{"group": "g-milk", "min": 1, "max": 1}],
            "optionalGroups": [{"group": "g-heat", "min": 0, "max": 2}]}))],
        "groups": [{"id": "g-milk", "name": "Milk"}, {"id": "g-heat", "name": "Heat"}],
        "modifiers": [
            {"id": "m-oat-1", "name": "Oat", "price": 0.5, "goesWith": "g-milk"},
            {"id": "m-hot-1", "name": "Hot", "price": 0, "goesWith": "g-heat"}]});
    let source = read(&payload, "").source;
    let both = source.contains("[...list(item.mandatoryGroups)")
        && source.contains("...list(item.optionalGroups)");
    assert!(both, "{source}");
}

#[test]
fn a_modifier_s_category_names_one_of_the_modifier_categories() {
    let payload = json!({
        "dishes": [
            dish(&json!({"modifier_list_id": "9"})),
            {"id": 2, "name": "Satay", "price": 6.0, "modifier_list_id": "37"},
            {"id": 3, "name": "Soup", "price": 5.0, "modifier_list_id": "0"}],
        "modifier_categories": [{"id": "9", "title": "Sides"}, {"id": "37", "title": "Milk"}],
        "modifiers": [{"id": "30", "category": "9", "title": "Fries", "cost": "1.50"},
            {"id": "31", "category": "37", "title": "Oat", "cost": "0.50"}]});
    let found =
        read(&payload, "- Prices and costs are decimals.\n- Modifiers have no minimum or maximum.");
    let price = source_of(&found, "products[].modifierGroups[].options[].price");
    assert_eq!(price, "modifiers[].cost");
}

#[test]
fn choices_of_which_documents_speak_are_not_left_out_in_silence() {
    let payload = json!({"dishes": [dish(&json!({"ways": [{"attribute": "Size", "values": [
        {"text": "Small"}]}]}))]});
    assert_eq!(asked(&payload, "`ways` are the modifiers."), ["products[].modifierGroups"]);
    read(&payload, "`ways` are no modifiers here.");
}

#[test]
fn what_is_never_sold_alone_stays_a_choice() {
    let payload = json!({
        "dishes": [dish(&json!({"windows": [3], "isSide": false})),
            {"id": 90, "name": "Chili", "price": 0.5, "windows": [], "isSide": true}],
        "windows": [{"id": 3, "name": "Sauce", "min": 0, "max": 2, "dishes": [90]}]});
    let notes = "A window is a group of choices; its dishes have `isSide` true and are not sold on their own.";
    let source = read(&payload, notes).source;
    assert!(source.contains("modifierGroups:") && source.contains("item.isSide"), "{source}");
    assert!(!source.contains("option.isSide"), "{source}");
}

#[test]
fn deals_beside_dishes_in_a_tree_are_sold_too() {
    let own = |kind: &str, name: &str, sku: &str| json!({"@type": kind, "dishName": name, "sku": sku, "dishPrice": 4.5});
    let payload = json!({"pages": [
        {"@type": "page", "title": "Soups", "entries": [
            own("dish", "Laksa", "D1"), own("deal", "Lunch", "D2"),
            {"@type": "page", "title": "Thick", "entries": [own("dish", "Goulash", "D3")]}]}]});
    let source = read(&payload, "An order refers to `sku`.").source;
    assert!(source.contains("[\"dish\", \"deal\"].includes(item[\"@type\"])"), "{source}");
}

#[test]
fn records_that_a_flag_makes_folders_are_the_categories() {
    let payload = json!([
        {"uuid": "f-soups", "name": "Soups", "price": 0, "group": true, "parentUuid": null},
        {"uuid": "d-laksa", "name": "Laksa", "price": 4.5, "group": false, "parentUuid": "f-soups"},
        {"uuid": "d-satay", "name": "Satay", "price": 6.0, "group": false, "parentUuid": null}]);
    let notes = "`group` true is a folder, not something sold; `parentUuid` of a product is the `uuid` of its folder.";
    let found = read(&payload, notes);
    assert!(found.source.contains("if (!(item.group === false)) continue;"), "{}", found.source);
    assert!(source_of(&found, "products[].categories").starts_with("parentUuid names"));
}

#[test]
fn groups_in_two_places_of_a_product_are_not_left_out_in_silence() {
    let group = |id: &str, name: &str| {
        json!({"id": id, "name": name, "min": 0, "max": 1,
        "options": [{"id": format!("{id}-1"), "name": "Oat", "price": 0.5}]})
    };
    let payload = json!({"dishes": [dish(&json!({
        "modifierGroups": [group("g1", "Milk")], "dealGroups": [group("g2", "Drink")]}))]});
    assert!(asked(&payload, "")[0].starts_with("products[].modifierGroups ("));
}

#[test]
fn groups_that_a_scheme_lists_are_those_of_the_dishes_that_name_it() {
    let payload = json!({
        "dishes": [dish(&json!({"schemeId": "24"})),
            {"id": 2, "name": "Satay", "price": 6.0, "schemeId": ""}],
        "schemes": [{"id": "24", "choiceGroups": [{"id": "1000305", "minCount": 0, "maxCount": 2}]}],
        "choiceGroups": [{"id": "1000305", "name": "Heat", "extras": ["1000553"]}],
        "extras": [{"id": "1000553", "name": "Hot", "price": 0.5}]});
    let source = read(&payload, "").source;
    assert!(source.contains("relayed(relaying, \"schemeId\", \"choiceGroups\", "), "{source}");
    assert!(source.contains("minSelect: count(link.minCount)"), "{source}");
}

#[test]
fn a_kind_that_is_only_chosen_within_groups_is_one_of_choices() {
    let own = |id: u8, kind: &str, groups: Value| json!({"articleNumber": id, "name": format!("Dish {id}"), "price": 4.5, "articleType": kind, "choiceGroupNumbers": groups});
    let payload = json!({
        "articles": [own(11, "ARTICLE", json!([3])), own(12, "PIECE", json!([]))],
        "choiceGroups": [{"number": 3, "name": "Sauce", "min": 0, "max": 1, "articleNumbers": [12]}]});
    let notes = "`articleType` PIECE is only chosen within a choice group. An order refers to `articleNumber` for both types.";
    let source = read(&payload, notes).source;
    assert!(source.contains("if (!(item.articleType === \"ARTICLE\")) continue;"), "{source}");
}
