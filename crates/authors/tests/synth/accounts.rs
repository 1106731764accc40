//! What the synthesizer makes of places as vendors' accounts list them.

use crate::common::{brief, question, script, source_of};
use domain::{DraftScript, Topic};
use serde_json::{Value, json};

fn listed(place: &Value, notes: &str) -> DraftScript {
    script(&brief(Topic::ListRemoteOutlets, &json!({"branches": [place]}), notes))
}

#[test]
fn a_zone_that_the_vendor_calls_otherwise_is_read_by_what_documents_say() {
    let place = json!({"id": 7, "name": "Nord", "TimeZone": {"Id": "Pacific SA Standard Time"}});
    let notes = "`TimeZone.Id` is a name of its own: Pacific SA Standard Time is America/Santiago, Easter Island Standard Time is Pacific/Easter.";
    let told = listed(&place, notes).source;
    assert!(told.contains("[\"Pacific SA Standard Time\", \"America/Santiago\"]"), "{told}");
    assert!(told.contains("[\"Easter Island Standard Time\", \"Pacific/Easter\"]"), "{told}");
    let payload = json!({"branches": [place]});
    let asked = question(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert_eq!(asked.points[0].field, "timezone");
}

#[test]
fn lines_of_an_address_are_read_beside_an_empty_floor() {
    let place = json!({"id": 7, "name": "Nord", "address": {
        "addressLines": ["Kai 1", "Hof"], "locality": "Kiel", "floor": ""}});
    let source = listed(&place, "").source;
    assert!(source.contains("street1: text(outlet.address?.addressLines?.[0])"), "{source}");
    assert!(!source.contains("floor"), "{source}");
}

#[test]
fn the_code_of_a_state_goes_before_its_name() {
    let place = json!({"id": 7, "name": "Nord", "address": {"line1": "Kai 1", "city": "Perth",
        "stateCode": "WA", "stateName": "Western Australia"}});
    let read = source_of(&listed(&place, ""), "address.stateProvince");
    assert_eq!(read, "branches[].address.stateCode");
}

#[test]
fn a_name_in_web_addresses_is_none_for_guests() {
    let place = json!({"id": 7, "name": "Nord am Kai", "shopName": "nordamkai"});
    let notes = "`shopName` is only its name in web addresses.";
    assert_eq!(source_of(&listed(&place, notes), "name"), "branches[].name");
}

#[test]
fn the_number_of_a_list_of_telephone_numbers_is_the_contact() {
    let place = json!({"id": 7, "name": "Nord",
        "shopPhoneNumbers": [{"kind": "Main", "number": "0431555010"}]});
    let read = source_of(&listed(&place, ""), "contact");
    assert_eq!(read, "branches[].shopPhoneNumbers[0].number");
}

#[test]
fn a_house_number_that_may_be_missing_goes_where_the_next_sentence_says() {
    let payload = json!({"branches": [
        {"id": 7, "name": "Nord", "street": "Kai", "streetNumber": "1", "city": "Kiel"},
        {"id": 8, "name": "Ufer", "street": "Am Ufer", "city": "Kiel"}]});
    let notes = "The number stands apart, in `streetNumber`; it goes after the street.";
    let source = script(&brief(Topic::ListRemoteOutlets, &payload, notes)).source;
    assert!(source.contains("[text(outlet.street), text(outlet.streetNumber)]"), "{source}");
}

#[test]
fn the_place_s_own_record_in_another_list_tells_what_the_place_does_not() {
    let payload = json!({
        "company": {"places": [
            {"placeID": 4_711_001, "tz": "Europe/Berlin"}, {"placeID": 4_711_002, "tz": "Europe/Rome"}]},
        "location": {"locationId": 4_711_002, "name": "Nord", "street": "Kai 1", "city": "Kiel"}});
    let found = script(&brief(Topic::SyncOutlet, &payload, ""));
    assert!(found.source.contains("text(one.placeID) === text(outlet.location?.locationId)"));
    assert!(source_of(&found, "timezone").contains("tz"), "{:?}", found.provenance);
    // A short number may be the same by chance.
    let payload = json!({"company": {"places": [{"placeID": 2, "tz": "Europe/Rome"}]},
        "location": {"locationId": 2, "name": "Nord", "street": "Kai 1", "city": "Kiel"}});
    let found = script(&brief(Topic::SyncOutlet, &payload, ""));
    assert!(!found.source.contains("ownRecord"), "{}", found.source);
}

#[test]
fn a_number_that_documents_call_the_house_s_goes_before_the_street_where_they_say_so() {
    let place = json!({"id": 7, "name": "Nord", "phone_number": "+491", "shop_phone_number": "+492",
        "address": {"unit": "44", "address1": "Compton Street", "city": "London"}});
    let notes = "- `address.unit` is the house number and goes before `address1`, the street.\n- `shop_phone_number` is the takeaway's, `phone_number` the owner's.";
    let found = listed(&place, notes);
    let street = "[text(outlet.address?.unit), text(outlet.address?.address1)]";
    assert!(found.source.contains(street), "{}", found.source);
    assert_eq!(source_of(&found, "contact"), "branches[].shop_phone_number");
}

#[test]
fn hours_of_the_shop_go_before_those_of_the_drivers() {
    let days = |from: &str| {
        let open = json!([{"from": from, "until": "22:00"}]);
        json!({"MO": [], "TU": open, "WE": open, "TH": open, "FR": open, "SA": open, "SU": open})
    };
    let payload = json!({"id": 7, "name": "Nord",
        "opening_hours": {"COLLECTION": days("11:00"), "DELIVERY": days("17:00")}});
    let notes = "`COLLECTION` hours are those of the shop, `DELIVERY` those of the drivers. A day without slots is closed.";
    let source = script(&brief(Topic::SyncOutlet, &payload, notes)).source;
    assert!(source.contains("opening_hours?.COLLECTION"), "{source}");
}

#[test]
fn days_that_count_from_sunday_are_read_as_documents_say() {
    let days: Vec<Value> = (0..7)
        .map(|day| json!({"DayOfWeek": day, "OpenTime": "08:00:00", "CloseTime": "22:00:00"}))
        .collect();
    let payload = json!({"id": 7, "name": "Nord", "OpeningTimes": days});
    let notes = "`DayOfWeek` counts from 0, which is Sunday.";
    let source = script(&brief(Topic::SyncOutlet, &payload, notes)).source;
    assert!(source.contains("dayOfWeek"), "{source}");
}

#[test]
fn a_street_is_written_with_its_number_as_documents_write_it() {
    let place = json!({"id": 7, "name": "Nord", "street": "Rua Augusta", "number": "1508", "city": "Natal"});
    let shown = "The first line is written as in Brazil (\"Rua Augusta, 1508\").";
    let source = listed(&place, shown).source;
    assert!(source.contains("text(outlet.number)])?.join(\", \")"), "{source}");
    let joined = "`number` and `street`, joined by a space, are the first line.";
    let source = listed(&place, joined).source;
    assert!(
        source.contains("[text(outlet.number), text(outlet.street)])?.join(\" \")"),
        "{source}"
    );
}
