//! What is a category and what is none, on invented vendors.

use crate::common::{answered, brief, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::json;

fn of_groups(notes: &str) -> Brief {
    let payload = json!({
        "goods": [
            {"id": "p-0001", "name": "Mocha small", "price": 3.5, "group_id": "g-0003"},
            {"id": "p-0002", "name": "Mocha large", "price": 4.5, "group_id": "g-0003"},
            {"id": "p-0003", "name": "Bun", "price": 2.5, "group_id": "g-0002"},
            {"id": "p-0004", "name": "Espresso", "price": 2.0, "group_id": "g-0001"}],
        "groups": [
            {"id": "g-0001", "name": "Coffee", "parent_id": null},
            {"id": "g-0002", "name": "Bakery", "parent_id": null},
            {"id": "g-0003", "name": "Mocha", "parent_id": "g-0001", "axes": ["size"]}]});
    brief(
        Topic::SyncProducts,
        &payload,
        &format!(
            "- Orders refer to `id`. `group_id` is the group that a product is in.\n- {notes}"
        ),
    )
}

#[test]
fn products_of_a_group_that_is_no_section_belong_to_the_one_above() {
    for said in [
        "A group with `axes` holds the sizes of one article and is not a section of the menu: its products belong to the section above it.",
        "Groups that have `axes` are no categories. Their products belong to the parent group.",
    ] {
        let source = script(&of_groups(said)).source;
        assert!(source.contains("firstAbove("), "{said}: {source}");
        assert!(source.contains("isFilled(record.axes)"), "{said}: {source}");
    }
}

#[test]
fn a_group_that_is_no_section_is_asked_about_where_nothing_tells_it() {
    for said in [
        "A group of sizes is not a section of the menu: its products belong to the section above it.",
        "A group with `axes` is not a section of the menu.",
    ] {
        let asked = question(&of_groups(said));
        assert_eq!(asked.points[0].field, "products[].categories (that are none)", "{said}");
    }
}

#[test]
fn groups_of_which_nothing_of_the_kind_is_said_are_categories() {
    let source = script(&of_groups("A group may have `axes`.")).source;
    assert!(!source.contains("firstAbove("), "{source}");
}

#[test]
fn what_bounds_a_choice_is_no_category_whatever_it_is_called() {
    let payload = json!({
        "menus": [{"name": "Bowls", "dishes": [
            {"code": "d-1", "name": "Laksa", "price": 9.5, "variant_category_codes": ["L"]},
            {"code": "d-2", "name": "Satay", "price": 8.5, "variant_category_codes": ["L"]}]}],
        "variant_categories": [{"code": "L", "name": "How hot?", "rules": {"selection": {"min_quantity": 1, "max_quantity": 1}},
            "variants": [{"code": "L-1", "name": "Mild", "price": 0.5}, {"code": "L-2", "name": "Hot", "price": 0.5}]}]
    });
    let notes = "Prices are decimals. Orders carry `code` of dishes and variants.";
    let script = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&script, "products[].categories"), "menus[].name");
    assert!(script.source.contains("minSelect"), "{}", script.source);
}

fn of_types(notes: &str) -> Brief {
    let payload = json!({"articles": [
        {"id": "a-1", "name": "Mocha", "price": 3.5,
         "product_type": [{"type_id": "t-1", "type_name": "Coffee"}]},
        {"id": "a-2", "name": "Bun", "price": 2.5,
         "product_type": [{"type_id": "t-2", "type_name": "Bakery"}, {"type_id": "t-3", "type_name": "Breakfast"}]},
        {"id": "a-3", "name": "Gift card", "price": 20.0, "product_type": []}]});
    brief(Topic::SyncProducts, &payload, &format!("Orders refer to `id`. {notes}"))
}

#[test]
fn types_that_documents_translate_are_categories() {
    for said in [
        "Types are what others call categories.",
        "Product types are the sections of the menu.",
        "`product_type` are the categories of the article.",
    ] {
        let script = script(&of_types(said));
        let source = source_of(&script, "products[].categories");
        assert!(source.contains("product_type"), "{said}: {source}");
        assert!(script.source.contains("type_name"), "{said}: {}", script.source);
    }
}

#[test]
fn a_list_of_types_that_nothing_explains_is_asked_about() {
    let asked = question(&of_types(""));
    assert_eq!(asked.points[0].field, "products[].categories (list)");
}

