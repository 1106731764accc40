//! Groups of modifiers that categories have besides those of their products.

use super::{Choices, is_choice};
use crate::synth::joins::{self, Rows, Target};
use crate::synth::matching::Decisions;
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
    if is_settled || !is_called {
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
        let prompt = format!(
            "Categories have modifier groups too ({}), and this script gives products only their own. Leave those of the categories out?",
            relation.describe(targets)
        );
        decisions.ask(POINT, &prompt, &[(LEAVE.to_owned(), LEAVE.to_owned())]);
    }
}

fn without_id(words: Vec<String>) -> Vec<String> {
    let is_id = words.last().is_some_and(|word| word == "id");
    let keep = if is_id { words.len().saturating_sub(1) } else { words.len() };
    words.into_iter().take(keep).collect()
}
