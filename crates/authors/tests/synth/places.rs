//! What the synthesizer makes of ids, addresses and coordinates of places that could be others'.

use crate::common::{brief, output_of, question, script, source_of};
use domain::Topic;
use serde_json::{Value, json};

fn read(payload: &Value, notes: &str) -> domain::DraftScript {
    script(&brief(Topic::ListRemoteOutlets, payload, notes))
}

#[test]
fn the_record_s_own_id_goes_before_that_of_what_it_belongs_to() {
    let shared = json!({"branches": [{"id": "b-1", "name": "Nord", "merchant_id": "m-1"}]});
    assert_eq!(source_of(&read(&shared, ""), "externalId"), "branches[].id");
    let prefixed = json!({"branches": [{"branch_id": "b-1", "name": "Nord", "store_id": "s-1"}]});
    assert_eq!(source_of(&read(&prefixed, ""), "externalId"), "branches[].branch_id");
    let named = json!({"results": [
        {"venue_id": "v-1", "venue_name": "Nord", "merchant_id": "m-1", "merchant_name": "Kai"},
        {"venue_id": "v-2", "venue_name": "Ufer", "merchant_id": "m-2", "merchant_name": "Bai"}]});
    let script = read(&named, "");
    assert_eq!(source_of(&script, "externalId"), "results[].venue_id");
    assert_eq!(source_of(&script, "name"), "results[].venue_name");
    let lone = json!({"results": [{"merchant_id": "m-1", "name": "Nord"}]});
    assert_eq!(source_of(&read(&lone, ""), "externalId"), "results[].merchant_id");
}

#[test]
fn the_whole_address_in_one_text_gives_way_to_its_first_line() {
    let payload = json!({"branches": [{"id": 1, "name": "Nord", "address": {
        "line1": "Kai 1", "town": "Kiel", "shown": "Kai 1, 24103 Kiel", "postcode": "24103"}}]});
    let script = read(&payload, "`shown` is the address written in one line.");
    assert_eq!(source_of(&script, "address.street1"), "branches[].address.line1");
}

#[test]
fn the_number_at_which_the_place_is_reached_is_its_contact() {
    let payload = json!({"branches": [{"id": 1, "name": "Nord",
        "adPhone": "+49431555900", "phoneNumber": "+49431555010"}]});
    let notes =
        "`adPhone` is the number of the telephone marketing service, `phoneNumber` the shop's own.";
    assert_eq!(source_of(&read(&payload, notes), "contact"), "branches[].phoneNumber");
}

#[test]
fn two_coordinates_in_a_list_are_read_where_their_order_is_known() {
    let place = |geo: Value| json!({"branches": [{"id": 1, "name": "Nord", "geo": geo}]});
    let latitude = |payload: &Value, notes: &str| {
        let source = read(payload, notes).source;
        let line = source.lines().find(|line| line.contains("latitude: ")).unwrap_or_default();
        line.trim().to_owned()
    };
    let point = place(json!({"type": "Point", "coordinates": [10.12, 54.31]}));
    assert_eq!(latitude(&point, ""), "latitude: number(outlet.geo?.coordinates?.[1]),");
    let far = place(json!([-33.86, 151.2]));
    assert_eq!(latitude(&far, ""), "latitude: number(outlet.geo?.[0]),");
    let near = place(json!([54.31, 10.12]));
    let open = question(&brief(Topic::ListRemoteOutlets, &near, ""));
    assert_eq!(open.points.first().map(|point| point.field.as_str()), Some("address.latitude"));
    let notes = "`geo` is the longitude and then the latitude.";
    assert_eq!(latitude(&near, notes), "latitude: number(outlet.geo?.[1]),");
}

#[test]
fn a_list_within_the_place_is_not_the_place() {
    let payload = json!({"data": {
        "id": 7, "code": "h-7", "name": "Harbour", "address": "1 Quay", "post_code": "4000",
        "kitchens": [{"id": 9, "name": "Noodles"}],
        "slots": [{"weekday": 1, "opening_time": "10:00", "closing_time": "14:00"}]
    }});
    let notes = "- A place is addressed by its `code`; `id` is a database key. `weekday` runs from 1, Monday, to 7, Sunday.";
    let script = script(&brief(Topic::SyncOutlet, &payload, notes));
    assert_eq!(source_of(&script, "externalId"), "data.code");
    assert_eq!(source_of(&script, "name"), "data.name");
}

#[test]
fn the_number_that_a_chain_gives_a_place_is_none_of_its_street() {
    let payload = json!({"outlets": [
        {"id": 7, "number": "0101", "name": "Loop", "address1": "78 State Street", "city": "Chicago"},
        {"id": 8, "number": "0102", "name": "Quay", "address1": "Quay", "city": "Ghent"}]});
    let asked = question(&brief(Topic::ListRemoteOutlets, &payload, ""));
    assert!(asked.points.iter().any(|point| point.field == "address.street1 (number)"));
    let notes = "`number` is the chain's own store number. `id` is used in all calls.";
    let script = script(&brief(Topic::ListRemoteOutlets, &payload, notes));
    assert_eq!(source_of(&script, "address.street1"), "outlets[].address1");
}

