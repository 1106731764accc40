//! Which list of the payload holds the products.

mod kinds;
mod trees;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::synth::collections::{self, Collection};
use crate::synth::documents::Documents;
use crate::synth::joins::rows_of;
use crate::synth::matching::{Decisions, name_score};
use crate::synth::money;
use crate::synth::products::tiers;
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};
pub(crate) use kinds::split;

/// Whether a field may be a record's price by its name.
pub(crate) fn has_price(fields: &[Field<'_>]) -> bool {
    let fields = tiers::with(fields, &Documents::default());
    money::amounts(&fields).iter().any(|(holder, amount)| {
        !amount.is_empty()
            && (name_score(holder, "price") > 0.3
                || holder
                    .path
                    .keys()
                    .iter()
                    .any(|key| vocabulary().words(key).contains(&"price".to_owned())))
    })
}

/// The open point about it.
const POINT: &str = "products";

/// What a list shows of being the products.
struct Signs {
    /// Its records have a name of their own.
    name: bool,
    /// They have a price of their own, or variants or a list of prices with one.
    price: bool,
    called: Called,
}

/// What the name of a list says of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Called {
    /// Products.
    Products,
    /// What holds products: many call the products themselves the menu.
    Holder,
    /// Nothing known.
    Unknown,
    /// Something else that may have a name and a price, such as a modifier or a discount.
    Other,
}

/// Whether a list is called prices: those are what its holder costs.
fn are_prices(words: &[String]) -> bool {
    words.last().is_some_and(|last| last == "price")
}

/// Whether a name ends with the word for a menu.
fn is_menu(words: &[String]) -> bool {
    words.last().is_some_and(|last| last == "menu")
}

fn called(list: &Collection) -> Called {
    let v = vocabulary();
    let words = list.words();
    let is_any = |entities: &[Entity], words: &[String]| {
        entities.iter().any(|entity| v.names(*entity, words))
    };
    let rest = words.split_last().map(|(_, rest)| rest).unwrap_or_default();
    let choices = [Entity::Group, Entity::Option, Entity::Variant];
    let outer = list.levels.len().checked_sub(1).and_then(|last| list.levels.get(..last));
    let is_in_choice = outer.into_iter().flatten().any(|level| {
        let key = level.path.keys().last().map(|key| v.words(key)).unwrap_or_default();
        key.len() > 1 && is_any(&[Entity::Group, Entity::Option], &key)
    });
    if is_in_choice
        || are_prices(&words)
        || (words.len() > 1 && (is_any(&choices, &words) || is_any(&choices, rest)))
    {
        Called::Other
    } else if v.names(Entity::Product, &words) {
        Called::Products
    } else if is_any(&choices, &words)
        || is_any(&[Entity::Outlet, Entity::Image], &words)
        || (v.names(Entity::Other, &words) && !is_menu(&words))
    {
        Called::Other
    } else if is_menu(&words) || v.names(Entity::Category, &words) {
        Called::Holder
    } else {
        Called::Unknown
    }
}

/// Whether all records of a list say of themselves that they are products, as the resources of
/// JSON:API do: `type` is `dishes`.
fn is_one_kind_of_product(list: &Collection, payloads: &[&Value]) -> bool {
    let records = list.records(payloads);
    let kind = |record: &Value| {
        let is_resource = record.get("attributes").is_some_and(Value::is_object);
        record.get("type").filter(|_| is_resource)?.as_str().map(str::to_owned)
    };
    let kinds: BTreeSet<Option<String>> = records.iter().map(|record| kind(record)).collect();
    let mut kinds = kinds.into_iter();
    match (kinds.next().flatten(), kinds.next()) {
        (Some(only), None) => vocabulary().names(Entity::Product, &vocabulary().words(&only)),
        (Some(_) | None, _) => false,
    }
}

/// The signs of every list, in the order of the lists.
fn signs(lists: &[Collection], payloads: &[&Value]) -> Vec<Signs> {
    let v = vocabulary();
    let own: Vec<(bool, bool)> = lists
        .iter()
        .map(|list| {
            let rows = rows_of(list, payloads, "item", Entity::Product);
            let all = scope::fields(&rows.variables);
            let is_own = |field: &&Field<'_>| field.is_own() || scope::is_translation(field, &all);
            let fields: Vec<Field<'_>> = all.iter().filter(is_own).cloned().collect();
            let name = fields
                .iter()
                .any(|field| field.all(Value::is_string) && name_score(field, "name") > 0.3);
            (name, has_price(&fields))
        })
        .collect();
    let variants_have_price = |list: &Collection| {
        lists.iter().zip(&own).any(|(inner, (_, price))| {
            *price
                && inner.levels.len() == list.levels.len() + 1
                && inner.is_inside(list)
                && (v.names(Entity::Variant, &inner.words()) || are_prices(&inner.words()))
        })
    };
    lists
        .iter()
        .zip(&own)
        .map(|(list, (name, price))| Signs {
            name: *name,
            price: *price || variants_have_price(list),
            called: match called(list) {
                Called::Unknown if is_one_kind_of_product(list, payloads) => Called::Products,
                called => called,
            },
        })
        .collect()
}

/// Whether a list looks like products by its records, whatever it is called.
pub(super) fn could_be_products(list: &Collection, payloads: &[&Value]) -> bool {
    let one = std::slice::from_ref(list);
    let is_called = !matches!(called(list), Called::Other | Called::Holder);
    is_called && signs(one, payloads).iter().any(|signs| signs.name && signs.price)
}

