//! What the synthesizer makes of places.

use crate::common::{answered, brief, expecting, question, script, source_of};
use domain::Topic;
use serde_json::json;

#[test]
fn places_are_read_wherever_their_parts_stand() {
    let payload = json!({"shops": [{
        "shopId": 7, "shopName": "Nord", "contact": {"tel": "", "email": "a@x.test"},
        "location": {"line1": "Kai 1", "town": "Kiel", "postcode": "24103", "countryCode": "de",
                     "geo": {"lat": "54.3", "lng": "10.1"}},
        "settings": {"timezone": "Europe/Berlin", "currency": "EUR"}}]});
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    insta::assert_snapshot!(script.source);
    assert_eq!(source_of(&script, "address.postalCode"), "shops[].location.postcode");
}

#[test]
fn hours_by_reference_are_followed() {
    let payload = json!({"id": "r-1", "general": {"brand": "Kai", "place": "Nord"}, "name": "x",
        "plans": {"p-1000001": {"from": "08:00", "to": "20:00"}},
        "week": {"monday": "p-1000001", "tuesday": null, "wednesday": "p-1000001", "thursday": null,
                 "friday": null, "saturday": null, "sunday": null}});
    let notes = "`general.brand` and `general.place`, joined by \" / \", are the name.";
    let script = script(&brief(Topic::SyncOutlet, &payload, notes));
    assert_eq!(source_of(&script, "name"), "general.brand + general.place");
    assert!(script.source.contains(".join(\" / \")"), "{}", script.source);
    assert!(script.source.contains("outlet.plans?.[outlet.week?.[key]]"), "{}", script.source);
}

#[test]
fn numbered_days_are_asked_about_unless_documents_say() {
    let payload = json!({"id": "r-1", "name": "Nord", "hours": [{"day": 1, "open": "08:00", "close": "20:00"}]});
    let silent = brief(Topic::SyncOutlet, &payload, "");
    assert_eq!(question(&silent).points[0].field, "openingHours[].dayOfWeek");
    assert!(script(&answered(&silent, "c")).source.contains("- 1 + 7) % 7"));
    let told = brief(Topic::SyncOutlet, &payload, "`day` 1 is Sunday.");
    assert!(script(&told).source.contains("- 2 + 7) % 7"));
}

#[test]
fn a_house_number_beside_the_street_is_asked_about() {
    let payload = json!({"shops": [{"id": "s", "name": "Nord", "address": {"street": "Kai", "number": "5"}}]});
    let brief = brief(Topic::ListRemoteOutlets, &payload, "");
    let script = script(&answered(&brief, "b"));
    let joined = "street1: someOf([text(outlet.address?.street), text(outlet.address?.number)])?.join(\" \")";
    assert!(script.source.contains(joined), "{}", script.source);
}

#[test]
fn hours_in_an_unknown_form_are_not_left_out_silently() {
    let payload = json!({"id": "s", "name": "Nord", "openingHours": [{"span": "weekdays 9-17"}]});
    let brief = brief(Topic::SyncOutlet, &payload, "");
    assert_eq!(question(&brief).points[0].field, "openingHours");
    assert!(!script(&answered(&brief, "a")).source.contains("openingHours"));
}

/// The script for a place with these hours.
fn with_hours(hours: &serde_json::Value, notes: &str) -> String {
    let mut payload = json!({"id": "r-1", "name": "Nord"});
    payload.as_object_mut().unwrap().extend(hours.as_object().unwrap().clone());
    script(&brief(Topic::SyncOutlet, &payload, notes)).source
}

