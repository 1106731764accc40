use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn sample(payload: &Value) -> Sample {
    let nothing: Sample = serde_json::from_value(json!({"name": "a"})).unwrap();
    Sample { payload: Some(payload.clone()), ..nothing }
}

fn masked_payload(payload: &Value) -> Value {
    masked(sample(payload)).payload.unwrap()
}

fn an_order() -> Value {
    json!({
        "id": "ord_1", "total": 12.5, "currency": "EUR", "createdAt": "2026-11-25T19:00:00Z",
        "customer": {
            "id": 17, "name": "Maria Lopez", "email": "maria@mail.example", "birthday": "1977-05-25",
            "phones": [{"type": "mobile", "number": "+49 170 1234567"}],
            "address": {
                "line1": "Hauptstrasse 5", "city": "Berlin", "postcode": "10115",
                "countryCode": "DE", "lat": 52.520_008, "lng": 13.404_954
            }
        },
        "payment": {"cardNumber": "4111 1111 1111 1111", "amount": 12.5},
        "token": "tok-live-0123456789",
        "note": "Ring twice, Maria Lopez waits upstairs",
        "label": "For Maria Lopez, maria@mail.example",
        "items": [
            {"id": "itm_1", "name": "Flat White", "price": 4.5, "note": "for Maria"},
            {"id": "itm_2", "name": "Kaya Toast", "price": 8, "options": [{"name": "Large"}]}
        ]
    })
}

#[test]
fn nobody_is_found_in_a_masked_order_and_its_goods_are_as_they_were() {
    let order = an_order();
    let mask = masked_payload(&order);
    let text = mask.to_string();
    for own in [
        "Maria",
        "Lopez",
        "maria@",
        "1977",
        "170 1234567",
        "Hauptstrasse",
        "Berlin",
        "10115",
        "52.52",
        "13.40",
        "4111 1111",
        "tok-live",
        "Ring twice",
    ] {
        assert!(!text.contains(own), "{own} in {text}");
    }
    for (at, kept) in [
        ("/id", json!("ord_1")),
        ("/total", json!(12.5)),
        ("/currency", json!("EUR")),
        ("/createdAt", json!("2026-11-25T19:00:00Z")),
        ("/customer/id", json!(17)),
        ("/customer/phones/0/type", json!("mobile")),
        ("/customer/address/countryCode", json!("DE")),
        ("/payment/amount", json!(12.5)),
        ("/items/0/name", json!("Flat White")),
        ("/items/1", order["items"][1].clone()),
    ] {
        assert_eq!(mask.pointer(at), Some(&kept), "{at}");
    }
    assert!(mask["customer"]["email"].as_str().unwrap().ends_with("@example.com"));
    assert!(mask["customer"]["phones"][0]["number"].as_str().unwrap().starts_with('+'));
}

#[test]
fn what_refers_to_each_other_still_does() {
    let mask = masked_payload(&json!({
        "guests": [{"name": "Maria Lopez", "token": "abcdefgh"}],
        "orders": [{"guest": "Maria Lopez", "key": "abcdefgh"}],
    }));
    assert_eq!(mask["guests"][0]["name"], mask["orders"][0]["guest"]);
    assert_eq!(mask["guests"][0]["token"], mask["orders"][0]["key"]);
}

#[test]
fn a_page_s_address_and_the_next_one_fit_after_masking_as_before() {
    let page = |n: u32| format!("https://v.example/o?pageToken=tok{n}abcdef&mail=m%40v.example");
    let sample: Sample = serde_json::from_value(json!({"name": "a", "http": [
        {"url": page(1), "headers": {"link": format!("<{}>; rel=\"next\"", page(2))}, "body": {"next": page(2)}},
        {"url": page(2), "body": {"data": [{"contact": {"name": "Maria Lopez"}}]}},
    ]}))
    .unwrap();
    let masked = masked(sample);
    assert_eq!(masked.http[0].body["next"], masked.http[1].url.as_str());
    let link = &masked.http[0].headers["link"];
    let text = format!("{:?}", masked.http);
    assert!(!link.contains("tok2abcdef"), "{link}");
    for own in ["tok1abcdef", "tok2abcdef", "m%40v", "Maria"] {
        assert!(!text.contains(own), "{own} in {text}");
    }
}

#[test]
fn test_values_of_the_account_stay_where_a_script_puts_them() {
    let basic = format!("Basic {}", STANDARD.encode("testapiKey:testapiSecret"));
    let sample: Sample = serde_json::from_value(json!({
        "name": "a",
        "connection": {
            "baseUrl": "https://v.example", "apiKey": "testapiKey", "apiSecret": "testapiSecret",
            "config": {"oauth": {"token": "testconfigoauthtoken"}, "store": "7"},
        },
        "http": [{
            "request": {
                "url": "https://v.example/o?apiKey=testapiKey",
                "headers": {"Authorization": basic, "X-Session-Token": "sess-live-0123456789"},
            },
            "response": {"body": {"you": "testapiKey", "access_token": "tok-live-0123456789"}},
        }],
    }))
    .unwrap();
    let masked = masked(sample.clone());
    assert_eq!(masked.connection, sample.connection);
    assert_eq!(masked.http[0].url, sample.http[0].url);
    assert_eq!(masked.http[0].request_headers["Authorization"], basic);
    assert_eq!(masked.http[0].body["you"], "testapiKey");
    let text = format!("{masked:?}");
    assert!(!text.contains("sess-live") && !text.contains("tok-live"), "{text}");
}

/// The value with nothing left of it but its shape.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(flag) => Value::Bool(*flag),
        Value::Number(number) => json!(if number.is_f64() { 1.5 } else { 1.0 }),
        Value::String(_) => json!("text"),
        Value::Array(list) => list.iter().map(shape).collect(),
        Value::Object(fields) => Value::Array(fields.values().map(shape).collect()),
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        "[+]?[0-9 ]{0,20}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        "[a-z]{1,8}",
        prop::sample::select(vec![
            "name", "email", "phone", "customer", "address", "token", "note", "lat", "birthday",
            "items", "zip",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_keeps_its_shape(value in any_json()) {
        prop_assert_eq!(shape(&masked_payload(&value)), shape(&value));
    }
}
