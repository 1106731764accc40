//! Records that are tied together in unusual ways, and texts and amounts in unusual forms, on invented
//! vendors.

use crate::common::{brief, question, script, source_of};
use domain::Topic;
use serde_json::{Value, json};

fn products(payload: &Value, notes: &str) -> String {
    script(&brief(Topic::SyncProducts, payload, notes)).source
}

#[test]
fn a_list_of_nested_references_ties_products_to_categories() {
    let of = |id: u32| json!({"resource": {"id": id, "url": format!("x/{id}")}});
    let payload = json!({
        "dishes": [{"id": 4101, "name": "Soup", "price": 4.5}, {"id": 4102, "name": "Tea", "price": 2.5}],
        "categories": [{"id": 7001, "name": "Hot"}, {"id": 7002, "name": "Drinks"}],
        "categoryDishes": [
            {"id": 1, "category": of(7001), "dish": of(4101)},
            {"id": 2, "category": of(7002), "dish": of(4102)}]});
    let made = script(&brief(Topic::SyncProducts, &payload, ""));
    let source = source_of(&made, "products[].categories");
    assert!(source.starts_with("categoryDishes[] ties its dish.resource.id"), "{source}");
}

#[test]
fn lists_by_the_id_of_their_product_are_its_variants() {
    let payload = json!({
        "dishes": [
            {"id": 4101, "name": "Soup", "price": "4.50", "variations": [9001, 9002]},
            {"id": 4102, "name": "Tea", "price": "2.50", "variations": []}],
        "variations": {"4101": [
            {"id": 9001, "price": "4.50", "attributes": [{"name": "Size", "option": "S"}]},
            {"id": 9002, "price": "6.50", "attributes": [{"name": "Size", "option": "L"}]}]}});
    let notes = "- An order refers to the variation's `id` and calls it product name, \" - \", the options joined by \", \".";
    let source = products(&payload, notes);
    assert!(source.contains("ungrouped(grouped, [\"variations\"])"), "{source}");
    assert!(source.contains("flatMap((part) => text(part.option) ?? []).join(\", \")"), "{source}");
    assert!(source.contains(".join(\" - \")"), "{source}");
}

#[test]
fn a_list_of_one_may_be_written_as_its_record() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": "4.50", "modifierGroups": [{"id": "g-1", "name": "Size", "options": [{"id": "o-1", "name": "S"}]}]},
        {"id": "d-2", "name": "Tea", "price": "2.50", "modifierGroups": []}]});
    let notes = "- A relation with one record is an object, with several an array.";
    let source = products(&payload, notes);
    assert!(source.contains("return [value].flat().filter"), "{source}");
}

#[test]
fn texts_lose_their_html_escapes_where_documents_say_that_they_have_some() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Fish &amp; Chips", "price": 4.5},
        {"id": "d-2", "name": "Tea", "price": 2.5}]});
    let escaped = products(&payload, "- Texts are HTML-escaped.");
    assert!(escaped.contains("? unescaped(value) : undefined"), "{escaped}");
    assert!(!products(&payload, "").contains("unescaped"));
}

#[test]
fn the_end_of_a_path_is_the_category() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": 4.5, "categories": ["/Food/Hot/", "/Food/"]},
        {"id": "d-2", "name": "Tea", "price": 2.5, "categories": ["/Drinks/"]}]});
    let notes =
        "- `categories` holds paths from the root: the first leads to the dish's own category.";
    let source = products(&payload, notes);
    assert!(source.contains("[pathEnd([item.categories].flat().at(0), \"/\")]"), "{source}");
    let asked = question(&brief(Topic::SyncProducts, &payload, ""));
    assert_eq!(asked.points[0].field, "products[].categories");
}

#[test]
fn an_amount_is_divided_by_what_stands_beside_it() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": {"amount": 450, "divisor": 100}},
        {"id": "d-2", "name": "Tea", "price": {"amount": 300, "divisor": 1}}]});
    assert!(products(&payload, "").contains("/ amount(item.price?.divisor"));
}

#[test]
fn records_that_call_themselves_products_around_others_are_asked_about() {
    let payload = json!([{"productId": "p-1", "productName": "Soup", "items": [
        {"itemId": "i-1", "name": "S", "price": 3}, {"itemId": "i-2", "name": "L", "price": 4}]}]);
    let asked = question(&brief(Topic::SyncProducts, &payload, "- A product has SKUs (`items`)."));
    assert_eq!(asked.points[0].field, "products (level)");
}

#[test]
fn a_state_has_its_code_and_a_place_another_name_where_it_lacks_one() {
    let place = |id: u32, title: &str, state: &str, code: &str| json!({"id": id, "title": title, "tag": format!("t{id}"), "address1": "1 Main St", "city": "Lund", "province": state, "province_code": code});
    let payload = json!({"locations": [place(1, "North", "Ontario", "ON"), place(2, "South", "Quebec", "QC")]});
    let notes = "- `title` is the name that people read. Where it is missing, shops show `tag`. Orders refer to `id`.";
    let source = script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
    assert!(source.contains("stateProvince: text(outlet.province_code)"), "{source}");
    assert!(source.contains("requiredText(text(outlet.title) ?? outlet.tag"), "{source}");
}

#[test]
fn the_code_of_a_product_is_what_documents_say_that_calls_refer_to() {
    let payload = json!({"dishes": [
        {"id": "d-17", "sku": "SOUP", "name": "Soup", "price": "4.50"},
        {"id": "d-18", "sku": "TEA", "name": "Tea", "price": "2.50"}]});
    for notes in [
        "- `id` is what all other calls refer to; `sku` is the cook's own short name.",
        "- Everything else refers to a dish by its `id`, `sku` is an abbreviation.",
        "- `id` is what sales and bills name, `sku` a nickname.",
    ] {
        let made = script(&brief(Topic::SyncProducts, &payload, notes));
        assert_eq!(source_of(&made, "products[].itemCode"), "dishes[].id", "{notes}");
    }
    // Stock may be kept by another id than orders use.
    let notes = "- `sku` is what stock refers to.";
    let asked = question(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(asked.points[0].field, "products[].itemCode", "{}", asked.render());
}
