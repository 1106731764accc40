//! What groups and options have besides what is read of them, and what could be a part of the
//! contract: leaving it out without a word would be a guess.

use serde_json::Value;

use super::is_count;
use crate::synth::kind::number;
use crate::synth::matching::{self, Decisions, Wanted, as_shown};
use crate::synth::money;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const NONE: &str = "none of them";

/// Asks where counts with a telling name stay unread.
pub(super) fn ask_count(wanted: &Wanted, fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let could_be = |field: &&Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        let is_barred = ["character", "length", "size", "price", "amount", "age", "weight"]
            .iter()
            .any(|other| words.iter().any(|word| word == other))
            && !words.iter().any(|word| word == "select");
        is_count(field) && !is_barred && words.iter().any(|word| word == wanted.names)
    };
    ask(wanted, fields.iter().filter(could_be), "could say it", decisions);
}

/// Asks where amounts under a name that speaks of a price stay unread.
pub(super) fn ask_price(wanted: &Wanted, fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let is_something = |value: &Value| number(value).is_some_and(|n| n > 0.0);
    let could_be = |field: &&Field<'_>| {
        let keys = field.path.keys();
        let words = keys.iter().flat_map(|key| vocabulary().words(key));
        let speaks = words.into_iter().any(|word| {
            matches!(
                word.as_str(),
                "price"
                    | "surcharge"
                    | "charge"
                    | "delta"
                    | "upcharge"
                    | "cost"
                    | "supplement"
                    | "fee"
            )
        });
        let leaf = vocabulary().words(field.path.leaf());
        let is_other = leaf.last().is_some_and(|word| {
            matches!(
                word.as_str(),
                "id" | "type" | "code" | "level" | "position" | "without" | "vat" | "tax"
            )
        });
        speaks
            && !is_other
            && money::is_amount(field)
            && field.filled().any(is_something)
            && !money::is_no_price(field, decisions.documents)
    };
    let left: Vec<&Field<'_>> = fields.iter().filter(could_be).collect();
    ask(wanted, left.into_iter(), "could be its price", decisions);
}

fn ask<'f, 'a: 'f>(
    wanted: &Wanted,
    left: impl Iterator<Item = &'f Field<'a>>,
    what: &str,
    decisions: &mut Decisions<'_>,
) {
    let left: Vec<Field<'a>> = left.cloned().collect();
    let is_asked = decisions.open.iter().any(|point| point.field.starts_with(wanted.output));
    if left.is_empty()
        || is_asked
        || decisions.answers.of(wanted.output).is_some()
        || decisions.examples.lack(wanted.output)
    {
        return;
    }
    let mut choices = matching::offers(&left);
    choices.push(as_shown(NONE));
    decisions.ask(
        wanted.output,
        &format!("What is unread of it {what}. Which one does?"),
        &choices,
    );
}
