//! Text from outside, made fit to store and to show.

use std::fmt::Write as _;

use serde_json::Value;

/// `text` cut to at most `max` characters, with `…` in place of what was cut, and without NUL
/// characters, which PostgreSQL cannot hold.
#[must_use]
pub fn bounded(text: &str, max: usize) -> String {
    let clean = |c: char| if c == '\0' { '\u{fffd}' } else { c };
    match text.char_indices().nth(max) {
        None => text.chars().map(clean).collect(),
        Some(_) => text.chars().take(max.saturating_sub(1)).map(clean).chain(['…']).collect(),
    }
}

/// The path of the first NUL character in a JSON value, in keys as in values: `$.items[2].name`.
#[must_use]
pub fn nul_path(value: &Value) -> Option<String> {
    fn visit(value: &Value, path: &mut String) -> bool {
        let length = path.len();
        let found = match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
            Value::String(text) => text.contains('\0'),
            Value::Array(items) => items.iter().enumerate().any(|(index, item)| {
                path.truncate(length);
                // Writing to a string cannot fail.
                let _ = write!(path, "[{index}]");
                visit(item, path)
            }),
            Value::Object(fields) => fields.iter().any(|(key, item)| {
                path.truncate(length);
                path.push('.');
                path.push_str(&key.replace('\0', "\\u0000"));
                key.contains('\0') || visit(item, path)
            }),
        };
        if !found {
            path.truncate(length);
        }
        found
    }
    let mut path = "$".to_owned();
    visit(value, &mut path).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bounded_keeps_short_text_and_marks_a_cut() {
        assert_eq!(bounded("abc", 3), "abc");
        assert_eq!(bounded("abcd", 3), "ab…");
        assert_eq!(bounded("äöü!", 3), "äö…");
        assert_eq!(bounded("a\0b", 9), "a\u{fffd}b");
    }

    #[test]
    fn nul_is_found_in_values_and_keys() {
        assert_eq!(nul_path(&json!({"a": [1, {"b": "fine"}], "c": null})), None);
        assert_eq!(nul_path(&json!({"a": [1, {"b": "x\0"}]})).as_deref(), Some("$.a[1].b"));
        assert_eq!(nul_path(&json!({"k\0": 1})).as_deref(), Some("$.k\\u0000"));
    }
}
