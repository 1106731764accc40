//! Prices in a list that a number or a word tells apart: by price level, by sequence, by channel.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::collections::keys;
use crate::synth::documents::{Documents, Statement};
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// More different words than this tell no prices apart.
const MAX_TIERS: usize = 6;

/// What tells a reader to take one of them, and all that follows.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:use|take|read|charge)\b(.*)$"));
/// The same, refused.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:not|never|don't|don’t)(?: to| ever)? (?:use|take|read|charge)$")
});
static REFRAINED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:not|never|do not|don't|instead of|rather than)\b[^,;]*"));

/// The fields with those in the records of such lists: of the record that documents tell to take, else
/// of each.
pub(super) fn with<'a>(fields: &[Field<'a>], documents: &Documents) -> Vec<Field<'a>> {
    let lists = fields.iter().filter(|field| is_of_prices(field));
    let found = lists.flat_map(|list| tiers(list, documents).unwrap_or_default());
    fields.iter().cloned().chain(found).collect()
}

/// The price that documents tell to use, of several that stand side by side in an object of prices:
/// `prices.delivery`.
pub(super) fn told_beside<'a>(fields: &[Field<'a>], documents: &Documents) -> Option<Field<'a>> {
    let is_holder = |path: &Path| {
        let words = vocabulary().words(path.leaf());
        words.last().is_some_and(|word| matches!(word.as_str(), "price" | "pricing" | "tariff"))
    };
    let there: Vec<&Field<'a>> = fields
        .iter()
        .filter(|field| field.path.len() > 1 && is_holder(&field.path.parent()))
        .filter(|field| !field.is_empty() && field.all(Value::is_number))
        .collect();
    let holder = there.first()?.path.parent();
    let beside: Vec<&&Field<'a>> =
        there.iter().filter(|field| field.path.parent() == holder).collect();
    let words: Vec<String> = beside.iter().map(|field| field.path.leaf().to_owned()).collect();
    let is_several = beside.len() == there.len() && (2..=MAX_TIERS).contains(&words.len());
    let told = told(holder.leaf(), &words, documents).filter(|_| is_several)?;
    beside.into_iter().find(|field| field.path.leaf() == told).map(|field| (**field).clone())
}

/// Whether a field holds lists of records that are called prices, with more than one in some.
fn is_of_prices(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    let is_called =
        words.iter().any(|word| matches!(word.as_str(), "price" | "pricing" | "tariff"));
    let lists = || field.values.iter().flatten().filter_map(|value| value.as_array());
    is_called
        && !field.path.ends_in_list()
        && field.all(Value::is_array)
        && lists().any(|list| list.len() > 1)
        && lists().flatten().all(Value::is_object)
}

fn tiers<'a>(list: &Field<'a>, documents: &Documents) -> Option<Vec<Field<'a>>> {
    let records: Vec<&'a Value> =
        list.values.iter().flatten().filter_map(|value| value.as_array()).flatten().collect();
    let keys = keys(&records);
    let lists = lists_of(list);
    let marks: Vec<(&String, Vec<String>)> =
        keys.iter().filter_map(|key| Some((key, words_of(&lists, key)?))).collect();
    let told = marks.iter().find_map(|(by, words)| Some((*by, vec![told(by, words, documents)?])));
    let (by, words) = told.or_else(|| marks.first().map(|(by, words)| (*by, words.clone())))?;
    let others = keys.iter().filter(|key| *key != by);
    Some(
        others
            .flat_map(|key| {
                words.iter().map(move |is| {
                    let chosen = Step::Chosen { by: by.clone(), is: is.clone() };
                    field_at(list, &[chosen, Step::Key(key.clone())])
                })
            })
            .filter(|field| field.all(|value| !value.is_array() && !value.is_object()))
            .collect(),
    )
}

fn lists_of<'a>(field: &Field<'a>) -> Vec<Vec<&'a Value>> {
    let lists = field.values.iter().flatten().filter_map(|value| value.as_array());
    lists.map(|list| list.iter().collect()).collect()
}

/// The key that tells the records of each list apart and the word that documents tell to take.
pub(super) fn told_among(lists: &[Vec<&Value>], documents: &Documents) -> Option<(String, String)> {
    let records: Vec<&Value> = lists.iter().flatten().copied().collect();
    keys(&records).into_iter().find_map(|key| {
        let words = words_of(lists, &key)?;
        let told = told(&key, &words, documents)?;
        Some((key, told))
    })
}

