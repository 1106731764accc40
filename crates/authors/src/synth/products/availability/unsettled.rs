//! Fields whose name says that they tell of selling, and whose part in the script nothing has settled.
//!
//! A flag that documents explain, or that is the only one with its name, settles how a record is
//! sold. One more such flag of which nobody says anything may hide the record, take it away or mean
//! nothing here: that is for a person to say. What has the same value in every record is no matter.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::is_elsewhere;
use super::{NO_FLAG, OUTPUT, Reading, Sign, is_flag, is_known_word, values};
use crate::synth::deletion::{self, Mark};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

const WHILE_SET: &str = "it can be ordered only while this is set";
const WHILE_UNSET: &str = "it cannot be ordered while this is set";
const LEAVE: &str = "leave it out";

/// The point that is open about a field.
fn point(field: &Field<'_>) -> String {
    let output = match field.entity {
        Entity::Group => "products[].modifierGroups",
        Entity::Option => "products[].modifierGroups[].options",
        _ => OUTPUT,
    };
    format!("{output} ({})", field.place())
}

/// How a person said that the field is read.
pub(super) fn answered(field: &Field<'_>, decisions: &Decisions<'_>) -> Option<Reading> {
    let answer = decisions.answers.of(&point(field))?;
    match answer.text() {
        WHILE_SET if field.all(is_flag) => Some(Reading::Yes),
        WHILE_SET => Some(Reading::Word),
        WHILE_UNSET if field.all(is_flag) => Some(Reading::No),
        WHILE_UNSET => Some(Reading::Unset),
        _ => None,
    }
}

/// Asks about the fields of products that tell of selling and are not read.
pub(crate) fn ask(fields: &[Field<'_>], signs: &[Sign<'_>], decisions: &mut Decisions<'_>) {
    let is_settled = decisions.is_given(OUTPUT)
        || decisions.open.iter().any(|point| point.field == OUTPUT)
        || decisions.documents.say(&NO_FLAG).is_some();
    if is_settled {
        return;
    }
    let left_out = left_out(fields, decisions);
    let documents = decisions.documents;
    let marks = ["item", "variant"].map(|own| deletion::mark(fields, own, documents));
    let is_read = |field: &Field<'_>| {
        signs.iter().any(|sign| sign.covers(field) || sign.is_echoed_by(field, documents))
            || marks.iter().flatten().any(|mark| mark.places.contains(&field.place()))
    };
    // A status whose words documents explain tells all; times of its changes tell no more.
    let has_status = signs.iter().any(|sign| matches!(sign.reading, Reading::Meant(_)));
    let is_told = |field: &Field<'_>| has_status && values::marks_by_time(field);
    // What a sentence about a sign speaks of besides is a part of it: it can be bought (in stock or on
    // order).
    let is_part = |field: &Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        let is_spoken = |sign: &Sign<'_>| {
            deletion::about(&sign.field, documents)
                .any(|own| own.words.windows(words.len()).any(|spoken| spoken == words))
        };
        words.len() > 1 && signs.iter().any(is_spoken)
    };
    let left: Vec<&Field<'_>> = fields
        .iter()
        .filter(|field| field.is_own() && !super::is_of_another(field, documents))
        .filter(|field| !is_read(field) && !is_told(field))
        .filter(|field| !is_discount(field, fields) && !is_part(field))
        .filter(|field| is_unsettled(&field.without(&left_out), decisions))
        .collect();
    for field in left {
        let prompt = format!(
            "The name of {} says that it tells whether a product is sold ({}), and nothing says how it counts. A sentence that names it says more, such as: `x` true: deleted, left out.",
            field.place(),
            field.examples()
        );
        // A time says only whether it is set, and a word has its own meaning.
        let ways: &[&str] = if field.all(is_flag) {
            &[WHILE_SET, WHILE_UNSET, LEAVE]
        } else if field.all(is_known_word) {
            &[WHILE_SET, LEAVE]
        } else {
            &[WHILE_UNSET, LEAVE]
        };
        let choices: Vec<_> = ways.iter().copied().map(as_shown).collect();
        decisions.ask(&point(field), &prompt, &choices);
    }
}

