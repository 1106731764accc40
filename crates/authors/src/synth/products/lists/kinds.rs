//! Lists with several kinds of records, which a field or a flag tells apart.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::trees;
use crate::pattern::pattern;
use crate::synth::collections::{Collection, Filter};
use crate::synth::documents::{Documents, Statement};
use crate::synth::joins::{Rows, rows_of};
use crate::synth::path::Path;
use crate::synth::scope;
use crate::synth::vocabulary::{Entity, vocabulary};

/// More kinds than this are no kinds.
const MAX_KINDS: usize = 16;

static CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"[`"']?\b(\d+|[A-Z][A-Z_]+)\b[`"']?\s*(?:is|are|=|means|:|-|–)?\s*(?:(?:an?|the)\s)?\s*([a-z][a-z \-]*)"#,
    )
});

/// What is done with records, and no name of a kind.
static DONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:only|always|never|also|not) )?(?:sold|offered|shown|listed|ordered|used|chosen|picked|found|part|in|on|within|inside|under)\b",
    )
});

/// What is said of a kind that is sold with others only.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^only (?:be )?(?:sold|chosen|ordered|picked|offered|bought) (?:together )?(?:within?|as (?:a )?part)\b|\bnot (?:sold|ordered|bought) (?:alone|by (?:itself|themselves)|on (?:its|their) own|separately)\b",
    )
});

/// The lists, the mixed ones split into their kinds.
pub(crate) fn split(
    lists: Vec<Collection>,
    payloads: &[&Value],
    documents: &Documents,
) -> Vec<Collection> {
    lists
        .into_iter()
        .flat_map(|list| {
            let kinds = trees::kinds(&list, payloads, documents)
                .unwrap_or_else(|| kinds(&list, payloads, documents));
            if kinds.is_empty() {
                return vec![list];
            }
            kinds
                .into_iter()
                .map(|filter| Collection { filter: Some(filter), ..list.clone() })
                .collect()
        })
        .collect()
}

fn kinds(list: &Collection, payloads: &[&Value], documents: &Documents) -> Vec<Filter> {
    let rows = rows_of(list, payloads, "record", Entity::Other);
    let v = vocabulary();
    if let Some(filters) = kinds_by_flag(&rows).or_else(|| folders(&rows, documents)) {
        return filters;
    }
    for (path, values) in kind_fields(&rows) {
        let filters: Vec<Filter> = values
            .into_iter()
            .map(|value| {
                let meaning = meaning(&value, &path, documents);
                Filter { path: path.clone(), values: vec![value], meaning }
            })
            .collect();
        let is = |filter: &Filter, entity| v.names(entity, &filter.meaning);
        let choices = [Entity::Group, Entity::Option, Entity::Category];
        let product =
            filters.iter().any(|f| is(f, Entity::Product) && !choices.iter().any(|e| is(f, *e)));
        let others = filters.iter().any(|f| choices.iter().any(|e| is(f, *e)));
        // The resources of JSON:API stand in one list whatever they are.
        let is_api = path.leaf() == "type"
            && rows
                .variables
                .iter()
                .flat_map(|v| &v.rows)
                .flatten()
                .all(|record| record.get("attributes").is_some_and(Value::is_object));
        if (product && others) || is_api {
            let is_product = |filter: &Filter| {
                is(filter, Entity::Product) && !choices.iter().any(|e| is(filter, *e))
            };
            let mut split = one_product_kind(filters, &is_product);
            if let Some(products) = split.first_mut().filter(|first| is_product(first)) {
                let more = sold_too(&products.values, documents);
                products.values.extend(more);
            }
            return split;
        }
    }
    Vec::new()
}

/// The fields that tell kinds of records apart, with the kinds.
pub(super) fn kind_fields(rows: &Rows<'_>) -> impl Iterator<Item = (Path, Vec<Value>)> {
    scope::fields(&rows.variables).into_iter().filter_map(move |field| {
        let is_kind = field.path.len() == 1
            && vocabulary().is_kind(field.path.leaf())
            && field.is_always_there()
            && field.all(|value| value.is_string() || value.is_u64());
        let mut seen = BTreeSet::new();
        let values: Vec<Value> = if is_kind {
            field.filled().filter(|value| seen.insert(value.to_string())).cloned().collect()
        } else {
            Vec::new()
        };
        (2..=MAX_KINDS).contains(&values.len()).then_some((field.path, values))
    })
}

/// The kinds that a flag tells apart: those of whom `is_modifier` is true are choices, the others are
/// products.
fn kinds_by_flag(rows: &Rows<'_>) -> Option<Vec<Filter>> {
    const PLAIN: [&str; 4] = ["is", "only", "as", "a"];
    let v = vocabulary();
    let is_of_choices = |path: &Path| {
        let mut words = v.words(path.leaf());
        words.retain(|word| !PLAIN.contains(&word.as_str()));
        !path.leaf().ends_with(['s', 'S'])
            && v.entity_phrases(Entity::Option).any(|phrase| phrase == words.join(" "))
    };
    let fields = scope::fields(&rows.variables);
    let flag = fields.iter().find(|field| {
        field.path.len() == 1
            && field.is_always_there()
            && field.all(Value::is_boolean)
            && field.filled().any(|value| value == &Value::Bool(true))
            && field.filled().any(|value| value == &Value::Bool(false))
            && is_of_choices(&field.path)
    })?;
    Some(by_flag(&flag.path, "product", "modifier"))
}