#[test]
fn hours_are_read_in_the_usual_forms() {
    let day = json!({"open": "09:00", "close": "17:00"});
    let cases = [
        (json!({"hours": {"mon": day, "tue": null}}), "", "const day = outlet.hours?.[key];"),
        (
            json!({"hours": {"mon": "09:00-12:00, 13:00-17:00", "tue": "closed"}}),
            "",
            "of ranges(slot, \"hours\"))",
        ),
        (json!({"hours": {"mon": ["0900", "1700"], "tue": []}}), "", "time(slot[0], \"hours\")"),
        (
            json!({"hours": [{"day": "MON", "slots": [{"from": "9 AM", "to": "5 PM"}]}]}),
            "",
            "list([day.slots].flat())",
        ),
        (
            json!({"periods": [{"days": ["Mon", "Tue"], "start": 900, "end": 1730}]}),
            "",
            "for (const name of [day.days].flat()) {",
        ),
        (
            json!({"hours": [{"weekday": 1, "from": 570, "to": 1500}]}),
            "Weekdays are ISO weekday numbers.",
            "timeOfDay(slot.from, 60, \"from\")",
        ),
        (
            json!({"hours": [{"openDay": "MONDAY", "openTime": {"hours": 9}, "closeDay": "MONDAY", "closeTime": {}}]}),
            "",
            "(slot.closeTime?.minutes ?? 0)",
        ),
        (
            json!({"times": "Mon-Fri 09:00-17:00, Sat 10:00-14:00"}),
            "",
            "hours.push(...hoursOfText(line, \"times\"));",
        ),
        (
            json!({"hours": [day, day, day, day, day, null, null]}),
            "The week starts on Sunday.",
            "const dayOfWeek = ((index - 1 + 7) % 7) + 1;",
        ),
        (
            json!({"hours": [{"day": "Monday", "open": "09:00", "close": "17:00", "isClosed": false}]}),
            "",
            "if (isSet(slot.isClosed)) continue;",
        ),
    ];
    for (hours, notes, line) in cases {
        let source = with_hours(&hours, notes);
        assert!(source.contains(line), "{hours}: {line}\n{source}");
    }
}

#[test]
fn hours_of_two_kinds_are_told_apart_by_name_or_asked_about() {
    let week = json!({"mon": "09:00-17:00", "tue": "09:00-17:00"});
    let source = with_hours(&json!({"delivery_hours": week, "hours": week}), "");
    assert!(source.contains("outlet.hours?.[key]"), "{source}");
    let payload = json!({"id": "r", "name": "x", "front": week, "bar": week});
    let brief = brief(Topic::SyncOutlet, &payload, "");
    assert_eq!(question(&brief).points[0].field, "openingHours (where)");
    assert!(script(&answered(&brief, "the bar")).source.contains("outlet.bar?.[key]"));
}

#[test]
fn times_that_are_numbers_are_asked_about_where_they_can_be_read_in_two_ways() {
    let payload =
        json!({"id": "r", "name": "x", "hours": [{"day": "Mon", "open": 540, "close": 1020}]});
    let brief = brief(Topic::SyncOutlet, &payload, "");
    assert_eq!(question(&brief).points[0].field, "openingHours (times)");
    let source = script(&answered(&brief, "minutes")).source;
    assert!(source.contains("timeOfDay(slot.open, 60"), "{source}");
}

#[test]
fn hours_and_minutes_written_together_are_no_minutes() {
    let payload =
        json!({"id": "r", "name": "x", "hours": [{"day": "Mon", "open": 930, "close": 1400}]});
    let with = |notes: &str| script(&brief(Topic::SyncOutlet, &payload, notes)).source;
    let together = with(
        "`open` and `close` are integers, hours and minutes written together (930 is half past \
         nine, 2400 is midnight at the end of the day).",
    );
    assert!(!together.contains("timeOfDay(slot.open, 60"), "{together}");
    let counted = with("The times are minutes since midnight.");
    assert!(counted.contains("timeOfDay(slot.open, 60"), "{counted}");
}

#[test]
fn what_a_brand_or_an_account_says_holds_for_its_outlets() {
    let payload = json!({"brands": [{"brandName": "Kai", "currency": "EUR", "stores": [
        {"id": 1, "name": "Nord", "addressLines": ["Kai 1", "Hof"]}]}]});
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(source_of(&script, "currency"), "brands[].currency");
    assert_eq!(source_of(&script, "name"), "brands[].stores[].name");
    assert!(script.source.contains("street2: text(outlet.addressLines?.[1])"), "{}", script.source);
}

#[test]
fn values_tell_what_a_name_does_not() {
    let payload = json!({"shops": [{"id": 1, "name": "Nord", "money": "EUR", "clock": "Asia/Tokyo",
        "address": "a@x.test", "geo": "35.6,139.7"}]});
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(source_of(&script, "currency"), "shops[].money");
    assert_eq!(source_of(&script, "timezone"), "shops[].clock");
    assert_eq!(source_of(&script, "address.street1"), "");
    assert!(script.source.contains("longitude: number(text(outlet.geo)?.split(\",\")[1])"));
}

