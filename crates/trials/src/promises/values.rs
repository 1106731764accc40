//! Variations of the values that fields are read from.

use std::collections::{HashMap, HashSet};

use domain::Sample;
use serde_json::Value;

use super::fresh::Taken;
use super::known::Kind;
use super::other::{change_all, other};
use super::outputs::{pairs, records, whole};
use super::place::Place;
use super::tally::{Tally, key};
use super::{Baseline, Broken, Relation, Variation};
use crate::mutations::mutations;
use crate::payload::{roots, roots_mut, scalar};

/// Places that are changed one at a time, so that what depends on each is seen.
const SINGLES_MAX: usize = 10;
/// Fields that are left out, one at a time.
const ABSENCES_MAX: usize = 6;
/// Characters from which a text that stands in a longer one is no accident.
const TELLING_MIN: usize = 4;
/// How far amounts may be from each other in powers of ten: minor units of three decimals.
const SCALES: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];
/// Numbers below this are counts and flags as often as ids.
const TELLING_NUMBER: u64 = 1_000;

/// What a variation changed.
pub(super) struct Changed {
    places: Vec<Place>,
    /// The key of a field that was left out in one record.
    absent: Option<String>,
    /// The values that were there and nowhere else.
    only_there: HashSet<String>,
    /// Whether fields that come from elsewhere must be as they were.
    alone: bool,
}

/// Other values in each place that is copied, and other ids wherever the old ones stand.
pub(super) fn variations<'b>(
    baseline: &'b Baseline<'_>,
) -> impl Iterator<Item = Variation> + use<'b> {
    let (copied, ids) = places(baseline);
    let rest: Vec<_> = copied.iter().skip(SINGLES_MAX).cloned().collect();
    let singles = copied.into_iter().take(SINGLES_MAX).map(|place| vec![place]);
    singles
        .chain((!rest.is_empty()).then_some(rest))
        .filter_map(|places| with_others(baseline, &places))
        .chain(std::iter::once(ids).filter_map(|ids| renamed(baseline, ids)))
}

/// The places that are read: those whose values are copied, with whether they are amounts, and those
/// of ids.
fn places(baseline: &Baseline<'_>) -> (Vec<(Place, bool)>, Vec<Place>) {
    let mut ids: Vec<Place> = Vec::new();
    let mut copied: Vec<(Place, bool)> = Vec::new();
    for known in baseline.known.iter().filter(|known| known.kind == Kind::Id) {
        if !ids.contains(&known.place) {
            ids.push(known.place.clone());
        }
    }
    for known in baseline.known {
        let money = known.kind == Kind::Money;
        if (money || known.kind == Kind::Copied)
            && !ids.contains(&known.place)
            && !copied.iter().any(|(place, _)| *place == known.place)
        {
            copied.push((known.place.clone(), money));
        }
    }
    (copied, ids)
}

fn with_others(baseline: &Baseline<'_>, places: &[(Place, bool)]) -> Option<Variation> {
    let mut sample = baseline.sample.clone();
    let mut named = Vec::new();
    let mut there = Vec::new();
    for (place, money) in places {
        let wanted = |value: &Value| !*money || is_amount(value);
        place.change(&mut sample, &mut |value| {
            let before = value.clone();
            change_all(value, &wanted);
            if *value != before {
                leaves(value, &mut named);
                there.push(before);
            }
        });
    }
    let all = Tally::of(roots(baseline.sample));
    let changed = Tally::of(&there);
    let mut olds = Vec::new();
    for value in &there {
        leaves(value, &mut olds);
    }
    let only_there = olds
        .into_iter()
        .filter(|old| all.count(old) == changed.count(old))
        .map(|old| key(&old))
        .collect();
    let fields: Vec<&str> = places.iter().map(|(place, _)| place.leaf()).collect();
    (!there.is_empty()).then(|| Variation {
        name: format!("with other values in {}", fields.join(", ")),
        sample,
        named,
        relation: Relation::Values(Changed {
            places: places.iter().map(|(place, _)| place.clone()).collect(),
            absent: None,
            only_there,
            alone: true,
        }),
    })
}

/// A field that some record does without is left out in another one.
pub(super) fn absences<'b>(
    baseline: &'b Baseline<'_>,
) -> impl Iterator<Item = Variation> + use<'b> {
    let mutations = mutations(baseline.topic, baseline.sample, baseline.output);
    let absences = mutations.filter_map(|mutation| {
        let absent = mutation.absent?;
        Some(Variation {
            name: mutation.name,
            sample: mutation.sample,
            named: vec![absent.clone()],
            relation: Relation::Values(Changed {
                places: Vec::new(),
                absent: Some(absent),
                only_there: HashSet::new(),
                alone: true,
            }),
        })
    });
    absences.take(ABSENCES_MAX)
}

