//! Pieces of JavaScript that no text from a payload can break out of.

use std::fmt::Write as _;

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
pub(crate) fn is_identifier(text: &str) -> bool {
    let body = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    text != "__proto__" && text.chars().all(body) && text.starts_with(|c: char| !c.is_ascii_digit())
}

/// Whether `text` may name a variable.
pub(crate) fn is_variable(text: &str) -> bool {
    is_identifier(text) && !RESERVED.contains(&text) && text != "yield" && text != "with"
}

/// A string literal.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || is_hidden(c) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// One line of a comment, without anything that could end it or hide what follows.
pub(crate) fn comment(text: &str) -> String {
    let clean: String =
        text.chars().map(|c| if c.is_control() || is_hidden(c) { ' ' } else { c }).collect();
    domain::bounded(&clean.replace("*/", "* /"), 200)
}

/// Line separators that end a line in JavaScript, and marks that change how a line reads.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_cannot_be_left() {
        assert_eq!(text("a\"b\\c\nd"), r#""a\"b\\c\nd""#);
        assert_eq!(text("\u{2028}\u{202e}\0"), r#""\u2028\u202e\u0000""#);
        assert_eq!(text("🍜"), "\"🍜\"");
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
}
