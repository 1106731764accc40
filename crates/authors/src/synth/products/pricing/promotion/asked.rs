//! A second price that is called one of an offer, of which nobody says when it is paid.

use std::sync::LazyLock;

use regex::Regex;

use super::{Amount, Promotion, names_condition};
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::kind::number;
use crate::synth::matching::{Decisions, Wanted, as_shown};
use crate::synth::money::Unless;
use crate::synth::products::availability::is_flag;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

static PAYS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:pays?|paid|is charged|charges|to pay|sells at|is sold at)\b"));

const NEVER: &str = "it is not paid";
const WHERE_SET: &str = "it is paid wherever it is set";

/// What a lower price for a time is called.
const OFFERS: [&str; 9] = [
    "sale",
    "offer",
    "promo",
    "promotion",
    "promotional",
    "discounted",
    "special",
    "campaign",
    "reduced",
];

/// The promotion that a person told of, or a question about one where `price` was taken for the usual
/// price. Says whether it asked.
pub(in crate::synth::products::pricing) fn ask<'a>(
    wanted: &Wanted,
    price: &Field<'a>,
    fields: &[Field<'a>],
    amounts: &[Amount<'a>],
    decisions: &mut Decisions<'_>,
) -> Asked<'a> {
    let usual = amounts.iter().find(|(_, amount)| amount.is_at(price));
    let is_no_matter =
        |(holder, _): &Amount<'_>| is_offer(holder) || is_paid(holder, decisions.documents);
    if decisions.is_given(wanted.output) || usual.is_none_or(is_no_matter) {
        return Asked::No;
    }
    let is_open = |(holder, amount): &&Amount<'a>| {
        amount.variable == price.variable
            && !amount.is_at(price)
            && is_offer(holder)
            && differs(amount, price)
            && !is_settled(holder, decisions.documents)
    };
    let Some((holder, amount)) = amounts.iter().find(is_open) else { return Asked::No };
    let flags: Vec<Field<'a>> = fields
        .iter()
        .filter(|field| field.variable == price.variable && is_offer(field))
        .filter(|field| !field.is_empty() && field.all(is_flag) && !field.is_at(amount))
        .cloned()
        .collect();
    let point = format!("{} (of offers)", wanted.output);
    let while_on = |flag: &Field<'_>| format!("it is paid while {} is set", flag.place());
    if let Some(answer) = decisions.answers.of(&point) {
        let of = |unless| {
            let usual = Some(price.clone());
            Asked::Told(Box::new(Promotion { amount: amount.clone(), unless, usual }))
        };
        if answer.names(NEVER) {
            return Asked::No;
        }
        if answer.names(WHERE_SET) {
            let has_nought = amount.filled().any(|value| number(value) == Some(0.0));
            return of(if has_nought { Unless::Paid } else { Unless::There });
        }
        let named =
            |flag: &&Field<'a>| answer.names(&while_on(flag)) || answer.names(&flag.place());
        if let Some(flag) = flags.iter().find(named) {
            return of(Unless::On(flag.clone()));
        }
    }
    let prompt = format!(
        "{} ({}) is called the price of an offer, and nothing says when it is paid instead of {} ({}).",
        holder.place(),
        amount.examples(),
        price.place(),
        price.examples()
    );
    let ways =
        [NEVER.to_owned(), WHERE_SET.to_owned()].into_iter().chain(flags.iter().map(while_on));
    let choices: Vec<_> = ways.map(|way| as_shown(&way)).collect();
    decisions.ask(&point, &prompt, &choices);
    Asked::Yes
}

/// What became of the question.
pub(in crate::synth::products::pricing) enum Asked<'a> {
    /// There is none, or the answer is that the usual price is paid.
    No,
    Yes,
    Told(Box<Promotion<'a>>),
}

fn is_offer(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    words.iter().any(|word| OFFERS.contains(&word.as_str()))
}

/// Whether some amount is set and another one than the price.
fn differs(amount: &Field<'_>, price: &Field<'_>) -> bool {
    let mut pairs = amount.values.iter().zip(price.values.iter());
    pairs.any(|(own, usual)| {
        let own = own.and_then(number).filter(|own| *own > 0.0);
        own.is_some() && own != usual.and_then(number)
    })
}

/// Whether documents say without a condition that the price is what is paid.
fn is_paid(holder: &Field<'_>, documents: &Documents) -> bool {
    let mut about = documents.about(&holder.path);
    about.any(|own| PAYS.is_match(&own.said_of(&holder.path)) && !names_condition(own))
}

/// Whether documents speak of the field otherwise than by a condition: one that was understood would
/// not have led here.
fn is_settled(holder: &Field<'_>, documents: &Documents) -> bool {
    documents.about(&holder.path).any(|statement| !names_condition(statement))
}
