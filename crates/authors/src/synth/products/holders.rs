//! The record that holds the products of a menu, such as a section: that of the level above them, or
//! the heading of a tree in which headings and products stand side by side.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::js;
use crate::synth::collections::{Collection, Form};
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::Rows;
use crate::synth::loops;
use crate::synth::scope::Variable;
use crate::synth::vocabulary::Entity;

/// The script's name for the heading of a tree.
const HEADING: &str = "heading";

/// The variable with the holder of each product, where products stand in one.
pub(super) fn find<'a>(list: &Collection, payloads: &[&'a Value]) -> Option<Variable<'a>> {
    let holds = |record: &Value, key: &str| record.get(key).is_some_and(Value::is_array);
    let key = tree_key(list).filter(|key| !list.records(payloads).iter().any(|r| holds(r, key)));
    if let Some(key) = key {
        return Some(heading(list, key, payloads));
    }
    let index = list.levels.len().checked_sub(2)?;
    let names = loops::variables(list, "item");
    let rows = payloads
        .iter()
        .flat_map(|payload| list.chains(payload))
        .map(|chain| chain.get(index).copied())
        .collect();
    let outer =
        Collection { levels: list.levels.iter().take(index + 1).cloned().collect(), filter: None };
    Some(Variable {
        name: names.get(index)?.clone(),
        entity: Entity::Category,
        place: outer.to_string(),
        rows,
    })
}

/// The records that hold the products as those of their categories.
pub(super) fn as_category<'a>(holder: &Variable<'a>, rows: &Rows<'a>) -> Rows<'a> {
    let category = Variable { name: "category".to_owned(), ..holder.clone() };
    Rows { variables: vec![category], origins: rows.origins.clone() }
}

/// Whether the holder is the heading of such a tree.
pub(super) fn is_of_heading(holder: Option<&Variable<'_>>) -> bool {
    holder.is_some_and(|own| is_heading(&own.name))
}

/// Whether a variable of the script is such a heading.
pub(super) fn is_heading(variable: &str) -> bool {
    variable == HEADING
}

/// The key under which headings hold products and further headings.
fn tree_key(list: &Collection) -> Option<&str> {
    match &list.levels.last()?.form {
        Form::Tree(key) if list.filter.is_some() => Some(key),
        Form::Tree(_) | Form::Array | Form::Map | Form::Keyed => None,
    }
}

fn heading<'a>(list: &Collection, key: &str, payloads: &[&'a Value]) -> Variable<'a> {
    let everything = Collection { filter: None, ..list.clone() };
    let address = |record: &Value| std::ptr::from_ref(record).addr();
    let held = |record: &'a Value| record.get(key).and_then(Value::as_array).into_iter().flatten();
    let holders: BTreeMap<usize, &'a Value> = everything
        .records(payloads)
        .into_iter()
        .flat_map(|holder| held(holder).map(move |record| (address(record), holder)))
        .collect();
    Variable {
        name: HEADING.to_owned(),
        entity: Entity::Category,
        place: everything.to_string(),
        rows: list
            .records(payloads)
            .into_iter()
            .map(|r| holders.get(&address(r)).copied())
            .collect(),
    }
}

/// The index of the headings of a tree, before the loop.
pub(super) fn declare(list: &Collection, script: &mut Script) {
    let Some(key) = tree_key(list) else { return };
    let everything = Collection { filter: None, ..list.clone() };
    let all = loops::expression(&everything, "payload", script);
    let held = js::property(key, false);
    script.uses(Helper::List);
    script.line(format!(
        "const {HEADING}Of = new Map({all}.flatMap(({HEADING}) => list({HEADING}{held}).map((held) => [held, {HEADING}])));"
    ));
}

/// The product's heading, in the loop; one that stands beside the outermost headings has none.
pub(super) fn read(script: &mut Script) {
    script.line(format!("const {HEADING} = {HEADING}Of.get(item) ?? {{}};"));
}
