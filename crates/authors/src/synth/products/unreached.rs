//! Lists of groups, options or categories that no product was found to lead to: leaving them out
//! without a word would be a guess.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::choices::{self, Choices};
use crate::pattern::pattern;
use crate::synth::collections::Collection;
use crate::synth::documents::Statement;
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
    // Groups may stand in two places of a product; beside those that are read, bounds make them such.
    let is_way = |list: &Collection| {
        let path = list.levels.last().map(|level| &level.path);
        path.zip(choices).is_some_and(|(path, choices)| choices.start_at_path(path))
    };
    let is_open = |list: &Collection| {
        is_nested(list) && !is_way(list) && (choices.is_none() || has_bounds(list, payloads))
    };
    for list in lists.iter().filter(|list| is_top(list) || is_open(list)) {
        let words = list.words();
        // An answer for each product may hold them deeper: `extras.{id}.groups`.
        let whole = || lists.iter().filter(|own| *own == list || own.is_inside(list));
        // What says how many may be taken speaks of choices, whatever it is called.
        let is_bounded =
            (choices.is_none() || is_open(list)) && whole().any(|own| has_bounds(own, payloads));
        let is_told = choices::are_groups(&words, decisions.documents);
        let is_choice = is_bounded
            || v.names(Entity::Group, &words)
            || v.names(Entity::Option, &words)
            || words.join(" ") == "variant group"
            || is_told;
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
        let named = is_bounded || is_told || whole().any(|own| has_names(own, payloads));
        if named && !decisions.examples.lack(output) && decisions.answers.of(&point).is_none() {
            let prompt = format!(
                "{list} seems to hold {what}, but no product of the samples leads to them. Leave them out, or add a sample that shows how they belong together."
            );
            decisions.ask(&point, &prompt, &[as_shown(LEAVE)]);
        }
    }
}

/// What is said of choices that products have.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:modifiers?|modifier groups?|option (?:groups?|sets?|lists?)|add-?ons?|toppings?|condiments?|choices|customi[sz]ations?)\b",
    )
});
/// The same denied, or said of what is not in the payload.
static NOT_HERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:no|not|without|never|nor|neither|elsewhere|own endpoint|another (?:call|endpoint)|separate)\b",
    )
});

/// Asks where documents speak of choices and no part of the payload was read for them.
pub(crate) fn ask_spoken(
    lists: &[Collection],
    has_choices: bool,
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) {
    const OUTPUT: &str = "products[].modifierGroups";
    if has_choices || !decisions.open.is_empty() || decisions.is_given(OUTPUT) {
        return;
    }
    let v = vocabulary();
    let is_list = |term: &String| {
        let key = term.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
        let is_called = |list: &Collection| {
            list.levels.last().is_some_and(|level| level.path.leaf() == key)
                && !list.records(payloads).is_empty()
        };
        let words = v.words(key);
        let own = words.strip_suffix(&["id".to_owned()]).unwrap_or(&words);
        lists.iter().any(is_called) || v.names(Entity::Option, own)
    };
    let is_about = |own: &&Statement| {
        SPOKEN.is_match(&own.prose())
            && !NOT_HERE.is_match(&own.lower)
            && own.terms.iter().any(is_list)
    };
    if choices::are_denied(decisions.documents) || decisions.examples.lack(OUTPUT) {
        return;
    }
    if let Some(said) = decisions.documents.statements.iter().find(is_about) {
        let prompt = format!(
            "The documents speak of choices (\"{}\"), and nothing in the payload was read for them. Leave them out?",
            domain::bounded(&said.text, 160)
        );
        decisions.ask(OUTPUT, &prompt, &[as_shown(LEAVE)]);
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
    // A price may hold for so many pieces.
    let are_prices = list.words().last().is_some_and(|last| last == "price");
    !are_prices
        && list.records(payloads).iter().any(|record| {
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
