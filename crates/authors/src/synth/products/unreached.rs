//! Lists of groups, options or categories that no product was found to lead to: leaving them out
//! without a word would be a guess.

use serde_json::Value;

use super::choices::Choices;
use crate::synth::collections::Collection;
use crate::synth::joins::Target;
use crate::synth::matching::Decisions;
use crate::synth::vocabulary::{Entity, vocabulary};

const LEAVE: &str = "leave them out";

/// Leaves a point open for each such list.
pub(crate) fn ask(
    lists: &[Collection],
    products: &Collection,
    has_headings: bool,
    choices: Option<&Choices<'_>>,
    targets: &[Target<'_>],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) {
    let v = vocabulary();
    for list in lists
        .iter()
        .filter(|list| list.levels.len() == 1 && *list != products && !products.is_inside(list))
    {
        let words = list.words();
        let is_choice = v.names(Entity::Group, &words) || v.names(Entity::Option, &words);
        let is_heading = v.names(Entity::Category, &words) && !is_choice;
        let is_read = choices.is_some_and(|choices| choices.read(list, targets));
        let (output, what) = match (is_choice && !is_read, is_heading && !has_headings) {
            (true, _) => ("products[].modifierGroups", "modifiers"),
            (false, true) => ("products[].categories", "categories"),
            (false, false) => continue,
        };
        let point = format!("{output} ({list})");
        let named = list.records(payloads).iter().any(|record| {
            record.as_object().is_some_and(|o| {
                o.keys().any(|key| v.words(key).last().is_some_and(|w| w == "name" || w == "title"))
            })
        });
        if named && decisions.answers.of(&point).is_none() {
            let prompt = format!(
                "{list} seems to hold {what}, but no product of the samples leads to them. Leave them out, or add a sample that shows how they belong together."
            );
            decisions.ask(&point, &prompt, &[(LEAVE.to_owned(), LEAVE.to_owned())]);
        }
    }
}
