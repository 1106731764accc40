//! Statuses that documents tell by how their words begin: names that begin with `void_` mean cancelled.

use std::sync::LazyLock;

use regex::Regex;

use super::meanings::{Table, phrase_status};
use super::words::word_of;
use crate::js;
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::emit::Script;
use crate::synth::scope::Field;

/// How words begin, and what they mean then: said of them, or with a star for the rest.
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b(?:begins?|beginning|starts?|starting|prefixed) (?:with|by) (?:the prefix )?[`"“']?(?P<prefix>[A-Za-z][A-Za-z0-9]*(?:[_.\-][A-Za-z0-9]+)*[_.\-]?)(?:\*|…)?[`"”']?\s*(?:all |each |always )?(?:\(|:|=|means?\b|stands? for\b|is\b|are\b)\s*(?P<meaning>[^.;()]*)"#,
    )
});
static STARRED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:^|[\s,;(`"“'])(?P<prefix>[A-Za-z][A-Za-z0-9]*(?:[_.\-][A-Za-z0-9]+)*[_.\-])(?:\*|…)[`"”']?\s*(?:all |each |always )?(?:\(|:|=|means?\b|stands? for\b|is\b|are\b)\s*(?P<meaning>[^.;()]*)"#,
    )
});

/// A beginning with the standard status of all words that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prefix {
    text: String,
    status: &'static str,
}

/// What the passages about the field say of such words. The longest comes first.
pub(super) fn find(field: &Field<'_>, documents: &Documents) -> Vec<Prefix> {
    let mut found: Vec<Prefix> = documents
        .passages_about(&field.path)
        .flat_map(|own| BEGINS.captures_iter(&own.text).chain(STARRED.captures_iter(&own.text)))
        .filter_map(|found| {
            let text = found.name("prefix")?.as_str().to_owned();
            let status = phrase_status(&found.name("meaning")?.as_str().to_lowercase())?;
            Some(Prefix { text, status })
        })
        .collect();
    found.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
    found.dedup();
    found
}

/// Gives the samples' words that begin so their meaning.
pub(super) fn complete(prefixes: &[Prefix], field: &Field<'_>, table: &mut Table) {
    for word in field.filled().map(word_of) {
        if let Some(prefix) = prefixes.iter().find(|own| word.starts_with(&own.text)) {
            table.entry(word).or_insert((prefix.status, true));
        }
    }
}

/// The expression for the status of a word, where `known` is what the table says of it.
pub(super) fn js(prefixes: &[Prefix], known: &str, script: &mut Script) -> String {
    if prefixes.is_empty() {
        return known.to_owned();
    }
    script.comment("Of other words documents tell how they begin.");
    let pairs: Vec<String> = prefixes
        .iter()
        .map(|own| format!("[{}, {}]", js::text(&own.text), js::text(own.status)))
        .collect();
    script.line(format!("const beginnings = [{}];", pairs.join(", ")));
    format!("{known} ?? beginnings.find(([start]) => String(word).startsWith(start))?.[1]")
}
