//! What a question offers when the payload does not say what the topic needs.

use crate::common::{answered, brief, question, script, source_of};
use domain::{Question, Topic};
use serde_json::{Value, json};

fn values(question: &Question, field: &str) -> Vec<String> {
    let point = question.points.iter().find(|point| point.field == field);
    let Some(point) = point else { panic!("{field} is not open: {}", question.render()) };
    point.choices.iter().map(|choice| choice.value.clone()).collect()
}

#[test]
fn a_field_that_nothing_is_called_like_offers_what_could_hold_it() {
    let payload = json!({"things": [{"nr": 1, "label": "Tea", "cost": 2.5}]});
    let brief = brief(Topic::SyncProducts, &payload, "");
    let asked = question(&brief);
    assert_eq!(values(&asked, "products[].price"), ["things[].nr", "things[].cost"]);
    assert!(asked.render().contains("things[].cost (2.5)"), "{}", asked.render());
    let script = script(&answered(&brief, "1 b, 2 a"));
    assert_eq!(source_of(&script, "products[].price"), "things[].cost");
    assert_eq!(source_of(&script, "products[].itemCode"), "things[].nr");
}

#[test]
fn an_answer_names_the_list_where_none_qualifies() {
    let payload = json!({"taxes": [{"id": 1, "name": "VAT", "amount": 2.5}],
                         "blobs": [{"id": "x", "name": "Tea", "charge": 2.5}]});
    let brief = brief(Topic::SyncProducts, &payload, "");
    assert_eq!(values(&question(&brief), "products"), ["taxes[]", "blobs[]"]);
    for response in ["b", "blobs[]", "they are in blobs"] {
        let chosen = answered(&brief, response);
        assert!(
            values(&question(&chosen), "products[].price").contains(&"blobs[].charge".to_owned())
        );
        let script = script(&answered(&chosen, "charge"));
        assert_eq!(source_of(&script, "products[].price"), "blobs[].charge", "{response}");
    }
    let refused = question(&answered(&brief, "no idea")).render();
    assert!(refused.contains("names no list") && refused.contains("no idea"), "{refused}");
}

#[test]
fn a_price_that_is_no_amount_is_refused_with_what_it_holds() {
    let payload = json!({"items": [{"id": "x", "name": "Tea", "cost": 2.5}]});
    let brief = brief(Topic::SyncProducts, &payload, "");
    let text = question(&answered(&brief, "items[].name")).render();
    assert!(
        text.contains("no amounts of money (\"Tea\")") && text.contains("a) items[].cost"),
        "{text}"
    );
}

#[test]
fn an_answer_names_the_list_of_outlets() {
    let payload =
        json!({"north": [{"id": 1, "name": "Kai"}], "south": [{"id": 2, "name": "Ufer"}]});
    let brief = brief(Topic::ListRemoteOutlets, &payload, "");
    assert_eq!(values(&question(&brief), "outlets"), ["north[]", "south[]"]);
    assert_eq!(source_of(&script(&answered(&brief, "b")), "name"), "south[].name");
}

#[test]
fn the_readings_of_whole_numbers_are_shown_with_an_amount_of_the_sample() {
    let payload = json!({"items": [{"id": "a", "name": "X", "price": 0}, {"id": "b", "name": "Y", "price": 1205}]});
    let text = question(&brief(Topic::SyncProducts, &payload, "")).render();
    assert!(text.contains("1205 is 12.05") && text.contains("1205 is 1205.00"), "{text}");
}

#[test]
fn no_question_is_without_an_open_point_and_what_the_payload_has() {
    let payloads = [
        json!({}),
        json!([]),
        json!({"colour": "red"}),
        json!([{"colour": "red"}, {"colour": "red"}]),
    ];
    let topics = [
        Topic::SyncProducts,
        Topic::ListRemoteOutlets,
        Topic::SyncOutlet,
        Topic::OrderStatusUpdate,
    ];
    for topic in topics {
        for payload in &payloads {
            let asked = question(&brief(topic, payload, ""));
            assert!(!asked.points.is_empty(), "{topic} {payload}");
            let shows = has_colour(payload) == asked.render().contains("colour");
            assert!(shows, "{topic} {payload}: {}", asked.render());
        }
    }
}

fn has_colour(payload: &Value) -> bool {
    payload.to_string().contains("colour")
}

#[test]
fn a_sentence_gives_the_field_and_its_unit_at_once() {
    let payload = json!({"things": [{"id": "a", "name": "Tea", "worth": 250}]});
    let brief = brief(Topic::SyncProducts, &payload, "");
    for response in ["price is worth / 100", "use the worth field, it is in cents"] {
        let script = script(&answered(&brief, response));
        assert_eq!(source_of(&script, "products[].price"), "things[].worth", "{response}");
        assert!(
            script.source.contains("minorUnits(item.worth, 2"),
            "{response}: {}",
            script.source
        );
    }
}

#[test]
fn an_answer_that_cannot_be_followed_is_answered_with_why() {
    let payload = json!({"things": [{"id": "a", "name": "Tea", "worth": 2.5}]});
    let brief = brief(Topic::SyncProducts, &payload, "");
    for (response, why) in [
        ("worth * 1.19", "only a division from minor units can be followed"),
        ("none of them, leave it out", "The standard requires it"),
        ("look it up somewhere", "names no field"),
    ] {
        let again = question(&answered(&brief, response)).render();
        assert!(again.contains(why), "{response}: {again}");
    }
}

#[test]
fn a_reply_to_a_question_without_points_is_not_passed_over() {
    let brief = brief(Topic::SyncProducts, &json!("nothing"), "");
    let again = question(&answered(&brief, "just guess")).text;
    assert!(again.contains("\"just guess\"") && again.contains("another sample"), "{again}");
}

#[test]
fn what_a_person_says_by_the_way_counts_like_a_document() {
    let payload = json!({"items": [{"id": "a", "name": "Tea", "price": 250, "nm": "x"}]});
    let brief = brief(Topic::SyncProducts, &payload, "");
    let source = script(&answered(&brief, "all the prices are in cents")).source;
    assert!(source.contains("minorUnits(item.price, 2"), "{source}");
}
