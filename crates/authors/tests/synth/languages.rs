//! Texts in several languages, and groups that stand in a record of their own.

use crate::common::{brief, question, script, source_of};
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
