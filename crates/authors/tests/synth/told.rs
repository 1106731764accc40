//! What documents settle that names and values leave open, on invented vendors.

use crate::common::{brief, question, script, source_of};
use domain::{DraftScript, Topic};
use serde_json::{Value, json};

fn products(payload: &Value, notes: &str) -> DraftScript {
    script(&brief(Topic::SyncProducts, payload, notes))
}

#[test]
fn the_field_that_wins_over_another_is_read() {
    let payload = json!({"items": [
        {"id": 1, "name": "Bowl", "price": 9.5, "sale_price": 8.0},
        {"id": 2, "name": "Tea", "price": 3.0, "sale_price": 2.5}]});
    for (notes, source) in [
        ("- `sale_price` wins over `price`.", "items[].sale_price"),
        ("- `price` overrides `sale_price`.", "items[].price"),
    ] {
        let notes = format!("{notes}\n- Orders refer to `id`.");
        assert_eq!(source_of(&products(&payload, &notes), "products[].price"), source, "{notes}");
    }
}

#[test]
fn a_preference_for_a_field_over_a_value_is_none() {
    let payload = json!({"items": [
        {"id": 1, "name": "Bowl", "price_counter": 9.5, "price_table": 8.0},
        {"id": 2, "name": "Tea", "price_counter": 3.0, "price_table": 2.5}]});
    let notes = "- `price_counter`, not `null`, on every item.\n- Orders refer to `id`.";
    let asked = question(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(asked.points[0].field, "products[].price");
}

#[test]
fn a_unit_that_is_said_of_items_and_modifiers_holds_for_both() {
    let payload = json!({"items": [{"id": "i-1", "name": "Bowl", "price": 950, "modifierGroups": [
        {"id": "g-1", "name": "Sauce", "modifiers": [{"id": "m-1", "name": "Soy", "price": 50}]}]}]});
    let notes = "- `price` is in pence, on items and on modifiers. Orders refer to `id`.";
    let source = products(&payload, notes).source;
    assert!(source.contains("minorUnits(item.price, 2"), "{source}");
    assert!(source.contains("minorUnits(option.price, 2"), "{source}");
}

#[test]
fn units_are_known_by_hundredths_and_by_the_currency_s_own_decimals() {
    let payload = json!({"currency": "JPY", "items": [{"id": 1, "name": "Bowl", "price": 950}]});
    let own = "- Amounts are integers with the currency's default number of decimals.\n- Orders refer to `id`.";
    let source = products(&payload, own).source;
    assert!(source.contains("decimalsOf(payload.currency)"), "{source}");
    let payload = json!({"items": [{"id": 1, "name": "Bowl", "amt": 950}]});
    let hundredths = "- `amt` is the price in 1/100 of the currency.\n- Orders are placed by `id`.";
    let source = products(&payload, hundredths).source;
    assert!(source.contains("minorUnits(item.amt, 2"), "{source}");
}

#[test]
fn what_serves_as_category_is_one() {
    let payload = json!({"items": [
        {"id": "i-10001", "name": "Bowl", "price": 9.5, "rubric": "r-20001"},
        {"id": "i-10002", "name": "Tea", "price": 3.0, "rubric": "r-20002"}],
        "rubrics": [{"id": "r-20001", "name": "Mains"}, {"id": "r-20002", "name": "Drinks"}]});
    let orders = "- Orders refer to `id`.";
    let told = format!("{orders}\n- `rubric` of a dish is its shelf and serves as category.");
    assert_eq!(
        source_of(&products(&payload, &told), "products[].categories"),
        "rubric names rubrics[].id, its name"
    );
    let asked = question(&brief(Topic::SyncProducts, &payload, orders));
    assert_eq!(asked.points[0].field, "products[].categories (list)");
}

#[test]
fn a_description_loses_its_tags_where_documents_say_that_it_has_some() {
    let payload = json!({"items": [
        {"id": 1, "name": "Bowl", "price": 9.5, "description": "<p>Salt &amp; lime</p>"}]});
    let without =
        "- `description` is HTML; the text without the tags is wanted.\n- Orders refer to `id`.";
    assert!(products(&payload, without).source.contains("plainText(item.description)"));
    let told = "- `description` is HTML.\n- Orders refer to `id`.";
    assert!(products(&payload, told).source.contains("plainText(item.description)"));
    let kept = "- `description` is HTML, which apps render.";
    assert!(products(&payload, kept).source.contains(": text(item.description)"));
}

#[test]
fn a_suspension_that_is_there_takes_the_product_off_sale() {
    let payload = json!({"items": [
        {"id": 1, "name": "Bowl", "price": 9.5, "pause": {"resume_at": 8_640_000_000_u64}},
        {"id": 2, "name": "Tea", "price": 3.0, "pause": null}]});
    let notes = "- `pause` with a `resume_at`: the item is off sale; no pause, on sale.\n- Orders refer to `id`.";
    let source = products(&payload, notes).source;
    assert!(source.contains("!isSet(item.pause?.resume_at)"), "{source}");
}

#[test]
fn a_suspension_ends_by_the_clock_where_documents_say_so() {
    let payload = json!({"items": [
        {"id": 1, "name": "Bowl", "price": 9.5, "resume_at": 1_900_000_000},
        {"id": 2, "name": "Tea", "price": 3.0, "resume_at": null}]});
    let notes = "- `resume_at` in the future: sold out until then.\n- Orders refer to `id`.";
    let source = products(&payload, notes).source;
    assert!(source.contains("isAvailable: isOver(item.resume_at, 1000)"), "{source}");
}

#[test]
fn the_site_of_pictures_may_stand_in_another_sentence() {
    let payload = json!({"items": [
        {"id": 1, "name": "Bowl", "price": 9.5, "photo": "img/1.png"},
        {"id": 2, "name": "Tea", "price": 3.0, "photo": null}]});
    let told = "- `photo` is the picture. Pictures lie on https://cdn.till.test/media.\n- Orders refer to `id`.";
    let source = products(&payload, told).source;
    assert!(source.contains("\"https://cdn.till.test/media/\""), "{source}");
    for unclear in [
        "- Pictures lie on https://a.till.test or https://b.till.test.\n- Orders refer to `id`.",
        "- More about pictures: https://docs.till.test/pictures\n- Orders refer to `id`.",
        "- A picture may be https://a.till.test/img/0.png.\n- Orders refer to `id`.",
    ] {
        let asked = question(&brief(Topic::SyncProducts, &payload, unclear));
        assert_eq!(asked.points[0].field, "products[].imageUrl (prefix)", "{unclear}");
    }
}

#[test]
fn prices_are_read_from_records_that_products_name() {
    let dish = |id: &str, title: &str, price: &str| {
        json!({"type": "dishes", "id": id, "attributes": {"title": title},
            "relationships": {"price": {"data": {"type": "prices", "id": price}}}})
    };
    let price = |id: &str, amount: u32| json!({"type": "prices", "id": id, "attributes": {"amount": amount, "currency": "EUR"}});
    let section = json!({"type": "sections", "id": "s1", "attributes": {"name": "Soups"}});
    let payload = json!({"data": [dish("d1", "Laksa", "p1"), dish("d2", "Satay", "p2")],
        "included": [price("p1", 1250), price("p2", 900), section]});
    let notes = "- `amount` of a price is in cents. Orders refer to the dish's `id`.";
    let source = products(&payload, notes).source;
    assert!(source.contains("lookUp(pricedIndex, item.relationships?.price?.data?.id"), "{source}");
    assert!(source.contains("priced.attributes?.amount"), "{source}");
}

#[test]
fn prices_are_read_from_a_list_that_names_products_by_their_code() {
    let payload = json!({"items": [{"code": "A1", "name": "Bowl"}, {"code": "A2", "name": "Tea"}],
        "prices": [{"item_code": "A1", "outlet": "MAIN", "price": 9.5},
                   {"item_code": "A2", "outlet": "MAIN", "price": 3.0}]});
    let notes = "- Prices are decimals. Orders refer to `code`.";
    let source = products(&payload, notes).source;
    assert!(source.contains("priced.price"), "{source}");
}

#[test]
fn two_prices_of_one_product_are_asked_about() {
    let payload = json!({"items": [{"code": "A1", "name": "Bowl"}, {"code": "A2", "name": "Tea"}],
        "prices": [{"item_code": "A1", "level": "x", "price": 9.5}, {"item_code": "A1", "level": "y", "price": 7.0},
                   {"item_code": "A2", "level": "x", "price": 3.0}, {"item_code": "A2", "level": "y", "price": 2.0}]});
    let notes = "- Prices are decimals. Orders refer to `code`.";
    let asked = question(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(asked.points[0].field, "products[].price");
}

#[test]
fn options_under_a_category_are_a_group_by_its_name() {
    let payload = json!({"items": [{"id": "i1", "name": "Bowl", "price": 9.5, "options": [
        {"category": {"id": "c1", "name": "Sauce", "min": 0, "max": 2},
         "items": [{"id": "o1", "name": "Soy", "price": 0.5}]}]}]});
    let notes = "- Prices are decimals. Orders refer to `id`.";
    let script = products(&payload, notes);
    let of = |field: &str| source_of(&script, &format!("products[].modifierGroups[].{field}"));
    assert_eq!(of("name"), "items[].options[].category.name");
    assert_eq!(of("code"), "items[].options[].category.id");
    assert_eq!(of("maxSelect"), "items[].options[].category.max");
}

#[test]
fn items_inside_a_group_of_items_are_not_all_of_them() {
    let payload = json!({"categories": [{"name": "Mains", "entries": [
        {"@type": "item", "id": "i1", "name": "Bowl", "price": 9.5},
        {"@type": "group", "id": "x1", "name": "Curries", "members": [
            {"@type": "item", "id": "i3", "name": "Red", "price": 11.0}]}]}]});
    let notes = "- A group is only a heading. Prices are decimals, orders refer to `id`.";
    let asked = question(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(asked.points[0].field, "products");
}

#[test]
fn kinds_that_documents_call_sold_are_no_flags_of_a_sale() {
    let payload = json!({"menu": [
        {"@type": "Item", "id": "i1", "name": "Bowl", "price": 9.5, "groups": ["g1"]},
        {"@type": "Item", "id": "i2", "name": "Tea", "price": 3.0, "groups": []},
        {"@type": "Group", "id": "g1", "name": "Sauce", "min": 0, "max": 1, "options": ["o1", "o2"]},
        {"@type": "Option", "id": "o1", "name": "Soy", "price": 0.0},
        {"@type": "Option", "id": "o2", "name": "Chili", "price": 0.5}]});
    let notes = "- `@type` Item is sold, Group is a choice, Option is one of its entries.\n- Prices are decimals, orders refer to `id`.";
    let script = products(&payload, notes);
    assert!(!script.source.contains("isAvailable"), "{}", script.source);
    let groups = source_of(&script, "products[].modifierGroups");
    assert!(groups.starts_with("groups names menu[]"), "{groups}");
}

#[test]
fn the_order_s_own_clock_is_not_its_id() {
    let payload = json!({"order": {"id": "QX81", "state": "open", "modifiedTime": 1_779_078_462_067_u64},
        "ts": 1_779_078_463_567_u64});
    let notes = "- `order.state`: open, the kitchen works on it (accepted); shut, paid and gone (completed).\n- `ts` is when the event happened; `modifiedTime` is the order's own clock.";
    let script = script(&brief(Topic::OrderStatusUpdate, &payload, notes));
    assert_eq!(source_of(&script, "externalOrderId"), "order.id");
    assert!(script.source.contains("[\"open\", \"accepted\"], // documents"), "{}", script.source);
    assert!(!script.source.contains("\"order.state\", \""), "{}", script.source);
}

#[test]
fn hours_in_no_order_come_in_that_of_the_week() {
    let payload = json!({"id": "o-1", "name": "Quay", "hours": [
        {"day": "SUNDAY", "open": "09:30", "close": "22:00"},
        {"day": "MONDAY", "open": "08:00", "close": "21:00"}]});
    let of = |notes: &str| script(&brief(Topic::SyncOutlet, &payload, notes)).source;
    assert!(of("- `hours` are spans in no fixed order.").contains("hours.sort("));
    assert!(!of("- `hours` are in local time.").contains("hours.sort("));
}

#[test]
fn the_second_line_is_that_of_the_address_that_is_read() {
    let address = |line: &str| json!({"lines": [line], "city": "Leeds", "country": "GB"});
    let payload = json!({"id": "o-1", "company": {"address": address("1 Law Court")},
        "profile": {"name": "Quay", "address": address("9 Quay Street")}});
    let notes = "- `profile` is what customers see: the name and address of the shop. `company` is the legal entity, for accounting.";
    let brief = brief(Topic::SyncOutlet, &payload, notes);
    let source = script(&brief).source;
    assert!(source.contains("street2: text(outlet.profile?.address?.lines?.[1])"), "{source}");
}

#[test]
fn what_the_standard_takes_is_read_and_a_country_s_name_is_no_outlet_s() {
    let place = |id: u32, name: &str, code: &str, text: &str| {
        json!({"id": id, "name": name, "city": "X",
        "province": text, "province_code": code, "country_code": "US", "country_name": "United States"})
    };
    let payload = json!({"locations": [place(1, "Quay", "IL", "Illinois"), place(2, "Hill", "WA", "Washington")]});
    let notes = "- `province_code` is the short code that the standard address takes; `province` and `country_name` are the names written out.";
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, notes));
    assert_eq!(source_of(&script, "address.stateProvince"), "locations[].province_code");
    assert!(script.source.contains("requiredText(outlet.name"), "{}", script.source);
}

#[test]
fn a_sentence_that_equates_an_order_s_field_with_the_item_s_says_which_id_it_is() {
    let payload = json!({"items": [
        {"id": "i-1", "plu": "A1", "name": "Bowl", "price": 9.5},
        {"id": "i-2", "plu": "A2", "name": "Tea", "price": 3.0}]});
    for notes in [
        "In an order `pos_item_id` is the item's `plu`; the `id` is used inside the menu only.",
        "In an order `pos_item_id` is the item's `plu`, the `id` is used inside the menu only.",
        "An order line's `code` equals the dish's `plu`.",
        "`order_item.product_code` is the product's `plu`.",
        "`line.ref` comes from the `plu` of the item.",
    ] {
        let notes = format!("- Prices are decimals.\n- {notes}");
        assert_eq!(
            source_of(&products(&payload, &notes), "products[].itemCode"),
            "items[].plu",
            "{notes}"
        );
    }
    // What an order says of its table says nothing of items.
    let other = "- Prices are decimals.\n- In an order `table_ref` is the `id` of the table.";
    let script = products(&payload, other);
    assert!(!script.source.contains("item.plu"), "{}", script.source);
}

#[test]
fn items_and_options_may_be_known_by_different_fields() {
    let payload = json!({"items": [{"id": "i-1", "plu": "A1", "name": "Bowl", "price": 9.5, "modifierGroups": [
        {"id": "g-1", "name": "Sauce", "min": 0, "max": 1, "modifiers": [{"id": "m-1", "plu": "B1", "name": "Soy", "price": 0.5}]}]}]});
    let notes = "- Prices are decimals.\n- In an order `item_ref` is the item's `plu`, `option_ref` the modifier's `id`.";
    let script = products(&payload, notes);
    assert_eq!(source_of(&script, "products[].itemCode"), "items[].plu");
    assert_eq!(
        source_of(&script, "products[].modifierGroups[].options[].code"),
        "items[].modifierGroups[].modifiers[].id"
    );
}

#[test]
fn names_for_guests_win_over_those_for_staff() {
    let payload = json!({"items": [
        {"id": "i-1", "pos_name": "BWL", "display_name": "Bowl", "price": 9.5},
        {"id": "i-2", "pos_name": "TEA", "display_name": "Tea", "price": 3.0}]});
    for notes in [
        "`display_name` is for guests, `pos_name` for the terminal.",
        "`pos_name` is on the button of the till.",
    ] {
        let notes = format!("- Prices are decimals. Orders refer to `id`.\n- {notes}");
        assert_eq!(
            source_of(&products(&payload, &notes), "products[].name"),
            "items[].display_name",
            "{notes}"
        );
    }
}

#[test]
fn kinds_are_what_they_are_called_where_documents_say_what_is_done_with_them() {
    let payload = json!({"items": [
        {"id": "i1", "type": "ITEM", "name": "Bowl", "price": 9.5, "modifier_ids": ["g1"]},
        {"id": "i2", "type": "ITEM", "name": "Tea", "price": 3.0, "modifier_ids": []},
        {"id": "c1", "type": "CHOICE", "name": "Soy", "price": 0.5, "modifier_ids": []}],
        "modifiers": [{"id": "g1", "name": "Sauce", "min": 0, "max": 1, "item_ids": ["c1"]}]});
    let notes = "- `type` ITEM is sold in a category; CHOICE is only offered within a modifier.\n- Prices are decimals, orders refer to `id`.";
    let script = products(&payload, notes);
    assert!(script.source.contains("item.type === \"ITEM\""), "{}", script.source);
}

#[test]
fn a_state_with_its_country_before_it_is_cut_or_asked_about() {
    let payload = json!({"locations": [{"id": "l-1", "name": "Quay", "address": {"country": "US", "subdivision": "US-CA", "city": "San Jose"}},
        {"id": "l-2", "name": "Hill", "address": {"country": "US", "subdivision": "US-OR", "city": "Bend"}}]});
    let told = "- `subdivision` is ISO 3166-2; the part after the hyphen is the state.";
    let cut = script(&brief(Topic::ListRemoteOutlets, &payload, told));
    assert!(cut.source.contains("replace(/^[A-Z]{2}-/, \"\")"), "{}", cut.source);
    let asked = question(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(asked.points[0].field, "address.stateProvince (form)");
}

#[test]
fn a_reason_that_no_sample_has_is_read_beside_the_status_where_documents_name_it() {
    let payload = json!({"OrderId": "QX81", "Status": "cooking", "At": "2026-05-05T19:58:12Z"});
    let notes = "- `OrderId` is the order. `Status`: cooking (preparing), void (cancelled).\n- `At` is when it changed. `Message` is why, for void orders.";
    let script = script(&brief(Topic::OrderStatusUpdate, &payload, notes));
    assert!(script.source.contains("reason: textAlone(payload.Message"), "{}", script.source);
}

#[test]
fn a_sentence_that_answers_the_question_takes_its_place() {
    let payload = json!({"items": [
        {"id": "i-1", "name": "Bowl", "price": 9.5, "main_category": "Mains", "sub_category": "Bowls"},
        {"id": "i-2", "name": "Tea", "price": 3.0, "main_category": "Drinks", "sub_category": "Hot"}]});
    let orders = "- Prices are decimals. Orders refer to `id`.";
    let asked = question(&brief(Topic::SyncProducts, &payload, orders));
    assert_eq!(asked.points[0].field, "products[].categories");
    let told = format!("{orders}\n- Take the category from `sub_category`.");
    let script = products(&payload, &told);
    assert_eq!(source_of(&script, "products[].categories"), "items[].sub_category");
    let known = script.provenance.iter().find(|known| known.field == "products[].categories");
    assert_eq!(known.unwrap().reason, "the documents say: Take the category from `sub_category`");
}

#[test]
fn records_that_name_most_products_are_categories_by_their_name_or_are_asked_about() {
    let of = |list: &str| {
        json!({"items": [
        {"id": "i-1001", "name": "Bowl", "price": 9.5}, {"id": "i-1002", "name": "Tea", "price": 3.0}],
        list: [{"no": 1, "description": "Mains", "item_ids": ["i-1001"]}, {"no": 2, "description": "Drinks", "item_ids": ["i-1002"]}]})
    };
    let notes = "- Prices are decimals. Orders refer to `id`.";
    let script = products(&of("submenus"), notes);
    assert!(script.source.contains("text(category.description)"), "{}", script.source);
    let asked = question(&brief(Topic::SyncProducts, &of("panels"), notes));
    assert_eq!(asked.points[0].field, "products[].categories (list)");
}

#[test]
fn amounts_without_coins_are_whole_and_coins_that_are_denied_say_nothing_of_others() {
    let payload = json!({"items": [{"id": 1, "name": "Bowl", "price": 25000}]});
    for notes in [
        "- Prices are whole rupiah: 25000 is Rp 25.000, there are no cents.",
        "- Amounts are integers in won, without minor units.",
    ] {
        let source = products(&payload, &format!("{notes}\n- Orders refer to `id`.")).source;
        assert!(!source.contains("minorUnits"), "{notes}: {source}");
    }
    let notes = "- Amounts are in the smallest unit of the currency; yen have no cents.\n- Orders refer to `id`.";
    let source = products(&payload, notes).source;
    assert!(source.contains("minorUnits(item.price"), "{source}");
}

#[test]
fn labels_that_documents_call_the_sections_of_the_menu_are_categories() {
    let payload = json!({
        "dishes": [
            {"id": 11, "name": "Bowl", "price": 9.5, "tags": [71]},
            {"id": 12, "name": "Tea", "price": 3.0, "tags": [72]}],
        "tags": [{"id": 71, "name": "Warm"}, {"id": 72, "name": "Drinks"}]});
    let notes = "- `tags` of a dish are ids of tag records. Tags are the sections under which the \
                 till shows dishes.\n- Orders refer to `id`.";
    let from = source_of(&products(&payload, notes), "products[].categories");
    assert_eq!(from, "tags names tags[].id, its name");
}

#[test]
fn what_is_shown_but_cannot_be_ordered_is_not_available_and_what_is_withdrawn_is_left_out() {
    let payload = json!({"items": [
        {"id": 1, "name": "Bowl", "price": 9.5, "isActive": true, "isSoldOut": false},
        {"id": 2, "name": "Tea", "price": 3.0, "isActive": true, "isSoldOut": true},
        {"id": 3, "name": "Pie", "price": 4.0, "isActive": false, "isSoldOut": false}]});
    let notes = "- `isActive` false: withdrawn from the menu, left in the answer for old orders only. \
                 `isSoldOut` true: shown, but cannot be ordered at the moment.\n- Orders refer to `id`.";
    let source = products(&payload, notes).source;
    assert!(source.contains("flag(item.isActive, \"items[].isActive\") === false"), "{source}");
    assert!(source.contains("not(flag(item.isSoldOut"), "{source}");
}
