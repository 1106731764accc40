//! Records that only relay: a product names a scheme, and the scheme holds nothing but the list of the
//! product's groups. That list is read as the product's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::js;
use crate::synth::collections::keys;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::id_text;
use crate::synth::path::{Path, Step};
use crate::synth::vocabulary::vocabulary;

/// So deep within objects such lists are looked for.
const MAX_DEPTH: usize = 4;

/// A list of such records, and how others name them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relayed {
    list: Path,
    /// The key of their id.
    id: String,
    /// The key of what they hold.
    held: String,
    /// The key by which others name them.
    from: String,
}

/// Finds such records, where every id by which others name them is one of theirs.
pub(super) fn find(payloads: &[&Value]) -> Option<Relayed> {
    let mut lists = Vec::new();
    for payload in payloads {
        push_lists(payload, &Path::default(), &mut lists);
    }
    lists.into_iter().find_map(|list| {
        let records: Vec<&Value> =
            payloads.iter().flat_map(|payload| records(payload, &list)).collect();
        let (id, held) = relaying(&records)?;
        let from = references(payloads, &list, &id, &held)?;
        Some(Relayed { list, id, held, from })
    })
}

fn push_lists(value: &Value, path: &Path, found: &mut Vec<Path>) {
    let is_list =
        |value: &Value| value.as_array().is_some_and(|all| all.iter().any(Value::is_object));
    for (key, inner) in value.as_object().into_iter().flatten() {
        let path = path.then(Step::Key(key.clone()));
        if is_list(inner) {
            if !found.contains(&path) {
                found.push(path);
            }
        } else if path.len() < MAX_DEPTH {
            push_lists(inner, &path, found);
        }
    }
}

fn records<'v>(payload: &'v Value, list: &Path) -> impl Iterator<Item = &'v Value> {
    let all = list.of(payload).and_then(Value::as_array);
    all.into_iter().flatten().filter(|record| record.is_object())
}

/// The key of the records' id and that of the only list they hold, where they have nothing else.
fn relaying(records: &[&Value]) -> Option<(String, String)> {
    let names = keys(records);
    let all_have = |key: &str, is: fn(&Value) -> bool| {
        records.iter().all(|record| record.get(key).is_some_and(is))
    };
    let is_id = |key: &&String| vocabulary().words(key).last().is_some_and(|last| last == "id");
    match names.as_slice() {
        [a, b] => {
            let (id, held) = if is_id(&a) { (a, b) } else { (b, a) };
            let is_one = is_id(&id)
                && all_have(id, |value| id_text(value).is_some())
                && all_have(held, Value::is_array);
            is_one.then(|| (id.clone(), held.clone()))
        }
        _ => None,
    }
}

/// The key by which records elsewhere name those of the list: it is called after the list, and all its
/// ids are theirs.
fn references(payloads: &[&Value], list: &Path, id: &str, held: &str) -> Option<String> {
    let own = vocabulary().words(list.leaf());
    let mut named: BTreeMap<String, BTreeSet<(usize, String)>> = BTreeMap::new();
    for (origin, payload) in payloads.iter().enumerate() {
        visit(payload, &mut |record| {
            for (key, value) in record.iter().filter(|(key, _)| *key != id) {
                let words = vocabulary().words(key);
                let called = words.strip_suffix(&["id".to_owned()]).unwrap_or_default();
                let is_called = !called.is_empty() && own.ends_with(called);
                if let Some(text) =
                    id_text(value).filter(|_| is_called && !record.contains_key(held))
                {
                    named.entry(key.clone()).or_default().insert((origin, text));
                }
            }
        });
    }
    let known: BTreeSet<(usize, String)> = payloads
        .iter()
        .enumerate()
        .flat_map(|(origin, payload)| {
            let ids = records(payload, list).filter_map(|record| id_text(record.get(id)?));
            ids.map(move |text| (origin, text))
        })
        .collect();
    named.into_iter().find(|(_, ids)| !ids.is_empty() && ids.is_subset(&known)).map(|(key, _)| key)
}

fn visit(value: &Value, look: &mut dyn FnMut(&Map<String, Value>)) {
    match value {
        Value::Array(all) => all.iter().for_each(|inner| visit(inner, look)),
        Value::Object(fields) => {
            look(fields);
            fields.values().for_each(|inner| visit(inner, look));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Puts what the records hold into those that name them; the list itself has nothing more to say.
pub(super) fn put(payload: &mut Value, relayed: &Relayed) {
    let index: BTreeMap<String, Value> = records(payload, &relayed.list)
        .filter_map(|record| {
            Some((id_text(record.get(&relayed.id)?)?, record.get(&relayed.held)?.clone()))
        })
        .collect();
    put_into(payload, relayed, &index);
    let keys = relayed.list.keys();
    if let Some((list, around)) = keys.split_last() {
        let holder = around.iter().try_fold(payload, |holder, key| holder.get_mut(*key));
        if let Some(fields) = holder.and_then(Value::as_object_mut) {
            fields.remove(*list);
        }
    }
}

fn put_into(value: &mut Value, relayed: &Relayed, index: &BTreeMap<String, Value>) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|inner| put_into(inner, relayed, index)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|inner| put_into(inner, relayed, index));
            let named = fields.get(&relayed.from).and_then(id_text).and_then(|id| index.get(&id));
            if let Some(held) = named {
                fields.insert(relayed.held.clone(), held.clone());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Makes the script read them so.
pub(super) fn write(relayed: &Relayed, script: &mut Script) {
    script.uses(Helper::Relayed);
    script.rename("const payload = ", "const relaying = ");
    let Relayed { list, id, held, from } = relayed;
    script
        .comment(&format!("{from} names one of {list}, whose {held} is read as the record's own."));
    let read = list.js("relaying");
    script.line(format!(
        "const payload = relayed(relaying, {}, {}, {read}, {});",
        js::text(from),
        js::text(held),
        js::text(id)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_relaying_record_holds_is_read_as_the_record_s_own() {
        let mut payload = json!({"menu": {
            "dishes": [{"id": 1, "schemeId": "24"}, {"id": 2, "schemeId": ""}],
            "choiceSchemes": [{"id": "24", "groups": [{"id": 5, "min": 1}]}]}});
        let found = find(&[&payload]).unwrap();
        put(&mut payload, &found);
        assert_eq!(payload["menu"]["dishes"][0]["groups"], json!([{"id": 5, "min": 1}]));
        assert_eq!(payload["menu"]["dishes"][1], json!({"id": 2, "schemeId": ""}));
        assert_eq!(payload["menu"].get("choiceSchemes"), None);
    }

    #[test]
    fn records_with_more_to_say_and_ids_of_others_relay_nothing() {
        for payload in [
            json!({"dishes": [{"id": 1, "pageId": 7}], "pages": [{"id": 7, "name": "Soups", "dishes": []}]}),
            json!({"dishes": [{"id": 1, "schemeId": 8}], "schemes": [{"id": 7, "groups": []}]}),
            json!({"dishes": [{"id": 1, "makerId": 7}], "schemes": [{"id": 7, "groups": []}]}),
        ] {
            assert_eq!(find(&[&payload]), None, "{payload}");
        }
    }
}
