//! Trees in which headings and products stand side by side, told apart by a field: a screen holds
//! dishes and further screens.

use serde_json::Value;

use super::kinds::{kind_fields, meaning, one_product_kind};
use crate::synth::collections::{Collection, Filter, Form};
use crate::synth::documents::Documents;
use crate::synth::joins::rows_of;
use crate::synth::vocabulary::{Entity, vocabulary};

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
    let filters: Vec<Filter> = held.iter().map(filter).collect();
    let is_product = |filter: &Filter| vocabulary().names(Entity::Product, &filter.meaning);
    if holders.is_empty() || !are_apart || !filters.iter().any(is_product) {
        return None;
    }
    let headings = Filter { path: path.clone(), values: holders, meaning: vec!["category".into()] };
    Some(std::iter::once(headings).chain(one_product_kind(filters, &is_product)).collect())
}
