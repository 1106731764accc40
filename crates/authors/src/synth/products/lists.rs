//! Which list of the payload holds the products, and the kinds of records in mixed lists.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::synth::collections::{Collection, Filter};
use crate::synth::documents::Documents;
use crate::synth::joins::rows_of;
use crate::synth::matching::{Decisions, name_score};
use crate::synth::money;
use crate::synth::path::Path;
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};

/// More kinds than this are no kinds.
const MAX_KINDS: usize = 16;

#[expect(
    clippy::expect_used,
    reason = "a constant pattern; every mixed list that documents explain uses it"
)]
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[`"']?\b(\d+|[A-Z][A-Z_]+)\b[`"']?\s*(?:is|are|=|means|:|-|–)?\s*(?:(?:an?|the)\s)?\s*([a-z][a-z \-]*)"#).expect("a constant pattern is valid")
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
            let kinds = kinds(&list, payloads, documents);
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
    for field in scope::fields(&rows.variables).iter().filter(|field| field.path.len() == 1) {
        let is_kind = v.words(field.path.leaf()).last().is_some_and(|word| {
            matches!(word.as_str(), "type" | "kind" | "class" | "object" | "entity")
        });
        if !is_kind
            || !field.is_always_there()
            || !field.all(|value| value.is_string() || value.is_u64())
        {
            continue;
        }
        let mut seen = BTreeSet::new();
        let values: Vec<&Value> =
            field.filled().filter(|value| seen.insert(value.to_string())).collect();
        if values.len() < 2 || values.len() > MAX_KINDS {
            continue;
        }
        let filters: Vec<Filter> = values
            .into_iter()
            .map(|value| Filter {
                path: field.path.clone(),
                value: value.clone(),
                meaning: meaning(value, &field.path, documents),
            })
            .collect();
        let is = |filter: &Filter, entity| v.names(entity, &filter.meaning);
        let choices = [Entity::Group, Entity::Option, Entity::Category];
        let product =
            filters.iter().any(|f| is(f, Entity::Product) && !choices.iter().any(|e| is(f, *e)));
        let others = filters.iter().any(|f| choices.iter().any(|e| is(f, *e)));
        if product && others {
            return filters;
        }
    }
    Vec::new()
}

/// What a code means by the documents; a word means itself.
fn meaning(value: &Value, path: &Path, documents: &Documents) -> Vec<String> {
    let code = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    for statement in documents.about(path) {
        let found = CODE
            .captures_iter(&statement.text)
            .find(|found| found.get(1).is_some_and(|m| m.as_str() == code));
        if let Some(phrase) = found.and_then(|found| found.get(2)) {
            return vocabulary().words(phrase.as_str());
        }
    }
    if value.is_string() { vocabulary().words(&code) } else { Vec::new() }
}

/// Whether a field may be a record's price by its name.
pub(crate) fn has_price(fields: &[Field<'_>]) -> bool {
    money::amounts(fields).iter().any(|(holder, amount)| {
        !amount.is_empty()
            && (name_score(holder, "price") > 0.3
                || holder
                    .path
                    .keys()
                    .iter()
                    .any(|key| vocabulary().words(key).contains(&"price".to_owned())))
    })
}

/// The list of products; an open point where that is not clear.
pub(crate) fn choose(
    lists: &[Collection],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Collection> {
    let v = vocabulary();
    let priced: Vec<(&Collection, bool, bool)> = lists
        .iter()
        .map(|list| {
            let rows = rows_of(list, payloads, "item", Entity::Product);
            let fields = scope::fields(&rows.variables);
            let own = |field: &&Field<'_>| field.is_own();
            let name = fields
                .iter()
                .filter(own)
                .any(|field| field.all(Value::is_string) && name_score(field, "name") > 0.3);
            (list, name, has_price(&fields.iter().filter(own).cloned().collect::<Vec<_>>()))
        })
        .collect();
    let holds_price = |list: &Collection| {
        priced.iter().any(|(inner, _, price)| {
            *price
                && inner.levels.len() == list.levels.len() + 1
                && inner.is_inside(list)
                && v.names(Entity::Variant, &inner.words())
        })
    };
    let score = |(list, name, price): &(&Collection, bool, bool)| {
        let words = list.words();
        let other = [
            Entity::Group,
            Entity::Option,
            Entity::Category,
            Entity::Variant,
            Entity::Other,
            Entity::Outlet,
            Entity::Image,
        ]
        .iter()
        .any(|entity| v.names(*entity, &words) && !v.names(Entity::Product, &words));
        let choices = [Entity::Group, Entity::Option, Entity::Variant];
        let choice = words.len() > 1
            && choices.iter().any(|entity| {
                let rest = words.split_last().map(|(_, rest)| rest).unwrap_or_default();
                v.names(*entity, &words) || v.names(*entity, rest)
            });
        if !name || !(*price || holds_price(list)) || other || choice {
            return 0;
        }
        if v.names(Entity::Product, &words) { 2 } else { 1 }
    };
    let scores: Vec<(usize, &Collection)> = priced
        .iter()
        .map(|entry| (score(entry), entry.0))
        .filter(|(score, _)| *score > 0)
        .collect();
    let top = scores.iter().map(|(score, _)| *score).max()?;
    let mut best: Vec<&Collection> =
        scores.iter().filter(|(score, _)| *score == top).map(|(_, list)| *list).collect();
    let outer = best.clone();
    best.retain(|list| !outer.iter().any(|other| list.is_inside(other)));
    if let Some(answer) = decisions.answers.of("products")
        && let Some(list) = lists.iter().find(|list| answer.names(&list.to_string()))
    {
        return Some(list.clone());
    }
    match best.as_slice() {
        [only] => Some((*only).clone()),
        several => {
            let offers: Vec<(String, String)> = several
                .iter()
                .map(|list| {
                    (list.to_string(), format!("{list} ({} records)", list.records(payloads).len()))
                })
                .collect();
            decisions.ask(
                "products",
                "Several lists could hold the products. Which one does?",
                &offers,
            );
            None
        }
    }
}
