//! What documents state about fields, read sentence by sentence: prose, lists and tables of Markdown,
//! pages of HTML, and the descriptions of an OpenAPI file.
//!
//! Only a handful of sentence patterns is understood, all of them about data. A document can steer
//! which field is read and how; it cannot put text into a script other than as a quoted value.

mod composed;
mod markup;
mod owners;
mod pronouns;
mod schema;
mod subjects;

use std::sync::LazyLock;

use domain::{ClarificationRound, Document};
use regex::Regex;

use super::path::Path;
use super::scope::is_language;
use super::vocabulary::{Entity, vocabulary};
use crate::pattern::pattern;
pub(crate) use composed::Piece;

/// More text than this is not read: it bounds the time that one draft takes.
const MAX_TEXT: usize = 400_000;

/// One statement.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// The statement as it stands.
    pub(crate) text: String,
    /// In lower case.
    pub(crate) lower: String,
    /// What stands in backticks.
    pub(crate) terms: Vec<String>,
    /// All its words in the vocabulary's form.
    pub(crate) words: Vec<String>,
    /// The number of the paragraph, bullet or row that it is part of.
    pub(crate) block: usize,
    /// The kinds of record whose fields it names; none where it does not say.
    owners: Vec<Entity>,
}

/// Where a term stands in the text of its statement, with its marks.
pub(crate) struct TermPlace<'s> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) term: &'s str,
}

/// All statements of all documents.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    pub(crate) statements: Vec<Statement>,
}

static TERM: LazyLock<Regex> = LazyLock::new(|| pattern("`([^`\n]{1,120})`"));
/// A full stop, a semicolon or a line's end, but not the dot of a decimal, a path or `e.g.`.
static STOP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:[.;!?]\)?(?:\s+|$))|(?:\n\s*(?:[-*+#]|\d+[.)]|\n)\s*)|(?:\n\s*\|)")
});

/// What a person writes that is more than an answer to the point.
const TELLING: usize = 4;

/// The end of what leads to a term.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:is|are|by|in|under|holds|see|sees|use|uses|called|has|stands in|what|with)(?: the| its| a| that of| field| property| \w+['’]s)*\s*\(?$",
    )
});

static WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^\s*(?:is |= ?)?["'“]?([A-Za-z][\w-]*)["'”]?(?:\s|[:,;]|$)"#));

impl Documents {
    /// Reads the documents, and what people said in answer to questions: it counts as much.
    pub(crate) fn read(documents: &[Document], rounds: &[ClarificationRound]) -> Self {
        let mut read = Self::default();
        let replies = rounds.iter().rev().filter_map(|round| round.response.as_deref());
        for reply in replies.filter(|reply| reply.split_whitespace().count() >= TELLING) {
            read.add(&markup::with_paths_marked(reply));
        }
        for document in documents {
            let text: String = document.content.chars().take(MAX_TEXT).collect();
            match schema::described(&text) {
                Some(descriptions) => read.add(&descriptions),
                None => read.add(&markup::plain(&text)),
            }
        }
        pronouns::resolve(&mut read.statements);
        owners::note(&mut read.statements);
        read
    }

    fn add(&mut self, text: &str) {
        let text = &with_whole_rows(text);
        let mut block = self.statements.last().map_or(0, |last| last.block + 1);
        let mut from = 0;
        let stops = STOP.find_iter(text).map(|stop| (stop.start(), stop.end()));
        for (start, end) in stops.chain(Some((text.len(), text.len()))) {
            let part = text.get(from..start).unwrap_or_default().trim();
            let is_marked = part.starts_with(['-', '*', '+', '#']);
            let own = without_mark(part).replace('\n', " ");
            if is_marked {
                block += 1;
            }
            if !own.is_empty() {
                self.statements.push(Statement::of(own, block));
            }
            let stop = text.get(start..end).unwrap_or_default();
            let line = stop.trim_start_matches(['.', ';', '!', '?', ')']);
            if line.trim_start_matches([' ', '\t']).starts_with('\n') && line.trim() != ""
                || line.matches('\n').count() > 1
            {
                block += 1;
            }
            from = end;
        }
    }

    /// The statements that name the field.
    pub(crate) fn about<'s>(&'s self, path: &'s Path) -> impl Iterator<Item = &'s Statement> {
        self.statements.iter().filter(move |statement| statement.names(path))
    }

    /// The statements of all passages that name the field: what is said of it may go on in the next one.
    pub(crate) fn passages_about(&self, path: &Path) -> impl Iterator<Item = &Statement> {
        let blocks: Vec<usize> = self.about(path).map(|own| own.block).collect();
        self.statements.iter().filter(move |own| blocks.contains(&own.block))
    }

    /// Each statement with the one that goes on from it in the same passage.
    pub(crate) fn in_a_row(&self) -> impl Iterator<Item = (&Statement, &Statement)> {
        let pairs = self.statements.iter().zip(self.statements.iter().skip(1));
        pairs.filter(|(own, next)| own.block == next.block)
    }

    /// Whether any statement holds one of the patterns.
    pub(crate) fn say(&self, pattern: &Regex) -> Option<&Statement> {
        self.statements.iter().find(|statement| pattern.is_match(&statement.lower))
    }
}

impl Statement {
    fn of(text: String, block: usize) -> Self {
        let terms = TERM
            .captures_iter(&text)
            .filter_map(|found| found.get(1))
            .map(|m| m.as_str().to_owned())
            .collect();
        let words = vocabulary().words(&text);
        Self { lower: text.to_lowercase(), terms, words, text, block, owners: Vec::new() }
    }

    /// Whether one of its terms is the field's key or the end of its path.
    pub(crate) fn names(&self, path: &Path) -> bool {
        self.terms.iter().any(|term| term_names(term, path))
    }

    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    /// What the statement says of one of its terms, in lower case: the words after the term, those
    /// after the next one where the two are only listed, and those before the first.
    pub(crate) fn said_of(&self, path: &Path) -> String {
        let (before, after) = self.parts_about(path);
        format!("{before}{after}")
    }

    /// Where its terms stand.
    pub(crate) fn places(&self) -> Vec<TermPlace<'_>> {
        TERM.captures_iter(&self.text)
            .filter_map(|found| Some((found.get(0)?, found.get(1)?)))
            .map(|(whole, term)| TermPlace {
                start: whole.start(),
                end: whole.end(),
                term: term.as_str(),
            })
            .collect()
    }

    /// The words before a term and those after it, in lower case.
    pub(crate) fn parts_about(&self, path: &Path) -> (String, String) {
        let (ahead, said) = self.as_written(path);
        (ahead.to_lowercase(), said.to_lowercase())
    }

    /// The same as they are written: names keep their capitals.
    pub(crate) fn as_written(&self, path: &Path) -> (String, String) {
        let places = self.places();
        let between = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        let (mut ahead, mut said) = (String::new(), String::new());
        for (index, TermPlace { start, end, term }) in places.iter().enumerate() {
            if !term_names(term, path) {
                continue;
            }
            let before = places.get(..index).unwrap_or_default();
            if before
                .iter()
                .zip(places.iter().skip(1))
                .all(|(a, b)| is_list(between(a.end, b.start)))
            {
                ahead.push_str(between(0, places.first().map_or(*start, |first| first.start)));
            }
            let mut from = *end;
            for next in places.iter().skip(index + 1) {
                said.push_str(between(from, next.start));
                if !is_list(between(from, next.start)) {
                    from = usize::MAX;
                    break;
                }
                from = next.end;
            }
            said.push_str(self.text.get(from..).unwrap_or_default());
            said.push(' ');
        }
        (ahead, said)
    }

    /// What follows the field's term where the statement names it first.
    pub(crate) fn after(&self, path: &Path) -> Option<&str> {
        let own = self.places().into_iter().find(|place| term_names(place.term, path))?;
        self.text.get(own.end..)
    }

    /// The word in or without marks right after a term: `policy` "deny", `tracking` enabled.
    pub(crate) fn word_after(&self, place: &TermPlace<'_>) -> Option<&str> {
        Some(WORD.captures(self.text.get(place.end..)?)?.get(1)?.as_str())
    }

    /// The words that lead to the field's term, as in `the ticket is known by`, in lower case: those
    /// since the term before it, where they end with a word that links.
    pub(crate) fn lead_to(&self, path: &Path) -> String {
        let mut lead = String::new();
        let mut from = 0;
        for found in TERM.captures_iter(&self.text) {
            let (Some(whole), Some(term)) = (found.get(0), found.get(1)) else { continue };
            let before = self.text.get(from..whole.start()).unwrap_or_default().to_lowercase();
            if term_names(term.as_str(), path) && LINK.is_match(&before) {
                lead.push_str(&before);
            }
            // What is no field's name, such as `locations/`, does not end the clause.
            if term.as_str().chars().all(|c| c.is_alphanumeric() || "_.[]-".contains(c)) {
                from = whole.end();
            }
        }
        lead
    }

    /// The statement without what stands in backticks, in lower case.
    pub(crate) fn prose(&self) -> String {
        TERM.replace_all(&self.lower, "_").into_owned()
    }
}

/// Whether a term could be a field's own key: no word of prose, no value and no path.
pub(crate) fn is_key(term: &str) -> bool {
    term.starts_with(|c: char| c.is_ascii_alphabetic())
        && term.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a term such as `items[].price.amount` or `price` names the field at the path.
pub(crate) fn term_names(term: &str, path: &Path) -> bool {
    let within = term.rsplit_once("[].").map_or(term, |(_, rest)| rest);
    let parts: Vec<&str> = within
        .split(['.', '[', ']'])
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "0")
        .collect();
    let mut keys = path.keys();
    loop {
        let is_named = !parts.is_empty()
            && parts.len() <= keys.len()
            && parts.iter().rev().zip(keys.iter().rev()).all(|(part, key)| bare(part) == bare(key));
        // `title` names the text that stands in `title.translations.en` too.
        let is_wrapper =
            keys.last().is_some_and(|key| is_language(key) || matches!(*key, "values" | "texts"));
        if is_named || !is_wrapper {
            return is_named;
        }
        keys.pop();
    }
}

