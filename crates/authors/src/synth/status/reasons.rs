//! A reason that documents describe and no sample has: there is none until an order is cancelled.

use std::sync::LazyLock;

use regex::Regex;

use super::REASON;
use crate::pattern::pattern;
use crate::synth::documents::term_names;
use crate::synth::matching::Decisions;
use crate::synth::path::Step;
use crate::synth::scope::Field;

static WHY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|says|holds|gives|tells|has|explains|carries|contains|:)\s[^.;`]{0,40}?\b(?:why|reason|explanation)\b",
    )
});

/// The field that documents call the reason, beside the status, where none of the samples has it
/// and no other term of theirs is called so.
pub(super) fn told<'a>(
    status: &Field<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    let is_settled = decisions.answers.of(REASON.output).is_some()
        || decisions.examples.values(REASON.output).is_some()
        || decisions.open.iter().any(|point| point.field.starts_with(REASON.output));
    if is_settled || status.path.is_in_list() {
        return None;
    }
    let is_key = |term: &str| {
        term.starts_with(|c: char| c.is_ascii_alphabetic())
            && term.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut found: Vec<(&str, &str)> = Vec::new();
    for statement in &decisions.documents.statements {
        for place in statement.places() {
            let after = statement.lower.get(place.end..).unwrap_or_default();
            if WHY.is_match(after) {
                found.push((place.term, &statement.text));
            }
        }
    }
    found.dedup_by_key(|(term, _)| *term);
    let [(term, text)] = found.as_slice() else { return None };
    let is_there = fields.iter().any(|field| term_names(term, &field.path));
    if is_there || !is_key(term) {
        return None;
    }
    let field = Field {
        path: status.path.parent().then(Step::Key((*term).to_owned())),
        values: vec![None; status.values.len()],
        ..status.clone()
    };
    let reason = format!("the documents say: {text}");
    decisions.record(REASON.output, &field.place(), &reason, 0.7, "");
    Some(field)
}
