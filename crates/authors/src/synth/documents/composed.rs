//! Texts that a sentence says are put together of several fields: `+`, then `code`, then `number`.

use std::sync::LazyLock;

use regex::Regex;

use super::Statement;
use crate::pattern::pattern;

/// One piece of such a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// It stands there as it is.
    Text(String),
    /// What the field holds that has this name.
    Field(String),
}

static PIECE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"`([^`\n]{1,120})`|["“]([^"”`\n]{1,12})["”]"#));
/// What stands in marks and is no field's name: `.jpg`, `/`.
static LITERAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[^A-Za-z0-9_]|^https?://"));
/// What stands between two pieces.
static JOINT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*(?:,|\+)?\s*(?:and|then|and then|followed by|plus)?\s*(?:the\s+)?$")
});
/// That nothing comes between them.
static CLOSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bnothing (?:in )?between\b|\b(?:no|without|without any) (?:spaces?|blanks?|separators?)\b|\bfollowed by\b|\bone after the other\b|\bglued\b|\bin a row\b|\b(?:run|joined|put|strung|stuck|taken|written|pasted|chained) together\b|\bconcatenat\w+|\bjoined\s*(?:$|[.,;)])|\bappended\b",
    )
});
/// The same where some of it stands there as it is: one of two fields may come first for other reasons.
static THEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bthen\b"));
/// That a space does.
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:a|one|single) (?:space|blank) (?:in )?between\b|\b(?:with|by) (?:a|one|single|a single) (?:space|blank)s?\b|\bseparated by spaces?\b",
    )
});

impl Statement {
    /// The pieces of the text that the sentence puts together, with two fields at least, and what stands
    /// between them; nothing where it does not say that.
    pub(crate) fn composed(&self) -> Option<(Vec<Piece>, &'static str)> {
        let (mut best, mut run): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
        let mut end = None;
        for found in PIECE.captures_iter(&self.text) {
            let whole = found.get(0)?;
            let between = end.and_then(|end: usize| self.text.get(end..whole.start()));
            if !between.is_some_and(|text| JOINT.is_match(text)) {
                run.clear();
            }
            let term = found.get(1).map(|term| {
                let is_literal = LITERAL.is_match(term.as_str());
                let piece = if is_literal { Piece::Text } else { Piece::Field };
                piece(term.as_str().to_owned())
            });
            run.push(term.or_else(|| Some(Piece::Text(found.get(2)?.as_str().to_owned())))?);
            if run.len() > best.len() {
                best.clone_from(&run);
            }
            end = Some(whole.end());
        }
        let fields = best.iter().filter(|piece| matches!(piece, Piece::Field(_))).count();
        if fields < 2 {
            return None;
        }
        let joint = if SPACED.is_match(&self.lower) {
            " "
        } else if CLOSE.is_match(&self.lower)
            || (THEN.is_match(&self.lower) && best.iter().any(|p| matches!(p, Piece::Text(_))))
        {
            ""
        } else {
            return None;
        };
        Some((best, joint))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Documents;
    use super::*;
    use domain::Document;

    fn read(text: &str) -> Option<(Vec<Piece>, &'static str)> {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        Documents::read(&[document], &[]).statements.first()?.composed()
    }

    #[test]
    fn pieces_are_those_that_stand_in_a_row_where_it_is_said_what_comes_between() {
        let field = |name: &str| Piece::Field(name.to_owned());
        let plus = Piece::Text("+".to_owned());
        for (text, pieces, joint) in [
            (
                "A number is dialled as \"+\", `cc`, `area`, `local`, with nothing between them.",
                vec![plus, field("cc"), field("area"), field("local")],
                "",
            ),
            (
                "The address of a picture is `base`, then `ref`, then \".jpg\".",
                vec![field("base"), field("ref"), Piece::Text(".jpg".to_owned())],
                "",
            ),
            (
                "`line` is written `street` and `number`, with a space between.",
                vec![field("street"), field("number")],
                " ",
            ),
        ] {
            assert_eq!(read(text), Some((pieces, joint)), "{text}");
        }
        assert_eq!(
            read("A picture's address is `base`, `ref` and `.jpg` run together."),
            Some((vec![field("base"), field("ref"), Piece::Text(".jpg".to_owned())], ""))
        );
        assert_eq!(read("`cc` and `local`, joined by a dash."), None);
        assert_eq!(read("`cc` and `local` are parts of the number."), None);
        assert_eq!(read("Dial `cc`, then ask for `local`."), None);
        assert_eq!(read("A phone: `phone`, then `mobile`."), None);
    }
}