/// The words that a key has in the records, where each list has each of them once.
fn words_of(lists: &[Vec<&Value>], key: &str) -> Option<Vec<String>> {
    let is_amount = vocabulary()
        .words(key)
        .iter()
        .any(|word| matches!(word.as_str(), "price" | "amount" | "cost" | "value" | "tax"))
        && !vocabulary().words(key).last().is_some_and(|last| MARKS.contains(&last.as_str()));
    let mut all = BTreeSet::new();
    for records in lists {
        let mut seen = BTreeSet::new();
        for record in records {
            let word = match record.get(key)? {
                Value::String(text) if !text.is_empty() => text.clone(),
                Value::Number(number) if number.is_u64() => number.to_string(),
                _ => return None,
            };
            if !seen.insert(word.clone()) {
                return None;
            }
            all.insert(word);
        }
    }
    (!is_amount && (2..=MAX_TIERS).contains(&all.len())).then(|| all.into_iter().collect())
}

/// What the keys that tell prices apart are called at their end.
const MARKS: [&str; 13] = [
    "sequence", "level", "list", "tier", "number", "type", "channel", "kind", "code", "id", "mode",
    "group", "name",
];

/// The only one of the words that documents tell to take.
fn told(by: &str, words: &[String], documents: &Documents) -> Option<String> {
    let mut told: BTreeSet<&String> = BTreeSet::new();
    let called = words.iter().filter(|word| is_called_the_price(by, word, documents));
    told.extend(called);
    for statement in &documents.statements {
        let named: Vec<&String> = directed(by, words, statement);
        match named.as_slice() {
            [] => {}
            [one] => {
                told.insert(one);
            }
            _ => return None,
        }
    }
    let mut told = told.into_iter();
    told.next().filter(|_| told.next().is_none()).cloned()
}

/// What is said right after a word in quotes: `kind` "main" is the selling price.
static THE_PRICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|are|holds?|means?|stands for|:|=)\s+(?:(?:the|our|its|what) )?(?:(?:general|ordinary|standard|usual|normal|regular|default) (?:one|list|level)\b|(?:(?:selling|sale|shelf|menu|normal|regular|ordinary|standard|everyday|usual|current|retail) )?price(?: (?:on|at) the (?:till|counter|register|shelf))?\s*(?:[,.;(]|$)|(?:(?:guests?|customers?|shoppers?|diners?|buyers?) (?:is |are )?(?:pays?|charged)|is (?:paid|charged)))",
    )
});

/// What is said right after such a word of which nobody says whose it is: the "main" price is charged. What
/// is charged for something, or besides, is none.
static CHARGED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:prices?|one|amount|list|level|tier)?\s*(?:is|are|gets)(?: always| the one)?(?: that is| which is| that gets)? (?:charged|paid|asked for|what (?:an? |the )?(?:guests?|customers?|shoppers?|diners?|buyers?) (?:is |are )?(?:pays?|charged)|(?:the )?(?:selling|till|shelf|menu) price)\s*(?:$|[,.;:)]|and\b|but\b|while\b|by default\b|everywhere\b|at the (?:till|counter|register)\b)",
    )
});
/// What is said right before it: guests pay the "main" price.
static PAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:guests?|customers?|shoppers?|diners?|buyers?|everyone|we|they|the (?:till|shop|store|register)) (?:pays?|charges?|sells? at)|\b(?:is|are) (?:charged|sold at|sold for)|\bcharged is|\b(?:the|its) (?:selling |till )?price is) (?:the |that of |the one (?:of|with|called|named) )?(?:the )?$",
    )
});
/// How such a sentence ends.
static PAID_END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:prices?|one|amount|list|level|tier)?\s*(?:$|[,.;:)]|and\b|but\b|while\b|by default\b|everywhere\b|at the (?:till|counter|register)\b)",
    )
});
/// That it is not.
static NOT_PAID: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:not|never|no longer|nobody)\b"));

