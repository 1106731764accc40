//! Ids that stand side by side in a record, of which nothing says which one orders use.

use std::collections::BTreeMap;

use super::line::is_named_after;
use crate::synth::matching::{Candidate, Decisions, Wanted, offers};
use crate::synth::scope::{Field, is_group_itself};
use crate::synth::vocabulary::vocabulary;

/// Asks which of several ids it is, where the best of them leads by its name alone. A name is no
/// reason here: some shops order by an `id` and others by a `plu`.
pub(super) fn ask(
    wanted: &Wanted,
    ranked: &[Candidate<'_>],
    decisions: &mut Decisions<'_>,
) -> bool {
    let Some((best, others)) = ranked.split_first() else { return false };
    if !best.is_by_name() || decisions.answers.of(wanted.output).is_some() {
        return false;
    }
    let rivals: Vec<Field<'_>> = others
        .iter()
        .filter(|other| other.is_by_name() && !is_of_another(&other.field))
        .filter(|other| is_as_good(&other.field, &best.field))
        .map(|other| other.field.clone())
        .collect();
    if rivals.is_empty() || is_settled(&best.field, &rivals, decisions) {
        return false;
    }
    let fields: Vec<Field<'_>> = std::iter::once(best.field.clone()).chain(rivals).collect();
    let prompt = "Several fields tell the records apart, and nothing says which one orders refer to. Which one is it?";
    decisions.ask(wanted.output, prompt, &offers(&fields));
    true
}

/// Whether it is the id of a part that is called like the record, which then may be no more than what
/// ties the part to its holder: `option_sets[].modifier_group.id`.
fn is_of_the_whole(other: &Field<'_>) -> bool {
    let v = vocabulary();
    let words = v.words(other.path.parent().leaf());
    let is_record = v.names(other.entity, &words) || is_group_itself(other.entity, &words);
    other.path.len() > 1 && v.words(other.path.leaf()) == ["id"] && is_record
}

/// Whether both stand in one record and tell the same records apart by other values.
fn is_as_good(other: &Field<'_>, best: &Field<'_>) -> bool {
    let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
    let mut pairs = best.values.iter().zip(other.values.iter());
    (other.is_beside(best) || is_of_the_whole(other))
        && best.values != other.values
        && pairs.all(|(own, other)| {
            let (own, other) = (format!("{own:?}"), format!("{other:?}"));
            *there.entry(own.clone()).or_insert_with(|| other.clone()) == other
                && *back.entry(other).or_insert_with(|| own.clone()) == own
        })
}

/// Whether it is called the id of something else that the record names, such as `zone_id`.
fn is_of_another(field: &Field<'_>) -> bool {
    /// What an id of the record itself is called besides.
    const OWN: [&str; 17] = [
        "public",
        "global",
        "unique",
        "universal",
        "permanent",
        "external",
        "local",
        "legacy",
        "pos",
        "remote",
        "partner",
        "supplied",
        "integration",
        "numeric",
        "reference",
        "code",
        "catalog",
    ];
    let words = field.words();
    let Some(owner) = words.strip_suffix(&["id".to_owned()]) else { return false };
    owner.iter().any(|word| {
        !OWN.contains(&word.as_str())
            && !vocabulary().names(field.entity, std::slice::from_ref(word))
    })
}

/// Whether an order's field is called after the best one, in a sentence that names no other.
fn is_settled(best: &Field<'_>, rivals: &[Field<'_>], decisions: &Decisions<'_>) -> bool {
    decisions.documents.statements.iter().any(|statement| {
        is_named_after(statement, best) && !rivals.iter().any(|rival| statement.names(&rival.path))
    })
}
