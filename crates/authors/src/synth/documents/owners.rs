//! Whose fields a sentence speaks of: people see a dish's `label`; `name` is for the office. A product
//! and its category may both have a `name`, and what is said of the one does not hold for the other.

use std::sync::LazyLock;

use regex::Regex;

use super::Statement;
use crate::pattern::pattern;
use crate::synth::vocabulary::{Entity, vocabulary};

/// The records of a catalogue.
const RECORDS: [Entity; 5] =
    [Entity::Product, Entity::Variant, Entity::Category, Entity::Group, Entity::Option];

static POSSESSED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b([a-z]+(?: [a-z]+)?)['’]s (?:own )?`"));

/// Notes for each sentence whose fields it names, and for one that begins with a field and names no
/// record those of the sentence before.
pub(super) fn note(statements: &mut [Statement]) {
    let mut before: Option<(usize, Vec<Entity>)> = None;
    for own in statements {
        let told = possessors(own);
        own.owners = match &before {
            Some((block, owners)) if told.is_empty() && goes_on(own, *block) => owners.clone(),
            Some(_) | None => told,
        };
        before = Some((own.block, own.owners.clone()));
    }
}

/// The kinds of record that the only possessor in the sentence may be.
fn possessors(statement: &Statement) -> Vec<Entity> {
    let mut found = POSSESSED.captures_iter(&statement.lower).filter_map(|found| found.get(1));
    let (Some(only), None) = (found.next(), found.next()) else { return Vec::new() };
    let words = vocabulary().words(only.as_str());
    RECORDS.into_iter().filter(|entity| vocabulary().names(*entity, &words)).collect()
}

fn goes_on(statement: &Statement, block: usize) -> bool {
    let words = vocabulary().words(&statement.prose());
    let names_record = RECORDS.into_iter().any(|entity| {
        words.iter().any(|word| vocabulary().names(entity, std::slice::from_ref(word)))
    });
    statement.block == block && statement.text.starts_with('`') && !names_record
}

impl Statement {
    /// Whether it may speak of the fields of such a record: it names no other as their owner.
    pub(crate) fn may_be_of(&self, entity: Entity) -> bool {
        let is_sold = |entity: &Entity| matches!(entity, Entity::Product | Entity::Variant);
        self.owners.is_empty()
            || !RECORDS.contains(&entity)
            || self.owners.contains(&entity)
            || (is_sold(&entity) && self.owners.iter().any(is_sold))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Documents;
    use super::*;
    use domain::Document;

    fn of(text: &str, entity: Entity) -> Vec<bool> {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        let read = Documents::read(&[document], &[]);
        read.statements.iter().map(|statement| statement.may_be_of(entity)).collect()
    }

    #[test]
    fn a_sentence_goes_on_about_the_record_of_the_one_before() {
        let text = "- People see a shelf's `label`; `name` is for the office. A dish has a `name`.";
        assert_eq!(of(text, Entity::Category), [true, true, true]);
        assert_eq!(of(text, Entity::Product), [false, false, true]);
        assert_eq!(of(text, Entity::Outlet), [true, true, true]);
    }

    #[test]
    fn a_variant_is_a_product_too_and_a_modifier_is_either_kind_of_choice() {
        assert_eq!(of("The dish's `ref` counts.", Entity::Variant), [true]);
        let text = "The modifier's `ref` counts.";
        assert_eq!(of(text, Entity::Group), [true]);
        assert_eq!(of(text, Entity::Option), [true]);
        assert_eq!(of(text, Entity::Product), [false]);
    }
}
