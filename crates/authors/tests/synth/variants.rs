//! Names, prices and pictures of products that are sold by their sizes.

use domain::{Brief, Topic};
use serde_json::{Value, json};

use crate::common::{brief, question, script};

const SILENT: &str = "- Orders carry the size's `id`. Prices are decimals in text.";
const NOTES: &str = "- Orders carry the size's `id`. Prices are decimals in text.\n- A size is called by the dish's name, followed by \" / \" and the size's name.";

fn catalogue(pictures: &Value, sizes: &Value, notes: &str) -> Brief {
    let dish = |name: &str, pictures: &Value, sizes: &Value| json!({"name": name, "pictures": pictures, "sizes": sizes});
    let single = json!([{"id": "s-9", "name": "Only", "price": "3.00"}]);
    let payload =
        json!({"dishes": [dish("Laksa", pictures, sizes), dish("Tea", &json!([]), &single)]});
    brief(Topic::SyncProducts, &payload, notes)
}

fn sizes(own: &Value) -> Value {
    let mut large = json!({"id": "s-2", "name": "Large", "price": "9.50"});
    large.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    json!([{"id": "s-1", "name": "Small", "price": "6.50"}, large])
}

fn pictures() -> Value {
    json!([{"id": 41, "url": "https://x.test/41.jpg"}])
}

#[test]
fn what_follows_the_dish_s_name_and_what_stands_between_is_read_from_documents() {
    let source = script(&catalogue(&json!([]), &sizes(&json!({})), NOTES)).source;
    assert!(source.contains("join(\" / \")"), "{source}");
    let listed = "- The cart shows the dish's name, \" - \", and the size's name.";
    let source =
        script(&catalogue(&json!([]), &sizes(&json!({})), &format!("{SILENT}\n{listed}"))).source;
    assert!(source.contains("join(\" - \")"), "{source}");
    let asked = question(&catalogue(&json!([]), &sizes(&json!({})), SILENT));
    assert_eq!(asked.points[0].field, "products[].name (of several variants)");
}

#[test]
fn a_size_s_own_picture_comes_before_its_dish_s() {
    let own = json!({"picture_url": "https://x.test/large.jpg"});
    let source = script(&catalogue(&pictures(), &sizes(&own), NOTES)).source;
    let reads = "imageUrl: text(variant.picture_url) ?? text(item.pictures?.[0]?.url),";
    assert!(source.contains(reads), "{source}");
}

#[test]
fn a_size_may_name_one_of_its_dish_s_pictures() {
    let source = script(&catalogue(&pictures(), &sizes(&json!({"picture_id": 41})), NOTES)).source;
    assert!(source.contains("text(image.id) === text(variant.picture_id)"), "{source}");
    // What is none of the dish's pictures is not known.
    let asked = question(&catalogue(&pictures(), &sizes(&json!({"picture_id": 77})), NOTES));
    assert_eq!(asked.points[0].field, "products[].imageUrl (of variants)");
}

#[test]
fn what_a_price_is_made_of_is_no_price() {
    let own = json!({"sale_price": "9.50"});
    let told = format!("{NOTES}\n- `price` is charged; `sale_price` is a part of it.");
    let source = script(&catalogue(&json!([]), &sizes(&own), &told)).source;
    assert!(source.contains("price: amount(variant.price,"), "{source}");
}
