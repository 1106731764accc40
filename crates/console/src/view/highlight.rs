//! The colours of JavaScript. The grammar only says what a piece of text is; the text itself goes to the
//! template as it is, which escapes it.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use domain::visible;
use syntect::parsing::{ParseState, ScopeStack, SyntaxSet};

/// Longer lines have no colours: a grammar's patterns take their time on them.
const LINE_MAX: usize = 500;
/// After this long the rest has no colours. A script that somebody made to be slow costs no more.
/// A build that is not optimized gets the time that it needs.
const LONGEST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 5_000 } else { 250 });

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What a grammar calls things, from the outermost in, and the class that they are shown with. The last
/// that fits counts.
const CLASSES: [(&str, &str); 9] = [
    ("comment", "c"),
    ("string", "s"),
    ("constant.numeric", "n"),
    ("constant.language", "n"),
    ("keyword", "k"),
    ("storage", "k"),
    ("entity.name.function", "f"),
    ("support.function", "f"),
    ("variable.function", "f"),
];

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// A class of the style sheet; empty where the text is plain.
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

/// A line of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeLine {
    pub(crate) number: usize,
    pub(crate) pieces: Vec<Piece>,
}

/// The lines of a script.
pub(crate) fn highlighted(source: &str) -> Vec<CodeLine> {
    let mut state = GRAMMARS.find_syntax_by_extension("js").map(ParseState::new);
    let mut stack = ScopeStack::new();
    let begun = Instant::now();
    lines(source)
        .zip(1..)
        .map(|(line, number)| {
            if line.len() > LINE_MAX || begun.elapsed() > LONGEST {
                state = None;
            }
            let pieces = state.as_mut().and_then(|state| pieces(line, state, &mut stack));
            if pieces.is_none() {
                state = None;
            }
            CodeLine { number, pieces: pieces.unwrap_or_else(|| vec![plain(line)]) }
        })
        .collect()
}

/// The lines as the engine counts them: it ends a comment where `str::lines` does not end a line. An end
/// that is not seen as one is left in the line.
fn lines(source: &str) -> impl Iterator<Item = &str> {
    const ENDS: [char; 3] = ['\r', '\u{2028}', '\u{2029}'];
    source.lines().flat_map(|line| {
        let last = line.is_empty().then_some(line);
        line.split_inclusive(ENDS).chain(last)
    })
}

fn plain(text: &str) -> Piece {
    Piece { class: "", text: shown(text) }
}

/// What hides how a line reads is written out.
fn shown(text: &str) -> String {
    visible(text, &['\t'])
}

/// None where the grammar does not get on.
fn pieces(line: &str, state: &mut ParseState, stack: &mut ScopeStack) -> Option<Vec<Piece>> {
    // The grammar wants the end of the line as well.
    let whole = format!("{line}\n");
    let operations = state.parse_line(&whole, &GRAMMARS).ok()?;
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    for (place, operation) in &operations {
        push(&mut pieces, line.get(at..(*place).min(line.len()))?, stack);
        at = (*place).min(line.len());
        stack.apply(operation).ok()?;
    }
    push(&mut pieces, line.get(at..)?, stack);
    Some(pieces)
}

fn push(pieces: &mut Vec<Piece>, text: &str, stack: &ScopeStack) {
    if text.is_empty() {
        return;
    }
    let class = class_of(stack);
    match pieces.last_mut() {
        Some(last) if last.class == class => last.text.push_str(&shown(text)),
        Some(_) | None => pieces.push(Piece { class, text: shown(text) }),
    }
}

fn class_of(stack: &ScopeStack) -> &'static str {
    let of = |scope: &syntect::parsing::Scope| {
        let name = scope.build_string();
        let fits = |word: &str| {
            name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        CLASSES.iter().find(|(word, _)| fits(word)).map(|(_, class)| *class)
    };
    stack.as_slice().iter().rev().find_map(of).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(source: &str) -> Vec<(&'static str, String)> {
        let lines = highlighted(source);
        lines.into_iter().flat_map(|line| line.pieces).map(|p| (p.class, p.text)).collect()
    }

    #[test]
    fn words_texts_numbers_and_comments_are_told_apart() {
        let found = classes("// note\nconst price = 'a' + 12;");
        for wanted in [("c", "// note"), ("k", "const"), ("s", "'a'"), ("n", "12")] {
            let has =
                |(class, text): &(&str, String)| *class == wanted.0 && text.contains(wanted.1);
            assert!(found.iter().any(has), "{wanted:?} in {found:?}");
        }
    }

    #[test]
    fn no_letter_is_lost_or_added_whatever_the_text() {
        let long = "x".repeat(LINE_MAX + 1);
        for source in [
            "",
            "a",
            "\n\n",
            "function f(a) {\n  return `x ${a?.b ?? \"<script>\"} y`; // é\u{1f9c0}\n}",
            "/* never ended",
            "'never ended",
            "<!-- html --> </script>",
            &format!("const a = 1;\n{long}\nconst b = 2;"),
        ] {
            let lines = highlighted(source);
            let again: Vec<String> = lines
                .iter()
                .map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect())
                .collect();
            assert_eq!(again, source.lines().collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_ends_a_comment_for_the_engine_ends_it_here_and_what_hides_is_seen() {
        let lines = highlighted("// a\u{2028}evil()\r// \u{202e}b\n");
        let texts: Vec<String> = lines
            .iter()
            .map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect())
            .collect();
        assert_eq!(texts, ["// a\\u{2028}", "evil()\\r", "// \\u{202e}b"]);
        assert_eq!(lines[1].pieces[0].class, "f");
    }

    #[test]
    fn a_script_that_is_made_to_be_slow_costs_a_bounded_time() {
        let source = "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((\n".repeat(20_000);
        let begun = Instant::now();
        assert_eq!(highlighted(&source).len(), 20_000);
        assert!(begun.elapsed() < LONGEST * 8, "{:?}", begun.elapsed());
    }
}
