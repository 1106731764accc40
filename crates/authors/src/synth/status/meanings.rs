//! What documents say that a vendor's status words mean.

mod bracketed;
mod clauses;
mod phrases;
mod plain;
mod spaced;
mod style;
mod waiting;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::words::{usual, word_of};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;
pub(super) use phrases::phrase_status;
use phrases::{meant, word_status};

/// The vendor's word, as text, with the standard status and whether documents say so.
pub(super) type Table = BTreeMap<String, (&'static str, bool)>;

/// A vendor's word: in backticks or quotes, a number, or bare.
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"`([^`]+)`|"([^"]+)"|([A-Za-z0-9](?:[A-Za-z0-9_.\-]*[A-Za-z0-9])?)"#)
});

/// A line that gives one word and its meaning.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\|?\s*[`"']?([A-Za-z0-9][A-Za-z0-9_\-]*)[`"']?\s*(?:\||:|=|->|→|–|—|-|means|is)\s*([^|]+)"#,
    )
});

/// One word with its meaning: `ACK = accepted`.
static MEANS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\W*([A-Za-z0-9][A-Za-z0-9_.\-]*)[`"']?\s*(?:=|->|→|:|\bmeans\b|\bis\b|\bstands for\b)\s*(.+)$"#,
    )
});

/// What documents say that the field's words mean.
pub(super) fn meanings(field: &Field<'_>, documents: &Documents) -> Table {
    let numeric = field.all(|value| {
        value.is_number() || value.as_str().is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()))
    });
    let known: Vec<String> = field.filled().map(word_of).collect();
    let mut table = Table::new();
    for run in runs(documents) {
        if run.iter().any(|(word, _)| known.contains(word)) {
            for (word, meaning) in run {
                // Words that say nothing known leave the word its own meaning.
                let own = || usual(&word.as_str().into());
                if let Some(status) = meant(&word, &meaning).or_else(own) {
                    table.insert(word, (status, true));
                }
            }
        }
    }
    let blocks = bracketed::blocks(documents);
    let spoken: Vec<Option<Table>> =
        blocks.iter().map(|block| bracketed::read(block, field, numeric, &known)).collect();
    let (listed, lists) = spaced::read(documents, &known);
    for statement in documents.statements.iter().filter(|own| !lists.contains(&own.block)) {
        let is_read = blocks
            .iter()
            .zip(&spoken)
            .any(|(block, own)| own.is_some() && block.number == statement.block);
        if !is_read {
            for list in definition_lists(statement, field, numeric, &known) {
                read_list(&list, numeric, &mut table);
            }
        }
    }
    for (word, meaning) in clauses::read(documents, field, &known) {
        table.entry(word).or_insert(meaning);
    }
    table.extend(spoken.into_iter().flatten().flatten());
    table.extend(listed);
    if !numeric {
        for (word, status) in plain::read(field, documents, &known, &table) {
            table.insert(word, (status, true));
        }
    }
    table
}

/// Statements in a row that each give a word and its meaning: the rows of a table, a list of bullets.
fn runs(documents: &Documents) -> Vec<Vec<(String, String)>> {
    let mut runs: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for statement in &documents.statements {
        let found = ENTRY.captures(statement.text.trim().trim_end_matches('|'));
        let entry = found.and_then(|found| {
            Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))
        });
        match (entry, runs.last_mut()) {
            (Some(entry), Some(run)) => run.push(entry),
            (Some(_), None) | (None, _) => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| run.len() >= 2);
    runs
}

/// The part of a statement that lists words with their meanings: after the field's name, after a
/// colon, or a line of its own that holds one of the field's known words.
fn definition_lists(
    statement: &Statement,
    field: &Field<'_>,
    numeric: bool,
    known: &[String],
) -> Vec<String> {
    let text = &statement.text;
    let names_field = statement.terms.iter().any(|term| term_names(term, &field.path));
    let colon = text
        .find(": ")
        .map(|at| (text.get(..at).unwrap_or_default(), text.get(at + 2..).unwrap_or_default()));
    if let Some((head, list)) = colon {
        let head_words = vocabulary().words(head);
        let titled = head_words
            .iter()
            .any(|word| matches!(word.as_str(), "status" | "statuses" | "state" | "statu"));
        if titled && (names_field || !head.contains('`')) {
            return vec![list.to_owned()];
        }
        if names_field {
            return vec![list.to_owned()];
        }
    }
    let has_known = known.iter().any(|word| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(|own| own == word)
    });
    // Numbers alone do not tell whose they are.
    let untitled = !names_field && colon.is_some() && (!numeric || statement.terms.is_empty());
    let by_number = names_field && numeric && colon.is_none();
    if has_known && (untitled || by_number) { vec![text.clone()] } else { Vec::new() }
}

