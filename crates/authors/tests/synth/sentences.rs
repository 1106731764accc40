//! Sentences of notes that decide a field on their own, on invented vendors.

use crate::common::{brief, question, script, source_of};
use domain::Topic;
use serde_json::json;

#[test]
fn an_id_that_is_said_not_to_be_used_in_orders_is_no_code() {
    let payload = json!({"dishes": [
        {"PublicId": "aa-1", "Id": "17", "Name": "Soup", "Price": 4.5},
        {"PublicId": "aa-2", "Id": "18", "Name": "Tea", "Price": 2.5}]});
    for said in [
        "`PublicId` (for the web shop) is never used in orders.",
        "`PublicId` cannot be used in orders.",
        "`PublicId`: the dish in the web shop, not used in orders.",
        "`PublicId` names the dish in the web shop. It is not used in orders.",
    ] {
        let script = script(&brief(Topic::SyncProducts, &payload, &format!("- {said}")));
        assert_eq!(source_of(&script, "products[].itemCode"), "dishes[].Id", "{said}");
    }
}

#[test]
fn an_id_that_never_changes_is_still_the_code() {
    let payload = json!({"dishes": [
        {"tag": "aa-1", "id": "17", "name": "Soup", "price": 4.5},
        {"tag": "aa-2", "id": "18", "name": "Tea", "price": 2.5}]});
    let notes = "- `tag` is never reused and does not change. Orders refer to `tag`.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&script, "products[].itemCode"), "dishes[].tag");
}

#[test]
fn a_variant_s_name_that_is_appended_follows_the_product_s() {
    let payload = json!({"items": [
        {"id": "i1", "name": "Soup", "sizes": [
            {"id": "s1", "name": "Small", "price": 4.5}, {"id": "s2", "name": "Large", "price": 5.5}]},
        {"id": "i2", "name": "Tea", "sizes": [
            {"id": "s3", "name": "Small", "price": 2.5}, {"id": "s4", "name": "Large", "price": 3.5}]}]});
    for said in [
        "The size is appended to the name.",
        "A size's name follows the item's, with a space between.",
    ] {
        let notes = format!("- Orders refer to the `id` of the size. {said}");
        let source = script(&brief(Topic::SyncProducts, &payload, &notes)).source;
        assert!(source.contains("join(\" \")") || source.contains("} ${"), "{said}: {source}");
    }
}

#[test]
fn hours_stand_in_the_order_of_the_week_where_notes_want_it() {
    let payload = json!({"id": "s1", "name": "One", "hours": {
        "tuesday": [{"open": "09:00", "close": "17:00"}],
        "monday": [{"open": "10:00", "close": "16:00"}]}});
    for notes in [
        "- Hours in the order of the week.",
        "- Opening times are wanted in the order of the week.",
        "- List the hours with Monday first.",
    ] {
        let source = script(&brief(Topic::SyncOutlet, &payload, notes)).source;
        assert!(source.contains("hours.sort("), "{notes}: {source}");
    }
}

#[test]
fn a_reason_within_an_object_that_no_sample_has_is_read_where_it_stands() {
    let payload = json!({"order": {
        "id": "o-7", "state": "accepted", "updated_at": "2024-05-01T10:30:00Z"}});
    for (said, path) in [
        (
            "`order.cancellation.reason` says why, only on cancelled orders",
            "order.cancellation.reason",
        ),
        ("`order.cancel_reason`: free text of the shop", "order.cancel_reason"),
    ] {
        let notes = format!("- `order.id` is your order id.\n- {said}");
        let script = script(&brief(Topic::OrderStatusUpdate, &payload, &notes));
        assert_eq!(source_of(&script, "reason"), path, "{said}");
    }
}

#[test]
fn the_latest_state_counts_wherever_it_stands() {
    let payload = json!({"order": {"id": "o-7", "changes": [
        {"status": "ACCEPTED", "at": "2024-05-01T10:02:00Z"},
        {"status": "READY", "at": "2024-05-01T12:30:00+02:00"},
        {"status": "PREPARING", "at": "2024-05-01T10:10:00Z"}]}});
    let notes = "- `order.id` is your order id.";
    let script = script(&brief(Topic::OrderStatusUpdate, &payload, notes));
    assert_eq!(source_of(&script, "status"), "order.changes[latest].status");
    assert!(script.source.contains("latestOf(list(payload.order?.changes)"), "{}", script.source);
}

#[test]
fn states_whose_times_cannot_be_compared_are_asked_about() {
    let payload = json!({"orderId": "o-7", "history": [
        {"status": "ACCEPTED", "at": "01.05.2024 10:02"}, {"status": "READY", "at": "01.05.2024 10:30"}]});
    let asked = question(&brief(Topic::OrderStatusUpdate, &payload, ""));
    assert!(asked.points.iter().any(|point| point.field == "status (history)"), "{asked:?}");
}

