//! The shapes in which vendors write a catalogue.

use crate::common::{brief, question, script, source_of};
use domain::Topic;
use serde_json::{Value, json};

fn source(payload: &Value, notes: &str) -> String {
    script(&brief(Topic::SyncProducts, payload, notes)).source
}

fn asked(payload: &Value, notes: &str) -> String {
    question(&brief(Topic::SyncProducts, payload, notes)).render()
}

#[test]
fn a_list_of_its_own_ties_products_to_groups_in_its_order() {
    let payload = json!({
        "items": [{"id": 1, "name": "Tea", "price": 2.5}, {"id": 2, "name": "Pie", "price": 4.1}],
        "modifier_groups": [{"id": 10, "name": "Milk", "min": 0, "max": 1}, {"id": 11, "name": "Size", "min": 1, "max": 1}],
        "item_modifier_groups": [{"item_id": 1, "modifier_group_id": 11, "position": 2}, {"item_id": 1, "modifier_group_id": 10, "position": 1}],
        "modifiers": [{"id": 100, "modifier_group_id": 10, "name": "Oat", "price": 0.5}, {"id": 101, "modifier_group_id": 11, "name": "Big", "price": 1.5}]});
    let source = source(&payload, "");
    assert!(
        source.contains("inOrder(groupLinks.get(text(item.id)) ?? [], (link) => link.position)"),
        "{source}"
    );
    assert!(source.contains("lookUp(groupIndex, link.modifier_group_id"), "{source}");
}

#[test]
fn records_known_by_their_key_have_it_as_their_id() {
    let payload = json!({"items": {"tea": {"name": "Tea", "price": 2.5, "cat": "c1"}, "pie": {"name": "Pie", "price": 4.1, "cat": "c2"}},
                         "categories": {"c1": "Hot", "c2": "Baked"}});
    let script = script(&brief(Topic::SyncProducts, &payload, ""));
    assert!(script.source.contains("requiredKeyed(payload.items, \"items\")"), "{}", script.source);
    assert_eq!(source_of(&script, "products[].itemCode"), "items{}.id");
    assert_eq!(source_of(&script, "products[].categories"), "cat names categories{}.id, its name");
}

#[test]
fn resources_are_joined_by_type_and_id() {
    let payload = json!({
        "data": [{"type": "dishes", "id": "7", "attributes": {"name": "Tea", "price": 2.5},
                  "relationships": {"section": {"data": {"type": "sections", "id": "7"}}}}],
        "included": [{"type": "sections", "id": "7", "attributes": {"name": "Hot"}}, {"type": "taxes", "id": "7", "attributes": {"name": "VAT"}}]});
    let source = source(&payload, "");
    assert!(source.contains("filter((record) => record.type === \"sections\")"), "{source}");
    assert!(source.contains("item.relationships?.section?.data?.id"), "{source}");
}

#[test]
fn options_among_the_products_are_no_products_where_documents_say_so() {
    let payload = json!({
        "items": [{"id": "item-1", "name": "Tea", "price": 2.5, "modifierGroupIds": ["grp-1"]}, {"id": "item-2", "name": "Oat milk", "price": 0.5, "modifierGroupIds": []}],
        "modifierGroups": [{"id": "grp-1", "name": "Milk", "min": 0, "max": 1, "itemIds": ["item-2"]}],
        "categories": [{"id": "cat-1", "name": "Hot", "itemIds": ["item-1"]}]});
    let text = source(&payload, "- Only what a category holds is sold by itself.");
    assert!(text.contains("if (!categoryIndex.has(text(item.id)))"), "{text}");
    // What is offered as a choice and stands in no category is a choice alone.
    assert!(source(&payload, "").contains("if (!categoryIndex.has(text(item.id)))"));
    let mut doubtful = payload.clone();
    doubtful["items"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "item-3", "name": "Scone", "price": 3.5, "modifierGroupIds": []}));
    assert!(asked(&doubtful, "").contains("Which of its records are sold on their own?"));
}

