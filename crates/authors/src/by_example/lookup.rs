//! The vendor's words for ours: learnt from pairs in the samples, completed from the documents.

use regex::Regex;
use serde_json::Value;

use super::expression::{as_text, same};

/// What a word of the standard may be called elsewhere, written without case and punctuation.
const MEANINGS: &[(&str, &[&str])] = &[
    (
        "delivery",
        &["delivery", "deliver", "delivered", "ship", "shipment", "courier", "homedelivery"],
    ),
    (
        "pickup",
        &[
            "pickup",
            "collection",
            "collect",
            "takeaway",
            "takeout",
            "carryout",
            "togo",
            "selfpickup",
            "clickandcollect",
            "takeoff",
        ],
    ),
    (
        "dine_in",
        &[
            "dinein",
            "eatin",
            "forhere",
            "instore",
            "onpremise",
            "onsite",
            "sitin",
            "table",
            "tableservice",
            "inhouse",
            "instorage",
            "restaurant",
        ],
    ),
    (
        "true",
        &[
            "true",
            "available",
            "instock",
            "on",
            "active",
            "enabled",
            "enable",
            "visible",
            "online",
            "forsale",
            "unsnooze",
            "yes",
            "show",
            "open",
            "resume",
        ],
    ),
    (
        "false",
        &[
            "false",
            "unavailable",
            "outofstock",
            "soldout",
            "off",
            "inactive",
            "disabled",
            "disable",
            "hidden",
            "offline",
            "paused",
            "suspended",
            "snoozed",
            "snooze",
            "86",
            "86d",
            "no",
            "hide",
            "closed",
        ],
    ),
];

/// Pairs of our word and the vendor's.
pub(super) type Table = Vec<(Value, Value)>;

fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether `theirs` is a name for `ours`, a word of the standard.
pub(super) fn means(theirs: &str, ours: &Value) -> bool {
    let Some(ours) = as_text(ours) else { return false };
    let theirs = bare(theirs);
    MEANINGS
        .iter()
        .find(|(word, _)| *word == ours)
        .is_some_and(|(_, names)| names.contains(&theirs.as_str()))
        || bare(&ours) == theirs
}

/// The words of a line, one to three tokens each, in the order of the line.
fn phrases(line: &str) -> Vec<String> {
    let Ok(token) = Regex::new(r"[A-Za-z0-9_][A-Za-z0-9_-]*") else { return Vec::new() };
    token.find_iter(line).map(|found| found.as_str().trim_end_matches('-').to_owned()).collect()
}

/// Whether two words are written in one manner: all capitals, or none.
fn alike_in_case(one: &str, other: &str) -> bool {
    let capitals = |word: &str| word.chars().any(char::is_uppercase);
    let smalls = |word: &str| word.chars().any(char::is_lowercase);
    capitals(one) == capitals(other) && smalls(one) == smalls(other)
}

/// Adds to `known` the words for `all` of ours that a document gives beside the known ones. Only a
/// line that has every known word, as word or as code, is believed.
pub(super) fn complete(known: &Table, all: &[Value], documents: &[&str]) -> Table {
    let mut best = known.clone();
    for line in documents.iter().flat_map(|text| text.lines()) {
        let table = coded(known, all, line).unwrap_or_else(|| listed(known, all, line));
        if table.len() > best.len() {
            best = table;
        }
    }
    best.sort_by_key(|(ours, _)| all.iter().position(|word| same(word, ours)));
    best
}

/// What a word has after the beginning that it shares with a known one, up to where a new word
/// begins in both: `Courier` of `ByCourier` beside `ByGuest`.
fn rest<'w>(word: &'w str, known: &str) -> Option<&'w str> {
    let starts = |text: &str, at: usize| {
        text.get(at..).is_some_and(|rest| rest.starts_with(char::is_uppercase))
            || text.get(..at).is_some_and(|before| before.ends_with(['_', '-']))
    };
    let shared = word.bytes().zip(known.bytes()).take_while(|(one, other)| one == other).count();
    let at = (3..=shared).rev().find(|at| starts(word, *at) && starts(known, *at))?;
    word.get(at..)
}

