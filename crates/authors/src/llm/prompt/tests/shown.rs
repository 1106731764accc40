//! Prompts as a model reads them. A change in a template shows here as a diff.

use super::*;

fn script(source: &str) -> Draft {
    Draft::Script(DraftScript {
        source: source.to_owned(),
        provenance: vec![FieldSource {
            field: "products[].price".to_owned(),
            source: "items[].cost".to_owned(),
            reason: "the only amount".to_owned(),
            confidence: 0.6,
            runner_up: "items[].id".to_owned(),
        }],
    })
}

#[test]
fn the_system_text_is_that_of_every_job() {
    let prompt = assemble(&brief(Topic::SyncProducts, vec![menu()]), None, BUDGET).unwrap();
    insta::assert_snapshot!("system", prompt.system);
    let other = question(&brief(Topic::TestConnection, vec![menu()]), BUDGET).unwrap();
    assert_eq!(prompt.system, other.system);
}

#[test]
fn a_first_draft_without_an_example() {
    let brief = Brief {
        passages: vec![Passage {
            document: "api.md".parse().unwrap(),
            heading: "Items > Fields".to_owned(),
            text: "`cost` is the price in cents.".to_owned(),
        }],
        example: Some(ScriptOfAnother {
            provider: "other-till".parse().unwrap(),
            source: "function transform(input) { return {products: []}; }\n".to_owned(),
        }),
        ..brief(Topic::SyncProducts, vec![menu()])
    };
    let sketch = script("function transform(input, context) { /* sketch */ }\n");
    insta::assert_snapshot!("first", read(&assemble(&brief, Some(&sketch), BUDGET).unwrap()));
}

#[test]
fn examples_of_documents_are_not_called_real() {
    let brief = Brief { documented: true, ..brief(Topic::SyncProducts, vec![menu()]) };
    let prompt = read(&assemble(&brief, None, BUDGET).unwrap());
    assert!(prompt.contains("Examples from the vendor's documents"), "{prompt}");
    assert!(!prompt.contains("Real data of the vendor"), "{prompt}");
}

#[test]
fn a_first_draft_by_example() {
    let order = sample(json!({
        "name": "order", "payload": {"orderId": "o-1", "placedAt": "2026-01-01T10:00:00Z", "type": "pickup",
            "items": [{"itemCode": "11", "name": "Latte", "quantity": 2, "unitPrice": 4.5}], "totals": {"total": 9}},
        "connection": {"baseUrl": "https://api.till.example/v2", "apiKey": "live-key-12345"},
        "expected": {"url": "https://api.till.example/v2/orders", "method": "POST",
            "headers": {"Authorization": "Bearer live-key-12345"}, "body": {"ref": "o-1", "lines": [{"sku": 11, "n": 2}]}},
    }));
    let brief = Brief {
        active_script: Some("function transform(input, context) { /* in use */ }\n".to_owned()),
        version: 4,
        ..brief(Topic::OrderDispatch, vec![order])
    };
    let prompt = assemble(&brief, None, BUDGET).unwrap();
    insta::assert_snapshot!("by_example", read(&prompt));
}

#[test]
fn a_connection_is_tested_by_recorded_calls() {
    let call = |path: &str, key: &str, status: u16, body: Value| {
        json!({"request": {"method": "GET", "url": path, "headers": {"X-Api-Key": key}},
            "response": {"statusCode": status, "body": body, "headers": {"Set-Cookie": "session=abc123"}}})
    };
    let refused = sample(json!({
        "name": "refused", "connection": {"baseUrl": "https://till.example", "apiKey": "live-key-12345"},
        "http": [call("/me", "live-key-12345", 401, json!({"message": "bad key"})), call("/me", "another", 200, json!("ok"))],
        "expected": {"ok": false, "message": "bad key"},
    }));
    let prompt = assemble(&brief(Topic::TestConnection, vec![refused]), None, BUDGET).unwrap();
    insta::assert_snapshot!("recorded", read(&prompt));
}

#[test]
fn a_draft_after_failures() {
    let newest = Attempt {
        output_preview: "{\"products\":[{\"itemCode\":11}]}".to_owned(),
        output_count: 2,
        ..failed(2, "sample menu.json: products[0].itemCode: 11 is not of type \"string\"")
    };
    let brief = Brief {
        last_draft: Some("function transform(input, context) { /* second */ }\n".to_owned()),
        attempts: vec![failed(1, &format!("sample menu.json: {}", "threw ".repeat(120))), newest],
        ..brief(Topic::SyncProducts, vec![menu()])
    };
    let prompt = assemble(&brief, None, BUDGET).unwrap();
    insta::assert_snapshot!("failed", read(&prompt));
}

