//! Trees in which headings and products stand side by side, told apart by a field: a screen holds
//! dishes and further screens.

use serde_json::Value;

use super::kinds::{kind_fields, meaning, one_product_kind};
use crate::synth::collections::{self, Collection, Filter, Form};
use crate::synth::documents::Documents;
use crate::synth::joins::rows_of;
use crate::synth::vocabulary::{Entity, vocabulary};

/// Records that have so many fields of products in common are no chance.
const LIKENESS: usize = 3;

/// The headings and the kinds that stand in them; nothing where the list is no such tree.
pub(super) fn kinds(
    list: &Collection,
    payloads: &[&Value],
    documents: &Documents,
) -> Option<Vec<Filter>> {
    let Form::Tree(key) = &list.levels.last()?.form else { return None };
    let records = list.records(payloads);
    let rows = rows_of(list, payloads, "record", Entity::Other);
    let (path, values) = kind_fields(&rows).next()?;
    let of = |value: &Value| {
        let is_of = |record: &&&Value| path.of(record) == Some(value);
        records.iter().filter(is_of).collect::<Vec<_>>()
    };
    let holds = |record: &&&Value| record.get(key).is_some_and(Value::is_array);
    let (holders, held): (Vec<Value>, Vec<Value>) =
        values.into_iter().partition(|value| of(value).iter().all(holds));
    let are_apart = held.iter().all(|value| !of(value).iter().any(holds));
    let filter = |value: &Value| Filter {
        path: path.clone(),
        values: vec![value.clone()],
        meaning: meaning(value, &path, documents),
    };
    let mut filters: Vec<Filter> = held.iter().map(filter).collect();
    // The only kind that stands in headings is what is sold, whatever it is called.
    if let [only] = filters.as_mut_slice()
        && held.iter().flat_map(&of).all(|record| record.get("price").is_some())
    {
        only.meaning = vec!["product".into()];
    }
    let is_called = |filter: &Filter| vocabulary().names(Entity::Product, &filter.meaning);
    // What has most of what every product has, name and price among it, is sold too: a deal beside the
    // dishes.
    let has = |value: &Value, key: &str| of(value).iter().all(|record| record.get(key).is_some());
    let sold: Vec<&Value> =
        filters.iter().filter(|f| is_called(f)).flat_map(|f| &f.values).collect();
    let usual: Vec<String> = collections::keys(&records)
        .into_iter()
        .filter(|key| sold.iter().all(|value| has(value, key)))
        .collect();
    let is_alike = |filter: &Filter| {
        let all_have = |key: &&String| filter.values.iter().all(|value| has(value, key));
        let shared: Vec<&String> = usual.iter().filter(all_have).collect();
        let ends = |end: &str| {
            shared.iter().any(|key| vocabulary().words(key).last().is_some_and(|last| last == end))
        };
        shared.len() >= LIKENESS && shared.len() * 2 > usual.len() && ends("name") && ends("price")
    };
    let is_product = |filter: &Filter| is_called(filter) || is_alike(filter);
    if holders.is_empty() || !are_apart || !filters.iter().any(is_called) {
        return None;
    }
    let headings = Filter { path: path.clone(), values: holders, meaning: vec!["category".into()] };
    Some(std::iter::once(headings).chain(one_product_kind(filters, &is_product)).collect())
}