#[test]
fn a_place_has_the_id_and_name_of_its_own_and_not_of_its_brand() {
    let payload =
        json!({"shops": [{"id": 1, "name": "Nord", "brandInfo": {"id": 2, "name": "Kai"}}]});
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(source_of(&script, "externalId"), "shops[].id");
    assert_eq!(source_of(&script, "name"), "shops[].name");
}

#[test]
fn a_street_s_name_is_no_outlet_s_and_the_whole_address_shows_where_its_number_goes() {
    let payload = json!({"location": {"id": "s", "name": "Nord", "address": {
        "streetAddress": {"number": "5", "name": "Kai", "apt": ""}, "formattedAddress": "Kai 5, Kiel", "city": "Kiel"}}});
    let script = script(&brief(Topic::SyncOutlet, &payload, ""));
    assert_eq!(source_of(&script, "name"), "location.name");
    let both = "location.address.streetAddress.name and location.address.streetAddress.number";
    assert_eq!(source_of(&script, "address.street1"), both);
    assert_eq!(source_of(&script, "address.street2"), "location.address.streetAddress.apt");
    let street = "?.name), text(outlet.location?.address?.streetAddress?.number)])?.join(\" \")";
    assert!(script.source.contains(street), "{}", script.source);
}

#[test]
fn a_number_of_the_region_is_no_outlet_s_id_and_several_postcodes_are_no_address() {
    let payload = json!({"outlets": [
        {"source_code": "n-1", "region_id": 7, "name": "Nord", "city": "Kiel", "zip_codes": ["24103"]},
        {"source_code": "s-2", "region_id": 8, "name": "Ufer", "city": "Bonn", "zip_codes": ["53111"]}]});
    let notes = "- An outlet is identified by `source_code`.";
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, notes));
    assert_eq!(source_of(&script, "externalId"), "outlets[].source_code");
    assert_eq!(source_of(&script, "address.postalCode"), "");
}

#[test]
fn what_an_outlet_names_by_type_and_id_is_followed() {
    let refer = |kind: &str, id: &str| json!({"data": {"type": kind, "id": id}});
    let payload = json!({
        "data": [
            {"type": "shops", "id": "1", "attributes": {"name": "Nord"}, "relationships": {"address": refer("places", "p1"), "account": refer("accounts", "p1")}},
            {"type": "shops", "id": "2", "attributes": {"name": "Ufer"}, "relationships": {"address": {"data": null}, "account": refer("accounts", "p1")}}],
        "included": [
            {"type": "accounts", "id": "p1", "attributes": {"name": "Kai", "currency-code": "EUR"}},
            {"type": "places", "id": "p1", "attributes": {"line-1": "Kai 5", "city": "Kiel"}}]});
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(source_of(&script, "name"), "data[].attributes.name");
    assert!(
        script.source.contains("city: text(addressRecord.attributes?.city)"),
        "{}",
        script.source
    );
    let currency = "currency: text(accountRecord.attributes?.[\"currency-code\"])";
    assert!(script.source.contains(currency), "{}", script.source);
}

#[test]
fn documents_say_how_street_and_number_are_joined() {
    let payload = json!([
        {"id": "o-1", "name": "Uno", "address": {"street": "Rua Um", "number": "12", "city": "Aveiro"}},
        {"id": "o-2", "name": "Due", "address": {"street": "Rua Dois", "number": "7", "city": "Aveiro"}}
    ]);
    let cases = [
        (
            "- A street line is the `street`, a comma, a space and the `number`.",
            "street), text(outlet.address?.number)])?.join(\", \")",
        ),
        (
            "- The line of an address is `number`, then `street`.",
            "number), text(outlet.address?.street)])?.join(\" \")",
        ),
    ];
    for (notes, line) in cases {
        let source = script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
        assert!(source.contains(line), "{source}");
    }
    let listed = "- An address has a `street` and a `number`.";
    let asked = question(&brief(Topic::ListRemoteOutlets, &payload, listed)).render();
    assert!(asked.contains("How are they written together?"), "{asked}");
}

