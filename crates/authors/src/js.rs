//! Pieces of JavaScript that no text from a payload can break out of.

use std::fmt::Write as _;

use domain::is_hidden;
use serde_json::Value;

const RESERVED: [&str; 46] = [
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
];

/// Whether `text` may stand after a dot or as a key without quotes.
fn is_identifier(text: &str) -> bool {
    let body = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    text != "__proto__" && text.chars().all(body) && text.starts_with(|c: char| !c.is_ascii_digit())
}

/// Whether `text` may name a variable.
pub(crate) fn is_variable(text: &str) -> bool {
    is_identifier(text) && !RESERVED.contains(&text) && text != "yield" && text != "with"
}

/// A string literal.
pub(crate) fn text(text: &str) -> String {
    format!("\"{}\"", escaped(text, '"'))
}

/// A text as the inside of a literal that ends with `quote`.
pub(crate) fn escaped(text: &str, quote: char) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            '$' if quote == '`' => out.push_str("\\$"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() || is_hidden(c) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// A key of an object literal. `__proto__` written plainly would set the prototype.
pub(crate) fn key(name: &str) -> String {
    if name == "__proto__" {
        "[\"__proto__\"]".to_owned()
    } else if is_identifier(name) {
        name.to_owned()
    } else {
        text(name)
    }
}

/// Access to a property; `optional` where what is before it may be missing.
pub(crate) fn property(name: &str, optional: bool) -> String {
    match (is_identifier(name), optional) {
        (true, false) => format!(".{name}"),
        (true, true) => format!("?.{name}"),
        (false, false) => format!("[{}]", text(name)),
        (false, true) => format!("?.[{}]", text(name)),
    }
}

/// Any JSON value.
pub(crate) fn value(value: &Value) -> String {
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

/// One line of a comment, without anything that could end it or hide what follows.
pub(crate) fn comment(text: &str) -> String {
    let clean: String =
        text.chars().map(|c| if c.is_control() || is_hidden(c) { ' ' } else { c }).collect();
    domain::bounded(&clean.replace("*/", "* /"), 200)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_literal_cannot_be_left() {
        assert_eq!(text("a\"b\\c\nd"), r#""a\"b\\c\nd""#);
        assert_eq!(text("\u{2028}\u{202e}\0"), r#""\u{2028}\u{202e}\u{0}""#);
        assert_eq!(text("🍜"), "\"🍜\"");
        assert_eq!(escaped("`${x}`", '`'), r"\`\${x}\`");
    }

    #[test]
    fn a_comment_stays_one_line_and_open() {
        assert_eq!(comment("a */ b\nc\u{2028}d"), "a * / b c d");
    }

    #[test]
    fn only_plain_names_stand_without_quotes() {
        assert!(is_identifier("price_money") && is_identifier("class") && !is_variable("class"));
        assert!(!is_identifier("__proto__") && !is_identifier("a-b") && !is_identifier("1a"));
        assert!(!is_identifier(""));
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