#[test]
fn a_flag_tells_choices_from_products() {
    let payload = json!({
        "Items": [
            {"Id": 1001, "Name": "Tea", "IsModifier": false, "Price": 2.5, "ModifierGroups": [{"ModifierGroupId": 51}]},
            {"Id": 1002, "Name": "Oat milk", "IsModifier": true, "Price": 0.5, "ModifierGroups": []}],
        "ModifierGroups": [{"Id": 51, "Name": "Milk", "Min": 0, "Max": 1, "Items": [{"ItemId": 1002}]}]});
    let text = source(&payload, "- Orders refer to `Id`. `Price` is in dollars.");
    assert!(text.contains("if (!(item.IsModifier === false)) continue;"), "{text}");
    assert!(text.contains("modifierGroups:"), "{text}");
}

#[test]
fn sizes_and_definitions_with_one_entry_hold_price_text_and_choices() {
    let payload = json!({
        "dishes": [
            {"id": "d-1001", "name": "Tea", "definitions": [{"no": 1, "about": {"en": "Hot and strong"},
                "prices": [{"tier": 1, "price": 2.5}, {"tier": 2, "price": 3.5}],
                "modifierRules": [{"groupRef": "51x1", "min": 0, "max": 1}]}]},
            {"id": "d-1002", "name": "Soup", "definitions": [{"no": 1, "about": {},
                "prices": [{"tier": 1, "price": 4.5}, {"tier": 2, "price": 5.5}], "modifierRules": []}]}],
        "modifierGroups": [{"id": "51x1", "name": "Milk", "options": [{"id": "o-1", "name": "Oat", "price": 0.5}]}]});
    let text = source(&payload, "- Use tier 1. An order names a dish by `id`.");
    assert!(text.contains("description: text(spoken(variant.about, \"en\"))"), "{text}");
    assert!(text.contains("modifierGroups:"), "{text}");
    assert!(text.contains("String(record.tier) === \"1\""), "{text}");
}

#[test]
fn the_price_at_the_only_outlet_is_the_product_s() {
    let payload = json!({"products": [
        {"id": 7001, "name": "Tea", "cost_price": 1.2, "sites": [{"id": 7, "unit_price": 2.5}]},
        {"id": 7002, "name": "Soup", "cost_price": 1.4, "sites": [{"id": 7, "unit_price": 4.5}]}]});
    let text = source(&payload, "- An order refers to the product's `id`.");
    assert!(text.contains("amount(item.sites?.[0]?.unit_price,"), "{text}");
}

#[test]
fn amounts_are_read_as_they_are_written() {
    let item = |price: Value| json!({"currency": "KWD", "items": [{"id": "a", "name": "X", "price": price}]});
    let comma = source(&item(json!("1.234,50 €")), "");
    assert!(comma.contains("amountOfText(item.price, \",\","), "{comma}");
    let scaled = source(&item(json!({"value": 1250, "exponent": 3})), "");
    assert!(scaled.contains("minorUnits(item.price?.value, item.price?.exponent,"), "{scaled}");
    let minor = source(&item(json!(1250)), "- Prices are in the smallest unit of the currency.");
    assert!(minor.contains("decimalsOf(payload.currency)"), "{minor}");
    let major = source(&item(json!(12.5)), "- Prices are never in cents or pence.");
    assert!(major.contains("amount(item.price,"), "{major}");
    assert!(asked(&item(json!("1,234 €")), "").contains("Which mark stands before the decimals?"));
}

#[test]
fn words_of_a_status_mean_what_documents_say() {
    let payload = json!({"items": [{"id": "a", "name": "X", "price": 4.5, "status": "live"}, {"id": "b", "name": "Y", "price": 4.5, "status": "resting"},
                                   {"id": "c", "name": "Z", "price": 4.5, "status": "gone"}]});
    let notes =
        "- `status` is `live`, `resting` (not sold for now) or `gone` (removed, to be left out).";
    let text = source(&payload, notes);
    assert!(text.contains("new Map([[\"live\", true], [\"resting\", false]])"), "{text}");
    assert!(text.contains("[\"gone\"].includes(item.status)"), "{text}");
}

