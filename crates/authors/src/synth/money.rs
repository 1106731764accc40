//! In which unit an amount of money is written.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::documents::Statement;
use super::matching::Decisions;
use super::path::Path;
use super::scope::Field;
use super::vocabulary::{Entity, vocabulary};

/// How an amount becomes a number in major units.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Unit {
    /// It is one already, as a number or as text.
    Major,
    /// An integer in the smallest unit, with so many decimals.
    Minor(u8),
    /// An integer in the smallest unit of the currency that stands at this path beside it.
    MinorOf(Path),
    /// Text with a currency: `8.50 EUR`.
    Text,
}

/// Where a price stands and how it is written.
#[derive(Debug, Clone)]
pub(crate) struct Price<'a> {
    pub(crate) field: Field<'a>,
    pub(crate) unit: Unit,
}

#[expect(clippy::expect_used, reason = "constant patterns, used by every run over a price")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern is valid")
}

static MINOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"minor unit|smallest (?:currency )?unit|\bcents?\b|\bpence\b|\bpennies\b|kopeck|hundredth|smallest denomination|minor currency|multiplied by 100|\bx ?100\b|×\s?100|divide[d]? by 100",
    )
});
static MAJOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"decimal amount|are decimals?\b|is (?:a )?decimal\b|decimal number|major (?:currency )?unit|whole currency unit|main (?:currency )?unit|in (?:dollars|euros|pounds)\b|decimal string|as decimals?\b",
    )
});
static DECIMALS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(no|zero|two|three|0|2|3) decimals?"));
static MONEY_WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"price|money|amount|monetary|currency"));
static AMOUNT_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[A-Za-z]{3}\s*-?\d+(?:\.\d+)?|-?\d+(?:\.\d+)?\s*[A-Za-z]{3}|[$€£¥₹]\s*\d+(?:\.\d+)?|\d+(?:\.\d+)?\s*[$€£¥₹])$",
    )
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d+(?:\.\d+)?$"));

/// Whether the field's values can be amounts.
pub(crate) fn is_amount(field: &Field<'_>) -> bool {
    field.all(|value| match value {
        Value::Number(number) => number.as_f64().is_some_and(|n| n >= 0.0),
        Value::String(text) => NUMBER.is_match(text.trim()) || AMOUNT_TEXT.is_match(text.trim()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    })
}

/// Takes the `amount` of `{amount, currency}` for the object, so that names are those of the object.
pub(crate) fn amounts<'a>(fields: &[Field<'a>]) -> Vec<(Field<'a>, Field<'a>)> {
    fields
        .iter()
        .filter(|field| is_amount(field))
        .map(|field| {
            let leaf = vocabulary().words(field.path.leaf()).join(" ");
            let is_part = field.path.len() > 1
                && matches!(
                    leaf.as_str(),
                    "amount" | "value" | "cent" | "amount cent" | "minor" | "gross"
                )
                && !matches!(field.path.parent().leaf(), "" | "data");
            let holder = if is_part || field.path.needs_only() {
                Field { path: field.path.parent(), ..field.clone() }
            } else {
                field.clone()
            };
            (holder, field.clone())
        })
        .collect()
}

/// The unit of an amount; nothing when it stays open.
pub(crate) fn unit(
    field: &Field<'_>,
    fields: &[Field<'_>],
    output: &'static str,
    decisions: &mut Decisions<'_>,
) -> Option<Unit> {
    if field.all(|value| value.as_str().is_some_and(|text| AMOUNT_TEXT.is_match(text.trim())))
        && !field.is_empty()
    {
        return Some(Unit::Text);
    }
    let point = format!("{output} (unit)");
    let decision = match decisions.answers.of(&point) {
        Some(answer) => answered(&answer.text().to_lowercase()),
        None if decisions.examples.scale(output, field).is_some() => {
            decisions.examples.scale(output, field).map(|scale| scale > 1.0)
        }
        None => documented(field, decisions).or_else(|| from_values(field)),
    };
    let currency = currency_beside(field, fields);
    match (decision, currency) {
        (Some(false), _) => Some(Unit::Major),
        (Some(true), Some(path)) => Some(Unit::MinorOf(path)),
        (Some(true), None) => Some(Unit::Minor(digits(field, decisions))),
        (None, _) => {
            let whole = example(field).unwrap_or(450);
            let choices = [
                (
                    "minor".to_owned(),
                    format!(
                        "in the smallest unit, such as cents: {whole} is {}.{:02}",
                        whole / 100,
                        whole % 100
                    ),
                ),
                ("major".to_owned(), format!("in whole currency units: {whole} is {whole}.00")),
            ];
            let refused = decisions.answers.of(&point).map(|answer| {
                format!("The answer {:?} names no unit. ", domain::bounded(answer.text(), 80))
            });
            let prompt = format!(
                "{}{} holds whole numbers ({}). In which unit are they?",
                refused.unwrap_or_default(),
                field.place(),
                field.examples()
            );
            decisions.ask(&point, &prompt, &choices);
            None
        }
    }
}

/// A value that shows the unit: not nothing to pay.
fn example(field: &Field<'_>) -> Option<u64> {
    field
        .filled()
        .filter_map(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()))
        .find(|whole| *whole > 0)
}

