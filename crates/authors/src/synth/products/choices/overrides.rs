//! Prices of options that a group or a product overrides.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::matching::{Decisions, Wanted, as_shown, name_score};
use crate::synth::money::{self, Otherwise, Price, Unless};
use crate::synth::products::find_price;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const OWN: &str = "what the option itself costs";
const FREE: &str = "nothing";
/// From here on a name says by itself that a field is the price.
const CLEAR: f64 = 0.3;

/// What documents say of a price that comes before the option's own.
static OVERRIDES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"overrid|replaces?\b|instead of|\bwins?\b|takes? precedence|(?:where|if|when) (?:it is |it's |one is )?(?:set|given|there|present|not null|filled)",
    )
});

/// The price of options: that on the way to them where it is set, or else their own. Where nothing says
/// what options without the first cost, the point stays open.
pub(super) fn find<'a>(
    wanted: &Wanted,
    fields: &[Field<'a>],
    currencies: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Price<'a>> {
    let of = |variable: &str| only_price(fields, variable, decisions);
    let (Some(link), Some(own)) = (of("link"), of("option")) else {
        return find_price(wanted, fields, currencies, decisions);
    };
    if link.is_always_there() {
        return find_price(wanted, fields, currencies, decisions);
    }
    let documents = decisions.documents;
    let is_called =
        vocabulary().words(link.path.leaf()).iter().any(|word| word.starts_with("overrid"));
    let is_told = is_called
        || documents.about(&link.path).any(|s| OVERRIDES.is_match(&s.said_of(&link.path)));
    let point = format!("{} (of options without one)", wanted.output);
    let answer = decisions.answers.of(&point);
    if is_told || answer.is_some_and(|answer| answer.names(OWN)) {
        let is_link = |field: &Field<'_>| field.variable == "link" && field.path == link.path;
        let others: Vec<Field<'a>> = fields.iter().filter(|f| !is_link(f)).cloned().collect();
        let price = find_price(wanted, &others, currencies, decisions)?;
        decisions.record_besides(wanted.output, &link, &own);
        let otherwise = Some(Otherwise { field: own, unless: Unless::There });
        return Some(Price { field: link, otherwise, ..price });
    }
    if answer.is_some() {
        return find_price(wanted, fields, currencies, decisions);
    }
    let prompt = format!(
        "{} has prices and {} too, the first not for all. What does an option cost without it?",
        link.place(),
        own.place()
    );
    decisions.ask(&point, &prompt, &[OWN, FREE].map(as_shown));
    None
}

/// The only price of the variable.
fn only_price<'a>(
    fields: &[Field<'a>],
    variable: &str,
    decisions: &Decisions<'_>,
) -> Option<Field<'a>> {
    let mut all = fields.iter().filter(|field| {
        field.variable == variable
            && !field.is_empty()
            && !field.path.is_in_list()
            && money::is_amount(field)
            && name_score(field, "price") > CLEAR
            && !money::is_no_price(field, decisions.documents)
    });
    all.next().filter(|_| all.next().is_none()).cloned()
}
