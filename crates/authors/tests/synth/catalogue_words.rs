//! What documents say of a catalogue in the plain words of a colleague.

use crate::common::{brief, fields_asked, script, source_of};
use domain::{Brief, DraftScript, Topic};
use serde_json::{Value, json};

fn catalogue(payload: &Value, notes: &str) -> Brief {
    brief(Topic::SyncProducts, payload, notes)
}

fn read(payload: &Value, notes: &str) -> DraftScript {
    script(&catalogue(payload, notes))
}

fn asked(payload: &Value, notes: &str) -> Vec<String> {
    fields_asked(&catalogue(payload, notes))
}

/// Dishes with the fields besides.
fn dishes(own: &[Value]) -> Value {
    let dish = |(at, own): (usize, &Value)| {
        let mut dish = json!({"id": at + 1, "name": format!("Dish {at}"), "price": 4.5});
        let more = own.as_object().unwrap().clone();
        dish.as_object_mut().unwrap().extend(more);
        dish
    };
    json!({"dishes": own.iter().enumerate().map(dish).collect::<Vec<_>>()})
}

#[test]
fn a_description_that_is_the_name_is_no_description() {
    let payload = json!({"dishes": [{"id": 1, "description": "Laksa", "price": 4.5}]});
    let found = read(&payload, "`description` is the dish's name; there is no further text.");
    assert_eq!(source_of(&found, "products[].name"), "dishes[].description");
    assert_eq!(source_of(&found, "products[].description"), "");
}

#[test]
fn a_name_with_a_code_in_brackets_gives_way_to_the_plain_one() {
    let payload = json!({"dishes": [
        {"id": 1, "name": "Laksa", "display_name": "[P1] Laksa", "price": 4.5},
        {"id": 2, "name": "Satay", "display_name": "[P2] Satay", "price": 6.0}]});
    assert_eq!(source_of(&read(&payload, ""), "products[].name"), "dishes[].name");
}

#[test]
fn the_level_that_documents_call_the_ordinary_price_is_read() {
    let own = json!({"price": null, "Prices": [
        {"PriceLevel": 1, "Price": 4.5}, {"PriceLevel": 2, "Price": 4.0}]});
    let payload = json!({"dishes": [{"id": 1, "name": "Laksa", "Prices": own["Prices"]}]});
    let notes = "`Prices` holds decimals, one for each level; level 1 is the ordinary price, level 2 the happy hour.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].price"), "dishes[].Prices[PriceLevel 1].Price");
    assert_eq!(asked(&payload, "`Prices` holds decimals."), ["products[].price"]);
}

#[test]
fn the_word_that_is_left_where_all_others_are_unsold_is_what_is_sold() {
    let own = |state: &str| json!({"status": state});
    let payload = dishes(&[own("R"), own("F"), own("D")]);
    let notes = "- `status` R: running, F: frozen (not for sale), D: deleted; deleted ones must not be offered.";
    let source = read(&payload, notes).source;
    assert!(source.contains("[\"R\", true]") && source.contains("[\"F\", false]"), "{source}");
    // Of two such words one may be unsold.
    let two = dishes(&[own("R"), own("F"), own("D"), own("X")]);
    let notes = "- `status` R: running, F: frozen (not for sale), X: crossed, D: deleted.";
    assert!(asked(&two, notes)[0].starts_with("products[].isAvailable"));
}

#[test]
fn what_is_null_while_something_is_on_sale_takes_it_off() {
    let own = |pause: Value| json!({"pause_info": pause});
    let payload = dishes(&[own(Value::Null), own(json!({"until": 8_640_000_000_u64}))]);
    let notes = "`pause_info` is null for a dish on sale; a paused one is sold out.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].isAvailable"), "dishes[].pause_info");
}

#[test]
fn a_stop_list_stops_the_sale() {
    let payload = dishes(&[json!({"isHeld": true}), json!({"isHeld": false})]);
    let source = read(&payload, "`isHeld` true: on the stop list for now.").source;
    assert!(source.contains("not(flag(item.isHeld"), "{source}");
}

