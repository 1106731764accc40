//! What becomes of payloads in the shapes of real vendors, read blind: see `tests/vendors`.

use std::collections::BTreeSet;
use std::fmt;
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

fn sample(input: &Value) -> Sample {
    let mut sample = input.clone();
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
    /// What is not right about the script.
    fn fault(self) -> Option<String> {
        match self {
            Self::Exact | Self::Asked => None,
            Self::Wrong(why) | Self::Failed(why) => Some(why),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::Asked => f.write_str("asked"),
            Self::Wrong(why) => write!(f, "wrong: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
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

/// A vendor's payload of a topic, with what its documents say and what should come of it.
struct Case {
    name: String,
    topic: Topic,
    input: Value,
    unseen: Value,
    expected: Value,
    unseen_expected: Value,
    notes: String,
}

impl Case {
    fn read(folder: &Path, name: String, topic: Topic) -> Self {
        let json = |file: &str| json(&folder.join(file));
        Self {
            name,
            topic,
            input: json("input.json"),
            unseen: json("unseen.json"),
            expected: json("expected.json"),
            unseen_expected: json("unseen.expected.json"),
            notes: fs::read_to_string(folder.join("notes.md")).unwrap(),
        }
    }

    /// Every case. `VENDORS` names another folder of them.
    fn all() -> Vec<Self> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendors");
        let all = std::env::var_os("VENDORS").map_or(own, PathBuf::from);
        let mut cases = Vec::new();
        for vendor in folders(&all) {
            for case in folders(&vendor) {
                let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
                let Ok(topic) = name(&case).parse() else { continue };
                cases.push(Self::read(&case, format!("{}/{topic}", name(&vendor)), topic));
            }
        }
        cases
    }

    /// What becomes of it: the script is written from the one payload and must serve the other too.
    fn verdict(&self, given: Given) -> Verdict {
        let expected = (given == Given::PayloadAndExpected).then(|| self.expected.clone());
        let given = Sample { expected, ..sample(&self.input) };
        let document = Document { name: "notes.md".parse().unwrap(), content: self.notes.clone() };
        let brief = Brief {
            documents: vec![document],
            ..Brief::of("corner-till".parse().unwrap(), self.topic, vec![given])
        };
        let Draft::Script(script) = draft(&brief) else { return Verdict::Asked };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let payloads = [(&self.input, &self.expected), (&self.unseen, &self.unseen_expected)];
            for (payload, expected) in payloads {
                match verdict_on(&script.source, &sample(payload), expected).await {
                    Verdict::Exact => {}
                    other => return other,
                }
            }
            Verdict::Exact
        })
    }
}

/// A line for each case.
fn verdicts(given: Given) -> String {
    let line = |case: Case| format!("{}: {}", case.name, case.verdict(given));
    Case::all().into_iter().map(line).collect::<Vec<_>>().join("\n")
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
    for mut case in Case::all() {
        let notes = case.notes.clone();
        let known = case.verdict(Given::Payload).fault();
        for (sentence, rest) in with_one_sentence_less(&notes) {
            case.notes = rest;
            let fault = case.verdict(Given::Payload).fault();
            if let Some(why) = fault.filter(|why| known.as_ref() != Some(why)) {
                wrong.push(format!("{} without \"{sentence}\": {why}", case.name));
            }
        }
    }
    insta::assert_snapshot!(wrong.join("\n"));
}

/// Words that no vocabulary knows, for names of different forms.
const UNKNOWN: &str = "vlorb";

/// The names of fields, keys of maps by id not among them: these hold a digit.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let fields =
                fields.iter().filter(|(name, _)| !name.contains(|c: char| c.is_ascii_digit()));
            for (name, value) in fields {
                found.insert(name.clone());
                names(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, found)),
        _ => {}
    }
}

fn renamed(value: &Value, from: &str) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                let name = if name == from { UNKNOWN } else { name };
                (name.to_owned(), renamed(value, from))
            });
            Value::Object(fields.collect())
        }
        Value::Array(values) => values.iter().map(|value| renamed(value, from)).collect(),
        other => other.clone(),
    }
}

/// What a field is called helps to understand it. One that is called by an unknown word is read as
/// before, asked about or left out: no other field takes its place.
#[test]
#[ignore = "takes minutes: a draft for each field of each case"]
fn a_name_that_nobody_knows_makes_no_other_value() {
    let mut wrong = Vec::new();
    for case in Case::all() {
        let known = case.verdict(Given::Payload).fault();
        let is_new = |why: &String| known.as_ref() != Some(why) && !why.contains(" is nothing, ");
        let mut fields = BTreeSet::new();
        names(&case.input["payload"], &mut fields);
        for field in fields {
            let word = Regex::new(&format!(r"\b{}\b", regex::escape(&field))).unwrap();
            let payload_renamed = |input: &Value| {
                let mut input = input.clone();
                input["payload"] = renamed(&input["payload"], &field);
                input
            };
            let strange = Case {
                name: case.name.clone(),
                topic: case.topic,
                input: payload_renamed(&case.input),
                unseen: payload_renamed(&case.unseen),
                expected: case.expected.clone(),
                unseen_expected: case.unseen_expected.clone(),
                notes: word.replace_all(&case.notes, UNKNOWN).into_owned(),
            };
            let fault = strange.verdict(Given::Payload).fault();
            if let Some(why) = fault.filter(is_new) {
                let name = &case.name;
                wrong.push(format!("{name} where `{field}` is called `{UNKNOWN}`: {why}"));
            }
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