/// A key without the mark of an attribute of XML that was turned into JSON.
fn bare(key: &str) -> &str {
    key.strip_prefix('@').unwrap_or(key)
}

/// The text with commas for the semicolons in a table's rows: a row is one statement.
fn with_whole_rows(text: &str) -> String {
    let row = |line: &str| line.trim_start().starts_with('|').then(|| line.replace(';', ","));
    let lines = text.split_inclusive('\n');
    lines.map(|line| row(line).unwrap_or_else(|| line.to_owned())).collect()
}

/// A statement without the mark of a list or a heading before it.
fn without_mark(text: &str) -> &str {
    let rest = text.trim_start_matches(['-', '*', '+', '#']);
    if rest.starts_with(' ') { rest.trim_start() } else { text }
}

/// Whether a text between two terms only lists them.
fn is_list(text: &str) -> bool {
    matches!(text.trim().trim_matches(','), "" | "and" | "or" | "/" | "&" | "and the" | "or the")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Documents {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        Documents::read(&[document], &[])
    }

    #[test]
    fn statements_end_at_stops_and_list_marks_only() {
        let documents =
            read("# Till\n- Money is text (\"8.50 EUR\"). A `ref` is\n  an id; more.\n- Two.");
        let texts: Vec<&str> = documents.statements.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(
            texts,
            ["Till", "Money is text (\"8.50 EUR\")", "A `ref` is   an id", "more", "Two"]
        );
    }

    #[test]
    fn each_term_has_its_own_words() {
        let documents = read(
            "`new.status` is the status now, `old.status` the one before. `a` and `b` are for accounting.",
        );
        let said = |index: usize, path: &Path| documents.statements[index].said_of(path);
        let key = |key: &str| super::super::path::Step::Key(key.to_owned());
        assert_eq!(said(0, &Path::key("new").then(key("status"))).trim(), "is the status now,");
        assert_eq!(said(0, &Path::key("old").then(key("status"))).trim(), "the one before");
        assert!(said(1, &Path::key("a")).contains("accounting"));
    }

    #[test]
    fn a_term_names_a_field_by_key_or_by_path() {
        let path = Path::key("price").then(super::super::path::Step::Key("amount".to_owned()));
        for term in ["amount", "price.amount", "items[].price.amount"] {
            assert!(term_names(term, &path), "{term}");
        }
        assert!(!term_names("price", &path));
        assert!(!term_names("cost.amount", &path));
    }

    #[test]
    fn statements_of_one_bullet_stay_together() {
        let documents = read("# T\n- New (received); made (preparing).\n  Gone.\n- Other\n\nLast");
        let blocks: Vec<(&str, usize)> =
            documents.statements.iter().map(|s| (s.text.as_str(), s.block)).collect();
        let of = |text: &str| blocks.iter().find(|(own, _)| *own == text).unwrap().1;
        assert_eq!(of("New (received)"), of("Gone"));
        assert_ne!(of("Gone"), of("Other"));
        assert_ne!(of("Other"), of("Last"));
        assert_ne!(of("T"), of("Gone"));
    }

    #[test]
    fn the_words_before_a_term_lead_to_it_where_they_link() {
        let documents = read("The ticket is known by `tkt`; it has `seq` too, and not `x`");
        assert!(documents.statements[0].lead_to(&Path::key("tkt")).contains("known by"));
        assert_eq!(documents.statements[1].lead_to(&Path::key("x")), "");
    }

    #[test]
    fn tables_pages_and_schemas_say_which_field_they_speak_of() {
        let texts = [
            "| field | meaning |\n| --- | --- |\n| unit_cost | the price in cents |",
            "- **unit_cost**: the price in cents",
            "<ul><li><code>unit_cost</code>: the price in cents</li></ul>",
            "openapi: 3.0.0\ncomponents:\n  schemas:\n    Item:\n      properties:\n        unit_cost:\n          type: integer\n          description: the price in cents\n",
            "{\"openapi\": \"3.1.0\", \"components\": {\"schemas\": {\"Item\": {\"properties\": {\"unit_cost\": {\"description\": \"the price in cents\"}}}}}}",
        ];
        for text in texts {
            let documents = read(text);
            let path = Path::key("unit_cost");
            let said: Vec<&Statement> = documents.about(&path).collect();
            assert_eq!(said.len(), 1, "{text}: {:?}", documents.statements);
            assert!(said[0].said_of(&path).contains("price in cents"), "{text}");
        }
    }
}
