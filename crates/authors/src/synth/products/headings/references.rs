//! Texts that are keys of records with names: they name a category only by its key.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::synth::joins::{Rows, Target};
use crate::synth::scope::Field;

/// Whether all texts of a field are keys of one list, whose records have more to say of themselves.
pub(super) fn is_key_of_named(field: &Field<'_>, rows: &Rows<'_>, targets: &[Target<'_>]) -> bool {
    let mut own: BTreeSet<(usize, String)> = BTreeSet::new();
    for (value, origin) in field.values.iter().zip(&rows.origins) {
        let texts = match value {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text.as_str()],
            Some(_) | None => Vec::new(),
        };
        own.extend(texts.into_iter().filter(|t| !t.is_empty()).map(|t| (*origin, t.to_owned())));
    }
    // A text such as a name may be a key too, of a list in which it is the name.
    let is_shown = |text: &str| text.contains(' ');
    !own.is_empty()
        && !own.iter().any(|(_, text)| is_shown(text))
        && targets
            .iter()
            .filter(|target| {
                !rows.variables.iter().any(|v| v.place == target.collection.to_string())
            })
            .any(|target| target.has_all(&own) && target.has_names_beside_key())
}
