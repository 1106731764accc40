//! Lists of groups, options or categories that no product was found to lead to: leaving them out
//! without a word would be a guess.

use serde_json::Value;

use super::choices::{self, Choices};
use crate::synth::collections::Collection;
use crate::synth::joins::{Rows, Target};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::vocabulary::{Entity, vocabulary};

/// What texts for people are called at their end.
const NAMES: [&str; 5] = ["name", "title", "label", "caption", "text"];
const LEAVE: &str = "leave them out";

/// Leaves a point open where the samples expect what the plan does not give.
pub(crate) fn compare(
    rows: &Rows<'_>,
    has_headings: bool,
    has_choices: bool,
    decisions: &mut Decisions<'_>,
) {
    let expected = |output: &str, decisions: &Decisions<'_>| {
        decisions.examples.values(output).map_or(0, |values| values.len())
    };
    let checks = [
        ("products[].modifierGroups[].code", has_choices),
        ("products[].categories[]", has_headings),
        ("products[].itemCode", rows.origins.len() >= expected("products[].itemCode", decisions)),
    ];
    for (output, is_given) in checks {
        if !is_given && expected(output, decisions) > 0 {
            decisions.ask(output, "The samples expect it, and no part of the payload was found to give it. Where does it stand?", &[]);
        }
    }
}

/// Leaves a point open for each such list.
pub(crate) fn ask(
    lists: &[Collection],
    products: &Collection,
    has_headings: bool,
    choices: Option<&Choices<'_>>,
    targets: &[Target<'_>],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) {
    if !decisions.open.is_empty() {
        // What is open already may be what leads to them.
        return;
    }
    let v = vocabulary();
    let is_nested = |list: &Collection| {
        list.is_inside(products) && list.levels.len() == products.levels.len() + 1
    };
    let is_top =
        |list: &Collection| list.levels.len() == 1 && list != products && !products.is_inside(list);
    for list in lists.iter().filter(|list| is_top(list) || (choices.is_none() && is_nested(list))) {
        let words = list.words();
        // An answer for each product may hold them deeper: `extras.{id}.groups`.
        let whole = || lists.iter().filter(|own| *own == list || own.is_inside(list));
        // What says how many may be taken speaks of choices, whatever it is called.
        let is_bounded = choices.is_none() && whole().any(|own| has_bounds(own, payloads));
        let is_choice = is_bounded
            || v.names(Entity::Group, &words)
            || v.names(Entity::Option, &words)
            || words.join(" ") == "variant group";
        if is_choice && choices::are_denied(decisions.documents) {
            continue;
        }
        let is_heading = v.names(Entity::Category, &words) && !is_choice && is_top(list);
        let is_read = |choices: &Choices<'_>| {
            choices.read(list, targets) || choices.name_all_in(list, targets)
        };
        let is_unread = is_choice && !choices.is_some_and(is_read);
        let (output, what) = match (is_unread, is_heading && !has_headings) {
            (true, _) => ("products[].modifierGroups", "modifiers"),
            (false, true) => ("products[].categories", "categories"),
            (false, false) => continue,
        };
        let point = format!("{output} ({list})");
        let named = is_bounded || whole().any(|own| has_names(own, payloads));
        if named && !decisions.examples.lack(output) && decisions.answers.of(&point).is_none() {
            let prompt = format!(
                "{list} seems to hold {what}, but no product of the samples leads to them. Leave them out, or add a sample that shows how they belong together."
            );
            decisions.ask(&point, &prompt, &[as_shown(LEAVE)]);
        }
    }
}

/// Whether records of the list say the least and the most of the same: `minCount` and `maxCount`.
fn has_bounds(list: &Collection, payloads: &[&Value]) -> bool {
    const COUNTED: [&str; 10] = [
        "",
        "count",
        "quantity",
        "select",
        "selected",
        "selection",
        "choice",
        "option",
        "number",
        "value",
    ];
    let v = vocabulary();
    let bound = |key: &String, ends: [&str; 2]| {
        let words = v.words(key);
        let (first, rest) = words.split_first()?;
        ends.contains(&first.as_str()).then(|| rest.join(" "))
    };
    list.records(payloads).iter().any(|record| {
        let least = keys(record).filter_map(|key| bound(key, ["min", "minimum"]));
        let most: Vec<String> =
            keys(record).filter_map(|key| bound(key, ["max", "maximum"])).collect();
        least.into_iter().any(|of| COUNTED.contains(&of.as_str()) && most.contains(&of))
    })
}

/// Whether records of the list have texts for people.
fn has_names(list: &Collection, payloads: &[&Value]) -> bool {
    list.records(payloads).iter().any(|record| is_named(record))
}

/// Whether a record has a text for people.
pub(super) fn is_named(record: &Value) -> bool {
    let v = vocabulary();
    let is_name =
        |key: &String| v.words(key).last().is_some_and(|word| NAMES.contains(&word.as_str()));
    record.as_object().is_some_and(|own| own.keys().any(is_name))
}

/// The names of a record's fields; those of a resource of JSON:API stand in its attributes.
fn keys(record: &Value) -> impl Iterator<Item = &String> {
    let parts = [Some(record), record.get("attributes")];
    parts.into_iter().flatten().filter_map(Value::as_object).flat_map(|own| own.keys())
}
