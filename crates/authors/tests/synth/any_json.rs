//! Whatever a payload, its documents and the answers hold, there is a draft, and a script that leaves
//! passes its own trial.

use std::sync::Arc;

use authors::{ScriptAuthor, Synthesizer, Unwatched};
use domain::{Brief, ClarificationRound, Draft, Question, Timestamp, Topic};
use proptest::prelude::*;
use sandbox::{InProcessRunner, Limits};
use serde_json::Value;
use trials::Trial;

use crate::common::brief;

/// Texts that break out of the place into which a careless author writes them.
const ODD: [&str; 18] = [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "\"",
    "'",
    "`",
    "${alert(1)}",
    "*/ alert(1) /*",
    "</script>",
    "a\nb",
    "a\r\nthrow 1",
    "\u{2028}throw 1",
    "\\",
    "\0",
    "\u{1F600}",
    "a.b[].c",
    "",
];

/// Names that mean something to a reader of payloads.
const TELLING: [&str; 24] = [
    "id",
    "name",
    "price",
    "items",
    "type",
    "modifiers",
    "options",
    "status",
    "category_id",
    "categories",
    "variants",
    "amount",
    "monday",
    "100",
    "deleted_at",
    "image",
    "max",
    "order_id",
    "updated_at",
    "currency",
    "description",
    "products",
    "data",
    "code",
];

fn odd() -> impl Strategy<Value = String> {
    prop::sample::select(ODD.to_vec()).prop_map(str::to_owned)
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(TELLING.to_vec()).prop_map(str::to_owned),
        2 => odd(),
        1 => (prop::sample::select(TELLING.to_vec()), odd()).prop_map(|(word, odd)| word.to_owned() + &odd),
        1 => ".{0,6}",
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_u8..4).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        odd().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        "[a-c]{1}".prop_map(Value::from),
    ]
}

fn json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A list of records alike, which a script can be written for, with odd keys and values among them.
fn menu() -> impl Strategy<Value = Value> {
    let record = (any::<u32>(), odd(), 0_u32..9_000, key(), json(), odd());
    (prop::collection::vec(record, 1..5), key(), odd()).prop_map(|(records, list, group)| {
        let records: Vec<Value> = records
            .into_iter()
            .map(|(id, name, price, key, value, tag)| {
                let mut fields = serde_json::Map::new();
                fields.insert(key, value);
                fields.insert(format!("tag {group}"), tag.clone().into());
                fields.insert("id".to_owned(), id.into());
                fields.insert("name".to_owned(), format!("x{name}").into());
                fields.insert("price".to_owned(), (f64::from(price) / 100.0).into());
                fields.insert("status".to_owned(), tag.into());
                Value::Object(fields)
            })
            .collect();
        Value::Object([(list, Value::from(records))].into_iter().collect())
    })
}

fn notes() -> impl Strategy<Value = String> {
    let statement = (key(), odd(), "[a-z0-9 ,:.|()-]{0,30}");
    let said = statement.prop_map(|(key, odd, words)| format!("`{key}` is {odd} {words}. "));
    prop::collection::vec(said, 0..4).prop_map(|said| said.concat())
}

/// The brief after a person answered its question.
fn answered(brief: &Brief, question: Question, response: String) -> Brief {
    let round = ClarificationRound {
        question,
        asked_at: Timestamp::UNIX_EPOCH,
        response: Some(response),
        answered_at: Some(Timestamp::UNIX_EPOCH),
    };
    Brief { rounds: vec![round], ..brief.clone() }
}

async fn has_a_draft(brief: Brief, response: String) -> Result<(), TestCaseError> {
    let synthesizer = Synthesizer::new(Arc::new(InProcessRunner), Limits::TEST);
    let first = synthesizer.write(&brief, Unwatched::shared()).await.unwrap();
    let (brief, drafts) = match first {
        Draft::Question(ref question) => {
            let next = answered(&brief, question.clone(), response);
            let second = synthesizer.write(&next, Unwatched::shared()).await.unwrap();
            (next, vec![first, second])
        }
        Draft::Script(_) => (brief, vec![first]),
    };
    for draft in drafts {
        match draft {
            // A script that is broken by what was written into it does not leave; that it was broken
            // at all is the fault that is looked for here.
            Draft::Question(question) => {
                let text = question.text;
                let broken = [
                    "syntax error at",
                    "is not defined",
                    "the script threw: 1",
                    "no function transform",
                ];
                prop_assert!(!text.is_empty());
                prop_assert!(!broken.iter().any(|sign| text.contains(sign)), "{}", text);
            }
            Draft::Script(script) => {
                let (limits, topic) = (Limits::TEST, brief.topic);
                let provider = &brief.provider;
                let mut trial =
                    Trial::open(&InProcessRunner, limits, provider, topic, &script.source)
                        .await
                        .unwrap();
                for sample in brief.samples.iter() {
                    let tried = trial.sample(sample).await.unwrap();
                    prop_assert_eq!(tried.failure, None, "{}", script.source);
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_payload_gives_a_script_that_passes_or_a_question(
        payload in prop_oneof![json(), menu()],
        notes in notes(),
        response in prop_oneof![Just("a".to_owned()), odd(), key(), ".{0,20}"],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for topic in Topic::ALL {
            runtime.block_on(has_a_draft(brief(topic, &payload, &notes), response.clone()))?;
        }
    }
}
