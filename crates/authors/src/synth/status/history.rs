//! The history of an order: all the states that it had, of which the latest counts.

use serde_json::Value;

use crate::synth::matching::Decisions;
use crate::synth::scope::{self, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The variable of a history's latest entry.
pub(super) const LATEST: &str = "latest";

/// A list of the states that an order had, of which the latest counts.
pub(super) struct History<'a> {
    pub(super) variable: Variable<'a>,
    /// The expression of the list.
    pub(super) list: String,
    /// The arguments of `slice` that take the latest entry.
    pub(super) slice: &'static str,
}

fn is_newest_first(decisions: &Decisions<'_>) -> bool {
    let cues = [
        "newest first",
        "latest first",
        "newest entry first",
        "most recent first",
        "most recent entry first",
    ];
    decisions.documents.statements.iter().any(|s| cues.iter().any(|cue| s.lower.contains(cue)))
}

/// Finds a history: entries that each have a status and a time. Their times, else documents, show
/// which end is the latest.
pub(super) fn find<'a>(
    variables: &[Variable<'a>],
    decisions: &Decisions<'_>,
) -> Option<History<'a>> {
    let fields = scope::fields(variables);
    let named = |entry: &Value, names: &[&str]| -> Option<Value> {
        let found = entry.as_object()?.iter().find(|(key, _)| {
            vocabulary().words(key).last().is_some_and(|last| names.contains(&last.as_str()))
        });
        found.map(|(_, value)| value.clone())
    };
    let time = |entry: &Value| named(entry, &["at", "time", "timestamp", "date"]);
    let is_entry =
        |entry: &Value| named(entry, &["status", "state"]).is_some() && time(entry).is_some();
    let field = fields.iter().find(|field| {
        !field.is_empty()
            && field.all(|list| {
                list.as_array().is_some_and(|l| !l.is_empty() && l.iter().all(is_entry))
            })
    })?;
    let is_rising = |list: &Value| -> Option<bool> {
        let times: Vec<Value> = list.as_array()?.iter().filter_map(time).collect();
        let (first, last) = (times.first()?, times.last()?);
        let order = match (first.as_f64(), last.as_f64()) {
            (Some(first), Some(last)) => first.total_cmp(&last),
            (_, _) => first.as_str()?.cmp(last.as_str()?),
        };
        (order != std::cmp::Ordering::Equal).then_some(order.is_lt())
    };
    let known: Vec<bool> = field.filled().filter_map(is_rising).collect();
    let rising = match known.as_slice() {
        [] => !is_newest_first(decisions),
        all if all.iter().all(|rising| *rising) => true,
        all if all.iter().all(|rising| !*rising) => false,
        _ => return None,
    };
    let take = |list: &'a Value| {
        let list = list.as_array()?;
        if rising { list.last() } else { list.first() }
    };
    Some(History {
        variable: Variable {
            name: LATEST.to_owned(),
            entity: Entity::Other,
            place: format!("{}[{}]", field.place(), if rising { "last" } else { "first" }),
            rows: field.values.iter().map(|value| value.and_then(take)).collect(),
        },
        list: field.js(),
        slice: if rising { "-1" } else { "0, 1" },
    })
}
