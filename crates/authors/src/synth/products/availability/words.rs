//! What the words of a status mean, where documents explain them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::polarity::is_no;
use super::{ABOUT_SALE, ELSEWHERE, defined, further, ordinals};
use crate::pattern::pattern;
use crate::synth::deletion::{self, LEFT_OUT, NOT_ALONE};
use crate::synth::documents::{Documents, Statement};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Another word of a list with what it means.
static NEXT_WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[,;)] (?:(?:and|or) )?[\w-]+(?: \(|: | = | means )"));

/// A status has no more words than this.
const MAX_WORDS: usize = 10;
/// And its words no more letters.
pub(super) const MAX_LETTERS: usize = 40;

/// The words of a field with whether a record of that status can be ordered; words for records that
/// are left out are not among them. Nothing unless documents or the vocabulary explain every word
/// of the samples, and the documents one at least.
pub(super) fn meant(field: &Field<'_>, documents: &Documents) -> Option<Vec<(String, bool)>> {
    if let Some(by_place) = ordinals::read(field, documents) {
        return Some(by_place);
    }
    let words = words(field)?;
    let mut all: Vec<String> = words.iter().cloned().collect();
    // Words that only documents name are read too, from statements that name one of the samples.
    for term in statements(field, documents).flat_map(|statement| &statement.terms) {
        let is_word = term.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
        let is_number = term.bytes().all(|b| b.is_ascii_digit());
        let is_status = field.filled().any(Value::is_number) == is_number;
        let is_new = !field.path.keys().contains(&term.as_str()) && !all.contains(term);
        if is_word && is_status && is_new {
            all.push(term.clone());
        }
    }
    all.extend(further::named(field, documents).filter(|word| !words.contains(word)));
    let defined = defined::find(field, documents);
    for (word, _) in &defined {
        if !all.contains(word) {
            all.push(word.clone());
        }
    }
    let further = further::explained(field, documents);
    let mut found = Vec::new();
    let mut is_explained = false;
    let mut others = Vec::new();
    for word in all {
        let said = told(&word, words.contains(&word), &defined, field, documents);
        let is_removed =
            said.as_ref().is_some_and(|text| is_left_out(text)) || deletion::is_removed(&word);
        let explained = said.as_ref().filter(|text| {
            ABOUT_SALE.is_match(text) || defined::is_not_now(text) && !ELSEWHERE.is_match(text)
        });
        is_explained |= said.is_some() && (explained.is_some() || is_removed);
        if is_removed {
            continue;
        }
        // What is said may be a word of the trade itself: 1 is enabled.
        let plain = said.as_deref().map(plain_meaning).and_then(known);
        is_explained |= plain.is_some();
        match (explained, known(&word).or(plain)) {
            // A word for what can be ordered that seems to be said to mean the opposite is misread.
            (Some(text), Some(true)) if is_no(text) => return None,
            (Some(text), _) => found.push((word, !is_no(text))),
            (None, Some(yes)) => found.push((word, yes)),
            // A word of the samples must be understood; one of the documents may be anything.
            (None, None) if words.contains(&word) => {
                match further.iter().find(|(own, _)| *own == word) {
                    Some((_, yes)) => {
                        is_explained = true;
                        found.push((word, *yes));
                    }
                    None => others.push((word, said?)),
                }
            }
            (None, None) => {}
        }
    }
    for (word, yes) in further {
        if found.iter().all(|(known, _)| *known != word) {
            found.push((word, yes));
        }
    }
    // Something is sold: where every other word is explained as unsold, it is what has the last one.
    match others.as_slice() {
        [] => {}
        [(word, said)] if found.iter().all(|(_, yes)| !yes) && !is_no(said) => {
            found.push((word.clone(), true));
        }
        _ => return None,
    }
    let is_telling = found.iter().any(|(_, yes)| !yes) || found.len() < words.len();
    (is_explained && is_telling).then_some(found)
}

/// The words of a field that mean that the record is left out.
pub(crate) fn removed(field: &Field<'_>, documents: &Documents) -> Vec<String> {
    let Some(words) = words(field) else { return Vec::new() };
    // A script compares these as text: numbers are none of them.
    if field.filled().any(Value::is_number) {
        return Vec::new();
    }
    let terms = statements(field, documents).flat_map(|statement| &statement.terms);
    let mut all: Vec<String> = words.iter().cloned().collect();
    all.extend(terms.filter(|term| !field.path.keys().contains(&term.as_str())).cloned());
    let defined = defined::find(field, documents);
    all.extend(defined.iter().map(|(word, _)| word.clone()));
    let mut seen = BTreeSet::new();
    all.retain(|word| {
        // A word for what can be ordered is none for what is left out.
        let is_said = known(word) != Some(true)
            && (told(word, words.contains(word), &defined, field, documents)
                .is_some_and(|text| is_left_out(&text))
                || marks_removed(word, field, documents));
        seen.insert(word.clone()) && (is_said || deletion::is_removed(word))
    });
    all
}

/// The records that a sentence about a word begins with: deleted products have `x` "D".
static REMOVED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:the )?(?:deleted|removed|erased|archived|discontinued) [a-z]+\b")
});

