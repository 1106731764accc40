//! Options that hold further choices: the standard has one level of them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::joins::Rows;
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::{Path, Step};
use crate::synth::products::unreached::is_named;
use crate::synth::vocabulary::{Entity, vocabulary};

const POINT: &str = "products[].modifierGroups[].options (choices of their own)";
const LEAVE: &str = "leave them out";

/// What is said of choices within a choice.
static FURTHER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:of its own|of their own|second level|another level|further level|nested|inside an? (?:modifier|option|choice|extra)|within an? (?:modifier|option|choice|extra))\b",
    )
});

/// Asks where options hold lists of options themselves.
pub(super) fn ask(options: &Rows<'_>, decisions: &mut Decisions<'_>) {
    let is_settled = decisions.answers.of(POINT).is_some_and(|answer| answer.names(LEAVE))
        || decisions.examples.values("products[].modifierGroups").is_some();
    let records = options.variables.iter().filter(|own| own.name == "option");
    let found = records.flat_map(|own| own.rows.iter().flatten()).find_map(|record| {
        record.as_object()?.iter().find(|(key, value)| holds_choices(key, value))
    });
    // Where documents say that it is a further level, there is nothing to ask: the standard has one.
    let is_told = found.is_some_and(|(key, _)| {
        let path = Path::default().then(Step::Key(key.clone()));
        decisions.documents.about(&path).any(|own| FURTHER.is_match(&own.said_of(&path)))
    });
    if let Some((key, _)) = found.filter(|_| !is_settled && !is_told) {
        let prompt = format!(
            "The options hold {key} with names of their own, so they are questions themselves, and the standard has one level of choices. A script that leaves them out can be written here, and no other."
        );
        decisions.ask(POINT, &prompt, &[as_shown(LEAVE)]);
    }
}

fn holds_choices(key: &str, value: &Value) -> bool {
    let v = vocabulary();
    let words = v.words(key);
    // `suboptions` are options.
    let words: Vec<String> =
        words.iter().map(|word| word.strip_prefix("sub").unwrap_or(word).to_owned()).collect();
    let is_called = [Entity::Group, Entity::Option].into_iter().any(|entity| {
        v.names(entity, &words)
            || words.last().is_some_and(|last| v.names(entity, std::slice::from_ref(last)))
    });
    is_called && value.as_array().is_some_and(|list| list.iter().any(is_named))
}