/// Asks about the fields of groups or options: the contract has no flag for these.
pub(crate) fn ask_of_parts(
    fields: &[Field<'_>],
    variable: &str,
    mark: Option<&Mark>,
    decisions: &mut Decisions<'_>,
) {
    if decisions.examples.values("products[].modifierGroups").is_some() {
        return;
    }
    let is_read = |field: &Field<'_>| mark.is_some_and(|mark| mark.places.contains(&field.place()));
    let left: Vec<&Field<'_>> = fields
        .iter()
        .filter(|field| field.variable == variable && !is_read(field))
        .filter(|field| is_unsettled(field, decisions))
        .collect();
    for field in left {
        let prompt = format!(
            "The name of {} says that it tells whether a modifier is sold ({}), and nothing says what becomes of those that are not. To drop them say so, such as: `x` true: must not be offered.",
            field.place(),
            field.examples()
        );
        decisions.ask(&point(field), &prompt, &[as_shown(LEAVE)]);
    }
}

/// The rows of records that a word of theirs leaves out: what differs in them alone is no matter.
fn left_out(fields: &[Field<'_>], decisions: &Decisions<'_>) -> Vec<bool> {
    let words = fields.iter().filter_map(|field| {
        let words = super::removed(field, decisions.documents);
        (!words.is_empty()).then_some((field, words))
    });
    let words: Vec<(&Field<'_>, Vec<String>)> = words.collect();
    let rows = fields.first().map_or(0, |field| field.values.len());
    let is_out = |row: usize| {
        words.iter().any(|(field, words)| {
            let value = field.values.get(row).copied().flatten();
            value.and_then(Value::as_str).is_some_and(|own| words.iter().any(|word| word == own))
        })
    };
    (0..rows).map(is_out).collect()
}

/// Whether the name of a field tells of selling, its values differ, and nobody says what they mean.
fn is_unsettled(field: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    let is_answered = decisions.answers.of(&point(field)).is_some();
    let is_said = || deletion::about(field, decisions.documents).next().is_some();
    !is_answered && tells(field) && differs(field) && !is_said()
}

/// Whether "on sale" means a lower price: the record has a price for the sale too.
fn is_discount(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    let name = |field: &Field<'_>| vocabulary().words(field.path.leaf()).join(" ");
    let is_price = |other: &&Field<'_>| {
        let own = name(other);
        own.contains("sale price") || own == "special price"
    };
    name(field).contains("on sale") && fields.iter().any(|other| is_price(&other))
}

/// Whether a field has more than one value, with that of being unset.
fn differs(field: &Field<'_>) -> bool {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for value in field.values.iter() {
        seen.insert(value.map(ToString::to_string).unwrap_or_default());
    }
    !field.is_empty() && seen.len() > 1
}

/// Whether a field tells of selling by its name, and has values that can tell it.
fn tells(field: &Field<'_>) -> bool {
    let v = vocabulary();
    let leaf = v.words(field.path.leaf());
    let keys = field.path.keys();
    let words = |keys: &[&str]| keys.iter().flat_map(|key| v.words(key)).collect::<Vec<_>>();
    let holders = words(keys.split_last().map(|(_, holders)| holders).unwrap_or_default());
    let is_other = |words: &[String]| {
        // The order of display is none that a guest gives.
        let is_place =
            words.iter().any(|word| word == "order") && !words.iter().any(|word| word == "can");
        is_place
            || words.iter().any(|word| v.available.not_telling.iter().any(|other| other == word))
    };
    if is_other(&leaf) || is_elsewhere(field) || v.names(Entity::Other, &holders) {
        return false;
    }
    let has = |words: &[String]| {
        let name = format!(" {} ", words.join(" "));
        v.available.telling.iter().any(|known| name.contains(&format!(" {known}")))
    };
    let can_tell = field.all(is_flag) || field.all(is_known_word) || values::marks_by_time(field);
    can_tell && has(&words(&keys))
}