/// Whether a sentence says that removed records have the word, and it or the next that they are left out.
fn marks_removed(word: &str, field: &Field<'_>, documents: &Documents) -> bool {
    let says = |own: &Statement| {
        own.names(&field.path) && REMOVED.is_match(&own.lower) && place(word, &own.text).is_some()
    };
    let leaves = |own: &Statement| LEFT_OUT.is_match(&own.lower);
    documents.statements.iter().any(|own| says(own) && leaves(own))
        || documents
            .in_a_row()
            .any(|(own, next)| says(own) && next.terms.is_empty() && leaves(next))
}

/// Whether what is said of a word is that such records are left out, or a word for that.
fn is_left_out(said: &str) -> bool {
    LEFT_OUT.is_match(said) || NOT_ALONE.is_match(said) || deletion::is_removed(plain_meaning(said))
}

/// What documents say of a word: of one that no sample has what they define it to be.
fn told(
    word: &str,
    is_shown: bool,
    defined: &[(String, String)],
    field: &Field<'_>,
    documents: &Documents,
) -> Option<String> {
    let own = || defined.iter().find(|(own, _)| own == word).map(|(_, meaning)| meaning.clone());
    if is_shown {
        said(word, field, documents).or_else(own)
    } else {
        own().or_else(|| said(word, field, documents))
    }
}

/// The different values of a field that holds a few words.
pub(super) fn words(field: &Field<'_>) -> Option<BTreeSet<String>> {
    let is_word = |value: &Value| {
        value.as_u64().is_some_and(|number| number < 100)
            || value.as_str().is_some_and(|text| {
                text.len() <= MAX_LETTERS
                    && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
            })
    };
    let is_status = vocabulary().words(field.path.leaf()).iter().any(|word| {
        matches!(
            word.as_str(),
            "status"
                | "state"
                | "availability"
                | "visibility"
                | "lifecycle"
                | "available"
                | "active"
                | "stock"
        )
    });
    if !is_status || field.is_empty() || !field.all(is_word) || field.all(super::is_flag) {
        return None;
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let words: BTreeSet<String> = field.filled().map(text).collect();
    (words.len() <= MAX_WORDS).then_some(words)
}

/// Whether a text, in lower case, names two of the field's words at least.
pub(super) fn are_named(field: &Field<'_>, text: &str) -> bool {
    let is_part = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-');
    let spoken: BTreeSet<&str> = text.split(is_part).collect();
    let shown: BTreeSet<String> =
        field.filled().filter_map(Value::as_str).map(str::to_lowercase).collect();
    field.all(Value::is_string)
        && shown.len() <= MAX_WORDS
        && shown.iter().filter(|word| spoken.contains(word.as_str())).count() > 1
}

/// The statements about the field, and those that explain two or more of its words without naming it.
fn statements<'d>(
    field: &'d Field<'_>,
    documents: &'d Documents,
) -> impl Iterator<Item = &'d Statement> {
    let words = words(field).unwrap_or_default();
    documents.statements.iter().filter(move |statement| {
        let explained = || {
            let is_there = |word: &&String| {
                word.bytes().any(|b| b.is_ascii_alphabetic())
                    && (!is_common(word) || is_plain(word))
                    && place(word, &statement.text).is_some()
            };
            words.iter().filter(is_there).count() >= 2
        };
        // A list of signs that goes on after a semicolon goes on about the same field.
        let goes_on = || {
            documents.statements.iter().any(|own| {
                own.block == statement.block && own.terms.len() == 1 && own.names(&field.path)
            }) && words.iter().any(|word| explained_at_start(word, &statement.text))
        };
        // With its list too: `items.status`.
        let by_place = || {
            let place = format!(".{}", field.place().replace("[]", ""));
            let ends = |term: &String| term.contains('.') && place.ends_with(&format!(".{term}"));
            statement.terms.iter().any(ends)
        };
        statement.names(&field.path) || by_place() || explained() || goes_on()
    })
}