/// What a person says of the unit; nothing when the words say neither.
fn answered(text: &str) -> Option<bool> {
    let is_minor = text == "minor" || MINOR.is_match(text);
    let is_major = text == "major"
        || MAJOR.is_match(text)
        || text.contains("whole")
        || text.contains("decimal");
    (is_minor != is_major).then_some(is_minor)
}

/// Whether documents say that the amount is in minor units: a statement that names the field first,
/// then one that names the field's kind of record, then one about prices at large.
fn documented(field: &Field<'_>, decisions: &Decisions<'_>) -> Option<bool> {
    let verdict = |statement: &Statement| match (
        MINOR.is_match(&statement.lower),
        MAJOR.is_match(&statement.lower),
    ) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    };
    let statements = &decisions.documents.statements;
    let about_money: Vec<&Statement> =
        statements.iter().filter(|s| MONEY_WORD.is_match(&s.lower)).collect();
    let of_option = |s: &Statement| {
        vocabulary()
            .entity_phrases(Entity::Option)
            .any(|phrase| !phrase.contains(' ') && s.has_word(phrase))
    };
    let is_choice = matches!(field.entity, Entity::Option | Entity::Group);
    let by_name = |s: &&&Statement| {
        let holder = field.path.parent();
        s.names(&field.path) || (!holder.is_root() && s.names(&holder))
    };
    let kind = about_money
        .iter()
        .filter(|s| of_option(s) == is_choice && is_choice)
        .find_map(|s| verdict(s));
    kind.or_else(|| {
        about_money
            .iter()
            .filter(by_name)
            .filter(|s| is_choice || !of_option(s))
            .find_map(|s| verdict(s))
    })
    .or_else(|| {
        about_money
            .iter()
            .filter(|s| s.terms.is_empty() && (is_choice || !of_option(s)))
            .find_map(|s| verdict(s))
    })
    .or_else(|| about_money.iter().filter(|s| is_choice || !of_option(s)).find_map(|s| verdict(s)))
}

/// Decimals show major units, and a name may say cents. Whole numbers show nothing.
fn from_values(field: &Field<'_>) -> Option<bool> {
    let words: Vec<String> =
        field.path.keys().iter().flat_map(|key| vocabulary().words(key)).collect();
    if words.iter().any(|word| matches!(word.as_str(), "cent" | "minor" | "penny" | "pence")) {
        return Some(true);
    }
    let is_whole = |value: &Value| match value {
        Value::Number(number) => number.is_i64() || number.is_u64(),
        Value::String(text) => !text.contains('.'),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    };
    let is_zero = |value: &Value| value.as_f64() == Some(0.0) || value.as_str() == Some("0");
    let telling = field.filled().any(|value| !is_zero(value));
    (telling && !field.all(is_whole)).then_some(false)
}

fn digits(field: &Field<'_>, decisions: &Decisions<'_>) -> u8 {
    let relevant = decisions
        .documents
        .statements
        .iter()
        .filter(|s| MINOR.is_match(&s.lower) || s.names(&field.path));
    for statement in relevant {
        match DECIMALS.captures(&statement.lower).and_then(|found| found.get(1)).map(|m| m.as_str())
        {
            Some("no" | "zero" | "0") => return 0,
            Some("three" | "3") => return 3,
            _ => {}
        }
    }
    2
}

/// The path of the currency code that stands beside the amount, seen from the same variable.
fn currency_beside(field: &Field<'_>, fields: &[Field<'_>]) -> Option<Path> {
    let holder = field.path.parent();
    if holder.is_root() {
        return None;
    }
    fields
        .iter()
        .find(|other| {
            other.variable == field.variable
                && other.path.parent() == holder
                && vocabulary().words(other.path.leaf()).contains(&"currency".to_owned())
                && !other.is_empty()
                && other.all(|value| value.as_str().is_some_and(|code| code.len() == 3))
        })
        .map(|other| other.path.clone())
}

impl Price<'_> {
    /// The expression for the amount in major units.
    pub(crate) fn js(&self) -> String {
        let read = self.field.js();
        let place = crate::js::text(&self.field.place());
        match &self.unit {
            Unit::Major => format!("amount({read}, {place})"),
            Unit::Minor(digits) => format!("minorUnits({read}, {digits}, {place})"),
            Unit::MinorOf(currency) => {
                format!(
                    "minorUnits({read}, decimalsOf({}), {place})",
                    currency.js(&self.field.variable)
                )
            }
            Unit::Text => format!("amountOfText({read}, {place})"),
        }
    }

    pub(crate) fn describe(&self) -> &'static str {
        match self.unit {
            Unit::Major => "in major units",
            Unit::Minor(_) => "in minor units",
            Unit::MinorOf(_) => "in minor units of the currency beside it",
            Unit::Text => "text with a currency",
        }
    }
}

impl Unit {
    /// The helpers that its expression calls.
    pub(crate) const fn helpers(&self) -> &'static [super::emit::Helper] {
        use super::emit::Helper;
        match self {
            Self::Major => &[Helper::Amount],
            Self::Minor(_) => &[Helper::MinorUnits],
            Self::MinorOf(_) => &[Helper::MinorUnits, Helper::DecimalsOf],
            Self::Text => &[Helper::AmountOfText],
        }
    }
}
