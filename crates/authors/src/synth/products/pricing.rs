//! Where a price stands and in which unit.

mod net;
mod percent;
mod plain;
mod promotion;
mod taxed;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use self::percent::Percent;
use self::promotion::{Asked, Promotion};
use super::tiers;
use crate::pattern::pattern;
use crate::synth::kind::number;
use crate::synth::matching::{Decisions, Wanted, as_shown, name_score, offers};
use crate::synth::money::{self, Otherwise, Price, Unless};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

const OTHERWISE_POINT: &str = "products[].price (of variants without one)";
const OF_PRODUCT: &str = "as much as the product";
/// From here on a name says by itself that a field is the price.
const CLEAR: f64 = 0.5;

/// What documents say of variants without a price: they cost what the product costs.
static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:without|no|null|empty|missing|not set|lacks?|lacking|omitted|absent|blank|unset|has none|have none|does not have|do not have|unless|otherwise)\b.*\b(?:product|item|dish|parent|base)\b|\b(?:product|item|dish|parent|base)\b.*\b(?:without|if (?:it is |the variant is )?(?:null|empty|missing)|null|empty|missing|unless|otherwise)\b|\binherits?\b|\bfalls? back\b|\bdefaults? to\b|\btakes? (?:on )?(?:that of |the price of )?(?:the|its) (?:product|item|dish|parent|base)",
    )
});

/// Finds a price and its unit; `currencies` are those that the payload names at large.
pub(super) fn find_price<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Price<'a>> {
    let amounts = money::amounts(fields);
    // What is always paid takes an offer into account.
    let is_paid = plain::told_paid(&amounts, decisions.documents).is_some();
    let told = || promotion::told(fields, &amounts, decisions.documents).filter(|_| !is_paid);
    let promotion = if decisions.answers.of(wanted.output).is_none() { told() } else { None };
    let price = if let Some(promotion) = promotion {
        promoted(promotion, wanted, fields, currencies, decisions)?
    } else {
        let price = chosen_price(wanted, fields, currencies, decisions)?;
        match promotion::ask(wanted, &price.field, fields, &amounts, decisions) {
            Asked::No => price,
            Asked::Yes => return None,
            Asked::Told(promotion) => promoted(*promotion, wanted, fields, currencies, decisions)?,
        }
    };
    let share = match percent::find(wanted, &price.field, fields, decisions) {
        Percent::None => None,
        Percent::Open => return None,
        Percent::OfProduct(kind) => Some(kind),
    };
    let is_open = net::ask(wanted, &price.field, fields, decisions);
    (!is_open).then_some(Price { share, ..price })
}

/// The price of a promotion with the usual one.
fn promoted<'a>(
    promotion: Promotion<'a>,
    wanted: &Wanted,
    fields: &[Field<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Price<'a>> {
    let usual = if let Some(usual) = &promotion.usual {
        usual.clone()
    } else {
        let others = promotion.without_own(fields);
        chosen_price(wanted, &others, currencies, decisions)?.field
    };
    if decisions.examples.agree(wanted.output, &promotion.paid(&usual)) == Some(false) {
        return chosen_price(wanted, fields, currencies, decisions);
    }
    let around: Vec<Field<'a>> = fields.iter().chain(currencies).cloned().collect();
    let unit = money::unit(&usual, &around, wanted.output, decisions)?;
    let Promotion { amount: field, unless, usual: _ } = promotion;
    if !field.is_empty() && money::unit(&field, &around, wanted.output, decisions)? != unit {
        let prompt = "The documents say that one of these is paid at times, and they are written in different units. Which one is it?";
        decisions.ask(wanted.output, prompt, &offers(&[usual, field]));
        return None;
    }
    let reason = "it is what the documents say is paid";
    let source = format!("{} and {}", field.place(), usual.place());
    decisions.record_instead(wanted.output, &source, reason, 0.9);
    let otherwise = Some(Otherwise { field: usual, unless });
    Some(Price { field, unit, otherwise, by_group: None, share: None })
}

