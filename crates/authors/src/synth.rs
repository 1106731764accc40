//! The embedded synthesizer: from samples and documents to a script, or to a question.
//!
//! It reads what the payloads plainly show (lists, references, units, flags) and what documents
//! state, and matches both to the topic's contract. Where two readings fit equally, or a required
//! field has no source, it asks: a wrong script costs more than a question.

mod answers;
mod assignment;
mod collections;
mod composed;
mod decided;
mod deletion;
mod documents;
mod emit;
mod examples;
mod hours;
mod joins;
mod kind;
mod loops;
mod matching;
mod money;
mod outlets;
mod overlooked;
mod path;
mod payload;
mod products;
mod scope;
mod status;
mod told;
mod vocabulary;
mod width;

use std::sync::LazyLock;

use domain::{Brief, Draft, DraftScript, FieldSource, OpenPoint, Question, Topic};
use regex::Regex;
use serde_json::Value;

use crate::by_example;
use crate::pattern::pattern;

use answers::Answers;
pub(crate) use decided::decided;
use documents::Documents;
use emit::{Habits, Script};
use examples::Examples;
use matching::Decisions;

/// So many lists of a payload are shown where a point has nothing to choose from.
const MAX_LISTS: usize = 6;

/// So many times what documents answer is taken up: one answer may open another point.
const MAX_INFORMED: usize = 3;

/// That a list of one is written as its only record.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:one|single|only one)\b[^.;]{0,40}\b(?:is|as|becomes|gives) an? (?:object|record|element)\b[^.;]{0,60}\b(?:array|list)s?\b",
    )
});

/// That texts have HTML escapes.
static ESCAPED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bhtml[- ]?(?:escaped|encoded)\b|\bescaped (?:as|for|in) html\b|\bhtml entit(?:y|ies)\b",
    )
});

/// Reads the payload by what it shows and by what documents say.
pub(crate) fn draft(brief: &Brief) -> Draft {
    let mut script = Script::default();
    let payloads = match payload::read(brief, &mut script) {
        Ok(payloads) => payloads,
        Err(question) => return Draft::Question(unchanged(brief, question)),
    };
    let values: Vec<&Value> = payloads.iter().map(AsRef::as_ref).collect();
    if let Some((place, count)) = width::too_wide(&values) {
        return Draft::Question(unchanged(
            brief,
            Question::plain(format!(
                "The objects at {place} have {count} different keys, more than can be told apart as \
             fields. Start a new job with a sample in which keys are names of fields, or with fewer \
             records."
            )),
        ));
    }
    let documents = Documents::read(&brief.documents, &brief.rounds);
    let examples = Examples::read(&brief.samples);
    script.has_habits(Habits {
        may_be_alone: documents.say(&ALONE).is_some(),
        are_escaped: documents.say(&ESCAPED).is_some(),
    });
    let mut known = Known { documents, answers: Answers::read(&brief.rounds), examples };
    let first = plan(brief, &values, script.clone(), &known);
    let outcome = match first {
        Err(open) => informed(brief, &values, &script, &mut known, open),
        Ok(draft) => Ok(draft),
    };
    match outcome {
        Ok(draft) => after_failure(brief, draft),
        Err(open) => Draft::Question(unchanged(brief, question(brief, &values, open))),
    }
}

/// What is known besides the payloads.
struct Known {
    documents: Documents,
    answers: Answers,
    examples: Examples,
}

impl Known {
    fn decisions(&self) -> Decisions<'_> {
        Decisions {
            documents: &self.documents,
            answers: &self.answers,
            examples: &self.examples,
            open: Vec::new(),
            provenance: Vec::new(),
        }
    }
}

/// A script, or what is open.
fn plan(
    brief: &Brief,
    values: &[&Value],
    script: Script,
    known: &Known,
) -> Result<DraftScript, Vec<OpenPoint>> {
    let mut decisions = known.decisions();
    match write(brief, values, script, &mut decisions) {
        Some(source) if decisions.open.is_empty() => {
            Ok(DraftScript { source, provenance: decisions.provenance })
        }
        Some(_) | None => Err(decisions.open),
    }
}

fn write(
    brief: &Brief,
    values: &[&Value],
    script: Script,
    decisions: &mut Decisions<'_>,
) -> Option<String> {
    match brief.topic {
        Topic::ListRemoteOutlets | Topic::SyncOutlet => {
            outlets::write(brief, values, script, decisions)
        }
        Topic::OrderStatusUpdate => status::write(brief, values, script, decisions),
        Topic::SyncProducts => products::write(brief, values, script, decisions),
        Topic::TestConnection | Topic::OrderDispatch | Topic::SnoozeItems => None,
    }
}

/// The plan once more with what sentences of the documents answer of the open points; what was open
/// before, where that leads nowhere.
fn informed(
    brief: &Brief,
    values: &[&Value],
    script: &Script,
    known: &mut Known,
    mut open: Vec<OpenPoint>,
) -> Result<DraftScript, Vec<OpenPoint>> {
    for _ in 0..MAX_INFORMED {
        let told = told::answers(&open, &known.documents, &known.answers);
        if told.is_empty() {
            break;
        }
        let fields: Vec<String> = told.iter().map(|(field, ..)| field.clone()).collect();
        for (field, answer, sentence) in told {
            known.answers.tell(field, answer, sentence);
        }
        match plan(brief, values, script.clone(), known) {
            Ok(draft) => return Ok(draft),
            // An answer that could not be followed is no better than none.
            Err(next) if next.iter().any(|point| fields.contains(&point.field)) => break,
            Err(next) => open = next,
        }
    }
    Err(open)
}

