//! What a sentence is about: "An add-on with `in_stock` 0" speaks of add-ons, and what it says of a flag
//! does not hold for the items that have a flag of the same name.

use std::sync::LazyLock;

use regex::Regex;

use super::Statement;
use crate::pattern::pattern;
use crate::synth::vocabulary::{Entity, vocabulary};

/// The records of a catalogue.
const RECORDS: [Entity; 5] =
    [Entity::Product, Entity::Variant, Entity::Category, Entity::Group, Entity::Option];

/// The words up to the first that ends a subject.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:an?|the|each|every|all|any|no|only|also|if|when|where|of)\s+)*([a-z][a-z\- ,/]{1,60}?)\s+(?:with|without|whose|having|that|which|where|when|while|marked|flagged|is|are|can|cannot|must|may|has|have|should|do|does)\b",
    )
});

/// What the sentence has for its subject, each in the vocabulary's form.
fn named(statement: &Statement) -> Vec<Vec<String>> {
    let found = SUBJECT.captures(statement.lower.trim_start()).and_then(|found| found.get(1));
    let Some(found) = found else { return Vec::new() };
    // "Dishes and modifiers" are both.
    let parts = found.as_str().split([',', '/']).flat_map(|part| part.split(" and "));
    parts.flat_map(|part| part.split(" or ")).map(|part| vocabulary().words(part)).collect()
}

/// The kinds of record that the sentence has for its subject; none where it names none.
fn subjects(statement: &Statement) -> Vec<Entity> {
    let words = named(statement);
    let is_named = |entity: &Entity| words.iter().any(|words| vocabulary().names(*entity, words));
    RECORDS.into_iter().filter(is_named).collect()
}

impl Statement {
    /// Whether the list at that place is called like its subject: one vendor's options are another's
    /// groups.
    pub(crate) fn is_about_list(&self, place: &str) -> bool {
        let list = place.trim_end_matches(['[', ']', '{', '}']);
        let list = vocabulary().words(list.rsplit(['.', ']', '}']).next().unwrap_or_default());
        !list.is_empty() && named(self).contains(&list)
    }

    /// Whether it may speak of such a record: it has no other for its subject.
    pub(crate) fn may_be_about(&self, entity: Entity) -> bool {
        let is_sold = |entity: &Entity| matches!(entity, Entity::Product | Entity::Variant);
        let subjects = subjects(self);
        self.may_be_of(entity)
            && (subjects.is_empty()
                || !RECORDS.contains(&entity)
                || subjects.contains(&entity)
                || (is_sold(&entity) && subjects.iter().any(is_sold)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Documents;
    use super::*;
    use domain::Document;

    fn of(text: &str) -> [bool; 2] {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        let read = Documents::read(&[document], &[]);
        let statement = read.statements.first().unwrap();
        [Entity::Product, Entity::Option].map(|entity| statement.may_be_about(entity))
    }

    #[test]
    fn a_sentence_is_about_its_subject() {
        for (text, expected) in [
            ("An add-on with `out` 1 must not be offered.", [false, true]),
            ("Toppings whose `out` is 1 are left out.", [false, true]),
            ("A dish is on sale when both `on` and `out` are set.", [true, false]),
            ("Dishes and toppings with `out` set are left out.", [true, true]),
            ("`out` 1: must not be offered.", [true, true]),
            ("Records with `out` 1 are left out.", [true, true]),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
