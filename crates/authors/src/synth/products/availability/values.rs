//! Signs that are neither flags nor words: counts, and values that are there only while a product
//! cannot be ordered.

use std::sync::LazyLock;

use chrono::DateTime;
use regex::Regex;
use serde_json::Value;

use super::sentence::marked;
use super::{Reading, UNSOLD, is_words, said};
use crate::pattern::pattern;
use crate::synth::deletion;
use crate::synth::documents::{Documents, Statement};
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
        r"(?:\b0\b|\bzero\b|no stock|none left)[^.;]{0,40}(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered|bought)|not for sale)|(?:sold out|out of stock|unavailable|not available)[^.;]{0,20}(?:\b0\b|\bzero\b)",
    )
});
/// The same where a flag has to be so as well.
static AT_ZERO_AND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"§\s*(?:is |= ?|of )?(?:0|zero)\s+and\s+\S+\s+(?:is\s+)?(?:true|false)\b[^.;]{0,40}(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered|bought))",
    )
});
/// The same without a number: a record without `x` left is sold out.
static WITHOUT_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:without|with no|has no|have no)(?: any)? §(?: left\b)?[^.;]{0,20}(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered|bought)|not for sale)",
    )
});
/// The same the other way round: sold only while `x` is above 0.
static WHILE_ABOVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:sold|ordered|bought|for sale|available|on sale|sells) (?:only )?(?:while|if|when|as long as) § (?:is )?(?:above|over|greater than|more than|larger than|positive|>)",
    )
});
/// The sale before the number: cannot be bought when `x` is 0.
static WHEN_ZERO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered|bought))[^.;,]{0,10}\b(?:when|while|if|where|once|as soon as) §(?: is| has| falls to| reaches)? (?:0|zero|nought)\b",
    )
});
/// A count in words that is nought.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(quantity|stock|inventory|count) (?:of |is )?(?:0|zero)\b[^.;]{0,20}(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered|bought))",
    )
});
static UNCOUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:null|empty|missing|absent|none)\b[^.;]{0,40}(?:not counted|not tracked|untracked|unlimited|no limit|no stock (?:is )?(?:kept|tracked|counted)|always)",
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

/// A list that has entries only while a product cannot be ordered: not empty means sold out.
static FILLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:not empty|non-empty|filled)\b(?P<then>[^.;]{0,60})"));

/// Whether documents say so of the field's list, in a sentence about it or in the next of the passage.
pub(super) fn filled_while_unsold(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    let is_list = field.filled().any(Value::is_array)
        && field.all(Value::is_array)
        && !field.path.is_in_list();
    let says = |own: &Statement| {
        let then = FILLED.captures(&own.lower).and_then(|found| found.name("then"));
        then.is_some_and(|then| UNSOLD.is_match(then.as_str()))
    };
    let goes_on = |own: &Statement| own.terms.is_empty() && says(own);
    let is_told = || {
        deletion::about(field, documents).any(|own| {
            says(own)
                || documents.statements.iter().any(|next| next.block == own.block && goes_on(next))
        })
    };
    (is_list && is_told()).then_some(Reading::Unset)
}

/// A record that is there only while a product cannot be ordered: an item with a suspension is off sale.
static HAVING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:with|having|that has|which has|that have|carries|while it has|as long as it has)(?: an?| the| such an?)?(?: active| current| open)? §(?P<then>[^.;§]{0,60})",
    )
});

/// Whether documents say so of the field's record, where some products have it and others do not.
pub(super) fn held_while_unsold(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    let is_record = !field.is_empty() && field.all(Value::is_object) && !field.path.is_in_list();
    let is_told = || {
        deletion::about(field, documents).any(|own| {
            let text = marked(&own.lower, field).unwrap_or_default();
            let then = HAVING.captures(&text).and_then(|found| found.name("then"));
            then.is_some_and(|then| UNSOLD.is_match(then.as_str()))
        })
    };
    (is_record && !field.is_always_there() && is_told()).then_some(Reading::Unset)
}

