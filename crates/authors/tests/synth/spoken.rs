//! Which field documents mean that speak of it in passing.

use crate::common::{brief, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

/// Two dishes on a shelf, each with the fields besides.
fn dishes(first: &Value, second: &Value) -> Value {
    let dish = |name: &str, own: &Value| {
        let mut dish = own.clone();
        dish.as_object_mut().unwrap().insert("name".to_owned(), name.into());
        dish
    };
    json!({"dishes": [dish("Laksa", first), dish("Satay", second)]})
}

fn catalogue(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

fn source(payload: &Value, notes: &str, output: &str) -> String {
    source_of(&script(&catalogue(payload, notes)), output)
}

#[test]
fn what_is_the_least_that_a_guest_can_pay_is_no_price() {
    let own =
        |id: u8, price: f64, least: f64| json!({"id": id, "price": price, "actual_price": least});
    let payload = dishes(&own(1, 0.5, 4.5), &own(2, 6.25, 6.25));
    let notes = "- `price` is the dish by itself. `actual_price` is the least a guest can pay.";
    assert_eq!(source(&payload, notes, "products[].price"), "dishes[].price");
}

#[test]
fn the_price_that_documents_speak_of_is_taken_beside_a_base_price_that_they_do_not() {
    let own = |id: u8, price: f64, base: f64| json!({"id": id, "price": price, "base_price": base});
    let payload = dishes(&own(1, 4.5, 4.25), &own(2, 6.25, 6.0));
    let told = "Money such as `price` is a decimal.";
    assert_eq!(source(&payload, told, "products[].price"), "dishes[].price");
    for notes in ["", "Money such as `price` and `base_price` is a decimal."] {
        let asked = question(&catalogue(&payload, notes));
        assert_eq!(asked.points[0].field, "products[].price", "{notes}");
    }
}

#[test]
fn what_is_called_a_cost_is_the_price_where_documents_do_not_say_that_the_shop_spends_it() {
    let payload = dishes(&json!({"id": 1, "cost": 4.5}), &json!({"id": 2, "cost": 6.25}));
    let told = "`cost` is a decimal in dollars.";
    assert_eq!(source(&payload, told, "products[].price"), "dishes[].cost");
    for notes in ["", "`cost` is what the shop pays its supplier, in dollars.", "`cost` is there."]
    {
        let asked = question(&catalogue(&payload, notes));
        assert_eq!(asked.points[0].field, "products[].price", "{notes}");
    }
}

#[test]
fn an_id_that_the_site_sends_back_in_orders_is_the_code() {
    let own = |id: u8, own: &str| json!({"id": id, "merchant_key": own, "price": 4.5});
    let payload = dishes(&own(1, "K-1"), &own(2, "K-2"));
    let notes = "`merchant_key` is your key; the site sends it back on every line of an order.";
    assert_eq!(source(&payload, notes, "products[].itemCode"), "dishes[].merchant_key");
    let notes = "`merchant_key` is your key; the till carries it. Orders carry it as `shop_key`.";
    assert_eq!(source(&payload, notes, "products[].itemCode"), "dishes[].id");
    let notes = "`merchant_key` is your key; orders carry it as `shop_key`.";
    assert_eq!(source(&payload, notes, "products[].itemCode"), "dishes[].merchant_key");
}

#[test]
fn an_order_s_field_that_is_called_after_the_record_s_refers_to_it() {
    let own = |id: u16, own: &str| json!({"dish_id": id, "shared_ref": own, "price": 4.5});
    let payload = dishes(&own(4711, "2c1f-a"), &own(4712, "2c1f-b"));
    let notes = "A line of an order has `dish_shared_ref` and a count.";
    assert_eq!(source(&payload, notes, "products[].itemCode"), "dishes[].shared_ref");
    assert_eq!(source(&payload, "", "products[].itemCode"), "dishes[].dish_id");
}

#[test]
fn the_place_in_an_order_is_no_code() {
    let own = |id: u8| json!({"sort_id": id, "price": 4.5});
    let asked = question(&catalogue(&dishes(&own(1), &own(2)), ""));
    assert_eq!(asked.points[0].field, "products[].itemCode");
}

#[test]
fn what_is_said_of_a_category_s_name_is_not_said_of_the_product_s() {
    let dish =
        |id: u8, name: &str| json!({"id": id, "name": name, "short_name": "X", "price": 4.5});
    let payload = json!({"shelves": [
        {"id": 7, "name": "noodles_1", "label": "Noodles", "dishes": [dish(1, "Laksa")]},
        {"id": 8, "name": "grill_2", "label": "Grill", "dishes": [dish(2, "Satay")]}]});
    let notes = "- Guests see a shelf's `label`; `name` is for the back office.";
    let script = script(&catalogue(&payload, notes));
    assert_eq!(source_of(&script, "products[].categories"), "shelves[].label");
    assert_eq!(source_of(&script, "products[].name"), "shelves[].dishes[].name");
}

#[test]
fn a_text_on_the_till_s_button_is_no_name_for_guests() {
    let own = |id: u8, name: &str, key: &str| json!({"id": id, "dish_name": name, "display_name": key, "price": 4.5});
    let payload = json!({"dishes": [own(1, "Laksa", "LKS"), own(2, "Satay", "STY")]});
    let notes = "`display_name` is the short text on the till's button.";
    assert_eq!(source(&payload, notes, "products[].name"), "dishes[].dish_name");
    assert_eq!(question(&catalogue(&payload, "")).points[0].field, "products[].name");
}

#[test]
fn a_list_may_say_that_it_is_one() {
    let own =
        |id: u8, price: f64| json!({"id": id, "sizesList": [{"name": "Whole", "price": price}]});
    let payload = dishes(&own(1, 4.5), &own(2, 6.25));
    assert_eq!(source(&payload, "", "products[].price"), "dishes[].sizesList[].price");
}

#[test]
fn the_site_of_pictures_may_stand_in_the_payload() {
    let own = |id: u8, picture: &Value| json!({"id": id, "picture": picture, "price": 4.5});
    let mut payload = dishes(&own(1, &json!("a/1.jpg")), &own(2, &Value::Null));
    payload["answer"] = json!({"picture_root": "https://x.test/p", "help": "https://x.test/help"});
    let notes = "`picture` is a file below the answer's `picture_root`.";
    let source = script(&catalogue(&payload, notes)).source;
    let reads = "prefixed(text(item.picture), requiredText(payload.answer?.picture_root, \"answer.picture_root\") + \"/\")";
    assert!(source.contains(reads), "{source}");
    let asked = question(&catalogue(&payload, "`picture` is a file below the site."));
    assert_eq!(asked.points[0].field, "products[].imageUrl (prefix)");
}
