//! What the synthesizer makes of places.

use crate::common::{answered, brief, question, script, source_of};
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
    let payload = json!({"id": "s", "name": "Nord", "openingHours": [{"span": "Mo-Fr 9-17"}]});
    let brief = brief(Topic::SyncOutlet, &payload, "");
    assert_eq!(question(&brief).points[0].field, "openingHours");
    assert!(!script(&answered(&brief, "a")).source.contains("openingHours"));
}
