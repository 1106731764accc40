//! A state that is written with its country before it, as ISO 3166-2 does: `US-CA`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::{Candidate, Decisions, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const STATE: &str = "address.stateProvince";
const POINT: &str = "address.stateProvince (form)";
const PART: &str = "the part after the hyphen";
const WHOLE: &str = "the whole code";

static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Z]{2}-[A-Z0-9]{1,3}$"));
static PART_SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:after|behind|following) the (?:hyphen|dash)|without (?:the|its) (?:country|prefix)|(?:last|second) part|\b(?:a|the) (?:hyphen|dash),? and the (?:state|province|region|subdivision)",
    )
});
static WHOLE_SAID: LazyLock<Regex> = LazyLock::new(|| pattern(r"as it (?:is|stands)|whole code"));

/// Puts the short code beside the written name of a state in its stead: the standard's addresses have the
/// code where a vendor has both.
pub(super) fn prefer_codes<'a>(
    ranked: &mut Vec<Candidate<'a>>,
    fields: &[Field<'a>],
    decisions: &Decisions<'_>,
) {
    if decisions.is_given(STATE) {
        return;
    }
    for candidate in ranked.iter_mut() {
        if let Some(code) = code_of(&candidate.field, fields) {
            candidate.field = code.clone();
            "it is the short code of the state".clone_into(&mut candidate.reason);
        }
    }
    let mut seen = BTreeSet::new();
    ranked.retain(|own| seen.insert(own.field.place()));
}

/// The code of the state that a field names, in the records where it does.
fn code_of<'f, 'a>(name: &Field<'a>, fields: &'f [Field<'a>]) -> Option<&'f Field<'a>> {
    let words = vocabulary().words(name.path.leaf());
    let own = words.strip_suffix(&["name".to_owned()]).unwrap_or(&words);
    let is_short = |value: &Value| {
        value.as_str().is_some_and(|text| {
            text.len() <= 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
    };
    let is_there = |code: &Field<'_>| {
        let mut pairs = name.values.iter().zip(code.values.iter());
        pairs.all(|(name, code)| name.is_some() == code.is_some())
    };
    let is_code = |field: &&Field<'a>| {
        let words = vocabulary().words(field.path.leaf());
        field.is_beside(name)
            && words.strip_suffix(&["code".to_owned()]).is_some_and(|rest| rest == own)
            && !field.is_empty()
            && field.all(is_short)
            && is_there(field)
    };
    fields.iter().find(is_code).filter(|_| !name.is_empty() && !name.all(is_short))
}

/// Whether all values are such codes.
pub(super) fn is_code(field: &Field<'_>) -> bool {
    !field.is_empty() && field.all(|value| value.as_str().is_some_and(|text| CODE.is_match(text)))
}

/// Writes the state of such a code; a point is left open where nothing says which part it is.
pub(super) fn write(field: &Field<'_>, script: &mut Script, decisions: &mut Decisions<'_>) {
    // A short code is the standard's where documents say so, in any sentence about codes like it.
    let says = |wanted: &Regex| {
        let mut near = decisions.documents.passages_about(&field.path);
        near.any(|statement| wanted.is_match(&statement.lower))
    };
    let answer = decisions.answers.of(POINT);
    let is_part = match answer {
        Some(answer) => PART_SAID.is_match(&answer.text().to_lowercase()),
        None => says(&PART_SAID),
    };
    let is_whole = answer.is_some() || says(&WHOLE_SAID);
    if !is_part && !is_whole && decisions.examples.agree(STATE, field).is_none() {
        let prompt = format!(
            "{} has the country before the state ({}). What is the state?",
            field.place(),
            field.examples()
        );
        let choices = [PART, WHOLE].map(as_shown);
        decisions.ask(POINT, &prompt, &choices);
    }
    script.uses(Helper::Text);
    script.comment(&field.place());
    let read = format!("text({})", field.js());
    if is_part {
        script.line(format!("stateProvince: {read}?.replace(/^[A-Z]{{2}}-/, \"\"),"));
    } else {
        script.line(format!("stateProvince: {read},"));
    }
}
