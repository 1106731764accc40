//! Optional fields of a place that something may hold are asked about, not left out.

use crate::common::{answered, brief, question, script, source_of};
use domain::Topic;
use serde_json::{Value, json};

/// A place with these fields besides its id and name.
fn place(fields: &Value) -> Value {
    let mut place = json!({"id": "b-1", "name": "Bakehouse"});
    place.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"branches": [place]})
}

#[test]
fn what_may_be_an_optional_field_is_asked_about() {
    let cases = [
        (json!({"hotline": "0431 555 010"}), "contact"),
        (json!({"ring_us": "+49431555010"}), "contact"),
        (
            json!({"contacts": [{"is": "a", "v": "0431 555 010"}, {"is": "b", "v": "x@y.test"}]}),
            "contact",
        ),
        (json!({"timeZone": "Kiel time"}), "timezone"),
        (json!({"currency": "€"}), "currency"),
        (json!({"position": {"x": 54.31, "y": 10.12}}), "address.latitude"),
        (json!({"address": {"city": "Kiel", "thoroughfare": "Kai 1"}}), "address.street1"),
        (json!({"address": {"street": "Kai 1", "borough": "Mitte"}}), "address.city"),
        (
            json!({"address": {"street": "Kai 1", "city": "Kiel", "pin": "24103"}}),
            "address.postalCode",
        ),
    ];
    for (fields, output) in cases {
        let brief = brief(Topic::ListRemoteOutlets, &place(&fields), "");
        let open = question(&brief);
        assert_eq!(open.points[0].field, output, "{fields}: {}", open.render());
        script(&answered(&brief, "leave it out"));
    }
}

#[test]
fn an_answer_names_the_field() {
    let brief = brief(Topic::ListRemoteOutlets, &place(&json!({"hotline": "0431 555 010"})), "");
    let script = script(&answered(&brief, "hotline"));
    assert_eq!(source_of(&script, "contact"), "branches[].hotline");
}

#[test]
fn what_is_no_such_field_is_passed_over() {
    for fields in [
        json!({"fax": "+49431555011"}),
        json!({"owner": {"hotline": "+49431555010"}}),
        json!({"utc_offset": -5, "currency_symbol": "€"}),
        json!({"address": {"street": "Kai 1", "city": "Kiel", "type": "shop"}}),
        json!({"map": "https://maps.test/b-1"}),
    ] {
        script(&brief(Topic::ListRemoteOutlets, &place(&fields), ""));
    }
}

#[test]
fn a_number_without_its_first_part_is_asked_about_and_a_country_s_name_is_taken() {
    let phone = json!({"phone": {"countryCode": "49", "number": "431555010"}});
    let brief = |fields: &Value| brief(Topic::ListRemoteOutlets, &place(fields), "");
    let open = question(&brief(&phone));
    assert_eq!(open.points[0].field, "contact");
    let script = script(&answered(&brief(&phone), "a"));
    assert_eq!(source_of(&script, "contact"), "branches[].phone.number");
    let named = crate::common::script(&brief(
        &json!({"address": {"city": "Kiel", "street": "Kai", "country_name": "Germany"}}),
    ));
    assert_eq!(source_of(&named, "address.country"), "branches[].address.country_name");
}
