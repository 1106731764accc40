//! Which of several pictures is the product's, on invented vendors.

use crate::common::{answered, brief, expecting, fields_asked, output_of, script};
use domain::Topic;
use serde_json::{Value, json};

/// The line with the picture in the script for dishes that hold this besides.
fn image(parts: &Value, notes: &str) -> String {
    let dish = |id: &str, name: &str| {
        let mut dish = json!({"id": id, "name": name, "price": 4.5});
        dish.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
        dish
    };
    let payload = json!({"dishes": [dish("d-1", "Soup"), dish("d-2", "Tea")]});
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    let line = source.lines().find(|line| line.contains("imageUrl:"));
    line.map(|line| line.trim().to_owned()).unwrap_or_default()
}

#[test]
fn a_flag_that_is_called_after_the_picture_says_which_is_the_main_one() {
    for flag in ["MainImage", "is_thumbnail", "isPrimary"] {
        let parts = json!({"photos": [
            {"url": "https://cdn.till.test/1.jpg", flag: false},
            {"url": "https://cdn.till.test/2.jpg", flag: true}]});
        let line = image(&parts, "");
        assert!(line.contains(&format!("image.{flag} === true")), "{flag}: {line}");
    }
}

#[test]
fn of_several_addresses_of_a_picture_the_one_that_documents_name_is_read() {
    let parts = json!({"photos": [
        {"address_90": "https://cdn.till.test/1-90.jpg", "address_std": "https://cdn.till.test/1-std.jpg"}]});
    let line = image(&parts, "- `address_std` is the usual size of a photo.");
    assert!(line.contains("address_std"), "{line}");
}

#[test]
fn words_that_documents_give_tell_the_picture_and_its_size() {
    let photo = |kind: &str, form: &str| json!({"url": format!("https://cdn.till.test/{kind}-{form}.jpg"), "kind": kind, "form": form});
    let parts = json!({"photos": [
        photo("SIDE", "tiny"), photo("FRONT", "tiny"), photo("SIDE", "page"), photo("FRONT", "page")]});
    let notes = "- The main photo has `kind` FRONT, its `form` page is the usual size.";
    let line = image(&parts, notes);
    assert!(line.contains("image.kind === \"FRONT\" && image.form === \"page\""), "{line}");
}

#[test]
fn an_address_in_pieces_is_that_of_the_picture_that_comes_first() {
    let photo = |rank: u8| json!({"host": "https://cdn.till.test/", "key": format!("k{rank}"), "rank": rank});
    let parts = json!({"photos": [photo(2), photo(1)]});
    let notes = "- A photo's address is `host`, `key` and \".jpg\" in a row.";
    let line = image(&parts, notes);
    assert!(line.contains("inOrder(list(item.photos), (image) => image.rank)[0]"), "{line}");
    assert!(line.contains("[text(image.host), text(image.key), \".jpg\"]"), "{line}");
}

#[test]
fn the_only_address_that_a_picture_holds_is_the_picture_s() {
    let parts = json!({"thumbnail": {"url": "https://cdn.till.test/of/1", "alt": ""}});
    let line = image(&parts, "");
    assert!(line.contains("item.thumbnail?.url"), "{line}");
}

#[test]
fn a_picture_that_is_given_once_more_without_encryption_or_in_small_is_one() {
    let parts = json!({"photos": [{
        "http": "http://cdn.till.test/1.png", "https": "https://cdn.till.test/1.png",
        "thumbs": {"90": {"https": "https://cdn.till.test/90_1.png"}}}]});
    let line = image(&parts, "");
    assert!(line.contains("item.photos?.[0]?.https"), "{line}");
}

#[test]
fn a_variant_s_picture_is_its_address_and_not_when_it_was_made() {
    let photo = |id: u32| json!({"made_at": "2026-02-03T04:50:48.238Z", "id": id, "src": format!("https://cdn.till.test/{id}.jpg")});
    let size = |id: u32, title: &str, photo: Option<u32>| json!({"id": id, "title": title, "price": 4.5, "photo_id": photo});
    let payload = json!({"dishes": [{"id": 7001, "title": "Soup", "photos": [photo(801), photo(802)],
        "variants": [size(9001, "S", None), size(9002, "L", Some(802))]}]});
    let notes = "- Orders refer to a variant's `id`. A variant is shown as dish and variant joined by \" - \". `photo_id` of a variant names one of the dish's photos; without it the first is shown.";
    let source = script(&brief(Topic::SyncProducts, &payload, notes)).source;
    assert!(source.contains("text(variant.photo_id)))?.src) ??"), "{source}");
}