#[test]
fn a_list_of_types_that_documents_keep_for_reports_is_left_out() {
    for said in ["`product_type` is for reports only.", "Product types are for reports only."] {
        let script = script(&of_types(said));
        assert!(!script.source.contains("product_type"), "{said}: {}", script.source);
    }
}

#[test]
fn a_product_may_name_its_main_category_and_others() {
    let dish = |id: &str, main: &str, more: &[&str]| json!({"id": id, "name": id.to_uppercase(), "price": 4.5, "category_id": main, "related_categories": more});
    let payload = json!({
        "dishes": [dish("d-1", "s-0022", &[]), dish("d-2", "s-0024", &["s-0026"]), dish("d-3", "s-0026", &[]), dish("d-4", "s-0022", &[])],
        "categories": [{"id": "s-0022", "name": "Hot"}, {"id": "s-0024", "name": "Cold"}, {"id": "s-0026", "name": "Sweet"}]});
    let plain = brief(Topic::SyncProducts, &payload, "");
    assert_eq!(question(&plain).points[0].field, "products[].categories (several ways)");
    let both = script(&answered(&plain, "both")).source;
    let told = brief(
        Topic::SyncProducts,
        &payload,
        "- `category_id` is the main category and `related_categories` are the others in which it stands.",
    );
    for source in [both, script(&told).source] {
        assert!(
            source.contains("item.category_id") && source.contains("item.related_categories"),
            "{source}"
        );
    }
    let first = script(&answered(&plain, "the first alone")).source;
    assert!(!first.contains("item.related_categories"), "{first}");
}

fn of_levels(said: &str) -> Brief {
    let payload = json!({
        "dishes": [{"id": "d-1", "name": "Laksa", "price": 9.5}, {"id": "d-2", "name": "Satay", "price": 8.5}],
        "collections": [{"name": "Evening", "sections": [
            {"name": "Soups", "dishes": ["d-1"]}, {"name": "Grill", "dishes": ["d-2"]}]}]
    });
    brief(Topic::SyncProducts, &payload, &format!("- Orders refer to `id`.\n- {said}"))
}

#[test]
fn documents_say_which_of_two_levels_is_the_category() {
    for said in [
        "The category of a dish is the section that names it, or several.",
        "A dish's heading on the menu is the name of the section that holds it.",
        "Sections are the headings of the menu.",
        "Collections are only a grouping of sections.",
        "A collection is just a tab around sections.",
        "Collections are no categories.",
    ] {
        let source = script(&of_levels(said)).source;
        assert!(source.contains("categoryIndex.get(text(item.id))"), "{said}: {source}");
    }
    for said in [
        "The category of a dish is the collection that its section stands in.",
        "Sections are only tabs within collections.",
        "Sections are shown under collections.",
    ] {
        let asked = question(&of_levels(said));
        assert_eq!(asked.points[0].field, "products[].categories (level)", "{said}");
    }
}

#[test]
fn a_shelf_price_is_no_category_and_a_grouping_is_one() {
    let payload = json!({"goods": [
        {"id": "g-1", "name": "Fern", "price": 9.5, "type": "Plants"},
        {"id": "g-2", "name": "Spade", "price": 19.5, "type": "Tools"}]});
    let notes = "- `price` is the shelf price. `type` is the kind of thing that it is, the till's own grouping.";
    let found = script(&brief(Topic::SyncProducts, &payload, notes));
    assert_eq!(source_of(&found, "products[].categories"), "goods[].type");
    let bare = json!({"goods": [{"id": "g-1", "name": "Fern", "price": 9.5}, {"id": "g-2", "name": "Spade", "price": 19.5}]});
    let found = script(&brief(Topic::SyncProducts, &bare, "- `price` is the shelf price."));
    assert_eq!(source_of(&found, "products[].categories"), "");
}

#[test]
fn the_names_on_the_way_to_a_category_end_with_it() {
    let payload = json!({"dishes": [
        {"id": 1, "name": "Latte", "price": 4.5, "trail": ["Drinks", "Coffee"]},
        {"id": 2, "name": "Cola", "price": 3.5, "trail": ["Drinks"]}]});
    for (notes, at) in [
        ("- `trail` is the path of headings, outermost first.", "-1"),
        ("- `trail` is the path in the menu; the last is the dish's category.", "-1"),
        ("- `trail` is the path to the category, innermost first.", "0"),
    ] {
        let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
        assert!(source.contains(&format!("[item.trail].flat().at({at})")), "{notes}: {source}");
    }
}
