//! Whether a product can be ordered now.

mod conditions;
mod defined;
mod either;
mod further;
mod gates;
mod holder;
mod listed;
mod names;
mod ordinals;
mod polarity;
mod sayings;
mod sentence;
mod unsettled;
mod values;
mod words;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::synth::answers::Answer;
use crate::synth::deletion;
use crate::synth::documents::{Documents, term_names};
use crate::synth::matching::{Decisions, NAME_FITS};
use crate::synth::path::Path;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};
use gates::Gate;
pub(crate) use holder::find as of_holder;
pub(crate) use listed::{Listed, declare, find as listed};
use names::{best, by_name, has_namesake};
use polarity::{is_doubtful, polarity};
use sayings::{ABOUT_SALE, ELSEWHERE, MERE_TEXT, NO_FLAG, UNSOLD, WILL_END, speaks_of_sale};
pub(crate) use sentence::marked;
pub(crate) use unsettled::{ask as ask_unsettled, ask_of_parts};
pub(crate) use values::is_flag;
pub(crate) use words::removed;
pub(crate) use writing::write;

pub(super) const OUTPUT: &str = "products[].isAvailable";

/// One sign of availability.
#[derive(Debug, Clone)]
pub(crate) struct Sign<'a> {
    field: Field<'a>,
    reading: Reading,
    /// The flags on which it depends.
    gates: Vec<Gate>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    /// True means that it can be ordered.
    Yes,
    /// True means that it cannot.
    No,
    /// It cannot be ordered while there is a value.
    Unset,
    /// It can be ordered only while there is a value.
    There,
    /// It cannot be ordered until this time, which is in units of so many milliseconds where it is a number.
    Until { milliseconds: u32 },
    /// It can be ordered only with this word.
    Only(String),
    /// A word of the vocabulary says which.
    Word,
    /// A word that documents explain says which.
    Meant(Vec<(String, bool)>),
    /// It can be ordered while this many are left.
    Count {
        /// What documents say of records without a count: that there is no limit.
        uncounted: bool,
    },
}

impl<'a> Sign<'a> {
    fn new(field: &Field<'a>, reading: Reading) -> Self {
        Self { field: field.clone(), reading, gates: Vec::new() }
    }
}

impl Sign<'_> {
    /// The script's variable that it is read from.
    pub(super) fn variable(&self) -> &str {
        &self.field.variable
    }

    /// Whether documents tie it to the sale, and the field says the same as it does in each record:
    /// what one of them says of a record, the other tells as well.
    pub(super) fn is_echoed_by(&self, field: &Field<'_>, documents: &Documents) -> bool {
        // Words count by what they mean; one that says that the record is left out means no sale.
        let said = |value: &Value| match &self.reading {
            Reading::Meant(words) => {
                let is_it = |(word, yes): &(String, bool)| value.as_str() == Some(word) && *yes;
                words.iter().any(is_it).to_string()
            }
            _ => value.to_string(),
        };
        let pairs = || {
            let own = self.field.values.iter().zip(field.values.iter());
            own.filter_map(|(own, other)| Some((said((*own)?), (*other)?.to_string())))
        };
        let told: BTreeMap<String, String> = pairs().map(|(own, other)| (other, own)).collect();
        let sides: BTreeSet<&String> = told.values().collect();
        self.field.variable == field.variable
            && is_said_of_sale(&self.field, documents)
            && sides.len() > 1
            && pairs().all(|(own, other)| told.get(&other) == Some(&own))
    }

    /// Whether it reads that field, one within it or around it, or one that stands beside it in what is
    /// there only while the product cannot be ordered.
    fn covers(&self, field: &Field<'_>) -> bool {
        if self.depends_on(field) {
            return true;
        }
        let is_in = |inner: &Path, outer: &Path| inner.keys().starts_with(&outer.keys());
        let holder = self.field.path.parent();
        let is_while_unsold = matches!(self.reading, Reading::Unset | Reading::Until { .. });
        let is_beside = is_while_unsold && holder.len() > 0 && is_in(&field.path, &holder);
        let (own, other) = (&self.field.path, &field.path);
        self.field.variable == field.variable
            && (is_in(own, other) || is_in(other, own) || is_beside)
    }

    /// Whether that field says whether it counts.
    fn depends_on(&self, field: &Field<'_>) -> bool {
        self.gates.iter().any(|gate| gate.place == field.place())
    }

    /// Whether it is that field.
    pub(super) fn reads(&self, field: &Field<'_>) -> bool {
        self.field.is_at(field)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Listing,
    Stock,
}

