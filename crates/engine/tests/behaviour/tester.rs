//! How a hypothesis is judged.

use domain::{Sample, Topic};
use sandbox::{RunError, RunReport};
use serde_json::{Value, json};

use crate::support::*;

async fn judge(
    samples: &[Sample],
    transform: impl Fn(&Value) -> RunReport + Send + Sync + 'static,
) -> domain::Attempt {
    let tester = tester(runner(move |_, input| transform(&input.payload)));
    let provider = "my-till".parse().unwrap();
    tester.test(&provider, Topic::SyncProducts, "x", samples, 2).await.unwrap().attempt
}

/// What a right script returns for payloads like that of `tea`.
fn right(payload: &Value) -> RunReport {
    let product = |item: &Value| json!({"itemCode": item["id"].to_string(), "name": item["name"], "price": item["cost"]});
    let items = payload["items"].as_array().unwrap();
    report(Ok(json!({"products": items.iter().map(product).collect::<Vec<_>>()})))
}

fn threw(message: &str) -> RunReport {
    report(Err(RunError::Threw { message: message.to_owned(), stack: "at transform:3".to_owned() }))
}

#[tokio::test]
async fn a_right_script_passes_and_shows_its_output() {
    let attempt = judge(&[tea()], right).await;
    assert_eq!((attempt.passed, attempt.error.as_str()), (true, ""));
    assert_eq!((attempt.attempt, attempt.output_count), (2, 1));
    assert_eq!(attempt.output_preview, right_output().to_string());
}

#[tokio::test]
async fn an_error_names_sample_path_and_values() {
    let with_expected = Sample { expected: Some(right_output()), ..tea() };
    let cents = json!({"products": [{"itemCode": "1", "name": "Tea", "price": 450}]});
    let attempt = judge(&[with_expected], move |_| report(Ok(cents.clone()))).await;
    assert_eq!(attempt.error, "sample menu.json: products[0].price: got 450, wanted 4.5");
}

#[tokio::test]
async fn a_script_that_throws_fails_with_what_it_threw_and_where() {
    let attempt = judge(&[tea()], |_| threw("no such thing")).await;
    assert!(!attempt.passed);
    assert_eq!(attempt.error, "sample menu.json: the script threw: no such thing (at transform:3)");
}

#[tokio::test]
async fn what_is_recorded_holds_no_credential() {
    let connection = domain::Connection { api_key: "key-4711-x".to_owned(), ..Default::default() };
    let with_key = Sample { connection, ..tea() };
    let attempt = judge(&[with_key], |_| threw("key-4711-x is not accepted")).await;
    assert!(attempt.error.contains("[credential] is not accepted"), "{}", attempt.error);
    assert!(!attempt.error.contains("4711"), "{}", attempt.error);
}

#[tokio::test]
async fn dropped_records_need_a_log_line() {
    let two = sample(
        json!({"name": "two", "payload": {"items": [{"id": 1, "name": "Tea", "cost": 1}, {"id": 2, "name": "Cup", "cost": 2}]}}),
    );
    let first_only = |payload: &Value| {
        let mut report = right(payload);
        if let Ok(output) = &mut report.outcome {
            output["products"].as_array_mut().unwrap().truncate(1);
        }
        report
    };
    let silent = judge(std::slice::from_ref(&two), first_only).await;
    assert!(silent.error.contains("got 1 of the 2 records in items"), "{}", silent.error);
    let told = judge(&[two], move |payload| RunReport {
        logs: vec!["left out 2: it is a cup".to_owned()],
        ..first_only(payload)
    })
    .await;
    assert!(told.passed, "{}", told.error);
}

#[tokio::test]
async fn a_script_that_breaks_on_an_empty_list_fails_by_the_mutation_s_name() {
    let attempt = judge(&[tea()], |payload| match payload["items"][0] {
        Value::Null => threw("cannot read property 'id' of undefined"),
        _ => right(payload),
    })
    .await;
    assert!(
        attempt
            .error
            .starts_with("sample menu.json with items of the payload emptied: the script threw"),
        "{}",
        attempt.error
    );
}

#[tokio::test]
async fn a_script_may_name_the_reference_that_leads_nowhere() {
    let linked = sample(json!({"name": "a", "payload": {
        "items": [{"id": 1, "name": "Tea", "cost": 1, "group": "g-77"}],
        "groups": [{"id": "g-77", "title": "Hot"}],
    }}));
    for (message, passes) in [("no group g-77", true), ("cannot read property of undefined", false)]
    {
        let attempt = judge(std::slice::from_ref(&linked), move |payload| {
            if payload["groups"] == json!([]) && payload["items"] != json!([]) {
                threw(message)
            } else {
                right(payload)
            }
        })
        .await;
        assert_eq!(attempt.passed, passes, "{message}: {}", attempt.error);
    }
}

#[tokio::test]
async fn a_calls_that_was_not_recorded_proves_nothing_in_a_mutation() {
    let attempt = judge(&[tea()], |payload| {
        if payload["items"] == json!([]) {
            let (call, recorded) = ("GET /x".to_owned(), "nothing".to_owned());
            report(Err(RunError::HttpNotRecorded { call, recorded }))
        } else {
            right(payload)
        }
    })
    .await;
    assert!(attempt.passed, "{}", attempt.error);
}

#[tokio::test]
async fn without_samples_nothing_passes() {
    let attempt = judge(&[], right).await;
    assert!(!attempt.passed);
    assert_eq!(attempt.error, "there is no sample to test against");
}

#[tokio::test]
async fn error_and_preview_are_bounded_and_hold_no_nul() {
    let attempt = judge(&vec![tea(); 30], |_| {
        let name = format!("\0{}", "x".repeat(9_000));
        report(Ok(json!({"products": [{"itemCode": "1", "name": name, "price": "\0"}]})))
    })
    .await;
    assert!(attempt.error.chars().count() <= 2_000);
    assert!(attempt.output_preview.chars().count() <= 2_000);
    assert!(!attempt.error.contains('\0') && !attempt.output_preview.contains('\0'));
}
