//! Large outputs, looked at record by record: as values they take many times their text.

use std::collections::HashSet;
use std::fmt;

use domain::{LeanValue, Topic};
use sandbox::Output;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

use crate::records::record_list;
use crate::trial::violations;

/// Bytes from which an output is large.
const LARGE_BYTES: usize = 256 << 10;

/// A large output of which nothing is left but the ids of its records, where nothing in it breaks the
/// topic's contract. None for any other output: its value says what is wrong with it.
pub(crate) fn ids_alone(topic: Topic, output: &Output) -> Option<Value> {
    let (list, key) = record_list(topic)?;
    let text = output.text();
    if text.len() < LARGE_BYTES {
        return None;
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let records = Whole { topic, list, key }.deserialize(&mut reader).ok()?;
    Some(Value::Object(Map::from_iter([(list.to_owned(), Value::Array(records))])))
}

/// The output: an object with the list of records and nothing else.
#[derive(Clone, Copy)]
struct Whole {
    topic: Topic,
    list: &'static str,
    key: &'static str,
}

impl<'de> DeserializeSeed<'de> for Whole {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Value>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole {
    type Value = Vec<Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with {} alone", self.list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Vec<Value>, A::Error> {
        let first: Option<String> = object.next_key()?;
        if first.as_deref() != Some(self.list) {
            return Err(A::Error::custom("another field"));
        }
        let records = object.next_value_seed(Records(self))?;
        match object.next_key::<IgnoredAny>()? {
            None => Ok(records),
            Some(_) => Err(A::Error::custom("another field")),
        }
    }
}

struct Records(Whole);

impl<'de> DeserializeSeed<'de> for Records {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Value>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records {
    type Value = Vec<Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records that keep the contract")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> Result<Vec<Value>, A::Error> {
        let Whole { topic, list, key } = self.0;
        let mut ids = HashSet::new();
        let mut left = Vec::new();
        while let Some(LeanValue(record)) = records.next_element()? {
            // An output with this one record: what the contract says of a record, it says of it.
            let mut alone =
                Value::Object(Map::from_iter([(list.to_owned(), Value::Array(vec![record]))]));
            if !violations(topic, &alone).is_empty() {
                return Err(A::Error::custom("a record that breaks the contract"));
            }
            let id =
                alone.get_mut(list).and_then(|list| list.get_mut(0)).and_then(|r| r.get_mut(key));
            let Some(Value::String(id)) = id.map(Value::take) else {
                return Err(A::Error::custom("a record without an id"));
            };
            // The one rule about several records: no two have the same id.
            if !ids.insert(id.clone()) {
                return Err(A::Error::custom("an id that is not unique"));
            }
            left.push(Value::Object(Map::from_iter([(key.to_owned(), Value::String(id))])));
        }
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn large(change: impl Fn(&mut Vec<Value>)) -> Value {
        let record =
            |n: u32| json!({"itemCode": n.to_string(), "name": "Tea ".repeat(20), "price": 2});
        let mut records: Vec<Value> = (0..3_000).map(record).collect();
        change(&mut records);
        json!({"products": records})
    }

    fn looked_at(output: &Value) -> Option<Value> {
        ids_alone(Topic::SyncProducts, &Output::from(output))
    }

    #[test]
    fn of_a_large_output_that_keeps_the_contract_the_ids_are_left() {
        let ids = looked_at(&large(|_| {})).unwrap();
        assert_eq!(ids["products"].as_array().unwrap().len(), 3_000);
        assert_eq!(ids["products"][2_999], json!({"itemCode": "2999"}));
        let violations = violations(Topic::SyncProducts, &large(|_| {}));
        assert_eq!(violations, [""; 0]);
    }

    #[test]
    fn any_other_output_is_looked_at_as_a_whole() {
        let changes: [fn(&mut Vec<Value>); 4] = [
            |records| records[7]["itemCode"] = json!("8"),
            |records| records[2_999]["price"] = json!("2"),
            |records| records[5]["description"] = json!(""),
            |records| records[5] = json!(null),
        ];
        for change in changes {
            let output = large(change);
            assert!(!violations(Topic::SyncProducts, &output).is_empty());
            assert_eq!(looked_at(&output), None);
        }
        let mut more = large(|_| {});
        more["total"] = json!(3_000);
        assert_eq!(looked_at(&more), None);
        assert_eq!(looked_at(&json!({"products": []})), None);
    }
}
