//! Where a payload has lists of ids whose names speak of a sale.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::sense::{Sense, sense};
use crate::synth::collections::Collection;
use crate::synth::joins::id_text;
use crate::synth::path::{Path, Step};
use crate::synth::vocabulary::{Entity, vocabulary};

/// Deeper than this no such list is looked for.
const MAX_DEPTH: usize = 6;
/// More keys than this are no names of fields.
const MAX_KEYS: usize = 200;

/// How the list holds its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Ids,
    /// In a field of its records; the other field is what is left of each, which is listed though some
    /// of it can be sold.
    Records { id: Path, left: Option<String> },
    /// As the keys of an object.
    Keys,
}

/// What listed records have besides ids and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Besides {
    /// An amount that is left of each at the most.
    Amounts,
    /// Lists and objects without flags: what a product consists of.
    Parts,
    /// Something that may say more.
    More,
}

/// One list.
#[derive(Debug)]
pub(super) struct Found<'v> {
    /// Where a script reads it: the lists whose records hold it, the outermost first, and itself.
    pub(super) levels: Vec<Path>,
    /// The same for people.
    pub(super) place: String,
    /// The keys that lead to it.
    pub(super) keys: Vec<String>,
    /// The words of its name.
    pub(super) words: Vec<String>,
    /// The words of what its ids are called.
    pub(super) key_words: Vec<String>,
    /// What its name says.
    pub(super) sense: Option<Sense>,
    pub(super) form: Form,
    /// Its ids in all samples.
    pub(super) ids: Vec<String>,
    /// Whether it has nothing that says more than which ids they are and since or until when.
    pub(super) is_plain: bool,
    /// What it has besides.
    pub(super) besides: Besides,
    /// Whether it is known which of a record's fields is the id.
    pub(super) has_id: bool,
    values: Vec<&'v Value>,
}

/// All lists outside the list of products that could name what can be ordered, each once.
pub(super) fn all<'v>(payloads: &[&'v Value], products: &Collection) -> Vec<Found<'v>> {
    let mut seen: Vec<Found<'v>> = Vec::new();
    let own = products.levels.first().map(|level| &level.path);
    for payload in payloads {
        walk(payload, &Place::default(), own, &mut seen);
    }
    seen.iter_mut().for_each(Found::read);
    seen.retain(|found| found.form != Form::Keys || found.sense.is_some());
    seen
}

/// Where the search for lists is.
#[derive(Debug, Clone, Default)]
struct Place {
    /// The keys that lead to it.
    keys: Vec<String>,
    /// The lists on the way.
    above: Vec<Path>,
    /// The way since the last of them.
    path: Path,
}

