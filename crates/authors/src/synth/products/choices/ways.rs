//! The ways from a product to its groups: several lists of a product may name groups of one list, such as
//! the mandatory ones and the optional ones.

use std::collections::BTreeSet;

use super::overrides;
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::vocabulary::{Entity, vocabulary};

/// All ways; those that lead to groups of one list in the same manner stand together.
pub(super) fn all(relations: &[Relation], targets: &[Target<'_>]) -> Vec<Vec<Relation>> {
    let mut found: Vec<Vec<Relation>> = Vec::new();
    // What overrides a price in a group names the group, and is no way to it.
    for way in relations.iter().filter(|own| !overrides::is_override(own.path())) {
        let alike = found
            .iter_mut()
            .find(|ways| ways.first().is_some_and(|first| are_alike(first, way, targets)));
        match alike {
            Some(ways) => ways.push(way.clone()),
            None => found.push(vec![way.clone()]),
        }
    }
    found
}

/// Whether both are lists of groups that name them by the same key.
fn are_alike(a: &Relation, b: &Relation, targets: &[Target<'_>]) -> bool {
    let is_called = |way: &Relation| {
        way.path().keys().last().is_some_and(|key| {
            let words = vocabulary().words(key);
            vocabulary().names(Entity::Group, &words)
                || words.last().is_some_and(|last| last == "group")
        })
    };
    let are_lists = match (a, b) {
        (Relation::Links { id: a, .. }, Relation::Links { id: b, .. }) => a == b,
        (Relation::Ids { .. }, Relation::Ids { .. }) => true,
        _ => false,
    };
    are_lists
        && a.variable() == b.variable()
        && a.path() != b.path()
        && a.collection(targets) == b.collection(targets)
        && a.key(targets) == b.key(targets)
        && is_called(a)
        && is_called(b)
}

/// The groups to which the ways lead, with what ties them.
pub(super) fn expand<'a>(ways: &[Relation], rows: &Rows<'a>, targets: &[Target<'a>]) -> Rows<'a> {
    let mut all = Rows { variables: Vec::new(), origins: Vec::new() };
    for way in ways {
        let more = way.expand(rows, targets, "group", Entity::Group);
        if all.variables.is_empty() {
            all = more;
            continue;
        }
        for (known, own) in all.variables.iter_mut().zip(more.variables) {
            known.rows.extend(own.rows);
        }
        all.origins.extend(more.origins);
    }
    all
}

/// The records of groups, by where they stand in memory.
fn records(rows: &Rows<'_>) -> BTreeSet<usize> {
    let groups = rows.variables.iter().filter(|variable| variable.name == "group");
    let there = groups.flat_map(|variable| variable.rows.iter().flatten());
    there.map(|record| std::ptr::from_ref(*record).addr()).collect()
}

/// Asks where another way leads to groups that the chosen one does not lead to.
pub(super) fn ask_others(
    (ways, chosen): (&[Relation], &Rows<'_>),
    others: &[(Vec<Relation>, Rows<'_>)],
    targets: &[Target<'_>],
    decisions: &mut Decisions<'_>,
) {
    const OUTPUT: &str = "products[].modifierGroups";
    let known = records(chosen);
    let more = others.iter().filter_map(|(ways, rows)| Some((ways.first()?, rows)));
    let is_read = |way: &Relation| ways.iter().any(|own| own.path() == way.path());
    let other = more.into_iter().find(|(way, rows)| {
        let is_way = way.is_named(Entity::Group, targets) && !is_read(way);
        is_way && !records(rows).is_subset(&known)
    });
    let Some((way, _)) = other.filter(|_| !decisions.is_given(OUTPUT)) else { return };
    let point = format!("{OUTPUT} ({})", way.describe(targets));
    if decisions.answers.of(&point).is_none() {
        let prompt = format!(
            "Products have groups in several places, and those of {} are not read. Leave them out?",
            way.describe(targets)
        );
        decisions.ask(&point, &prompt, &[as_shown("leave them out")]);
    }
}
