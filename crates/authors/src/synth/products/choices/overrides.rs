//! Prices of options that a group or a product overrides.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::joins::id_text;
use crate::synth::matching::{Decisions, Wanted, as_shown, name_score};
use crate::synth::money::{self, ByGroup, Otherwise, Price, Unless};
use crate::synth::path::{Path, Step};
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

/// Whether something is called after overriding.
pub(super) fn is_override(path: &Path) -> bool {
    vocabulary().words(path.leaf()).iter().any(|word| word.starts_with("overrid"))
}

/// The prices that options have in single groups: in a list of overrides, each of which names a group by
/// the id that `code` has.
pub(super) fn by_group(fields: &[Field<'_>], code: &Field<'_>) -> Option<ByGroup> {
    let groups: BTreeSet<String> = code.filled().filter_map(id_text).collect();
    let is_called = |field: &&Field<'_>| field.variable == "option" && is_override(&field.path);
    fields.iter().filter(is_called).find_map(|field| {
        let records: Vec<&Value> = field.listed().collect();
        // Others may hold elsewhere: in a menu, in another product.
        let key = |fits: &dyn Fn(&String, &Value) -> bool| {
            let first = records.first()?.as_object()?;
            let is_it = |key: &&String| {
                records.iter().any(|record| record.get(*key).is_some_and(|value| fits(key, value)))
            };
            Some(Path::default().then(Step::Key(first.keys().find(is_it)?.clone())))
        };
        let is_group =
            |_: &String, value: &Value| id_text(value).is_some_and(|id| groups.contains(&id));
        let is_price = |key: &String, value: &Value| {
            let words = vocabulary().words(key);
            value.is_number()
                && words.last().is_some_and(|word| word == "price" || word == "amount")
        };
        let (group, amount) = (key(&is_group)?, key(&is_price)?);
        Some(ByGroup { list: field.path.clone(), group, amount, own: code.js() })
    })
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
