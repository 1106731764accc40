//! A street whose name and number stand in fields of their own.

mod documented;
mod plain;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::parts;
use crate::js;
use crate::pattern::pattern;
use crate::synth::answers::Answer;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::{Candidate, Decisions, THRESHOLD, as_shown, name_score};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const POINT: &str = "address.street1 (number)";
const NUMBER_FIRST: &str = "number street";
const STREET_FIRST: &str = "street number";
const STREET_ALONE: &str = "no number";
const SPACE: &str = " ";
const COMMA: &str = ", ";
const ORDERS: [&str; 3] = [NUMBER_FIRST, STREET_FIRST, STREET_ALONE];
/// The number that a chain gives a place is none of its street.
static OF_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^.;]{0,30}\b(?:store|shop|branch|location|outlet|site|unit|restaurant|venue)(?:'s)? (?:own )?(?:number|no\b|code|id\b)",
    )
});
/// A street's own name is its source before any text that holds the whole address.
const NAMED: f64 = 2.5;

/// Names of streets that stand beside a number: `street.name`, `streetName`.
pub(super) fn candidates<'a>(
    fields: &[Field<'a>],
    decisions: &Decisions<'_>,
) -> Vec<Candidate<'a>> {
    let is_street = |key: &str| vocabulary().words(key).iter().any(|word| word == "street");
    let is_name = |field: &Field<'_>| {
        let keys = field.path.keys();
        let holder = keys.iter().rev().nth(1).copied().unwrap_or_default();
        match vocabulary().words(field.path.leaf()).join(" ").as_str() {
            "name" => is_street(holder),
            "street name" => true,
            _ => false,
        }
    };
    fields
        .iter()
        .filter(|field| is_name(field) && !field.is_empty() && field.all(Value::is_string))
        .filter(|field| house_number(field, fields, decisions.documents).is_some())
        .map(|field| Candidate {
            field: field.clone(),
            score: NAMED,
            reason: "it is the name of a street, with its number beside it".to_owned(),
        })
        .map(|candidate| decisions.by_example(parts::STREET, candidate))
        .filter(|candidate| candidate.score >= THRESHOLD)
        .collect()
}

/// What the whole address in one text loses beside a field for its first line.
const WHOLE: f64 = 1.5;

/// Lets texts that hold the city or the postal code too give way to those that do not.
pub(super) fn weigh_whole(ranked: &mut [Candidate<'_>], fields: &[Field<'_>]) {
    let rest: Vec<&Field<'_>> = fields
        .iter()
        .filter(|field| {
            !field.is_empty()
                && ["city", "postal"].iter().any(|names| name_score(field, names) > 0.8)
        })
        .collect();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_lowercase);
    let holds = |whole: &Field<'_>, part: &Field<'_>| {
        let mut pairs = whole.values.iter().copied().zip(part.values.iter().copied()).peekable();
        let is_within =
            |(whole, part): (Option<&Value>, Option<&Value>)| match (text(whole), text(part)) {
                (Some(whole), Some(part)) => whole.len() > part.len() && whole.contains(&part),
                (None, _) | (_, None) => true,
            };
        pairs.peek().is_some() && pairs.all(is_within)
    };
    let is_whole = |field: &Field<'_>| {
        !field.is_empty() && rest.iter().any(|part| part.path != field.path && holds(field, part))
    };
    let whole: Vec<bool> = ranked.iter().map(|candidate| is_whole(&candidate.field)).collect();
    if whole.iter().all(|is_whole| *is_whole) {
        return;
    }
    for (candidate, _) in ranked.iter_mut().zip(whole).filter(|(_, is_whole)| *is_whole) {
        candidate.score -= WHOLE;
    }
}

/// The number of the house where it stands beside the street.
pub(super) fn house_number<'f, 'a>(
    street: &Field<'a>,
    fields: &'f [Field<'a>],
    documents: &Documents,
) -> Option<&'f Field<'a>> {
    const NAMES: [&str; 5] =
        ["number", "house number", "street number", "building number", "house"];
    fields.iter().find(|field| {
        let words = vocabulary().words(field.path.leaf()).join(" ");
        let is_told = || {
            let mut about = documents.about(&field.path);
            about.any(|own| IS_NUMBER.is_match(&own.parts_about(&field.path).1))
        };
        field.path.parent() == street.path.parent()
            && (NAMES.contains(&words.as_str()) || is_told())
            && !field.is_empty()
            && !documents
                .about(&field.path)
                .any(|statement| OF_PLACE.is_match(&statement.parts_about(&field.path).1))
    })
}

