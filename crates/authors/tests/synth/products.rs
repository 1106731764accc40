//! What the synthesizer makes of catalogues.

use crate::common::{answered, brief, question, script, source_of};
use domain::{Attempt, Brief, Timestamp, Topic};
use serde_json::{Value, json};

fn catalogue(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

fn nested() -> Value {
    json!({"dishes": [
        {"dish_id": 11, "title": "Soup", "cost": 2.0, "price": 4.5, "photo_url": "", "soldOut": false,
         "category": {"id": 1, "name": "Starters"}, "removed_at": null,
         "extras": [{"id": 5, "name": "Bread", "min": 0, "max": 0,
                     "choices": [{"id": 8, "label": "White", "price": 0.5}, {"id": 9, "label": "Rye"}]}]},
        {"dish_id": 12, "title": "Pie", "cost": 3.0, "price": 9, "photo_url": "https://x.test/p.png", "soldOut": true,
         "category": null, "removed_at": "2026-01-01", "extras": []}
    ]})
}

const NESTED_NOTES: &str = "- Prices are decimals. Orders refer to ids.\n- `max` 0 means no limit.";

#[test]
fn nested_records_become_one_readable_script() {
    insta::assert_snapshot!(script(&catalogue(&nested(), NESTED_NOTES)).source);
}

#[test]
fn the_same_brief_gives_the_same_script() {
    let brief = catalogue(&nested(), NESTED_NOTES);
    assert_eq!(script(&brief), script(&brief));
}

fn joined() -> Value {
    json!({"items": [{"uid": "itm-1", "name": "Tea", "amount_cents": 250, "groupIds": ["grp-1"], "sectionRef": "sec-1"},
                     {"uid": "itm-2", "name": "Cake", "amount_cents": 405, "groupIds": [], "sectionRef": "sec-2"}],
           "modifierGroups": [{"uid": "grp-1", "name": "Milk", "minSelect": 0, "maxSelect": 1, "optionIds": ["opt-1", "opt-2"]}],
           "options": [{"uid": "opt-1", "name": "Oat", "amount_cents": 50}, {"uid": "opt-2", "name": "Soy", "amount_cents": 0}],
           "sections": [{"uid": "sec-1", "name": "Drinks"}, {"uid": "sec-2", "name": "Bakery"}]})
}

#[test]
fn lists_are_joined_by_the_ids_that_they_share() {
    let script = script(&catalogue(&joined(), ""));
    assert_eq!(
        source_of(&script, "products[].modifierGroups"),
        "groupIds names modifierGroups[].uid"
    );
    assert_eq!(
        source_of(&script, "products[].modifierGroups[].options"),
        "optionIds names options[].uid"
    );
    assert_eq!(
        source_of(&script, "products[].categories"),
        "sectionRef names sections[].uid, its name"
    );
    assert!(script.source.contains("minorUnits(item.amount_cents, 2,"), "{}", script.source);
}

#[test]
fn kinds_in_one_list_are_told_apart_by_what_documents_say() {
    let payload = json!({"rows": [
        {"kind": 1, "code": "A", "name": "Burger", "price": 900, "parts": ["G"]},
        {"kind": 2, "code": "G", "name": "Sauce", "parts": ["M"]},
        {"kind": 3, "code": "M", "name": "Mayo", "price": 50, "parts": []}]});
    let notes = "- `kind` 1 is a product, 2 a modifier group, 3 a modifier. `parts` of a product are the codes of its groups, of a group those of its modifiers.\n- `price` is in cents. Orders refer to `code`.";
    let script = script(&catalogue(&payload, notes));
    assert!(script.source.contains("if (!(item.kind === 1)) continue;"), "{}", script.source);
    assert!(script.source.contains("record.kind === 2"), "{}", script.source);
    assert!(script.source.contains("context.log(`dropped ${others} records"), "{}", script.source);
}

#[test]
fn a_menu_tree_gives_each_product_the_name_of_what_holds_it() {
    let payload = json!({"menus": [{"id": "m-1", "groups": [
        {"name": "Hot", "groups": [{"name": "Tea", "groups": [], "items": [{"id": "i-1", "name": "Assam", "price": 2.5}]}],
         "items": [{"id": "i-2", "name": "Cocoa", "price": 3.0}]}]}]});
    let script = script(&catalogue(&payload, ""));
    assert!(
        script.source.contains("withNested(list(menu.groups), \"groups\")"),
        "{}",
        script.source
    );
    assert_eq!(source_of(&script, "products[].categories"), "menus[].groups[].name");
}

#[test]
fn whole_numbers_without_a_unit_are_asked_about() {
    let brief = catalogue(&json!({"items": [{"id": "a", "name": "X", "price": 450}]}), "");
    let question = question(&brief);
    assert_eq!(question.points.len(), 1);
    assert_eq!(question.points[0].field, "products[].price (unit)");
    let minor = script(&answered(&brief, "a"));
    assert!(minor.source.contains("minorUnits(item.price, 2"), "{}", minor.source);
    let major = script(&answered(&brief, "major"));
    assert!(major.source.contains("amount(item.price"), "{}", major.source);
}

#[test]
fn two_prices_that_differ_are_asked_about_and_the_answer_is_followed() {
    let payload =
        json!({"items": [{"id": "a", "name": "X", "price_counter": 4.5, "price_table": 5.5}]});
    let brief = catalogue(&payload, "");
    assert_eq!(question(&brief).points[0].choices.len(), 2);
    for response in ["b", "items[].price_table", "take price_table"] {
        let script = script(&answered(&brief, response));
        assert!(script.source.contains("item.price_table"), "{response}: {}", script.source);
    }
}

#[test]
fn an_answer_that_names_nothing_is_asked_again_with_the_reason() {
    let payload =
        json!({"items": [{"id": "a", "name": "X", "price_counter": 4.5, "price_table": 5.5}]});
    let brief = answered(&catalogue(&payload, ""), "whatever you like");
    let text = question(&brief).render();
    assert!(text.contains("names no field") && text.contains("whatever you like"), "{text}");
}

#[test]
fn expected_outputs_decide_between_readings() {
    let payload =
        json!({"items": [{"id": "a", "name": "X", "price_counter": 450, "price_table": 550}]});
    let mut brief = catalogue(&payload, "");
    std::sync::Arc::make_mut(&mut brief.samples)[0].expected =
        Some(json!({"products": [{"itemCode": "a", "name": "X", "price": 5.5}]}));
    assert!(script(&brief).source.contains("minorUnits(item.price_table, 2"));
}

#[test]
fn a_list_of_modifiers_that_nothing_leads_to_is_not_left_out_silently() {
    let payload = json!({"items": [{"id": "a", "name": "X", "price": 4.5}], "modifiers": [{"id": 1, "name": "Hot"}]});
    let text = question(&catalogue(&payload, "")).render();
    assert!(text.contains("modifiers[]"), "{text}");
}

#[test]
fn a_script_that_failed_is_not_given_again() {
    let mut brief = catalogue(&nested(), NESTED_NOTES);
    brief.last_draft = Some(script(&brief).source);
    brief.attempts.push(Attempt {
        attempt: 1,
        passed: false,
        error: "sample: products[0].description: was there".to_owned(),
        output_preview: String::new(),
        output_count: 0,
        timestamp: Timestamp::UNIX_EPOCH,
    });
    assert!(question(&brief).text.contains("products[0].description"));
}

#[test]
fn no_key_or_value_can_break_out_of_the_script() {
    let key = "na`me\"; throw 1; //\u{2028}*/";
    let payload = json!({"items": [{"id": "a", "name": "${x}`*/", "price": 1.5, key: {"price": 2.5}, "__proto__": 1}]});
    let source = script(&catalogue(&payload, "")).source;
    assert!(!source.contains("throw 1; //\u{2028}"), "{source}");
    assert!(!source.contains("__proto__"), "{source}");
}

#[test]
fn a_unit_that_the_answer_does_not_say_is_asked_again() {
    let brief = catalogue(&json!({"items": [{"id": "a", "name": "X", "price": 450}]}), "");
    assert_eq!(question(&answered(&brief, "no idea")).points.len(), 1);
    assert!(
        script(&answered(&brief, "they are cents")).source.contains("minorUnits(item.price, 2")
    );
}

#[test]
fn what_documents_call_removed_is_left_out_and_not_merely_unavailable() {
    let payload = json!({"items": [{"id": "a", "name": "X", "price": 4.5, "isArchived": false, "sellable": true}]});
    let notes = "- `isArchived` true: the product was removed and must be left out. `sellable` false: hidden.";
    let source = script(&catalogue(&payload, notes)).source;
    assert!(source.contains("if (isSet(item.isArchived))"), "{source}");
    assert!(source.contains("isAvailable: flag(item.sellable"), "{source}");
}

#[test]
fn several_variants_are_products_of_their_own_named_as_a_person_says() {
    let payload = json!({"items": [{"id": "i-1", "title": "Latte", "sizes": [
        {"id": "s-1", "name": "Small", "price": 3.5}, {"id": "s-2", "name": "Large", "price": 4.5}]}]});
    let brief = catalogue(&payload, "Orders refer to the size's `id`.");
    let source = script(&answered(&brief, "a")).source;
    assert!(source.contains("for (const variant of variants)"), "{source}");
    assert!(source.contains(".join(\" - \")"), "{source}");
}

#[test]
fn a_list_of_names_that_is_called_nothing_known_may_be_the_categories() {
    let payload = json!({"items": [{"id": "a", "name": "X", "price": 4.5, "zoneId": "zone-1"}],
                         "zones": [{"id": "zone-1", "name": "Hot"}]});
    let brief = catalogue(&payload, "");
    assert_eq!(question(&brief).points[0].field, "products[].categories (list)");
    assert!(script(&answered(&brief, "a")).source.contains("lookUp(categoryIndex, item.zoneId"));
    assert!(!script(&answered(&brief, "b")).source.contains("categories"));
}

#[test]
fn sizes_of_a_priced_product_are_not_left_out_silently() {
    let payload = json!({"items": [{"id": "a", "name": "X", "price": 4.5, "sizes": [{"id": "s", "name": "L", "price": 1.5}]}]});
    assert_eq!(question(&catalogue(&payload, "")).points[0].field, "products (variants)");
}

#[test]
fn samples_that_share_ids_do_not_confuse_each_other() {
    let mut brief = catalogue(&joined(), "");
    let mut other = brief.samples[0].clone();
    other.name = "other".parse().unwrap();
    if let Some(payload) = &mut other.payload {
        payload["sections"][0]["name"] = json!("Hot drinks");
        payload["items"][0]["description"] = json!("Green");
    }
    brief.samples = brief.samples.iter().cloned().chain([other]).collect();
    let script = script(&brief);
    assert_eq!(
        source_of(&script, "products[].categories"),
        "sectionRef names sections[].uid, its name"
    );
    assert_eq!(source_of(&script, "products[].description"), "items[].description");
}

#[test]
fn a_flat_menu_with_two_prices_leaves_only_the_price_open() {
    let payload = json!({"menu": [
        {"plu": "71", "title": "Ramen", "dine_in_price": 11.5, "to_go_price": 10.9, "section": "Soups"},
        {"plu": "72", "title": "Mochi", "dine_in_price": 4.5, "to_go_price": 4.2, "section": "Sweets"}]});
    let brief = catalogue(&payload, "");
    let asked = question(&brief);
    assert_eq!(asked.points.len(), 1, "{}", asked.render());
    assert_eq!(asked.points[0].field, "products[].price");
    let choices: Vec<&str> = asked.points[0].choices.iter().map(|c| c.value.as_str()).collect();
    assert_eq!(choices, ["menu[].dine_in_price", "menu[].to_go_price"]);
    assert!(asked.points[0].choices[0].label.contains("11.5"), "{}", asked.render());
    let script = script(&answered(&brief, "a"));
    assert_eq!(source_of(&script, "products[].price"), "menu[].dine_in_price");
    assert_eq!(source_of(&script, "products[].itemCode"), "menu[].plu");
    assert_eq!(source_of(&script, "products[].name"), "menu[].title");
    assert_eq!(source_of(&script, "products[].categories"), "menu[].section");
}

#[test]
fn what_a_priced_menu_holds_may_be_the_products() {
    let payload = json!({"menu": [{"name": "Lunch", "price": 1.5, "things": [{"id": "a", "name": "X", "price": 4.5}]}]});
    let brief = catalogue(&payload, "");
    let choices: Vec<String> =
        question(&brief).points[0].choices.iter().map(|c| c.value.clone()).collect();
    assert_eq!(choices, ["menu[]", "menu[].things[]"]);
    let script = script(&answered(&brief, "things"));
    assert_eq!(source_of(&script, "products[].price"), "menu[].things[].price");
}

#[test]
fn one_text_is_not_taken_for_name_and_description() {
    let payload = json!({"items": [{"id": "a", "text": "Tea", "price": 2.5}]});
    let script = script(&brief(Topic::SyncProducts, &payload, ""));
    assert_eq!(source_of(&script, "products[].name"), "items[].text");
    assert!(!script.source.contains("description:"), "{}", script.source);
}

#[test]
fn a_phrase_is_no_id_whatever_documents_say_of_it() {
    let payload = json!({"items": [{"id": "a", "name": "Iced Tea", "price": 2.5}]});
    let notes = "`name` is what sales receipts use. Orders refer to the `id`.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&script, "products[].itemCode"), "items[].id");
}

#[test]
fn one_of_several_prices_is_the_one_whose_number_documents_tell_to_use() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "prices": [{"tier": 1, "price": 4.5}, {"tier": 2, "price": 5.5}]},
        {"id": "d-2", "name": "Tea", "prices": [{"tier": 1, "price": 2.5}, {"tier": 2, "price": 3.5}]}]});
    for notes in [
        "- Tier 1 is the house, 2 the bar. Use tier 1.",
        "- Prices are by `tier`; take tier 1 and not tier 2.",
    ] {
        let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
        assert!(
            source.contains(
                "list(item.prices).find((record) => String(record.tier) === \"1\")?.price"
            ),
            "{source}"
        );
    }
    let silent = brief(Topic::SyncProducts, &payload, "- Prices are decimals.");
    let asked = question(&silent);
    let choices: Vec<&str> = asked.points[0].choices.iter().map(|c| c.value.as_str()).collect();
    assert_eq!(choices, ["dishes[].prices[tier 1].price", "dishes[].prices[tier 2].price"]);
    assert!(script(&answered(&silent, "b")).source.contains("=== \"2\""));
}

