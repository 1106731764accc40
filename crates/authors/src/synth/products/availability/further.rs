//! Words of a status that no sample has and of which documents say whether such a product can be ordered.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::words::known;
use crate::pattern::pattern;
use crate::synth::documents::{Documents, term_names};
use crate::synth::scope::Field;

/// Words that are listed right after the field, each with what it means in brackets or without: `x` is
/// ready, sold_out (gone for now) or hidden.
static LIST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\s*(?:(?:is|are|can be|may be|has|says|takes|holds|one of|:|=)\s+)?(?:(?:either|one of|(?:the |one of the )?(?:two|three|four|five|six) (?:values|words|states|statuses):?|(?:the )?(?:values|words|states|statuses):?)\s+)?(?P<words>["“'`]?[\w-]+["”'`]?(?:\s*\([^)]*\))?(?:(?:,\s*(?:or |and )?|\s+(?:or|and|/|\|)\s+)["“'`]?[\w-]+["”'`]?(?:\s*\([^)]*\))?)+)"#,
    )
});
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\([^)]*\)"));

/// The words of such a list at the start of a text, and where it ends.
pub(super) fn listed(after: &str) -> Option<(Vec<String>, usize)> {
    let list = LIST.captures(after)?.name("words")?;
    let words = BRACKETED.replace_all(list.as_str(), "");
    let words = words.split([',', ' ']).map(|word| word.trim_matches(['"', '“', '”', '\'', '`']));
    let words = words.filter(|word| !matches!(*word, "" | "or" | "and" | "/" | "|"));
    Some((words.map(str::to_owned).collect(), list.end()))
}

/// Words without marks that stand right after the field and are words of the trade.
pub(super) fn named<'d>(
    field: &'d Field<'_>,
    documents: &'d Documents,
) -> impl Iterator<Item = String> + 'd {
    documents.about(&field.path).flat_map(move |statement| {
        let places = statement.places().into_iter();
        let own = places.filter(|place| term_names(place.term, &field.path));
        own.flat_map(|place| {
            let after = statement.text.get(place.end..).unwrap_or_default();
            let first = statement.word_after(&place).map(str::to_owned);
            let listed = listed(after).map(|(words, _)| words);
            first.into_iter().chain(listed.unwrap_or_default()).collect::<Vec<_>>()
        })
        .filter(|word| known(word).is_some())
        .collect::<Vec<_>>()
    })
}

/// What the clause after one that names the field says: `preorder can be bought`, `backorder can`.
static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:but|and) )?(?P<words>[\w-]+(?:(?:,| and| or) [\w-]+)*) (?:(?P<yes>can|may)(?: still)?|cannot|can't|are not|is not)(?: be (?:bought|sold|ordered))?$",
    )
});
/// The same in brackets: `preorder (can)`.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?P<words>[\w-]+) \((?:(?P<yes>can|may)(?: still)?|cannot|can't)(?: be (?:bought|sold|ordered))?\)",
    )
});

/// The same in a list that the field begins: `x` open and low can be bought, gone cannot.
static LISTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[,:`] ?|\bbut |\band )(?P<words>[\w-]+(?:(?:,| and| or) [\w-]+)*) (?:(?P<yes>can|may)(?: still)? be (?:bought|sold|ordered)|(?:cannot|can't)(?: be (?:bought|sold|ordered))?(?:$|[,;.]))",
    )
});

/// Words that stand for what was spoken of before.
const PRONOUNS: [&str; 8] = ["it", "they", "this", "that", "these", "others", "neither", "both"];

/// Such words, with whether a product can be ordered then.
pub(super) fn explained(field: &Field<'_>, documents: &Documents) -> Vec<(String, bool)> {
    let after =
        documents.in_a_row().filter(|(own, next)| next.terms.is_empty() && own.names(&field.path));
    let clauses = after.filter_map(|(_, next)| CLAUSE.captures(next.text.trim()));
    let brackets = documents.about(&field.path).flat_map(|own| BRACKETS.captures_iter(&own.text));
    let listed = documents.about(&field.path).flat_map(|own| LISTED.captures_iter(&own.text));
    clauses.chain(brackets).chain(listed).flat_map(|found| of_clause(&found)).collect()
}

fn of_clause(found: &Captures<'_>) -> Vec<(String, bool)> {
    let yes = found.name("yes").is_some();
    let words = found.name("words").map_or("", |words| words.as_str());
    let words = words.split([' ', ',']).filter(|word| !matches!(*word, "" | "and" | "or"));
    let is_word = |word: &&str| !PRONOUNS.contains(&word.to_lowercase().as_str());
    words.filter(is_word).map(|word| (word.to_owned(), yes)).collect()
}
