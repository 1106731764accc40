//! Categories that a product names besides its main one.

use std::sync::LazyLock;

use regex::Regex;

use super::OUTPUT;
use super::said::{is_documented, spoken_of};
use super::ties::{Ties, led};
use crate::pattern::pattern;
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::Path;
use crate::synth::vocabulary::{Entity, vocabulary};

const POINT: &str = "products[].categories (several ways)";
const BOTH: &str = "both, the first before the others";
const FIRST: &str = "the first alone";

/// What documents call them: `x` are the others in which it is shown.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|are|holds?|names?|lists?) (?:the |its |all |any )?(?:others?|further|additional|more|extra|secondary)\b",
    )
});

/// Nobody says which way counts.
#[derive(Debug)]
pub(super) struct Open;

/// Another way to records of the same list, which leads to some that the chosen one does not lead to.
pub(super) fn find(
    (chosen, own): (&Relation, &Ties),
    (rows, relations): (&Rows<'_>, &[Relation]),
    targets: &[Target<'_>],
    decisions: &mut Decisions<'_>,
) -> Result<Option<Box<Relation>>, Open> {
    if decisions.examples.values(OUTPUT).is_some() {
        return Ok(None);
    }
    let Some(list) = chosen.collection(targets).filter(|_| chosen.key(targets).is_some()) else {
        return Ok(None);
    };
    let is_called = |path: &Path| {
        let words = vocabulary().words(spoken_of(path).leaf());
        let words = words.strip_suffix(&["id".to_owned()]).unwrap_or(&words);
        words
            .last()
            .is_some_and(|last| vocabulary().names(Entity::Category, std::slice::from_ref(last)))
    };
    let is_more = |other: &&Relation| {
        other.path() != chosen.path()
            && is_called(other.path())
            && other.variable() == chosen.variable()
            && other.key(targets) == chosen.key(targets)
            && other.collection(targets) == Some(list)
            && !led(other, rows, targets).is_subset(own)
    };
    let Some(other) = relations.iter().find(is_more) else { return Ok(None) };
    let answer = decisions.answers.of(POINT).map(|own| own.text().to_lowercase());
    let are_others = || {
        let mut said = decisions.documents.about(other.path());
        said.any(|own| OTHERS.is_match(&own.parts_about(other.path()).1))
    };
    match answer.as_deref() {
        Some(text) if text.contains("both") || text.contains("all of them") => {
            return Ok(Some(Box::new(other.clone())));
        }
        Some(text) if text.contains("first") || text.contains("alone") => return Ok(None),
        None if are_others() => return Ok(Some(Box::new(other.clone()))),
        None if is_documented(&spoken_of(chosen.path()), decisions) => return Ok(None),
        Some(_) | None => {}
    }
    let refused = answer.map_or_else(String::new, |text| {
        format!("The answer {:?} says neither. ", domain::bounded(&text, 80))
    });
    let prompt = format!(
        "{refused}{}, and {}. Which of these are a product's categories?",
        chosen.describe(targets),
        other.describe(targets)
    );
    decisions.ask(POINT, &prompt, &[BOTH, FIRST].map(as_shown));
    Err(Open)
}