/// Where a text names a word: in marks, or as it stands where it is all capitals or a number.
/// Gives the start and the end.
fn place(word: &str, text: &str) -> Option<(usize, usize)> {
    let marked = ['`', '"', '\'']
        .into_iter()
        .map(|mark| format!("{mark}{word}{mark}"))
        .find_map(|marked| Some((text.find(&marked)?, marked.len())));
    if let Some((at, length)) = marked {
        return Some((at, at + length));
    }
    if is_sign(word) {
        return explained(word, text);
    }
    if !is_plain(word) && !is_common(word) {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '`' | '-');
    text.match_indices(word).map(|(at, found)| (at, at + found.len())).find(|(start, end)| {
        let before = text.get(..*start).and_then(|t| t.chars().next_back());
        let after = text.get(*end..).and_then(|t| t.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Where a text explains a sign: `A` in `A = active` and in `state: A active, S sold out`, and not in
/// `A product`.
fn explained(sign: &str, text: &str) -> Option<(usize, usize)> {
    text.match_indices(sign).map(|(at, found)| (at, at + found.len())).find(|(start, end)| {
        let before = text.get(..*start).unwrap_or_default();
        let after = text.get(*end..).unwrap_or_default();
        let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let (last, next) = (before.chars().next_back(), after.chars().next());
        let rest = after.trim_start();
        let is_marked = rest.starts_with(['=', ':', '-', '–', '→', '('])
            || ["is ", "means ", "stands for "].iter().any(|verb| rest.starts_with(verb));
        let lead = before.trim_end();
        let is_listed = lead.is_empty()
            || lead.ends_with([':', ',', '(', '/', '|', '`'])
            || [" and", " or"].iter().any(|word| lead.ends_with(word));
        is_apart(last)
            && is_apart(next)
            && (is_marked || is_listed && rest.starts_with(|c: char| c.is_lowercase()))
    })
}

/// Whether a statement starts with a word and goes on with what it means.
fn explained_at_start(word: &str, text: &str) -> bool {
    let text = text.trim_start_matches(['`', '"', '\'']);
    text.strip_prefix(word).is_some_and(|rest| {
        rest.trim_start_matches(['`', '"', '\'']).starts_with([' ', '=', ':', '-', '–', '('])
    })
}

/// Whether a word is a sign of one or two capitals.
fn is_sign(word: &str) -> bool {
    (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether a word is told from prose without marks.
fn is_plain(word: &str) -> bool {
    let is_number = word.bytes().all(|b| b.is_ascii_digit());
    let is_capital = word.len() > 2
        && word
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    // A name with a capital stands out of prose too: Public products are sold.
    let is_name = word.len() > 3
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_alphabetic());
    // So does one with a hump: inStock.
    let is_humped = word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().any(|c| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_alphanumeric());
    is_number || is_capital || is_name || is_humped
}

/// Whether a word is told from a sentence that names its field, though it is a common one.
fn is_common(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'))
        && (word.len() > 4 || known(word).is_some() || deletion::is_removed(word))
}

/// What documents say of a word of the field: what stands between it and the next word in marks,
/// or before it where nothing follows.
fn said(word: &str, field: &Field<'_>, documents: &Documents) -> Option<String> {
    let others: Vec<String> = words(field)
        .unwrap_or_default()
        .into_iter()
        .filter(|other| other != word && (is_plain(other) || is_common(other) || is_sign(other)))
        .collect();
    statements(field, documents).find_map(|statement| {
        let (_, from) = place(word, &statement.text)?;
        let after = statement.text.get(from..)?;
        let next = others.iter().filter_map(|other| Some(place(other, after)?.0));
        // The list may go on with words that no sample has: active, closed (hidden).
        let listed = NEXT_WORD.find(after).map(|found| found.start());
        let end = next.chain(after.find(['`', '"'])).chain(listed).min().unwrap_or(after.len());
        let text = after.get(..end)?.trim().to_lowercase();
        let text =
            text.trim_end_matches("and").trim_end_matches("or").trim_matches([' ', ',', ':', ';']);
        (!text.is_empty()).then(|| text.to_owned())
    })
}

/// What is said of a word without what leads to it and what follows.
fn plain_meaning(said: &str) -> &str {
    let said = said.trim_start_matches([' ', ':', '=', '-', '–']);
    let said = ["is ", "are ", "means ", "stands for "]
        .iter()
        .find_map(|lead| said.strip_prefix(lead))
        .unwrap_or(said);
    said.split([',', ';', '(', '.']).next().unwrap_or_default().trim()
}

/// What a word means in the trade.
pub(super) fn known(word: &str) -> Option<bool> {
    let v = vocabulary();
    let plain = v.words(word).join(" ");
    let is_in = |list: &[String]| list.iter().any(|own| v.words(own).join(" ") == plain);
    match (is_in(&v.available.yes_words), is_in(&v.available.no_words)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    }
}