fn chosen_price<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Price<'a>> {
    let fields = tiers::with(fields, decisions.documents);
    let fields = fields.as_slice();
    let amounts = money::amounts(fields);
    let is_holder = |field: &Field<'_>| amounts.iter().any(|(holder, _)| holder.is_at(field));
    let others = fields.iter().filter(|field| !is_holder(field));
    let known: Vec<Field<'a>> =
        amounts.iter().map(|(holder, _)| holder).chain(others).cloned().collect();
    let is_other = |field: &Field<'_>| money::is_no_price(field, decisions.documents);
    let others: Vec<bool> = known.iter().map(is_other).collect();
    let known: Vec<Field<'a>> =
        known.into_iter().zip(others).filter(|(_, other)| !other).map(|(field, _)| field).collect();
    // An amount that is nought everywhere is not in use, where another one is.
    let is_nought = |field: &Field<'_>| {
        let amount = amounts.iter().find(|(holder, _)| holder.is_at(field));
        amount.is_some_and(|(_, amount)| {
            !amount.is_empty() && amount.all(|value| number(value) == Some(0.0))
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
    let known = plain::without_parts(known, decisions.documents);
    let holders: Vec<Field<'a>> = known.iter().filter(|f| is_holder(f)).cloned().collect();
    if let Some(field) = tiers::told_beside(&known, decisions.documents)
        .or_else(|| plain::told_cost(&holders, decisions.documents))
        .or_else(|| plain::told_paid(&amounts, decisions.documents))
        .or_else(|| plain::told_money(&holders, decisions.documents))
        && decisions.answers.of(wanted.output).is_none()
        && decisions.examples.values(wanted.output).is_none()
    {
        let reason = "it is the price that the documents tell to use";
        decisions.record(wanted.output, &field.place(), reason, 0.9, "");
        let around: Vec<Field<'a>> = fields.iter().chain(currencies).cloned().collect();
        let unit = money::unit(&field, &around, wanted.output, decisions)?;
        return Some(Price { field, unit, otherwise: None, by_group: None, share: None });
    }
    let chosen = decisions.find(wanted, &known, |field| !field.is_empty() && is_holder(field))?;
    if taxed::ask(wanted, &chosen, fields, decisions) {
        return None;
    }
    let amount = amounts
        .iter()
        .find(|(holder, amount)| holder.is_at(&chosen) || amount.is_at(&chosen))
        .filter(|(_, amount)| !amount.is_empty());
    let Some((_, field)) = amount.cloned() else {
        let prompt = format!(
            "{} holds no amounts of money ({}). Which field does?",
            chosen.place(),
            chosen.examples()
        );
        let holders: Vec<Field<'a>> =
            known.into_iter().filter(|field| !field.is_empty() && is_holder(field)).collect();
        decisions.ask(wanted.output, &prompt, &offers(&holders));
        return None;
    };
    let around: Vec<Field<'a>> = fields.iter().chain(currencies).cloned().collect();
    let unit = money::unit(&field, &around, wanted.output, decisions)?;
    Some(Price { field, unit, otherwise: None, by_group: None, share: None })
}

/// Finds the price of variants: their own, or that of the product where documents or a person say so.
pub(super) fn find_price_of_variants<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Price<'a>> {
    let is_price = |field: &&Field<'a>| {
        field.variable == "variant"
            && !field.is_empty()
            && money::is_amount(field)
            && !money::is_no_price(field, decisions.documents)
            && name_score(field, "price") > CLEAR
    };
    let own: Vec<&Field<'a>> = fields.iter().filter(is_price).collect();
    let [own] = own.as_slice() else {
        return find_price(wanted, fields, currencies, decisions);
    };
    let is_namesake = |field: &Field<'_>| field.variable == "item" && field.path == own.path;
    let Some(whole) = fields.iter().find(|field| is_namesake(field) && !field.is_empty()) else {
        return find_price(wanted, fields, currencies, decisions);
    };
    // The variant's own price is what it costs; a choice between the two is none.
    let others: Vec<Field<'a>> =
        fields.iter().filter(|field| !is_namesake(field)).cloned().collect();
    let is_there = |value: Option<&Value>| value.is_some_and(|v| v.as_str() != Some(""));
    let lacks = own.values.iter().any(|value| !is_there(*value));
    let fills = own
        .values
        .iter()
        .zip(whole.values.iter())
        .all(|(own, whole)| is_there(*own) || is_there(*whole));
    if !lacks || !fills {
        return find_price(wanted, &others, currencies, decisions);
    }
    let is_told = decisions.documents.statements.iter().any(|statement| {
        let is_about = statement.names(&own.path) || statement.has_word("price");
        let is_of_variant =
            vocabulary().entity_phrases(Entity::Variant).any(|word| statement.has_word(word));
        (is_about || statement.has_word("cost"))
            && is_of_variant
            && OTHERWISE.is_match(&statement.lower)
    });
    let is_answered =
        decisions.answers.of(OTHERWISE_POINT).is_some_and(|answer| answer.names(OF_PRODUCT));
    if !is_told && !is_answered {
        let prompt = format!(
            "{} is empty in some variants, and {} is not. What do those cost?",
            own.place(),
            whole.place()
        );
        let choice = as_shown(OF_PRODUCT);
        decisions.ask(OTHERWISE_POINT, &prompt, &[choice]);
        return None;
    }
    let price = find_price(wanted, &others, currencies, decisions)?;
    if price.field.path != own.path || price.otherwise.is_some() {
        return Some(price);
    }
    decisions.record_besides(wanted.output, &price.field, whole);
    let otherwise = Otherwise { field: (*whole).clone(), unless: Unless::There };
    Some(Price { otherwise: Some(otherwise), ..price })
}
