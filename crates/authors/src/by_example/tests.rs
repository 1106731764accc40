//! Small vendors of our own making.

use domain::{
    Attempt, Brief, ClarificationRound, Document, Draft, DraftScript, OpenPoint, Question, Sample,
    Timestamp, Topic,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::draft;

mod moments;

fn brief(topic: Topic, samples: Vec<Value>, notes: &str) -> Brief {
    let document =
        |content: &str| Document { name: "notes.md".parse().unwrap(), content: content.to_owned() };
    Brief {
        version: 3,
        documents: if notes.is_empty() { Vec::new() } else { vec![document(notes)] },
        ..Brief::of(
            "my-till".parse().unwrap(),
            topic,
            samples.into_iter().map(sample).collect::<Vec<_>>(),
        )
    }
}

fn sample(mut value: Value) -> Sample {
    value["name"] = json!("sample.json");
    serde_json::from_value(value).unwrap()
}

fn script(brief: &Brief) -> DraftScript {
    match draft(brief) {
        Draft::Script(script) => script,
        Draft::Question(question) => panic!("{}", question.render()),
    }
}

fn question(brief: &Brief) -> Question {
    match draft(brief) {
        Draft::Question(question) => question,
        Draft::Script(script) => panic!("{}", script.source),
    }
}

fn order(body: &Value) -> Value {
    json!({
        "payload": {
            "orderId": "ORD-501", "placedAt": "2026-03-04T09:15:00Z", "type": "dine_in",
            "customer": {"name": "Ann Lee", "phone": "+6580001111"},
            "items": [
                {"itemCode": "A1", "name": "Laksa", "quantity": 2, "unitPrice": 4.95, "notes": "hot",
                 "modifiers": [{"code": "M1", "name": "Egg", "quantity": 1, "price": 0.5}]},
                {"itemCode": "B2", "name": "Kopi", "quantity": 3, "unitPrice": 1.8}
            ],
            "totals": {"subtotal": 16.3, "tax": 1.47, "total": 17.77}
        },
        "connection": {
            "baseUrl": "https://api.till.example", "apiKey": "key-4711-abc", "apiSecret": "sec-0815-xyz",
            "config": {"storeId": "S77", "currency": "SGD"}
        },
        "expected": {
            "url": "https://api.till.example/stores/S77/orders", "method": "POST",
            "headers": {"Authorization": "Basic a2V5LTQ3MTEtYWJjOnNlYy0wODE1LXh5eg=="},
            "body": body
        }
    })
}

#[test]
fn an_order_script_reads_every_field_from_its_source() {
    let body = json!({
        "ref": "ORD-501", "kind": "EAT_IN", "created": 1_772_615_700,
        "guest": {"firstName": "Ann", "lastName": "Lee", "tel": "+6580001111"},
        "lines": [
            {"plu": "A1", "qty": "2", "line_total": 1090, "note": "hot", "extras": [{"plu": "M1", "price": "0.50 SGD"}]},
            {"plu": "B2", "qty": "3", "line_total": 540}
        ],
        "totals": {"net": 1630, "tax": 147, "grand": 1777}
    });
    let brief =
        brief(Topic::OrderDispatch, vec![order(&body)], "`kind` is DELIVERY, TAKEAWAY or EAT_IN.");
    let script = script(&brief);
    insta::assert_snapshot!("order", script.source);
    let fields: Vec<&str> = script.provenance.iter().map(|source| source.field.as_str()).collect();
    assert!(fields.contains(&"body.lines[].extras[].price"), "{fields:?}");
}

#[test]
fn a_snooze_script_tells_items_off_from_items_on() {
    let headers = json!({"Authorization": "Bearer key-4711-abc"});
    let brief = brief(
        Topic::SnoozeItems,
        vec![json!({
            "payload": {"items": [
                {"itemCode": "A1", "available": false, "until": "2026-03-04T18:00:00Z"},
                {"itemCode": "B2", "available": true},
                {"itemCode": "C3", "available": false}
            ]},
            "connection": {"baseUrl": "https://api.till.example", "apiKey": "key-4711-abc"},
            "expected": {"requests": [
                {"url": "https://api.till.example/snoozes", "method": "POST", "headers": headers, "body": {"item": "A1", "until": "2026-03-04T18:00:00Z"}},
                {"url": "https://api.till.example/snoozes/B2", "method": "DELETE", "headers": headers, "body": null},
                {"url": "https://api.till.example/snoozes", "method": "POST", "headers": headers, "body": {"item": "C3"}}
            ]}
        })],
        "",
    );
    insta::assert_snapshot!("snooze", script(&brief).source);
}

#[test]
fn a_connection_test_makes_the_recorded_call() {
    let exchange = json!({
        "request": {"method": "GET", "url": "/me", "headers": {"X-Api-Key": "key-4711-abc", "Host": "x"}},
        "response": {"statusCode": 401, "body": {"errors": [{"detail": "Wrong key"}]}}
    });
    let source = script(&brief(
        Topic::TestConnection,
        vec![json!({
            "connection": {"baseUrl": "https://api.till.example", "apiKey": "key-4711-abc"},
            "http": [exchange], "expected": {"ok": false, "message": "Wrong key"}
        })],
        "",
    ))
    .source;
    assert!(source.contains("`${input.baseUrl.replace(/\\/+$/, \"\")}/me`"), "{source}");
    assert!(source.contains("\"X-Api-Key\": input.apiKey"), "{source}");
    assert!(
        source.contains("vendorMessage(response.body)") && !source.contains("Host"),
        "{source}"
    );
}

#[test]
fn a_credential_is_never_written_into_a_script() {
    let mut given = order(&json!({"ref": "ORD-501"}));
    given["expected"]["headers"] = json!({"Authorization": "Bearer another-token-of-somebody-99"});
    let asked = question(&brief(Topic::OrderDispatch, vec![given], ""));
    assert_eq!(asked.points[0].field, "headers.Authorization");
}

#[test]
fn without_an_output_it_asks_for_one_and_a_recorded_request_is_one() {
    let mut given = order(&json!({"ref": "ORD-501"}));
    let expected = given["expected"].take();
    assert!(
        question(&brief(Topic::OrderDispatch, vec![given.clone()], ""))
            .text
            .contains("\"expected\"")
    );
    given["http"] = json!([{
        "request": {"method": "POST", "url": expected["url"], "headers": expected["headers"], "body": expected["body"]},
        "response": {"statusCode": 201, "body": {}}
    }]);
    assert!(
        script(&brief(Topic::OrderDispatch, vec![given], ""))
            .source
            .contains("ref: input.payload.orderId")
    );
}

#[test]
fn what_looks_made_for_one_order_is_asked_about_and_the_answer_followed() {
    let given =
        order(&json!({"ref": "ORD-501", "request_id": "7f3a9c21-55d0-4e1b-8a77-90cc12ab34de"}));
    let mut brief = brief(Topic::OrderDispatch, vec![given], "");
    let asked = question(&brief);
    assert_eq!(asked.points[0].field, "body.request_id");
    let letter =
        asked.points[0].choices.iter().position(|choice| choice.value == "constant").unwrap();
    brief.rounds.push(ClarificationRound {
        question: asked,
        asked_at: Timestamp::UNIX_EPOCH,
        response: Some(char::from(b'a' + u8::try_from(letter).unwrap()).to_string()),
        answered_at: None,
    });
    assert!(script(&brief).source.contains("7f3a9c21"));
}

#[test]
fn what_stands_in_a_list_of_the_order_is_never_written_into_a_script() {
    let lines = json!([{"title": "Laksa", "serial": "1.0"}, {"title": "Egg", "serial": "1.1"}]);
    let asked = question(&brief(Topic::OrderDispatch, vec![order(&json!({"lines": lines}))], ""));
    assert!(asked.points.iter().any(|point| point.field == "body.lines[0].title"), "{asked:?}");
}

#[test]
fn a_named_source_that_gives_other_values_is_asked_about_again() {
    let mut brief = brief(Topic::OrderDispatch, vec![order(&json!({"tag": "x-9"}))], "");
    brief.rounds.push(ClarificationRound {
        question: Question {
            text: String::new(),
            points: vec![OpenPoint {
                field: "body.tag".to_owned(),
                prompt: String::new(),
                choices: Vec::new(),
            }],
        },
        asked_at: Timestamp::UNIX_EPOCH,
        response: Some("payload.customer.phone".to_owned()),
        answered_at: None,
    });
    let asked = question(&brief);
    assert!(asked.points[0].prompt.contains("payload.customer.phone"), "{asked:?}");
}

#[test]
fn a_script_that_failed_is_not_written_again() {
    let mut brief = brief(Topic::OrderDispatch, vec![order(&json!({"ref": "ORD-501"}))], "");
    brief.last_draft = Some(script(&brief).source);
    brief.attempts.push(Attempt {
        attempt: 1,
        passed: false,
        error: "sample.json: $.body.ref differs".to_owned(),
        output_preview: String::new(),
        output_count: 0,
        timestamp: Timestamp::UNIX_EPOCH,
    });
    assert!(question(&brief).text.contains("$.body.ref differs"));
}

#[test]
fn deep_nesting_is_walked_to_its_end() {
    let objects = (0..110).fold(json!("ORD-501"), |inner, _| json!({"a": inner}));
    let lists = (0..110).fold(json!("ORD-501"), |inner, _| json!([inner]));
    let brief = brief(Topic::OrderDispatch, vec![order(&json!({"x": objects, "y": lists}))], "");
    assert!(script(&brief).source.contains("a: input.payload.orderId"));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1000_i64..1000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z€\"\\\\`$ ]{0,6}".prop_map(Value::from),
        Just(json!("key-4711-abc")),
        Just(json!("pre key-4711-abc")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("[a-c]|items|__proto__", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_json_gives_a_script_without_credentials_or_a_question(
        samples in proptest::collection::vec((any_json(), any_json()), 1..3),
        topic in proptest::sample::select(vec![Topic::OrderDispatch, Topic::SnoozeItems, Topic::TestConnection]),
    ) {
        let samples = samples
            .into_iter()
            .map(|(payload, expected)| json!({
                "payload": payload, "expected": expected,
                "connection": {"baseUrl": "https://x.example", "apiKey": "key-4711-abc"},
                "http": [{"url": "/me", "body": payload}]
            }))
            .collect();
        let brief = brief(topic, samples, "");
        let first = draft(&brief);
        if let Draft::Script(script) = &first {
            prop_assert!(!script.source.contains("key-4711-abc"), "{}", script.source);
        }
        prop_assert_eq!(draft(&brief), first);
    }
}

/// A recorded call that was accepted, without a word on what is expected of it.
fn ping(body: &Value) -> Value {
    json!({
        "connection": {"baseUrl": "https://x.example", "apiKey": "key-4711-abc"},
        "http": [{
            "request": {"method": "GET", "url": "/ping", "headers": {"X-Api-Key": "key-4711-abc"}},
            "response": {"statusCode": 200, "body": body}
        }],
    })
}

#[test]
fn a_text_for_people_that_nobody_explains_is_asked_about_and_one_in_documents_is_read() {
    let given = ping(&json!({"status": "ok", "message": "Hello Kai", "id": "r-1"}));
    let open = brief(Topic::TestConnection, vec![given.clone()], "");
    let asked = question(&open);
    assert_eq!(asked.points[0].field, "message (accepted)");
    for (reply, is_read) in [
        ("a", true),
        ("response.body.message", true),
        ("the message of the vendor", true),
        ("b", false),
        ("a fixed sentence", false),
    ] {
        let mut answered = open.clone();
        answered.rounds.push(ClarificationRound {
            question: asked.clone(),
            asked_at: Timestamp::UNIX_EPOCH,
            response: Some(reply.to_owned()),
            answered_at: Some(Timestamp::UNIX_EPOCH),
        });
        let source = script(&answered).source;
        assert_eq!(source.contains("said(response.body, \"message\")"), is_read, "{reply}");
    }
    let notes = "- Every answer, good or bad, has a `message` for people.";
    let source = script(&brief(Topic::TestConnection, vec![given], notes)).source;
    assert!(source.contains("said(response.body, \"message\") ?? \"The connection works.\""));
}

#[test]
fn an_accepted_call_without_words_gets_a_plain_sentence() {
    let given = ping(&json!({"id": "r-1", "name": "Kai"}));
    let source = script(&brief(Topic::TestConnection, vec![given], "")).source;
    assert!(source.contains("? \"The connection works.\"") && !source.contains("said("));
}