#[test]
fn the_name_of_a_product_s_group_is_its_category() {
    let payload = json!({"records": [
        {"productID": 7001, "name": "Soup", "price": 4.5, "groupID": 3, "groupName": "Starters"},
        {"productID": 7002, "name": "Tea", "price": 2.5, "groupID": 4, "groupName": "Drinks"}]});
    let script = script(&brief(Topic::SyncProducts, &payload, "- Prices are decimals."));
    assert_eq!(source_of(&script, "products[].categories"), "records[].groupName");
}

#[test]
fn a_category_comes_before_one_for_reports() {
    let with = |other: &str| {
        json!({"dishes": [
            {"id": "d-1", "name": "Soup", "price": 4.5, "category": "Starters", other: {"name": "Food"}},
            {"id": "d-2", "name": "Tea", "price": 2.5, "category": "Drinks", other: {"name": "Bar"}}]})
    };
    for (other, notes) in
        [("reporting_category", ""), ("kind_category", "- `kind_category` is for reports.")]
    {
        let script = script(&brief(Topic::SyncProducts, &with(other), notes));
        assert_eq!(source_of(&script, "products[].categories"), "dishes[].category", "{other}");
    }
}

#[test]
fn of_several_records_with_prices_those_of_the_list_that_documents_tell_to_use_count() {
    let payload = json!({
        "items": [{"item_id": 7001, "item_name": "Soup"}, {"item_id": 7002, "item_name": "Tea"}],
        "prices": [
            {"item_id": 7001, "price_list": 1, "amount": 4.5}, {"item_id": 7001, "price_list": 2, "amount": 5.5},
            {"item_id": 7002, "price_list": 1, "amount": 2.5}, {"item_id": 7002, "price_list": 2, "amount": 3.5}]});
    let silent = brief(Topic::SyncProducts, &payload, "- A sale refers to `item_id`.");
    assert_eq!(question(&silent).points[0].field, "products[].price");
    let told = "- A sale refers to `item_id`. Price list 2 is for delivery. Use price list 2.";
    let source = script(&brief(Topic::SyncProducts, &payload, told)).source;
    assert!(
        source.contains(".filter((record) => String(record.price_list) === \"2\")"),
        "{source}"
    );
}

#[test]
fn groups_without_a_name_are_called_by_their_only_text() {
    let payload = json!({"products": [
        {"id": 7001, "name": "Soup", "cost": 4.5, "optiongroups": [{"id": 51, "description": "Add a side",
            "mandatory": true, "options": [{"id": 9001, "name": "Bread", "cost": 0.5}]}]},
        {"id": 7002, "name": "Tea", "cost": 2.5, "optiongroups": []}]});
    let notes = "- `cost` is the price, in dollars, of products and of options.";
    let read = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(
        source_of(&read, "products[].modifierGroups[].name"),
        "products[].optiongroups[].description"
    );
}
