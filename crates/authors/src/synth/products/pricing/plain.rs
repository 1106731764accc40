//! The price where documents speak of one field alone: `price` beside a `base_price` of which they say
//! nothing, or a `cost` where nothing is called a price.

use std::sync::LazyLock;

use regex::Regex;

use super::promotion::{self, Amount};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, TermPlace};
use crate::synth::matching::name_score;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Words before `price` in the name of what a price is made of.
const PARTS: [&str; 6] = ["base", "default", "unit", "regular", "normal", "standard"];

/// From here on a name says by itself that a field is the price.
const CLEAR: f64 = 0.6;

/// What is said of money that is asked for.
static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:decimals?|dollars?|euros?|pounds?|cents?|pence|currency|(?:major|minor|smallest) units?|prices?|pays?|charged)\b",
    )
});
/// What is said of money that the shop itself spends.
static SPENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:supplier|purchas|wholesale|buys|bought|margin|profit|ingredient|inventory|accounting|reports?|shop pays|we pay|restaurant pays|merchant pays|venue pays|store pays)",
    )
});

/// The fields without those that only a price is made of, where `price` itself stands beside them and
/// documents speak of that one alone.
pub(super) fn without_parts<'a>(fields: Vec<Field<'a>>, documents: &Documents) -> Vec<Field<'a>> {
    let is_told = |field: &Field<'a>| documents.about(&field.path).next().is_some();
    let told: Vec<Field<'a>> = fields
        .iter()
        .filter(|field| called(field) == ["price"] && field.is_always_there() && is_told(field))
        .cloned()
        .collect();
    let is_part = |field: &Field<'a>| match called(field).as_slice() {
        [part, last] => last == "price" && PARTS.contains(&part.as_str()),
        _ => false,
    };
    fields
        .into_iter()
        .filter(|field| {
            !is_part(field) || is_told(field) || !told.iter().any(|whole| field.is_beside(whole))
        })
        .collect()
}

/// The only `cost` of records without a price, where documents say in which money it is and nothing of
/// what the shop spends.
pub(super) fn told_cost<'a>(fields: &[Field<'a>], documents: &Documents) -> Option<Field<'a>> {
    let mut costs = fields.iter().filter(|field| !field.is_empty() && called(field) == ["cost"]);
    let only = costs.next().filter(|_| costs.next().is_none())?;
    let is_priced = fields.iter().any(|field| name_score(field, "price") > 0.0);
    let mut said: Vec<String> =
        documents.about(&only.path).map(|own| own.said_of(&only.path)).collect();
    // Prices and costs are decimals.
    let in_prose = documents.statements.iter().filter(|own| own.terms.is_empty());
    said.extend(in_prose.filter(|own| own.has_word("cost")).map(|own| own.lower.clone()));
    let is_money = said.iter().any(|text| MONEY.is_match(text))
        && !said.iter().any(|text| SPENT.is_match(text));
    (!is_priced && is_money).then(|| only.clone())
}

/// What says of a field by itself in which money it is: `x` is a decimal.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|are)(?: given| written)? (?:(?:an?|in) )?(?:\w+ )?(?:decimals?|dollars?|euros?|pounds?|cents?|pence|(?:major|minor|smallest) units?)\b",
    )
});

/// That one of several tiers is what guests pay: `x` is retail.
static RETAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|are|=|:)\s*(?:the |our )?(?:retail|selling|sales?|shelf|menu|consumer)(?: (?:price|tier))?\s*(?:$|[,.;(]|and\b)",
    )
});

/// The only amount with a price in its name of which documents say in which money it is, or that it is
/// the one for guests, where no name says more.
pub(super) fn told_money<'a>(fields: &[Field<'a>], documents: &Documents) -> Option<Field<'a>> {
    let there = || fields.iter().filter(|field| !field.is_empty());
    let is_told = |said: &str| WRITTEN.is_match(said) || RETAIL.is_match(said);
    let is_clear = there().any(|field| name_score(field, "price") > CLEAR);
    let mut told = there().filter(|field| {
        let mut said = documents.about(&field.path).map(|own| own.parts_about(&field.path).1);
        called(field).iter().any(|word| word == "price") && said.any(|said| is_told(&said))
    });
    let only = told.next().filter(|_| told.next().is_none() && !is_clear)?;
    Some(only.clone())
}

/// What leads to the price: the shopper is charged `x`.
static PAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:shoppers?|customers?|guests?|buyers?|diners?|consumers?)(?: always)? (?:is charged|are charged|pays?|has to pay|have to pay)(?: the| its)?\s*$",
    )
});

/// The same said after the price: `x` is what is asked now.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?:is|are) )?(?:what|the (?:price|amount)(?: that)?) (?:is (?:asked|charged|paid|due)|(?:an? |the )?(?:shopper|customer|guest|buyer|diner|consumer)s? (?:pays?|is charged|are charged)|(?:the )?(?:shop|store|merchant|seller)s? charges?)\b",
    )
});

/// The only amount of which documents say without a condition that guests pay it.
pub(super) fn told_paid<'a>(amounts: &[Amount<'a>], documents: &Documents) -> Option<Field<'a>> {
    // Where a sentence says what is paid.
    let leads = |statement: &Statement, place: &TermPlace<'_>| {
        let before = statement.lower.get(..place.start).unwrap_or_default();
        let after = statement.lower.get(place.end..).unwrap_or_default();
        (PAID.is_match(before) || ASKED.is_match(after)) && !promotion::is_conditional(statement)
    };
    let terms: Vec<&str> = documents
        .statements
        .iter()
        .flat_map(|own| own.places().into_iter().filter(move |place| leads(own, place)))
        .map(|place| place.term)
        .collect();
    let named: Vec<&Amount<'a>> = amounts
        .iter()
        .filter(|amount| {
            !amount.1.is_empty() && terms.iter().any(|term| promotion::names_amount(term, amount))
        })
        .collect();
    // The record's own goes before its namesake in a part of it.
    let is_own = |amount: &&&Amount<'a>| !amount.1.path.is_in_list();
    let mut paid = named.iter().filter(is_own);
    match (paid.next(), named.as_slice()) {
        (Some((_, own)), _) if paid.next().is_none() => Some(own.clone()),
        (None, [(_, only)]) => Some(only.clone()),
        (Some(_) | None, _) => None,
    }
}

fn called(field: &Field<'_>) -> Vec<String> {
    vocabulary().words(field.path.leaf())
}
