//! Which relations may lead to groups and their options.

use serde_json::Value;

use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

pub(super) fn may_lead_to_groups(relation: &Relation, targets: &[Target<'_>]) -> bool {
    let other = [Entity::Category, Entity::Variant, Entity::Image]
        .into_iter()
        .any(|entity| relation.is_named(entity, targets));
    is_choice(relation, targets) || !other
}

/// Whether a relation starts at a list: a single id names the product that a group belongs to.
pub(super) fn names_several(relation: &Relation, fields: &[Field<'_>]) -> bool {
    match relation {
        Relation::Ids { path, .. } => fields
            .iter()
            .filter(|field| field.path == *path)
            .any(|field| field.filled().any(Value::is_array)),
        Relation::Children { .. } => false,
        Relation::Nested { .. } | Relation::Links { .. } | Relation::Table { .. } => true,
    }
}

pub(super) fn is_choice(relation: &Relation, targets: &[Target<'_>]) -> bool {
    relation.is_named(Entity::Group, targets) || relation.is_named(Entity::Option, targets)
}

/// Whether what the groups hold only names the groups themselves: the `option_id` of their values.
pub(super) fn leads_within(options: &Relation, groups: &Rows<'_>, targets: &[Target<'_>]) -> bool {
    let Some(list) = options.collection(targets).map(ToString::to_string) else { return false };
    groups.variables.iter().any(|variable| variable.name == "group" && variable.place == list)
}

pub(super) fn leads_back(options: &Relation, groups: &Relation) -> bool {
    match (options, groups) {
        (
            Relation::Ids { target: a, .. }
            | Relation::Links { target: a, .. }
            | Relation::Children { target: a, .. }
            | Relation::Table { target: a, .. },
            Relation::Ids { target: b, .. }
            | Relation::Links { target: b, .. }
            | Relation::Children { target: b, .. }
            | Relation::Table { target: b, .. },
        ) => a == b,
        (Relation::Nested { .. }, _) | (_, Relation::Nested { .. }) => false,
    }
}

/// The fields of the group where it stands with its name and its options in what ties it to a
/// product: the id of the tie is none of the group's.
pub(super) fn of_whole<'a>(
    name: &Field<'a>,
    options: &Relation,
    fields: &[Field<'a>],
) -> Vec<Field<'a>> {
    let whole = name.path.parent();
    let is_inner = |field: &&Field<'a>| field.path.starts_with(&whole);
    let has_id = || {
        fields.iter().filter(is_inner).any(|field| {
            field.path.parent() == whole && vocabulary().words(field.path.leaf()) == ["id"]
        })
    };
    let is_apart = !whole.is_root() && options.path().starts_with(&whole) && has_id();
    fields.iter().filter(|field| !is_apart || is_inner(field)).cloned().collect()
}
