//! Records that sell as several, ids that stand in one text, and parts that are no products.

use crate::common::{answered, brief, expecting, question, script, source_of};
use domain::Topic;
use serde_json::{Value, json};

fn source(payload: &Value, notes: &str) -> String {
    script(&brief(Topic::SyncProducts, payload, notes)).source
}

fn asked(payload: &Value, notes: &str) -> String {
    question(&brief(Topic::SyncProducts, payload, notes)).render()
}

fn with_joined_ids() -> Value {
    json!({
        "dishes": [
            {"ref": "D-100", "label": "Poke", "price": 12.9, "shelf": "b1", "mods": "MG10|MG11"},
            {"ref": "D-101", "label": "Miso", "price": 4.2, "shelf": "b2", "mods": ""}],
        "shelves": [{"key": "b1", "label": "Bowls"}, {"key": "b2", "label": "Sides"}],
        "modifierSets": [
            {"key": "MG10", "label": "Base", "min": 1, "max": 1, "choices": "OP1,OP2"},
            {"key": "MG11", "label": "Sauce", "min": 0, "max": 2, "choices": "OP3"}],
        "modifierOptions": [
            {"key": "OP1", "label": "Rice", "price": 0.0}, {"key": "OP2", "label": "Quinoa", "price": 1.5},
            {"key": "OP3", "label": "Hot", "price": 0.3}]})
}