#[test]
fn a_state_that_stands_with_the_rest_of_the_address_goes_before_one_elsewhere() {
    let payload = json!({"branches": [{"id": 1, "name": "Nord", "region": "eu", "details": {"address": {
        "street": "Kai 1", "city": "Kiel", "state": "SH", "zipCode": "24103"}}}]});
    let place = "branches[].details.address.state";
    assert_eq!(source_of(&read(&payload, ""), "address.stateProvince"), place);
}

#[test]
fn an_address_in_what_the_places_name_is_asked_about() {
    let payload = json!({
        "Bars": [{"Id": "b-1", "Name": "Roof", "HouseId": "h-1"}, {"Id": "b-2", "Name": "Pool", "HouseId": "h-2"}],
        "Houses": [{"Id": "h-1", "Address": {"Line1": "Kai 1", "City": "Kiel"}},
            {"Id": "h-2", "Address": {"Line1": "Ufer 2", "City": "Bonn"}}]});
    let asked = question(&brief(Topic::ListRemoteOutlets, &payload, "- `Bars` are the outlets."));
    assert!(asked.points.iter().any(|point| point.field == "address"), "{}", asked.render());
}

#[test]
fn the_id_of_a_place_is_what_other_records_refer_to() {
    let payload = json!({"depots": [
        {"depotNo": "1", "code": "KAI", "name": "Kai", "street": "Kai 1", "city": "Kiel"},
        {"depotNo": "2", "code": "UFR", "name": "Ufer", "street": "Ufer 2", "city": "Bonn"}]});
    for notes in [
        "- A shop is called a depot. `depotNo` is what sales documents refer to; `code` is the merchant's own short name.",
        "- `depots` are the shops. `code` is an abbreviation, `depotNo` the number by which receipts and stock name a shop.",
        "- `depots` are the shops; stock and calls refer to a shop by its `depotNo`.",
        "- `depots` are the shops: `depotNo` names one in every call, `code` is a nickname.",
    ] {
        assert_eq!(source_of(&read(&payload, notes), "externalId"), "depots[].depotNo", "{notes}");
    }
}

#[test]
fn how_an_address_line_is_written_is_told_in_words_or_shown() {
    let payload = json!({"pubs": [
        {"id": 1, "name": "Nord", "address": {"street": "Kai", "houseNumber": "5", "city": "Kiel"}},
        {"id": 2, "name": "Ufer", "address": {"street": "Steg", "houseNumber": "", "city": "Bonn"}}]});
    let (street, number) = ("text(outlet.address?.street)", "text(outlet.address?.houseNumber)");
    for (notes, line) in [
        (
            "- A line of an address is written street, comma, number.",
            format!("someOf([{street}, {number}])?.join(\", \")"),
        ),
        (
            "- The address line is the street, a space and the house number (\"Lange Gasse 7/3\"); some have no number.",
            format!("someOf([{street}, {number}])?.join(\" \")"),
        ),
        (
            "- Address lines look like \"12 High Street\".",
            format!("someOf([{number}, {street}])?.join(\" \")"),
        ),
        (
            "- The house number follows the street after a comma.",
            format!("someOf([{street}, {number}])?.join(\", \")"),
        ),
    ] {
        let source = read(&payload, notes).source;
        assert!(source.contains(&line), "{notes}: {source}");
    }
    let notes = "- The address has a street and a number, a comma and a space.";
    let asked = question(&brief(Topic::ListRemoteOutlets, &payload, notes));
    assert_eq!(asked.points[0].field, "address.street1 (number)");
}

#[test]
fn what_is_added_to_a_street_is_the_second_line() {
    for key in ["additionalStreetInfo", "address_addition", "careOf", "building", "suiteNumber"] {
        let payload = json!({"pubs": [
            {"id": 1, "name": "Nord", "address": {"street": "Kai 5", key: "Back yard", "city": "Kiel"}},
            {"id": 2, "name": "Ufer", "address": {"street": "Steg 1", "city": "Bonn"}}]});
        let place = format!("pubs[].address.{key}");
        assert_eq!(source_of(&read(&payload, ""), "address.street2"), place);
    }
}

#[test]
fn a_state_that_documents_name_and_no_sample_has_is_read_beside_the_city() {
    let place = |more: &Value| {
        let mut address = json!({"line1": "1 Quay", "city": "Ghent", "country": "BE"});
        address.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"places": [{"id": "p-1", "name": "Quay", "address": address}]})
    };
    let notes = "- `stateOrProvince` comes for some countries only.";
    let found = script(&brief(Topic::ListRemoteOutlets, &place(&json!({})), notes));
    let output = output_of(&found, &place(&json!({"stateOrProvince": "VIC"})));
    assert_eq!(output["outlets"][0]["address"]["stateProvince"], "VIC", "{}", found.source);
}

#[test]
fn the_key_that_offers_refer_to_is_the_id_of_a_place() {
    let payload = json!({"places": [{"placeId": "7F31", "placeKey": "loop-01", "name": "Loop", "address": {"ZIPcode": "10111", "city": "Ghent"}}]});
    for notes in [
        "- `placeKey` is what offers and calls refer to; `placeId` is internal.",
        "- `placeKey` is its key; `placeId` is internal.",
    ] {
        let found = read(&payload, notes);
        assert_eq!(source_of(&found, "externalId"), "places[].placeKey", "{notes}");
        assert_eq!(source_of(&found, "address.postalCode"), "places[].address.ZIPcode");
    }
}