#[test]
fn a_list_within_the_outlet_is_not_the_outlet() {
    let payload = json!({"shop": {"id": "s-1", "name": "Uno", "address": {"city": "Aveiro"},
        "services": [{"name": "PICKUP"}]}});
    let script = script(&brief(Topic::SyncOutlet, &payload, ""));
    assert_eq!(source_of(&script, "externalId"), "shop.id");
}

#[test]
fn a_documented_length_ends_a_time_of_opening() {
    let payload = json!({"id": "s-1", "name": "Uno", "address": {"city": "Aveiro"},
        "openingHours": [{"dayOfWeek": "MONDAY", "start": "11:00:00", "duration": 600}]});
    let notes = "- Each shift has a `dayOfWeek`, a `start` and a `duration` in minutes.";
    let source = script(&brief(Topic::SyncOutlet, &payload, notes)).source;
    assert!(source.contains("const minutes = slot.duration;"), "{source}");
    let asked = question(&brief(Topic::SyncOutlet, &payload, "")).render();
    assert!(asked.contains("openingHours"), "{asked}");
}

#[test]
fn days_that_the_sample_lacks_are_read_too() {
    let spans = json!([{"from": "09:00", "to": "17:00"}]);
    for (hours, wanted) in [
        (json!({"monday": spans, "wednesday": spans, "saturday": []}), "[\"friday\", 5]"),
        (json!({"Mon": spans, "Tues": spans, "Wed": spans}), "[\"Thurs\", 4]"),
        (
            json!({"sun_open": "10:00", "sun_close": "15:00", "mon_open": "09:00", "mon_close": "17:00",
                   "tue_open": "09:00", "tue_close": "17:00", "wed_open": "09:00", "wed_close": "17:00",
                   "thu_open": "09:00", "thu_close": "17:00"}),
            "[\"sat_open\", \"sat_close\", 6]",
        ),
    ] {
        let payload = json!({"id": "v-1", "name": "Quay", "opening_hours": hours});
        let text = script(&brief(Topic::SyncOutlet, &payload, "")).source;
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn lines_of_an_address_may_be_counted_in_words() {
    let payload = json!({"id": "s-1", "name": "Soho", "location": {
        "street_address_line_one": "14 Frith Street", "street_address_line_two": "Ground floor",
        "city": "London", "postal_code": "W1D 4RD"}});
    let script = script(&brief(Topic::SyncOutlet, &payload, ""));
    assert_eq!(source_of(&script, "address.street1"), "location.street_address_line_one");
    assert_eq!(source_of(&script, "address.street2"), "location.street_address_line_two");
}

#[test]
fn what_documents_say_a_field_is_not_it_is_not() {
    let payload = json!({"shops": [
        {"id": "s-1", "name": "North", "address": {"line1": "Kai 1", "district": "Gaarden", "city": "Kiel"}}]});
    let read = |notes: &str| {
        source_of(
            &script(&brief(Topic::ListRemoteOutlets, &payload, notes)),
            "address.stateProvince",
        )
    };
    assert_eq!(read("- `district` is a quarter and no state."), "");
}

#[test]
fn days_of_two_letters_and_german_names_of_parts_are_read() {
    let payload = json!({"id": "s-1", "name": "Mitte", "plz": "10115", "ort": "Berlin", "land": "DE",
        "telefon": "+49 30 1234", "openingHours": "Mo-Fr 09:00-17:00; Sa 10:00-14:00"});
    let read = script(&brief(Topic::SyncOutlet, &payload, ""));
    for (field, place) in [
        ("address.postalCode", "plz"),
        ("address.city", "ort"),
        ("address.country", "land"),
        ("contact", "telefon"),
    ] {
        assert_eq!(source_of(&read, field), place);
    }
    assert!(read.source.contains("hoursOfText("), "{}", read.source);
}

#[test]
fn a_sentence_says_whether_the_street_or_its_number_comes_first() {
    let payload = json!({"outlets": [{"id": "o-1", "name": "Harbour", "street": "Quay", "houseNumber": "12a", "city": "Ghent"}]});
    for (notes, order) in [
        ("The house number follows the street.", "[text(outlet.street), text(outlet.houseNumber)]"),
        ("`houseNumber` comes after `street`.", "[text(outlet.street), text(outlet.houseNumber)]"),
        (
            "The house number is written before the street.",
            "[text(outlet.houseNumber), text(outlet.street)]",
        ),
        ("The street, then the house number.", "[text(outlet.street), text(outlet.houseNumber)]"),
    ] {
        let text = script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
        assert!(text.contains(order), "{notes}: {text}");
    }
}

#[test]
fn an_id_that_is_called_by_the_outlet_is_its_own() {
    let payload = json!({"businessLocationId": 77, "name": "Quay", "city": "Ghent"});
    let script = script(&brief(Topic::SyncOutlet, &payload, ""));
    assert_eq!(source_of(&script, "externalId"), "businessLocationId");
}

#[test]
fn places_known_by_their_key_have_it_as_their_id() {
    let payload = json!({"sites": {"101": {"siteName": "North", "siteCurrency": "GBP"}, "102": {"siteName": "South", "siteCurrency": "GBP"}}});
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(source_of(&script, "externalId"), "sites{}.id", "{}", script.source);
}

#[test]
fn a_street_and_its_number_are_put_together_as_the_samples_expect() {
    let payload = json!({"outlets": [{"id": "o-1", "name": "Harbour", "street": "Quay", "houseNumber": "12a", "city": "Ghent"}]});
    for (street1, order) in [
        ("Quay 12a", "outlet.street), text(outlet.house"),
        ("12a Quay", "outlet.houseNumber), text(outlet.street"),
    ] {
        let expected = json!({"outlets": [
            {"externalId": "o-1", "name": "Harbour", "address": {"street1": street1, "city": "Ghent"}}]});
        let brief = expecting(&brief(Topic::ListRemoteOutlets, &payload, ""), &expected);
        assert!(script(&brief).source.contains(order), "{street1}");
    }
}

#[test]
fn names_for_display_are_no_part_of_an_address() {
    let payload = json!({"outlets": [{"id": "o-1", "name": "Quay", "city": "Ottawa", "province": "Ontario", "province_code": "ON"}]});
    let notes = "Addresses are written with `province_code`; `province` and the `localized_` fields are names for display.";
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, notes));
    assert_eq!(source_of(&script, "address.stateProvince"), "outlets[].province_code");
}

