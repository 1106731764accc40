//! Which field holds the order's id, and which the status.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::meanings::meanings;
use super::words::{usual, word_of};
use super::{ORDER_ID, STATUS, given};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::matching::{Candidate, Decisions, sort};
use crate::synth::path::Path;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// So many words that documents define make a list of statuses.
const LISTED: usize = 4;

/// Candidates for the order's id: the one that documents call yours, else by name.
pub(super) fn rank_orders<'a>(
    fields: &[Field<'a>],
    fits: impl Fn(&Field<'_>) -> bool,
    decisions: &Decisions<'_>,
) -> Vec<Candidate<'a>> {
    let mut ranked = decisions.rank(&ORDER_ID, fields, &fits);
    ranked.retain(|candidate| type_beside(&candidate.field, fields) != Some(false));
    for field in fields.iter().filter(|field| fits(field)) {
        if type_beside(field, fields) == Some(true)
            && !ranked.iter().any(|known| known.field.path == field.path)
        {
            let reason = "the type beside it says that it is the order's".to_owned();
            let candidate = Candidate { field: field.clone(), score: 1.0, reason };
            ranked.push(decisions.by_example(ORDER_ID.output, candidate));
        }
        for statement in decisions.documents.about(&field.path) {
            let said = statement.said_of(&field.path);
            let place = ranked.iter().position(|candidate| candidate.field.path == field.path);
            let bonus = if OURS.is_match(&said) {
                2.0
            } else if let Some(worth) = given::worth(&said, field) {
                worth
            } else if IS_ORDER.is_match(&said) {
                0.5
            } else if is_id_of_order_before(field, statement, decisions.documents)
                || is_id_of_holder(field, statement)
                || GIVEN.is_match(&said)
                || OF_CALLS.is_match(&said)
            {
                0.8
            } else if THEIRS.is_match(&said) {
                -0.5
            } else {
                0.0
            };
            let score =
                place.and_then(|at| ranked.get(at)).map_or(0.0, |candidate| candidate.score);
            let reason = format!("the documents say: {}", statement.text);
            let candidate = Candidate { field: field.clone(), score: score + bonus, reason };
            let candidate = decisions.by_example(ORDER_ID.output, candidate);
            match place.and_then(|at| ranked.get_mut(at)) {
                Some(known) if bonus.abs() > 0.0 => *known = candidate,
                None if bonus > 0.0 => ranked.push(candidate),
                Some(_) | None => {}
            }
        }
    }
    drop_parts(&mut ranked, decisions.documents);
    sort(&mut ranked);
    ranked
}

/// What an order has besides: what these hold is theirs.
const PARTS: [&str; 14] = [
    "payment",
    "refund",
    "fulfillment",
    "transaction",
    "shipment",
    "shipping",
    "courier",
    "driver",
    "rider",
    "customer",
    "buyer",
    "seller",
    "item",
    "address",
];

/// Drops what stands in a part of the order, such as its payment, unless documents name it there or
/// nothing else is left.
fn drop_parts(ranked: &mut Vec<Candidate<'_>>, documents: &Documents) {
    let is_of_part = |field: &Field<'_>| {
        let keys = field.path.keys();
        let holders = keys.split_last().map(|(_, holders)| holders).unwrap_or_default();
        let mut words = holders.iter().flat_map(|key| vocabulary().words(key));
        // The bare id in a status is the status's own.
        let holder = holders.last().map(|key| vocabulary().words(key)).unwrap_or_default();
        let is_of_status = vocabulary().words(field.path.leaf()) == ["id"]
            && holder.last().is_some_and(|word| matches!(word.as_str(), "status" | "state"));
        is_of_status || words.any(|word| PARTS.contains(&word.as_str()))
    };
    let by_path = |field: &Field<'_>| {
        documents.about(&field.path).any(|own| own.terms.iter().any(|term| term.contains('.')))
    };
    if ranked.iter().any(|own| !is_of_part(&own.field)) {
        ranked.retain(|own| !is_of_part(&own.field) || by_path(&own.field));
    }
}

/// Whether the type that stands beside an id says that it is an order's: `entity_type` beside
/// `entity_id`. Nothing where there is no such type; `order_type` says what kind of order it is.
fn type_beside(field: &Field<'_>, fields: &[Field<'_>]) -> Option<bool> {
    let v = vocabulary();
    let words = v.words(field.path.leaf());
    let own = words.strip_suffix(&["id".to_owned()])?;
    if own.last().is_none_or(|last| last == "order") {
        return None;
    }
    let is_type = |other: &&Field<'_>| {
        let words = v.words(other.path.leaf());
        let kind = words.split_last().filter(|(last, _)| matches!(last.as_str(), "type" | "kind"));
        other.is_beside(field)
            && kind.is_some_and(|(_, holder)| holder == own)
            && !other.is_empty()
            && other.all(Value::is_string)
    };
    let kind = fields.iter().find(is_type)?;
    let is_order = |value: &Value| {
        value.as_str().is_some_and(|word| v.words(word).last().is_some_and(|last| last == "order"))
    };
    Some(kind.all(is_order))
}

