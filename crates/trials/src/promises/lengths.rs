//! Variations of the list from which the records come: its order, and a record less or more.

use std::collections::HashSet;

use domain::Sample;
use serde_json::Value;

use super::fresh::Taken;
use super::known::Kind;
use super::place::Place;
use super::tally::Tally;
use super::{Baseline, Relation, Variation, outputs};
use crate::excerpt::{LARGE_BYTES, size};
use crate::payload::scalar;
use crate::records::{primary_places, record_list};

/// The list in reverse, with a record less, and with a record more.
pub(super) fn variations<'b>(
    baseline: &'b Baseline<'_>,
) -> impl Iterator<Item = Variation> + use<'b> {
    let source = Source::of(baseline);
    let makers: [fn(&Source<'b>) -> Option<Variation>; 3] =
        [Source::reversed, Source::shorter, Source::longer];
    makers.into_iter().filter_map(move |make| make(source.as_ref()?))
}

/// The list with a record less and with a record more, where the output's records are plainly those of
/// one list: each is returned, none of another kind stands among them, and nothing else in the sample
/// refers to them or counts them.
pub(super) fn plain(baseline: &Baseline<'_>) -> Vec<Variation> {
    let Some(payload) = baseline.sample.payload.as_ref().filter(|p| size(p) < LARGE_BYTES) else {
        return Vec::new();
    };
    let all = Tally::of([payload]);
    let returned: Vec<String> =
        outputs::records(baseline.topic, baseline.output).into_iter().map(|(id, _)| id).collect();
    let alone = returned.iter().all(|id| all.count(id) == 1);
    let mut places = primary_places(baseline.topic, payload, baseline.output).into_iter();
    let (Some(path), None, true) = (places.next(), places.next(), alone) else {
        return Vec::new();
    };
    let Some(place) = Place::of(&path, baseline.sample) else { return Vec::new() };
    let ids = texts(&place.values(baseline.sample));
    let lists = place.lists();
    let [list] = lists.as_slice() else { return Vec::new() };
    if ids.len() != returned.len() || is_counted(baseline.sample, list) {
        return Vec::new();
    }
    let source = Source { sample: baseline.sample, place: &place, returned };
    let ids_alone = |variation: Variation| Variation {
        relation: match variation.relation {
            Relation::Length { gone, new } => Relation::Ids { gone, new },
            other @ (Relation::Order { .. }
            | Relation::Ids { .. }
            | Relation::Values(_)
            | Relation::Same) => other,
        },
        ..variation
    };
    [source.shorter(), source.longer()].into_iter().flatten().map(ids_alone).collect()
}

/// Whether the number of the list's records stands beside it. What stands in a record may be the same
/// number, and counts nothing.
fn is_counted(sample: &Sample, list: &Place) -> bool {
    let lists = list.values(sample);
    let records: usize = lists.into_iter().filter_map(Value::as_array).map(Vec::len).sum();
    let mut rest = sample.clone();
    list.change(&mut rest, &mut |value| *value = Value::Array(Vec::new()));
    Tally::of(&rest.payload).count(&records.to_string()) > 0
}

/// Where the records' ids stand.
struct Source<'b> {
    sample: &'b Sample,
    place: &'b Place,
    /// The ids of the output, in its order.
    returned: Vec<String>,
}

impl<'b> Source<'b> {
    /// Where ids are read as they are, each from one record of a list.
    fn of(baseline: &'b Baseline<'_>) -> Option<Self> {
        let (list, key) = record_list(baseline.topic)?;
        let field = format!("{list}[].{key}");
        let known =
            baseline.known.iter().find(|known| known.kind == Kind::Id && known.field == field)?;
        let ids = texts(&known.place.values(baseline.sample));
        let unique: HashSet<&String> = ids.iter().collect();
        let returned: Vec<String> = outputs::records(baseline.topic, baseline.output)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        let plain = unique.len() == ids.len()
            && returned.len() > 1
            && returned.iter().all(|id| unique.contains(id));
        plain.then_some(Self { sample: baseline.sample, place: &known.place, returned })
    }

    /// The returned ids in the order in which they stand in the sample.
    fn in_order(&self, sample: &Sample) -> Vec<String> {
        let ids = texts(&self.place.values(sample));
        ids.into_iter().filter(|id| self.returned.contains(id)).collect()
    }

