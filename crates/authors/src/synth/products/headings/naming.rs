//! Which text of a category is its name: of several that are called so, the one that documents say
//! guests see.

use serde_json::Value;

use crate::synth::matching::{Decisions, Wanted, name_score};
use crate::synth::scope::Field;

const NAME: Wanted =
    Wanted { output: super::OUTPUT, names: "name", said: &["name", "title"], required: false };

/// The best of the fields that are called like a name.
pub(super) fn name<'f, 'a>(
    fields: impl Iterator<Item = &'f Field<'a>>,
    decisions: &Decisions<'_>,
) -> Option<&'f Field<'a>> {
    let is_text = |field: &&Field<'a>| {
        !field.path.is_in_list() && field.all(Value::is_string) && !field.is_empty()
    };
    let score = |field: &Field<'a>| name_score(field, NAME.names) + decisions.told(&NAME, field);
    fields
        .filter(is_text)
        .filter(|field| name_score(field, NAME.names) > 0.3)
        .max_by(|a, b| score(a).total_cmp(&score(b)))
}
