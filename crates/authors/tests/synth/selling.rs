//! Flags whose names tell of selling and of which nobody says how they count.

use crate::common::{answered, brief, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

fn of(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

/// A catalogue whose two records differ by what is given.
fn dishes(tea: &Value, pie: &Value) -> Value {
    let with = |id: &str, name: &str, more: &Value| {
        let mut dish = json!({"id": id, "name": name, "price": 2.5});
        dish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        dish
    };
    json!({"dishes": [with("d1", "Tea", tea), with("d2", "Pie", pie), with("d3", "Bun", tea)]})
}

#[test]
fn a_flag_of_which_nobody_says_how_it_counts_is_asked_about() {
    for (tea, pie) in [
        (json!({"ShowAtCounterTill": true}), json!({"ShowAtCounterTill": false})),
        (json!({"isPartOfMenu": 1, "delisted": 0}), json!({"isPartOfMenu": 1, "delisted": 1})),
        (json!({"snooze": null}), json!({"snooze": {"ends_at": 1_893_456_000}})),
        (json!({"withdrawn_at": null}), json!({"withdrawn_at": "2026-02-03T10:00:00Z"})),
        (json!({"notSellable": "N"}), json!({"notSellable": "Y"})),
    ] {
        let asked = question(&of(&dishes(&tea, &pie), "- `price` is in pounds.")).render();
        assert!(asked.contains("products[].isAvailable"), "{asked}");
    }
}

#[test]
fn a_flag_beside_one_that_documents_explain_is_asked_about() {
    let payload = dishes(
        &json!({"sold_out": false, "archived": false}),
        &json!({"sold_out": false, "archived": true}),
    );
    let notes = "- `sold_out` true: cannot be ordered today.";
    let asked = question(&of(&payload, notes)).render();
    assert!(asked.contains("dishes[].archived"), "{asked}");
    let read = |reply: &str| {
        source_of(&script(&answered(&of(&payload, notes), reply)), "products[].isAvailable")
    };
    assert_eq!(read("b"), "dishes[].sold_out and dishes[].archived");
    assert_eq!(read("leave it out"), "dishes[].sold_out");
    let told = script(&answered(
        &of(&payload, notes),
        "`archived` true: it was deleted, leave it out of the list",
    ));
    assert!(told.source.contains("isSet(item.archived)"), "{}", told.source);
}

#[test]
fn what_tells_nothing_of_selling_is_not_asked_about() {
    for (tea, pie) in [
        (json!({"displayOrder": 0}), json!({"displayOrder": 1})),
        (
            json!({"on_sale": true, "sale_price": "1.50"}),
            json!({"on_sale": false, "sale_price": ""}),
        ),
        (json!({"show_price_on_receipt": true}), json!({"show_price_on_receipt": false})),
        (json!({"SellOnWeb": true}), json!({"SellOnWeb": false})),
        (json!({"archived": false}), json!({"archived": false})),
    ] {
        script(&of(&dishes(&tea, &pie), "- `price` is what a guest pays, in pounds."));
    }
}

#[test]
fn what_documents_say_of_a_flag_settles_it() {
    let payload = dishes(
        &json!({"active": true, "on_display": true}),
        &json!({"active": false, "on_display": false}),
    );
    let notes = "- `active` false: not for sale. `on_display` is for the chef's own board.";
    assert_eq!(
        source_of(&script(&of(&payload, notes)), "products[].isAvailable"),
        "dishes[].active"
    );
}

/// A catalogue with toppings, of which one has the flag.
fn with_toppings(flag: &str) -> Value {
    let topping = |id: &str, out: bool| json!({"id": id, "name": format!("Topping {id}"), "price": 0.5, flag: out});
    let group = json!({"id": "g1", "name": "Toppings", "min": 0, "max": 2,
        "toppings": [topping("t1", false), topping("t2", true)]});
    json!({"dishes": [
        {"id": "d1", "name": "Tea", "price": 2.5, flag: false, "modifier_groups": [group]},
        {"id": "d2", "name": "Pie", "price": 4.5, flag: true, "modifier_groups": []}]})
}

#[test]
fn a_flag_of_options_that_nobody_explains_is_asked_about() {
    let asked =
        question(&of(&with_toppings("hidden"), "- A dish with `hidden` true cannot be ordered."))
            .render();
    assert!(asked.contains("toppings[].hidden"), "{asked}");
    assert!(!asked.contains("dishes[].hidden ("), "{asked}");
}

#[test]
fn what_is_said_of_options_leaves_out_no_products() {
    let notes = "- A dish with `hidden` true cannot be ordered. A topping with `hidden` true must not be offered.";
    let text = script(&of(&with_toppings("hidden"), notes)).source;
    assert!(
        text.contains("isSet(option.hidden)") && !text.contains("isSet(item.hidden)"),
        "{text}"
    );
    assert!(text.contains("isAvailable: not(flag(item.hidden"), "{text}");
}

#[test]
fn a_count_of_which_null_is_unlimited_and_nought_is_sold_out_counts_beside_a_flag() {
    let payload = dishes(
        &json!({"shown": true, "stock": null, "depots": [{"stock": 3}]}),
        &json!({"shown": true, "stock": 0, "depots": [{"stock": 0}]}),
    );
    let notes = "- `shown` false: hidden from the shop. `stock` null: unlimited; 0: sold out.";
    let read = script(&of(&payload, notes));
    let source = source_of(&read, "products[].isAvailable");
    assert_eq!(source, "dishes[].shown and dishes[].stock");
}

#[test]
fn a_flag_that_says_whether_it_can_be_bought_explains_what_its_sentence_names_besides() {
    let payload = dishes(
        &json!({"buyable": true, "in_stock": false}),
        &json!({"buyable": false, "in_stock": true}),
    );
    let notes =
        "- `buyable` says whether a guest can buy it now (it is in stock or can be made to order).";
    let read = script(&of(&payload, notes));
    assert!(read.source.contains("isAvailable: flag(item.buyable"), "{}", read.source);
}

#[test]
fn a_parent_that_is_not_sold_itself_is_left_out() {
    let payload =
        dishes(&json!({"is_parent": false}), &json!({"is_parent": true, "choices": ["S", "L"]}));
    let notes = "- A parent (`is_parent`) is not sold itself: its sizes are dishes of their own.";
    let read = script(&of(&payload, notes));
    assert!(read.source.contains("if (isSet(item.is_parent))"), "{}", read.source);
}

#[test]
fn what_deleting_sets_marks_records_that_are_left_out() {
    let payload = dishes(&json!({"archived": "false"}), &json!({"archived": "true"}));
    for said in [
        "Deleting a dish sets `archived` to \"true\"; it stays in this list but can no longer be sold.",
        "When a dish is deleted, `archived` becomes true.",
        "`archived` is set to \"true\" when a dish was deleted.",
    ] {
        let text = script(&of(&payload, &format!("- {said}"))).source;
        assert!(text.contains("if (isSet(item.archived))"), "{said}: {text}");
        assert!(!text.contains("isAvailable"), "{said}: {text}");
    }
    for said in [
        "Deleting a dish sets `archived` to \"false\". `archived` true: not for sale.",
        "Deleting a picture sets `archived` to \"true\". `archived` true: not for sale.",
    ] {
        let text = script(&of(&payload, &format!("- {said}"))).source;
        assert!(!text.contains("if (isSet(item.archived))"), "{said}: {text}");
    }
}
