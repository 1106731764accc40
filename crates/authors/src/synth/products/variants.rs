//! The variants of a product: each is sold, and priced, on its own.

mod naming;
mod writing;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::answers::Answer;
use crate::synth::collections::{Collection, Form};
use crate::synth::emit::Script;
use crate::synth::joins::{self, Relation, Rows, Target};
use crate::synth::matching::{Decisions, as_shown, name_score};
use crate::synth::path::Path;
use crate::synth::products::{codes, lists};
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};
use naming::Naming;

/// What documents say of products that are sold by their variants.
static SOLD_AS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:sold|ordered|bought|priced) (?:only )?(?:through|by|via|as|in) (?:one of )?(?:its|their|the|each)\b|\beach (?:\w+ )?is (?:sold|ordered|bought|priced) (?:separately|on its own|by itself)\b",
    )
});

const WHOLE: &str = "the product, whatever the variant";
const APART: &str = "each variant, at its own price";

/// The variants of each product: a list within it, or records elsewhere that it names or that name it.
#[derive(Debug)]
pub(crate) struct Variants<'a> {
    relation: Relation,
    /// Where they stand, for people.
    place: String,
    /// The variants of each row.
    reached: Vec<Vec<&'a Value>>,
    /// Whether some product of the samples has several.
    several: bool,
    /// Whether products without a variant are sold themselves: they have a price of their own.
    alone: bool,
    name: Option<Field<'a>>,
    /// What stands between several values that make up the name.
    joint: Option<String>,
    naming: Naming,
}

/// Finds the variants, where the products have priced records that are called so.
pub(crate) fn find<'a>(
    rows: &Rows<'a>,
    targets: &[Target<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Variants<'a>> {
    let fields: Vec<Field<'a>> =
        scope::fields(&rows.variables).into_iter().filter(|f| !f.path.is_in_list()).collect();
    let own_price = lists::has_price(&fields);
    let ways = nested(&fields, own_price).chain(apart(&fields, rows, targets));
    ways.into_iter()
        .find_map(|relation| of_relation(relation, &fields, own_price, rows, targets, decisions))
}

/// The lists within the products that are called variants.
fn nested<'f>(
    fields: &'f [Field<'_>],
    own_price: bool,
) -> impl Iterator<Item = Relation> + use<'f> {
    let v = vocabulary();
    fields.iter().filter_map(move |field| {
        let holds_records = field.listed().next().is_some();
        let relation = Relation::Nested {
            variable: "item".to_owned(),
            path: field.path.clone(),
            form: Form::Array,
        };
        // What costs nothing by itself is sold as its product options.
        let is_sold = || !own_price && v.words(field.path.leaf()) == ["product", "option"];
        (holds_records && (relation.is_named(Entity::Variant, &[]) || is_sold()))
            .then_some(relation)
    })
}

