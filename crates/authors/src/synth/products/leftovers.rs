//! What a plan leaves unread and what could be a part of the contract: a person says that it may
//! stay unread, or a document does.

pub(super) mod groupings;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::availability::{self, Sign};
use super::choices::{self, Choices};
use super::lists;
use super::texts::DESCRIPTION;
use crate::pattern::pattern;
use crate::synth::collections::{self, Collection};
use crate::synth::joins::{Relation, Target};
use crate::synth::matching::{self, Decisions, as_shown, name_score};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// A state has no more words than this.
const MAX_STATES: usize = 8;
const LEAVE: &str = "leave it out";
const LEAVE_ALL: &str = "leave them out";

static DISMISSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"internal|accounting|bookkeeping|not used|unused|ignore|irrelevant|report|statisti|for staff|no (?:effect|bearing)|valuation|never see|no meaning|kitchen|for display|has nothing to do",
    )
});

/// What the plan reads, as far as it tells what is left.
pub(super) struct Plan<'p, 'a> {
    pub(super) list: &'p Collection,
    pub(super) lists: &'p [Collection],
    /// All fields of the product and its variant.
    pub(super) fields: &'p [Field<'a>],
    pub(super) signs: &'p [Sign<'a>],
    pub(super) has_headings: bool,
    /// The relation by which the categories are found.
    pub(super) headings: Option<&'p Relation>,
    pub(super) choices: Option<&'p Choices<'a>>,
    pub(super) has_description: bool,
    pub(super) has_variants: bool,
}

/// Leaves a point open for each leftover; not while others are open, which may be what reads it.
pub(super) fn ask(
    plan: &Plan<'_, '_>,
    targets: &[Target<'_>],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) {
    if !decisions.open.is_empty() {
        return;
    }
    if plan.signs.is_empty() {
        states(plan.fields, decisions);
    } else {
        unknown_states(plan, decisions);
    }
    if !plan.has_headings {
        let is_read =
            |field: &&Field<'_>| plan.choices.is_some_and(|choices| choices.start_at(field));
        let others: Vec<Field<'_>> =
            plan.fields.iter().filter(|field| !is_read(field)).cloned().collect();
        groupings::categories(&others, decisions);
    }
    if !plan.has_description {
        texts(plan.fields, decisions);
        texts_apart(plan, payloads, decisions);
    }
    if !plan.has_variants {
        parts(plan, decisions);
    }
    siblings(plan, targets, payloads, decisions);
}

/// Fields that documents or their words tie to the sale.
fn states(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let documents = decisions.documents;
    let is_state = |field: &&Field<'_>| {
        let first = field.filled().next();
        let differs = || field.filled().any(|value| Some(value) != first);
        let tells = || field.all(availability::is_known_word) && differs();
        let is_small = field.all(availability::is_flag) || availability::is_words(field);
        let is_marked = crate::synth::deletion::is_documented(field, documents)
            || crate::synth::deletion::is_documented_false(field, documents)
            || !availability::removed(field, documents).is_empty();
        !field.is_empty()
            && is_small
            && !is_marked
            && !availability::is_dismissed(field, documents)
            && (tells() || availability::is_said_of_sale(field, documents))
            || is_unknown_state(field, decisions)
    };
    let left: Vec<Field<'_>> = fields.iter().filter(is_state).cloned().collect();
    let prompt = "This could say whether a product can be ordered. Does it?";
    offer(availability::OUTPUT, prompt, &left, decisions);
}

/// States of the products that no sign reads.
fn unknown_states(plan: &Plan<'_, '_>, decisions: &mut Decisions<'_>) {
    let documents = decisions.documents;
    let is_read = |field: &Field<'_>| {
        plan.signs.iter().any(|sign| sign.reads(field) || sign.is_echoed_by(field, documents))
    };
    let left: Vec<Field<'_>> = plan
        .fields
        .iter()
        .filter(|field| !is_read(field) && is_unknown_state(field, decisions))
        .cloned()
        .collect();
    let prompt = "This could say as well whether a product can be ordered. Does it?";
    offer(availability::OUTPUT, prompt, &left, decisions);
}

