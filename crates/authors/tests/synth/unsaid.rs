//! What payload and documents do not say makes a question, though one reading is the likely one.

use domain::{Brief, Topic};
use serde_json::{Value, json};

use crate::common::{answered, brief, question, script, source_of};

fn catalogue(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

/// What is asked, point by point.
fn asked(payload: &Value, notes: &str) -> Vec<String> {
    question(&catalogue(payload, notes)).points.into_iter().map(|point| point.field).collect()
}

#[test]
fn of_two_ids_side_by_side_orders_use_one_that_only_documents_know() {
    let payload = json!({"dishes": [
        {"id": "d-1", "plu": "P71", "zone_id": "z-1", "title": "Ramen", "price": 11.5},
        {"id": "d-2", "plu": "P72", "zone_id": "z-2", "title": "Mochi", "price": 4.5}]});
    assert_eq!(asked(&payload, ""), ["products[].itemCode"]);
    let found = |payload: &Value, notes: &str| {
        source_of(&script(&catalogue(payload, notes)), "products[].itemCode").clone()
    };
    for (notes, code) in [
        ("- Orders refer to `plu`.", "plu"),
        ("- Orders refer to `id`.", "id"),
        ("- A line of an order has `dish_id`.", "id"),
        ("- `plu` is never used in orders.", "id"),
    ] {
        assert_eq!(found(&payload, notes), format!("dishes[].{code}"), "{notes}");
    }
    // A number that repeats tells no dish apart.
    let repeated = json!({"dishes": [
        {"id": "d-1", "plu": "P71", "title": "Ramen", "price": 11.5},
        {"id": "d-2", "plu": "P71", "title": "Mochi", "price": 4.5}]});
    assert_eq!(found(&repeated, ""), "dishes[].id");
}

#[test]
fn of_tags_in_a_description_somebody_says_what_becomes_of_them() {
    let payload = |key: &str, text: &str| {
        json!({"dishes": [
            {"id": "d-1", "title": "Ramen", "price": 11.5, key: text},
            {"id": "d-2", "title": "Mochi", "price": 4.5, key: ""}]})
    };
    let tagged = payload("description", "<p>With <b>egg</b></p>");
    assert_eq!(asked(&tagged, ""), ["products[].description (tags)"]);
    let strips = |brief: &Brief| script(brief).source.contains("plainText(");
    let silent = catalogue(&tagged, "");
    assert!(strips(&answered(&silent, "a")));
    assert!(!strips(&answered(&silent, "b")));
    assert!(strips(&catalogue(&tagged, "- `description` is HTML.")));
    assert!(!strips(&catalogue(&tagged, "- The tags in `description` are rendered as they are.")));
    assert!(strips(&catalogue(&payload("body_html", "<p>With <b>egg</b></p>"), "")));
    assert!(!strips(&catalogue(&payload("description", "Serves <2 persons> and >1"), "")));
}

#[test]
fn of_a_price_and_the_same_with_tax_one_is_paid() {
    let payload = json!({"dishes": [
        {"id": "d-1", "title": "Ramen", "price": 10.5, "price_incl_vat": 11.55},
        {"id": "d-2", "title": "Mochi", "price": 4.5, "price_incl_vat": 4.95}]});
    assert_eq!(asked(&payload, ""), ["products[].price"]);
    for (notes, price) in [
        ("- `price_incl_vat` is what a guest pays.", "price_incl_vat"),
        ("- `price` is what a guest pays, VAT is added in reports.", "price"),
    ] {
        let script = script(&catalogue(&payload, notes));
        assert_eq!(source_of(&script, "products[].price"), format!("dishes[].{price}"), "{notes}");
    }
}

#[test]
fn what_an_option_costs_is_not_left_out_in_silence() {
    const PRICE: &str = "products[].modifierGroups[].options[].price";
    let payload = |cost: &str| {
        json!({"dishes": [{"id": "d-1", "title": "Ramen", "price": 10.5, "extras": [
            {"id": "g-1", "title": "Egg", "min": 0, "max": 1, "choices": [
                {"id": "c-1", "title": "Soft", cost: 1.5}, {"id": "c-2", "title": "Hard", cost: null}]}]}]})
    };
    let told = script(&catalogue(&payload("additionalCost"), ""));
    assert_eq!(source_of(&told, PRICE), "dishes[].extras[].choices[].additionalCost");
    assert_eq!(asked(&payload("choiceCost"), ""), [PRICE]);
}

#[test]
fn what_is_said_of_dishes_prices_makes_no_option_cost_next_to_nothing() {
    const UNIT: &str = "products[].modifierGroups[].options[].price (unit)";
    let payload = json!({"dishes": [{"id": "d-1", "title": "Ramen", "price": 1050, "extras": [
        {"id": "g-1", "title": "Egg", "min": 0, "max": 1, "choices": [
            {"id": "c-1", "title": "Soft", "price": 2}, {"id": "c-2", "title": "Hard", "price": 0}]}]}]});
    assert_eq!(asked(&payload, "- `price` is in cents."), [UNIT]);
    let both = "- `price` is in cents. Prices of choices are in cents too.";
    assert!(script(&catalogue(&payload, both)).source.contains("minorUnits(option.price"));
}

#[test]
fn of_one_picture_in_several_sizes_the_whole_one_is_read_or_it_is_asked() {
    const IMAGE: &str = "products[].imageUrl";
    let payload = |sizes: &[&str]| {
        let picture = |name: &str| {
            let address = |size: &&str| {
                let key = format!("{size}_url");
                (key, json!(format!("https://cdn.example/{name}/{size}.jpg")))
            };
            sizes.iter().map(address).collect::<serde_json::Map<_, _>>()
        };
        json!({"dishes": [
            {"id": "d-1", "title": "Ramen", "price": 10.5, "images": [picture("ramen")]},
            {"id": "d-2", "title": "Mochi", "price": 4.5, "images": [picture("mochi")]}]})
    };
    for (sizes, read) in
        [(["thumb", "large", "full"].as_slice(), "full"), (&["thumb", "small", "large"], "large")]
    {
        let script = script(&catalogue(&payload(sizes), ""));
        let place = format!("dishes[].images[0].{read}_url");
        assert_eq!(source_of(&script, IMAGE), place);
    }
    let open = payload(&["thumb", "medium", "large"]);
    assert_eq!(asked(&open, ""), [IMAGE]);
    let told = script(&catalogue(&open, "- `medium_url` is the picture that guests see."));
    assert_eq!(source_of(&told, IMAGE), "dishes[].images[0].medium_url");
}

#[test]
fn of_two_names_of_a_category_guests_see_one() {
    let payload = json!({"sections": [
        {"id": "s-1", "name": "Hot", "label": "From the wok", "dishes": [{"id": "d-1", "title": "Ramen", "price": 10.5}]},
        {"id": "s-2", "name": "Sweet", "label": "To finish", "dishes": [{"id": "d-2", "title": "Mochi", "price": 4.5}]}]});
    assert_eq!(asked(&payload, ""), ["products[].categories (name)"]);
    let categories = |brief: &Brief| source_of(&script(brief), "products[].categories").clone();
    assert_eq!(categories(&answered(&catalogue(&payload, ""), "b")), "sections[].label");
    let told = "- Guests see a section's `label`.";
    assert_eq!(categories(&catalogue(&payload, told)), "sections[].label");
}

#[test]
fn what_sorts_dishes_without_a_category_is_not_left_out_in_silence() {
    const CATEGORIES: &str = "products[].categories";
    let payload = |key: &str, values: [Value; 2]| {
        json!({"dishes": [
            {"id": "d-1", "title": "Ramen", "price": 10.5, key: values[0]},
            {"id": "d-2", "title": "Mochi", "price": 4.5, key: values[1]}]})
    };
    let sorted = payload("dish_type", [json!("Noodles"), json!("Sweet things")]);
    assert_eq!(asked(&sorted, ""), [CATEGORIES]);
    let chosen = script(&answered(&catalogue(&sorted, ""), "a"));
    assert_eq!(source_of(&chosen, CATEGORIES), "dishes[].dish_type");
    assert!(
        !script(&catalogue(&sorted, "- `dish_type` is for the tax office."))
            .source
            .contains("categories")
    );
    // Words for machines sort nothing for guests.
    let machines = payload("dish_type", [json!("SIMPLE"), json!("COMBO")]);
    assert!(!script(&catalogue(&machines, "")).source.contains("categories"));
    let mut tagged = payload("tags", [json!([52071]), json!([52072])]);
    tagged["tags"] = json!([{"id": 52071, "name": "Noodles"}, {"id": 52072, "name": "Sweets"}]);
    assert_eq!(
        asked(&tagged, "- `tags` are ids of tag records."),
        ["products[].categories (list)"]
    );
    assert!(
        !script(&catalogue(&tagged, "- Tags are what guests search by."))
            .source
            .contains("categories")
    );
}

#[test]
fn the_id_of_an_event_or_one_of_two_ids_of_an_order_is_not_taken_by_its_name() {
    const ORDER: &str = "externalOrderId";
    let status = |payload: &Value, notes: &str| brief(Topic::OrderStatusUpdate, payload, notes);
    let open = |payload: &Value, notes: &str| {
        question(&status(payload, notes)).points.iter().any(|point| point.field == ORDER)
    };
    let event = json!({"event_id": "e-7001", "status": "ready", "about": {"thing_id": "t-7001"}});
    assert!(open(&event, "- `event_id` identifies the event, for recognising repeats."));
    let two = json!({"kitchenOrderId": "s-7001", "channelOrderId": "c-7001", "status": "ready"});
    assert!(open(&two, ""));
    let told = script(&status(&two, "- `kitchenOrderId` is the order's id."));
    assert_eq!(source_of(&told, ORDER), "kitchenOrderId");
}

#[test]
fn a_zone_in_an_address_may_be_the_state() {
    let payload = json!({"sites": [
        {"id": "x-1", "name": "Soho", "zone": "North", "address": {"street": "Main Road 1", "city": "Perth", "zone": "WA", "postcode": "6000"}},
        {"id": "x-2", "name": "Leeds", "zone": "South", "address": {"street": "Park Lane 2", "city": "Hobart", "zone": "TAS", "postcode": "7000"}}]});
    let list = brief(Topic::ListRemoteOutlets, &payload, "");
    let point = &question(&list).points[0];
    assert_eq!(point.field, "address.stateProvince");
    assert_eq!(point.choices[0].value, "sites[].address.zone");
    let told = brief(Topic::ListRemoteOutlets, &payload, "- `address.zone` is the state.");
    assert!(script(&told).source.contains("stateProvince"));
}

#[test]
fn categories_beside_the_folders_of_a_menu_may_be_for_reports() {
    let payload = json!({
        "dishes": [
            {"id": "d-7001", "title": "Ramen", "price": 10.5, "parentGroup": "g-7001", "categoryId": "k-7001"},
            {"id": "d-7002", "title": "Mochi", "price": 4.5, "parentGroup": "g-7002", "categoryId": "k-7001"}],
        "groups": [
            {"id": "g-7001", "name": "Soups", "parentGroup": null},
            {"id": "g-7002", "name": "Sweets", "parentGroup": null}],
        "categories": [{"id": "k-7001", "name": "Kitchen"}]});
    assert_eq!(asked(&payload, ""), ["products[].categories (beside folders)"]);
    let yes = script(&answered(&catalogue(&payload, ""), "a"));
    assert!(source_of(&yes, "products[].categories").starts_with("categoryId names"));
    let told = script(&catalogue(&payload, "- `categories` serve reports only."));
    assert!(source_of(&told, "products[].categories").starts_with("parentGroup names"));
}
