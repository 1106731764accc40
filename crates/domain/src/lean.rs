//! JSON values without spare room. As the parser makes it, a value of a large catalogue is a third
//! larger than it need be: each of its many small lists and objects has room to grow.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON value that takes no more memory than its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct LeanValue(pub Value);

impl<'de> Deserialize<'de> for LeanValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lean).map(Self)
    }
}

/// Reads what may be missing or null, for `#[serde(default, deserialize_with = "…")]`.
///
/// # Errors
/// When it is no JSON.
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(Option::<LeanValue>::deserialize(deserializer)?.map(|lean| lean.0))
}

struct Lean;

impl<'de> Visitor<'de> for Lean {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, mut value: String) -> Result<Value, E> {
        value.shrink_to_fit();
        Ok(Value::String(value))
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Self)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(LeanValue(item)) = list.next_element()? {
            items.push(item);
        }
        items.shrink_to_fit();
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields: Vec<(String, Value)> = Vec::new();
        while let Some((key, LeanValue(field))) = object.next_entry()? {
            fields.push((key, field));
        }
        // The number of the fields is known now, so that the map is made for just as many.
        Ok(Value::Object(fields.into_iter().collect::<Map<_, _>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lean_value_is_what_the_parser_makes() {
        for text in [
            r#"{"b": [1, -2, 2.50, 1e3, 18446744073709551615, "x\u00e4\n", null, true, {}], "a": {"a": [[]]}}"#,
            r#"{"twice": 1, "other": 2, "twice": {"c": 3}}"#,
            "\"text\"",
            "null",
        ] {
            let lean: LeanValue = serde_json::from_str(text).unwrap();
            let plain: Value = serde_json::from_str(text).unwrap();
            assert_eq!(lean.0.to_string(), plain.to_string());
            assert_eq!(serde_json::from_value::<LeanValue>(plain.clone()).unwrap().0, plain);
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(serde_json::from_str::<LeanValue>(&deep).is_err());
        assert!(serde_json::from_str::<LeanValue>("1e999").is_err());
    }
}
