//! The history of an order: all the states that it had, of which the latest counts.

use chrono::DateTime;
use serde_json::Value;

use crate::synth::collections;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::{Path, Step};
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The variable of a history's latest entry.
pub(super) const LATEST: &str = "latest";
const POINT: &str = "status (history)";
const FIRST: &str = "the first entry is the latest";
const LAST: &str = "the last entry is the latest";

const STATUS_WORDS: [&str; 2] = ["status", "state"];
const TIME_WORDS: [&str; 4] = ["at", "time", "timestamp", "date"];

/// A list of the states that an order had, of which the latest counts.
pub(super) struct History<'a> {
    pub(super) variable: Variable<'a>,
    /// All entries of the samples.
    entries: Vec<&'a Value>,
    /// The expression of the list.
    list: String,
    take: Take,
}

/// What makes an entry the latest.
enum Take {
    /// Its time, in the field with this key; of equal ones the last, or the first where the list
    /// falls.
    Time { key: String, falls: bool },
    /// Its place, where times cannot be compared.
    First,
    /// As `First`, at the other end.
    Last,
}

impl Take {
    fn of<'a>(&self, list: &'a [Value]) -> Option<&'a Value> {
        let time = |entry: &Value, key: &str| entry.get(key).and_then(instant);
        match self {
            Self::First => list.first(),
            Self::Last => list.last(),
            Self::Time { key, falls } => list.iter().reduce(|best, entry| {
                let (known, own) = (time(best, key), time(entry, key));
                if own > known || (own == known && !falls) { entry } else { best }
            }),
        }
    }

    const fn place(&self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Last => "last",
            Self::Time { .. } => "latest",
        }
    }
}

impl<'a> History<'a> {
    /// The fields that only earlier entries have, and the reason that documents say an entry may have:
    /// the latest may have them in another message.
    pub(super) fn fields_of_others(&self, documents: &Documents) -> Vec<Field<'a>> {
        let known: Vec<&Value> = self.variable.rows.iter().flatten().copied().collect();
        let keys = collections::keys(&self.entries);
        let is_lacking = |key: &String| known.iter().all(|entry| entry.get(key).is_none());
        let told = self.reasons(documents).filter(|key| !keys.contains(key));
        let told: Vec<String> = told.collect();
        let others = keys.into_iter().filter(is_lacking).chain(told);
        others
            .map(|key| Field {
                variable: self.variable.name.clone(),
                entity: self.variable.entity,
                place: self.variable.place.clone(),
                path: Path::default().then(Step::Key(key)),
                values: self.variable.rows.iter().map(|_| None).collect(),
            })
            .collect()
    }

    /// What documents call a reason where they speak of the history.
    fn reasons(&self, documents: &Documents) -> impl Iterator<Item = String> {
        let list = self.variable.place.split('[').next().unwrap_or_default();
        let list =
            list.split('.').fold(Path::default(), |path, key| path.then(Step::Key(key.into())));
        let is_reason = |term: &&String| {
            term.starts_with(|c: char| c.is_ascii_lowercase())
                && term.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && vocabulary().words(term).last().is_some_and(|last| last == "reason")
        };
        let about = documents.statements.iter().filter(move |own| own.names(&list));
        about.flat_map(|own| &own.terms).filter(is_reason).cloned()
    }

    /// Declares the variable of the latest entry.
    pub(super) fn write(&self, script: &mut Script) {
        let (name, list) = (&self.variable.name, &self.list);
        script.comment("The latest entry of the history is the state now.");
        match &self.take {
            Take::Time { key, falls } => {
                script.uses_all(&[Helper::List, Helper::LatestOf]);
                let list = if *falls {
                    format!("list({list}).reverse()")
                } else {
                    format!("list({list})")
                };
                let time = Path::default().then(Step::Key(key.clone())).js("entry");
                script.line(format!("const {name} = latestOf({list}, (entry) => {time});"));
            }
            Take::First => script.line(format!("const {name} = ({list} ?? [])[0];")),
            Take::Last => script.line(format!("const {name} = ({list} ?? []).slice(-1)[0];")),
        }
    }
}

