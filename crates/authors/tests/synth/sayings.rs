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

#[test]
fn a_number_and_an_id_are_put_together_as_documents_say() {
    let payload = json!({"firms": [{"firmId": "f1", "label": "Firm Ltd", "places": [
        {"placeId": "p1", "name": "Quay", "phone": {"cc": "44", "area": "20", "local": "5550100"}},
        {"placeId": "p2", "name": "Pier", "phone": {"cc": "44", "area": "", "local": "5550199"}}]}]});
    let notes = "- Calls take a place as `{firmId}-{placeId}`.\n\
                 - A phone number is dialled as \"+\", `cc`, `area`, `local`, with nothing between them.";
    let source = script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
    let id = "[text(firm.firmId), \"-\", text(outlet.placeId)].filter(isThere).join(\"\")";
    assert!(source.contains(id), "{source}");
    let number =
        "[\"+\", text(outlet.phone?.cc), text(outlet.phone?.area), text(outlet.phone?.local)]";
    assert!(source.contains(number), "{source}");
}

#[test]
fn countries_that_are_written_out_become_the_codes_that_documents_give() {
    let site = |id: u32, country: &str, degrees: &str, state: &str| {
        json!({"id": id, "name": format!("Site {id}"), "city": "Town", "country": country,
            "state": state, "latitude": degrees, "longitude": degrees})
    };
    let payload =
        json!({"sites": [site(1, "Chile", "-33.4", "active"), site(2, "Perú", "0", "inactive")]});
    let notes = "- `country` is written out: \"Chile\" (CL), \"Perú\" (PE) or \"México\" (MX).";
    let source = script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
    assert!(source.contains("[\"Chile\", \"CL\"]"), "{source}");
    let placed = "latitude: number(outlet.latitude) === 0 && number(outlet.longitude) === 0 ? undefined : number(outlet.latitude)";
    assert!(source.contains(placed), "{source}");
    assert!(!source.contains("stateProvince"), "a place that is active is in no such state");
}

#[test]
fn a_status_that_counts_only_while_a_flag_is_on_says_nothing_else() {
    let dish = |id: &str, kept: bool, word: &str| json!({"id": id, "name": format!("Dish {id}"), "price": 2.5, "kept": kept, "stock_status": word});
    let payload = json!({"dishes": [dish("a-1", true, "in_stock"), dish("a-2", true, "out_of_stock"),
        dish("a-3", false, "in_stock")]});
    let notes = "- `stock_status` has a meaning only where `kept` is true. Orders name the `id`.";
    let source = script(&products(&payload, notes)).source;
    let read = "flag(item.kept, \"dishes[].kept\") === false ? true : available(item.stock_status";
    assert!(source.contains(read), "{source}");
}

#[test]
fn options_that_are_questions_themselves_are_asked_about() {
    let payload = json!({"dishes": [{"id": "d-1", "name": "Soup", "price": 5.5, "extras": [
        {"id": "e-1", "name": "Extras", "options": [{"id": "o-1", "name": "Bread", "suboptions": [
            {"id": "s-1", "name": "White", "price": 0.5}]}]}]}]});
    let asked = question(&products(&payload, "")).render();
    assert!(asked.contains("hold suboptions"), "{asked}");
}

#[test]
fn two_fields_whose_words_documents_explain_are_asked_about() {
    let payload = json!({"order_id": "o-1", "type": "rider", "rider_state": 140});
    let notes = "- `type` says what happened: placed (received), confirmed (accepted), made (ready), gone (completed), or rider.\n\
                 - With rider, `rider_state` tells more: 120 took the job (preparing), 140 picked up (ready), 160 delivered (completed).";
    let asked = question(&brief(Topic::OrderStatusUpdate, &payload, notes));
    assert_eq!(asked.points[0].field, "status", "{}", asked.render());
}

#[test]
fn the_amount_that_shoppers_are_charged_is_the_price_and_the_record_s_own_id_its_code() {
    let dish = |id: &str, name: &str, net: f64, gross: f64, left: u32, late: bool| {
        json!({"title": name, "thumbnail": format!("https://till.test/{id}.jpg"),
            "images": [{"id": format!("i-{id}"), "url": format!("https://till.test/{id}-big.jpg")}],
            "variants": [{"id": id, "allow_backorder": late, "inventory_quantity": left,
                "price_set": {"id": format!("s-{id}"), "net_amount": net, "amount_with_tax": gross}}]})
    };
    let payload = json!({"dishes": [dish("d-1", "Tea", 2.5, 2.68, 3, false), dish("d-2", "Pie", 4.5, 4.82, 0, true)]});
    let notes = "- The shopper is charged `amount_with_tax`; amounts are decimals.\n\
                 - A dish has one variant; a line item names the variant's `id`.\n\
                 - `thumbnail` is the picture for lists. `images` are for the gallery.\n\
                 - `inventory_quantity` counts what is left. A variant with quantity 0 is sold out, unless `allow_backorder` is true.";
    let script = script(&products(&payload, notes));
    for (output, source) in [
        ("products[].itemCode", "dishes[].variants[].id"),
        ("products[].price", "dishes[].variants[].price_set.amount_with_tax"),
        ("products[].imageUrl", "dishes[].thumbnail"),
        ("products[].isAvailable", "dishes[].variants[].inventory_quantity"),
    ] {
        assert_eq!(source_of(&script, output), source, "{}", script.source);
    }
    let gate = "\"dishes[].variants[].allow_backorder\") === true ? true : inStock(";
    assert!(script.source.contains(gate), "{}", script.source);
}

#[test]
fn the_page_of_a_product_is_no_picture_of_it() {
    let of = |tea: &str, pie: &str| {
        json!({"dishes": [{"id": "d-1", "name": "Tea", "price": 2.5, "url": tea},
            {"id": "d-2", "name": "Pie", "price": 3.5, "url": pie}]})
    };
    let page = of("https://till.test/p/tea", "https://till.test/p/pie");
    assert_eq!(source_of(&script(&products(&page, "")), "products[].imageUrl"), "");
    let photo = of("https://till.test/tea.jpg", "https://till.test/pie.jpg");
    assert_eq!(source_of(&script(&products(&photo, "")), "products[].imageUrl"), "dishes[].url");
}
