//! Ids that stand joined in one text: `"MG10|MG11"`. They become a list of ids.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::js;
use crate::synth::emit::{Helper, Script};
use crate::synth::vocabulary::vocabulary;

/// What may stand between the ids.
const JOINTS: [char; 4] = ['|', ',', ';', '/'];
/// A longer id is a text.
const MAX_ID: usize = 64;

/// The keys under which ids are joined, with what stands between them.
pub(super) type Joined = BTreeMap<String, char>;

/// Where texts are joined ids of the payloads' records; none where a part is none of them.
pub(super) fn find(payloads: &[&Value]) -> Option<Joined> {
    let mut texts: BTreeSet<(&str, char)> = BTreeSet::new();
    for payload in payloads {
        each_text(payload, &mut |key, text| {
            for joint in JOINTS.into_iter().filter(|joint| text.contains(*joint)) {
                if parts(text, joint).is_some_and(|parts| parts.len() > 1) {
                    texts.insert((key, joint));
                }
            }
        });
    }
    if texts.is_empty() {
        return None;
    }
    let ids: Vec<BTreeMap<&str, BTreeSet<String>>> =
        payloads.iter().map(|payload| ids_of(payload)).collect();
    let found: Joined = texts
        .into_iter()
        .filter(|(key, joint)| are_ids(key, *joint, payloads, &ids))
        .map(|(key, joint)| (key.to_owned(), joint))
        .collect();
    (!found.is_empty()).then_some(found)
}

/// Gives every such text as a list.
pub(super) fn split(value: &mut Value, joined: &Joined) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| split(item, joined)),
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                match (joined.get(key), field.as_str()) {
                    (Some(joint), Some(text)) => {
                        let parts = text.split(*joint).map(str::trim).filter(|id| !id.is_empty());
                        *field = parts.map(Value::from).collect();
                    }
                    (Some(_) | None, _) => split(field, joined),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Makes the script read such texts as lists.
pub(super) fn write(joined: &Joined, script: &mut Script) {
    let joints: Vec<String> = joined
        .iter()
        .map(|(key, joint)| format!("[{}, {}]", js::text(key), js::text(&joint.to_string())))
        .collect();
    script.uses(Helper::WithLists);
    script.rename("const payload = ", "const joined = ");
    let keys: Vec<&str> = joined.keys().map(String::as_str).collect();
    script.comment(&format!("Ids stand joined in {}: they are read as lists.", keys.join(", ")));
    script.line(format!("const payload = withLists(joined, new Map([{}]));", joints.join(", ")));
}

/// The parts of a text, where each could be an id.
fn parts(text: &str, joint: char) -> Option<Vec<&str>> {
    let parts: Vec<&str> = text.split(joint).map(str::trim).filter(|id| !id.is_empty()).collect();
    let is_id = |id: &&str| id.len() <= MAX_ID && !id.contains(char::is_whitespace);
    (!parts.is_empty() && parts.iter().all(is_id)).then_some(parts)
}

/// Whether all texts under the key are ids of records under one other key.
fn are_ids(
    key: &str,
    joint: char,
    payloads: &[&Value],
    ids: &[BTreeMap<&str, BTreeSet<String>>],
) -> bool {
    let is_plural = key.ends_with(['s', 'S'])
        || vocabulary().words(key).last().is_some_and(|word| word == "list" || word == "id");
    let mut named: Vec<(usize, Vec<&str>)> = Vec::new();
    let mut is_clear = true;
    for (at, payload) in payloads.iter().enumerate() {
        each_text(payload, &mut |own, text| {
            if own == key && !text.trim().is_empty() {
                match parts(text, joint) {
                    Some(parts) => named.push((at, parts)),
                    None => is_clear = false,
                }
            }
        });
    }
    let is_short = |id: &&str| id.len() < 3 || id.bytes().all(|b| b.is_ascii_digit());
    // Short numbers are ids by chance, but for a key that speaks of several.
    let is_telling = is_plural || !named.iter().flat_map(|(_, parts)| parts).any(is_short);
    let keys: BTreeSet<&str> =
        ids.iter().flat_map(|of| of.keys().copied()).filter(|own| *own != key).collect();
    is_clear
        && is_telling
        && keys.into_iter().any(|own| {
            named.iter().all(|(at, parts)| {
                let known = ids.get(*at).and_then(|of| of.get(own));
                known.is_some_and(|known| parts.iter().all(|id| known.contains(*id)))
            })
        })
}

/// The values of all keys that are called like ids.
fn ids_of(payload: &Value) -> BTreeMap<&str, BTreeSet<String>> {
    const IDS: [&str; 10] =
        ["id", "code", "key", "ref", "reference", "sku", "plu", "number", "no", "nr"];
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    each_field(payload, &mut |key, value| {
        let is_called =
            || vocabulary().words(key).last().is_some_and(|word| IDS.contains(&word.as_str()));
        let id = match value {
            Value::String(text) if !text.is_empty() && text.len() <= MAX_ID => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {
                return;
            }
        };
        if ids.contains_key(key) || is_called() {
            ids.entry(key).or_default().insert(id);
        }
    });
    ids
}

fn each_text<'v>(payload: &'v Value, take: &mut impl FnMut(&'v str, &'v str)) {
    each_field(payload, &mut |key, value| {
        if let Value::String(text) = value {
            take(key, text);
        }
    });
}

fn each_field<'v>(value: &'v Value, take: &mut impl FnMut(&'v str, &'v Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_field(item, take)),
        Value::Object(fields) => {
            for (key, field) in fields {
                take(key, field);
                each_field(field, take);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn joined_ids_of_records_become_lists() {
        let mut payload = json!({
            "dishes": [{"ref": "D1", "extras": "X1|X2"}, {"ref": "D2", "extras": "X2"}, {"ref": "D3", "extras": ""}],
            "groups": [{"key": "X1"}, {"key": "X2"}]});
        let joined = find(&[&payload]).unwrap();
        split(&mut payload, &joined);
        assert_eq!(
            payload["dishes"],
            json!([{"ref": "D1", "extras": ["X1", "X2"]}, {"ref": "D2", "extras": ["X2"]}, {"ref": "D3", "extras": []}])
        );
    }

    #[test]
    fn other_texts_stay_texts() {
        for payload in [
            json!([{"id": "a1", "note": "a1|b7"}]),
            json!([{"id": "1", "price": "1,2"}, {"id": "2", "price": "2,1"}]),
            json!([{"id": "salt", "note": "salt, and more"}]),
            json!([{"id": "a1", "tags": "red,hot"}]),
        ] {
            assert_eq!(find(&[&payload]), None, "{payload}");
        }
    }
}
