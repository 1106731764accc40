//! What single sentences of documents settle, on invented vendors.

use crate::common::{brief, question, script, source_of};
use domain::{Brief, DraftScript, Topic};
use serde_json::{Value, json};

fn products(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

/// Hits of a search, one for each variant of a product.
fn hits() -> Value {
    json!({"hits": [
        {"dishId": "d-1", "dishName": "Latte", "servingId": "s-1", "servingName": "Latte small",
            "price": 3.5, "servingPhoto": null, "dishPhoto": "https://till.test/l.jpg"},
        {"dishId": "d-1", "dishName": "Latte", "servingId": "s-2", "servingName": "Latte large",
            "price": 4.5, "servingPhoto": "https://till.test/ll.jpg", "dishPhoto": "https://till.test/l.jpg"}]})
}

#[test]
fn a_call_that_orders_takes_the_id_and_the_fuller_name_tells_the_records_apart() {
    let notes = "- `addToOrder` takes the `servingId`. `servingName` is the whole name.\n\
                 - `servingPhoto` goes before `dishPhoto`.";
    let script = script(&products(&hits(), notes));
    assert_eq!(source_of(&script, "products[].itemCode"), "hits[].servingId");
    assert_eq!(source_of(&script, "products[].name"), "hits[].servingName");
    let image = source_of(&script, "products[].imageUrl");
    assert_eq!(image, "hits[].servingPhoto and hits[].dishPhoto");
}

#[test]
fn a_name_that_records_share_beside_one_that_tells_them_apart_is_asked_about() {
    let notes = "- `addToOrder` takes the `servingId`. `servingPhoto` goes before `dishPhoto`.";
    let asked = question(&products(&hits(), notes));
    assert_eq!(asked.points[0].field, "products[].name", "{}", asked.render());
}

#[test]
fn the_variant_s_code_is_the_one_in_the_part_that_is_called_a_variant() {
    let payload = json!({"dishes": [
        {"code": "soup", "name": "Soup", "mainVariant": {"code": "soup-1", "price": 5.5}},
        {"code": "stew", "name": "Stew", "mainVariant": {"code": "stew-1", "price": 7.5}}]});
    let script = script(&products(&payload, "- An order names the variant's `code`."));
    assert_eq!(source_of(&script, "products[].itemCode"), "dishes[].mainVariant.code");
}

#[test]
fn the_only_variant_of_a_stock_that_is_not_kept_can_be_ordered() {
    let payload = json!({"dishes": [
        {"id": "a-1", "name": "Soup", "price": 5.5, "stock": {"endless": true, "left": 0}},
        {"id": "a-2", "name": "Stew", "price": 7.5, "stock": {"endless": false, "left": 3}}]});
    let notes = "- With `left` 0 and `endless` false a dish is sold out; with `endless` true the count means nothing.";
    let source = script(&products(&payload, notes)).source;
    let read = "flag(item.stock?.endless, \"dishes[].stock.endless\") === true ? true : inStock(item.stock?.left)";
    assert!(source.contains(read), "{source}");
}

#[test]
fn the_title_of_the_page_that_a_product_names_is_its_category_where_documents_say_so() {
    let payload = json!({"pages": [{"ref": "p-1", "title": "Soups"}, {"ref": "p-2", "title": "Tea"}],
        "dishes": [{"id": 1, "name": "Broth", "price": 5.5, "pageRef": "p-1"},
            {"id": 2, "name": "Sencha", "price": 3.5, "pageRef": "p-2"}]});
    for notes in [
        "- `pageRef` is the page that shows it; its title is the dish's category.",
        "- `pageRef` is the page that a dish is shown on, which is its category.",
    ] {
        let source = script(&products(&payload, notes)).source;
        assert!(source.contains("categories: someOf(lookUp("), "{notes}\n{source}");
    }
}

fn change(payload: &Value, notes: &str) -> DraftScript {
    script(&brief(Topic::OrderStatusUpdate, payload, notes))
}

#[test]
fn an_id_is_the_order_s_where_the_type_beside_it_says_so() {
    let payload = json!({"id": "n-1", "parent_type": "Caterer", "parent_id": "c-1",
        "entity_type": "Order", "entity_id": "o-1", "status": "accepted"});
    assert_eq!(source_of(&change(&payload, ""), "externalOrderId"), "entity_id");
}

#[test]
fn a_second_line_of_an_address_is_one_whatever_it_is_called() {
    let payload = json!({"id": "s-1", "name": "Kiosk", "address": {
        "street": "5 Quay", "box": "Unit 2", "city": "Ghent", "country": "BE"}});
    let notes = "- `box` is the second line of the address and may be empty.";
    let source = script(&brief(Topic::SyncOutlet, &payload, notes)).source;
    assert!(source.contains("street1: text(outlet.address?.street)"), "{source}");
    assert!(source.contains("street2: text(outlet.address?.box)"), "{source}");
}
