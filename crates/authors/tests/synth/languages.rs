//! Texts in several languages, and groups that stand in a record of their own.

use crate::common::{brief, expecting, output_of, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

fn products(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

/// Dishes whose names stand in a list with an entry for each language.
fn dishes(by: &str, languages: &[Value; 2]) -> Value {
    let named = |texts: [&str; 2]| -> Vec<Value> {
        let texts = languages.iter().zip(texts);
        texts.map(|(language, text)| json!({by: language, "value": text})).collect()
    };
    json!({"dishes": [
        {"id": 1, "price": 5.5, "name": named(["Soupe", "Suppe"])},
        {"id": 2, "price": 7.5, "name": named(["Thé", "Tee"])}]})
}

#[test]
fn the_language_that_documents_name_is_read_by_number_and_by_code() {
    let numbered = dishes("id", &[json!(1), json!(2)]);
    let notes = "- Texts are lists by language; \"2\" is the shop's default language.";
    let read = script(&products(&numbered, notes));
    assert_eq!(source_of(&read, "products[].name"), "dishes[].name[2]");
    let coded = dishes("lang", &[json!("fr"), json!("de")]);
    let read = script(&products(&coded, "- `de` is the language that the shop uses."));
    assert_eq!(source_of(&read, "products[].name"), "dishes[].name[de]");
}

#[test]
fn numbered_languages_of_which_nobody_speaks_are_asked_about() {
    let asked = question(&products(&dishes("id", &[json!("1"), json!("2")]), ""));
    assert_eq!(asked.points[0].field, "products[].name", "{}", asked.render());
}

/// A dish with sets of choices, each of which ties a group to it.
fn sets() -> Value {
    let group = |id: &str, name: &str| {
        json!({"id": id, "name": name, "_embedded": {"modifiers": [
            {"id": format!("{id}-m1"), "name": "Mild", "price": 0.5},
            {"id": format!("{id}-m2"), "name": "Hot", "price": 0.25}]}})
    };
    let set = |id: &str, most: Value, group: Value| json!({"id": id, "minimum": 0, "maximum": most, "_embedded": {"choice_group": group}});
    json!({"_embedded": {"dishes": [
        {"id": "d-1", "name": "Soup", "price": 5.5, "_embedded": {"choice_sets": [
            set("s-1", json!(1), group("g-1", "Spice")), set("s-2", Value::Null, group("g-2", "Sauce"))]}},
        {"id": "d-2", "name": "Stew", "price": 7.5, "_embedded": {"choice_sets": [
            set("s-3", json!(2), group("g-1", "Spice"))]}}]}})
}

#[test]
fn a_group_that_stands_whole_in_what_ties_it_to_a_product_has_its_own_id() {
    let read = script(&products(&sets(), "- An order names groups and modifiers by `id`."));
    assert_eq!(
        source_of(&read, "products[].modifierGroups[].code"),
        "_embedded.dishes[]._embedded.choice_sets[]._embedded.choice_group.id"
    );
}

#[test]
fn a_picture_s_mere_file_name_is_left_out() {
    let payload = json!({"dishes": [
        {"id": 1, "name": "Soup", "price": 5.5, "photo": "soup.jpg"},
        {"id": 2, "name": "Tea", "price": 3.5, "photo": ""}]});
    let read = script(&products(&payload, "- `photo` is a file name, not an address."));
    assert!(!read.source.contains("imageUrl"), "{}", read.source);
}

#[test]
fn a_text_in_one_language_is_read_in_whatever_language_another_menu_has() {
    let menu = |language: &str| {
        json!({"dishes": [{"id": 1, "kind": "DISH", "name": {language: "Soup"}, "price": 5.5},
            {"id": 2, "kind": "EXTRA", "name": {language: "Salt"}, "price": 0}]})
    };
    let notes = "- A record with `kind` EXTRA is no dish of its own.";
    let read = script(&products(&menu("en"), notes));
    let products = output_of(&read, &menu("sv"))["products"].clone();
    assert_eq!(products[0]["name"], "Soup", "{products}");
}

#[test]
fn a_part_that_holds_what_guests_read_is_read_for_all_texts() {
    let payload = json!({"dishes": [
        {"id": 1, "price": 5.5, "name": "Soup", "description": "Hot", "local": {"name": "Soup", "description": "Hot"},
         "categories": [{"id": 7, "name": "Mains", "local": {"name": "Mains"}}]},
        {"id": 2, "price": 7.5, "name": null, "description": null, "local": {"name": "Stew", "description": null},
         "categories": [{"id": 8, "name": null, "local": {"name": "Bowls"}}]}]});
    let read = script(&products(&payload, ""));
    assert_eq!(source_of(&read, "products[].name"), "dishes[].local.name");
    assert_eq!(source_of(&read, "products[].description"), "dishes[].local.description");
    assert_eq!(output_of(&read, &payload)["products"][1]["categories"], json!(["Bowls"]));
}

#[test]
fn documents_say_which_part_holds_what_guests_read() {
    let payload = json!({"dishes": [
        {"id": 1, "price": 5.5, "name": "Soup", "description": "Hot", "local": {"name": "Soup", "description": "Hot"}}]});
    for notes in [
        "- `name` may be null; `local` always holds what the shop shows.",
        "- `local` is what guests read.",
        "- Texts may be missing, but `local` is always filled.",
    ] {
        let read = script(&products(&payload, notes));
        assert_eq!(source_of(&read, "products[].name"), "dishes[].local.name", "{notes}");
        let description = source_of(&read, "products[].description");
        assert_eq!(description, "dishes[].local.description", "{notes}");
    }
    let read = script(&products(&payload, "- `local` is for the printers in the kitchen."));
    assert_eq!(source_of(&read, "products[].name"), "dishes[].name");
}

#[test]
fn what_is_read_without_the_outputs_counts_where_it_gives_just_them() {
    let texts = |own: &str, english: &str| json!([{"lang": "fi", "value": own}, {"lang": "en", "value": english}]);
    let payload = json!({"main_language": "fi", "primary_language": "fi", "dishes": [
        {"id": "A1", "price": 5.5, "name": texts("Keitto", "Soup")},
        {"id": "A2", "price": 7.5, "name": texts("Pata", "Stew")}]});
    let expected = json!({"products": [
        {"itemCode": "A1", "name": "Keitto", "price": 5.5},
        {"itemCode": "A2", "name": "Pata", "price": 7.5}]});
    let notes = "- Every text is a list of translations; `primary_language` is the place's own.";
    let read = script(&expecting(&products(&payload, notes), &expected));
    assert_eq!(source_of(&read, "products[].name"), "dishes[].name[main language]");
}