/// Where the expected outputs alone leave no doubt that lists and fields stand.
pub(crate) fn settled(brief: &Brief) -> Vec<FieldSource> {
    let Ok(payloads) = payload::read(brief, &mut Script::default()) else { return Vec::new() };
    let values: Vec<&Value> = payloads.iter().map(AsRef::as_ref).collect();
    by_example::vendor::settled(brief, &values)
}

/// The pieces of an address by which documents know a stand-in for a picture that is not there.
pub(crate) fn stand_ins(brief: &Brief) -> Vec<String> {
    products::stand_ins(&Documents::read(&brief.documents, &brief.rounds))
}

/// What the expected outputs alone lead to, whatever the payload's names are.
pub(crate) fn by_values(brief: &Brief) -> Draft {
    let mut script = Script::default();
    let payloads = match payload::read(brief, &mut script) {
        Ok(payloads) => payloads,
        Err(question) => return Draft::Question(question),
    };
    let values: Vec<&Value> = payloads.iter().map(AsRef::as_ref).collect();
    match by_example::vendor::learn(brief, &values) {
        None => Draft::Question(Question::plain("No sample says what is expected.".to_owned())),
        Some(Err(points)) => Draft::Question(question(brief, &values, points)),
        Some(Ok(learnt)) => {
            for line in &learnt.lines {
                script.line_of_others(line);
            }
            let summary = "What the vendor sends as the standard shape, learnt from examples.";
            after_failure(brief, learnt.draft(&script.finish(brief, summary)))
        }
    }
}

/// The open points as a question. Where one has nothing to choose from, the text says what the
/// payload has.
fn question(brief: &Brief, payloads: &[&Value], mut points: Vec<OpenPoint>) -> Question {
    let mut seen = std::collections::BTreeSet::new();
    points.retain(|point| seen.insert(point.field.clone()));
    let mut text = format!(
        "The samples and documents leave open what the {} script needs to know.",
        brief.topic
    );
    if points.iter().all(|point| point.choices.is_empty()) {
        let lists = collections::find(payloads);
        let lists: Vec<_> = lists.iter().take(MAX_LISTS).collect();
        let offers = collections::offers(&lists, payloads);
        let shown: Vec<String> = offers.into_iter().map(|(_, label)| label).collect();
        let fields = collections::overview(payloads);
        text = match shown.as_slice() {
            [] => format!("{text} The payload has {fields}."),
            lists => {
                format!("{text} The payload has {fields}; its lists are {}.", lists.join("; "))
            }
        };
    }
    if points.is_empty() {
        text.push_str(" Add a sample that shows what is missing, or a document that explains it.");
    }
    Question { text, points }
}

/// Says of the last reply why it did not settle what is asked again.
fn unchanged(brief: &Brief, mut asked: Question) -> Question {
    let Some(round) = brief.rounds.last() else { return asked };
    let Some(reply) = round.response.as_deref() else { return asked };
    let reply = domain::bounded(reply, 80);
    if asked.points.is_empty() {
        asked.text = format!(
            "The reply {reply:?} cannot change this: it takes another sample. {}",
            asked.text
        );
    }
    let was_open = |field: &str| round.question.points.iter().any(|point| point.field == field);
    for point in asked.points.iter_mut().filter(|point| was_open(&point.field)) {
        let is_said = ["The answer", "The standard requires"]
            .iter()
            .any(|start| point.prompt.contains(start));
        if !is_said {
            point.prompt = format!(
                "The reply {reply:?} names none of what can be taken here. {}",
                point.prompt
            );
        }
    }
    asked
}

/// The same script that failed before is no answer: then a person is asked about what failed.
fn after_failure(brief: &Brief, draft: DraftScript) -> Draft {
    let failed = brief.attempts.last().filter(|attempt| !attempt.passed);
    let (Some(failed), true) = (failed, brief.last_draft.as_deref() == Some(draft.source.as_str()))
    else {
        return Draft::Script(draft);
    };
    let mut points: Vec<OpenPoint> = Vec::new();
    for known in &draft.provenance {
        let leaf = known.field.rsplit(['.', '[', ']']).next().unwrap_or_default();
        let is_named = !leaf.is_empty() && failed.error.contains(leaf);
        if is_named && points.iter().all(|point| point.field != known.field) {
            let choices = [&known.source, &known.runner_up]
                .into_iter()
                .filter(|place| !place.is_empty())
                .map(|place| domain::Choice { value: place.clone(), label: place.clone() })
                .collect();
            let prompt = format!("It was read from {}. Where does it stand?", known.source);
            points.push(OpenPoint { field: known.field.clone(), prompt, choices });
        }
    }
    let text = format!(
        "The best script that the samples and documents allow failed: {}",
        domain::bounded(&failed.error, 600)
    );
    Draft::Question(Question { text, points })
}
