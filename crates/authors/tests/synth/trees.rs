//! Trees in which headings and what is sold stand side by side.

use domain::Topic;
use serde_json::{Value, json};

use crate::common::{brief, script, source_of};

fn dish(name: &str, code: &str) -> Value {
    json!({"node_type": "dish", "color": "#aa0000", "dish_name": name,
           "dish_price": "4.50", "sku": code})
}

fn page(name: &str, color: &str, nodes: &Value) -> Value {
    json!({"node_type": "page", "id": format!("p-{name}"), "name": name, "color": color, "nodes": nodes})
}

fn carte() -> Value {
    json!({"pages": [
        page("Noodles", "#aa0000", &json!([
            page("Soups", "#bb0000", &json!([dish("Laksa", "LKS"), dish("Pho", "PHO")])),
            dish("Mee", "MEE")])),
        page("Grill", "#cc0000", &json!([dish("Satay", "STY")]))]})
}

const NOTES: &str = "- Orders refer to `sku`. `dish_price` is a decimal in text.";

#[test]
fn a_dish_stands_under_the_heading_that_holds_it_and_not_under_that_of_its_color() {
    let script = script(&brief(Topic::SyncProducts, &carte(), NOTES));
    assert_eq!(source_of(&script, "products[].name"), "pages[].dish_name");
    assert_eq!(source_of(&script, "products[].categories"), "pages[].name");
    assert!(script.source.contains("text(heading.name)"), "{}", script.source);
}

#[test]
fn a_dish_beside_the_headings_has_none() {
    let mut payload = carte();
    payload["pages"].as_array_mut().unwrap().push(dish("Tea", "TEA"));
    let script = script(&brief(Topic::SyncProducts, &payload, NOTES));
    assert_eq!(source_of(&script, "products[].categories"), "pages[].name");
}
