//! What leaves the synthesizer, and what does not.

use domain::{ClarificationRound, FieldSource, Timestamp, Topic};
use sandbox::InProcessRunner;
use serde_json::json;

use super::*;
use crate::Unwatched;

fn brief() -> Brief {
    let payload = json!({"items": [
        {"id": 4001, "name": "Tea", "cost": 4.5}, {"id": 4002, "name": "Cola", "cost": 3},
    ]});
    Brief::of(
        "corner-till".parse().unwrap(),
        Topic::SyncProducts,
        vec![serde_json::from_value(json!({"name": "menu", "payload": payload})).unwrap()],
    )
}

fn script(price: &str) -> Draft {
    let known = |field: &str, place: &str| FieldSource {
        field: format!("products[].{field}"),
        source: format!("items[].{place}"),
        reason: String::new(),
        confidence: 0.9,
        runner_up: String::new(),
    };
    Draft::Script(DraftScript {
        source: format!(
            "function transform(input, context) {{ return {{ products: input.payload.items.map(
               (item) => ({{ itemCode: String(item.id), name: item.name, price: {price} }})) }}; }}"
        ),
        provenance: vec![known("itemCode", "id"), known("name", "name"), known("price", "cost")],
    })
}

fn right(_: &Brief) -> Draft {
    script("item.cost")
}

/// Has the sample's prices written into it.
fn listed(_: &Brief) -> Draft {
    script("({ 4001: 4.5, 4002: 3 })[item.id] ?? 0")
}

fn asking(_: &Brief) -> Draft {
    Draft::Question(Question::plain("which one?"))
}

fn synthesizer() -> Synthesizer {
    Synthesizer::new(Arc::new(InProcessRunner), Limits::TEST)
}

async fn best(brief: Brief, readings: &'static [Reading]) -> Draft {
    synthesizer().best(Arc::new(brief), readings).await.unwrap()
}

#[tokio::test]
async fn a_script_that_lists_the_sample_s_values_does_not_leave() {
    let Draft::Question(question) = best(brief(), &[listed]).await else { panic!("it left") };
    let point = question.points.first().unwrap();
    assert_eq!(point.field, "products[].price");
    assert_eq!(point.choices.first().unwrap().value, "items[].cost");
    assert!(question.text.contains("products[0].price is 4.5 as before"), "{}", question.text);
}

#[tokio::test]
async fn the_next_reading_is_tried_when_one_breaks_a_promise_or_asks() {
    assert_eq!(best(brief(), &[listed, right]).await, right(&brief()));
    assert_eq!(best(brief(), &[asking, right]).await, right(&brief()));
    assert_eq!(best(brief(), &[asking, listed]).await, asking(&brief()));
}

#[tokio::test]
async fn what_a_person_answered_is_not_asked_again() {
    let Draft::Question(question) = best(brief(), &[listed]).await else { panic!("it left") };
    let answered = ClarificationRound {
        question,
        asked_at: Timestamp::UNIX_EPOCH,
        response: Some("a".to_owned()),
        answered_at: Some(Timestamp::UNIX_EPOCH),
    };
    let brief = Brief { rounds: vec![answered], ..brief() };
    assert_eq!(best(brief.clone(), &[listed]).await, listed(&brief));
}

#[tokio::test]
async fn a_draft_that_takes_too_long_is_a_question() {
    let impatient = synthesizer().with_deadline(Duration::ZERO);
    let Draft::Question(question) = impatient.write(&brief(), Unwatched::shared()).await.unwrap()
    else {
        panic!("it was written in no time");
    };
    assert!(question.text.contains("smaller samples"), "{}", question.text);
}

#[tokio::test]
async fn a_sandbox_that_does_not_work_is_no_fault_of_the_script() {
    struct Broken;
    #[async_trait]
    impl ScriptRunner for Broken {
        async fn open(
            &self,
            _: &str,
            _: Limits,
        ) -> Result<Box<dyn sandbox::ScriptSession>, sandbox::SandboxError> {
            Err(sandbox::SandboxError::Spawn(std::io::Error::other("no memory")))
        }
    }
    let synthesizer = Synthesizer::new(Arc::new(Broken), Limits::TEST);
    let error = synthesizer.best(Arc::new(brief()), &[right]).await.unwrap_err();
    assert!(matches!(error, AuthorError::Unavailable(_)), "{error}");
}

#[test]
fn its_name_is_synth() {
    assert_eq!(synthesizer().name().as_str(), "synth");
}
