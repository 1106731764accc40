//! What a person says of categories: a list that is called nothing known, and a field that leads to
//! no names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ties::led;
use super::{Headings, OUTPUT, is_documented, is_for_others, only_text, spoken_of};
use crate::synth::answers::Answer;
use crate::synth::documents::Statement;
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::{self, Decisions, as_shown, name_score};
use crate::synth::path::Path;
use crate::synth::products::choices::is_bounded;
use crate::synth::products::leftovers::groupings::SORTS;
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};

/// Asks about a field that documents call the category and that leads to no names: what it holds is
/// not dropped in silence.
pub(super) fn ask_about_told(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    const LEAVE: &str = "leave it out";
    let is_settled = decisions.answers.of(OUTPUT).is_some()
        || decisions.open.iter().any(|point| point.field.starts_with(OUTPUT));
    let told: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| !field.is_empty() && is_documented(&spoken_of(&field.path), decisions))
        .filter(|field| field.all(|value| !value.is_object()))
        .cloned()
        .collect();
    if is_settled || told.is_empty() {
        return;
    }
    let mut choices = matching::offers(&told);
    choices.push(as_shown(LEAVE));
    let prompt = "The documents speak of a category here, and nothing in the payload gives it a name. What is it?";
    decisions.ask(OUTPUT, prompt, &choices);
}

/// A list with names that products lead to and that is called nothing known: a person says whether
/// it holds the categories.
pub(super) fn unnamed<'a>(
    rows: &Rows<'a>,
    relations: &[Relation],
    targets: &[Target<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Headings<'a>> {
    const YES: &str = "yes, they are the categories";
    const NO: &str = "no, leave them out";
    const POINT: &str = "products[].categories (list)";
    let known = [
        Entity::Group,
        Entity::Option,
        Entity::Image,
        Entity::Variant,
        Entity::Other,
        Entity::Outlet,
        Entity::Product,
    ];
    let is_wide = |relation: &Relation| {
        let named: BTreeSet<usize> =
            led(relation, rows, targets).into_iter().map(|(record, _)| record).collect();
        named.len() * 10 >= rows.origins.len() * 8
    };
    let is_kind = |path: &Path| {
        let words = vocabulary().words(path.leaf());
        let kind = vocabulary().without_entity(Entity::Product, &words);
        matches!(kind, [word] if word != "tag" && SORTS.contains(&word.as_str()))
    };
    for relation in relations.iter().filter(|relation| match relation {
        Relation::Ids { .. } => true,
        // What names a few products may be anything; what names them all orders them.
        Relation::Children { .. } => is_wide(relation),
        // `product_type` may sort for guests or for reports.
        Relation::Nested { path, .. } => is_kind(path),
        Relation::Links { .. } | Relation::Table { .. } => false,
    }) {
        let is_other = known.iter().any(|entity| relation.is_named(*entity, targets))
            && !is_unexplained_tag(relation, targets, decisions);
        let list = relation.list(targets).unwrap_or_else(|| relation.path());
        if is_other || is_for_others(list, decisions) {
            continue;
        }
        let inner = relation.expand(rows, targets, "category", Entity::Category);
        let inner_fields = scope::fields(&inner.variables);
        let name = inner_fields
            .iter()
            .find(|field| {
                field.all(Value::is_string) && !field.is_empty() && name_score(field, "name") > 0.8
            })
            .or_else(|| only_text(&inner_fields))
            .cloned();
        let Some(name) = name else { continue };
        // What bounds a choice is a group of modifiers.
        if is_bounded(&inner_fields) {
            continue;
        }
        let is_told = is_tree(relation, targets)
            || is_group_of_all(relation, rows, targets)
                && inner_fields.iter().all(|field| field.listed().next().is_none())
            || says_category(&inner_fields)
            || is_documented(&spoken_of(relation.path()), decisions);
        match decisions.answers.of(POINT).map(Answer::text) {
            None if is_told => {
                let place = format!("{}, its {}", relation.describe(targets), name.path);
                decisions.record(OUTPUT, &place, "the products stand in it", 0.85, "");
                return Some(Headings::Related {
                    relation: relation.clone(),
                    further: None,
                    name,
                    above: None,
                });
            }
            Some(YES) => {
                return Some(Headings::Related {
                    relation: relation.clone(),
                    further: None,
                    name,
                    above: None,
                });
            }
            Some(_) => return None,
            None => {
                let prompt = format!(
                    "{} ({}). Are these the categories?",
                    relation.describe(targets),
                    name.examples()
                );
                decisions.ask(POINT, &prompt, &[YES, NO].map(as_shown));
            }
        }
    }
    None
}

