//! What provenance says of an output field, as far as it can be followed.

use std::collections::HashMap;

use domain::{FieldSource, Sample, Topic};

use super::place::Place;
use crate::records::record_list;

/// The kinds of fields whose values are written as they are read, so that a change shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An id by which records refer to each other.
    Id,
    /// An amount.
    Money,
    /// Anything that is copied.
    Copied,
    /// Read through a table or a rule: another value need not give another output.
    Ruled,
}

/// One output field.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Its path in the output, such as `products[].price`.
    pub(super) field: String,
    /// The place in the sample that it is read from.
    pub(super) place: Place,
    pub(super) kind: Kind,
    /// All that the provenance says of the field, in which other places may be named.
    said: String,
}

impl Known {
    /// Whether it may be read from the place too: from a field of that name, or from something that
    /// contains the place.
    pub(super) fn mentions(&self, place: &Place) -> bool {
        self.place == *place
            || self.names(place.leaf())
            || place.containers().iter().any(|container| self.ends_at(container))
    }

    /// Whether a path that is named ends there, and so takes all that is in it.
    fn ends_at(&self, path: &str) -> bool {
        self.said.match_indices(path).any(|(at, _)| {
            let next = self.said.get(at + path.len()..).and_then(|rest| rest.chars().next());
            !next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | '-'))
        })
    }

    /// Whether it may be read from a field of this name.
    pub(super) fn names(&self, key: &str) -> bool {
        self.said.contains(key)
    }
}

/// The fields whose sources lead to values of the sample.
pub(super) fn of(topic: Topic, provenance: &[FieldSource], sample: &Sample) -> Vec<Known> {
    let list = record_list(topic).map_or_else(String::new, |(list, _)| format!("{list}[]."));
    // `contact (e-mail)` is `contact`, and fields of records may be named without their list.
    let path = |field: &str| match field.split(' ').next().unwrap_or_default() {
        field if field.starts_with(&list) => field.to_owned(),
        field => format!("{list}{field}"),
    };
    let mut said: HashMap<String, String> = HashMap::new();
    for known in provenance {
        let all = said.entry(path(&known.field)).or_default();
        for words in [&known.source, &known.reason, &known.runner_up] {
            all.push_str(words);
            all.push(' ');
        }
    }
    let followed = provenance.iter().filter_map(|known| {
        let field = path(&known.field);
        // What is read for a part is read for the whole: groups hold their options' prices.
        let parts = format!("{field}[]");
        let said = said.iter().filter(|(own, _)| **own == field || own.starts_with(&parts));
        let said = said.map(|(_, words)| words.as_str()).collect();
        Some(Known { place: Place::of(&known.source, sample)?, kind: kind(&field), field, said })
    });
    followed.collect()
}

fn kind(field: &str) -> Kind {
    match field.rsplit('.').next().unwrap_or_default() {
        "itemCode" | "externalId" | "externalOrderId" | "code" => Kind::Id,
        "price" => Kind::Money,
        "isAvailable" | "minSelect" | "maxSelect" | "status" | "country" | "currency"
        | "timezone" | "latitude" | "longitude" | "dayOfWeek" | "openTime" | "closeTime"
        | "openingHours" | "occurredAt" | "modifierGroups" | "options" => Kind::Ruled,
        _ => Kind::Copied,
    }
}
