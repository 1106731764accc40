//! How lists are shown to a person, and which one a person names.

use serde_json::Value;

use super::{Collection, keys};
use crate::synth::answers::Answer;

/// So many fields of a record are shown to a person.
const MAX_SHOWN: usize = 6;

/// The list that an answer names: as it is shown, without its brackets or by its end. Among several
/// the outermost.
pub(crate) fn named<'c>(lists: &'c [Collection], answer: &Answer) -> Option<&'c Collection> {
    let fits = |list: &&Collection| {
        let place = list.to_string();
        answer.names(&place) || answer.names(place.trim_end_matches(['[', ']', '{', '}']))
    };
    lists.iter().filter(fits).min_by_key(|list| list.levels.len())
}

/// What is said where an answer names no list.
pub(crate) fn refusal(answer: &Answer) -> String {
    format!(
        "The answer {:?} names no list that the samples have. ",
        domain::bounded(answer.text(), 80)
    )
}

/// The lists as choices, each with its first record's fields.
pub(crate) fn offers(lists: &[&Collection], payloads: &[&Value]) -> Vec<(String, String)> {
    lists
        .iter()
        .map(|list| {
            let records = list.records(payloads);
            let first: Vec<&Value> = records.iter().take(1).copied().collect();
            let place = list.to_string();

            let count = if records.len() == 1 { "record" } else { "records" };
            let label = format!("{place} ({} {count}: {})", records.len(), overview(&first));
            (place, label)
        })
        .collect()
}

/// The first fields of the values with what stands in them, for people.
pub(crate) fn overview(values: &[&Value]) -> String {
    let keys = keys(values);
    let mut shown: Vec<String> = keys
        .iter()
        .take(MAX_SHOWN)
        .map(|key| {
            let value = values.iter().find_map(|value| value.get(key)).unwrap_or(&Value::Null);
            format!("{} {}", domain::bounded(key, 40), domain::bounded(&value.to_string(), 30))
        })
        .collect();
    if keys.len() > MAX_SHOWN {
        shown.push(format!("{} more", keys.len() - MAX_SHOWN));
    }
    if shown.is_empty() { "no fields".to_owned() } else { shown.join(", ") }
}