#[test]
fn a_flag_is_read_as_the_sentence_about_it_says() {
    let flagged =
        |name: &str| json!({"items": [{"id": "a", "name": "X", "price": 4.5, name: true}]});
    for (name, notes, wanted) in [
        (
            "onTill",
            "- Switching `onTill` off keeps a product while nobody can sell it.",
            "isAvailable: flag(",
        ),
        ("halted", "- An item can be ordered while it is not `halted`.", "isAvailable: not(flag("),
        ("act", "- `act` is 1 for items on sale and 0 for those taken off.", "isAvailable: flag("),
    ] {
        let text = source(&flagged(name), notes);
        assert!(text.contains(wanted), "{name}: {text}");
    }
}

#[test]
fn rules_of_choice_stand_for_bounds() {
    let group = |rules: &Value| {
        let mut group = json!({"id": "g1", "name": "Milk", "options": [{"id": "o1", "name": "Oat", "price": 0.5}]});
        for (key, value) in rules.as_object().unwrap() {
            group[key.as_str()] = value.clone();
        }
        json!({"items": [{"id": "a", "name": "X", "price": 4.5, "option_groups": [group]}]})
    };
    let flags = source(&group(&json!({"required": true, "multi": false})), "");
    assert!(flags.contains("minSelect: oneIf(flag(group.required"), "{flags}");
    assert!(flags.contains("maxSelect: not(flag(group.multi"), "{flags}");
    let word = source(&group(&json!({"selection_type": "SINGLE"})), "");
    assert!(word.contains("maxSelect: isSingle(group.selection_type"), "{word}");
}

#[test]
fn the_main_picture_is_chosen_and_an_unnamed_one_is_asked_about() {
    let item = |key: &str, value: Value| json!({"items": [{"id": "a", "name": "X", "price": 4.5, key: value}]});
    let picture = |url: &str, main: bool| json!({"url": url, "is_main": main});
    let images =
        json!([picture("https://x.test/1.png", false), picture("https://x.test/2.png", true)]);
    let text = source(&item("images", images), "");
    assert!(text.contains("find((image) => image.is_main === true)"), "{text}");
    let unnamed = asked(&item("hint", json!("https://x.test/1.png")), "");
    assert!(unnamed.contains("picture"), "{unnamed}");
}

#[test]
fn pairs_give_their_name_and_false_is_an_empty_field() {
    let payload = json!({"result": [{"id": 1, "name": "Tea", "price": 2.5, "menu_category_id": [3, "Hot"], "description": false},
                                    {"id": 2, "name": "Pie", "price": 4.1, "menu_category_id": [4, "Baked"], "description": "Warm"}]});
    let text = source(&payload, "");
    assert!(text.contains("text(item.menu_category_id?.[1])"), "{text}");
    assert!(text.contains("description: text(item.description)"), "{text}");
}

#[test]
fn german_names_are_read() {
    let payload = json!({"artikel": [{"nr": "100", "bezeichnung": "Tee", "preis": "2,50", "warengruppe": "Heiss", "aktiv": "J"}]});
    let text = source(&payload, "- Orders refer to `nr`.");
    assert!(text.contains("requiredText(item.bezeichnung"), "{text}");
    assert!(text.contains("text(item.warengruppe)"), "{text}");
}

