//! How many options every group takes, where documents say it of all of them.

use std::sync::LazyLock;

use regex::Regex;

use super::bounds::{MAX, MIN};
use crate::pattern::pattern;
use crate::synth::answers::Answer;
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What documents say of all groups alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// One option, and no group goes without.
    ExactlyOne,
    /// One option, if any.
    AtMostOne,
}

/// Each group takes one: `a modifier takes one of its values`.
static EACH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:an?|each|every|any|all) (?:[a-z]+ ){0,2}(?:modifiers?|options?|groups?|questions?|fields?|attributes?|choices?|sets?|variations?) (?:takes?|has|have|allows?|accepts?|asks? for) (?P<how>only |at most |exactly |just )?one (?:of (?:its|the|their)\b|(?:value|option|choice|answer|modifier)\b)",
    )
});
/// The same the other way round: `of a modifier one value can be taken`, `exactly one option of each
/// group is chosen`.
static OF_EACH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^of (?:an?|each|every|any) (?:[a-z]+ ){0,2}(?:modifier|option|group|question|field|attribute|choice|set|variation) (?P<how>only |at most |exactly |just )?one (?:value|option|choice|answer|modifier) (?:can|may|must|is|has to)(?: be)? (?:taken|chosen|picked|selected)\b",
    )
});
static ONE_OF_EACH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?P<how>only |at most |exactly |just )?one (?:value|option|choice|answer|modifier) (?:of|from|in|per) (?:an?|each|every|any) (?:[a-z]+ ){0,2}(?:modifier|option|group|question|field|attribute|choice|set|variation)s? (?:can|may|must|is|has to)(?: be)? (?:taken|chosen|picked|selected)\b",
    )
});
/// The same said of who chooses, or of the choice.
static CHOSEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bexactly one (?:is |must be |has to be |can be )?(?:chosen|picked|taken|selected)\b[^.;]*\bat most one otherwise|\bone (?:choice|value|option|answer) per (?:field|option|group|modifier|question|attribute)\b|^(?:an?|the) (?:shopper|guest|customer|buyer) (?:picks|chooses|takes|selects) (?:only |at most |exactly )?one (?:value|option|choice|answer) of (?:an?|each|every) ",
    )
});

/// That one is chosen, no more and no less.
static EXACTLY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bexactly one\b|\bone and only one\b"));

/// Whether documents say that a group with the flag takes exactly one option.
pub(super) fn is_exactly_one(flag: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    let words = vocabulary().words(flag.path.leaf());
    decisions.documents.statements.iter().any(|statement| {
        let is_named = statement.names(&flag.path) || words.iter().all(|w| statement.has_word(w));
        is_named && EXACTLY.is_match(&statement.lower)
    })
}

/// What documents say of all groups, unless the samples show something else.
pub(super) fn of_all(decisions: &mut Decisions<'_>) -> Option<Told> {
    let told = decisions.documents.statements.iter().find_map(|statement| {
        let text = statement.lower.replace('`', "");
        let each = [&EACH, &OF_EACH, &ONE_OF_EACH].into_iter().find_map(|own| own.captures(&text));
        if let Some(each) = each {
            let is_exact = each.name("how").is_some_and(|how| how.as_str() == "exactly ");
            return Some(if is_exact { Told::ExactlyOne } else { Told::AtMostOne });
        }
        CHOSEN.is_match(&text).then_some(Told::AtMostOne)
    })?;
    let are_ones = |output: &str| {
        let values = decisions.examples.values(output);
        values.is_none_or(|values| values.iter().all(|value| value.as_f64() == Some(1.0)))
    };
    if !are_ones(MAX.output) || told == Told::ExactlyOne && !are_ones(MIN.output) {
        return None;
    }
    let reason = "documents say of every group how many it takes";
    decisions.record(MAX.output, "1", reason, 0.9, "");
    Some(told)
}

/// Whatever says how many may be chosen.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:exactly|at most|at least|no more than|up to|only) (?:one|two|three|\d+)\b|\bany number\b|\bone or more\b|\bas many as\b",
    )
});

/// Asks where documents say how many may be chosen and nothing of it is read.
pub(super) fn ask_unread(decisions: &mut Decisions<'_>) {
    const POINT: &str = "products[].modifierGroups[].maxSelect (documents)";
    let said = decisions.documents.statements.iter().find(|own| {
        let is_choice = [Entity::Group, Entity::Option]
            .into_iter()
            .any(|entity| vocabulary().entity_phrases(entity).any(|phrase| own.has_word(phrase)));
        COUNTED.is_match(&own.lower) && (is_choice || own.terms.len() == 1)
    });
    let Some(said) = said else { return };
    let answer = decisions.answers.of(POINT);
    let is_settled = answer.is_some_and(Answer::is_nothing)
        || decisions.examples.lack(MAX.output)
        || decisions.examples.values(MAX.output).is_some();
    if is_settled {
        return;
    }
    let refused = answer.map_or_else(String::new, |answer| {
        format!("The answer {:?} cannot be followed. ", domain::bounded(answer.text(), 80))
    });
    let prompt = format!(
        "{refused}The documents say how many may be chosen (\"{}\"), and nothing of the groups was found to say it. Leave the bounds out, or say it of all groups, such as: of each group one option can be chosen.",
        domain::bounded(&said.text, 160)
    );
    decisions.ask(POINT, &prompt, &[as_shown("leave them out")]);
}
