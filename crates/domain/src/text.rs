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

/// Whether a character changes how a text reads without being seen: direction marks, joiners, and the line
/// separators that `char::is_control` does not count.
#[must_use]
pub const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `text` with control characters and [hidden](is_hidden) ones written as escapes, but for those that are
/// `kept`: what a text from outside says can be seen, and it steers no terminal.
#[must_use]
pub fn visible(text: &str, kept: &[char]) -> String {
    let disturbs = |c: char| (c.is_control() || is_hidden(c)) && !kept.contains(&c);
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if disturbs(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
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
    fn what_hides_or_steers_is_seen() {
        let text = "a\tb\n\u{1b}[2K\u{202e}c\u{2028}d\r";
        assert_eq!(visible(text, &[]), "a\\tb\\n\\u{1b}[2K\\u{202e}c\\u{2028}d\\r");
        assert_eq!(visible(text, &['\t', '\n']), "a\tb\n\\u{1b}[2K\\u{202e}c\\u{2028}d\\r");
        assert_eq!(visible("é 🧀 'x'", &[]), "é 🧀 'x'");
    }

    #[test]
    fn nul_is_found_in_values_and_keys() {
        assert_eq!(nul_path(&json!({"a": [1, {"b": "fine"}], "c": null})), None);
        assert_eq!(nul_path(&json!({"a": [1, {"b": "x\0"}]})).as_deref(), Some("$.a[1].b"));
        assert_eq!(nul_path(&json!({"k\0": 1})).as_deref(), Some("$.k\\u0000"));
    }
}
