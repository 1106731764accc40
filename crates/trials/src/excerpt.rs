//! A small part of a large sample that still hangs together, so that many variations of it cost
//! little.

use std::borrow::Cow;

use domain::{HttpExchange, Sample};
use serde_json::Value;

use crate::payload::roots;
use crate::references::Names;

/// Bytes, as they are roughly counted, from which a sample is large.
pub(crate) const LARGE_BYTES: usize = 96 << 10;
/// Records that are kept of each list in any case.
const KEPT: usize = 12;
/// Records that are kept because others name them.
const NAMED_MAX: usize = 60;
/// How far references are followed: items, their groups, the groups' options.
const ROUNDS: usize = 3;

/// The sample itself, or an excerpt of a large one: the first records of every list, and the records
/// that these name.
#[must_use]
pub fn excerpt(sample: &Sample) -> Cow<'_, Sample> {
    let size: usize = roots(sample).map(size).sum();
    if size < LARGE_BYTES {
        return Cow::Borrowed(sample);
    }
    let mut named = Names::default();
    for _ in 0..ROUNDS {
        let mut next = named.clone();
        roots(sample).for_each(|root| kept(root, &named, &mut next));
        if next.len() == named.len() {
            break;
        }
        named = next;
    }
    let http = sample.http.iter().map(|exchange| HttpExchange {
        method: exchange.method,
        url: exchange.url.clone(),
        request_headers: exchange.request_headers.clone(),
        request_body: exchange.request_body.clone(),
        status_code: exchange.status_code,
        headers: exchange.headers.clone(),
        body: cut(&exchange.body, &named),
    });
    Cow::Owned(Sample {
        name: sample.name.clone(),
        payload: sample.payload.as_ref().map(|payload| cut(payload, &named)),
        http: http.collect(),
        connection: sample.connection.clone(),
        expected: None,
    })
}

/// About how many bytes the value is as JSON.
pub(crate) fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 6,
        Value::String(text) => text.len() + 3,
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(key, field)| key.len() + 4 + size(field)).sum::<usize>() + 2
        }
    }
}

/// The entries of a list that stay: the first, and some of those that carry one of the names.
fn staying<'v>(items: &'v [Value], named: &'v Names) -> impl Iterator<Item = &'v Value> {
    let others = named.carriers(items.iter().skip(KEPT)).take(NAMED_MAX);
    let others = others.filter_map(|place| items.get(KEPT + place));
    items.iter().take(KEPT).chain(others)
}

/// Adds what the records that stay name to `found`.
fn kept(value: &Value, named: &Names, found: &mut Names) {
    match value {
        Value::Array(items) => staying(items, named).for_each(|item| kept(item, named, found)),
        Value::Object(fields) => fields.values().for_each(|field| kept(field, named, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found.add(value),
    }
}

fn cut(value: &Value, named: &Names) -> Value {
    match value {
        Value::Array(items) => staying(items, named).map(|item| cut(item, named)).collect(),
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(key, field)| (key.clone(), cut(field, named))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_excerpt_keeps_the_first_records_and_what_they_name() {
        let items: Vec<Value> = (0..3_000)
            .map(|n| json!({"id": n + 10_000, "group": format!("g-{}", 2_999 - n)}))
            .collect();
        let groups: Vec<Value> =
            (0..3_000).map(|n| json!({"ref": format!("g-{n}"), "title": "Hot drinks"})).collect();
        let sample: Sample = serde_json::from_value(
            json!({"name": "a", "payload": {"items": items, "groups": groups}}),
        )
        .unwrap();
        let small = excerpt(&sample);
        let payload = small.payload.as_ref().unwrap();
        let groups = payload["groups"].as_array().unwrap();
        assert!(groups.iter().any(|group| group["ref"] == "g-2999"), "{groups:?}");
        assert!(payload["items"].as_array().unwrap().len() < 100);
    }

    #[test]
    fn a_small_sample_is_its_own_excerpt() {
        let sample: Sample =
            serde_json::from_value(json!({"name": "a", "payload": vec![1; 100]})).unwrap();
        assert!(matches!(excerpt(&sample), Cow::Borrowed(_)));
    }
}