/// A number that orders times; nothing for what a script could not compare.
fn instant(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => {
            let moment = DateTime::parse_from_rfc3339(text).ok()?;
            #[expect(
                clippy::cast_precision_loss,
                reason = "milliseconds of all years that documents speak of are exact"
            )]
            Some(moment.timestamp_millis() as f64)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_newest_first(decisions: &Decisions<'_>) -> bool {
    let cues = [
        "newest first",
        "latest first",
        "newest entry first",
        "most recent first",
        "most recent entry first",
    ];
    decisions.documents.statements.iter().any(|s| cues.iter().any(|cue| s.lower.contains(cue)))
}

fn is_newest_last(decisions: &Decisions<'_>) -> bool {
    let cues = ["oldest first", "newest last", "latest last", "most recent last", "last entry"];
    decisions.documents.statements.iter().any(|s| cues.iter().any(|cue| s.lower.contains(cue)))
}

/// The key of an entry that is called by one of the names.
fn key_of<'e>(entry: &'e Value, names: &[&str]) -> Option<&'e String> {
    entry.as_object()?.keys().find(|key| {
        vocabulary().words(key).last().is_some_and(|last| names.contains(&last.as_str()))
    })
}

/// Finds a history: entries that each have a status and a time. The latest is the one with the
/// latest time, wherever it stands; where times cannot be compared, documents or a person say which
/// end it is.
pub(super) fn find<'a>(
    variables: &[Variable<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<History<'a>> {
    let fields = scope::fields(variables);
    let is_entry = |entry: &Value| {
        key_of(entry, &STATUS_WORDS).is_some() && key_of(entry, &TIME_WORDS).is_some()
    };
    let field = fields.iter().find(|field| {
        !field.is_empty()
            && field.all(|list| {
                list.as_array().is_some_and(|l| !l.is_empty() && l.iter().all(is_entry))
            })
    })?;
    let take = by_time(field, decisions).or_else(|| by_place(decisions))?;
    let latest = |list: &'a Value| take.of(list.as_array()?);
    Some(History {
        variable: Variable {
            name: LATEST.to_owned(),
            entity: Entity::Other,
            place: format!("{}[{}]", field.place(), take.place()),
            rows: field.values.iter().map(|value| value.and_then(latest)).collect(),
        },
        entries: field.values.iter().flatten().filter_map(|v| v.as_array()).flatten().collect(),
        list: field.js(),
        take,
    })
}

/// By the entries' times, where all can be compared.
fn by_time(field: &Field<'_>, decisions: &Decisions<'_>) -> Option<Take> {
    let lists: Vec<&Vec<Value>> = field.filled().filter_map(Value::as_array).collect();
    let key = key_of(lists.first()?.first()?, &TIME_WORDS)?.clone();
    let time = |entry: &Value| entry.get(&key).and_then(instant);
    if !lists.iter().all(|list| list.iter().all(|entry| time(entry).is_some())) {
        return None;
    }
    let ends = |list: &&Vec<Value>| list.first().and_then(time) > list.last().and_then(time);
    let falls = is_newest_first(decisions) || lists.iter().any(ends);
    Some(Take::Time { key, falls })
}

/// By the end of the list that documents or a person call the latest.
fn by_place(decisions: &mut Decisions<'_>) -> Option<Take> {
    match (is_newest_first(decisions), is_newest_last(decisions)) {
        (true, false) => return Some(Take::First),
        (false, true) => return Some(Take::Last),
        (true, true) | (false, false) => {}
    }
    let answer = decisions.answers.of(POINT);
    if answer.is_some_and(|answer| answer.names(FIRST) || answer.text().contains("first")) {
        return Some(Take::First);
    }
    if answer.is_some_and(|answer| answer.names(LAST) || answer.text().contains("last")) {
        return Some(Take::Last);
    }
    let choices = [FIRST, LAST].map(as_shown);
    let prompt =
        "The order has a history of states whose times cannot be compared. Which is the state now?";
    decisions.ask(POINT, prompt, &choices);
    None
}
