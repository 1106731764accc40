//! A price to which documents say that tax is still to be added.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::matching::{Decisions, Wanted, as_shown, name_score, offers};
use crate::synth::money;
use crate::synth::path::Path;
use crate::synth::scope::Field;

const PLAIN: &str = "tax is not added";

static WITHOUT_TAX: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:before|without|excluding|excl\.?|exclusive of|net of|not including)(?: any| the)? (?:vat|tax(?:es)?|gst|iva)\b",
    )
});
static GUEST_PAYS_TAX: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:customer|guest|shopper|diner|buyer|consumer)s? pays?\b[^.;]{0,60}\b(?:with|plus|and|including|incl\.?)\b[^.;]{0,20}\b(?:vat|tax(?:es)?|gst|iva)\b",
    )
});

/// Asks where the price is one without tax and guests pay it with tax, which a script does not add; and
/// where another field was taken for the price only because the price is said to be without tax.
pub(super) fn ask(
    wanted: &Wanted,
    price: &Field<'_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) -> bool {
    if let Some(net) = better_named(wanted, price, fields, decisions) {
        let prompt = format!(
            "{} is before tax, and nothing says that {} is the price. Which one is it?",
            net.place(),
            price.place()
        );
        decisions.ask(wanted.output, &prompt, &offers(&[net, price.clone()]));
        return true;
    }
    let point = format!("{} (before tax)", wanted.output);
    let is_answered = decisions.answers.of(&point).is_some();
    let is_taxed = || decisions.documents.say(&GUEST_PAYS_TAX).is_some();
    if is_answered || !is_net(price, decisions) || !is_taxed() {
        return false;
    }
    let prompt = format!(
        "{} is before tax, and the documents say that guests pay it with tax. Which field holds what they pay?",
        price.place()
    );
    decisions.ask(&point, &prompt, &[as_shown(PLAIN)]);
    true
}

fn is_net(field: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    let mut about = decisions.documents.about(&field.path);
    about.any(|own| WITHOUT_TAX.is_match(&own.said_of(&field.path)))
}

/// A price before tax whose name says more than that of the one that was chosen, of which documents say
/// nothing: a rate of tax is no price because the price is one without it.
fn better_named<'a>(
    wanted: &Wanted,
    price: &Field<'a>,
    fields: &[Field<'a>],
    decisions: &Decisions<'_>,
) -> Option<Field<'a>> {
    let holder = money::holder(&price.path);
    let is_told = |path: &Path| decisions.documents.about(path).next().is_some();
    let is_settled = is_told(&price.path) || is_told(&holder) || decisions.is_given(wanted.output);
    let score = |field: &Field<'_>| name_score(field, "price");
    let is_better = |field: &&Field<'a>| {
        field.variable == price.variable && !field.is_empty() && score(field) > score(price)
    };
    let mut better = fields.iter().filter(is_better).filter(|field| is_net(field, decisions));
    better.next().filter(|_| !is_settled).cloned()
}