#[test]
fn all_conditions_of_a_sale_count() {
    let own = |a: &str, b: &str| json!({"active": a, "for_order": b});
    let payload = dishes(&[own("1", "1"), own("0", "1")]);
    let notes = "A product is for sale when `active` and `for_order` are both \"1\".";
    let source = read(&payload, notes).source;
    assert!(source.contains("allOf([flag(item.active") && source.contains("item.for_order"));
}

#[test]
fn an_older_flag_that_differs_in_what_is_left_out_alone_is_no_matter() {
    let own = |active: u8, state: &str| json!({"active": active, "status": state});
    let payload = dishes(&[own(1, "ON_MENU"), own(1, "OFF_MENU"), own(0, "GONE")]);
    let notes = "`status`: ON_MENU can be sold, OFF_MENU cannot be sold, GONE is deleted and must not be offered.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].isAvailable"), "dishes[].status");
}

#[test]
fn an_order_may_refer_to_what_stands_in_a_list_of_one() {
    let own = |code: &str| json!({"stock": [{"entryCode": code, "left": 3}]});
    let payload = dishes(&[own("E-1"), own("E-2")]);
    let notes = "An order line refers to the `entryCode` of the stock entry.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].itemCode"), "dishes[].stock[0].entryCode");
    assert_eq!(source_of(&read(&payload, ""), "products[].itemCode"), "dishes[].id");
}

#[test]
fn a_record_that_documents_call_the_category_gives_its_name() {
    let payload = dishes(&[
        json!({"parentItem": {"id": 7, "className": "till.Page", "name": "Soups"}}),
        json!({"parentItem": null}),
    ]);
    let notes = "`parentItem` is the category, null for a dish outside all of them.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].categories"), "dishes[].parentItem.name");
}

#[test]
fn what_others_are_for_says_nothing_of_the_category() {
    let payload = dishes(&[json!({"master1": "Soups", "master2": "HOUSE"})]);
    let notes = "`master1` is the category, the others are for reports.";
    assert_eq!(source_of(&read(&payload, notes), "products[].categories"), "dishes[].master1");
}

#[test]
fn a_group_that_every_product_names_is_its_category() {
    let groups =
        json!([{"GroupID": 10, "GroupName": "Soups"}, {"GroupID": 20, "GroupName": "Grill"}]);
    let mut payload = dishes(&[json!({"GroupID": 10}), json!({"GroupID": 20})]);
    payload["Groups"] = groups.clone();
    let found = source_of(&read(&payload, ""), "products[].categories");
    assert!(found.starts_with("GroupID names Groups[].GroupID"), "{found}");
    // One that only some products name may be anything.
    let mut payload = dishes(&[json!({"GroupID": 10}), json!({"GroupID": null})]);
    payload["Groups"] = groups;
    assert_eq!(asked(&payload, ""), ["products[].categories (list)"]);
}

#[test]
fn texts_by_numbered_language_are_read_in_the_one_that_documents_call_the_shop_s_own() {
    let name =
        |own: &str, other: &str| json!([{"id": "1", "value": own}, {"id": "2", "value": other}]);
    let payload = json!({"dishes": [
        {"id": 5, "name": name("Soup", "Soupe"), "price": "4.50", "show_price": "1"},
        {"id": 6, "name": name("Tea", "Thé"), "price": "2.50", "show_price": "1"}]});
    let notes = "Texts have one entry per language; language 1 is the shop's own.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].name"), "dishes[].name[1]");
    assert_eq!(source_of(&found, "products[].price"), "dishes[].price");
}

#[test]
fn texts_of_one_language_in_a_list_are_the_record_s_own() {
    let text =
        |name: &str| json!([{"recordId": 9, "name": name, "note": null, "languageCode": "en"}]);
    let payload = json!({"menuCategories": [{"id": 1, "language": text("Soups"), "menuItems": [
        {"menuItemId": 11, "price": 4.5, "language": text("Laksa")}]}]});
    let found = read(&payload, "");
    let name = source_of(&found, "products[].name");
    assert_eq!(name, "menuCategories[].menuItems[].language[0].name");
    let categories = source_of(&found, "products[].categories");
    assert_eq!(categories, "menuCategories[].language[0].name");
}

