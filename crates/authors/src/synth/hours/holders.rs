//! What holds the hours of the shop itself, among all that looks like hours.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::spans::{days_in, ends, flagged, has_span_keys};
use super::week::{flat_keys, number_keys, week_keys};
use super::{LINE, Only, kinds, slots};
use crate::pattern::pattern;
use crate::synth::answers::Answer;
use crate::synth::documents::{Documents, term_names};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::Path;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

pub(super) const POINT: &str = "openingHours (where)";
const LEAVE: &str = "leave them out";

/// Something that looks like hours.
#[derive(Debug, Clone)]
pub(super) struct Holder<'a> {
    pub(super) field: Field<'a>,
    /// Which of its entries count, where they are of several kinds.
    pub(super) only: Option<Only>,
    /// The word for its kind.
    pub(super) kind: Option<String>,
}

impl<'a> Holder<'a> {
    pub(super) const fn whole(field: Field<'a>) -> Self {
        Self { field, only: None, kind: None }
    }

    pub(super) fn place(&self) -> String {
        match &self.only {
            Some(Only { by, is }) => format!("{}[{by} {is}]", self.field.place()),
            None => self.field.place(),
        }
    }

    /// The entries of its lists that count.
    pub(super) fn entries(&self) -> Vec<&'a Value> {
        let lists = self.field.values.iter().flatten().copied().filter_map(Value::as_array);
        let counts = |entry: &&Value| match &self.only {
            Some(Only { by, is }) => entry.get(by).and_then(Value::as_str) == Some(is),
            None => true,
        };
        lists.flatten().filter(counts).collect()
    }

    /// The words of its path and of its kind.
    fn words(&self) -> Vec<String> {
        let keys = self.field.path.keys();
        let names = keys.into_iter().chain(self.kind.as_deref());
        names.flat_map(|name| vocabulary().words(name)).collect()
    }
}

/// Words of hours that are not those of the shop itself.
pub(super) const OTHERS: [&str; 27] = [
    "delivery",
    "dispatch",
    "pickup",
    "pick",
    "takeaway",
    "takeout",
    "carryout",
    "curbside",
    "collection",
    "order",
    "ordering",
    "online",
    "preorder",
    "catering",
    "drive",
    "driver",
    "courier",
    "special",
    "holiday",
    "exception",
    "kitchen",
    "happy",
    "staff",
    "brunch",
    "menu",
    "booking",
    "reservation",
];
/// Words of the shop's own.
pub(super) const OWN: [&str; 6] = ["opening", "business", "regular", "store", "shop", "trading"];

/// What is said of the kind that counts.
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:doors?|shop|store|restaurant|venue|place|branch|outlet|site|business|counter|premises)(?: itself)? (?:is|are|stands?|opens?|has) ?(?:open)?\b|\b(?:opening|business|trading) (?:hours|times)\b|\bopen to (?:the public|guests|customers)\b|\b(?:(?:hours|times)(?: are)?(?: those)?|are those) of the (?:shop|store|restaurant|venue|place|branch|outlet|business)(?: itself)?\b",
    )
});