#[test]
fn a_relationship_that_notes_call_the_category_is_followed_whatever_it_is_called() {
    let payload = json!({
        "data": [
            {"type": "products", "id": "11", "attributes": {"name": "Ramen", "price": 13.5},
             "relationships": {"product_group": {"data": {"type": "product_groups", "id": "3"}}}},
            {"type": "products", "id": "12", "attributes": {"name": "Gyoza", "price": 6.5},
             "relationships": {"product_group": {"data": {"type": "product_groups", "id": "4"}}}}],
        "included": [
            {"type": "product_groups", "id": "3", "attributes": {"name": "Noodles"}},
            {"type": "product_groups", "id": "4", "attributes": {"name": "Sides"}}]});
    let notes = "- Orders refer to `id`.\n- `product_group` is the category of a product.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert!(source_of(&script, "products[].categories").contains("product_group"));
}

#[test]
fn a_category_of_the_notes_that_leads_nowhere_is_asked_about() {
    let payload = json!({
        "dishes": [
            {"id": "d-11", "name": "Ramen", "price": 13.5, "shelf_ref": {"data": {"id": 3}}},
            {"id": "d-12", "name": "Gyoza", "price": 6.5, "shelf_ref": {"data": {"id": 4}}}]});
    let notes = "- Orders refer to `id`.\n- `shelf_ref` is the category of a dish.";
    let asked = question(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(asked.points[0].field, "products[].categories");
}

#[test]
fn a_price_that_documents_tell_to_take_is_taken_whatever_it_is_called() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": 4.5, "takeawayPrice": 4.0, "deliveryPrice": 5.0},
        {"id": "d-2", "name": "Tea", "price": 2.5, "takeawayPrice": 2.0, "deliveryPrice": 3.0}]});
    for said in [
        "Guests who order in pay `deliveryPrice`; take that.",
        "There are three prices; use `deliveryPrice` for orders.",
        "The house has `price`. For us read `deliveryPrice`.",
    ] {
        let script = script(&brief(Topic::SyncProducts, &payload, &format!("- {said}")));
        assert_eq!(source_of(&script, "products[].price"), "dishes[].deliveryPrice", "{said}");
    }
    for said in
        ["Do not use `deliveryPrice`.", "Use `takeawayPrice` for staff.", "`deliveryPrice` is new."]
    {
        let script = script(&brief(Topic::SyncProducts, &payload, &format!("- {said}")));
        assert_eq!(source_of(&script, "products[].price"), "dishes[].price", "{said}");
    }
}

#[test]
fn the_size_of_a_picture_is_the_one_that_documents_tell_to_take() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": 4.5, "pictures": [
            {"smallURL": "https://x.test/s/1.jpg", "largeURL": "https://x.test/l/1.jpg", "originURL": "https://x.test/o/1.jpg"}]},
        {"id": "d-2", "name": "Tea", "price": 2.5, "pictures": []}]});
    let script =
        script(&brief(Topic::SyncProducts, &payload, "- Of the pictures take `originURL`."));
    assert_eq!(source_of(&script, "products[].imageUrl"), "dishes[].pictures[0].originURL");
}

#[test]
fn a_code_that_orders_carry_back_is_the_one_though_it_is_the_shop_s_own() {
    let payload = json!({"dishes": [
        {"id": "0f3a99e1", "ext": "S-1", "name": "Soup", "price": 4.5},
        {"id": "0f3a99e2", "ext": "S-2", "name": "Tea", "price": 2.5}]});
    let notes =
        "- `ext` is the shop's own id of a dish; orders carry it back, so it is the one to use.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&script, "products[].itemCode"), "dishes[].ext");
}

#[test]
fn documents_name_attributes_of_xml_without_their_mark() {
    let payload = json!({"dishes": [
        {"@Ident": "1001", "@Code": "1", "@Name": "Soup", "@PT-3": "450"},
        {"@Ident": "1002", "@Code": "2", "@Name": "Tea", "@PT-3": "250"}]});
    let notes = "- `PT-3` is the price, in cents. An order names a dish by `Ident`.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&script, "products[].itemCode"), "dishes[].@Ident");
    assert_eq!(source_of(&script, "products[].price"), "dishes[].@PT-3");
}

#[test]
fn a_flag_of_what_has_run_out_is_read() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "price": 4.5, "Out": false},
        {"id": "d-2", "name": "Tea", "price": 2.5, "Out": true}]});
    let notes = "- `Out` true: the kitchen has run out of it.";
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    assert!(source.contains("isAvailable: not(flag(item.Out,"), "{source}");
}

#[test]
fn the_id_by_which_records_are_sold_is_the_code() {
    let payload = json!({"articles": [
        {"id": "aa-1", "stockNumber": "17", "name": "Fern small", "price": 4.5},
        {"id": "aa-2", "stockNumber": "18", "name": "Fern large", "price": 6.5}]});
    for said in [
        "Every variant is a record of its own and sold by its own `stockNumber`.",
        "Each size is a record of its own; articles are ordered by their `stockNumber`.",
        "The till sells by `stockNumber`.",
    ] {
        let script = script(&brief(Topic::SyncProducts, &payload, &format!("- {said}")));
        assert_eq!(source_of(&script, "products[].itemCode"), "articles[].stockNumber", "{said}");
    }
    let notes = "- Articles are never sold by their `stockNumber`.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&script, "products[].itemCode"), "articles[].id");
}