/// Whether a field is called the state of the product and holds words of which neither documents nor
/// the trade say what they mean.
fn is_unknown_state(field: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    const STATES: [&str; 5] = ["status", "state", "lifecycle", "visibility", "availability"];
    let v = vocabulary();
    let words = v.words(field.path.leaf());
    let name = v.without_entity(field.entity, &words).join(" ");
    let holders = field.path.keys();
    let is_own = holders.iter().rev().skip(1).all(|key| v.is_own_container(&v.words(key)));
    let different: BTreeSet<&str> = field.filled().filter_map(Value::as_str).collect();
    STATES.contains(&name.as_str())
        && is_own
        && !field.path.is_in_list()
        && field.all(Value::is_string)
        && (2..=MAX_STATES).contains(&different.len())
        && different.iter().all(|word| word.len() <= 24 && !word.contains([' ', '/', ':', '.']))
        && availability::removed(field, decisions.documents).is_empty()
        && !is_dismissed(field, decisions)
        && !availability::is_dismissed(field, decisions.documents)
}

/// Texts for people that are called like a description, or that documents call so.
fn texts(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    const HINTS: [&str; 14] = [
        "description",
        "text",
        "info",
        "blurb",
        "summary",
        "subtitle",
        "copy",
        "note",
        "detail",
        "about",
        "story",
        "teaser",
        "content",
        "body",
    ];
    let is_prose = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.split_whitespace().count() >= 3 && !text.contains("://"))
    };
    let is_said = |field: &Field<'_>| {
        decisions.documents.about(&field.path).any(|statement| {
            let (_, after) = statement.parts_about(&field.path);
            ["descri", "text shown", "text for guests", "text under", "blurb", "tells guests"]
                .iter()
                .any(|hint| after.contains(hint))
        })
    };
    let is_text = |field: &&Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        let hinted = words.iter().any(|word| HINTS.contains(&word.as_str()));
        let barred =
            ["internal", "kitchen", "tax", "seo", "meta", "html", "availability", "search"]
                .iter()
                .any(|word| words.iter().any(|own| own == word));
        field.path.len() <= 2
            && !field.path.is_in_list()
            && field.filled().any(is_prose)
            && field.all(Value::is_string)
            && name_score(field, "name") < 0.9
            && !matching::is_ruled_out(decisions.documents, &DESCRIPTION, field)
            && !barred
            && (hinted || is_said(field))
            && !is_dismissed(field, decisions)
            && !availability::is_dismissed(field, decisions.documents)
    };
    let left: Vec<Field<'_>> = fields.iter().filter(is_text).cloned().collect();
    offer("products[].description", "This could be the description. Is it?", &left, decisions);
}

/// Texts for people in a list of their own that is called descriptions: they may be those of products.
fn texts_apart(plan: &Plan<'_, '_>, payloads: &[&Value], decisions: &mut Decisions<'_>) {
    const OUTPUT: &str = "products[].description";
    let is_settled = decisions.answers.of(OUTPUT).is_some()
        || decisions.examples.lack(OUTPUT)
        || decisions.open.iter().any(|point| point.field == OUTPUT);
    if is_settled {
        return;
    }
    let is_prose = |record: &Value| {
        let is_text = |value: &Value| value.as_str().is_some_and(|text| text.trim().contains(' '));
        record.as_object().is_some_and(|fields| fields.values().any(is_text))
    };
    let is_apart = |list: &&Collection| {
        let words = list.words();
        let is_called = words
            .iter()
            .any(|word| matches!(word.as_str(), "description" | "text" | "translation"));
        is_called
            && *list != plan.list
            && !list.is_inside(plan.list)
            && list.records(payloads).into_iter().any(is_prose)
    };
    if let Some(apart) = plan.lists.iter().find(is_apart) {
        let prompt = format!(
            "{apart} has texts for people, which are not read from there. Are they no descriptions of products?"
        );
        decisions.ask(OUTPUT, &prompt, &[as_shown(LEAVE)]);
    }
}