/// The ways to variants in a list of their own.
fn apart(fields: &[Field<'_>], rows: &Rows<'_>, targets: &[Target<'_>]) -> Vec<Relation> {
    let own = rows.variables.first().map(|item| item.place.clone()).unwrap_or_default();
    let is_apart = |relation: &Relation| {
        let place = relation
            .collection(targets)
            .map(|list| Collection { filter: None, ..list.clone() }.to_string());
        let is_way = match relation {
            // A single id names something that a product has one of.
            Relation::Ids { path, .. } => fields
                .iter()
                .any(|field| field.path == *path && field.filled().any(Value::is_array)),
            Relation::Children { .. } => true,
            Relation::Nested { .. } | Relation::Links { .. } | Relation::Table { .. } => false,
        };
        is_way
            && relation.is_named(Entity::Variant, targets)
            && place.is_some_and(|place| place != own && !place.starts_with(&format!("{own}.")))
    };
    // Most payloads have no list that is called so, and finding the ways takes time.
    let is_there = targets
        .iter()
        .any(|target| vocabulary().names(Entity::Variant, &target.collection.words()));
    if !is_there {
        return Vec::new();
    }
    joins::relations(fields, rows, targets).into_iter().filter(is_apart).collect()
}

fn of_relation<'a>(
    relation: Relation,
    fields: &[Field<'a>],
    own_price: bool,
    rows: &Rows<'a>,
    targets: &[Target<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Variants<'a>> {
    let v = vocabulary();
    let inner = relation.expand(rows, targets, "variant", Entity::Variant);
    let all_fields = scope::fields(&inner.variables);
    let priced: Vec<Field<'a>> =
        all_fields.iter().filter(|field| field.is_own()).cloned().collect();
    let value = all_fields.iter().find(|field| is_value_of_dimension(field)).cloned();
    let inner_fields: Vec<Field<'a>> =
        all_fields.into_iter().filter(|field| !field.path.is_in_list()).collect();
    let ordered = || {
        decisions.documents.statements.iter().any(|statement| {
            let speaks = || {
                let words = v.words(&statement.prose());
                v.entity_phrases(Entity::Variant)
                    .any(|phrase| words.iter().any(|word| word == phrase))
            };
            codes::gives_variant(statement)
                || ((codes::is_about_orders(statement) || SOLD_AS.is_match(&statement.lower))
                    && speaks())
        })
    };
    let reached = relation.reached(rows, targets);
    if !lists::has_price(&priced) {
        return None;
    }
    let place = inner.variables.first().map(|own| own.place.clone()).unwrap_or_default();
    let is_clear = !own_price || ordered() || is_either(fields, &reached);
    if !is_clear && !sold_apart(&place, decisions) {
        return None;
    }
    let several = reached.iter().any(|variants| variants.len() > 1);
    let name = inner_fields
        .iter()
        .filter(|field| field.all(Value::is_string) && !field.is_empty())
        .filter(|field| name_score(field, "name") > 0.3)
        .max_by(|a, b| name_score(a, "name").total_cmp(&name_score(b, "name")))
        .or_else(|| inner_fields.iter().find(|field| is_called_variant(field)))
        .cloned()
        .or(value);
    let naming = match &name {
        Some(own) if several => {
            naming::find(fields, &reached, own, decisions).unwrap_or(Naming::Item)
        }
        None if several => {
            naming::ask_unnamed(&place, decisions);
            Naming::Item
        }
        Some(_) | None => Naming::Item,
    };
    let alone = own_price && reached.iter().any(Vec::is_empty);
    let is_value = name.as_ref().is_some_and(is_value_of_dimension);
    let joint = if is_value { naming::joint_of_values(decisions.documents) } else { None };
    Some(Variants { relation, place, reached, several, alone, name, joint, naming })
}

/// Whether each product has either variants or a price of its own.
fn is_either(fields: &[Field<'_>], reached: &[Vec<&Value>]) -> bool {
    let prices: Vec<&Field<'_>> =
        fields.iter().filter(|field| lists::has_price(&[(*field).clone()])).collect();
    let is_priced = |row: usize| {
        prices.iter().any(|field| {
            field.values.get(row).copied().flatten().is_some_and(|value| {
                !matches!(value, Value::String(text) if text.is_empty())
                    && value.as_f64() != Some(0.0)
            })
        })
    };
    reached.iter().enumerate().all(|(row, variants)| variants.is_empty() == is_priced(row))
}

/// Whether a relation leads to what variants differ by, such as a size and its value: those cost
/// nothing by themselves and are no choices.
pub(crate) fn is_dimension(relation: &Relation, rows: &Rows<'_>, targets: &[Target<'_>]) -> bool {
    if !is_called_dimension(relation.path()) {
        return false;
    }
    let inner = relation.expand(rows, targets, "dimension", Entity::Other);
    !lists::has_price(&scope::fields(&inner.variables))
}

fn is_called_dimension(path: &Path) -> bool {
    const DIMENSIONS: [&str; 8] = [
        "attribute",
        "option",
        "property",
        "dimension",
        "characteristic",
        "feature",
        "specification",
        "option value",
    ];
    DIMENSIONS.contains(&vocabulary().words(path.leaf()).join(" ").as_str())
}

/// Whether a text is the value of the only thing that variants differ by: `attributes[0].option`.
fn is_value_of_dimension(field: &Field<'_>) -> bool {
    const VALUES: [&str; 4] = ["option", "value", "option value", "option name"];
    let leaf = vocabulary().words(field.path.leaf()).join(" ");
    field.path.split_at_list().is_some_and(|(list, inner)| {
        inner.len() == 1 && list.len() == 1 && is_called_dimension(&list)
    }) && VALUES.contains(&leaf.as_str())
        && field.is_always_there()
        && field.all(Value::is_string)
}

/// Whether a text is called like the variant itself: the `size` of one of the `sizes`.
fn is_called_variant(field: &Field<'_>) -> bool {
    let v = vocabulary();
    let words = v.words(field.path.leaf());
    field.variable == "variant"
        && field.path.len() == 1
        && field.is_always_there()
        && field.all(Value::is_string)
        && words.as_slice() != ["sku"]
        && v.names(Entity::Variant, &words)
}

/// What documents say of products that have no variants to choose from.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:their |its |the |a |one )?(?:base|default|single|only) variant only\b|\bonly (?:an?|one|the|their|its) (?:(?:base|default|single) )?variant\b|\bno variants? (?:here|in this)\b",
    )
});