/// What stands in a record with a name and a price of its own is a part of it, such as the items of a
/// deal, whatever the lists are called.
fn outermost<'l>(list: &'l Collection, whole: &[&'l Collection]) -> &'l Collection {
    let outer = whole.iter().copied().filter(|outer| list.is_inside(outer));
    outer.min_by_key(|outer| outer.levels.len()).unwrap_or(list)
}

/// Whether the records have a price that stands in no list within them.
fn has_price_of_its_own(list: &Collection, payloads: &[&Value]) -> bool {
    let rows = rows_of(list, payloads, "item", Entity::Product);
    let fields = scope::fields(&rows.variables);
    let own: Vec<Field<'_>> = fields.into_iter().filter(|f| !f.path.is_in_list()).collect();
    has_price(&own)
}

/// The list around another one whose records have a name of a product's own: `productName`.
fn within_products<'l>(
    list: &Collection,
    lists: &'l [Collection],
    payloads: &[&Value],
) -> Option<&'l Collection> {
    let v = vocabulary();
    let is_product = |outer: &Collection| {
        let records = outer.records(payloads);
        collections::keys(&records).iter().any(|key| {
            let words = v.words(key);
            matches!(words.as_slice(), [of, what] if of == "product" && matches!(what.as_str(), "name" | "title"))
        })
    };
    lists.iter().find(|outer| list.is_inside(outer) && is_product(outer))
}

/// The list of products; an open point where that is not clear.
pub(crate) fn choose(
    lists: &[Collection],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Collection> {
    const POINT: &str = "products (level)";
    let list = likeliest(lists, payloads, decisions)?;
    let outer = within_products(&list, lists, payloads);
    let Some(outer) = outer.filter(|_| decisions.examples.values("products").is_none()) else {
        return Some(list);
    };
    if let Some(answer) = decisions.answers.of(POINT) {
        let named = collections::named(lists, answer);
        return Some(named.cloned().unwrap_or(list));
    }
    let offers = collections::offers(&[outer, &list], payloads);
    let prompt =
        "Records that call themselves products hold others. Which list holds what is sold?";
    decisions.ask(POINT, prompt, &offers);
    None
}

/// The list that looks most like products.
fn likeliest<'l>(
    lists: &'l [Collection],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Collection> {
    let mut refused = String::new();
    if let Some(answer) = decisions.answers.of(POINT) {
        if let Some(list) = collections::named(lists, answer) {
            return Some(list.clone());
        }
        refused = collections::refusal(answer);
    }
    let signs = signs(lists, payloads);
    let with = |kinds: &[Called]| -> Vec<(&Collection, Called)> {
        lists
            .iter()
            .zip(&signs)
            .filter(|(_, signs)| signs.name && signs.price && kinds.contains(&signs.called))
            .map(|(list, signs)| (list, signs.called))
            .collect()
    };
    let mut fitting = with(&[Called::Products]);
    // The only list with names that is called so: where its price stands is asked for itself.
    let mut named = lists
        .iter()
        .zip(&signs)
        .filter(|(_, signs)| signs.name && signs.called == Called::Products)
        .map(|(list, _)| list);
    let only = named.next().filter(|_| named.next().is_none());
    if fitting.is_empty() {
        if let Some(list) = only {
            return Some(list.clone());
        }
        fitting = with(&[Called::Holder, Called::Unknown]);
        // The only list that is called products comes before others whose price is that of a part.
        let mut called = lists.iter().zip(&signs).filter(|(_, s)| s.called == Called::Products);
        let only = called.next().filter(|_| called.next().is_none()).map(|(list, _)| list);
        let is_own = |list: &Collection| has_price_of_its_own(list, payloads);
        if let Some(list) = only.filter(|list| list.levels.len() == 1)
            && !fitting.iter().any(|(list, called)| *called == Called::Holder || is_own(list))
        {
            return Some(list.clone());
        }
    }
    // What stands in a product is no product; what stands in a menu may be.
    let is_part = |list: &Collection| {
        fitting.iter().any(|(other, called)| *called != Called::Holder && list.is_inside(other))
    };
    let whole: Vec<&Collection> = with(&[Called::Unknown])
        .into_iter()
        .map(|(list, _)| list)
        .filter(|list| has_price_of_its_own(list, payloads))
        .collect();
    let outermost = |list: &'l Collection| outermost(list, &whole);
    let mut best: Vec<&Collection> =
        fitting.iter().map(|(list, _)| outermost(list)).filter(|list| !is_part(list)).collect();
    best.dedup();
    // What a JSON:API answer includes is there for what the answer is about.
    let is_included = |list: &&Collection| {
        list.levels.first().is_some_and(|level| level.path.keys() == ["included"])
    };
    if !best.iter().all(is_included) {
        best.retain(|list| !is_included(list));
    }
    let (offered, what): (Vec<&Collection>, _) = match (best.as_slice(), lists, signs.as_slice()) {
        ([only], ..) => return Some((*only).clone()),
        // The only list there is: what its records lack is asked about by field.
        ([], [only], [signs]) if signs.called != Called::Other => {
            return Some(only.clone());
        }
        ([], [], _) => {
            let prompt = format!(
                "{refused}The samples hold no list of records. Add a sample of the whole catalogue."
            );
            decisions.ask(POINT, &prompt, &[]);
            return None;
        }
        ([], ..) => (
            lists.iter().collect(),
            "No list is called like products and has records with a name and a price. Which one holds the products?",
        ),
        _ => (best, "Several lists could hold the products. Which one does?"),
    };
    let offers = collections::offers(&offered, payloads);
    decisions.ask(POINT, &format!("{refused}{what}"), &offers);
    None
}
