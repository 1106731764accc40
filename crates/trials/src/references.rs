//! Records that name each other, so that a part of a payload still hangs together.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::payload::scalar;

/// Records of one list that one name leads to.
const CARRIERS: usize = 2;

/// Values that may be references: ids, codes, names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(HashSet<String>);

impl Names {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the value, where it may be a reference. A short text or number is a flag or a count more
    /// often than one.
    pub fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.len() < 3 => {}
            Value::Number(number) if number.as_u64().is_none_or(|number| number < 10) => {}
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
            Value::Number(_) | Value::String(_) => self.0.extend(scalar(value)),
        }
    }

    /// Those of the records that carry one of the names, by their place. A value that many records
    /// carry, such as a title or a type, names none of them.
    pub fn carriers<'v>(
        &'v self,
        records: impl Iterator<Item = &'v Value> + 'v,
    ) -> impl Iterator<Item = usize> + 'v {
        let mut carried: HashMap<String, usize> = HashMap::new();
        let places = records.enumerate().filter(move |(_, record)| {
            let fields = record.as_object().into_iter().flatten();
            let mut values = fields.filter_map(|(_, field)| scalar(field));
            values.any(|value| {
                self.0.contains(&value) && {
                    let times = carried.entry(value).or_default();
                    *times += 1;
                    *times <= CARRIERS
                }
            })
        });
        places.map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_leads_to_the_records_that_carry_it_and_a_common_value_to_few() {
        let mut names = Names::default();
        for value in [json!("g-7"), json!("Tea"), json!(4), json!("on"), json!(null)] {
            names.add(&value);
        }
        assert_eq!(names.len(), 2);
        let records: Vec<Value> =
            (0..9).map(|n| json!({"id": format!("g-{n}"), "title": "Tea", "n": 4})).collect();
        let carriers: Vec<usize> = names.carriers(records.iter()).collect();
        assert_eq!(carriers, [0, 1, 7]);
    }
}