#[test]
fn a_text_with_several_categories_is_split_where_documents_say_so() {
    let payload = dishes(&[json!({"tags": "Soups"})]);
    let notes = "`tags`, separated by commas, is what dishes are grouped by (our categories).";
    let source = read(&payload, notes).source;
    assert!(source.contains(".split(\",\").map((part) => text(part.trim()))"), "{source}");
}

#[test]
fn words_that_are_listed_after_a_status_are_read_though_no_sample_has_them() {
    let payload = dishes(&[json!({"status": "ACTIVE"}), json!({"status": "UNAVAILABLE"})]);
    let notes =
        "`status` is ACTIVE, UNAVAILABLE (sold out for now) or HIDE (not shown to customers).";
    let source = read(&payload, notes).source;
    assert!(source.contains("[\"HIDE\", false]"), "{source}");
}

#[test]
fn what_the_maker_recommends_is_no_price() {
    let payload = json!({"dishes": [{"id": 1, "name": "Laksa", "sell_inc": 4.5, "rrp_inc": 5.0}]});
    let notes = "`sell_inc` is the price in the shop; `rrp_inc` is the maker's recommended price.";
    assert_eq!(source_of(&read(&payload, notes), "products[].price"), "dishes[].sell_inc");
}

#[test]
fn the_only_picture_may_be_a_thumbnail() {
    let picture = "https://till.test/thumbnails/1.jpg";
    let payload = dishes(&[json!({"thumbnail_url": picture})]);
    assert_eq!(source_of(&read(&payload, ""), "products[].imageUrl"), "dishes[].thumbnail_url");
}

#[test]
fn the_only_kind_within_headings_is_what_is_sold() {
    let offer = |id: &str, name: &str| json!({"type": "offer", "id": id, "name": name, "description": "", "price": 4.5});
    let page = |id: &str, name: &str, inner: Vec<Value>| json!({"type": "page", "id": id, "name": name, "description": "", "children": inner});
    let payload = json!([page(
        "p1",
        "Soups",
        vec![offer("o1", "Laksa"), page("p2", "Thick", vec![offer("o2", "Goulash")])]
    )]);
    let source = read(&payload, "The `children` of a page are offers and pages.").source;
    assert!(source.contains("item.type === \"offer\""), "{source}");
}

#[test]
fn lists_of_texts_that_documents_call_the_categories_are_read() {
    let payload = dishes(&[json!({"tags": ["Soups", "Hot"]}), json!({"tags": []})]);
    let notes = "`tags` group the dishes together (our categories).";
    assert_eq!(source_of(&read(&payload, notes), "products[].categories"), "dishes[].tags");
}

#[test]
fn the_list_that_documents_call_the_general_one_holds_the_price() {
    let prices = json!([{"priceListId": 1, "price": "4.50"}, {"priceListId": 2, "price": "5.00"}]);
    let payload = json!({"dishes": [{"id": 1, "name": "Laksa", "prices": prices}]});
    let notes = "Prices are text. List 1 is the general one, list 2 applies to the terrace only.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].price"), "dishes[].prices[priceListId 1].price");
}

#[test]
fn records_whose_flag_a_sentence_speaks_out_are_left_out() {
    let payload = dishes(&[json!({"isDiscontinued": true}), json!({"isDiscontinued": false})]);
    let notes = "Discontinued articles stay in the list; they must not be offered.";
    let source = read(&payload, notes).source;
    assert!(source.contains("if (isSet(item.isDiscontinued))"), "{source}");
}

#[test]
fn a_price_that_is_paid_with_a_flag_is_not_paid_without_it() {
    let payload = dishes(&[
        json!({"onSale": false, "salePrice": 0.0}),
        json!({"onSale": true, "salePrice": 3.5}),
    ]);
    let notes = "With `onSale` true a customer pays `salePrice`, else `price`.";
    let source = read(&payload, notes).source;
    assert!(source.contains("item.salePrice") && source.contains("item.price"), "{source}");
}

