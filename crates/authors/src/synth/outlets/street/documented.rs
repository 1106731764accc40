//! How documents say that a street and its number are written together.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{COMMA, NUMBER_FIRST, SPACE, STREET_FIRST, plain};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::scope::Field;

/// Which of the two documents put first, and what they put between: `street`, a comma and `number`.
pub(super) fn read(
    street: &Field<'_>,
    number: &Field<'_>,
    documents: &Documents,
) -> Option<(&'static str, &'static str)> {
    let of_lines = ["street", "line", "address", "written", "write", "read", "join", "joined"];
    let mut found = documents
        .about(&street.path)
        .filter(|statement| of_lines.iter().any(|word| statement.has_word(word)))
        .filter_map(|statement| written_in(statement, street, number));
    let Some(first) = found.next() else {
        return shown_in(street, number, documents).or_else(|| {
            let statements = &documents.statements;
            let texts = || statements.iter().map(|own| (own, spoken(own, street, number)));
            match (plain::read(texts()), told(street, number, documents)) {
                (Some(plain), Some(told)) => (plain.0 == told.0).then_some(plain),
                (plain, told) => plain.or(told),
            }
        });
    };
    found.all(|other| other == first).then_some(first)
}

/// What follows two parts that are joined in that order.
static JOINED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^,? (?:are )?(?:joined|separated|put together) (?:by|with) (?:an? |one )?(space|blank|comma)\b",
    )
});

static STREET_THEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bnumber (?:is |are )?(?:comes |come |stands |goes |follows |written |put |placed |appended |added )*(?:after|behind|to|follows|last\b)|\bnumber (?:always )?follows\b|\bstreet(?:'s)?(?: name)? (?:is |are )?(?:comes |stands |written |goes )*(?:first\b|before (?:the |its )?(?:house |street |building )?number)|\bstreet(?: name)?,? (?:is )?(?:followed by|then|and then) (?:the |its |a )?(?:house |street |building )?number|\bstreet(?: name)? and (?:the |its )?(?:house |street |building )?number,? in (?:that|this) order",
    )
});
static NUMBER_THEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bnumber (?:is |are )?(?:the house number )?(?:and )?(?:comes |come |stands |goes |written |put |placed )*(?:first\b|before|in front of|ahead of)|\bnumber (?:always )?precedes\b|\bstreet(?: name)? (?:is |are )?(?:comes |stands |written |goes |follows )*(?:after|behind|follows) (?:the |its )?(?:house |street |building )?number|\bnumber,? (?:is )?(?:followed by|then|and then) (?:the |its |a )?street|\bnumber and (?:the |its )?street(?: name)?,? in (?:that|this) order",
    )
});

/// Which of the two a sentence puts first.
fn told(
    street: &Field<'_>,
    number: &Field<'_>,
    documents: &Documents,
) -> Option<(&'static str, &'static str)> {
    let statements = &documents.statements;
    // The number stands apart; it goes after the street.
    let it = statements.iter().zip(statements.iter().skip(1)).filter_map(|(own, next)| {
        let rest = next.lower.strip_prefix("it ").filter(|_| own.block == next.block)?;
        own.names(&number.path).then(|| format!("number {rest}"))
    });
    let texts = statements.iter().map(|own| spoken(own, street, number)).chain(it);
    let mut found = texts.filter_map(|text| {
        let text = text.replace("street number", "number");
        let between = plain::separator(&text);
        match (STREET_THEN.is_match(&text), NUMBER_THEN.is_match(&text)) {
            (true, false) => Some((STREET_FIRST, between)),
            (false, true) => Some((NUMBER_FIRST, between)),
            (true, true) | (false, false) => None,
        }
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// How documents write a street of the samples with its number: "Rua Augusta, 1508".
fn shown_in(
    street: &Field<'_>,
    number: &Field<'_>,
    documents: &Documents,
) -> Option<(&'static str, &'static str)> {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(_) | None => None,
    };
    let rows = street.values.iter().zip(number.values.iter());
    let rows: Vec<(String, String)> =
        rows.filter_map(|(street, number)| Some((text(*street)?, text(*number)?))).collect();
    let is_shown = |order: &str, between: &str| {
        rows.iter().any(|(street, number)| {
            let both = if order == NUMBER_FIRST {
                format!("{number}{between}{street}")
            } else {
                format!("{street}{between}{number}")
            };
            documents.statements.iter().any(|statement| statement.text.contains(&both))
        })
    };
    let ways = [NUMBER_FIRST, STREET_FIRST].into_iter();
    ways.flat_map(|order| [(order, SPACE), (order, COMMA)])
        .find(|(order, between)| is_shown(order, between))
}

/// The statement with plain words for the two.
fn spoken(statement: &Statement, street: &Field<'_>, number: &Field<'_>) -> String {
    let mut text = statement.lower.clone();
    for place in statement.places().into_iter().rev() {
        let word = match place.term {
            term if term_names(term, &number.path) => "number",
            term if term_names(term, &street.path) => "street",
            _ => continue,
        };
        if text.get(place.start..place.end).is_some() {
            text.replace_range(place.start..place.end, word);
        }
    }
    text
}

/// What one statement says of it, where nothing but how they are joined stands between the two.
fn written_in(
    statement: &Statement,
    street: &Field<'_>,
    number: &Field<'_>,
) -> Option<(&'static str, &'static str)> {
    const JOINING: [&str; 12] = [
        "a", "and", "before", "blank", "by", "comma", "followed", "one", "space", "the", "then",
        "with",
    ];
    const CUES: [&str; 5] = ["before", "comma", "followed", "space", "then"];
    let place = |field: &Field<'_>| {
        let term = statement.terms.iter().find(|term| term_names(term, &field.path))?;
        let quoted = format!("`{term}`");
        let start = statement.text.find(&quoted)?;
        Some((start, start + quoted.len()))
    };
    let (name, house) = (place(street)?, place(number)?);
    let (order, from, to) = if name < house {
        (STREET_FIRST, name.1, house.0)
    } else {
        (NUMBER_FIRST, house.1, name.0)
    };
    let between = statement.text.get(from..to)?.to_lowercase();
    let end = name.1.max(house.1);
    if let Some(joint) = JOINED.captures(statement.lower.get(end..).unwrap_or_default())
        && between.trim() == "and"
    {
        let is_comma = joint.get(1).is_some_and(|mark| mark.as_str() == "comma");
        return Some((order, if is_comma { COMMA } else { SPACE }));
    }
    let words: Vec<&str> =
        between.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let joins = words.iter().all(|word| JOINING.contains(word))
        && words.iter().any(|word| CUES.contains(word));
    let separator = if words.contains(&"comma") { COMMA } else { SPACE };
    joins.then_some((order, separator))
}