/// Whether it is called the id of what the sentence before says holds the order: `body` is the
/// whole order; `key` is its id.
fn is_id_of_order_before(field: &Field<'_>, statement: &Statement, documents: &Documents) -> bool {
    let before = documents.in_a_row().find(|(_, next)| std::ptr::eq(*next, statement));
    !field.path.is_in_list()
        && ITS_ID.is_match(&statement.said_of(&field.path))
        && before.is_some_and(|(before, _)| {
            HOLDS_ORDER.is_match(&before.prose())
                && before.terms.len() == 1
                && before.terms.iter().any(|term| term_names(term, &field.path.parent()))
        })
}

/// Whether the sentence calls what holds it the order and it its id: `body` is the order: `key` is
/// its id.
fn is_id_of_holder(field: &Field<'_>, statement: &Statement) -> bool {
    let holder = field.path.parent();
    let places = statement.places();
    let named = |path: &Path| places.iter().find(|place| term_names(place.term, path));
    let Some((first, own)) = named(&holder).zip(named(&field.path)) else { return false };
    let between = statement.lower.get(first.end..own.start).unwrap_or_default();
    let after = statement.lower.get(own.end..).unwrap_or_default();
    IS_THE_ORDER.is_match(between) && ITS_ID.is_match(after) && !field.path.is_in_list()
}

static IS_THE_ORDER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:is|holds|has) the (?:whole |full )?order\s*[:,(]\s*$"));
/// The id that the place that sells gave.
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*is the (?:id|number|reference) (?:that |which )?(?:the |a )?(?:merchant|store|restaurant|shop|seller|venue|caller) (?:gave|sent|set|chose|assigned)\b",
    )
});
/// What others name the order by: `what every call about an order takes`.
static OF_CALLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:calls?|requests?|endpoints?) (?:about|for|on|to) (?:an? |the )?orders?\b|\bpartners? (?:keep|store|use|know|save)s?\b",
    )
});
/// What the vendor keeps to itself.
static THEIRS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:platform|vendor|marketplace)(?:['’]s)? own\b|\bown systems?\b|\binternal\b")
});
static OURS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\byou\b|\byour(?:s)?\b|the id that you|channel.*gave"));
/// What is said of the status before the change.
static WAS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"came from|\bwhat (?:it|(?:the|its) \w+) was\b"));
static ITS_ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*is its (?:own )?id\b"));
static HOLDS_ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:in _ is|_ (?:is|holds|has)) the (?:whole |full )?order(?: itself| in full| as it (?:is|stands)(?: now)?)?$",
    )
});
static IS_ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"is the order(?:[^\w'’]|$)|is the order'?s? id|the id of the order|identifies the order|order's id",
    )
});

