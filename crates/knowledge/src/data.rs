//! JSON and YAML from outside as values, within bounds of depth and size: whoever reads a document
//! reads it through here.

use std::cell::Cell;
use std::fmt;

use saphyr_parser::Event;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deeper than any description of an API is; everything that walks a value relies on it.
const MAX_DEPTH: usize = 100;
/// A YAML document may repeat itself by alias, and grow without end by it: one that unfolds to more
/// than this many times its own length is no description.
const MAX_GROWTH: usize = 16;

/// The value of a JSON text; none where it is not JSON or out of bounds.
#[must_use]
pub fn json(text: &str) -> Option<Value> {
    let left = allowance(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Bounded { left: &left, depth: 0 }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(value)
}

/// The value of a YAML text of one document; none where it is not YAML or out of bounds.
#[must_use]
pub fn yaml(text: &str) -> Option<Value> {
    if !is_shallow(text) {
        return None;
    }
    let left = allowance(text);
    Bounded { left: &left, depth: 0 }.deserialize(yaml_serde::Deserializer::from_str(text)).ok()
}

/// Whether a YAML text nests no deeper than [`MAX_DEPTH`]. `yaml_serde` finds out only after it has
/// scanned the whole text, in a time that grows with the square of the depth: a page of brackets
/// would take it minutes. This parser is asked event by event and stopped at the bound.
fn is_shallow(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut parser = saphyr_parser::Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Err(_) => return false,
            Ok((Event::SequenceStart(..) | Event::MappingStart(..), _)) => depth += 1,
            Ok((Event::SequenceEnd | Event::MappingEnd, _)) => depth = depth.saturating_sub(1),
            Ok(_) => {}
        }
        if depth > MAX_DEPTH {
            return false;
        }
    }
    true
}

fn allowance(text: &str) -> Cell<usize> {
    Cell::new(text.len().saturating_mul(MAX_GROWTH))
}

/// A value that may take so many bytes and no more.
#[derive(Clone, Copy)]
struct Bounded<'b> {
    left: &'b Cell<usize>,
    depth: usize,
}

impl<'b> Bounded<'b> {
    fn spend<E: Error>(self, cost: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(cost).ok_or_else(|| E::custom("too large"))?;
        self.left.set(left);
        Ok(())
    }

    fn inner<E: Error>(self) -> Result<Bounded<'b>, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom("too deep"));
        }
        Ok(Bounded { left: self.left, depth: self.depth + 1 })
    }

    fn leaf<E: Error>(self, value: impl Into<Value>) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.into())
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain data")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.leaf(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.leaf(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.leaf(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.leaf(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.spend(1 + text.len())?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.leaf(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.leaf(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        self.deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let inner = self.inner()?;
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.spend(key.len())?;
            fields.insert(key, map.next_value_seed(inner)?);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_as_keys_are_texts_as_in_json() {
        assert_eq!(
            yaml("responses:\n  200: {ok: yes}\n"),
            Some(json!({"responses": {"200": {"ok": "yes"}}}))
        );
    }

    #[test]
    fn ten_thousand_levels_are_refused() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert_eq!((json(&deep), yaml(&deep)), (None, None));
        let deep = "{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000);
        assert_eq!((json(&deep), yaml(&deep)), (None, None));
    }

    #[test]
    fn a_page_of_brackets_is_refused_before_it_is_scanned() {
        for piece in ["[", "{a: ", "- ", "? ", "[a, ", "[']', ", "{\n", "[\n", "!t [", "&a ["] {
            assert_eq!(yaml(&piece.repeat(500_000)), None, "{piece}");
        }
    }

    #[test]
    fn aliases_that_unfold_without_end_are_refused() {
        let mut bomb = "a0: &a0 [\"0123456789\", \"0123456789\"]\n".to_owned();
        for level in 1..30 {
            let below = level - 1;
            let list = format!("*a{below}, ").repeat(4);
            bomb.extend([format!("a{level}: &a{level} [{list}]\n")]);
        }
        assert_eq!(yaml(&bomb), None);
        let wide = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(50_000), "*a, ".repeat(5_000));
        assert_eq!(yaml(&wide), None);
        assert_eq!(yaml("a: &a {x: 1}\nb: *a\n"), Some(json!({"a": {"x": 1}, "b": {"x": 1}})));
    }
}