/// Which of the two comes first where the outlet has both in one text somewhere, such as the whole
/// address in one line.
fn shown(street: &Field<'_>, number: &Field<'_>, fields: &[Field<'_>]) -> Option<&'static str> {
    let rows: Vec<(usize, String, String)> = street
        .values
        .iter()
        .zip(number.values.iter())
        .enumerate()
        .filter_map(|(row, (street, number))| {
            let number = (*number)?;
            let number = number.as_str().map_or_else(|| number.to_string(), str::to_owned);
            let street = (*street)?.as_str()?.to_owned();
            (!number.is_empty() && !street.is_empty()).then_some((row, street, number))
        })
        .collect();
    let holds = |order: &str, field: &Field<'_>| {
        rows.iter().all(|(row, street, number)| {
            let both = if order == NUMBER_FIRST {
                format!("{number} {street}")
            } else {
                format!("{street} {number}")
            };
            let text = field.values.get(*row).copied().flatten().and_then(Value::as_str);
            text.is_some_and(|text| text.contains(&both))
        })
    };
    let mut found = [NUMBER_FIRST, STREET_FIRST]
        .into_iter()
        .filter(|order| fields.iter().any(|f| holds(order, f)));
    match (found.next(), found.next()) {
        (Some(only), None) if !rows.is_empty() => Some(only),
        _ => None,
    }
}

/// What is said of a house's number, whatever it is called.
static IS_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*(?:is|holds|gives|has) the (?:house|street|building)(?:['’]s)? number\b")
});
/// Which of the two stands first in all that the samples expect, and what stands between.
fn expected(
    street: &Field<'_>,
    number: &Field<'_>,
    decisions: &Decisions<'_>,
) -> Option<(&'static str, &'static str)> {
    let wanted = decisions.examples.values(parts::STREET).filter(|all| !all.is_empty())?;
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) | None => String::new(),
    };
    let written = |order: &str, between: &str| -> Vec<String> {
        let rows = street.values.iter().zip(number.values.iter());
        rows.map(|(street, number)| {
            let (street, number) = (text(*street), text(*number));
            match (order, street.is_empty() || number.is_empty()) {
                (_, true) => format!("{street}{number}"),
                (NUMBER_FIRST, false) => format!("{number}{between}{street}"),
                (STREET_FIRST, false) => format!("{street}{between}{number}"),
                (_, false) => street,
            }
        })
        .collect()
    };
    let ways = ORDERS.into_iter().flat_map(|order| [(order, SPACE), (order, COMMA)]);
    ways.into_iter().find(|(order, between)| {
        let all = written(order, between);
        wanted.iter().all(|own| own.as_str().is_some_and(|own| all.iter().any(|one| one == own)))
    })
}

/// What an answer says of their order: one of the choices, their paths or a sentence.
fn order_in(answer: &Answer, street: &Field<'_>) -> Option<&'static str> {
    if let Some(order) = ORDERS.into_iter().find(|order| answer.text() == *order) {
        return Some(order);
    }
    let text = answer.text().to_lowercase();
    let leaves_out = ["without", "only", "alone", "no number", "leave"];
    if leaves_out.iter().any(|word| text.contains(word)) {
        return Some(STREET_ALONE);
    }
    let leaf = street.path.leaf().to_lowercase();
    let number = text.find("number");
    // `streetNumber` is no street.
    let name =
        text.replace("street number", "______ number").replace("streetnumber", "______number");
    let name = name.rfind("street").or_else(|| name.rfind("name")).or_else(|| name.rfind(&leaf));
    let is_number_first = text.contains("number first") || text.contains("number before");
    let is_street_first = ["street first", "name first", "number after", "number last"]
        .iter()
        .any(|cue| text.contains(cue));
    match (number, name) {
        (Some(_), _) if is_number_first => Some(NUMBER_FIRST),
        (Some(_), _) | (_, Some(_)) if is_street_first => Some(STREET_FIRST),
        (Some(number), Some(name)) if number < name => Some(NUMBER_FIRST),
        (Some(_), Some(_)) => Some(STREET_FIRST),
        (None, Some(_)) => Some(STREET_ALONE),
        (_, None) => None,
    }
}

/// Writes a street and its number. Which of the two comes first, the samples show or a person says.
pub(super) fn write(
    street: &Field<'_>,
    number: &Field<'_>,
    fields: &[Field<'_>],
    script: &mut Script,
    decisions: &mut Decisions<'_>,
) {
    let answer = decisions.answers.of(POINT);
    let known = answer
        .and_then(|answer| order_in(answer, street))
        .map(|order| (order, SPACE))
        .or_else(|| expected(street, number, decisions))
        .or_else(|| documented::read(street, number, decisions.documents))
        .or_else(|| shown(street, number, fields).map(|order| (order, SPACE)));
    let Some((order, between)) = known else {
        let refused = answer.map_or_else(String::new, |answer| {
            format!(
                "The answer {:?} does not say which comes first. ",
                domain::bounded(answer.text(), 80)
            )
        });
        let prompt = format!(
            "{refused}{} stands beside {}. How are they written together?",
            number.place(),
            street.place()
        );
        decisions.ask(POINT, &prompt, &ORDERS.map(as_shown));
        return;
    };
    script.uses_all(&[Helper::Text, Helper::SomeOf]);
    if order != STREET_ALONE {
        decisions.record_besides(parts::STREET, street, number);
    }
    let parts = match order {
        NUMBER_FIRST => vec![number, street],
        STREET_FIRST => vec![street, number],
        _ => vec![street],
    };
    let places: Vec<String> = parts.iter().map(|field| field.place()).collect();
    let reads: Vec<String> = parts.iter().map(|field| format!("text({})", field.js())).collect();
    script.comment(&places.join(" and "));
    script.line(format!("street1: someOf([{}])?.join({}),", reads.join(", "), js::text(between)));
}
