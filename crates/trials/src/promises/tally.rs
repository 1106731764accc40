//! How often each value stands in a sample.

use std::collections::HashMap;

use serde_json::Value;

use crate::payload::scalar;

/// Counts of values; `4.5`, `"4.50"` and `4.50` are one.
#[derive(Debug, Default)]
pub(super) struct Tally(HashMap<String, usize>);

impl Tally {
    /// Of all that stands in the values, keys of objects among them.
    pub(super) fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut tally = Self::default();
        values.into_iter().for_each(|value| tally.add(value));
        tally
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    *self.0.entry(key(name)).or_default() += 1;
                    self.add(field);
                }
            }
            Value::Null | Value::Bool(_) => {}
            Value::String(_) | Value::Number(_) => {
                *self.0.entry(key(&scalar(value).unwrap_or_default())).or_default() += 1;
            }
        }
    }

    /// How often a value stands there.
    pub(super) fn count(&self, value: &str) -> usize {
        self.0.get(&key(value)).copied().unwrap_or_default()
    }
}

/// One writing for a number, whatever its type.
pub(super) fn key(text: &str) -> String {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        Ok(_) | Err(_) => text.to_owned(),
    }
}