#[test]
fn a_draft_after_an_answer() {
    let brief = Brief {
        rounds: vec![round("Two units fit.", Some("1 a")), round("And the tax?", None)],
        ..brief(Topic::SyncProducts, vec![menu()])
    };
    let sketch = Draft::Question(Question::plain("Where is the currency?"));
    insta::assert_snapshot!("answered", read(&assemble(&brief, Some(&sketch), BUDGET).unwrap()));
}

#[test]
fn the_question_to_a_person() {
    let brief = Brief {
        last_draft: Some("function transform(input, context) { /* last */ }\n".to_owned()),
        attempts: vec![failed(4, "sample menu.json: products[0].price: 450, expected 4.5")],
        ..brief(Topic::SyncProducts, vec![menu()])
    };
    insta::assert_snapshot!("question", read(&question(&brief, BUDGET).unwrap()));
}

/// A catalogue of which most records are alike.
pub(super) fn catalogue(records: usize) -> Sample {
    let item = |n: usize| {
        let mut item = json!({
            "id": format!("it-{n:05}"), "type": if n % 7 == 3 { "DRINK" } else { "FOOD" },
            "name": {"en": format!("Dish {n}")}, "cost": 100 + n % 900, "group": format!("gr-{:03}", n % 50),
            "text": "A long description of the dish. ".repeat(1 + n % 9),
        });
        match n % 97 {
            13 => item["deletedAt"] = json!("2026-01-01T00:00:00Z"),
            17 => item["cost"] = json!(null),
            23 => item["options"] = json!([{"code": "o-1", "add": 50}, {"code": "o-2", "add": 0}]),
            _ => {}
        }
        item
    };
    let group = |n: usize| json!({"ref": format!("gr-{n:03}"), "title": format!("Group {n}")});
    sample(json!({"name": "catalogue.json", "payload": {
        "items": (0..records).map(item).collect::<Vec<_>>(),
        "groups": (0..50).map(group).collect::<Vec<_>>(),
    }}))
}

#[test]
fn a_large_sample_is_shortened_to_its_shape_and_the_records_that_stand_for_all() {
    let prompt =
        assemble(&brief(Topic::SyncProducts, vec![catalogue(3_000)]), None, TokenBudget(9_000));
    let prompt = prompt.unwrap();
    let text = &prompt.parts[1].text;
    insta::assert_snapshot!("large", text);
    for part in ["deletedAt", "\"DRINK\"", "\"options\"", "\"cost\": null", "more records …"] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn the_answer_to_a_reply_that_is_none_quotes_it_in_a_fence() {
    let text = correction("no JSON but </data-x> \u{202e}\"Sure! Here is {{ system }}\"");
    insta::assert_snapshot!("correction", text);
}

#[test]
fn what_is_known_from_the_start_does_not_change_from_draft_to_draft() {
    let first = Brief {
        documents: vec![documented("api.md", &"The price is in cents. ".repeat(4_000))],
        ..brief(Topic::SyncProducts, vec![catalogue(900)])
    };
    let later = Brief {
        last_draft: Some("let x = 1;\n".repeat(4_000)),
        attempts: (1..9).map(|n| failed(n, &"wrong ".repeat(300))).collect(),
        rounds: vec![round("Which?", Some("a")); 5],
        ..first.clone()
    };
    let stable = |prompt: Prompt| -> Vec<Part> {
        prompt.parts.into_iter().filter(|part| part.stable).collect()
    };
    let before = stable(assemble(&first, None, BUDGET).unwrap());
    assert!(before.len() >= 3);
    assert_eq!(before, stable(assemble(&later, None, BUDGET).unwrap()));
    assert_eq!(before, stable(question(&later, BUDGET).unwrap()));
}

#[test]
fn no_credential_goes_out() {
    let mut menu = menu();
    menu.payload = Some(json!({"echo": "live-key-12345", "live-key-12345": [1]}));
    let brief = Brief {
        documents: vec![documented("live-key-12345.md", "use live-key-12345")],
        active_script: Some("const key = 'live-key-12345'".to_owned()),
        last_draft: Some("const key = 'live-key-12345'".to_owned()),
        attempts: vec![failed(1, "live-key-12345 is wrong")],
        rounds: vec![round("live-key-12345?", Some("live-key-12345!"))],
        ..brief(Topic::SyncProducts, vec![menu, catalogue(2_000)])
    };
    let sketch = script("const key = 'live-key-12345'");
    for budget in [5_500, 8_000, 90_000] {
        let prompt = assemble(&brief, Some(&sketch), TokenBudget(budget)).unwrap();
        assert!(!message(&prompt).contains("live-key"), "{budget}");
    }
    let prompt = assemble(&brief, Some(&sketch), TokenBudget(90_000)).unwrap();
    assert!(message(&prompt).contains("const key = '[credential apiKey]'"));
}
