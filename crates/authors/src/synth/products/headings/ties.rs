//! How many categories a way leads to: that to a product's main category leads to one of several.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::scope::{Field, Variable};
use crate::synth::vocabulary::Entity;

/// Which records lead to which by naming ids, by where they stand in memory.
pub(super) type Ties = BTreeSet<(usize, usize)>;

/// Those of a relation by which products name categories; none where categories name products.
pub(super) fn ties(relation: &Relation, rows: &Rows<'_>, targets: &[Target<'_>]) -> Ties {
    if relation.key(targets).is_some() { led(relation, rows, targets) } else { Ties::new() }
}

pub(super) fn led(relation: &Relation, rows: &Rows<'_>, targets: &[Target<'_>]) -> Ties {
    let owner = rows.variables.iter().find(|variable| variable.name == relation.variable());
    let Some(owner) = owner else { return Ties::new() };
    let address = |record: &Value| std::ptr::from_ref(record).addr();
    let there = owner.rows.iter().zip(&rows.origins);
    there
        .filter_map(|(record, origin)| Some(((*record)?, *origin)))
        .flat_map(|(record, origin)| {
            let (name, place) = (owner.name.clone(), owner.place.clone());
            let one = Variable { name, entity: owner.entity, place, rows: vec![Some(record)] };
            let one = Rows { variables: vec![one], origins: vec![origin] };
            let led = relation.expand(&one, targets, "category", Entity::Category);
            let led = led.variables.into_iter().next().map(|found| found.rows).unwrap_or_default();
            led.into_iter()
                .flatten()
                .map(|category| (address(record), address(category)))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The first way to categories, or one as good that leads to all of its categories and to more: a
/// main category is only one of those that a product stands under.
pub(super) fn widest(
    related: Vec<(bool, Relation, Field<'_>, Ties)>,
) -> Option<(bool, Relation, Field<'_>, Ties)> {
    related.into_iter().reduce(|best, other| {
        let is_wider = other.3.len() > best.3.len() && other.3.is_superset(&best.3);
        if best.0 == other.0 && is_wider && !best.3.is_empty() { other } else { best }
    })
}
