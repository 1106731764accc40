//! Whose code a sentence speaks of, where records and their parts have fields of one name.

use std::sync::LazyLock;

use regex::Regex;

use super::clause_before;
use crate::pattern::pattern;
use crate::synth::documents::Statement;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// Whose field comes next: by the variant's.
static OWNER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(\w+)['’]s (?:own )?$"));

/// Whether a sentence speaks of the variant's code, the field is the product's, and the product has a
/// part with a field of that name that is called a variant.
pub(super) fn is_its_variant_s(
    statement: &Statement,
    field: &Field<'_>,
    fields: &[Field<'_>],
) -> bool {
    let v = vocabulary();
    let is_in_variant = |field: &Field<'_>| {
        let words = v.words(field.path.parent().leaf());
        field.entity == Entity::Variant
            || words.iter().any(|word| v.names(Entity::Variant, std::slice::from_ref(word)))
    };
    let clause = clause_before(statement, field);
    let owner = OWNER.captures(&clause).and_then(|found| found.get(1));
    owner.is_some_and(|owner| v.names(Entity::Variant, &v.words(owner.as_str())))
        && !is_in_variant(field)
        && fields.iter().any(|other| other.path.leaf() == field.path.leaf() && is_in_variant(other))
}

/// Whether the field is that of a part of the record, and the record of which the sentence speaks has
/// one of that name itself.
pub(super) fn is_of_a_part(statement: &Statement, field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    let clause = clause_before(statement, field);
    let owner = OWNER.captures(&clause).and_then(|found| found.get(1));
    let is_meant = |other: &&Field<'_>| {
        other.variable == field.variable
            && other.path.len() == 1
            && other.path.leaf() == field.path.leaf()
            && owner.is_none_or(|owner| {
                vocabulary().names(other.entity, &vocabulary().words(owner.as_str()))
            })
    };
    let is_by_path = statement.terms.iter().any(|term| term.contains('.'));
    field.path.len() > 1 && !is_by_path && fields.iter().any(|other| is_meant(&other))
}
