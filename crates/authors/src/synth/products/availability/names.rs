//! Fields whose names say whether a product can be ordered.

use serde_json::Value;

use super::{Kind, OUTPUT, Reading, Sign, is_flag, values};
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Availability, vocabulary};

/// Whether a name is about another place of sale: what is shown in a web shop says nothing about the
/// till.
pub(super) fn is_elsewhere(field: &Field<'_>) -> bool {
    const OTHERS: [&str; 7] =
        ["online", "web", "ecom", "ecommerce", "kiosk", "webshop", "webstore"];
    let keys = field.path.keys();
    let mut words = keys.iter().flat_map(|key| vocabulary().words(key));
    words.any(|word| OTHERS.contains(&word.as_str()))
}

pub(super) fn by_name(field: &Field<'_>) -> Option<(Kind, usize, Reading)> {
    let v = vocabulary();
    let Availability {
        listing_yes,
        listing_no,
        stock_yes,
        stock_no,
        status,
        yes_words,
        no_words,
        ..
    } = &v.available;
    let words = v.words(field.path.leaf());
    if is_elsewhere(field) {
        return None;
    }
    let name = v.without_entity(field.entity, &words).join(" ");
    let at = |list: &[String]| {
        list.iter().position(|known| *known == name || v.words(known).join(" ") == name)
    };
    if field.all(is_flag) {
        let lists = [
            (listing_yes, Kind::Listing, Reading::Yes),
            (listing_no, Kind::Listing, Reading::No),
            (stock_yes, Kind::Stock, Reading::Yes),
            (stock_no, Kind::Stock, Reading::No),
        ];
        return lists
            .into_iter()
            .find_map(|(list, kind, reading)| Some((kind, at(list)?, reading)));
    }
    if let Some(rank) = values::marks_by_time(field).then(|| {
        let words = words
            .split_last()
            .filter(|(last, _)| matches!(last.as_str(), "at" | "on" | "date" | "time" | "since"));
        let bare = words.map_or_else(|| name.clone(), |(_, before)| before.join(" "));
        listing_no.iter().position(|known| *known == bare || v.words(known).join(" ") == bare)
    }) {
        return rank.map(|rank| (Kind::Listing, rank, Reading::Unset));
    }
    let known = |value: &Value| {
        value.as_str().is_some_and(|word| {
            let word = v.words(word).join(" ");
            yes_words.iter().chain(no_words).any(|w| v.words(w).join(" ") == word)
        })
    };
    let kind = if name.contains("stock") { Kind::Stock } else { Kind::Listing };
    at(status).filter(|_| field.all(known)).map(|rank| (kind, rank + 20, Reading::Word))
}

/// The sign of a kind: the best named, unless another one says otherwise.
pub(super) fn best<'a>(
    kind: Kind,
    named: &[(Kind, usize, Sign<'a>)],
    decisions: &mut Decisions<'_>,
) -> Option<Sign<'a>> {
    let mut own: Vec<&(Kind, usize, Sign<'a>)> =
        named.iter().filter(|(of, _, _)| *of == kind).collect();
    own.sort_by_key(|(_, rank, sign)| (*rank, sign.field.path.len()));
    let (_, _, first) = own.first()?;
    let differs = own.iter().any(|(_, _, sign)| {
        sign.reading != first.reading || sign.field.values != first.field.values
    });
    if differs {
        let offers: Vec<(String, String)> = own
            .iter()
            .map(|(_, _, sign)| {
                (sign.field.place(), format!("{} ({})", sign.field.place(), sign.field.examples()))
            })
            .collect();
        decisions.ask(
            OUTPUT,
            "Several fields could say whether a product can be ordered. Which one does?",
            &offers,
        );
        return None;
    }
    Some(first.clone())
}

/// Whether the record that holds the field's part has a field of that name itself.
pub(super) fn has_namesake(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    let is_namesake = |other: &Field<'_>| {
        other.variable == field.variable
            && other.path.len() == 1
            && other.path.leaf() == field.path.leaf()
            && !other.is_empty()
    };
    fields.iter().any(is_namesake)
}
