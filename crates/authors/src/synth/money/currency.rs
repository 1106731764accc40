//! The currency of an amount and its decimals.

use std::collections::BTreeSet;

use serde_json::Value;

use super::NumberPlace;
use crate::synth::path::Path;
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The script's name for the payload.
const PAYLOAD: &str = "payload";

fn is_code(value: &Value) -> bool {
    value.as_str().is_some_and(|code| code.len() == 3 && code.chars().all(char::is_alphabetic))
}

/// Whether a field's name is that of a currency: `currency`, or the `code` of one.
fn is_currency(field: &Field<'_>) -> bool {
    let speaks = |key: &str| vocabulary().words(key).iter().any(|word| word == "currency");
    let leaf = field.path.leaf();
    let is_code_of = matches!(vocabulary().words(leaf).join(" ").as_str(), "code" | "iso code");
    (speaks(leaf) || is_code_of && speaks(field.path.parent().leaf()))
        && !field.is_empty()
        && field.all(is_code)
}

/// Whether a field is the number of decimals of a currency: its `exponent`.
fn is_exponent(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    let named = words.strip_prefix(&["currency".to_owned()]);
    let holder = vocabulary().words(field.path.parent().leaf());
    let is_of_currency = named.is_some() || holder.iter().any(|word| word == "currency");
    is_of_currency
        && DECIMALS.contains(&named.unwrap_or(&words).join(" ").as_str())
        && field.is_always_there()
        && field.all(|value| value.as_u64().is_some_and(are_decimals))
}

/// The number of decimals of the payload's one currency, where it says that.
pub(super) fn decimals_of_payload(fields: &[Field<'_>]) -> Option<NumberPlace> {
    let found = fields.iter().find(|own| own.variable == PAYLOAD && is_exponent(own))?;
    Some(NumberPlace::of(found))
}

pub(super) fn has_no_decimals(codes: &[String]) -> bool {
    let odd = vocabulary().odd_currencies();
    !codes.is_empty() && codes.iter().all(|code| odd.contains(&(code.as_str(), 0)))
}

/// Where the amount's currency stands and its values: beside it, else in its record, else in the
/// payload.
pub(super) fn currency(
    field: &Field<'_>,
    fields: &[Field<'_>],
) -> Option<(NumberPlace, Vec<String>)> {
    let holder = field.path.parent();
    let own = |place: &Path| {
        fields.iter().find(|other| {
            other.variable == field.variable && other.path.parent() == *place && is_currency(other)
        })
    };
    let of_payload = || fields.iter().find(|other| other.variable == PAYLOAD && is_currency(other));
    let found = own(&holder).or_else(|| own(&Path::default())).or_else(of_payload)?;
    let values = found.filled().filter_map(Value::as_str).map(str::to_owned).collect();
    Some((NumberPlace::of(found), values))
}

/// Names of the number of decimals.
const DECIMALS: [&str; 7] =
    ["exponent", "precision", "scale", "decimal", "digit", "decimal place", "fraction digit"];
/// Names of what an amount is divided by.
const DIVISORS: [&str; 3] = ["divisor", "divider", "denominator"];

/// Whether a currency may have so many decimals.
const fn are_decimals(digits: u64) -> bool {
    digits <= 4
}

/// The path of the number of decimals that stands beside the amount.
pub(super) fn decimals_beside(field: &Field<'_>, fields: &[Field<'_>]) -> Option<Path> {
    beside(field, fields, &DECIMALS, are_decimals)
}

/// The path of the number by which the amount is divided, which stands beside it.
pub(super) fn divisor_beside(field: &Field<'_>, fields: &[Field<'_>]) -> Option<Path> {
    beside(field, fields, &DIVISORS, |by| [1, 10, 100, 1000, 10_000].contains(&by))
}

fn beside(
    field: &Field<'_>,
    fields: &[Field<'_>],
    names: &[&str],
    fits: impl Fn(u64) -> bool,
) -> Option<Path> {
    let is_it = |other: &&Field<'_>| {
        let words = vocabulary().words(other.path.leaf()).join(" ");
        other.is_beside(field)
            && names.contains(&words.as_str())
            && other.is_always_there()
            && other.all(|value| value.as_u64().is_some_and(&fits))
    };
    let is_apart = !field.path.parent().is_root();
    fields.iter().find(is_it).filter(|_| is_apart).map(|other| other.path.clone())
}

/// The fields of the payload's own objects that name a currency or its decimals, for amounts with none
/// of their own.
/// `origins` are the samples of the rows that the fields shall have.
pub(crate) fn of_payload<'a>(payloads: &[&'a Value], origins: &[usize]) -> Vec<Field<'a>> {
    // Each payload is read once: it is the same in all of its rows, which may be many.
    let samples: Vec<usize> =
        origins.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let variable = scope::Variable {
        name: PAYLOAD.to_owned(),
        entity: Entity::Other,
        place: String::new(),
        rows: samples.iter().map(|sample| payloads.get(*sample).copied()).collect(),
    };
    scope::fields(&[variable])
        .into_iter()
        .filter(|field| {
            field.path.len() <= 3
                && !field.path.is_in_list()
                && (is_currency(field) || is_exponent(field))
        })
        .map(|field| {
            let in_sample = |origin: &usize| {
                samples.binary_search(origin).ok().and_then(|at| field.values.get(at).copied()?)
            };
            let values = origins.iter().map(in_sample).collect();
            Field { values, ..field }
        })
        .collect()
}