/// Reads `10 new (received), 20 accepted` and `ACCEPTED (being prepared), a and b (both: cancelled)`.
pub(super) fn read_list(list: &str, numeric: bool, table: &mut Table) {
    let mut waiting: Vec<String> = Vec::new();
    for entry in entries(list) {
        let (head, meaning) = entry.split_once('(').map_or((entry.as_str(), ""), |(head, rest)| {
            (head, rest.trim_end_matches([')', ' ', '.']))
        });
        if let (false, "", Some(found)) = (numeric, meaning, MEANS.captures(head)) {
            let part = |at: usize| found.get(at).map_or("", |m| m.as_str());
            if let Some(status) = meant(part(1), part(2)) {
                table.insert(part(1).to_owned(), (status, true));
                continue;
            }
        }
        let names = head_words(head, numeric);
        let Some(word) = names.last().cloned() else { continue };
        let own = if numeric { head.to_owned() } else { names.join(" ") };
        let spoken = meant(word.as_str(), meaning).or_else(|| {
            if numeric {
                phrase_status(&own.replace(word.as_str(), " "))
            } else {
                usual(&word.as_str().into())
            }
        });
        if !numeric && meaning.is_empty() && names.len() > 1 {
            // `void and lost`: each has its own meaning, or that of the next brackets.
            for word in names {
                match usual(&word.as_str().into()) {
                    Some(status) => drop(table.insert(word, (status, true))),
                    None => waiting.push(word),
                }
            }
            continue;
        }
        let is_shared = meaning.starts_with("both") || meaning.starts_with("all");
        // Words that stand alone share the meaning of the next brackets, and not the next word's own.
        if !(numeric || is_shared || (meaning.is_empty() && spoken.is_none())) {
            waiting.clear();
        }
        waiting.extend(names);
        if spoken.is_none() && !meaning.is_empty() {
            // Its brackets say something that is not understood: it does not get another's meaning.
            waiting.clear();
        }
        if let Some(status) = spoken {
            let many = count_shared(meaning).unwrap_or(1).max(1);
            let own = if numeric { 1 } else { waiting.len() };
            let take = many.max(own.min(waiting.len()));
            let from = waiting.len().saturating_sub(take);
            for word in waiting.split_off(from) {
                table.insert(word, (status, true));
            }
        }
    }
}

/// How many entries a meaning in brackets speaks of: `both: cancelled`, `all three: cancelled`.
fn count_shared(meaning: &str) -> Option<usize> {
    let first = meaning.trim_start();
    if first.starts_with("both") {
        return Some(2);
    }
    let rest = first.strip_prefix("all")?.trim_start();
    ["one", "two", "three", "four", "five", "six"]
        .iter()
        .position(|word| rest.starts_with(word))
        .map(|at| at + 1)
        .or(Some(usize::MAX))
}

/// Splits at commas outside brackets and keeps what is joined by `and` together.
fn entries(list: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut depth = 0_u32;
    for c in list.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ',' && depth == 0 {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out.into_iter().map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
}

/// The vendor's words at the head of an entry: its number, or its names joined by `and` or `or`.
fn head_words(head: &str, numeric: bool) -> Vec<String> {
    let words = WORD
        .captures_iter(head)
        .filter_map(|found| found.iter().skip(1).flatten().next().map(|m| m.as_str().to_owned()));
    if numeric {
        return words.filter(|word| word.bytes().all(|b| b.is_ascii_digit())).take(1).collect();
    }
    let names: Vec<String> = words.collect();
    if names.len() > 1 && !names.iter().any(|word| word == "and" || word == "or" || word == "both")
    {
        // `confirmed is accepted`, `confirmed = accepted`, `confirmed means accepted`.
        return names.into_iter().take(1).collect();
    }
    names.into_iter().filter(|word| word != "and" && word != "or").collect()
}