/// Whether every product names one of the `groups` by its `group_id`: the trade calls categories so where
/// their records hold no choices.
fn is_group_of_all(relation: &Relation, rows: &Rows<'_>, targets: &[Target<'_>]) -> bool {
    let is_plain = relation.names(targets).iter().all(|words| *words == ["group"]);
    let is_one = matches!(relation, Relation::Ids { .. })
        && rows.variables.iter().filter(|own| own.name == relation.variable()).all(|own| {
            let mut there = own.rows.iter().flatten().map(|record| relation.path().of(record));
            there.all(|id| id.is_some_and(|id| !id.is_array()))
        });
    is_plain && is_one
}

/// Whether records say of themselves that they are categories: their type is `section`.
fn says_category(fields: &[Field<'_>]) -> bool {
    let v = vocabulary();
    let is_one = |value: &Value| {
        value.as_str().is_some_and(|kind| v.names(Entity::Category, &v.words(kind)))
    };
    fields.iter().any(|field| {
        field.variable == "category"
            && field.path.len() == 1
            && v.is_kind(field.path.leaf())
            && field.is_always_there()
            && field.all(is_one)
    })
}

/// Asks whether categories are what guests see, where products stand in folders besides and nothing
/// says that either is for something else: many shops have categories for their reports alone.
pub(super) fn is_beside_folders(
    chosen: &Relation,
    relations: &[Relation],
    targets: &[Target<'_>],
    decisions: &mut Decisions<'_>,
) -> bool {
    const YES: &str = "yes, they are the categories";
    const POINT: &str = "products[].categories (beside folders)";
    let Some(folders) = relations.iter().find(|own| is_tree(own, targets)) else { return false };
    let is_same = folders.path() == chosen.path();
    if is_same
        || decisions.answers.of(POINT).is_some()
        || decisions.examples.values(OUTPUT).is_some()
    {
        return false;
    }
    let prompt = format!(
        "{}, and products stand in folders too ({}). Are the first the categories that guests see? If not, say in the documents what they are for.",
        chosen.describe(targets),
        folders.describe(targets)
    );
    decisions.ask(POINT, &prompt, &[as_shown(YES)]);
    true
}

/// Whether what products name is called tags and documents do not say what these are: in some shops
/// they are the sections, and in others they only help to search.
fn is_unexplained_tag(
    relation: &Relation,
    targets: &[Target<'_>],
    decisions: &Decisions<'_>,
) -> bool {
    let v = vocabulary();
    let is_tag = relation.names(targets).iter().any(|words| words.as_slice() == ["tag"]);
    let documents = decisions.documents;
    let is_explained = documents.about(relation.path()).any(|statement| {
        let (_, said) = statement.parts_about(relation.path());
        let words = v.words(&said);
        !words.iter().any(|word| matches!(word.as_str(), "id" | "refer" | "record"))
    });
    let in_prose = |statement: &&Statement| statement.terms.is_empty();
    let is_spoken_of = documents.statements.iter().filter(in_prose).any(|statement| {
        [" are ", " is ", " help "].iter().any(|verb| {
            statement
                .lower
                .split_once(verb)
                .is_some_and(|(subject, _)| v.words(subject).last().is_some_and(|w| w == "tag"))
        })
    });
    is_tag && !is_explained && !is_spoken_of
}

/// Whether a product names the group that it stands in by the field by which groups name theirs:
/// `parentGroup` of products and of groups.
fn is_tree(relation: &Relation, targets: &[Target<'_>]) -> bool {
    let Relation::Ids { path, target, .. } = relation else { return false };
    let v = vocabulary();
    let words = v.words(path.leaf());
    let is_called = words.iter().any(|word| word == "parent")
        && targets.get(*target).is_some_and(|list| {
            list.collection
                .words()
                .last()
                .is_some_and(|word| matches!(word.as_str(), "group" | "folder"))
        });
    is_called && targets.get(*target).is_some_and(|list| list.has_key(path.leaf()))
}
