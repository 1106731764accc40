//! The shape of a large value: each path with what stands there, how often, and between which bounds.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::excerpt::is_keyed;
use super::hidden::Hidden;
use super::tokens::tokens;

/// Paths that are told apart. Further ones are only counted.
const PATHS_MAX: usize = 1_500;
/// Different texts at a path up to which all are told.
const KINDS_MAX: usize = 8;
/// Characters of a text that may be one of a few.
const KIND_CHARS: usize = 40;
/// Levels that are told where there is room for all.
const LEVELS: usize = 24;

/// What stands at one path.
#[derive(Debug, Default)]
struct Place {
    /// Values, of any type.
    seen: usize,
    nulls: usize,
    booleans: usize,
    integers: usize,
    decimals: usize,
    texts: usize,
    lists: usize,
    objects: usize,
    /// Least and greatest number.
    numbers: Option<(f64, f64)>,
    /// Characters of the shortest and the longest text.
    lengths: Option<(usize, usize)>,
    /// Entries of the shortest and the longest list.
    entries: Option<(usize, usize)>,
    /// The first different texts.
    kinds: Vec<String>,
    /// Whether a text was met that is none of them.
    other_texts: bool,
    fields: Vec<(String, Place)>,
    by_name: HashMap<String, usize>,
}

/// The step from a list to its entries, and from an object whose keys are data to its fields.
const ENTRY: &str = "[]";
const KEYED: &str = "{key}";

/// A shape that grows as values are looked at.
#[derive(Debug, Default)]
pub(super) struct Shape {
    top: Place,
    paths: usize,
    beyond: usize,
}

impl Shape {
    pub(super) fn of(value: &Value) -> Self {
        let mut shape = Self::default();
        let Self { top, paths, beyond } = &mut shape;
        top.look(value, paths, beyond);
        shape
    }

    /// The shape as lines that begin with `name`, in no more than so many tokens: with as many levels
    /// as there is room for. None where there is room for none.
    pub(super) fn within(&self, name: &str, hidden: &Hidden, max: u32) -> Option<String> {
        (1..=LEVELS).rev().find_map(|levels| {
            let mut lines = Vec::new();
            self.top.tell(name, None, levels, &mut lines);
            if self.beyond > 0 {
                lines.push(format!("and {} values at other paths", self.beyond));
            }
            let text = hidden.hide(&lines.join("\n"));
            (tokens(&text) <= max).then_some(text)
        })
    }
}

impl Place {
    fn look(&mut self, value: &Value, paths: &mut usize, beyond: &mut usize) {
        self.seen += 1;
        match value {
            Value::Null => self.nulls += 1,
            Value::Bool(_) => self.booleans += 1,
            Value::Number(number) => {
                let count = if number.is_f64() { &mut self.decimals } else { &mut self.integers };
                *count += 1;
                let number = number.as_f64().unwrap_or_default();
                let (least, most) = self.numbers.unwrap_or((number, number));
                self.numbers = Some((least.min(number), most.max(number)));
            }
            Value::String(text) => self.look_at_text(text),
            Value::Array(items) => {
                self.lists += 1;
                widen(&mut self.entries, items.len());
                for item in items {
                    self.below(ENTRY, item, paths, beyond);
                }
            }
            Value::Object(fields) => {
                self.objects += 1;
                let is_keyed = is_keyed(value);
                for (key, field) in fields {
                    self.below(if is_keyed { KEYED } else { key }, field, paths, beyond);
                }
            }
        }
    }

    fn look_at_text(&mut self, text: &str) {
        self.texts += 1;
        let length = text.chars().count();
        widen(&mut self.lengths, length);
        if self.other_texts || self.kinds.iter().any(|kind| kind == text) {
            return;
        }
        if self.kinds.len() < KINDS_MAX && length <= KIND_CHARS {
            self.kinds.push(text.to_owned());
        } else {
            self.other_texts = true;
        }
    }

    fn below(&mut self, name: &str, value: &Value, paths: &mut usize, beyond: &mut usize) {
        let at = match self.by_name.get(name) {
            Some(at) => *at,
            None if *paths >= PATHS_MAX => {
                *beyond += 1;
                return;
            }
            None => {
                *paths += 1;
                self.by_name.insert(name.to_owned(), self.fields.len());
                self.fields.push((name.to_owned(), Self::default()));
                self.fields.len() - 1
            }
        };
        if let Some((_, place)) = self.fields.get_mut(at) {
            place.look(value, paths, beyond);
        }
    }

