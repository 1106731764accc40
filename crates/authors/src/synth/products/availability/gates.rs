//! Flags that say whether another sign counts: the stock of what is not tracked means nothing.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::sentence::marked;
use super::{Reading, is_flag, said, values};
use crate::pattern::pattern;
use crate::synth::deletion;
use crate::synth::documents::{Documents, term_names};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// A field without whose value a sign says nothing: the record can be ordered then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gate {
    /// The expression that reads the field.
    pub(super) js: String,
    pub(super) place: String,
    /// The value with which the sign counts.
    pub(super) with: With,
}

/// What a field must say for a sign to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum With {
    /// The flag has this value.
    Flag(bool),
    /// The text is this word.
    Word(String),
    /// There is a value.
    Any,
}

/// The value of a flag with which nothing is counted.
static NOT_KEPT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(true|false|1|0|yes|no|on|off)\b[^.;,]{0,40}\b(?:not (?:counted|tracked|kept|limited)|untracked|unlimited|no limit|no stock (?:is )?(?:kept|tracked|counted)|means? nothing|never (?:runs out|sold out)|no meaning)",
    )
});

/// The value of a flag with which the stock is counted.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is |= ?)?(?:true|1|yes|on)\b[^.;,]{0,40}\b(?:stock|inventory|quantity|it) (?:is|are) (?:counted|tracked|kept)\b",
    )
});

/// Whether a sentence excepts records with the flag from what it says: sold out, unless `x` is true.
fn is_excepted(flag: &Field<'_>, documents: &Documents) -> bool {
    deletion::about(flag, documents)
        .any(|statement| marked(&statement.lower, flag).is_some_and(|text| UNLESS.is_match(&text)))
}

static UNLESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:sold out|out of stock|unavailable|not available|cannot be (?:sold|ordered|bought))[^.;]{0,20}\b(?:unless|except (?:where|when|if))\s+§(?:\s+(?:is )?(?:true|set|on|1)\b|\s*(?:$|[.;,]))",
    )
});

/// What stands between a sign and the flag on which it depends: `x` has a meaning only where `y` is true.
static ONLY_WHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^`.;]{0,20}\b(?:has (?:a |any )?meaning|means (?:something|anything)|counts|matters|applies|is (?:used|looked at|valid|filled|kept))\b[^`.;]{0,10}\bonly (?:where|when|while|if|for)[^`.;]{0,15}$",
    )
});
static IS_OFF: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:is |= ?)?(?:false|off|0|no)\b"));

/// The flags on which a sign depends.
pub(super) fn of(
    field: &Field<'_>,
    reading: &Reading,
    fields: &[Field<'_>],
    documents: &Documents,
) -> Vec<Gate> {
    let is_count = matches!(reading, Reading::Count { .. });
    let told = conditions(field, documents);
    // Most fields depend on none.
    if told.is_empty() && !is_count {
        return Vec::new();
    }
    let is_flag = |flag: &&Field<'_>| {
        flag.variable == field.variable
            && flag.path != field.path
            && !flag.is_empty()
            && flag.all(is_flag)
    };
    let gate = |flag: &Field<'_>| {
        let told = told.iter().find(|(term, _)| term_names(term, &flag.path));
        let of_count = || if is_count { counts_with(flag, documents) } else { None };
        let with = With::Flag(told.map(|(_, with)| *with).or_else(of_count)?);
        Some(Gate { js: flag.js(), place: flag.place(), with })
    };
    let flags = fields.iter().filter(is_flag).filter_map(gate);
    let of_count = if is_count {
        let mut found = by_words(field, fields, documents);
        found.extend(by_value(field, fields, documents));
        found
    } else {
        Vec::new()
    };
    flags.chain(of_count).collect()
}

/// That stock is counted for records with a value there alone.
static WHERE_SET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:stock|inventory|quantity|it) (?:is|are) (?:counted|tracked|kept|managed) only (?:where|when|while|if|with) §(?: is| has been)? (?:set|given|there|filled|present)\b",
    )
});

/// The fields of which documents say that the stock is counted where they are set.
fn by_value(field: &Field<'_>, fields: &[Field<'_>], documents: &Documents) -> Vec<Gate> {
    let is_told = |own: &&Field<'_>| {
        own.variable == field.variable
            && own.path != field.path
            && deletion::about(own, documents)
                .any(|said| marked(&said.lower, own).is_some_and(|t| WHERE_SET.is_match(&t)))
    };
    let gate = |own: &Field<'_>| Gate { js: own.js(), place: own.place(), with: With::Any };
    fields.iter().filter(is_told).map(gate).collect()
}

/// The texts of which documents say with which word the count counts, where they say of both in one
/// sentence that nought is sold out.
fn by_words(field: &Field<'_>, fields: &[Field<'_>], documents: &Documents) -> Vec<Gate> {
    let beside = || {
        fields.iter().filter(|own| {
            own.variable == field.variable
                && own.path != field.path
                && !own.is_empty()
                && own.all(|value| value.is_string() && !is_flag(value))
        })
    };
    let mut found: Vec<Gate> = Vec::new();
    for statement in deletion::about(field, documents) {
        let is_of_sale = marked(&statement.lower, field).is_some_and(|t| values::is_at_zero(&t));
        for place in statement.places().iter().filter(|_| is_of_sale) {
            let Some(word) = statement.word_after(place) else { continue };
            for own in beside().filter(|own| term_names(place.term, &own.path)) {
                if own.filled().any(|value| value.as_str() == Some(word)) {
                    let with = With::Word(word.to_owned());
                    found.push(Gate { js: own.js(), place: own.place(), with });
                }
            }
        }
    }
    found
}

/// Where such flags stand: by themselves they say nothing of a sale.
pub(super) fn places(fields: &[Field<'_>], documents: &Documents) -> BTreeSet<String> {
    let gates = fields.iter().flat_map(|field| {
        let reading = values::count(field, documents).unwrap_or(Reading::Yes);
        of(field, &reading, fields, documents)
    });
    gates.map(|gate| gate.place).collect()
}

/// What documents call the flags without which the sign says nothing, each with the value with which it
/// counts.
fn conditions<'d>(field: &Field<'_>, documents: &'d Documents) -> Vec<(&'d str, bool)> {
    let mut told = Vec::new();
    for statement in documents.statements.iter().filter(|own| own.names(&field.path)) {
        let places = statement.places();
        for (sign, own) in places.iter().zip(places.iter().skip(1)) {
            let between = statement.lower.get(sign.end..own.start).unwrap_or_default();
            let after = statement.lower.get(own.end..).unwrap_or_default();
            if term_names(sign.term, &field.path) && ONLY_WHERE.is_match(between) {
                told.push((own.term, !IS_OFF.is_match(after)));
            }
        }
    }
    told
}

/// The value of a flag with which a count counts.
fn counts_with(flag: &Field<'_>, documents: &Documents) -> Option<bool> {
    let said = said(flag, documents)?;
    let name = vocabulary().words(flag.path.leaf());
    let is_called = |names: &[&str]| name.iter().any(|word| names.contains(&word.as_str()));
    if is_called(&["unlimited", "infinite", "endless"]) || is_excepted(flag, documents) {
        return Some(false);
    }
    if is_called(&["track", "tracked", "tracking", "counted", "managed", "manage"])
        || COUNTED.is_match(&said)
    {
        return Some(true);
    }
    let off = NOT_KEPT.captures(&said)?.get(1)?.as_str();
    Some(matches!(off, "false" | "0" | "no" | "off"))
}
