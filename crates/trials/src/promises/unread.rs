//! Other values where the script never looks.

use serde_json::Value;

use super::other::change_all;
use super::{Baseline, Relation, Variation};
use crate::payload::roots_mut;

/// The sample with other values in every field that the script does not name. A map, of which it may
/// read all entries, is left alone: none of its keys is named.
pub(super) fn variation(baseline: &Baseline<'_>, source: &str) -> Option<Variation> {
    let mut sample = baseline.sample.clone();
    roots_mut(&mut sample).for_each(|root| change(root, source));
    (sample != *baseline.sample).then(|| Variation {
        name: "with other values in fields that the script never reads".to_owned(),
        sample,
        named: Vec::new(),
        relation: Relation::Same,
    })
}

/// Whether the script may name the field. A key that is no plain word stands in a script in another
/// writing.
fn may_read(source: &str, key: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    !key.chars().all(is_plain) || source.contains(key)
}

fn change(value: &mut Value, source: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, source)),
        Value::Object(fields) => {
            let is_record = fields.keys().any(|key| may_read(source, key));
            for (key, field) in fields {
                if may_read(source, key) {
                    change(field, source);
                } else if is_record {
                    change_all(field, &|_| true);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