    /// A line for this path and those below it; `of` is how many objects could have it.
    fn tell(&self, path: &str, of: Option<usize>, levels: usize, lines: &mut Vec<String>) {
        lines.push(format!("{path}: {}", self.told(of)));
        if levels <= 1 {
            return;
        }
        for (name, place) in &self.fields {
            match name.as_str() {
                ENTRY => place.tell(&format!("{path}[]"), None, levels - 1, lines),
                KEYED => place.tell(&format!("{path}.{KEYED}"), None, levels - 1, lines),
                name => {
                    let name = super::visible::visible(name);
                    let path = format!("{path}.{}", domain::bounded(&name, KIND_CHARS));
                    place.tell(&path, Some(self.objects), levels - 1, lines);
                }
            }
        }
    }

    fn told(&self, of: Option<usize>) -> String {
        let types = [
            (self.booleans, "true or false"),
            (self.integers, "integer"),
            (self.decimals, "decimal"),
            (self.texts, "text"),
            (self.lists, "list"),
            (self.objects, "object"),
        ];
        let types: Vec<&str> =
            types.iter().filter(|(n, _)| *n > 0).map(|(_, name)| *name).collect();
        let mut told = if types.is_empty() { "null".to_owned() } else { types.join(" or ") };
        // Writing to a string cannot fail.
        let _ = match of {
            Some(of) if of != self.seen => write!(told, ", in {} of {of}", self.seen),
            Some(_) => Ok(()),
            None => write!(told, ", {}", self.seen),
        };
        if self.nulls > 0 && self.nulls < self.seen {
            let _ = write!(told, ", null in {}", self.nulls);
        }
        if let Some((least, most)) = self.numbers {
            let _ = write!(told, ", {least} to {most}");
        }
        if let Some((least, most)) = self.entries {
            let _ = write!(told, ", {least} to {most} entries");
        }
        let quoted = |text: &String| Value::from(text.as_str()).to_string();
        // Texts that are all different name records; those that come again name kinds.
        match self.kinds.as_slice() {
            kinds @ [_, ..]
                if !self.other_texts && (kinds.len() < self.texts || self.texts == 1) =>
            {
                let kinds: Vec<String> = kinds.iter().map(quoted).collect();
                let _ = write!(told, ", {}", kinds.join(" | "));
            }
            kinds => {
                if let Some((least, most)) = self.lengths {
                    let _ = write!(told, ", {least} to {most} characters");
                }
                if let Some(first) = kinds.first() {
                    let _ = write!(told, ", such as {}", quoted(first));
                }
            }
        }
        told
    }
}

fn widen(bounds: &mut Option<(usize, usize)>, by: usize) {
    let (least, most) = bounds.get_or_insert((by, by));
    (*least, *most) = ((*least).min(by), (*most).max(by));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_path_is_told_with_types_counts_kinds_and_bounds() {
        let payload = json!({"items": [
            {"id": "a-1", "type": "FOOD", "price": 4.5, "note": null},
            {"id": "a-2", "type": "DRINK", "price": 3, "tags": ["hot"]},
            {"id": "a-3", "type": "FOOD", "price": 12, "note": "with milk"},
        ]});
        let text = Shape::of(&payload).within("payload", &Hidden::of(&[]), 1_000).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "payload: object, 1",
                "payload.items: list, 3 to 3 entries",
                "payload.items[]: object, 3",
                "payload.items[].id: text, 3 to 3 characters, such as \"a-1\"",
                "payload.items[].type: text, \"FOOD\" | \"DRINK\"",
                "payload.items[].price: integer or decimal, 3 to 12",
                "payload.items[].note: text, in 2 of 3, null in 1, \"with milk\"",
                "payload.items[].tags: list, in 1 of 3, 1 to 1 entries",
                "payload.items[].tags[]: text, 1, \"hot\"",
            ]
        );
    }

    #[test]
    fn keys_that_are_data_are_one_path_and_too_many_paths_are_counted() {
        let keyed: Value = (0..50)
            .map(|n| (format!("k{n}"), json!({"name": "x"})))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let text = Shape::of(&keyed).within("payload", &Hidden::of(&[]), 1_000).unwrap();
        assert!(text.contains("payload.{key}.name: text, \"x\""), "{text}");
        let wide: Value = (0..4_000)
            .map(|n| (format!("k{n}"), json!(1)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let text = Shape::of(&wide).within("payload", &Hidden::of(&[]), 100_000).unwrap();
        assert!(text.ends_with("and 2500 values at other paths"), "{}", text.len());
    }

    #[test]
    fn levels_are_left_out_where_there_is_no_room() {
        let payload = json!({"a": {"b": {"c": {"d": 1}}}});
        let text = Shape::of(&payload).within("payload", &Hidden::of(&[]), 25).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