/// Other ids, wherever the old ones stand. An id that is a small number, which stands elsewhere too,
/// may be a count there, and stays.
fn renamed(baseline: &Baseline<'_>, places: Vec<Place>) -> Option<Variation> {
    let ids: Vec<&Value> = places.iter().flat_map(|place| place.values(baseline.sample)).collect();
    let (all, there) = (Tally::of(roots(baseline.sample)), Tally::of(ids.iter().copied()));
    let mut taken = Taken::of(baseline.sample);
    let mut names: HashMap<String, Value> = HashMap::new();
    for id in ids {
        let Some(old) = scalar(id) else { continue };
        let small = old.len() < 3 || old.parse::<u64>().is_ok_and(|n| n < TELLING_NUMBER);
        if names.contains_key(&old) || (small && all.count(&old) > there.count(&old)) {
            continue;
        }
        if let Some(new) = taken.fresh(id) {
            names.insert(old, new);
        }
    }
    if names.is_empty() {
        return None;
    }
    let mut sample = baseline.sample.clone();
    roots_mut(&mut sample).for_each(|root| rename(root, &names));
    Some(Variation {
        name: "with other ids".to_owned(),
        sample,
        named: names.values().filter_map(scalar).collect(),
        relation: Relation::Values(Changed {
            places,
            absent: None,
            only_there: names.keys().map(|old| key(old)).collect(),
            alone: false,
        }),
    })
}

fn rename(value: &mut Value, names: &HashMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Object(fields) => {
            for (name, mut field) in std::mem::take(fields) {
                rename(&mut field, names);
                let new = names.get(&name).and_then(scalar).unwrap_or(name);
                fields.insert(new, field);
            }
        }
        Value::String(_) | Value::Number(_) => {
            let Some(new) = scalar(value).and_then(|old| names.get(&old)) else { return };
            *value = match (&*value, new) {
                // The type stays that of the place: an id may be a number here and a text there.
                (Value::String(_), Value::Number(number)) => Value::from(number.to_string()),
                (Value::Number(_), Value::String(_)) => return,
                _ => new.clone(),
            };
        }
        Value::Null | Value::Bool(_) => {}
    }
}

impl Changed {
    pub(super) fn first_field(&self, baseline: &Baseline<'_>) -> String {
        let known = baseline.known.iter().find(|known| self.places.contains(&known.place));
        known.map_or_else(|| whole(baseline.topic).to_owned(), |known| known.field.clone())
    }

    pub(super) fn broken(
        &self,
        baseline: &Baseline<'_>,
        varied: &Sample,
        output: &Value,
    ) -> Option<Broken> {
        let topic = baseline.topic;
        let (before, now) = (records(topic, baseline.output), records(topic, output));
        if before.len() != now.len() {
            // What lacks a field may be no record any more.
            return self.absent.is_none().then(|| Broken {
                field: whole(topic).to_owned(),
                what: format!("{} records became {}", before.len(), now.len()),
            });
        }
        for known in baseline.known {
            let follows = self.places.contains(&known.place) && known.kind != Kind::Ruled;
            let stays = self.alone
                && !self.places.iter().any(|place| known.mentions(place))
                && !self.absent.as_ref().is_some_and(|key| known.names(key));
            if !follows && !stays {
                continue;
            }
            for (path, old, new) in pairs(baseline.output, output, &known.field) {
                // What still stands there as a whole was not put together of what is gone.
                let is_gone = || self.is_read(old) && !roots(varied).any(|root| holds(root, old));
                let what = if follows && new == Some(old) && is_gone() {
                    format!("{path} is {old} as before, so it is not read from there")
                } else if stays && new != Some(old) {
                    let new = new.map_or_else(|| "nothing".to_owned(), Value::to_string);
                    format!("{path} became {new}; it was {old} and comes from elsewhere")
                } else {
                    continue;
                };
                let what = domain::bounded(&what, 300);
                return Some(Broken { field: known.field.clone(), what });
            }
        }
        None
    }

    /// Whether an output's value is plainly one of those that stood only in the changed places.
    fn is_read(&self, output: &Value) -> bool {
        match output {
            Value::Number(number) => number.as_f64().is_some_and(|amount| {
                SCALES.iter().any(|scale| {
                    let scaled = (amount * scale * 1e6).round() / 1e6;
                    self.only_there.contains(&scaled.to_string())
                })
            }),
            Value::String(text) => {
                self.only_there.contains(&key(text))
                    || self.only_there.iter().any(|old| {
                        old.chars().count() >= TELLING_MIN && text.contains(old.as_str())
                    })
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        }
    }
}

/// Whether a text stands somewhere in the value.
fn holds(value: &Value, text: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(fields) => fields.values().any(|field| holds(field, text)),
        Value::String(_) => value == text,
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_amount(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            text.contains(|c: char| c.is_ascii_digit())
                && text.chars().filter(|c| c.is_alphabetic()).count() <= 3
                && other(&Value::from(
                    text.chars().filter(|c| !c.is_alphabetic()).collect::<String>(),
                ))
                .is_some()
        }
        Value::Number(_) => true,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The texts and numbers in a value, as texts.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, found)),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Number(_) => {
            found.extend(scalar(value));
        }
    }
}