/// All signs that count; the product is available when all say so.
pub(crate) fn find<'a>(fields: &[Field<'a>], decisions: &mut Decisions<'_>) -> Vec<Sign<'a>> {
    let mut signs = chosen(fields, decisions);
    for sign in &mut signs {
        sign.gates = gates::of(&sign.field, &sign.reading, fields, decisions.documents);
    }
    either::joined(signs, decisions.documents)
}

fn chosen<'a>(fields: &[Field<'a>], decisions: &mut Decisions<'_>) -> Vec<Sign<'a>> {
    if decisions.documents.say(&NO_FLAG).is_some() || decisions.examples.lack(OUTPUT) {
        return Vec::new();
    }
    let mut documented: Vec<Sign<'a>> = Vec::new();
    let mut named: Vec<(Kind, usize, Sign<'a>)> = Vec::new();
    let mut unread: Vec<&Field<'a>> = Vec::new();
    let gates = gates::places(fields, decisions.documents);
    let may_tell = |field: &&Field<'a>| {
        !gates.contains(&field.place()) && may_tell(field, decisions.documents)
    };
    // What the record itself has goes before its namesake in a part of it.
    let is_own = |f: &&Field<'a>| f.path.len() == 1 || !has_namesake(f, fields);
    let (counted, telling): (Vec<&Field<'a>>, Vec<&Field<'a>>) =
        fields.iter().filter(may_tell).partition(|field| values::is_whether_counted(field));
    let mut doubtful = counted;
    doubtful.retain(|field| is_said_of_sale(field, decisions.documents));
    for field in telling.into_iter().filter(is_own) {
        let is_told = || meant(field, decisions.documents);
        if let Some(reading) = unsettled::answered(field, decisions).or_else(is_told) {
            documented.push(Sign::new(field, reading));
            continue;
        }
        let is_flags = field.all(is_flag);
        let by_name = by_name(field);
        let said = said(field, decisions.documents);
        let by_text = said.as_ref().filter(|_| is_flags).and_then(|text| {
            sentence::reading(field, decisions.documents).or_else(|| polarity(text))
        });
        let is_of_sale = said.as_ref().is_some_and(|text| speaks_of_sale(text));
        if is_of_sale && by_text.as_ref().is_some_and(|reading| is_doubtful(field, reading)) {
            doubtful.push(field);
            continue;
        }
        let by_condition =
            by_text.clone().or_else(|| by_name.clone().map(|(_, _, reading)| reading));
        if sentence::is_condition(field, decisions.documents)
            && let Some(reading) = by_condition
        {
            documented.push(Sign::new(field, reading));
            continue;
        }
        match (&said, by_name, by_text) {
            (Some(text), by_name, by_text) if is_of_sale => {
                let reading =
                    by_text.or_else(|| by_name.map(|(_, _, reading)| reading)).or_else(|| {
                        values::is_only_while_unsold(field, text).then_some(Reading::Unset)
                    });
                match reading {
                    Some(reading) => documented.push(Sign::new(field, reading)),
                    None if !is_list(field)
                        && (UNSOLD.is_match(text)
                            || (is_flags || is_words(field) || words::are_named(field, text))
                                && !ELSEWHERE.is_match(text)) =>
                    {
                        unread.push(field);
                    }
                    None => {}
                }
            }
            (Some(text), _, _) if ELSEWHERE.is_match(text) || WILL_END.is_match(text) => {}
            // What documents say besides does not change what the name says.
            (_, Some((kind, rank, reading)), _) => {
                named.push((kind, rank, Sign::new(field, reading)));
            }
            // Its words are listed, and what is said of their places was not understood.
            (_, None, _) if ordinals::are_told(field, decisions.documents) => unread.push(field),
            (_, None, _) => {}
        }
    }
    if let Some(answer) = decisions.answers.of(OUTPUT) {
        let chosen: Vec<Sign<'a>> = documented
            .iter()
            .chain(named.iter().map(|(_, _, sign)| sign))
            .filter(|sign| answer.names(&sign.field.place()))
            .cloned()
            .collect();
        // A sentence may say how to read a field whose values do not show it.
        let read = || {
            let field = doubtful.iter().chain(&unread).next()?;
            Some(Sign::new(field, polarity(&answer.text().to_lowercase())?))
        };
        let chosen = if chosen.is_empty() {
            read().or_else(|| pointed_out(fields, answer)).into_iter().collect()
        } else {
            chosen
        };
        if !chosen.is_empty() {
            let reason = decisions.answers.reason(OUTPUT);
            record(&chosen, &reason, decisions);
            return chosen;
        }
    }
    // Beside what is understood a count stays open alone: nought of it may be sold out.
    let is_open = |field: &&&Field<'a>| documented.is_empty() || field.all(Value::is_number);
    if let Some(field) = doubtful.first().or_else(|| unread.iter().find(is_open)) {
        ask_how(field, decisions);
    }
    if !documented.is_empty() {
        // What documents tell of besides counts too, where its name says how.
        let is_told = |sign: &Sign<'a>| said(&sign.field, decisions.documents).is_some();
        let more = named.into_iter().map(|(_, _, sign)| sign).filter(is_told);
        documented.extend(more);
        record(&documented, "the documents say that it tells whether it can be sold", decisions);
        return documented;
    }
    best_named(&named, decisions)
}