/// Lists within the products whose records have a name and a price, or hold such records.
fn parts(plan: &Plan<'_, '_>, decisions: &mut Decisions<'_>) {
    const OUTPUT: &str = "products[].modifierGroups";
    if plan.choices.is_some() || decisions.examples.lack(OUTPUT) {
        return;
    }
    let v = vocabulary();
    let none = [Entity::Image, Entity::Category, Entity::Outlet, Entity::Variant, Entity::Other];
    // In a list with one record too, such as a size.
    for field in plan.fields.iter().filter(|field| !field.path.ends_in_list()) {
        let records: Vec<&Value> = field.listed().collect();
        let has = |record: &Value, names: &[&str]| {
            record.as_object().is_some_and(|fields| {
                fields.keys().any(|key| {
                    v.words(key).last().is_some_and(|word| names.contains(&word.as_str()))
                        && !v.is_kind(key)
                })
            })
        };
        let is_priced = |record: &Value| {
            has(record, &["name", "title", "label"])
                && has(record, &["price", "surcharge", "cost", "amount"])
        };
        let holds = |record: &Value| {
            record.as_object().is_some_and(|fields| {
                fields.values().filter_map(Value::as_array).flatten().any(is_priced)
            })
        };
        // Choices that name what they offer by its id.
        let offers =
            |record: &Value| {
                record.as_object().is_some_and(|fields| {
                    has(record, &["name", "title", "label"])
                        && fields.iter().any(|(key, value)| {
                            v.names(Entity::Option, &v.words(key))
                                && value.as_array().into_iter().flatten().any(|own| {
                                    has(own, &["id", "code", "ref", "sku", "plu", "key"])
                                })
                        })
                })
            };
        // Choices that are written in one text, or as texts.
        let lists = |record: &Value| {
            has(record, &["name", "title", "label"])
                && record.as_object().into_iter().flatten().any(|(key, value)| {
                    let is_text = value.as_str().is_some_and(|text| text.contains(['|', ';', ',']));
                    let mut texts =
                        value.as_array().into_iter().flatten().filter(|v| v.is_string());
                    v.names(Entity::Option, &v.words(key)) && (is_text || texts.next().is_some())
                })
        };
        let is_left =
            |record: &&Value| is_priced(record) || holds(record) || offers(record) || lists(record);
        let words = v.words(field.path.leaf());
        let is_other = none.iter().any(|entity| v.names(*entity, &words));
        let point = format!("{OUTPUT} ({})", field.place());
        if !is_other
            && records.iter().any(is_left)
            && !is_dismissed(field, decisions)
            && !choices::are_denied(decisions.documents)
            && decisions.answers.of(&point).is_none()
        {
            let prompt = format!(
                "{} has records with names and prices or choices, and nothing reads them. Are they no modifiers?",
                field.place()
            );
            decisions.ask(&point, &prompt, &[as_shown(LEAVE_ALL)]);
        }
    }
}

/// Other lists whose records look like products: they would be missing from the catalogue.
fn siblings(
    plan: &Plan<'_, '_>,
    targets: &[Target<'_>],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) {
    let list = plan.list;
    for other in plan.lists {
        let is_related = other == list || other.is_inside(list) || list.is_inside(other);
        let is_read = plan
            .choices
            .is_some_and(|choices| choices.read(other, targets) || choices.offers(other, targets))
            || plan.headings.is_some_and(|relation| relation.leads_to(other, targets));
        // What stands in a list that is read is read with it, or is a part of it.
        let is_part = plan.lists.iter().any(|outer| {
            other.is_inside(outer)
                && plan.choices.is_some_and(|choices| choices.read(outer, targets))
        });
        let point = format!("products (also in {other})");
        let is_alike = || {
            let (own, others) = (
                collections::keys(&list.records(payloads)),
                collections::keys(&other.records(payloads)),
            );
            let shared = own.iter().filter(|key| others.contains(key)).count();
            shared >= 3 && shared * 2 >= own.len().min(others.len())
        };
        if is_related
            || is_read
            || is_part
            || other.filter.is_some()
            || is_no_product(other, decisions)
            || !is_alike()
            || !lists::could_be_products(other, payloads)
            || decisions.answers.of(&point).is_some()
        {
            continue;
        }
        let prompt = format!(
            "The products are read from {list}, and {other} has records with names and prices too. Are they no products?"
        );
        decisions.ask(&point, &prompt, &[as_shown(LEAVE_ALL)]);
    }
}

/// What is said of records that only look like products.
static NO_PRODUCTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:aren['’]t|isn['’]t|are not|is not|are no|is no)(?: any| an?)? (?:products?|items?|dish(?:es)?|articles?)\b",
    )
});

/// Whether documents say that the records of a list are no products.
fn is_no_product(list: &Collection, decisions: &Decisions<'_>) -> bool {
    let path = list.levels.last().map(|level| &level.path);
    path.is_some_and(|path| {
        decisions.documents.about(path).any(|own| NO_PRODUCTS.is_match(&own.said_of(path)))
    })
}

/// Whether documents say that the field is of no use here.
fn is_dismissed(field: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    decisions
        .documents
        .about(&field.path)
        .any(|statement| DISMISSED.is_match(&statement.said_of(&field.path)))
}

fn offer(output: &str, prompt: &str, left: &[Field<'_>], decisions: &mut Decisions<'_>) {
    if left.is_empty() || decisions.answers.of(output).is_some() || decisions.examples.lack(output)
    {
        return;
    }
    let mut choices = matching::offers(left);
    if choices.is_empty() {
        choices = left.iter().map(|field| (field.place(), field.place())).collect();
    }
    choices.push(as_shown(LEAVE));
    decisions.ask(output, prompt, &choices);
}
