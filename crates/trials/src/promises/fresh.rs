//! Ids that no payload has yet.

use std::collections::HashSet;

use serde_json::Value;

use super::other::other_text;
use crate::payload::{roots, scalar};
use domain::Sample;

/// The largest number that JavaScript holds exactly.
const SAFE_MAX: u64 = (1 << 53) - 1;
/// Turns of a text before something is added to it.
const TURNS: usize = 5;

/// All ids and other scalars that are taken.
pub(super) struct Taken(HashSet<String>);

impl Taken {
    /// What stands in the sample.
    pub(super) fn of(sample: &Sample) -> Self {
        let mut taken = HashSet::new();
        roots(sample).for_each(|root| collect(root, &mut taken));
        Self(taken)
    }

    /// An id of the same type and form that nothing has, and that is taken from now on.
    pub(super) fn fresh(&mut self, id: &Value) -> Option<Value> {
        let found = match id {
            Value::Number(number) => {
                let from = number.as_u64()?;
                (from + 1..SAFE_MAX).map(Value::from).find(|new| self.is_free(new))
            }
            Value::String(text) => {
                let turns = std::iter::successors(other_text(text), |text| other_text(text));
                let longer = (1..).map(|n| format!("{text}{n}"));
                turns
                    .take(TURNS)
                    .chain(longer.take(TURNS))
                    .map(Value::from)
                    .find(|n| self.is_free(n))
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }?;
        self.0.extend(scalar(&found));
        Some(found)
    }

    fn is_free(&self, value: &Value) -> bool {
        scalar(value).is_some_and(|text| !self.0.contains(&text))
    }
}

fn collect(value: &Value, taken: &mut HashSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, taken)),
        Value::Object(fields) => {
            taken.extend(fields.keys().cloned());
            fields.values().for_each(|field| collect(field, taken));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            taken.extend(scalar(value));
        }
    }
}