/// Whether a field may tell of the sale at all.
fn may_tell(field: &Field<'_>, documents: &Documents) -> bool {
    !field.is_empty()
        && !is_left_out(field, documents)
        && !is_of_another(field, documents)
        && !is_mere_text(field, documents)
}

/// How documents say that the words, the presence or the count in a field are read.
fn meant(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    let meant = conditions::only_with(field, documents).map(Reading::Only);
    let meant = meant.or_else(|| words::meant(field, documents).map(Reading::Meant));
    let meant = meant.or_else(|| sentence::needed(field, documents));
    let meant = meant.or_else(|| sentence::forbidden(field, documents));
    let meant = meant.or_else(|| values::filled_while_unsold(field, documents));
    let meant = meant.or_else(|| values::until(field, documents));
    let meant = meant.or_else(|| values::held_while_unsold(field, documents));
    meant.or_else(|| values::count(field, documents))
}

fn best_named<'a>(
    named: &[(Kind, usize, Sign<'a>)],
    decisions: &mut Decisions<'_>,
) -> Vec<Sign<'a>> {
    let chosen: Vec<Sign<'a>> = [Kind::Listing, Kind::Stock]
        .into_iter()
        .filter_map(|kind| best(kind, named, decisions))
        .collect();
    record(&chosen, NAME_FITS, decisions);
    chosen
}

fn ask_how(field: &Field<'_>, decisions: &mut Decisions<'_>) {
    let prompt = format!(
        "The documents say that {} tells whether a product can be sold, and its values ({}) do not show how. Add a sentence such as: `x` true: not for sale.",
        field.place(),
        field.examples()
    );
    decisions.ask(OUTPUT, &prompt, &[]);
}