/// What leads to the kind that counts: the opening hours are those of `x`.
static OPEN_ARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:opening|business|trading) (?:hours|times)\b[^.;`]{0,50}\b(?:are|is|in|under|of|by|called|from|take|use)(?: the| those| type| kind)*\s*$",
    )
});

/// All that looks like hours.
pub(super) fn find<'a>(
    fields: &[Field<'a>],
    root: &Field<'a>,
    documents: &Documents,
) -> Vec<Holder<'a>> {
    let of_kinds = kinds::find(fields, documents);
    let is_of_kinds = |field: &Field<'_>| {
        of_kinds.iter().any(|list| !field.path.is_root() && field.path.starts_with(&list.path))
    };
    let whole: Vec<&Field<'a>> = fields
        .iter()
        .chain(Some(root))
        .filter(|field| looks_like_hours(field) && !is_of_kinds(field))
        .collect();
    // The only entry of a list stands in what was found already.
    let is_within = |field: &Field<'_>| {
        let mut lists = whole.iter().filter(|list| list.all(Value::is_array));
        lists.any(|list| field.path.len() > list.path.len() && field.path.starts_with(&list.path))
    };
    whole
        .iter()
        .filter(|field| !is_within(field))
        .map(|field| Holder::whole((*field).clone()))
        .chain(of_kinds.iter().flat_map(|list| list.holders.clone()))
        .collect()
}

/// The holder of the shop's own hours.
pub(super) fn choose<'h, 'a>(
    holders: &'h [Holder<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<&'h Holder<'a>> {
    let has = |holder: &Holder<'_>, words: &[&str]| {
        holder.words().iter().any(|word| words.contains(&word.as_str()))
    };
    let own: Vec<&Holder<'_>> = holders.iter().filter(|holder| !has(holder, &OTHERS)).collect();
    let told = told(holders, decisions);
    if let [only] = own.as_slice()
        && told.is_none_or(|told| std::ptr::eq(told, *only))
        // One kind of several is the shop's own only where its word says so.
        && (only.kind.is_none() || told.is_some() || has(only, &OWN))
    {
        return Some(only);
    }
    let all: Vec<&Holder<'_>> = holders.iter().collect();
    let offered = if own.is_empty() || told.is_some() { &all } else { &own };
    if let Some(answer) = decisions.answers.of(POINT)
        && let Some(holder) = offered.iter().find(|holder| {
            answer.names(&holder.place())
                || holder.kind.as_deref().is_some_and(|kind| answer.names(kind))
        })
    {
        return Some(holder);
    }
    if told.is_some() {
        return told;
    }
    let mut named = own.iter().filter(|holder| has(holder, &OWN));
    if let (Some(only), None) = (named.next(), named.next()) {
        return Some(only);
    }
    if offered.is_empty() || decisions.answers.of(POINT).is_some_and(Answer::is_nothing) {
        return None;
    }
    let mut choices: Vec<(String, String)> =
        offered.iter().map(|holder| (holder.place(), holder.place())).collect();
    choices.push(as_shown(LEAVE));
    decisions.ask(POINT, "Which of these are the opening hours?", &choices);
    None
}

/// The only one of several that documents call the times at which the shop is open.
fn told<'h, 'a>(holders: &'h [Holder<'a>], decisions: &Decisions<'_>) -> Option<&'h Holder<'a>> {
    let is_told = |holder: &&Holder<'_>| {
        decisions.documents.statements.iter().any(|statement| {
            let places = statement.places();
            places.iter().enumerate().any(|(at, place)| {
                let end = places.get(at + 1).map_or(statement.lower.len(), |next| next.start);
                let said = statement.lower.get(place.end..end).unwrap_or_default();
                let is_named = match holder.kind.as_deref() {
                    Some(kind) => place.term == kind,
                    None => term_names(place.term, &holder.field.path),
                };
                let said = said.trim_start();
                let begins = said.starts_with(['i', 'a', 'h', 'w', ':', '(']);
                let from = at.checked_sub(1).and_then(|at| places.get(at)).map_or(0, |p| p.end);
                let lead = statement.lower.get(from..place.start).unwrap_or_default();
                is_named && ((begins && OPEN.is_match(said)) || OPEN_ARE.is_match(lead))
            })
        })
    };
    let mut found = holders.iter().filter(is_told);
    let first = found.next()?;
    (holders.len() > 1 && found.next().is_none()).then_some(first)
}

/// Whether the values have the outward form of hours. The times in them are read later.
pub(super) fn looks_like_hours(field: &Field<'_>) -> bool {
    let there: Vec<&Value> = field.filled().collect();
    if there.is_empty() {
        return false;
    }
    if there.iter().all(|value| value.is_string()) {
        return there.iter().all(|value| value.as_str().is_some_and(|text| LINE.is_match(text)));
    }
    let is_named = vocabulary()
        .words(field.path.leaf())
        .iter()
        .any(|word| matches!(word.as_str(), "hour" | "opening" | "schedule" | "time" | "week"));
    if there.iter().all(|value| value.is_object()) {
        return !week_keys(&there).is_empty()
            || has_span_keys(&there)
            || !flat_keys(&there).is_empty()
            || (!number_keys(&there).is_empty() && is_named);
    }
    let elements: Vec<&Value> = there.iter().filter_map(|list| list.as_array()).flatten().collect();
    let is_lines = !elements.is_empty()
        && elements.iter().all(|line| line.as_str().is_some_and(|text| LINE.is_match(text)));
    let is_seven =
        is_named && there.iter().all(|list| list.as_array().is_some_and(|list| list.len() == 7));
    is_lines || is_seven || is_entries(&elements)
}

/// Whether records are entries with a day.
pub(super) fn is_entries(elements: &[&Value]) -> bool {
    !elements.is_empty()
        && elements.iter().all(|element| element.is_object())
        && (day_of(elements).is_some() || !flagged(elements).is_empty())
}

/// The day of each entry: a name, a number or a list of those.
pub(super) fn day_of(entries: &[&Value]) -> Option<Path> {
    let is_day = |value: &Value| {
        value.as_str().is_some_and(|text| days_in(text).is_some() || text.len() == 1)
            || value.as_u64().is_some_and(|number| number <= 7)
    };
    let fits = |value: &Value| {
        is_day(value) || value.as_array().is_some_and(|list| list.iter().all(is_day))
    };
    // Of two days the one on which it opens: a night ends on the next.
    let opening = ends(entries).map(|(opening, _)| opening);
    let is_opening = |path: &Path| entries.iter().filter_map(|entry| path.of(entry)).all(fits);
    opening.filter(is_opening).or_else(|| slots::best(entries, "day", fits)).or_else(|| {
        // Whatever it is called: all its values are names of days.
        let is_name = |value: &Value| value.as_str().is_some_and(|text| days_in(text).is_some());
        slots::fields(entries)
            .into_iter()
            // The only day in a list may be the first of several in another record.
            .filter(|field| !field.path.is_in_list())
            .find(|field| field.is_always_there() && field.all(is_name))
            .map(|field| field.path)
    })
}