    fn reversed(&self) -> Option<Variation> {
        let mut sample = self.sample.clone();
        for list in self.place.lists() {
            list.change(&mut sample, &mut |value| {
                if let Value::Array(items) = value {
                    items.reverse();
                }
            });
        }
        let ids = self.in_order(&sample);
        let ordered = self.in_order(self.sample) == self.returned;
        (sample != *self.sample).then(|| Variation {
            name: "with its records in reverse".to_owned(),
            sample,
            named: Vec::new(),
            relation: Relation::Order { ids, ordered },
        })
    }

    /// The last record of the outermost list that is returned, with its ids.
    fn record(&self) -> Option<(Value, Vec<String>)> {
        let (list, inner) = (self.place.lists().into_iter().next()?, self.place.in_record()?);
        let lists = list.values(self.sample);
        let records = lists.iter().filter_map(|list| list.as_array()).flatten();
        let mut returned: Vec<_> = records
            .map(|record| (record, texts(&inner.values_in(record))))
            .filter(|(_, ids)| !ids.is_empty())
            .filter(|(_, ids)| ids.iter().all(|id| self.returned.contains(id)))
            .collect();
        let (record, ids) = returned.pop()?;
        // With one record there is nothing that must stay as it was.
        (!returned.is_empty()).then(|| (record.clone(), ids))
    }

    fn shorter(&self) -> Option<Variation> {
        let (record, gone) = self.record()?;
        let mut sample = self.sample.clone();
        self.place.lists().first()?.change(&mut sample, &mut |value| {
            if let Value::Array(items) = value {
                items.retain(|item| *item != record);
            }
        });
        Some(Variation {
            name: format!("without {}", gone.join(", ")),
            sample,
            named: gone.clone(),
            relation: Relation::Length { gone, new: Vec::new() },
        })
    }

    fn longer(&self) -> Option<Variation> {
        let (record, ids) = self.record()?;
        let mut taken = Taken::of(self.sample);
        let mut copy = record.clone();
        let mut new = Vec::new();
        let place = self.place.in_record()?;
        for id in place.values_in(&record) {
            let fresh = taken.fresh(id)?;
            place.change_in(&mut copy, &mut |own| {
                if own == id {
                    *own = fresh.clone();
                }
            });
            replace(&mut copy, id, &fresh);
            new.extend(scalar(&fresh));
        }
        let mut sample = self.sample.clone();
        self.place.lists().first()?.change(&mut sample, &mut |value| {
            if let Value::Array(items) = value
                && items.contains(&record)
            {
                items.push(copy.clone());
            }
        });
        Some(Variation {
            name: format!("with a copy of {} as {}", ids.join(", "), new.join(", ")),
            sample,
            named: new.clone(),
            relation: Relation::Length { gone: Vec::new(), new },
        })
    }
}

fn texts(values: &[&Value]) -> Vec<String> {
    values.iter().filter_map(|value| scalar(value)).collect()
}

/// Puts `new` for the record's own id `old`, and wherever that stands within the record: a short number
/// there only in fields that are called after an id, since it may count or number anything else.
fn replace(record: &mut Value, old: &Value, new: &Value) {
    const SHORT: usize = 3;
    let is_short = scalar(old).is_some_and(|text| {
        text.len() <= SHORT && text.bytes().all(|digit| digit.is_ascii_digit())
    });
    let names_it = |key: &str| !is_short || (key.len() > 2 && key.to_lowercase().ends_with("id"));
    for (key, field) in record.as_object_mut().into_iter().flatten() {
        if field == old {
            *field = new.clone();
        } else {
            replace_within(field, key, &names_it, old, new);
        }
    }
}

fn replace_within(
    value: &mut Value,
    key: &str,
    names_it: &dyn Fn(&str) -> bool,
    old: &Value,
    new: &Value,
) {
    match value {
        Value::Array(items) => {
            for item in items {
                replace_within(item, key, names_it, old, new);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                replace_within(field, key, names_it, old, new);
            }
        }
        Value::String(_) | Value::Number(_) if value == old && names_it(key) => {
            *value = new.clone();
        }
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Number(_) => {}
    }
}
