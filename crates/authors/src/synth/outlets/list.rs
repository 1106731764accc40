//! Which list of the payload holds the outlets, where it is no outlet itself.

use serde_json::Value;

use super::related;
use crate::synth::collections::{self, Collection};
use crate::synth::matching::Decisions;
use crate::synth::vocabulary::{Entity, vocabulary};

/// The list of outlets, or none when the payload is the outlet. Nothing at all when that is open.
#[expect(
    clippy::option_option,
    reason = "an outlet that is the payload and an open point are two answers"
)]
pub(super) fn choose(
    lists: &[Collection],
    payloads: &[&Value],
    single: bool,
    decisions: &mut Decisions<'_>,
) -> Option<Option<Collection>> {
    const POINT: &str = "outlets";
    let v = vocabulary();
    // Those are what the others name.
    let is_included = |list: &Collection| {
        list.levels.first().is_some_and(|level| level.path.keys() == [related::INCLUDED])
    };
    let own: Vec<Collection> = lists.iter().filter(|list| !is_included(list)).cloned().collect();
    let lists = own.as_slice();
    let mut refused = String::new();
    if let Some(answer) = decisions.answers.of(POINT) {
        if let Some(list) = collections::named(lists, answer) {
            return Some(Some(list.clone()));
        }
        refused = collections::refusal(answer);
    }
    let has_name = |records: &[&Value]| {
        records.iter().any(|r| {
            r.as_object().is_some_and(|o| {
                o.keys().any(|key| v.words(key).last().is_some_and(|w| w == "name"))
            })
        })
    };
    let named_lists: Vec<&Collection> =
        lists.iter().filter(|list| has_name(&list.records(payloads))).collect();
    let mut usable: Vec<&Collection> =
        named_lists.iter().copied().filter(|list| list.levels.len() == 1).collect();
    let is_of_outlets = |list: &&Collection| v.names(Entity::Outlet, &list.words());
    if !single && !usable.iter().any(is_of_outlets) {
        // Outlets by brand or by account.
        usable.extend(
            named_lists.iter().copied().filter(|list| list.levels.len() == 2).filter(is_of_outlets),
        );
    }
    let mut all_named: Vec<&Collection> = usable.iter().copied().filter(is_of_outlets).collect();
    // What the records of another one name is what holds them: locations name their merchant.
    let others = all_named.clone();
    all_named.retain(|list| {
        !others.iter().any(|other| other != list && names_record_of(other, list, payloads))
    });
    let named = all_named.first();
    if single && named.is_none() && payloads.iter().any(|payload| holds_outlet(payload)) {
        return Some(None);
    }
    // What a record with an id of its own holds is a part of it.
    let is_free = |list: &&&Collection| !single || !payloads.iter().any(|p| is_held(list, p));
    let only = usable.first().filter(|_| usable.len() == 1).filter(is_free);
    if let Some(list) = named.or(only) {
        let lone = !single || list.records(payloads).len() == payloads.len();
        if lone && (!single || payloads.iter().all(|p| !has_id(p))) {
            return Some(Some((*list).clone()));
        }
    }
    if single {
        return Some(None);
    }
    let outer: Vec<&Collection> = lists.iter().filter(|list| list.levels.len() == 1).collect();
    if let ([], [only]) = (usable.as_slice(), outer.as_slice())
        && !v.names(Entity::Other, &only.words())
    {
        // The only list there is: what its records lack is asked about by field.
        return Some(Some((*only).clone()));
    }
    let offered = if usable.is_empty() { outer } else { usable };
    let what = if offered.is_empty() {
        "The samples hold no list of records. Add a sample that lists the outlets."
    } else {
        "Which list of the payload holds the outlets?"
    };
    decisions.ask(POINT, &format!("{refused}{what}"), &collections::offers(&offered, payloads));
    None
}

/// Whether the records of a list name those of another: `merchant_id` beside `merchants`.
fn names_record_of(list: &Collection, other: &Collection, payloads: &[&Value]) -> bool {
    let v = vocabulary();
    let named = other.words();
    list.records(payloads).iter().all(|record| {
        record.as_object().is_some_and(|fields| {
            fields.keys().any(|key| {
                let words = v.words(key);
                words.last().is_some_and(|last| last == "id")
                    && words.len() > 1
                    && words
                        .strip_suffix(&["id".to_owned()])
                        .is_some_and(|own| named.ends_with(own))
            })
        })
    })
}

fn has_id(payload: &Value) -> bool {
    payload.as_object().is_some_and(|o| {
        o.keys().any(|key| vocabulary().words(key).last().is_some_and(|w| w == "id"))
    })
}

/// Whether an object around the list has an id: `cuisines` in `data` with its `id`.
fn is_held(list: &Collection, payload: &Value) -> bool {
    let keys = list.levels.first().map(|level| level.path.keys()).unwrap_or_default();
    let around = keys.split_last().map(|(_, around)| around).unwrap_or_default();
    let holders = around.iter().scan(payload, |holder, key| {
        *holder = holder.get(key)?;
        Some(*holder)
    });
    std::iter::once(payload).chain(holders).any(has_id)
}

/// Whether the outlet itself is a part of the payload: an object called like one, with an id.
fn holds_outlet(payload: &Value) -> bool {
    payload.as_object().is_some_and(|parts| {
        parts.iter().any(|(key, part)| {
            vocabulary().names(Entity::Outlet, &vocabulary().words(key)) && has_id(part)
        })
    })
}