#[test]
fn a_place_is_known_by_its_own_id_and_stands_where_its_letters_do_not_go() {
    let payload = json!({"sites": [
        {"id": 7, "name": "North", "pickup_address": {"id": 71, "street": "1 Elm Rd", "city": "Leeds"},
         "mailing_address": {"id": 72, "street": "PO Box 9", "city": "York"}},
        {"id": 8, "name": "South", "pickup_address": {"id": 81, "street": "2 Oak Rd", "city": "Hull"},
         "mailing_address": {"id": 82, "street": "PO Box 9", "city": "York"}}]});
    let made = script(&brief(Topic::ListRemoteOutlets, &payload, ""));
    for (output, source) in [
        ("externalId", "sites[].id"),
        ("address.street1", "sites[].pickup_address.street"),
        ("address.city", "sites[].pickup_address.city"),
    ] {
        assert_eq!(source_of(&made, output), source, "{output}");
    }
}

#[test]
fn a_state_of_the_shop_is_none_of_its_address() {
    let shop = |id: u32, state: &str, province: Option<&str>| {
        json!({"shop_id": id, "shop_name": format!("Shop {id}"), "shop_state": state,
        "where": {"street1": "Kai 1", "city": "Kiel", "zip_code": "24103", "state": province, "country": "FRA"}})
    };
    let payload = json!({"shops": [shop(1, "OPEN", None), shop(2, "SHUT", Some("MA"))]});
    let asked = question(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(asked.points[0].field, "address.country (no code)");
    let read = script(&answered(&brief(Topic::ListRemoteOutlets, &payload, ""), "leave it out"));
    assert_eq!(source_of(&read, "address.stateProvince"), "shops[].where.state");
}

#[test]
fn places_that_are_still_places_of_the_account_are_kept() {
    let place = |id: u32, live: bool| json!({"id": id, "name": format!("Shop {id}"), "live": live});
    let payload = json!({"places": [place(1, true), place(2, false)]});
    let of = |notes: &str| script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
    let kept = of("- `live` false: not offered to guests now, but still a place of the account.");
    assert!(!kept.contains("outlet.live"), "{kept}");
    let left_out = of("- `live` false: must not be offered.");
    assert!(left_out.contains("outlet.live"), "{left_out}");
}