#[test]
fn the_level_that_a_list_of_levels_calls_normal_is_read() {
    let prices = json!([{"priceLevel": 1, "price": 4.5}, {"priceLevel": 2, "price": 4.0}]);
    let payload = json!({"dishes": [{"id": 1, "name": "Laksa", "prices": prices}]});
    let notes = "`prices` has one entry per price level: 1 is the normal price, 2 the staff price.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].price"), "dishes[].prices[priceLevel 1].price");
}

#[test]
fn an_order_that_refers_to_a_variant_id_refers_to_the_variant_s_id() {
    let variant =
        |id: &str, sku: &str| json!([{"id": id, "sku": sku, "title": "One", "price": 4.5}]);
    let payload = json!({"products": [
        {"id": "p1", "title": "Laksa", "variants": variant("v1", "S1")},
        {"id": "p2", "title": "Satay", "variants": variant("v2", "S2")}]});
    let notes = "An order line refers to `variant_id`; products here have one variant.";
    assert_eq!(
        source_of(&read(&payload, notes), "products[].itemCode"),
        "products[].variants[].id"
    );
}

#[test]
fn one_word_is_sold_where_the_next_sentence_says_that_the_others_are_not() {
    let payload = dishes(&[json!({"status": "published"}), json!({"status": "draft"})]);
    let notes = "`status` published: on sale. The others (draft, proposed) are not for sale.";
    let source = read(&payload, notes).source;
    assert!(source.contains("text(item.status) === \"published\""), "{source}");
}

#[test]
fn a_language_at_the_end_of_a_name_tells_only_the_language() {
    let name = |own: &str| json!({"name_ar": format!("{own} ar"), "name_en": own});
    let mut dish = name("Laksa");
    dish["id"] = json!(1);
    dish["price"] = json!(4.5);
    dish["category"] = name("Soups");
    let found = read(&json!({"data": [dish]}), "");
    assert_eq!(source_of(&found, "products[].name"), "data[].name_en");
    assert_eq!(source_of(&found, "products[].categories"), "data[].category.name_en");
}

#[test]
fn the_preview_of_an_asset_is_a_picture() {
    let picture = "https://till.test/preview/1.jpg";
    let payload = dishes(&[json!({"featuredAsset": {"id": 8, "preview": picture}})]);
    let found = source_of(&read(&payload, ""), "products[].imageUrl");
    assert_eq!(found, "dishes[].featuredAsset.preview");
}

#[test]
fn a_category_of_some_kind_is_one_without_marks_between_its_words() {
    let mut payload = dishes(&[json!({"SCREENCATEGORYID": 10}), json!({"SCREENCATEGORYID": 0})]);
    payload["SCREENCATEGORIES"] = json!([{"ID": 10, "NAME": "Soups"}]);
    let found = source_of(&read(&payload, ""), "products[].categories");
    assert!(found.starts_with("SCREENCATEGORYID names"), "{found}");
}

#[test]
fn a_word_that_deleted_records_have_leaves_them_out() {
    let payload = dishes(&[json!({"status": null}), json!({"status": "D"})]);
    let notes = "Deleted dishes stay in the list with `status` \"D\"; they must not be offered.";
    let source = read(&payload, notes).source;
    assert!(source.contains("if ([\"D\"].includes(item.status))"), "{source}");
}

#[test]
fn the_amount_of_a_price_is_called_like_it() {
    let own = json!({"reckoned_price": {"reckoned_amount": 4.5, "former_amount": 5.5}});
    let payload =
        json!({"dishes": [{"id": 1, "name": "Laksa", "reckoned_price": own["reckoned_price"]}]});
    let found = read(&payload, "Amounts are decimals.");
    let price = "dishes[].reckoned_price.reckoned_amount, in major units";
    assert!(found.source.contains(price), "{}", found.source);
}

#[test]
fn a_list_of_one_price_with_an_id_of_its_own_holds_the_price() {
    let priced = |id: &str, cents: u64| json!({"id": id, "value": {"cents": cents}});
    let payload = json!({"dishes": [
        {"code": "D-1", "name": "Laksa", "prices": [priced("p-83", 450)]},
        {"code": "D-2", "name": "Satay", "prices": [priced("p-84", 600)]}]});
    let found = read(&payload, "`cents` is in the smallest unit. An order names `code`.");
    assert!(found.source.contains("item.prices?.[0]?.value?.cents"), "{}", found.source);
}

