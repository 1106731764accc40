//! Characters that a person who looks at the text does not see: whoever wrote a document may hide
//! orders to a model in them, or turn the order in which a line is read. They are shown, not
//! dropped, because a payload may really hold them and a script may have to deal with them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with invisible characters as escapes of JavaScript and JSON, `\u200b`. Line ends of
/// other systems become `\n`, which is all that they mean.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '\r' {
            if characters.peek() != Some(&'\n') {
                shown.push('\n');
            }
        } else if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Controls, marks of direction and width, line separators, tags, selectors and fillers without a
/// shape of their own. The two selectors that choose how an emoji looks are not worth a word.
fn is_hidden(c: char) -> bool {
    if matches!(c, '\n' | '\t') {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        for (text, shown) in [
            ("plain\ttext\n", "plain\ttext\n"),
            ("a\u{200b}b\u{202e}c", "a\\u200bb\\u202ec"),
            ("\u{e0041}", "\\udb40\\udc41"),
            ("\u{1b}[2J\0", "\\u001b[2J\\u0000"),
            ("one\r\ntwo\rthree", "one\ntwo\nthree"),
            ("line\u{2028}line", "line\\u2028line"),
            ("❤\u{fe0f} é 茶 🍵", "❤\u{fe0f} é 茶 🍵"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }
}
