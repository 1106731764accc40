//! Signs of which one is enough: it can be bought if it is `in_stock` or can be `ordered_in`.

use std::sync::LazyLock;

use regex::Regex;

use super::gates::{Gate, With};
use super::{Reading, Sign};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};

/// That a sentence tells when a product is sold.
static CAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:can be|may be|is) (?:ordered|sold|bought|on sale|available)\b[^.;]*\b(?:if|when|while|where|as long as)\b",
    )
});
/// What stands between two conditions of which one is enough.
static OR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*or(?: if| when| while| where)?(?: (?:it|the \w+))?(?: is| are)?\s*$")
});

/// The signs, where two that documents join by `or` are one: the first counts unless the second is on.
pub(super) fn joined<'a>(signs: Vec<Sign<'a>>, documents: &Documents) -> Vec<Sign<'a>> {
    let are_joined = |one: &Sign<'a>, other: &Sign<'a>| {
        let mut told = documents.statements.iter();
        [one, other].iter().all(|sign| sign.reading == Reading::Yes)
            && told.any(|own| joins(own, one, other) || joins(own, other, one))
    };
    let mut kept: Vec<Sign<'a>> = Vec::new();
    for sign in signs {
        match kept.iter_mut().find(|first| are_joined(first, &sign)) {
            Some(first) => {
                let (js, place) = (sign.field.js(), sign.field.place());
                first.gates.push(Gate { js, place, with: With::Flag(false) });
            }
            None => kept.push(sign),
        }
    }
    kept
}

fn joins(statement: &Statement, first: &Sign<'_>, second: &Sign<'_>) -> bool {
    let places = statement.places();
    CAN.is_match(&statement.lower)
        && places.iter().zip(places.iter().skip(1)).any(|(a, b)| {
            let between = statement.lower.get(a.end..b.start).unwrap_or_default();
            term_names(a.term, &first.field.path)
                && term_names(b.term, &second.field.path)
                && OR.is_match(between)
        })
}