#[test]
fn a_status_of_unmarked_words_tells_what_is_left_out_and_what_cannot_be_sold() {
    let payload = json!({"items": [
        {"id": 1, "name": "Tea", "price": 2.5, "status": "active"}, {"id": 2, "name": "Pie", "price": 4.1, "status": "active"},
        {"id": 3, "name": "Bun", "price": 3.5, "status": "suspended"}, {"id": 4, "name": "Jam", "price": 1.5, "status": "deleted"}]});
    let notes = "- `items.status`: active, suspended (not sold for now) or deleted (kept for old receipts).";
    let text = source(&payload, notes);
    assert!(text.contains("[\"suspended\", false]"), "{text}");
    assert!(text.contains("deleted"), "{text}");
}

#[test]
fn a_status_is_read_from_words_with_a_capital() {
    let payload = json!({"items": [
        {"id": 1, "name": "Tea", "price": 2.5, "status": "Public"}, {"id": 2, "name": "Pie", "price": 4.1, "status": "Public"},
        {"id": 3, "name": "Bun", "price": 3.5, "status": "Inactive"}, {"id": 4, "name": "Jam", "price": 1.5, "status": "Inactive"}]});
    let text = source(&payload, "- Public products are sold, Inactive ones are not.");
    assert!(text.contains("[[\"Inactive\", false], [\"Public\", true]]"), "{text}");
}

#[test]
fn the_description_that_is_filled_is_read_where_another_one_is_empty() {
    let payload = json!({"items": [
        {"id": 1, "name": "Tea", "price": 2.5, "description": "", "description_short": "Hot and strong"},
        {"id": 2, "name": "Pie", "price": 4.1, "description": "", "description_short": "Baked at home"}]});
    let made = script(&brief(Topic::SyncProducts, &payload, ""));
    assert_eq!(source_of(&made, "products[].description"), "items[].description_short");
}

#[test]
fn all_categories_of_a_product_are_read_and_not_its_main_one_alone() {
    let payload = json!({
        "items": [{"id": 1, "name": "Tea", "price": 2.5, "main_category_id": 21, "ties": {"categories": [{"id": 21}, {"id": 22}]}},
                  {"id": 2, "name": "Pie", "price": 4.1, "main_category_id": 22, "ties": {"categories": [{"id": 22}]}}],
        "categories": [{"id": 21, "name": "Hot"}, {"id": 22, "name": "Baked"}]});
    let text = source(&payload, "");
    assert!(text.contains("list(item.ties?.categories).flatMap"), "{text}");
}

#[test]
fn the_single_product_option_that_has_the_price_is_what_is_sold() {
    let payload = json!({"items": [
        {"id": 501, "name": "Tea", "productOptions": [{"id": 71, "retailPrice": 2.5}]},
        {"id": 502, "name": "Pie", "productOptions": [{"id": 72, "retailPrice": 4.1}]}]});
    let made = script(&brief(
        Topic::SyncProducts,
        &payload,
        "- An order line gives its `id` as `productOptionId`.",
    ));
    assert_eq!(source_of(&made, "products[].itemCode"), "items[].productOptions[].id");
}

#[test]
fn lists_that_run_in_parallel_are_variants() {
    let payload = json!({"items": [
        {"name": "Margherita", "sizes": ["S", "L"], "prices": [8.5, 12], "codes": ["MA-S", "MA-L"]},
        {"name": "Cola", "sizes": ["0.33"], "prices": [2.8], "codes": ["CO-33"]}]});
    let notes = "- An order line carries the entry of `codes`. The size follows the name.";
    let made = script(&brief(Topic::SyncProducts, &payload, notes));
    assert!(
        made.source.contains("inRecords(received, [\"sizes\", \"prices\", \"codes\"])"),
        "{}",
        made.source
    );
    assert_eq!(source_of(&made, "products[].itemCode"), "items[].sizes[].codes");
    assert_eq!(source_of(&made, "products[].price"), "items[].sizes[].prices");
    assert!(made.source.contains("text(variant.sizes) : undefined"), "{}", made.source);
    let silent = asked(&payload, "- An order line carries the entry of `codes`.");
    assert!(silent.contains("How is each named?"), "{silent}");
}