/// When what is suspended is sold again.
static UNTIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\buntil (?:then|that|this|it)\b|\bahead\b|\bin the future\b|\bnot yet (?:past|over)\b",
    )
});
/// The same with the time named: not sold until `x`, on sale again from `x`.
static UNTIL_TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:(?:\b(?:not|cannot|never|no longer)|n['’]t) (?:be )?(?:sold|ordered|bought|available|orderable|on sale|for sale|shown|offered)|\b(?:suspended|sold out|unavailable|hidden|paused|snoozed|off sale|off the menu|out of stock|stopped|blocked|taken off|86['’]?(?:d|ed)?))\b[^.;§]{0,25} (?:until|till|up to|before) (?:after )?(?:(?:the|its|that) )?(?:(?:time|moment|date) (?:in|of) )?§|\b(?:(?:sold|ordered|bought|available|orderable|offered|on sale|for sale) again|(?:is|are|be|comes?|goes) back(?: on (?:sale|the menu))?)(?: only)? (?:from|after|at|on|once|when) (?:(?:the|its) )?(?:(?:time|moment|date) (?:in|of) )?§",
    )
});
/// Later than any time in seconds.
const MILLISECONDS: f64 = 1e11;

/// A time until which documents say that a product cannot be ordered.
pub(super) fn until(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    const YEAR_2001: f64 = 1e9;
    let is_time = |value: &Value| match value {
        Value::Number(number) => number.as_f64().is_some_and(|n| n >= YEAR_2001),
        Value::String(text) => DateTime::parse_from_rfc3339(text).is_ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    let is_named = || {
        deletion::about(field, documents)
            .filter_map(|own| marked(&own.lower, field))
            .any(|text| UNTIL_TIME.is_match(&text))
    };
    let is_told = || {
        said(field, documents).is_some_and(|said| UNTIL.is_match(&said) && UNSOLD.is_match(&said))
    };
    if field.is_empty() || field.path.is_in_list() || !field.all(is_time) {
        return None;
    }
    if !is_named() && !is_told() {
        return None;
    }
    let is_fine = field.filled().any(|value| value.as_f64().is_some_and(|n| n > MILLISECONDS));
    Some(Reading::Until { milliseconds: if is_fine { 1 } else { 1000 } })
}

/// A count of which documents say that none left means sold out.
pub(super) fn count(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    let is_count = |value: &Value| {
        value.is_number() || value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok())
    };
    // A count may be nought or one in all records of a sample.
    let name = vocabulary().words(field.path.leaf());
    let is_called = name.iter().any(|word| {
        matches!(word.as_str(), "quantity" | "stock" | "inventory" | "count" | "left" | "level")
    });
    let is_more = is_called || field.filled().any(|value| !is_flag(value));
    let is_boolean = field.filled().any(Value::is_boolean);
    if is_whether_counted(field)
        || field.path.len() > 3
        || !is_more
        || is_boolean
        || !field.all(is_count)
    {
        return None;
    }
    let said = said(field, documents)?;
    let is_told = SOLD_OUT_AT_ZERO.is_match(&said)
        || deletion::about(field, documents)
            .filter_map(|statement| marked(&statement.lower, field))
            .any(|text| is_at_zero(&text))
        || deletion::about(field, documents)
            .filter_map(|statement| marked(&statement.lower, field))
            .any(|text| AT_ZERO_AND.is_match(&text))
        // In prose: a variant with quantity 0 is sold out.
        || is_called && documents.statements.iter().any(|statement| {
            let spoken = SPOKEN.captures(&statement.lower).and_then(|found| found.get(1));
            spoken.is_some_and(|word| name.last().is_some_and(|last| last == word.as_str()))
        });
    is_told.then(|| Reading::Count { uncounted: UNCOUNTED.is_match(&said) })
}

/// Whether a sentence with the count marked says that none left means sold out.
pub(super) fn is_at_zero(text: &str) -> bool {
    [&WITHOUT_LEFT, &WHILE_ABOVE, &WHEN_ZERO].iter().any(|said| said.is_match(text))
}

/// Whether a flag is called after the counting: `track_inventory` says whether it is counted, is no count
/// and says nothing of a sale by itself.
pub(super) fn is_whether_counted(field: &Field<'_>) -> bool {
    let name = vocabulary().words(field.path.leaf());
    name.iter().any(|word| matches!(word.as_str(), "track" | "tracked" | "tracking"))
        && field.all(is_flag)
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

/// Whether a value is yes or no, however it is written.
pub(crate) fn is_flag(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::Number(number) => matches!(number.as_u64(), Some(0 | 1)),
        Value::String(text) => matches!(
            text.trim().to_lowercase().as_str(),
            "0" | "1"
                | "true"
                | "false"
                | "yes"
                | "no"
                | "y"
                | "n"
                | "j"
                | "ja"
                | "nein"
                | "si"
                | "sí"
                | "oui"
                | "non"
        ),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}
