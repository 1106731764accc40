//! Conditions of a sale, and what documents say of single values, on invented vendors.

use crate::common::{brief, question, script, source_of};
use domain::{Brief, DraftScript, Topic};
use serde_json::{Value, json};

fn dishes(parts: [Value; 2]) -> Value {
    let records = parts.into_iter().zip(["Soup", "Tea"]).enumerate().map(|(at, (part, name))| {
        let mut dish = json!({"id": format!("d-{at}"), "name": name, "price": 4.5});
        dish.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        dish
    });
    json!({"dishes": records.collect::<Vec<_>>()})
}

fn read(parts: [Value; 2], notes: &str) -> DraftScript {
    script(&brief(Topic::SyncProducts, &dishes(parts), notes))
}

#[test]
fn one_of_two_conditions_that_are_joined_by_or_is_enough() {
    let parts = [
        json!({"on_shelf": false, "made_fresh": true, "since": "2026-01-02"}),
        json!({"on_shelf": true, "made_fresh": false, "since": "2026-01-03"}),
    ];
    let notes = "- It can be bought if it is `on_shelf` or `made_fresh`. A dish without `since` is not yet on sale.";
    let source = read(parts, notes).source;
    let either = "flag(item.made_fresh, \"dishes[].made_fresh\") === true ? true : flag(item.on_shelf, \"dishes[].on_shelf\")";
    assert!(source.contains(either), "{source}");
    assert!(source.contains("isSet(item.since)"), "{source}");
}

#[test]
fn a_word_in_another_word_keeps_its_own_meaning() {
    let parts = [json!({"status": "available"}), json!({"status": "not-available"})];
    let notes =
        "- `status` is available, not-available (shown, cannot be bought) or closed (hidden).";
    let source = read(parts, notes).source;
    assert!(source.contains("[\"available\", true]"), "{source}");
    assert!(source.contains("[\"not-available\", false]"), "{source}");
}

#[test]
fn a_list_whose_only_id_is_called_after_the_dish_says_what_is_sold_out() {
    let mut payload = dishes([json!({}), json!({})]);
    payload["ranOut"] = json!([{"dish": "d-1", "since": "2026-01-02T10:00:00Z"}]);
    let notes = "- Dishes in `ranOut` are not sold at the moment. Orders refer to `id`.";
    let source =
        source_of(&script(&brief(Topic::SyncProducts, &payload, notes)), "products[].isAvailable");
    assert_eq!(source, "ranOut names dishes[].id");
}

#[test]
fn pictures_without_any_address_are_left_out() {
    let parts = [json!({"image_name": "a.jpg"}), json!({"image_name": "b.jpg"})];
    let notes = "- Images are fetched by their number, there is no address.";
    assert!(!read(parts, notes).source.contains("imageUrl"));
}

#[test]
fn the_tier_that_documents_call_retail_is_the_price() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "PriceTier1": 4.5, "PriceTier2": 3.5},
        {"id": "d-2", "name": "Tea", "PriceTier1": 2.5, "PriceTier2": 1.5}]});
    let notes = "- Prices are decimals: `PriceTier1` is retail, `PriceTier2` trade.";
    let read = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&read, "products[].price"), "dishes[].PriceTier1");
}

#[test]
fn the_id_of_the_part_that_orders_name_is_the_code() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "usual_price": {"id": "p-1", "amount": 4.5}},
        {"id": "d-2", "name": "Tea", "usual_price": {"id": "p-2", "amount": 2.5}}]});
    let notes =
        "- An order line refers to the price's `id`, not to the dish's. Amounts are decimals.";
    let read = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&read, "products[].itemCode"), "dishes[].usual_price.id");
}

#[test]
fn values_that_name_their_group_have_their_own_ids() {
    let value =
        |id: u32, name: &str| json!({"id": id, "name": name, "price": 0.5, "option_id": 71});
    let options =
        json!([{"id": 71, "name": "Sauce", "values": [value(81, "Mild"), value(82, "Hot")]}]);
    let payload = json!({"dishes": [
        {"id": 1, "name": "Soup", "price": 4.5, "options": options},
        {"id": 2, "name": "Stew", "price": 5.5, "options": []}]});
    let notes = "- An order refers to the ids of dish, option and value. Prices are decimals.";
    let read = script(&brief(Topic::SyncProducts, &payload, notes));
    let code = source_of(&read, "products[].modifierGroups[].options[].code");
    assert_eq!(code, "dishes[].options[].values[].id");
}

#[test]
fn the_record_that_each_entry_of_a_list_holds_is_the_category_where_documents_say_so() {
    let placed = |name: &str| json!([{"position": 1, "shelfmark": {"id": 7, "name": name}}]);
    let parts = [json!({"placements": placed("Mains")}), json!({"placements": placed("Drinks")})];
    let read = read(parts, "- `placements[].shelfmark` are the categories. Orders refer to `id`.");
    let source = source_of(&read, "products[].categories");
    assert!(source.starts_with("placements, its shelfmark.name"), "{source}");
}

fn change(payload: &Value, notes: &str) -> Brief {
    brief(Topic::OrderStatusUpdate, payload, notes)
}

#[test]
fn a_word_that_stands_for_no_reason_is_none() {
    let payload = json!({"orderId": "o-1", "status": "ACCEPTED", "failureReason": "NIL"});
    let notes = "- `orderId` is the order. `failureReason` NIL: no reason.";
    let source = script(&change(&payload, notes)).source;
    assert!(source.contains("[\"NIL\"].includes(payload.failureReason) ? undefined"), "{source}");
}

#[test]
fn a_comment_is_no_reason_where_something_is_called_a_cancellation() {
    let payload =
        json!({"orderId": "o-1", "status": "ACCEPTED", "comment": "", "cancellation": null});
    let asked = question(&change(&payload, "- `cancellation` is null unless cancelled."));
    assert_eq!(asked.points[0].field, "reason", "{}", asked.render());
}

#[test]
fn groups_that_are_all_in_use_are_kept_whatever_the_other_words_of_their_status_mean() {
    let payload = json!({
        "groups": [{"id": "g-1", "name": "Spice", "status": "active", "minimum": 0, "maximum": 1,
            "options": [{"id": "o-1", "name": "Hot", "price": 0.5, "status": "active"}]}],
        "dishes": [{"id": "d-1", "name": "Soup", "price": 4.5, "status": "active", "group_ids": ["g-1"]},
            {"id": "d-2", "name": "Tea", "price": 2.5, "status": "closed", "group_ids": []}]});
    let notes = "- `status`: active, closed (not on sale), deleted (kept for reports, must not be offered). \
                 Orders refer to `id`.";
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    assert!(!source.contains("[\"active\"].includes"), "{source}");
    assert!(source.contains("[\"active\", true]"), "{source}");
}

#[test]
fn a_flag_that_says_whether_stock_is_counted_is_no_count() {
    let parts = [
        json!({"active": 1, "track_inventory": 1, "inventory": 0}),
        json!({"active": 0, "track_inventory": 0, "inventory": 0}),
    ];
    let notes = "- `active` 0: not for sale. Where `track_inventory` is 1, a dish with no stock left cannot be \
                 sold; elsewhere `inventory` means nothing.";
    let drafted = brief(Topic::SyncProducts, &dishes(parts), notes);
    if let domain::Draft::Script(script) = crate::common::draft(&drafted) {
        assert!(!script.source.contains("inStock(item.track_inventory)"), "{}", script.source);
    }
}