/// From a list of words: `service_type is delivery, collection or eat_in`.
fn listed(known: &Table, all: &[Value], line: &str) -> Table {
    let words = phrases(line);
    let texts: Vec<&str> = known.iter().filter_map(|(_, theirs)| theirs.as_str()).collect();
    let [first, ..] = texts.as_slice() else { return known.clone() };
    if texts.len() != known.len() || !texts.iter().all(|text| words.iter().any(|word| word == text))
    {
        return known.clone();
    }
    let mut table = known.clone();
    for ours in all {
        if table.iter().any(|(word, _)| same(word, ours)) {
            continue;
        }
        let taken = |word: &str| table.iter().any(|(_, theirs)| theirs.as_str() == Some(word));
        let fits = |word: &&String| alike_in_case(word, first) && !taken(word);
        let found = words
            .iter()
            .filter(fits)
            .find(|word| means(word, ours))
            .or_else(|| {
                words.iter().filter(fits).find(|w| rest(w, first).is_some_and(|w| means(w, ours)))
            })
            .cloned();
        if let Some(word) = found {
            table.push((ours.clone(), Value::from(word)));
        }
    }
    table
}

/// From pairs: `1 = delivery, 2 = pickup` or `pickup: TAKEOUT`. None when the line is no such list.
fn coded(known: &Table, all: &[Value], line: &str) -> Option<Table> {
    let pair = Regex::new(
        r#"[`"']?([A-Za-z0-9_]+(?:[ -][a-z]{2,5})?)[`"']?\s*(?:=|=>|->|→|:|is|means|for|\()\s*[`"']?([A-Za-z0-9_]+(?:[ -][a-z]{2,5})?)[`"']?"#,
    )
    .ok()?;
    // A word may end one pair and begin the next: `kind: 1 = delivery`.
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut from = 0;
    while let Some(found) = pair.captures_at(line, from) {
        let (Some(left), Some(right)) = (found.get(1), found.get(2)) else { break };
        pairs.push((left.as_str().to_owned(), right.as_str().to_owned()));
        from = left.end();
    }
    for swap in [false, true] {
        let code_of = |ours: &Value| {
            pairs.iter().find_map(|(left, right)| {
                let (word, code) = if swap { (right, left) } else { (left, right) };
                means(word, ours).then(|| code.clone())
            })
        };
        let agrees = known
            .iter()
            .all(|(ours, theirs)| code_of(ours).is_some() && code_of(ours) == as_text(theirs));
        if known.is_empty() || !agrees {
            continue;
        }
        let numbers = known.iter().all(|(_, theirs)| theirs.is_number());
        let mut table = known.clone();
        for ours in all.iter().filter(|ours| !known.iter().any(|(word, _)| same(word, ours))) {
            let Some(code) = code_of(ours) else { continue };
            let value =
                if numbers { code.parse::<i64>().ok().map(Value::from) } else { Some(code.into()) };
            table.extend(value.map(|value| (ours.clone(), value)));
        }
        return Some(table);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kinds() -> Vec<Value> {
        vec![json!("delivery"), json!("pickup"), json!("dine_in")]
    }

    #[test]
    fn a_list_of_words_completes_the_table() {
        let known = vec![(json!("dine_in"), json!("eat_in"))];
        let doc =
            "- Create an order for delivery.\n`service_type` is delivery, collection or eat_in.";
        assert_eq!(
            complete(&known, &kinds(), &[doc]),
            vec![
                (json!("delivery"), json!("delivery")),
                (json!("pickup"), json!("collection")),
                (json!("dine_in"), json!("eat_in"))
            ]
        );
    }

    #[test]
    fn words_with_a_common_beginning_are_told_by_their_ends() {
        let known = vec![(json!("pickup"), json!("HandoverByGuest"))];
        let doc = "With a rider it is HandoverByCourier; the guest's own way is HandoverByGuest.";
        let table = complete(&known, &kinds(), &[doc]);
        assert!(table.contains(&(json!("delivery"), json!("HandoverByCourier"))), "{table:?}");
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn codes_are_read_in_both_orders() {
        let known = vec![(json!("pickup"), json!(2))];
        for doc in [
            "kind: 1 = delivery, 2 = pickup, 3 = dine in",
            "delivery -> 1, takeaway -> 2, eat-in -> 3",
        ] {
            let table = complete(&known, &kinds(), &[doc]);
            assert_eq!(table.len(), 3, "{doc}: {table:?}");
            assert!(table.contains(&(json!("dine_in"), json!(3))), "{doc}");
        }
    }

    #[test]
    fn a_document_that_contradicts_the_samples_is_not_believed() {
        let known = vec![(json!("pickup"), json!(1))];
        assert_eq!(complete(&known, &kinds(), &["1 = delivery, 2 = pickup"]), known);
    }
}
