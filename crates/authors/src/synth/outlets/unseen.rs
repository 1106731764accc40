//! A part of the address that documents name and no sample has: a state that comes in some countries
//! only, a second line that few have.

use super::parts::{ADDRESS, Part};
use crate::synth::documents::{is_key, term_names};
use crate::synth::matching::{Decisions, name_score};
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;

/// The parts that many addresses do without.
const RARE: [&str; 3] = ["street2", "stateProvince", "postalCode"];
/// From here on a name says by itself which part it is.
const CLEAR: f64 = 0.7;

/// Adds such parts beside the city, or what else was found of the address.
pub(super) fn add<'a>(
    parts: &mut Vec<(&'static Part, Field<'a>)>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) {
    let beside = ["city", "country", "street1"]
        .iter()
        .find_map(|key| parts.iter().find(|(part, _)| part.key == *key))
        .map(|(_, field)| field.clone());
    let Some(beside) = beside.filter(|field| !field.path.is_in_list()) else { return };
    for part in ADDRESS.iter().filter(|part| RARE.contains(&part.key)) {
        let is_settled = parts.iter().any(|(known, _)| known.is(part))
            || decisions.answers.of(part.wanted().output).is_some();
        if is_settled {
            continue;
        }
        let Some(field) = named(part, &beside, fields, decisions) else { continue };
        let reason = "documents name it, and no sample has it";
        decisions.record(part.wanted().output, &field.place(), reason, 0.6, "");
        parts.push((part, field));
    }
}

/// The only field of that name which documents speak of and no sample has.
fn named<'a>(
    part: &Part,
    beside: &Field<'a>,
    fields: &[Field<'a>],
    decisions: &Decisions<'_>,
) -> Option<Field<'a>> {
    let terms = decisions.documents.statements.iter().flat_map(|own| own.terms.iter());
    let mut found: Vec<&str> = terms
        .filter(|term| !fields.iter().any(|field| term_names(term, &field.path)))
        .map(|term| term.rsplit('.').next().unwrap_or(term))
        .filter(|leaf| is_key(leaf))
        .filter(|leaf| {
            let alone = Field { path: Path::key(leaf), ..beside.clone() };
            name_score(&alone, part.wanted().names) > CLEAR
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    let [leaf] = found.as_slice() else { return None };
    let path = beside.path.parent().then(Step::Key((*leaf).to_owned()));
    Some(beside.unfilled(path))
}