/// Candidates for the status, best first.
pub(super) fn rank_statuses<'a>(
    fields: &[Field<'a>],
    fits: impl Fn(&Field<'_>) -> bool,
    decisions: &Decisions<'_>,
) -> Vec<Candidate<'a>> {
    let was = |field: &Field<'_>| {
        has_newer(field, fields)
            || decisions
                .documents
                .about(&field.path)
                .any(|statement| WAS.is_match(&statement.said_of(&field.path)))
    };
    let mut by_name = decisions.rank(&STATUS, fields, &fits);
    by_name.retain(|candidate| !was(&candidate.field));
    let is_ranked = |field: &Field<'_>| by_name.iter().any(|known| known.field.path == field.path);
    let unnamed =
        fields.iter().filter(|field| fits(field) && !is_ranked(field)).filter_map(|field| {
            if let Some(candidate) = named_by_holder(field).filter(|_| !was(field)) {
                return Some(candidate);
            }
            // Whatever it is called: documents that name it say what its words mean.
            let statement = decisions.documents.about(&field.path).next()?;
            let reason = format!("the documents define its words: {}", statement.text);
            let candidate = Candidate { field: field.clone(), score: 0.5, reason };
            let table = meanings(field, decisions.documents);
            // Of a list of several words that lacks the samples' own, that word is asked about.
            // A number is a status where it stands in one: `status.code`.
            let is_defined = field.all(|value| table.contains_key(&word_of(value)))
                || (table.len() >= LISTED && (!field.all(Value::is_number) || is_in_status(field)));
            (is_defined && !was(field)).then_some(candidate)
        });
    let unnamed: Vec<Candidate<'a>> = unnamed.collect();
    let mut ranked: Vec<Candidate<'a>> = by_name
        .iter()
        .cloned()
        .chain(unnamed)
        .map(|candidate| {
            let table = meanings(&candidate.field, decisions.documents);
            let known = candidate
                .field
                .all(|value| table.contains_key(&word_of(value)) || usual(value).is_some());
            let bonus = if known { 0.3 } else { -0.3 };
            let is_newer = if has_older(&candidate.field, fields) { 0.6 } else { 0.0 };
            // A status of the whole that documents do not define is rarely the one that changed.
            let documented = if table.is_empty() { 0.0 } else { 0.3 };
            let score = candidate.score + bonus + is_newer + documented;
            Candidate { score, ..candidate }
        })
        .collect();
    // Of a word and its short form either does: the long one says what it is.
    for candidate in &mut ranked {
        if is_long_form(&candidate.field, decisions.documents) {
            candidate.score += 0.3;
        }
    }
    // What documents name and explain goes before the status of a part that they do not name.
    let documents = decisions.documents;
    let is_named = |own: &Candidate<'a>| documents.about(&own.field.path).next().is_some();
    let is_told = |own: &Candidate<'a>| !meanings(&own.field, documents).is_empty();
    if ranked.iter().any(|own| is_named(own) && is_told(own)) {
        drop_parts(&mut ranked, documents);
        ranked.retain(|own| is_named(own) || !is_of_delivery(&own.field));
    }
    sort(&mut ranked);
    ranked
}

/// What stands between a short form and the long one.
static SHORT_FOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*is (?:(?:only|just) )?(?:the )?(?:short(?: form)?|an abbreviation|abbreviated|short hand) (?:for|of|from) (?:the )?$",
    )
});

/// Whether documents call another field the short form of this one.
fn is_long_form(field: &Field<'_>, documents: &Documents) -> bool {
    documents.about(&field.path).any(|statement| {
        let places = statement.places();
        places.iter().zip(places.iter().skip(1)).any(|(short, long)| {
            let between = statement.lower.get(short.end..long.start).unwrap_or_default();
            term_names(long.term, &field.path) && SHORT_FOR.is_match(between)
        })
    })
}

/// Whether a status is that of what a delivery does: `order.delivery.status`.
fn is_of_delivery(field: &Field<'_>) -> bool {
    vocabulary().words(field.path.parent().leaf()).iter().any(|word| word == "delivery")
}

/// Whether the field stands in an object that is called a status.
fn is_in_status(field: &Field<'_>) -> bool {
    let holder = vocabulary().words(field.path.parent().leaf());
    holder.last().is_some_and(|word| matches!(word.as_str(), "status" | "state"))
}

/// The name of a status that is an object, where the trade knows its words: `status.name`.
fn named_by_holder<'a>(field: &Field<'a>) -> Option<Candidate<'a>> {
    const NAMES: [&str; 6] = ["name", "value", "code", "key", "text", "label"];
    let leaf = vocabulary().words(field.path.leaf()).join(" ");
    let is_known = || !field.is_empty() && field.all(|value| usual(value).is_some());
    (is_in_status(field) && NAMES.contains(&leaf.as_str()) && is_known()).then(|| Candidate {
        field: field.clone(),
        score: 0.5,
        reason: "it is the word of the status".to_owned(),
    })
}

const NEWER: [&str; 4] = ["new", "current", "to", "after"];
const OLDER: [&str; 5] = ["old", "previous", "prior", "from", "before"];

/// Whether the field is called new and stands beside one that is called old.
fn has_older(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    is_one_of_two(field, &NEWER, &OLDER, fields)
}

/// Whether the field is called old and stands beside one that is called new.
fn has_newer(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    is_one_of_two(field, &OLDER, &NEWER, fields)
}

fn is_one_of_two(field: &Field<'_>, own: &[&str], its: &[&str], fields: &[Field<'_>]) -> bool {
    let v = vocabulary();
    let words = |field: &Field<'_>| {
        field.path.keys().iter().flat_map(|key| v.words(key)).collect::<Vec<_>>()
    };
    let has =
        |words: &[String], names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    has(&words(field), own)
        && fields.iter().any(|other| {
            other.path.leaf() != ""
                && other.path.len() == field.path.len()
                && has(&words(other), its)
        })
}