/// Whether a field only marks what is left out; a status may tell what cannot be sold as well.
fn is_left_out(field: &Field<'_>, documents: &Documents) -> bool {
    words::meant(field, documents).is_none()
        && (deletion::is_documented(field, documents)
            || deletion::is_documented_false(field, documents))
}

fn record(signs: &[Sign<'_>], reason: &str, decisions: &mut Decisions<'_>) {
    if !signs.is_empty() {
        let places: Vec<String> = signs.iter().map(|sign| sign.field.place()).collect();
        decisions.record(OUTPUT, &places.join(" and "), reason, 0.9, "");
    }
}

/// The field that an answer names, read as its name or its words say, else as true for yes.
fn pointed_out<'a>(fields: &[Field<'a>], answer: &Answer) -> Option<Sign<'a>> {
    let field = fields.iter().find(|field| answer.names(&field.place()))?;
    let named = by_name(field).map(|(_, _, reading)| reading);
    let reading = named
        .or_else(|| field.all(is_flag).then_some(Reading::Yes))
        .or_else(|| field.all(is_known_word).then_some(Reading::Word))?;
    Some(Sign::new(field, reading))
}

/// Whether a value is a word of the trade for what can be ordered or cannot.
pub(crate) fn is_known_word(value: &Value) -> bool {
    let v = vocabulary();
    value.as_str().is_some_and(|word| {
        let word = v.words(word).join(" ");
        let mut known = v.available.yes_words.iter().chain(&v.available.no_words);
        known.any(|own| v.words(own).join(" ") == word)
    })
}

/// Whether a field stands in a record of something else, such as a category, and no document names
/// it by its path.
fn is_of_another(field: &Field<'_>, documents: &Documents) -> bool {
    let keys = field.path.keys();
    let holders = keys.split_last().map(|(_, holders)| holders).unwrap_or_default();
    let is_other = holders.iter().any(|key| {
        let words = vocabulary().words(key);
        words.iter().any(|word| matches!(word.as_str(), "related" | "parent"))
            || [Entity::Category, Entity::Group, Entity::Option, Entity::Image]
                .into_iter()
                .any(|entity| vocabulary().names(entity, &words))
    });
    let by_path = || {
        documents.about(&field.path).any(|statement| {
            statement.terms.iter().any(|t| t.contains('.') && term_names(t, &field.path))
        })
    };
    is_other && !by_path()
}

/// Whether a field holds a few different words, as a state does.
pub(super) fn is_words(field: &Field<'_>) -> bool {
    let is_word = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text.len() <= words::MAX_LETTERS && !text.contains([' ', '/', ':', '.'])
        })
    };
    let different: BTreeSet<&str> = field.filled().filter_map(Value::as_str).collect();
    field.all(is_word) && different.len() <= 5 && different.len() * 2 <= field.values.len()
}

fn is_list(field: &Field<'_>) -> bool {
    field.filled().any(Value::is_array)
}

/// Whether documents tie a field to the sale of the record.
pub(super) fn is_said_of_sale(field: &Field<'_>, documents: &Documents) -> bool {
    said(field, documents)
        .is_some_and(|text| ABOUT_SALE.is_match(&text) && !ELSEWHERE.is_match(&text))
}

/// Whether documents say that a field is what is seen, and decides nothing.
fn is_mere_text(field: &Field<'_>, documents: &Documents) -> bool {
    deletion::about(field, documents).any(|own| MERE_TEXT.is_match(&own.parts_about(&field.path).1))
}

/// Whether documents dismiss a field, such as one for the web shop alone.
pub(super) fn is_dismissed(field: &Field<'_>, documents: &Documents) -> bool {
    is_mere_text(field, documents)
        || said(field, documents).is_some_and(|text| ELSEWHERE.is_match(&text))
}

/// What documents say of the field.
fn said(field: &Field<'_>, documents: &Documents) -> Option<String> {
    let all: Vec<String> =
        deletion::about(field, documents).map(|own| own.said_of(&field.path)).collect();
    (!all.is_empty()).then(|| all.join(" "))
}
