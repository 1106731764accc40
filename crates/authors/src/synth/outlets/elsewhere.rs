//! Addresses that stand in what the places name: the hotel of a bar. Nobody says whether they are theirs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Found;
use super::parts::ADDRESS;
use crate::synth::collections::Collection;
use crate::synth::joins::id_text;
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::overlooked::{LEAVE, is_settled};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const POINT: &str = "address";

/// Leaves a point open where places without an address name records that have one.
pub(super) fn ask(
    found: &Found<'_>,
    fields: &[Field<'_>],
    lists: &[Collection],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) {
    let is_placed =
        found.parts.iter().any(|(part, _)| ADDRESS.iter().any(|address| address.is(part)));
    if is_placed || is_settled(POINT, decisions) {
        return;
    }
    let v = vocabulary();
    let is_reference = |field: &&Field<'_>| {
        let words = v.words(field.path.leaf());
        field.path.len() == 1 && words.len() > 1 && words.last().is_some_and(|last| last == "id")
    };
    let holder = fields.iter().filter(is_reference).find_map(|field| {
        let list = lists.iter().filter(|list| list.levels.len() == 1).find(|list| {
            let records = list.records(payloads);
            let ids: BTreeSet<String> =
                records.iter().filter_map(|record| own_id(record)).collect();
            let is_known = |id: &Value| id_text(id).is_some_and(|id| ids.contains(&id));
            !field.is_empty()
                && field.filled().all(is_known)
                && records.iter().any(|record| has_city(record))
        })?;
        Some((field.place(), list.to_string()))
    });
    let Some((reference, list)) = holder else { return };
    let prompt = format!(
        "The places have no address, and {list}, which {reference} names, has one. A script that reads it from there cannot be written here."
    );
    decisions.ask(POINT, &prompt, &[as_shown(LEAVE)]);
}

fn own_id(record: &Value) -> Option<String> {
    let fields = record.as_object()?;
    let (_, id) = fields.iter().find(|(key, _)| vocabulary().words(key) == ["id"])?;
    id_text(id)
}

/// Whether a record or an object in it has a city.
fn has_city(record: &Value) -> bool {
    record.as_object().is_some_and(|fields| {
        fields.iter().any(|(key, value)| {
            (value.is_string() && vocabulary().words(key) == ["city"]) || has_city(value)
        })
    })
}