#[test]
fn variants_without_a_code_of_their_own_are_asked_about() {
    let payload = json!({"items": [
        {"id": 1, "name": "Margherita", "sizes": ["S", "L"], "prices": [8.5, 12]},
        {"id": 2, "name": "Funghi", "sizes": ["S", "L"], "prices": [9.5, 13]}]});
    assert!(asked(&payload, "- The size follows the name.").contains("itemCode"));
}

#[test]
fn the_text_of_an_element_of_xml_is_its_value() {
    let text = |text: &str| json!({"@lang": "en", "#text": text});
    let payload = json!({"menu": {"item": [
        {"@id": "I-1", "name": text("Tea"), "price": {"@currency": "EUR", "#text": "2.50"}},
        {"@id": "I-2", "name": text("Pie"), "price": {"@currency": "EUR", "#text": "4.10"}}]}});
    let made = script(&brief(Topic::SyncProducts, &payload, ""));
    assert!(made.source.contains("amount(item.price?.[\"#text\"]"), "{}", made.source);
    let payload = json!({"feed": {"entry": [
        {"gid": {"$t": "f-1"}, "title": {"$t": "Rye"}, "cents": {"$t": 450}},
        {"gid": {"$t": "f-2"}, "title": {"$t": "Bun"}, "cents": {"$t": 95}}]}});
    let notes = "- An order's line refers to `gid`. `cents` is the price in cents.";
    let text = source(&payload, notes);
    assert!(text.contains("minorUnits(item.cents?.$t, 2,"), "{text}");
}

#[test]
fn the_group_that_products_and_groups_stand_in_is_the_category() {
    let payload = json!({
        "groups": [{"id": "g-1001", "name": "Soups", "parentGroup": null}, {"id": "g-1002", "name": "Hot", "parentGroup": "g-1001"}],
        "products": [{"id": "p-1", "name": "Borscht", "price": 3.2, "parentGroup": "g-1002"}, {"id": "p-2", "name": "Okroshka", "price": 2.9, "parentGroup": "g-1001"}]});
    let made = script(&brief(Topic::SyncProducts, &payload, ""));
    let from = source_of(&made, "products[].categories");
    assert_eq!(from, "parentGroup names groups[].id, its name");
}

#[test]
fn names_and_categories_of_groups_are_told_from_modifiers() {
    let payload = json!({
        "groups": [{"id": "g-1001", "parentId": null, "name": "Menu"}, {"id": "g-1002", "parentId": "g-1001", "name": "Drinks"}],
        "items": [
            {"uuid": "i-1001", "name": "Tea", "price": 2.5, "groupId": "g-1002", "modifierGroups": ["m-1001"]},
            {"uuid": "i-1002", "name": "Soup", "price": 4.5, "groupId": "g-1002", "modifierGroups": []}],
        "modifierGroups": [{"uuid": "m-1001", "groupName": "Milk", "min": 0, "max": 1,
            "modifiers": [{"uuid": "o-1001", "modifierName": "Oat", "additionalPrice": 0.5}]}]});
    let text = source(
        &payload,
        "- `groupId` is the group that an item lies in. Orders refer to items and modifiers by `uuid`.",
    );
    assert!(text.contains("text(category.name)"), "{text}");
    assert!(text.contains("requiredText(group.groupName,"), "{text}");
}

#[test]
fn the_decimals_that_the_payload_gives_for_its_currency_are_read() {
    let payload = |currency: Value| json!({"currency": currency, "items": [{"id": "a", "name": "X", "price": 1250}]});
    let notes =
        "- Prices are integers in minor units; `currency.exponent` says how many decimals that is.";
    let given = source(&payload(json!({"code": "SGD", "exponent": 2})), notes);
    assert!(given.contains("minorUnits(item.price, payload.currency?.exponent,"), "{given}");
    let coded = source(&payload(json!({"code": "SGD"})), "- Prices are in minor units.");
    assert!(coded.contains("decimalsOf(payload.currency?.code)"), "{coded}");
}