fn walk<'v>(at: &'v Value, place: &Place, products: Option<&Path>, seen: &mut Vec<Found<'v>>) {
    let Some(fields) = at.as_object() else { return };
    if place.keys.len() >= MAX_DEPTH || fields.len() > MAX_KEYS {
        return;
    }
    for (key, value) in fields {
        let path = place.path.then(Step::Key(key.clone()));
        if place.above.is_empty() && products == Some(&path) {
            continue;
        }
        let mut inner = Place { path, ..place.clone() };
        inner.keys.push(key.clone());
        if is_list_of_ids(value, &inner.keys) {
            note(&inner, value, seen);
        }
        match value {
            Value::Object(_) => walk(value, &inner, products, seen),
            Value::Array(items) => {
                inner.above.push(std::mem::take(&mut inner.path));
                for item in items {
                    walk(item, &inner, products, seen);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn note<'v>(place: &Place, value: &'v Value, seen: &mut Vec<Found<'v>>) {
    if let Some(known) = seen.iter_mut().find(|known| known.keys == place.keys) {
        known.values.push(value);
        return;
    }
    let words = place.keys.last().map(|key| vocabulary().words(key)).unwrap_or_default();
    seen.push(Found {
        levels: place.above.iter().chain([&place.path]).cloned().collect(),
        place: place.keys.join("."),
        keys: place.keys.clone(),
        key_words: words.clone(),
        words,
        sense: sense(&place.keys),
        form: Form::Ids,
        ids: Vec::new(),
        is_plain: true,
        besides: Besides::More,
        has_id: false,
        values: vec![value],
    });
}

/// Whether a value can be such a list: ids alone, records, or an object whose keys are ids and whose
/// name says so.
fn is_list_of_ids(value: &Value, keys: &[String]) -> bool {
    match value {
        Value::Array(items) => {
            items.iter().all(|item| id_text(item).is_some()) || items.iter().all(Value::is_object)
        }
        Value::Object(map) => sense(keys).is_some() && is_map(map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether all values of an object are of one kind, and none is a list: then its keys may be ids.
fn is_map(map: &Map<String, Value>) -> bool {
    let is_set =
        |value: &Value| value.is_object() || value.is_string() || value == &Value::Bool(true);
    !map.is_empty()
        && map.values().all(is_set)
        && map.keys().all(|key| key.bytes().any(|b| b.is_ascii_digit()))
}

impl Found<'_> {
    /// Reads ids that stand within an object of each record.
    fn read_inner(&mut self, holder: &str, id: &str, keys: &BTreeSet<&String>, records: &[&Value]) {
        let path =
            Path::default().then(Step::Key(holder.to_owned())).then(Step::Key(id.to_owned()));
        self.ids = records.iter().filter_map(|record| path.of(record).and_then(id_text)).collect();
        self.key_words = vocabulary().words(id);
        self.words.extend(vocabulary().words(holder));
        self.words.extend(self.key_words.iter().cloned());
        self.form = Form::Records { id: path, left: None };
        self.has_id = true;
        self.is_plain = keys.iter().all(|key| key.as_str() == holder || says_no_more(key));
    }

    /// Reads form and ids from the values.
    fn read(&mut self) {
        let records: Vec<&Value> = self
            .values
            .iter()
            .filter_map(|value| value.as_array())
            .flatten()
            .filter(|item| item.is_object())
            .collect();
        if let Some(map) = self.values.iter().find_map(|value| value.as_object()) {
            self.ids = map.keys().cloned().collect();
            let others = self.values.iter().filter_map(|value| value.as_object()).skip(1);
            self.ids.extend(others.flat_map(Map::keys).cloned());
            self.form = Form::Keys;
            self.is_plain = self.values.iter().filter_map(|value| value.as_object()).all(|map| {
                map.values().all(|value| {
                    value
                        .as_object()
                        .is_none_or(|record| record.keys().all(|key| says_no_more(key)))
                })
            });
            return;
        }
        if records.is_empty() {
            let lists = self.values.iter().filter_map(|value| value.as_array()).flatten();
            self.ids = lists.filter_map(id_text).collect();
            return;
        }
        let keys: BTreeSet<&String> =
            records.iter().filter_map(|record| record.as_object()).flat_map(Map::keys).collect();
        let is_scalar =
            |key: &str| records.iter().all(|record| record.get(key).and_then(id_text).is_some());
        let is_id = |key: &&&String| {
            let words = vocabulary().words(key);
            let is_called = words.last().is_some_and(|word| {
                matches!(
                    word.as_str(),
                    "id" | "code" | "ref" | "key" | "plu" | "sku" | "uuid" | "guid"
                )
            });
            is_called && is_scalar(key)
        };
        // What says no more than when and why leaves the only other field to be the id.
        let is_only = |key: &&&String| {
            !keys.iter().any(|key| is_id(&key)) && is_scalar(key) && !says_no_more(key)
        };
        let mut ids = keys.iter().filter(|key| is_id(key) || is_only(key));
        let (Some(id), None) = (ids.next(), ids.next()) else {
            if keys.iter().filter(is_id).count() == 0
                && let Some((holder, id)) = inner_id(&keys, &records)
            {
                self.read_inner(holder, id, &keys, &records);
                return;
            }
            self.is_plain = false;
            // Any of them may be the product's: that it names one is what counts for a question.
            let of = |record: &&Value| {
                let fields = record.as_object().into_iter().flat_map(Map::values);
                fields.filter_map(id_text).collect::<Vec<_>>()
            };
            let all: Vec<String> = records.iter().flat_map(of).collect();
            self.ids = if keys.iter().filter(is_id).count() > 1 { all } else { Vec::new() };
            self.sense = self.sense.filter(|_| !self.ids.is_empty());
            return;
        };
        self.ids =
            records.iter().filter_map(|record| record.get(id.as_str()).and_then(id_text)).collect();
        self.key_words = vocabulary().words(id);
        self.words.extend(self.key_words.iter().cloned());
        // What is null everywhere says nothing.
        let is_used = |key: &&&String| {
            records.iter().any(|record| record.get(key.as_str()).is_some_and(|v| !v.is_null()))
        };
        let left = keys.iter().find(|key| is_amount_left(key, &records));
        self.form = Form::Records {
            id: Path::default().then(Step::Key((*id).clone())),
            left: left.map(|key| (*key).clone()),
        };
        self.has_id = true;
        let is_plain = |key: &&String| *key == *id || says_no_more(key);
        let used = || keys.iter().filter(is_used);
        self.is_plain = used().all(is_plain);
        let is_of_parts = |key: &&String| records.iter().all(|r| r.get(*key).is_none_or(is_part));
        self.besides = if used().all(|key| Some(key) == left || is_plain(key)) {
            Besides::Amounts
        } else if used().all(|key| is_plain(key) || is_of_parts(key)) {
            Besides::Parts
        } else {
            Besides::More
        };
        // Records that name a product and say of each whether it can be ordered.
        if self.sense.is_none()
            && names_product(&self.key_words)
            && keys.iter().any(|key| is_sign(key))
        {
            self.sense = Some(Sense::Off);
            self.is_plain = false;
        }
    }
}

/// The object in each record, called like a product, that holds its id: `item` in
/// `{"item": {"id": "i-2"}}`.
fn inner_id<'k>(
    keys: &BTreeSet<&'k String>,
    records: &[&Value],
) -> Option<(&'k String, &'static str)> {
    const IDS: [&str; 5] = ["id", "uuid", "guid", "code", "sku"];
    let is_product = |key: &&&String| {
        vocabulary().names(Entity::Product, &vocabulary().words(key))
            && records.iter().all(|record| record.get(key.as_str()).is_some_and(Value::is_object))
    };
    let mut holders = keys.iter().filter(is_product);
    let (holder, None) = (holders.next()?, holders.next()) else { return None };
    let has = |id: &&str| {
        let inner = |record: &&Value| record.get(holder.as_str())?.get(*id).and_then(id_text);
        records.iter().all(|record| inner(record).is_some())
    };
    IDS.into_iter().find(has).map(|id| (*holder, id))
}

/// Whether an id is called that of a product: `item_id`.
pub(super) fn names_product(words: &[String]) -> bool {
    let mut phrases = vocabulary().entity_phrases(Entity::Product);
    words.len() > 1 && phrases.any(|phrase| words.iter().any(|word| word == phrase))
}

/// Whether a field is called like one that says whether a product can be ordered.
fn is_sign(key: &str) -> bool {
    let name = vocabulary().words(key).join(" ");
    let known = &vocabulary().available;
    [&known.listing_yes, &known.listing_no, &known.stock_yes, &known.stock_no]
        .iter()
        .any(|list| list.contains(&name))
}

/// Whether a value is a list or an object that has no flags in it.
fn is_part(value: &Value) -> bool {
    let has_no_flag = |inner: &Value| !inner.is_boolean() && (!inner.is_object() || is_part(inner));
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(has_no_flag),
        Value::Object(fields) => fields.values().all(has_no_flag),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether a field of listed records says how many are left, and none is in any of them.
fn is_amount_left(key: &str, records: &[&Value]) -> bool {
    const AMOUNTS: [&str; 6] = ["balance", "quantity", "stock", "remaining", "left", "count"];
    let words = vocabulary().words(key);
    words.last().is_some_and(|word| AMOUNTS.contains(&word.as_str()))
        && records.iter().all(|record| {
            record.get(key).is_none_or(|left| left.as_f64().is_some_and(|left| left <= 0.0))
        })
}

/// Whether a field of a listed record only says since when, until when, why or how it is called.
fn says_no_more(key: &str) -> bool {
    const PLAIN: [&str; 20] = [
        "until",
        "since",
        "at",
        "time",
        "date",
        "timestamp",
        "from",
        "to",
        "start",
        "end",
        "begin",
        "name",
        "title",
        "reason",
        "note",
        "comment",
        "by",
        "snoozed",
        "created",
        "updated",
    ];
    let words = vocabulary().words(key);
    // `dateAdd` and `add_date` are dates of adding.
    let is_of_time = words.iter().any(|word| matches!(word.as_str(), "date" | "time"));
    is_of_time || words.last().is_some_and(|word| PLAIN.contains(&word.as_str()))
}

/// All values that a payload has under a key, as ids.
pub(super) fn values_of(payloads: &[&Value], key: &str) -> BTreeSet<String> {
    fn walk(at: &Value, key: &str, depth: usize, found: &mut BTreeSet<String>) {
        if depth > 12 {
            return;
        }
        match at {
            Value::Object(fields) => {
                found.extend(fields.get(key).and_then(id_text));
                fields.values().for_each(|inner| walk(inner, key, depth + 1, found));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, key, depth + 1, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = BTreeSet::new();
    for payload in payloads {
        walk(payload, key, 0, &mut found);
    }
    found
}
