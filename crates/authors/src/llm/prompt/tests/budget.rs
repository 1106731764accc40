//! A prompt never takes more than it may.

use proptest::prelude::*;

use super::shown::catalogue;
use super::*;

fn total(prompt: &Prompt) -> u32 {
    tokens(&prompt.system) + prompt.parts.iter().map(|part| tokens(&part.text)).sum::<u32>()
}

#[test]
fn a_budget_that_the_rules_alone_use_up_is_an_error_that_says_how_much_it_takes() {
    let brief = brief(Topic::SyncProducts, vec![menu()]);
    let error = assemble(&brief, None, TokenBudget(900)).unwrap_err();
    assert_eq!(error.given, 900);
    assert!(error.to_string().contains("max_prompt_tokens is 900"), "{error}");
    let least = assemble(&brief, None, TokenBudget(error.needed)).unwrap();
    assert!(message(&least).contains("# Samples"));
    assert!(assemble(&brief, None, TokenBudget(error.needed - 1)).is_err());
}

#[test]
fn the_least_budget_of_every_topic_has_room_for_a_sample() {
    for topic in Topic::ALL {
        let brief = brief(topic, (0..12).map(|_| catalogue(500)).collect());
        let needed = assemble(&brief, None, TokenBudget(0)).unwrap_err().needed;
        // The smallest context that a served model has today.
        assert!(needed < 8_000, "{topic} {needed}");
        let prompt = assemble(&brief, None, TokenBudget(needed)).unwrap();
        assert!(total(&prompt) <= needed);
        assert!(message(&prompt).contains("# Samples"), "{topic}");
    }
}

#[test]
fn each_text_that_asks_takes_no_more_than_is_kept_for_it() {
    let provider = "9".repeat(63);
    let now =
        Now { provider: &provider, topic: "order_status_update", version: u32::MAX, failed: true };
    assert!(tokens(&render(Template::Draft, &now)) <= LONGEST_TASK);
    assert!(tokens(&render(Template::Question, &Nothing {})) <= LONGEST_TASK);
}

#[test]
fn what_one_part_leaves_is_used_by_another() {
    let large = Brief {
        documents: vec![documented("api.md", &"The price is in cents. ".repeat(9_000))],
        ..brief(Topic::SyncProducts, vec![menu()])
    };
    let prompt = assemble(&large, None, BUDGET).unwrap();
    let documents = prompt.parts.iter().find(|part| part.text.starts_with("# Documents")).unwrap();
    assert!(tokens(&documents.text) > 9_000, "{}", tokens(&documents.text));
    assert!(documents.text.contains("characters left out …]"));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,80}",
        ("\\PC{1,9}", 0_usize..3_000).prop_map(|(text, times)| text.repeat(times)),
        ("[🍵👩\u{200d}茶é\u{202e}\"\\\\\n]{1,6}", 0_usize..900)
            .prop_map(|(text, times)| text.repeat(times)),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,200}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..4), 1_usize..9)
                .prop_map(|(items, times)| Value::from(vec![Value::from(items); times])),
            prop::collection::hash_map("\\PC{0,9}", inner, 0..6)
                .prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

fn any_sample() -> impl Strategy<Value = Sample> {
    (any_json(), prop::option::of(any_json()), "\\PC{0,40}", any_text()).prop_map(
        |(payload, expected, key, url)| {
            let mut read = sample(json!({"name": "a", "payload": payload, "expected": expected,
                "connection": {"apiKey": key},
                "http": [{"url": format!("/{url}"), "headers": {"x": url}, "body": payload}]}));
            read.expected = expected;
            read
        },
    )
}

prop_compose! {
    fn any_brief()(
        topic in prop::sample::select(Topic::ALL.to_vec()),
        samples in prop::collection::vec(any_sample(), 0..4),
        texts in prop::collection::vec(any_text(), 9),
        documents in prop::collection::vec(any_text(), 0..5),
        attempts in prop::collection::vec(any_text(), 0..6),
        rounds in prop::collection::vec((any_text(), prop::option::of(any_text())), 0..5),
        passages in any::<bool>(),
    ) -> (Brief, Draft) {
        let [active, other, last, sketch, ..] = texts.as_slice() else { unreachable!() };
        let brief = Brief {
            active_script: Some(active.clone()),
            example: Some(ScriptOfAnother { provider: "b".parse().unwrap(), source: other.clone() }),
            last_draft: Some(last.clone()),
            documents: documents.iter().map(|text| documented("d", text)).collect(),
            passages: documents.iter().filter(|_| passages).map(|text| Passage {
                document: "d".parse().unwrap(), heading: text.clone(), text: text.clone(),
            }).collect(),
            attempts: (1..).zip(&attempts).map(|(n, text)| failed(n, text)).collect(),
            rounds: rounds.iter().map(|(text, answer)| round(text, answer.as_deref())).collect(),
            ..brief(topic, samples)
        };
        let sketch = Draft::Script(DraftScript { source: sketch.clone(), provenance: Vec::new() });
        (brief, sketch)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn no_prompt_takes_more_than_its_budget_and_none_differs_from_the_same_again(
        (brief, sketch) in any_brief(), budget in 0_u32..40_000
    ) {
        let prompts = [
            assemble(&brief, Some(&sketch), TokenBudget(budget)),
            question(&brief, TokenBudget(budget)),
        ];
        prop_assert_eq!(&prompts[0], &assemble(&brief, Some(&sketch), TokenBudget(budget)));
        for prompt in prompts {
            match prompt {
                Ok(prompt) => prop_assert!(total(&prompt) <= budget, "{} of {budget}", total(&prompt)),
                Err(error) => prop_assert!(error.needed > budget),
            }
        }
    }
}
