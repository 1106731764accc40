//! One picture at several addresses, each of another size.

use serde_json::Value;

use super::{IMAGE, is_address};
use crate::synth::matching::{Decisions, offers};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Words for the picture as it was given.
const WHOLE: [&str; 7] = ["full", "fullsize", "original", "orig", "source", "master", "raw"];
/// Words for one that is large, or neither large nor small.
const SCALED: [&str; 8] = ["large", "big", "xl", "xlarge", "huge", "medium", "regular", "standard"];
/// Words for one that is only a hint of it.
const SMALL: [&str; 10] = [
    "small",
    "thumb",
    "thumbnail",
    "tiny",
    "mini",
    "icon",
    "preview",
    "low",
    "square",
    "placeholder",
];

/// Whether an address is that of a picture beside it once more: without encryption, or in a record of
/// small ones.
pub(super) fn is_copy(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    if field.is_empty() || !field.all(is_address) {
        return false;
    }
    let encrypted =
        |value: &Value| Some(format!("https://{}", value.as_str()?.strip_prefix("http://")?));
    let is_same = |other: &Field<'_>| {
        let mut pairs = other.values.iter().zip(field.values.iter());
        pairs.all(|(other, own)| match own {
            None => other.is_none(),
            Some(own) => {
                encrypted(own).is_some_and(|own| other.and_then(Value::as_str) == Some(&own))
            }
        })
    };
    let keys = field.path.keys();
    let holders = keys.split_last().map(|(_, holders)| holders).unwrap_or_default();
    let small = holders
        .iter()
        .position(|key| vocabulary().words(key).iter().any(|word| SMALL.contains(&word.as_str())));
    let holder = small.filter(|at| *at > 0).map(|at| {
        let mut holder = field.path.parent();
        while holder.keys().len() > at {
            holder = holder.parent();
        }
        holder
    });
    let is_around = |other: &Field<'_>| {
        holder
            .as_ref()
            .is_some_and(|holder| other.path.parent() == *holder && other.all(is_address))
    };
    fields
        .iter()
        .filter(|other| other.variable == field.variable && !other.is_empty())
        .any(|other| is_around(other) || other.is_beside(field) && is_same(other))
}

/// The address of the picture as it was given, where those beside the chosen one are the same picture
/// scaled; of several that are scaled documents or a person say which. Nothing where that is open.
pub(super) fn whole<'a>(
    chosen: Field<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    let documents = decisions.documents;
    let is_told =
        decisions.is_given(IMAGE.output) || documents.about(&chosen.path).next().is_some();
    if is_told || !is_sized(&chosen, &[&WHOLE, &SCALED, &SMALL]) {
        return Some(chosen);
    }
    let is_beside =
        |field: &&Field<'a>| field.is_beside(&chosen) && !field.is_empty() && field.all(is_address);
    let beside: Vec<Field<'a>> = fields.iter().filter(is_beside).cloned().collect();
    let of = |words: &[&str]| -> Vec<Field<'a>> {
        // `large_thumb` is a small one.
        let is_small = |field: &Field<'_>| words != SMALL && is_sized(field, &[&SMALL]);
        let sized = beside.iter().filter(|field| is_sized(field, &[words]) && !is_small(field));
        sized.cloned().collect()
    };
    let by_size = [WHOLE.as_slice(), &SCALED, &SMALL].map(of);
    let several = by_size.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    match several.as_slice() {
        [only] => {
            let reason = "the others are the same picture in smaller sizes";
            decisions.record_instead(IMAGE.output, &only.place(), reason, 0.8);
            Some(only.clone())
        }
        [] => Some(chosen),
        [..] => {
            let prompt = "The picture has several addresses. Which one is it?";
            decisions.ask(IMAGE.output, prompt, &offers(&several));
            None
        }
    }
}

/// Whether a field's name has one of the words.
fn is_sized(field: &Field<'_>, sizes: &[&[&str]]) -> bool {
    let words = vocabulary().words(field.path.leaf());
    words.iter().any(|word| sizes.iter().any(|own| own.contains(&word.as_str())))
}
