//! Whatever a payload and its documents hold, there is a draft.

use crate::common::brief;
use authors::{ScriptAuthor, Synthesizer};
use domain::{Draft, Topic};
use proptest::prelude::*;
use serde_json::Value;

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("id"),
        Just("name"),
        Just("price"),
        Just("items"),
        Just("type"),
        Just("modifiers"),
        Just("options"),
        Just("status"),
        Just("category_id"),
        Just("categories"),
        Just("variants"),
        Just("amount"),
        Just("monday"),
        Just("100"),
        Just("__proto__"),
        Just("deleted_at"),
        Just("image"),
        Just("max")
    ]
    .prop_map(str::to_owned)
    .boxed()
    .prop_union(".{0,6}".boxed())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_u8..4).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        "[a-c]{1}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn every_payload_gives_a_script_or_a_question(payload in json(), notes in "(`[a-z_.]{0,9}` ?[a-z0-9 ,:.|()\n-]{0,40}){0,4}") {
        for topic in Topic::ALL {
            let draft = Synthesizer::new().draft(&brief(topic, &payload, &notes));
            match draft {
                Draft::Script(script) => prop_assert!(script.source.contains("function transform(input, context)")),
                Draft::Question(question) => prop_assert!(!question.text.is_empty()),
            }
        }
    }
}

#[test]
fn its_name_is_synth() {
    assert_eq!(Synthesizer::new().name().as_str(), "synth");
}
