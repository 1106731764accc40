//! What each record leads to by a relation.

use serde_json::Value;

use super::{Relation, Rows, Target, entries, id_text, ids_of};

impl Relation {
    /// The records that each row leads to, in the order of the rows. A table's are not looked for.
    pub(crate) fn reached<'a>(
        &self,
        rows: &Rows<'a>,
        targets: &[Target<'a>],
    ) -> Vec<Vec<&'a Value>> {
        let children = self.children(targets);
        let Some(from) = rows.variables.iter().find(|v| v.name == self.variable()) else {
            return Vec::new();
        };
        let by_id = |target: usize, origin: usize, id: String| {
            targets.get(target).and_then(|t| t.records.get(&(origin, id)).copied())
        };
        let of_row = |at: &'a Value, origin: usize| -> Vec<&'a Value> {
            match self {
                Self::Nested { .. } => entries(at),
                Self::Ids { target, .. } => {
                    ids_of(at).into_iter().filter_map(|id| by_id(*target, origin, id)).collect()
                }
                Self::Links { id, target, .. } => entries(at)
                    .into_iter()
                    .filter_map(|link| by_id(*target, origin, id.of(link).and_then(id_text)?))
                    .collect(),
                Self::Children { .. } => id_text(at)
                    .and_then(|own| children.get(&(origin, own)).cloned())
                    .unwrap_or_default(),
                Self::Table { .. } => Vec::new(),
            }
        };
        let there = from.rows.iter().zip(&rows.origins);
        there
            .map(|(record, origin)| {
                let at = record.and_then(|record| self.path().of(record));
                at.map(|at| of_row(at, *origin)).unwrap_or_default()
            })
            .collect()
    }
}
