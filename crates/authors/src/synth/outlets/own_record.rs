//! A record of the outlet itself in another list of the payload: the company lists its places beside the
//! one that was asked for.

use serde_json::Value;

use super::related::{LookUp, Related, Tells};
use crate::synth::collections::{Collection, keys};
use crate::synth::joins::id_text;
use crate::synth::path::{Path, Step};
use crate::synth::scope::{Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The script's name for it.
const NAME: &str = "ownRecord";
/// Ids that are shorter may be the same by chance.
const LONG: usize = 6;

/// Finds the list in which every outlet has one record by its id.
pub(super) fn find<'a>(
    fields: &[Field<'a>],
    origins: &[usize],
    (own, lists): (Option<&Collection>, &[Collection]),
    payloads: &[&'a Value],
) -> Option<Related<'a>> {
    let is_apart = |list: &&Collection| {
        list.filter.is_none()
            && own.is_none_or(|own| *list != own && !list.is_inside(own) && !own.is_inside(list))
    };
    lists.iter().filter(is_apart).find_map(|list| {
        let records: Vec<Vec<&'a Value>> =
            payloads.iter().map(|payload| list.records(&[*payload])).collect();
        let all: Vec<&Value> = records.iter().flatten().copied().collect();
        let ids = fields.iter().filter(|field| {
            is_id(field.path.leaf()) && field.path.len() <= 2 && !field.path.is_in_list()
        });
        let pairs = ids.flat_map(|field| {
            keys(&all).into_iter().filter(|key| is_id(key)).map(move |key| (field, key))
        });
        pairs.into_iter().find_map(|(field, key)| {
            let rows = rows(field, &key, origins, &records)?;
            let place = format!("{list} with its {key}");
            Some(Related {
                variable: Variable { name: NAME.to_owned(), entity: Entity::Outlet, place, rows },
                look_up: LookUp::Keyed {
                    list: list.clone(),
                    key: Path::default().then(Step::Key(key)),
                    reference: field.js(),
                },
                tells: Tells::All,
            })
        })
    })
}

fn is_id(key: &str) -> bool {
    vocabulary().words(key).last().is_some_and(|last| last == "id")
}

/// The record of each row; nothing unless each has exactly one, by an id that is no chance.
fn rows<'a>(
    field: &Field<'_>,
    key: &str,
    origins: &[usize],
    records: &[Vec<&'a Value>],
) -> Option<Vec<Option<&'a Value>>> {
    let is_unique = field.is_always_there() && field.is_unique(origins);
    let record = |value: Option<&Value>, origin: usize| {
        let id = id_text(value?).filter(|id| id.len() >= LONG)?;
        let mut own = records
            .get(origin)?
            .iter()
            .filter(|record| record.get(key).and_then(id_text).is_some_and(|own| own == id));
        own.next().filter(|_| own.next().is_none()).map(|record| Some(*record))
    };
    let there = field.values.iter().zip(origins);
    let found: Option<Vec<Option<&'a Value>>> =
        there.map(|(value, origin)| record(*value, *origin)).collect();
    found.filter(|rows| is_unique && !rows.is_empty())
}