/// What is said of records with a flag that are headings: `group` true is a folder, not something sold.
static FOLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is |= ?)?(?:true|1)\s*(?:is|:|=|means|marks|-|–)\s*(?:an? |the )?(?:folders?|categor(?:y|ies)|sections?|headings?|groups? of (?:products|items|goods))\b",
    )
});

/// The kinds that a flag tells apart of which documents say so.
fn folders(rows: &Rows<'_>, documents: &Documents) -> Option<Vec<Filter>> {
    let fields = scope::fields(&rows.variables);
    let flag = fields.iter().find(|field| {
        let has = |is: bool| field.filled().any(|value| value == &Value::Bool(is));
        let is_told = || {
            let mut said = documents.about(&field.path).map(|own| own.parts_about(&field.path).1);
            said.any(|after| FOLDER.is_match(&after))
        };
        let is_flag = field.path.len() == 1 && field.is_always_there();
        is_flag && field.all(Value::is_boolean) && has(true) && has(false) && is_told()
    })?;
    Some(by_flag(&flag.path, "product", "category"))
}

/// The kinds of records without a flag and of those with it.
fn by_flag(path: &Path, without: &str, with: &str) -> Vec<Filter> {
    let kind = |is: bool, meaning: &str| Filter {
        path: path.clone(),
        values: vec![Value::Bool(is)],
        meaning: vec![meaning.to_owned()],
    };
    vec![kind(false, without), kind(true, with)]
}

/// Several kinds of products, such as dishes and goods, are one.
pub(super) fn one_product_kind(
    filters: Vec<Filter>,
    is_product: &dyn Fn(&Filter) -> bool,
) -> Vec<Filter> {
    let (products, mut others): (Vec<Filter>, Vec<Filter>) =
        filters.into_iter().partition(is_product);
    let values: Vec<Value> = products.iter().flat_map(|filter| filter.values.clone()).collect();
    if let Some(first) = products.into_iter().next() {
        others.insert(0, Filter { values, ..first });
    }
    others
}

/// Kinds that are sold: Dish and Good are sold.
static SOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?P<kinds>["“`']?\w+["”`']?(?:(?:,| and| or|, and) ["“`']?\w+["”`']?)+) (?:are|is) (?:sold|products?|dishes|items)\b"#,
    )
});

/// The kinds beside those of the samples that documents say are sold too.
fn sold_too(products: &[Value], documents: &Documents) -> Vec<Value> {
    let shown: Vec<&str> = products.iter().filter_map(Value::as_str).collect();
    let mut found: Vec<Value> = Vec::new();
    for statement in &documents.statements {
        let Some(kinds) = SOLD.captures(&statement.text).and_then(|own| own.name("kinds")) else {
            continue;
        };
        let named: Vec<&str> = kinds
            .as_str()
            .split([' ', ','])
            .map(|word| word.trim_matches(['"', '“', '”', '`', '\'']))
            .filter(|word| !matches!(*word, "" | "and" | "or"))
            .collect();
        if named.iter().any(|word| shown.contains(word)) {
            let others = named.iter().filter(|word| !shown.contains(word));
            found.extend(others.map(|word| Value::from(*word)));
        }
    }
    found
}

/// What a code means by the documents; a word means itself.
pub(super) fn meaning(value: &Value, path: &Path, documents: &Documents) -> Vec<String> {
    let code = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // Articles of type EXTRA are only sold with others.
    let of_kind = vocabulary().words(path.leaf()).last().map(|last| format!("{last} {code}"));
    let is_about = |own: &&Statement| {
        own.names(path) || of_kind.as_ref().is_some_and(|kind| own.text.contains(kind.as_str()))
    };
    for statement in documents.statements.iter().filter(is_about) {
        let found = CODE
            .captures_iter(&statement.text)
            .find(|found| found.get(1).is_some_and(|m| m.as_str() == code));
        if let Some(phrase) = found.and_then(|found| found.get(2)) {
            if PART.is_match(phrase.as_str()) {
                return vec!["modifier".to_owned()];
            }
            // What follows describes it further: an item that can be sold by itself.
            let kind = [" that ", " which ", " who ", " sold ", " for "]
                .iter()
                .fold(phrase.as_str(), |text, end| text.split(end).next().unwrap_or_default());
            let own = if value.is_string() { vocabulary().words(&code) } else { Vec::new() };
            // A word that is a kind itself means that, where what follows is no kind but says what
            // is done with it: CHOICE is offered within a modifier.
            let entities =
                [Entity::Product, Entity::Group, Entity::Option, Entity::Category, Entity::Variant];
            let is_kind = entities.iter().any(|entity| vocabulary().names(*entity, &own));
            return if is_kind && DONE.is_match(kind) { own } else { vocabulary().words(kind) };
        }
    }
    if value.is_string() { vocabulary().words(&code) } else { Vec::new() }
}