#[test]
fn ids_that_stand_joined_in_one_text_lead_to_groups_and_options() {
    let text = source(&with_joined_ids(), "");
    assert!(text.contains(r#"new Map([["choices", ","], ["mods", "|"]])"#), "{text}");
    assert!(text.contains("lookUp(groupIndex, item.mods"), "{text}");
    assert!(text.contains("lookUp(optionIndex, group.choices"), "{text}");
}

#[test]
fn a_short_text_that_is_a_key_gives_the_name_behind_it() {
    let script = script(&brief(Topic::SyncProducts, &with_joined_ids(), ""));
    assert_eq!(source_of(&script, "products[].categories"), "shelf names shelves[].key, its label");
    // Where the name does not tell that it leads there, the key is not given as a category.
    let mut strange = with_joined_ids();
    strange["racks"] = strange["shelves"].take();
    strange.as_object_mut().unwrap().remove("shelves");
    let draft = crate::common::draft(&brief(Topic::SyncProducts, &strange, ""));
    let domain::Draft::Question(_) = draft else {
        panic!("answered: {draft:?}");
    };
}

#[test]
fn signs_of_one_letter_mean_what_documents_say() {
    let payload = json!({"items": [
        {"id": "t-1", "name": "Tea", "price": 2.5, "state": "A"},
        {"id": "t-2", "name": "Pie", "price": 4.5, "state": "S"},
        {"id": "t-3", "name": "Old", "price": 9.5, "state": "D"}]});
    for notes in [
        "`state`: A active, S sold out today, D deleted.",
        "`state`: A active; S sold out today; D deleted.",
        "`state` is A = active, S = sold out, D = deleted.",
    ] {
        let text = source(&payload, notes);
        assert!(text.contains(r#"[["A", true], ["S", false]]"#), "{notes}: {text}");
        assert!(text.contains(r#"["D"].includes(item.state)"#), "{notes}: {text}");
    }
    asked(&payload, "`state` says whether an item is on sale. A product has one state.");
}

#[test]
fn what_stands_in_a_priced_record_is_a_part_of_it() {
    let payload = json!({"groups": [{"caption": "Mains", "entries": [
        {"ref": "R-10", "label": "Ramen", "price": 13.5},
        {"ref": "R-11", "label": "Lunch deal", "price": 16.0, "deals": [
            {"caption": "Main", "items": [{"ref": "R-10", "label": "Ramen", "price": 0.0}]}]}]}]});
    let draft = crate::common::draft(&brief(Topic::SyncProducts, &payload, ""));
    if let domain::Draft::Script(script) = draft {
        let code = source_of(&script, "products[].itemCode");
        assert_eq!(code, "groups[].entries[].ref", "{}", script.source);
    }
}

#[test]
fn a_text_under_a_language_is_read_in_english_or_in_the_only_one() {
    let payload = json!({"items": [
        {"id": "i-1", "title": {"translations": {"sv": "Te", "en_us": "Tea"}}, "price": 2.5},
        {"id": "i-2", "title": {"translations": {"sv": "Paj", "en_us": "Pie"}}, "price": 4.5}]});
    assert!(source(&payload, "").contains("item.title?.translations?.en_us"));
    let one = json!({"items": [{"id": "i-1", "title": {"sv": "Te"}, "price": 2.5}]});
    assert!(source(&one, "").contains("spoken(item.title, \"sv\")"));
    let two = json!({"items": [{"id": "i-1", "title": {"sv": "Te", "fi": "Tee"}, "price": 2.5}]});
    assert!(asked(&two, "").contains("products[].name"));
}

fn with_variants() -> Value {
    json!({"products": [
        {"id": "p-1", "name": "Espresso", "price": 2.5, "variants": [
            {"id": "v-1", "name": "Single", "price": null}, {"id": "v-2", "name": "Double", "price": 3.2}]},
        {"id": "p-2", "name": "Scone", "price": 2.0, "variants": [{"id": "v-3", "name": "Plain", "price": null}]}]})
}

#[test]
fn a_variant_without_a_price_costs_what_its_product_costs_where_that_is_said() {
    let naming = "A variant is named as in \"Product - Variant\".";
    let orders = "The variant's `id` goes into order lines.";
    let told =
        format!("{orders} A variant without a `price` costs what the product costs. {naming}");
    let text = source(&with_variants(), &told);
    assert!(text.contains("amount([variant.price, item.price].find(isThere)"), "{text}");
    let untold = brief(Topic::SyncProducts, &with_variants(), &format!("{orders} {naming}"));
    assert!(question(&untold).render().contains("What do those cost?"));
    let text = script(&answered(&untold, "a")).source;
    assert!(text.contains("[variant.price, item.price].find(isThere)"), "{text}");
}

#[test]
fn a_name_shown_by_example_is_followed() {
    let orders = "The variant's `id` goes into order lines. A variant without a `price` costs what the product costs.";
    for (example, joint) in [
        ("It is shown as `{product} ({variant})`.", "withBrackets("),
        ("On the receipt the name of a variant reads Espresso, Double.", "join(\", \")"),
        ("With several, the variant's name follows after a space.", "join(\" \")"),
    ] {
        let text = source(&with_variants(), &format!("{orders} {example}"));
        assert!(text.contains(joint), "{example}: {text}");
    }
}

fn with_variations_apart() -> Value {
    json!({
        "products": [
            {"id": 11, "name": "Pizza", "price": "8.50", "variations": [], "attributes": []},
            {"id": 12, "name": "Lemonade", "price": "", "variations": [21, 22],
             "attributes": [{"id": 1, "name": "Size", "options": ["Small", "Large"]}]}],
        "variations": [
            {"id": 21, "parent_id": 12, "price": "3.00", "attributes": [{"id": 1, "name": "Size", "option": "Small"}]},
            {"id": 22, "parent_id": 12, "price": "4.50", "attributes": [{"id": 1, "name": "Size", "option": "Large"}]}]})
}

#[test]
fn variations_in_a_list_of_their_own_are_sold_and_others_are_sold_themselves() {
    let notes = "An order line has the variation's id. A variation is called by the product, a dash and its option.";
    let text = source(&with_variations_apart(), notes);
    assert!(text.contains("lookUp(variantIndex, item.variations"), "{text}");
    assert!(
        text.contains("[item.variations ?? []].flat().length === 0 ? [item] : offered"),
        "{text}"
    );
    assert!(text.contains("text(variant.attributes?.[0]?.option)"), "{text}");
    assert!(!text.contains("modifierGroups"), "{text}");
}

#[test]
fn variants_that_nothing_names_are_asked_about() {
    let mut payload = with_variations_apart();
    for variation in payload["variations"].as_array_mut().unwrap() {
        variation.as_object_mut().unwrap().remove("attributes");
    }
    let text = asked(&payload, "An order line has the variation's id.");
    assert!(text.contains("nothing there is called like a name"), "{text}");
}

#[test]
fn a_state_is_no_key_of_its_list() {
    let payload = json!({
        "items": [{"id": 1, "name": "Tea", "price": 2.5, "status": "on"}, {"id": 2, "name": "Pie", "price": 3.5, "status": "off"}],
        "shelves": [{"title": "Hot", "status": "on"}, {"title": "Cold", "status": "off"}]});
    let draft = crate::common::draft(&brief(Topic::SyncProducts, &payload, ""));
    if let domain::Draft::Script(script) = draft {
        assert_eq!(source_of(&script, "products[].categories"), "", "{}", script.source);
    }
}

#[test]
fn a_state_that_nothing_explains_is_asked_about() {
    let items = |flag: bool| {
        let mut items = json!([
            {"id": "t-1", "name": "Tea", "price": 2.5, "status": "listed"},
            {"id": "t-2", "name": "Pie", "price": 4.5, "status": "dormant"}]);
        if flag {
            items[0]["in_stock"] = json!(true);
            items[1]["in_stock"] = json!(false);
        }
        json!({"items": items})
    };
    for flag in [false, true] {
        let text = asked(&items(flag), "");
        assert!(text.contains("items[].status"), "{text}");
    }
    let told = "`status`: listed products are sold, dormant ones cannot be ordered.";
    assert!(source(&items(true), told).contains("item.status"));
}

#[test]
fn tags_that_documents_speak_of_in_prose_are_left_out() {
    let payload = json!({"items": [{"id": "t-1", "name": "Tea", "description": "<b>Green</b> tea", "price": 2.5}]});
    let notes = "Product descriptions contain HTML tags, to be removed.";
    assert!(source(&payload, notes).contains("plainText(item.description)"));
    // What is said of another text says nothing of this one.
    let asked = question(&brief(Topic::SyncProducts, &payload, "Names contain no HTML tags."));
    assert_eq!(asked.points[0].field, "products[].description (tags)");
}

#[test]
fn a_hidden_category_hides_its_products_where_documents_say_so() {
    let payload = json!({"categories": [
        {"id": 1, "name": "Hot", "visible": true, "products": [{"id": 11, "name": "Tea", "price": 3.5, "visible": true}]},
        {"id": 2, "name": "Staff", "visible": false, "products": [{"id": 21, "name": "Meal", "price": 5.5, "visible": true}]}]});
    let told = source(&payload, "A hidden category hides its products.");
    assert!(told.contains("flag(category.visible"), "{told}");
    assert!(!source(&payload, "").contains("category.visible"));
}

#[test]
fn archived_products_are_hidden_or_left_out_as_documents_say() {
    let items = |archived: Value| {
        json!({"items": [
            {"id": "t-1", "name": "Tea", "price": 2.5, "archived": null},
            {"id": "t-2", "name": "Pie", "price": 3.5, "archived": archived}]})
    };
    let dated = items(json!("2024-05-01T00:00:00Z"));
    assert!(source(&dated, "").contains("isAvailable: !isSet(item.archived)"));
    let gone = source(&dated, "`archived` is when it was archived; archived products are gone.");
    assert!(gone.contains("if (isSet(item.archived))"), "{gone}");
}

#[test]
fn records_without_a_flag_are_the_ones_that_are_left_out() {
    let payload = json!({"locations": [
        {"id": 42, "name": "Soho", "active": true}, {"id": 43, "name": "Leeds", "active": false}]});
    for notes in [
        "Locations that are not `active` were deleted.",
        "A location whose `active` is off was deleted.",
        "`active` false: the location was deleted.",
    ] {
        let text = script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
        assert!(text.contains("=== false"), "{notes}: {text}");
        assert!(!text.contains("isSet("), "{notes}: {text}");
    }
}

#[test]
fn what_a_group_of_choices_offers_is_no_product() {
    let payload = json!({
        "articles": [{"articleNo": "5001", "texts": [
            {"language": "de", "name": "Bier", "description": ""}, {"language": "fi", "name": "Olut", "description": ""}],
            "lists": ["70"]}],
        "modifierLists": [{"listNo": "70", "name": "Side", "minimum": 1, "maximum": 1, "articles": [
            {"articleNo": "9001", "name": "Fries", "surcharge": "0.50"}]}]});
    let text = asked(&payload, "");
    assert!(text.contains("articles[]"), "{text}");
}

#[test]
fn what_is_said_of_a_field_and_of_options_is_said_of_both() {
    let payload = json!({"items": [{"id": "p-1", "name": "Pretzel", "basePrice": 900, "modifiers": [
        {"id": "m-1", "name": "Dip", "min": 1, "max": 1, "options": [{"id": "o-1", "name": "Hot", "price": 150}]}]}]});
    let text = source(&payload, "`basePrice` and option prices are in cents.");
    assert_eq!(text.matches("minorUnits(").count(), 3, "{text}");
}

#[test]
fn groups_known_by_their_key_are_joined_by_it() {
    let payload = json!({
        "items": {"1001": {"title": "Maki", "price": 6.5, "groupIds": [501]}, "1002": {"title": "Roll", "price": 9.5, "groupIds": []}},
        "groups": {"501": {"title": "Soy", "min": 0, "max": 2, "optionIds": [901]}},
        "options": {"901": {"title": "Light", "price": 0.2}, "902": {"title": "Dark", "price": 0.4}}});
    let text = source(&payload, "");
    assert!(text.contains("lookUp(groupIndex, item.groupIds"), "{text}");
    assert!(text.contains("lookUp(optionIndex, group.optionIds"), "{text}");
}

fn with_prices_apart() -> Value {
    json!({
        "Items": [
            {"ItemId": "1000001", "ShortDescription": "BRGR", "LongDescription": {"values": [{"locale": "en-US", "value": "Burger"}]},
             "ModifierGroups": [{"GroupCode": "MG-1"}]},
            {"ItemId": "1000002", "ShortDescription": "FRS", "LongDescription": {"values": [{"locale": "en-US", "value": "Fries"}]},
             "ModifierGroups": []}],
        "ItemPrices": [
            {"PriceId": {"ItemCode": "1000001"}, "Price": 11.5}, {"PriceId": {"ItemCode": "1000002"}, "Price": 3.25}],
        "Groups": [{"GroupCode": "MG-1", "Title": "Cheese", "MinimumCount": 0, "MaximumCount": 2, "Modifiers": [
            {"ModifierCode": "MC-1", "Title": "Cheddar", "AdditionalPrice": 0.75}]}]})
}

#[test]
fn prices_in_a_list_of_their_own_are_joined_by_the_code_within_their_key() {
    let notes = "Orders refer to `ItemId`. `LongDescription` is the name shown to guests; `ShortDescription` is printed in the kitchen.";
    let script = script(&brief(Topic::SyncProducts, &with_prices_apart(), notes));
    assert!(
        source_of(&script, "products[].price").starts_with("ItemPrices[]"),
        "{}",
        script.source
    );
    assert!(source_of(&script, "products[].name").starts_with("Items[].LongDescription"));
    assert_eq!(source_of(&script, "products[].description"), "");
}

#[test]
fn groups_that_categories_have_are_not_dropped_in_silence() {
    let payload = json!({
        "categories": [{"id": "c1", "name": "Coffee", "modifierGroupIds": ["g1"]}, {"id": "c2", "name": "Food", "modifierGroupIds": []}],
        "products": [{"id": "p1", "name": "Latte", "price": 3.8, "categoryId": "c1", "modifierGroupIds": []},
                     {"id": "p2", "name": "Toast", "price": 4.1, "categoryId": "c2", "modifierGroupIds": ["g2"]}],
        "modifierGroups": [{"id": "g1", "name": "Milk", "min": 1, "max": 1, "modifiers": [{"id": "m1", "name": "Oat", "price": 0.5}]},
                           {"id": "g2", "name": "Spread", "min": 0, "max": 2, "modifiers": [{"id": "m2", "name": "Jam", "price": 0.25}]}]});
    let unsure = brief(Topic::SyncProducts, &payload, "");
    assert!(question(&unsure).render().contains("Categories have modifier groups too"));
    script(&answered(&unsure, "a"));
}

#[test]
fn what_bounds_a_choice_is_a_group_whatever_it_is_called() {
    let payload = json!({
        "products": [{"productId": 501, "productName": "Bowl", "basePrice": "9.90", "productGroups": [{"groupId": 30}]},
                     {"productId": 502, "productName": "Soup", "basePrice": "5.50", "productGroups": []}],
        "groups": [{"groupId": 30, "groupName": "Base", "minSelections": 1, "maxSelections": 1}],
        "groupOptions": [{"groupId": 30, "optionId": 9001}, {"groupId": 30, "optionId": 9002}],
        "options": [{"optionId": 9001, "optionName": "Rice", "optionPrice": "0.00"}, {"optionId": 9002, "optionName": "Noodles", "optionPrice": "1.00"}]});
    let script = script(&brief(Topic::SyncProducts, &payload, ""));
    assert_eq!(source_of(&script, "products[].categories"), "", "{}", script.source);
    assert!(script.source.contains("modifierGroup(group"), "{}", script.source);
    assert!(script.source.contains("optionLinks.get(text(group.groupId))"), "{}", script.source);
}

#[test]
fn choices_that_name_products_by_their_id_are_not_dropped_in_silence() {
    let payload = json!({"items": [
        {"id": "i-1", "name": "Burger", "price_cents": 800}, {"id": "i-2", "name": "Fries", "price_cents": 300},
        {"id": "i-3", "name": "Lunch", "price_cents": 1000, "slots": [
            {"id": "s-1", "label": "Main", "choices": [{"item_id": "i-1", "extra_cents": 0}]},
            {"id": "s-2", "label": "Side", "choices": [{"item_id": "i-2", "extra_cents": 0}]}]}]});
    assert!(asked(&payload, "").contains("items[].slots"));
}

#[test]
fn of_prices_side_by_side_the_one_that_documents_tell_to_use_is_read() {
    let payload = json!({"items": [
        {"plu": "100", "title": "Noodles", "prices": {"dineIn": 12.5, "delivery": 14.0}},
        {"plu": "101", "title": "Satay", "prices": {"dineIn": 7.5, "delivery": 8.5}}]});
    let script = script(&brief(Topic::SyncProducts, &payload, "Use the delivery price."));
    assert_eq!(source_of(&script, "products[].price"), "items[].prices.delivery");
    asked(&payload, "Do not use the delivery price.");
    asked(&payload, "");
}

#[test]
fn a_price_on_the_way_to_an_option_comes_before_its_own_where_it_is_set() {
    let payload = |name: &str| {
        json!({
            "items": [{"id": "i-1", "name": "Bowl", "price": 9.9, "groups": ["g-1"]}],
            "groups": [{"id": "g-1", "name": "Base", "min": 1, "max": 1, "options": [
                {"option_id": "o-1", name: null}, {"option_id": "o-2", name: 1.25}]}],
            "options": [{"id": "o-1", "name": "Rice", "price": 0.5}, {"id": "o-2", "name": "Noodles", "price": 1.0}]})
    };
    let text = source(&payload("override_price"), "");
    assert!(
        text.contains("[link.override_price, option.price].find(isThere) == null ? 0"),
        "{text}"
    );
    let text =
        source(&payload("price"), "A `price` there, where it is set, replaces the option's.");
    assert!(text.contains("[link.price, option.price].find(isThere)"), "{text}");
    asked(&payload("price"), "");
}

#[test]
fn the_names_of_variants_are_put_together_as_the_samples_expect() {
    let payload = json!({"products": [
        {"id": 1, "title": "Blend", "variants": [{"id": 11, "title": "250 g", "price": "9.50"}, {"id": 12, "title": "1 kg", "price": "32.00"}]},
        {"id": 2, "title": "Mug", "variants": [{"id": 21, "title": "Default", "price": "14.00"}]}]});
    for (joint, end) in [(" - ", ""), (": ", ""), (" (", ")")] {
        let expected = json!({"products": [
            {"itemCode": "11", "name": format!("Blend{joint}250 g{end}"), "price": 9.5},
            {"itemCode": "12", "name": format!("Blend{joint}1 kg{end}"), "price": 32},
            {"itemCode": "21", "name": "Mug", "price": 14}]});
        let script = script(&expecting(&brief(Topic::SyncProducts, &payload, ""), &expected));
        assert!(script.source.contains("variants.length > 1"), "{}", script.source);
    }
}

#[test]
fn lists_that_serve_reports_are_no_categories() {
    let payload = json!({
        "folders": [{"id": "f-10", "name": "Pizza", "parentGroup": null}, {"id": "f-11", "name": "Sweets", "parentGroup": null}],
        "productCategories": [{"id": "r-10", "name": "Kitchen"}],
        "products": [{"id": "p-10", "name": "Margherita", "price": 9.5, "parentGroup": "f-10", "productCategoryId": "r-10"},
                     {"id": "p-11", "name": "Cake", "price": 4.5, "parentGroup": "f-11", "productCategoryId": "r-10"}]});
    let notes = "`productCategories` serve reports only.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(
        source_of(&script, "products[].categories"),
        "parentGroup names folders[].id, its name"
    );
}

#[test]
fn a_picture_that_a_variant_names_is_not_dropped_in_silence() {
    let payload = json!({"products": [{"id": 1, "title": "Mug", "image": {"src": "https://x.test/mug.jpg"},
        "variants": [{"id": 11, "title": "Plain", "price": "14.00", "image_id": 8507}]}]});
    let unsure = brief(Topic::SyncProducts, &payload, "");
    assert!(question(&unsure).render().contains("image_id"));
    script(&answered(&unsure, "a"));
}
