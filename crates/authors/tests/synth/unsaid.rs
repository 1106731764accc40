//! What payload and documents do not say makes a question, though one reading is the likely one.

use domain::{Brief, Topic};
use serde_json::{Value, json};

use crate::common::{brief, question, script, source_of};

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
        source_of(&script(&catalogue(payload, notes)), "products[].itemCode").to_owned()
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
