//! A look through JSON that builds nothing of it: a large text is checked without its values, which
//! take several times its room.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// What a look through JSON shows. Whatever reads as one reads as a [`serde_json::Value`] too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// Whether it is an object.
    pub is_object: bool,
    /// Whether a NUL character stands in any of its texts or keys.
    pub has_nul: bool,
}

const PLAIN: Glance = Glance { is_object: false, has_nul: false };

impl<'de> Deserialize<'de> for Glance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Looking)
    }
}

struct Looking;

impl<'de> Visitor<'de> for Looking {
    type Value = Glance;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Glance, E> {
        Ok(PLAIN)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Glance, E> {
        Ok(PLAIN)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Glance, E> {
        Ok(PLAIN)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Glance, E> {
        match Number::from_f64(value) {
            Some(_) => Ok(PLAIN),
            None => Err(E::custom("a number that JSON cannot hold")),
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<Glance, E> {
        Ok(Glance { has_nul: value.contains('\0'), ..PLAIN })
    }

    fn visit_unit<E>(self) -> Result<Glance, E> {
        Ok(PLAIN)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Glance, A::Error> {
        let mut seen = PLAIN;
        while let Some(item) = list.next_element::<Glance>()? {
            seen.has_nul |= item.has_nul;
        }
        Ok(seen)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Glance, A::Error> {
        let mut seen = Glance { is_object: true, ..PLAIN };
        while let Some((key, field)) = object.next_entry::<Glance, Glance>()? {
            seen.has_nul |= key.has_nul || field.has_nul;
        }
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn it_reads_what_a_value_reads() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for text in [
            "{\"a\": [1, -2.5, 1e3, null, true, \"\\u00e4\"]}",
            "[]",
            "1e999",
            "{\"a\": }",
            "",
            &deep,
        ] {
            let glance = serde_json::from_str::<Glance>(text);
            let value = serde_json::from_str::<Value>(text);
            assert_eq!(glance.is_ok(), value.is_ok(), "{text}");
            if let (Ok(glance), Ok(value)) = (glance, value) {
                assert_eq!(glance, Glance { is_object: value.is_object(), has_nul: false });
            }
        }
    }

    #[test]
    fn nul_characters_are_seen_in_texts_and_keys() {
        for (text, has_nul) in [
            ("{\"a\": [\"x\\u0000\"]}", true),
            ("{\"a\": {\"k\\u0000\": 1}}", true),
            ("{\"a\": \"\\\\u0000\"}", false),
        ] {
            assert_eq!(serde_json::from_str::<Glance>(text).unwrap().has_nul, has_nul, "{text}");
        }
    }
}