/// Whether a sentence says by a word in quotes which price is paid.
fn is_said_to_be_paid(word: &str, statement: &Statement) -> bool {
    let is_number = word.bytes().all(|b| b.is_ascii_digit());
    let quoted = [format!("\"{word}\""), format!("“{word}”"), format!("`{word}`")];
    let mut found = quoted.iter().flat_map(|quoted| {
        statement.lower.match_indices(quoted.as_str()).map(|(at, own)| (at, at + own.len()))
    });
    !is_number
        && found.any(|(start, end)| {
            let before = statement.lower.get(..start).unwrap_or_default();
            let clause = before.rsplit([',', ';', ':']).next().unwrap_or_default();
            let after = statement.lower.get(end..).unwrap_or_default();
            let is_paid = || PAID.is_match(before) && PAID_END.is_match(after);
            (CHARGED.is_match(after) || is_paid()) && !NOT_PAID.is_match(clause)
        })
}

/// Whether documents call the record with that word the one that holds the price.
fn is_called_the_price(by: &str, word: &str, documents: &Documents) -> bool {
    let word = word.to_lowercase();
    // Level 1 is the ordinary price: of a `PriceLevel` too, and list 1 of a `priceListId`.
    let own = vocabulary().words(by);
    let own = own.strip_suffix(&["id".to_owned()]).unwrap_or(&own);
    let spoken = format!("{} {word}", own.last().cloned().unwrap_or_default());
    let is_spoken = |statement: &Statement| {
        let mut found = statement.lower.match_indices(&spoken);
        found.any(|(at, _)| {
            THE_PRICE.is_match(statement.lower.get(at + spoken.len()..).unwrap_or_default())
        })
    };
    // One for each price level: 1 is the normal price.
    let level = vocabulary().words(by).join(" ");
    let is_counted = |statement: &Statement| {
        let marks = [format!(": {word}"), format!(", {word}"), format!("; {word}")];
        statement.lower.contains(&level)
            && marks.iter().flat_map(|mark| statement.lower.match_indices(mark.as_str())).any(
                |(at, mark)| {
                    THE_PRICE.is_match(statement.lower.get(at + mark.len()..).unwrap_or_default())
                },
            )
    };
    let is_paid = |own: &Statement| is_said_to_be_paid(&word, own);
    if documents.statements.iter().any(|own| is_spoken(own) || is_counted(own) || is_paid(own)) {
        return true;
    }
    documents
        .statements
        .iter()
        .filter(|own| own.names(&Path::default().then(Step::Key(by.to_owned()))))
        .any(|statement| {
            let right_after = statement.places().iter().any(|place| {
                let after = statement.lower.get(place.end..).unwrap_or_default().trim_start();
                let rest = after.strip_prefix(word.as_str());
                place.term == by && rest.is_some_and(|rest| THE_PRICE.is_match(rest))
            });
            right_after
                || [format!("\"{word}\""), format!("`{word}`")].iter().any(|quoted| {
                    let mut found = statement.lower.match_indices(quoted.as_str());
                    found.any(|(at, _)| {
                        let after = statement.lower.get(at + quoted.len()..).unwrap_or_default();
                        THE_PRICE.is_match(after)
                    })
                })
        })
}

fn directed<'w>(by: &str, words: &'w [String], statement: &Statement) -> Vec<&'w String> {
    let lower = statement.lower.replace(['`', '"'], "");
    let Some(rest) = DIRECTIVE.captures(&lower).and_then(|found| found.get(1)) else {
        return Vec::new();
    };
    let lead = lower.get(..lower.len() - rest.as_str().len()).unwrap_or_default();
    if REFUSED.is_match(lead) {
        return Vec::new();
    }
    let rest = REFRAINED.replace_all(rest.as_str(), " ");
    let tokens: Vec<&str> =
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|t| !t.is_empty()).collect();
    let own = vocabulary().words(by);
    let leads = |before: &str| {
        let before = vocabulary().words(before);
        before.iter().any(|word| own.contains(word) || MARKS.contains(&word.as_str()))
    };
    words
        .iter()
        .filter(|word| {
            let word = word.to_lowercase();
            let is_number = word.bytes().all(|b| b.is_ascii_digit());
            tokens.iter().enumerate().any(|(at, token)| {
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                // A number alone may count anything.
                *token == word && (!is_number || before.is_some_and(|before| leads(before)))
            })
        })
        .collect()
}

fn field_at<'a>(list: &Field<'a>, steps: &[Step]) -> Field<'a> {
    let inner = steps.iter().fold(Path::default(), |path, step| path.then(step.clone()));
    let path = steps.iter().fold(list.path.clone(), |path, step| path.then(step.clone()));
    let values = list.values.iter().map(|value| value.and_then(|list| inner.of(list))).collect();
    Field { path, values, ..list.clone() }
}
