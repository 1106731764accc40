//! What a sentence says of a flag: which of its values means that a product cannot be ordered.

use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use super::polarity::denies;
use crate::pattern::pattern;
use crate::synth::deletion::about;
use crate::synth::documents::Documents;
use crate::synth::scope::Field;

/// Stands for the field in a sentence.
const FIELD: &str = "§";

/// The state that the rest of the sentence is about: the flag is off or on.
static OFF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:switch|turn|sett?|flip)\w*\s+[^§.]{0,30}§\s*(?:to\s+)?(?:off|false|no|0)\b|(?:untick|uncheck|clear)\w*[^§.]{0,60}§|(?:\bnot|n't)\s+(?:set\s+)?§|§\)?\s*(?:is\s+|set\s+to\s+|being\s+)?(?:off|false)\b",
    )
});
static ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:switch|turn|sett?|flip)\w*\s+[^§.]{0,30}§\s*(?:to\s+)?(?:on|true|yes|1)\b|\bunless\s+§\s+is\s+set|§\)?\s*(?:is\s+|set\s+to\s+|being\s+)(?:on|true|set)\b|\bmarked\s+(?:as\s+)?§",
    )
});
/// The conditions under which a product can be ordered.
static CAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:can be|may be|is) (?:ordered|sold|bought|on sale|for sale|available)\b[^.]*?\b(?:while|if|when|as long as)\b(.*)$",
    )
});

/// What a flag that is on says: `x` tells whether it can be bought now.
static WHETHER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"§\s+(?:also |only )?(?:says|tells|shows|indicates|states|means|is) (?:us |you )?(?:whether|if) ([^.;:]*)$",
    )
});

/// What is said of products without a value: a dish without `x` is not yet on sale.
static WITHOUT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:without|that (?:has|have) no|lacking)(?: an?| the)? §\s*(?:is|are|can|may)[^.;]{0,20}\b(?:not|cannot)\b[^.;]{0,20}\b(?:sale|sold|ordered|bought|available|shown)\b",
    )
});

/// The same said of the field: `x` null: hidden.
static NULL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"§ (?:is |= ?|being )?(?:null|empty|blank|missing|not set|unset)(?::| =| means|,)[^.;,]{0,30}\b(?:hidden|unpublished|not (?:yet )?(?:on sale|for sale|available|sold|shown|published|visible|listed|offered)|off sale|cannot be (?:ordered|bought|sold))\b",
    )
});

/// The opposite: `x` is null for what is on sale.
static NULL_WHILE_SOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"§ (?:is |= ?|being )?(?:null|empty|blank|missing|absent|not set|unset) (?:for|where|when|while|if|of) (?:(?:an?|the|it|what|all|those|every|each) )?(?:(?:item|product|dish|article|one)(?:e?s)? )?(?:(?:that|which) )?(?:is |are |can be |may be )?(?:on sale|for sale|available|sold|orderable|ordered|bought|in stock)\b",
    )
});

/// Whether documents say that a product can be ordered only without a value there.
pub(super) fn forbidden(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    let is_said = about(field, documents)
        .any(|own| marked(&own.lower, field).is_some_and(|text| NULL_WHILE_SOLD.is_match(&text)));
    (is_said && !field.path.is_in_list()).then_some(Reading::Unset)
}

/// Whether documents say that a product cannot be ordered without a value there.
pub(super) fn needed(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    let is_needed = about(field, documents).any(|own| {
        marked(&own.lower, field)
            .is_some_and(|text| WITHOUT.is_match(&text) || NULL.is_match(&text))
    });
    is_needed.then_some(Reading::There)
}

/// Whether a sentence names the field among the conditions of a sale.
pub(super) fn is_condition(field: &Field<'_>, documents: &Documents) -> bool {
    about(field, documents).any(|statement| {
        let text = marked(&statement.lower, field).unwrap_or_default();
        let conditions = CAN.captures(&text).and_then(|found| found.get(1));
        conditions.is_some_and(|found| found.as_str().contains(FIELD))
    })
}

/// How the flag is read, by the first sentence that shows it.
pub(super) fn reading(field: &Field<'_>, documents: &Documents) -> Option<Reading> {
    about(field, documents).find_map(|statement| {
        let text = marked(&statement.lower, field)?;
        if let Some(found) = CAN.captures(&text).and_then(|found| found.get(1)) {
            let conditions = found.as_str();
            let at = conditions.find(FIELD)?;
            let before = conditions.get(..at)?.trim_end();
            let is_false =
                conditions.get(at..)?.trim_start_matches(['§', ' ']).starts_with("is false");
            return Some(if before.ends_with("not") || is_false {
                Reading::No
            } else {
                Reading::Yes
            });
        }
        if let Some(said) = WHETHER.captures(&text).and_then(|found| found.get(1)) {
            return Some(if denies(said.as_str())? { Reading::No } else { Reading::Yes });
        }
        let (is_off, place) = match (OFF.find(&text), ON.find(&text)) {
            (Some(off), Some(on)) if on.start() < off.start() => (false, on),
            (Some(off), _) => (true, off),
            (None, Some(on)) => (false, on),
            (None, None) => return None,
        };
        // What "unless" excepts is the opposite of what the sentence says.
        let is_excepted = place.as_str().starts_with("unless");
        let rest = format!("{} {}", text.get(..place.start())?, text.get(place.end()..)?);
        let cannot = denies(&rest)? != is_excepted;
        Some(if is_off == cannot { Reading::Yes } else { Reading::No })
    })
}

/// The sentence with the field's own term marked and all other terms without their marks.
pub(crate) fn marked(lower: &str, field: &Field<'_>) -> Option<String> {
    let leaf = format!("`{}`", field.path.leaf().to_lowercase());
    let path = format!("`{}`", field.path.to_string().to_lowercase());
    let text = lower.replace(&path, FIELD).replace(&leaf, FIELD);
    text.contains(FIELD).then(|| text.replace('`', ""))
}
