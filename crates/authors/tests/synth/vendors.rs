//! What becomes of payloads in the shapes of real vendors, read blind: see `tests/vendors`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Brief, Document, Draft, Sample, ScriptInput, Topic};
use regex::Regex;
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

/// The first place where two outputs do not hold the same numbers and texts.
fn difference(is: Option<&Value>, wanted: Option<&Value>, place: &str) -> Option<String> {
    match (is, wanted) {
        (Some(Value::Number(is)), Some(Value::Number(wanted)))
            if is.as_f64() == wanted.as_f64() =>
        {
            None
        }
        (Some(Value::Array(is)), Some(Value::Array(wanted))) => (0..is.len().max(wanted.len()))
            .find_map(|at| difference(is.get(at), wanted.get(at), &format!("{place}[{at}]"))),
        (Some(Value::Object(is)), Some(Value::Object(wanted))) => is
            .keys()
            .chain(wanted.keys())
            .find_map(|key| difference(is.get(key), wanted.get(key), &format!("{place}.{key}"))),
        (is, wanted) if is == wanted => None,
        (is, wanted) => {
            let shown = |value: Option<&Value>| {
                value.map_or_else(|| "nothing".to_owned(), ToString::to_string)
            };
            Some(format!("{place} is {}, not {}", shown(is), shown(wanted)))
        }
    }
}

/// What became of a case.
enum Verdict {
    Exact,
    Asked,
    /// The first place where the output differs from what it should be.
    Wrong(String),
    Failed(String),
}

impl Verdict {
    /// As the snapshots call it.
    fn word(&self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Asked => "asked",
            Self::Wrong(_) => "wrong",
            Self::Failed(_) => "failed",
        }
    }
}

async fn verdict_on(source: &str, sample: &Sample, expected: &Value) -> Verdict {
    let mut session = InProcessRunner.open(source, Limits::TEST).await.unwrap();
    let host = RecordedExchanges::new(sample.http.clone(), &sample.connection.base_url);
    let input = ScriptInput::of("corner-till".parse().unwrap(), sample);
    match session.run(&input, Arc::new(host)).await.unwrap().outcome {
        Err(error) => Verdict::Failed(error.to_string()),
        Ok(output) => difference(Some(&output), Some(expected), "output")
            .map_or(Verdict::Exact, Verdict::Wrong),
    }
}

/// What the script reads from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Payload,
    PayloadAndExpected,
}

fn notes(case: &Path) -> String {
    fs::read_to_string(case.join("notes.md")).unwrap()
}

fn verdict(case: &Path, topic: Topic, given: Given, notes: String) -> Verdict {
    let is_shown = given == Given::PayloadAndExpected;
    let expected = is_shown.then(|| json(&case.join("expected.json")));
    let given = Sample { expected, ..sample(&case.join("input.json")) };
    let brief = Brief {
        documents: vec![Document { name: "notes.md".parse().unwrap(), content: notes }],
        ..Brief::of("corner-till".parse().unwrap(), topic, vec![given.clone()])
    };
    let Draft::Script(script) = draft(&brief) else { return Verdict::Asked };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for (payload, expected) in
            [("input.json", "expected.json"), ("unseen.json", "unseen.expected.json")]
        {
            let (payload, expected) = (sample(&case.join(payload)), json(&case.join(expected)));
            match verdict_on(&script.source, &payload, &expected).await {
                Verdict::Exact => {}
                other => return other,
            }
        }
        Verdict::Exact
    })
}

/// Every case, with its name and topic. `VENDORS` names another folder of cases.
fn cases() -> Vec<(PathBuf, String, Topic)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendors");
    let all = std::env::var_os("VENDORS").map_or(own, PathBuf::from);
    let mut cases = Vec::new();
    for vendor in folders(&all) {
        for case in folders(&vendor) {
            let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
            let Ok(topic) = name(&case).parse() else { continue };
            cases.push((case.clone(), format!("{}/{topic}", name(&vendor)), topic));
        }
    }
    cases
}

/// A line for each case.
fn verdicts(given: Given) -> String {
    let line = |(case, name, topic): (PathBuf, String, Topic)| {
        format!("{name}: {}", verdict(&case, topic, given, notes(&case)).word())
    };
    cases().into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Each sentence of the notes with the notes without it, and last that there are none.
fn with_one_sentence_less(notes: &str) -> Vec<(String, String)> {
    let sentence = Regex::new(r"(?m)^# .*$|[^\n.]+(?:\.\S[^\n.]*)*(?:\.|$)").unwrap();
    let sentences = sentence.find_iter(notes).filter(|found| !found.as_str().starts_with('#'));
    sentences
        .filter(|found| found.as_str().trim().len() > 3)
        .map(|found| (found.as_str().trim().to_owned(), notes.replacen(found.as_str(), "", 1)))
        .chain([("any notes".to_owned(), String::new())])
        .collect()
}

/// What a document does not say may make a question. It makes no other output.
#[test]
#[ignore = "takes minutes: a draft for each sentence of each case"]
fn a_sentence_less_makes_no_wrong_script() {
    let mut wrong = Vec::new();
    for (case, name, topic) in cases() {
        for (sentence, rest) in with_one_sentence_less(&notes(&case)) {
            let verdict = verdict(&case, topic, Given::Payload, rest);
            let why = match verdict {
                Verdict::Exact | Verdict::Asked => continue,
                Verdict::Wrong(why) | Verdict::Failed(why) => why,
            };
            wrong.push(format!("{name} without \"{sentence}\": {why}"));
        }
    }
    insta::assert_snapshot!(wrong.join("\n"));
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