#[test]
fn a_field_of_which_documents_say_that_it_is_what_the_dish_is_called_is_the_name() {
    let payload = json!({"dishes": [
        {"id": 1, "description": "Laksa", "price": 4.5}, {"id": 2, "description": "Satay", "price": 6.0}]});
    for said in [
        "`description` is what the dish is called.",
        "`description` holds what guests call it, there is no more text.",
        "`description` says how a dish is named.",
    ] {
        let found = read(&payload, &format!("- {said} Orders refer to `id`."));
        assert_eq!(source_of(&found, "products[].name"), "dishes[].description", "{said}");
        assert_eq!(source_of(&found, "products[].description"), "", "{said}");
    }
    let said = "- `description` is how a dish is named in orders and in the kitchen.";
    assert_eq!(asked(&payload, said), ["products[].name"]);
}

#[test]
fn the_price_that_documents_say_is_charged_is_known_by_its_word() {
    let prices = |shelf: &str, crate_of: &str| json!([{"amount": shelf, "usage": "Shelf", "usageNumber": "1"}, {"amount": crate_of, "usage": "Crate", "usageNumber": "2"}]);
    let payload = json!({"dishes": [
        {"id": 1, "name": "Laksa", "Prices": {"ItemPrice": prices("4.5", "40")}},
        {"id": 2, "name": "Satay", "Prices": {"ItemPrice": prices("6", "0")}}]});
    for said in [
        "The \"Shelf\" price is charged, \"Crate\" is for information; both decimal.",
        "Guests pay the \"Shelf\" price, a decimal; \"Crate\" is a hint.",
        "\"Crate\" is not charged, \"Shelf\" is what guests pay, in euros.",
    ] {
        let notes = format!("- Orders refer to `id`. {said}");
        let found = source_of(&read(&payload, &notes), "products[].price");
        assert_eq!(found, "dishes[].Prices.ItemPrice[usage Shelf]", "{said}");
    }
    for said in [
        "The \"Shelf\" price is not charged; both are decimals.",
        "\"Crate\" is charged for a whole crate; both are decimals.",
    ] {
        let notes = format!("- Orders refer to `id`. {said}");
        assert_eq!(asked(&payload, &notes), ["products[].price"], "{said}");
    }
}

#[test]
fn two_words_between_semicolons_share_their_meaning() {
    let own = |state: &str| json!({"saleState": state});
    let payload = dishes(&[own("LIVE"), own("LIVE"), own("GONE"), own("VEILED")]);
    let notes = "- `saleState`: LIVE; GONE and GONE_TODAY (sold out); VEILED (not shown).";
    let source = read(&payload, notes).source;
    for word in ["[\"GONE\", false]", "[\"GONE_TODAY\", false]", "[\"VEILED\", false]"] {
        assert!(source.contains(word), "{word}: {source}");
    }
}

#[test]
fn what_has_a_record_of_its_suspension_is_off_sale() {
    let own = |pause: Value| json!({"halt": pause});
    let payload = dishes(&[own(Value::Null), own(json!({"why": "OUT", "since": 1_790_000_000}))]);
    for notes in [
        "- A dish with a `halt` cannot be ordered for now.",
        "- Any dish that has a `halt` is sold out.",
    ] {
        let found = read(&payload, notes);
        assert_eq!(source_of(&found, "products[].isAvailable"), "dishes[].halt", "{notes}");
        assert!(found.source.contains("!isSet(item.halt)"), "{}", found.source);
    }
}

#[test]
fn that_a_sale_will_end_says_nothing_of_now() {
    let own = |out: bool| json!({"closeout": true, "available": !out});
    let payload = dishes(&[own(false), own(true)]);
    let notes = "`closeout` true: sold only while stock lasts; `available` false: sold out.";
    let found = read(&payload, notes);
    assert_eq!(source_of(&found, "products[].isAvailable"), "dishes[].available");
}
