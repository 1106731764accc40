//! Where a price stands and in which unit.

use serde_json::Value;

use super::tiers;
use crate::synth::matching::{self, Decisions, Wanted, name_score};
use crate::synth::money::{self, Price};
use crate::synth::scope::Field;

/// Finds a price and its unit; `currencies` are those that the payload names at large.
pub(super) fn find_price<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Price<'a>> {
    let fields = tiers::with(fields, decisions.documents);
    let fields = fields.as_slice();
    let amounts = money::amounts(fields);
    let is_at = |field: &Field<'_>, other: &Field<'_>| {
        field.variable == other.variable && field.path == other.path
    };
    let is_holder = |field: &Field<'_>| amounts.iter().any(|(holder, _)| is_at(holder, field));
    let others = fields.iter().filter(|field| !is_holder(field));
    let known: Vec<Field<'a>> =
        amounts.iter().map(|(holder, _)| holder).chain(others).cloned().collect();
    let is_other = |field: &Field<'_>| money::is_no_price(field, decisions.documents);
    let others: Vec<bool> = known.iter().map(is_other).collect();
    let known: Vec<Field<'a>> =
        known.into_iter().zip(others).filter(|(_, other)| !other).map(|(field, _)| field).collect();
    // An amount that is nought everywhere is not in use, where another one is.
    let is_nought = |field: &Field<'_>| {
        let of = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
        let amount = amounts.iter().find(|(holder, _)| is_at(holder, field));
        amount.is_some_and(|(_, amount)| {
            !amount.is_empty() && amount.all(|value| of(value) == Some(0.0))
        })
    };
    let is_used = |field: &&Field<'a>| {
        !field.is_empty()
            && is_holder(field)
            && !is_nought(field)
            && name_score(field, "price") > 0.9
    };
    let has_used = known.iter().any(|field| is_used(&field));
    let known: Vec<Field<'a>> =
        known.into_iter().filter(|field| !has_used || !is_nought(field)).collect();
    let chosen = decisions.find(wanted, &known, |field| !field.is_empty() && is_holder(field))?;
    let amount = amounts
        .iter()
        .find(|(holder, amount)| is_at(holder, &chosen) || is_at(amount, &chosen))
        .filter(|(_, amount)| !amount.is_empty());
    let Some((_, field)) = amount.cloned() else {
        let prompt = format!(
            "{} holds no amounts of money ({}). Which field does?",
            chosen.place(),
            chosen.examples()
        );
        let holders: Vec<Field<'a>> =
            known.into_iter().filter(|field| !field.is_empty() && is_holder(field)).collect();
        decisions.ask(wanted.output, &prompt, &matching::offers(&holders));
        return None;
    };
    let around: Vec<Field<'a>> = fields.iter().chain(currencies).cloned().collect();
    let unit = money::unit(&field, &around, wanted.output, decisions)?;
    Some(Price { field, unit })
}
