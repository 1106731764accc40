//! Signs that are neither flags nor words: counts, and values that are there only while a product
//! cannot be ordered.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::sentence::marked;
use super::{Reading, UNSOLD, is_flag, is_words, said};
use crate::pattern::pattern;
use crate::synth::deletion;
use crate::synth::documents::Documents;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// What depends on the moment at which the script runs.
static BY_CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bpast\b|\bfuture\b|\bpassed\b|\bexpire|\buntil then\b|\bafter (?:that|it|then)\b|\blater than\b",
    )
});
static SOLD_OUT_AT_ZERO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b0\b|\bzero\b|no stock|none left)[^.;]{0,40}(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered))|(?:sold out|out of stock|unavailable|not available)[^.;]{0,20}(?:\b0\b|\bzero\b)",
    )
});
/// The same where a flag has to be so as well.
static AT_ZERO_AND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"§\s*(?:is |= ?|of )?(?:0|zero)\s+and\s+\S+\s+(?:is\s+)?(?:true|false)\b[^.;]{0,40}(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered))",
    )
});
static UNCOUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:null|empty|missing|absent|none)\b[^.;]{0,40}(?:not counted|not tracked|untracked|unlimited|no limit|no stock (?:is )?(?:kept|tracked|counted)|always)",
    )
});
/// The value of a flag with which nothing is counted.
static NOT_KEPT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(true|false|1|0|yes|no|on|off)\b[^.;,]{0,40}\b(?:not (?:counted|tracked|kept|limited)|untracked|unlimited|no limit|no stock (?:is )?(?:kept|tracked|counted)|means? nothing|never (?:runs out|sold out)|no meaning)",
    )
});

/// Whether a field has a value only where documents say that a product with it cannot be ordered:
/// the reason or the end of a suspension.
pub(super) fn is_only_while_unsold(field: &Field<'_>, said: &str) -> bool {
    // Nought stands for no time at all.
    let is_unset = |value: Option<&Value>| {
        value.is_none_or(|value| value.as_str() == Some("") || value.as_f64() == Some(0.0))
    };
    let is_mark =
        |value: &Value| value.is_string() || value.as_f64().is_some_and(|n| n > 1.0 || n == 0.0);
    let is_ever = field.values.iter().any(|value| !is_unset(*value));
    let is_always = field.values.iter().all(|value| !is_unset(*value));
    let clause = said.split([';', '.']).next().unwrap_or_default();
    !field.path.is_in_list()
        && is_ever
        && !is_always
        && field.all(is_mark)
        && !is_words(field)
        && UNSOLD.is_match(clause)
        && !BY_CLOCK.is_match(said)
}

/// A count of which documents say that none left means sold out; `fields` may have a flag that says
/// whether it is kept.
pub(super) fn count(
    field: &Field<'_>,
    fields: &[Field<'_>],
    documents: &Documents,
) -> Option<Reading> {
    let is_count = |value: &Value| {
        value.is_number() || value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok())
    };
    let more = field.filled().any(|value| !is_flag(value));
    if field.path.len() > 3 || !more || !field.all(is_count) {
        return None;
    }
    let said = said(field, documents)?;
    let is_told = SOLD_OUT_AT_ZERO.is_match(&said)
        || deletion::about(field, documents)
            .filter_map(|statement| marked(&statement.lower, field))
            .any(|text| AT_ZERO_AND.is_match(&text));
    is_told.then(|| Reading::Count {
        uncounted: UNCOUNTED.is_match(&said),
        kept: fields.iter().find_map(|flag| Kept::by(flag, field, documents)),
    })
}

/// Where the flags stand that say whether counts are kept: by themselves they say nothing of a sale.
pub(super) fn keepers(fields: &[Field<'_>], documents: &Documents) -> BTreeSet<String> {
    let counts = fields.iter().filter_map(|field| count(field, fields, documents));
    counts.filter_map(|reading| reading.keeper().cloned()).collect()
}

/// The flag that says whether a count is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// The expression that reads it.
    pub(super) js: String,
    pub(super) place: String,
    /// The value with which it is.
    pub(super) with: bool,
}

impl Kept {
    fn by(flag: &Field<'_>, count: &Field<'_>, documents: &Documents) -> Option<Self> {
        let is_flag = flag.variable == count.variable && !flag.is_empty() && flag.all(is_flag);
        let said = said(flag, documents).filter(|_| is_flag)?;
        let name = vocabulary().words(flag.path.leaf());
        let is_called = |names: &[&str]| name.iter().any(|word| names.contains(&word.as_str()));
        let no_count = || {
            let value = NOT_KEPT.captures(&said)?.get(1)?.as_str().to_owned();
            Some(matches!(value.as_str(), "false" | "0" | "no" | "off"))
        };
        let with = if is_called(&["unlimited", "infinite", "endless"]) {
            false
        } else if is_called(&["track", "tracked", "tracking", "counted", "managed"]) {
            true
        } else {
            no_count()?
        };
        Some(Self { js: flag.js(), place: flag.place(), with })
    }
}

/// Whether a field holds a time in some records and nothing in others: since when they are so.
pub(super) fn marks_by_time(field: &Field<'_>) -> bool {
    let is_time = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.len() >= 8 && text.chars().take(4).all(|c| c.is_ascii_digit()))
            || value.as_u64().is_some_and(|number| number > 1_000_000_000)
    };
    !field.is_empty() && !field.is_always_there() && field.all(is_time)
}