/// Whether variants are sold on their own although the product has a price too: a person says, unless
/// documents say that there are none but the product itself.
fn sold_apart(place: &str, decisions: &mut Decisions<'_>) -> bool {
    const POINT: &str = "products (variants)";
    if decisions.documents.say(&ALONE).is_some() {
        return false;
    }
    let choices = [WHOLE, APART].map(as_shown);
    match decisions.answers.of(POINT).map(Answer::text) {
        Some(WHOLE) => false,
        Some(APART) => true,
        Some(_) | None => {
            let prompt =
                format!("Products have a price, and so have the records in {place}. What is sold?");
            decisions.ask(POINT, &prompt, &choices);
            false
        }
    }
}

impl<'a> Variants<'a> {
    /// One row for each variant, with its product. A product that is sold itself is its own variant.
    pub(crate) fn rows(&self, rows: &Rows<'a>, targets: &[Target<'a>]) -> Rows<'a> {
        let mut inner = self.relation.expand(rows, targets, "variant", Entity::Variant);
        let (Some(item), Some(variant)) = (rows.variables.first(), inner.variables.pop()) else {
            return inner;
        };
        let mut items: Vec<Option<&'a Value>> = Vec::new();
        let mut variants: Vec<Option<&'a Value>> = Vec::new();
        let mut origins = Vec::new();
        for ((record, origin), own) in item.rows.iter().zip(&rows.origins).zip(&self.reached) {
            let itself = record.filter(|_| own.is_empty() && self.alone);
            for variant in own.iter().copied().chain(itself) {
                items.push(*record);
                variants.push(Some(variant));
                origins.push(*origin);
            }
        }
        let variables =
            vec![Variable { rows: items, ..item.clone() }, Variable { rows: variants, ..variant }];
        Rows { variables, origins }
    }

    /// Whether a field of the product is the list of its variants or stands in it.
    pub(crate) fn holds(&self, field: &Field<'_>) -> bool {
        matches!(self.relation, Relation::Nested { .. })
            && field.variable == "item"
            && field.path.starts_with(self.relation.path())
    }

    /// Whether a field of the variant is no variant's: it is filled only in products that are sold
    /// themselves.
    pub(crate) fn is_of_items(&self, field: &Field<'_>, rows: &Rows<'_>) -> bool {
        let of = |name: &str| rows.variables.iter().find(|own| own.name == name);
        let (Some(items), Some(variants)) = (of("item"), of("variant")) else { return false };
        let pairs = items.rows.iter().zip(&variants.rows).zip(field.values.iter());
        let is_itself = |item: Option<&Value>, variant: Option<&Value>| {
            item.zip(variant).is_some_and(|(item, variant)| std::ptr::eq(item, variant))
        };
        self.alone
            && field.variable == "variant"
            && pairs
                .filter(|(_, value)| value.is_some_and(|value| value.as_str() != Some("")))
                .all(|((item, variant), _)| is_itself(*item, *variant))
    }

    /// Whether a relation leads to them.
    pub(crate) fn is_reached_by(&self, relation: &Relation, targets: &[Target<'_>]) -> bool {
        match self.relation.collection(targets) {
            Some(list) => relation.leads_to(list, targets),
            None => relation.variable() == "item" && relation.path() == self.relation.path(),
        }
    }

    /// Whether they are read from the list.
    pub(crate) fn are_in(&self, list: &Collection, targets: &[Target<'_>]) -> bool {
        self.relation.leads_to(list, targets)
    }

    /// The index that finds them, before the loops.
    pub(crate) fn declare(&self, targets: &[Target<'_>], script: &mut Script) {
        self.relation.declare("variantIndex", targets, script);
    }
}
