//! Values as JavaScript source that can say nothing but the value.

use std::fmt::Write as _;

use serde_json::Value;

/// A text as a string literal.
pub(super) fn text(value: &str) -> String {
    let mut out = String::from("\"");
    out.push_str(&escaped(value, '"'));
    out.push('"');
    out
}

/// A text as the inside of a literal that ends with `quote`.
pub(super) fn escaped(value: &str, quote: char) -> String {
    let mut out = String::new();
    for c in value.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            '$' if quote == '`' => out.push_str("\\$"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            // Controls, and what a reader cannot see or a parser takes for a line's end.
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}') =>
            {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

fn is_identifier(name: &str) -> bool {
    name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}

/// A key of an object literal. `__proto__` written plainly would set the prototype.
pub(super) fn key(name: &str) -> String {
    if name == "__proto__" {
        "[\"__proto__\"]".to_owned()
    } else if is_identifier(name) {
        name.to_owned()
    } else {
        text(name)
    }
}

/// Access to a property; `optional` where what is before it may be missing.
pub(super) fn property(name: &str, optional: bool) -> String {
    match (is_identifier(name), optional) {
        (true, false) => format!(".{name}"),
        (true, true) => format!("?.{name}"),
        (false, false) => format!("[{}]", text(name)),
        (false, true) => format!("?.[{}]", text(name)),
    }
}

/// Any JSON value.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(string) => text(string),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let inner: Vec<String> = fields
                .iter()
                .map(|(name, item)| format!("{}: {}", key(name), self::value(item)))
                .collect();
            format!("{{ {} }}", inner.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_text_ends_its_literal() {
        assert_eq!(text("a\"b\\\n\u{2028}🍕"), r#""a\"b\\\n\u{2028}🍕""#);
        assert_eq!(escaped("`${x}`", '`'), r"\`\${x}\`");
    }

    #[test]
    fn keys_and_properties_are_quoted_where_needed() {
        assert_eq!(
            value(&json!({"a": 1, "b-c": [], "__proto__": null})),
            r#"{ a: 1, "b-c": [], ["__proto__"]: null }"#
        );
        assert_eq!(property("x-y", true), r#"?.["x-y"]"#);
    }
}