#[test]
fn the_end_of_an_address_may_stand_in_marks_like_a_field() {
    let photo = |rank: &str| json!({"site": "https://cdn.till.test/", "key": format!("k{rank}"), "ordering": rank});
    for said in [
        "The address of a photo is `site`, `key` and `.webp` run together; the lowest `ordering` is the main one.",
        "`site`, `key` and `.webp` joined together are a photo's address.",
        "A photo's address: `site`, `key`, `.webp`, concatenated.",
    ] {
        let line =
            image(&json!({"Photos": {"Photo": [photo("1"), photo("0")]}}), &format!("- {said}"));
        assert!(line.contains("[text(image.site), text(image.key), \".webp\"]"), "{said}: {line}");
        assert!(line.contains("image.ordering"), "{said}: {line}");
    }
}

#[test]
fn the_address_of_a_stand_in_is_no_picture() {
    let parts = json!({"photo": "https://cdn.till.test/a/1.jpg"});
    for (said, piece) in [
        (
            "`photo` is the picture; a dish without one has an address under `/img/blank/`.",
            "/img/blank/",
        ),
        (
            "A dish without a picture has `https://cdn.till.test/none.png` in `photo`.",
            "https://cdn.till.test/none.png",
        ),
        ("An address that ends in `/none.png` stands for no picture.", "/none.png"),
        ("Ignore the placeholder image \"nothing-yet.jpg\".", "nothing-yet.jpg"),
    ] {
        let line = image(&parts, &format!("- {said}"));
        let expected = format!("noStandIn(text(item.photo), [\"{piece}\"])");
        assert!(line.contains(&expected), "{said}: {line}");
    }
    for said in [
        "Dishes without a picture lack `photo`; `https://cdn.till.test/` is where the others lie.",
        "`photo` may be `null`.",
    ] {
        let line = image(&parts, &format!("- {said}"));
        assert!(!line.contains("noStandIn("), "{said}: {line}");
    }
}

#[test]
fn addresses_that_are_called_placeholders_are_asked_about() {
    let dish = |id: &str, photo: &str| json!({"id": id, "name": format!("Dish {id}"), "price": 4.5, "photo": photo});
    let payload = json!({"dishes": [
        dish("d-1", "https://cdn.till.test/a/1.jpg"), dish("d-2", "https://cdn.till.test/a/no-image-500.png")]});
    let open = brief(Topic::SyncProducts, &payload, "- Orders refer to `id`.");
    assert_eq!(fields_asked(&open), ["products[].imageUrl (stand-ins)"]);
    let left = script(&answered(&open, "a")).source;
    assert!(left.contains("noStandIn(text(item.photo), [\"no-image\"])"), "{left}");
    assert!(!script(&answered(&open, "b")).source.contains("noStandIn("));
}

#[test]
fn a_stand_in_that_outputs_lack_is_known_by_the_piece_that_documents_name() {
    let payload = json!({"dishes": [
        {"id": "d-1", "name": "Soup", "net": 4.0, "vat": 0.5, "photo": "https://one.till.test/a/1.jpg"},
        {"id": "d-2", "name": "Tea", "net": 2.0, "vat": 0.25, "photo": "https://one.till.test/a/2.jpg"},
        {"id": "d-3", "name": "Bun", "net": 3.0, "vat": 0.75, "photo": "https://one.till.test/blank/x.png"}]});
    let expected = json!({"products": [
        {"itemCode": "d-1", "name": "Soup", "price": 4.5, "imageUrl": "https://one.till.test/a/1.jpg"},
        {"itemCode": "d-2", "name": "Tea", "price": 2.25, "imageUrl": "https://one.till.test/a/2.jpg"},
        {"itemCode": "d-3", "name": "Bun", "price": 3.75}]});
    let of = |notes: &str| expecting(&brief(Topic::SyncProducts, &payload, notes), &expected);
    let told = script(&of("- A dish without a photo has an address under `/blank/`.")).source;
    assert!(told.contains("value.includes(\"/blank/\")"), "{told}");
    assert!(!told.contains("one.till.test"), "{told}");
    // Its address in the sample is one shop's.
    assert!(!fields_asked(&of("")).is_empty());
}

#[test]
fn a_picture_within_what_holds_several_may_be_one_of_a_list() {
    let of = |photos: Value| json!({"dishes": [{"id": 1, "name": "Laksa", "price": 4.5, "Photos": {"Photo": photos}}]});
    let photo = |name: &str| json!({"url": format!("https://img.example.com/{name}.jpg")});
    let found = script(&brief(Topic::SyncProducts, &of(photo("a")), ""));
    let output = output_of(&found, &of(json!([photo("b"), photo("c")])));
    assert_eq!(output["products"][0]["imageUrl"], "https://img.example.com/b.jpg");
}
