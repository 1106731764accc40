//! Which records of a large list stand for all of them.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

/// Characters up to which a text may be one of a few that say what kind of record it is.
const KIND_CHARS: usize = 32;
/// Different texts at one path up to which each is something to show.
const KINDS_MAX: usize = 12;
/// Records of a long list that are shown where they show no more than the first one.
const ALIKE: usize = 4;
/// Levels below a record that are looked at.
const LEVELS: usize = 6;
/// Records among which the best are chosen.
const CANDIDATES_MAX: usize = 64;

/// The places of at most `most` records, the one that shows most first: each shows a field, a type or
/// a kind that those before it do not. A short list is taken whole; of a long one whose records are
/// all alike the first few.
///
/// Two passes over the records, and the same records give the same choice.
pub(super) fn best<'v>(
    records: impl Iterator<Item = &'v Value> + Clone,
    most: usize,
) -> Vec<usize> {
    let mut kinds = Kinds::default();
    records.clone().for_each(|record| kinds.count(record, 0, LEVELS));
    let mut seen: HashSet<u64> = HashSet::new();
    let mut candidates: Vec<(usize, HashSet<u64>)> = Vec::new();
    for (place, record) in records.clone().enumerate() {
        let mut features = HashSet::new();
        kinds.features(record, 0, LEVELS, &mut features);
        if features.iter().any(|one| !seen.contains(one)) {
            seen.extend(&features);
            candidates.push((place, features));
        }
        if candidates.len() >= CANDIDATES_MAX {
            break;
        }
    }
    let mut chosen: Vec<usize> = Vec::new();
    let mut shown: HashSet<u64> = HashSet::new();
    while chosen.len() < most {
        let gain = |features: &HashSet<u64>| features.difference(&shown).count();
        // Of equal ones the first.
        let best = candidates.iter().rev().max_by_key(|(_, features)| gain(features));
        let Some((place, features)) = best.filter(|(_, features)| gain(features) > 0) else {
            break;
        };
        shown.extend(features);
        chosen.push(*place);
    }
    let count = records.count();
    let wanted = if count <= most { count } else { most.min(ALIKE).max(chosen.len()) };
    let others = (0..count).filter(|place| !chosen.contains(place));
    let others: Vec<usize> = others.take(wanted - chosen.len()).collect();
    chosen.extend(others);
    chosen
}

/// The different short texts at each path. Where there are few, each is a kind of record.
#[derive(Default)]
struct Kinds(HashMap<u64, HashSet<u64>>);

impl Kinds {
    fn count(&mut self, value: &Value, path: u64, levels: usize) {
        match value {
            Value::String(text) => {
                let met = self.0.entry(path).or_default();
                // One more than there may be says that there are too many.
                if met.len() <= KINDS_MAX {
                    let is_short = text.len() <= KIND_CHARS;
                    met.insert(if is_short { mixed(path, text) } else { mixed(path, met.len()) });
                }
            }
            Value::Array(items) if levels > 0 => {
                let path = mixed(path, "[]");
                for item in items {
                    self.count(item, path, levels - 1);
                }
            }
            Value::Object(fields) if levels > 0 => {
                for (key, field) in fields {
                    self.count(field, mixed(path, key), levels - 1);
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {}
        }
    }

    /// Adds what a value shows, at a path that `path` stands for.
    fn features(&self, value: &Value, path: u64, levels: usize, found: &mut HashSet<u64>) {
        let feature = match value {
            Value::Null => mixed(path, "null"),
            Value::Bool(yes) => mixed(path, yes),
            Value::Number(number) => {
                let sign = number.as_f64().unwrap_or_default().partial_cmp(&0.0);
                mixed(path, (number.is_f64(), sign))
            }
            Value::String(text) => {
                let has_few = self.0.get(&path).is_some_and(|met| met.len() <= KINDS_MAX);
                if has_few { mixed(path, text) } else { mixed(path, ("text", text.is_empty())) }
            }
            Value::Array(items) => {
                if levels > 0 {
                    let below = mixed(path, "[]");
                    for item in items {
                        self.features(item, below, levels - 1, found);
                    }
                }
                mixed(path, ("[]", items.len().min(2)))
            }
            Value::Object(fields) => {
                if levels > 0 {
                    for (key, field) in fields {
                        self.features(field, mixed(path, key), levels - 1, found);
                    }
                }
                mixed(path, ("{}", fields.is_empty()))
            }
        };
        found.insert(feature);
    }
}

fn mixed(path: u64, step: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (path, step).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_rare_record_is_chosen_and_not_the_twentieth_equal_one() {
        let mut records: Vec<Value> = (0..500)
            .map(|n| json!({"id": format!("id-{n}"), "type": "FOOD", "price": n + 1}))
            .collect();
        records[333] = json!({"id": "id-333", "type": "DRINK", "price": null, "note": "x"});
        records[444] = json!({"id": "id-444", "type": "FOOD", "price": 5, "tags": [{"a": 1}]});
        let chosen = best(records.iter(), 4);
        assert!(chosen.contains(&333) && chosen.contains(&444), "{chosen:?}");
        assert_eq!(chosen.len(), 4);
        assert_eq!(chosen, best(records.iter(), 4));
    }

    #[test]
    fn a_short_list_is_taken_whole() {
        let records = [json!(1), json!(1), json!(1)];
        assert_eq!(best(records.iter(), 9), [0, 1, 2]);
        assert!(best([].iter(), 9).is_empty());
    }
}
