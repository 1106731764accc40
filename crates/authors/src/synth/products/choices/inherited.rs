//! Groups of modifiers that categories have besides those of their products.

use serde_json::Value;

use super::{Choices, is_choice};
use crate::synth::joins::{self, Relation, Rows, Target};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::scope;
use crate::synth::vocabulary::{Entity, vocabulary};

const POINT: &str = "products[].modifierGroups (of categories)";
const LEAVE: &str = "leave them out";

/// Leaves a point open where the categories' records lead to groups too: they may be those of all
/// products of the category.
pub(crate) fn ask(
    categories: Option<&Rows<'_>>,
    choices: Option<&Choices<'_>>,
    targets: &[Target<'_>],
    decisions: &mut Decisions<'_>,
) {
    let Some(categories) = categories else { return };
    let is_settled = !decisions.open.is_empty()
        || decisions.answers.of(POINT).is_some()
        || decisions.examples.lack("products[].modifierGroups");
    let fields: Vec<_> = scope::fields(&categories.variables)
        .into_iter()
        .filter(|field| field.variable == "category" && !field.path.is_in_list())
        .collect();
    let is_called = fields.iter().any(|field| {
        vocabulary().names(Entity::Group, &without_id(vocabulary().words(field.path.leaf())))
            && field.filled().any(|value| value.as_array().is_some_and(|list| !list.is_empty()))
    });
    if is_settled {
        return;
    }
    if let Some(place) = held(categories, choices) {
        offer(&place, decisions);
        return;
    }
    if !is_called {
        return;
    }
    let leads = joins::relations(&fields, categories, targets).into_iter().find(|relation| {
        let is_same = choices.is_some_and(|own| {
            relation.collection(targets).is_some_and(|list| own.read(list, targets))
        });
        let rows = || relation.expand(categories, targets, "group", Entity::Group);
        (is_same || is_choice(relation, targets)) && !rows().origins.is_empty()
    });
    if let Some(relation) = leads {
        offer(&relation.describe(targets), decisions);
    }
}

fn offer(place: &str, decisions: &mut Decisions<'_>) {
    let prompt = format!(
        "Categories have modifier groups too ({place}), and this script gives products only their own. Leave those of the categories out?"
    );
    decisions.ask(POINT, &prompt, &[as_shown(LEAVE)]);
}

/// The list of groups of its own that a category holds beside its products: where the products' groups
/// do not stand in it.
fn held(categories: &Rows<'_>, choices: Option<&Choices<'_>>) -> Option<String> {
    let category = categories.variables.first()?;
    let lists = category.rows.iter().flatten().filter_map(|record| record.as_object()).flatten();
    let is_group = |record: &Value| {
        record.as_object().is_some_and(|own| {
            own.values().any(|value| {
                value
                    .as_array()
                    .is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object))
            })
        })
    };
    let Relation::Nested { path, .. } = &choices?.groups else { return None };
    // They may be called as those of products are.
    let is_called = |key: &str| {
        key == path.leaf() || vocabulary().names(Entity::Group, &vocabulary().words(key))
    };
    let is_list_of_groups = |value: &Value| {
        value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(is_group))
    };
    let (key, _) =
        lists.into_iter().find(|(key, value)| is_called(key) && is_list_of_groups(value))?;
    Some(format!("{}.{key}[]", category.place))
}

fn without_id(words: Vec<String>) -> Vec<String> {
    let is_id = words.last().is_some_and(|word| word == "id");
    let keep = if is_id { words.len().saturating_sub(1) } else { words.len() };
    words.into_iter().take(keep).collect()
}
