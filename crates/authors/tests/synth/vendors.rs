//! What becomes of payloads in the shapes of real vendors, read blind: see `tests/vendors`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Brief, Document, Draft, Sample, ScriptInput, Topic};
use sandbox::{InProcessRunner, Limits, RecordedExchanges, ScriptRunner as _};
use serde_json::Value;

use crate::common::draft;

fn json(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn sample(file: &Path) -> Sample {
    let mut sample = json(file);
    sample.as_object_mut().unwrap().insert("name".to_owned(), "sample".into());
    serde_json::from_value(sample).unwrap()
}

/// The same numbers and texts at the same places.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        (one, other) => one == other,
    }
}

async fn verdict_on(source: &str, sample: &Sample, expected: &Value) -> &'static str {
    let mut session = InProcessRunner.open(source, Limits::TEST).await.unwrap();
    let host = RecordedExchanges::new(sample.http.clone(), &sample.connection.base_url);
    let input = ScriptInput::of("corner-till".parse().unwrap(), sample);
    match session.run(&input, Arc::new(host)).await.unwrap().outcome {
        Err(_) => "failed",
        Ok(output) if same(&output, expected) => "exact",
        Ok(_) => "wrong",
    }
}

/// What the script reads from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Payload,
    PayloadAndExpected,
}

fn verdict(case: &Path, topic: Topic, given: Given) -> &'static str {
    let is_shown = given == Given::PayloadAndExpected;
    let expected = is_shown.then(|| json(&case.join("expected.json")));
    let given = Sample { expected, ..sample(&case.join("input.json")) };
    let notes = fs::read_to_string(case.join("notes.md")).unwrap();
    let brief = Brief {
        documents: vec![Document { name: "notes.md".parse().unwrap(), content: notes }],
        ..Brief::of("corner-till".parse().unwrap(), topic, vec![given.clone()])
    };
    let Draft::Script(script) = draft(&brief) else { return "asked" };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for (payload, expected) in
            [("input.json", "expected.json"), ("unseen.json", "unseen.expected.json")]
        {
            let (payload, expected) = (sample(&case.join(payload)), json(&case.join(expected)));
            match verdict_on(&script.source, &payload, &expected).await {
                "exact" => {}
                other => return other,
            }
        }
        "exact"
    })
}

/// A line for each case.
fn verdicts(given: Given) -> String {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendors");
    let mut lines = Vec::new();
    for vendor in folders(&all) {
        for case in folders(&vendor) {
            let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
            let topic = name(&case).parse().unwrap();
            lines.push(format!("{}/{topic}: {}", name(&vendor), verdict(&case, topic, given)));
        }
    }
    lines.join("\n")
}

/// A diff of the snapshot says what a change makes of vendors that it was not made for.
#[test]
fn payloads_of_many_vendors_become_what_they_became_before() {
    insta::assert_snapshot!(verdicts(Given::Payload));
}

#[test]
fn payloads_with_their_outputs_become_what_they_became_before() {
    insta::assert_snapshot!(verdicts(Given::PayloadAndExpected));
}
