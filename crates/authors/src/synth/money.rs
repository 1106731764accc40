//! In which unit an amount of money is written.

mod currency;
mod writing;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::documents::{Documents, Statement};
use super::matching::Decisions;
use super::path::Path;
use super::products::availability::is_flag;
use super::scope::Field;
use super::vocabulary::{Entity, vocabulary};
use crate::pattern::pattern;
pub(crate) use currency::of_payload;
use currency::{currency, decimals_beside, decimals_of_payload, divisor_beside, has_no_decimals};

/// How an amount becomes a number in major units.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Unit {
    /// It is one already, as a number or as text.
    Major,
    /// An integer in the smallest unit, with so many decimals.
    Minor(u8),
    /// An integer in the smallest unit of the currency that stands there.
    MinorOf(NumberPlace),
    /// An integer with as many decimals as stands at this path beside it.
    Scaled(Path),
    /// An integer with as many decimals as the payload says of its currency there.
    ScaledAll(NumberPlace),
    /// An integer that is divided by what stands at this path beside it.
    Divided(Path),
    /// Text with a currency or grouped digits, and its decimal mark: `8.50 EUR`, `1.234,50`.
    Text(char),
}

/// Where a currency or its decimals are read: the variable and the path in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NumberPlace {
    variable: String,
    path: Path,
}

impl NumberPlace {
    fn of(field: &Field<'_>) -> Self {
        Self { variable: field.variable.clone(), path: field.path.clone() }
    }
}

/// Where a price stands and how it is written.
#[derive(Debug, Clone)]
pub(crate) struct Price<'a> {
    pub(crate) field: Field<'a>,
    pub(crate) unit: Unit,
    /// What is paid where it is not this.
    pub(crate) otherwise: Option<Otherwise<'a>>,
    /// Where other prices stand, each for a group that offers the record.
    pub(crate) by_group: Option<ByGroup>,
    /// What says of which amounts that they are so many per cent of the product's price.
    pub(crate) share: Option<Field<'a>>,
}

/// Prices within a record that hold in single groups.
#[derive(Debug, Clone)]
pub(crate) struct ByGroup {
    /// Their list in the record.
    pub(crate) list: Path,
    /// The group's id in one of them, and the price.
    pub(crate) group: Path,
    pub(crate) amount: Path,
    /// The expression for the id of the group at hand.
    pub(crate) own: String,
}

/// Another field that holds the price of some records.
#[derive(Debug, Clone)]
pub(crate) struct Otherwise<'a> {
    pub(crate) field: Field<'a>,
    pub(crate) unless: Unless<'a>,
}

/// What the price's own field is read for; the other one is read unless it is so.
#[derive(Debug, Clone)]
pub(crate) enum Unless<'a> {
    /// It is there.
    There,
    /// It is there and more than nothing.
    Paid,
    /// This flag is on.
    On(Field<'a>),
}

/// The coins that are the smallest unit of some currency.
const COINS: &str = r"\bcents?\b|\bpence\b|\bpennies\b|kope[ck]|\bfils\b|halala|\b[oöø]re\b|grosz|kuruş|kurus\b|\bpaise\b|centavo|centime|céntimo|centesim|\brappen\b|agorot|\bbaisa|eurocent";

/// That there are none of them.
const NO_COINS: &str = r"\b(?:no|without(?: any)?) (?:cents?|pence|pennies|kopecks?|fils|paise|sen|centavos?|centimes?|céntimos?|minor (?:currency )?units?|smaller (?:currency )?units?|subunits?)\b";

static MINOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"minor unit|(?:smallest|lowest) (?:currency )?(?:unit|denomination)|{COINS}|hundredth|thousandth|minor currency|(?:multiplied|divide[d]?) by 1,?000?\b|\bx ?100\b|×\s?100|\b1/100\b|default (?:number of )?(?:decimals|decimal places|fraction digits)"
    ))
});
/// What an amount is said not to be.
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"\b(?:not|never|rather than|instead of)\b[^.;,:]*|{NO_COINS}"))
});
/// A currency without coins has major units alone.
static COINLESS: LazyLock<Regex> = LazyLock::new(|| pattern(NO_COINS));
static MAJOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"decimal amount|are (?:\w+ )?decimals?\b|is (?:a )?decimal\b|decimal number|decimal point|major (?:currency )?unit|whole currency unit|\bwhole (?:rupiah|rupees?|yen|won|dong|baht|pesos?|francs?|forints?|kron[eo]r|dollars?|euros?|pounds?|shillings?|units of (?:the |its )?currency)\b|main (?:currency )?unit|in (?:\w+ )?(?:dollars|euros?|pounds|yen|won|rupees|francs|pesos|reais|dinars?|kron[eo]r)\b|decimal string|as (?:\w+ )?decimals?\b|decimal comma",
    )
});
static DECIMALS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(no|zero|two|three|0|2|3) decimals?"));
static NO_PRICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:if there,? )?(?:(?:is|are|the|a|an|holds|has|gives|only|just|merely)\s+)*(?:(?:(?:maker|manufacturer|supplier|brand)['’]?s? )?(?:recommended|suggested)|net\b|price without|without tax|excluding|former|old\b|previous|cost\b|purchase|wholesale|what the product costs|what (?:(?:the|a|your|our) )?(?:shop|store|restaurant|merchant|venue|outlet|business|we|you) (?:pays?|paid|spends?|spent)|price before|one from before|the one from before|(?:what )?(?:pickup|takeaway|delivery|staff|members)\b|what (?:it|the price|that|this) (?:is made (?:up )?(?:of|from)|consists of)|(?:a )?parts? of (?:it|the price)\b|there for bookkeeping|(?:only )?(?:there )?for display|(?:lowest|least|smallest|cheapest|minimum|minimal|starting)\b|worked out|[^.;]*works? (?:it|this|them) out|calculated|computed|derived|the same as text|informative|for bookkeeping|for accounting|for display|serve other)",
    )
});
static THOUSANDTH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"thousandth|\b1,?000 (?:fils|baisa|to (?:the|a|one))|by 1,?000\b"));
static MONEY_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"price|money|amount|monetary|currency|surcharge|preis|precio|prix|prezzo|prijs|preço")
});
/// An amount as text: digits, perhaps grouped, with a currency before or after them, or none.
static AMOUNT_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    let sign = r"(?:[A-Za-z]{3}|[A-Z]{0,2}\p{Sc}|kr\.?|zł|Kč|Ft|Fr\.?|lei)";
    pattern(&format!(
        r"^(?:{sign}\s*)?(?:\d{{1,3}}(?:[.,' \u{{a0}}]\d{{3}})+|\d+)(?:[.,]\d+)?(?:\s*{sign})?$"
    ))
});
/// A field that a sentence names before it goes on to other prices.
static FIELD_AND: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\W*(?:the )?_,? (?:and|as well as|like) "));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d+(?:\.\d+)?$"));
/// The mark before one or two last digits: that of the decimals.
static MARK: LazyLock<Regex> = LazyLock::new(|| pattern(r"([.,])\d{1,2}[^\d]*$"));

/// Whether the field's values can be amounts.
pub(crate) fn is_amount(field: &Field<'_>) -> bool {
    !is_about_amount(field)
        && field.all(|value| match value {
            Value::Number(number) => number.as_f64().is_some_and(|n| n >= 0.0),
            Value::String(text) => AMOUNT_TEXT.is_match(text.trim()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        })
}

/// Whether a flag speaks of an amount and holds none: `show_price` is "1".
fn is_about_amount(field: &Field<'_>) -> bool {
    const ASKED: [&str; 8] = ["show", "is", "has", "hide", "display", "can", "allow", "require"];
    let words = vocabulary().words(field.path.leaf());
    words.first().is_some_and(|word| ASKED.contains(&word.as_str())) && field.all(is_flag)
}

/// Whether documents say that an amount is not what is paid, such as the net price.
pub(crate) fn is_no_price(field: &Field<'_>, documents: &Documents) -> bool {
    documents.about(&field.path).any(|statement| {
        let (_, said) = statement.parts_about(&field.path);
        NO_PRICE.is_match(&said)
    })
}

/// Takes the `amount` of `{amount, currency}` for the object, so that names are those of the object.
pub(crate) fn amounts<'a>(fields: &[Field<'a>]) -> Vec<(Field<'a>, Field<'a>)> {
    let with_holder =
        |field: &Field<'a>| (Field { path: holder(&field.path), ..field.clone() }, field.clone());
    fields.iter().filter(|field| is_amount(field)).map(with_holder).collect()
}

/// The path of what an amount stands in, or its own: `price` for `price.value.amount`.
pub(crate) fn holder(path: &Path) -> Path {
    let mut path = path.clone();
    loop {
        let leaf = vocabulary().words(path.leaf()).join(" ");
        let is_part = matches!(
            leaf.as_str(),
            "amount"
                | "value"
                | "cent"
                | "amount cent"
                | "cent amount"
                | "minor"
                | "gross"
                | "unit amount"
        ) || is_amount_of(&leaf, path.parent().leaf());
        let is_within = path.len() > 1
            && is_part
            && !matches!(path.parent().leaf(), "" | "data" | "attributes");
        if !is_within && !path.needs_only() {
            return path;
        }
        path = path.parent();
    }
}

/// Whether a part is the amount of what holds it: `calculated_amount` of a `calculated_price`.
fn is_amount_of(part: &str, holder: &str) -> bool {
    let holder = vocabulary().words(holder).join(" ");
    let own = part.strip_suffix(" amount");
    own.is_some_and(|own| holder.strip_suffix(" price") == Some(own))
}

/// The decimal mark that texts show; nothing where it stays open.
fn mark(field: &Field<'_>) -> Option<char> {
    let texts: Vec<&str> = field.filled().filter_map(Value::as_str).map(str::trim).collect();
    let marks: Vec<char> = texts
        .iter()
        .filter_map(|text| MARK.captures(text)?.get(1)?.as_str().chars().next())
        .collect();
    match (marks.contains(&','), marks.contains(&'.')) {
        (true, false) => Some(','),
        (false, true) => Some('.'),
        // Whole amounts show none, but a point or comma among the digits could be either.
        (false, false) => texts.iter().all(|text| !text.contains([',', '.'])).then_some('.'),
        (true, true) => None,
    }
}

/// The decimal mark that a person says.
fn chosen_mark(field: &Field<'_>, output: &str, decisions: &mut Decisions<'_>) -> Option<char> {
    let point = format!("{output} (decimal mark)");
    let known = [("comma", ','), ("point", '.')];
    let said = decisions.answers.of(&point).map(|answer| answer.text().to_lowercase());
    if let Some((_, mark)) =
        known.iter().find(|(word, _)| said.as_ref().is_some_and(|text| text.contains(word)))
    {
        return Some(*mark);
    }
    let prompt = format!(
        "{} holds text ({}). Which mark stands before the decimals?",
        field.place(),
        field.examples()
    );
    decisions.ask(
        &point,
        &prompt,
        &known.map(|(word, mark)| (word.to_owned(), format!("a {word}: {mark}"))),
    );
    None
}

/// The unit of an amount; nothing when it stays open.
pub(crate) fn unit(
    field: &Field<'_>,
    fields: &[Field<'_>],
    output: &'static str,
    decisions: &mut Decisions<'_>,
) -> Option<Unit> {
    if field.filled().any(|value| value.as_str().is_some_and(|text| !NUMBER.is_match(text.trim())))
    {
        return mark(field).or_else(|| chosen_mark(field, output, decisions)).map(Unit::Text);
    }
    if let Some(path) = decimals_beside(field, fields) {
        return Some(Unit::Scaled(path));
    }
    if let Some(path) = divisor_beside(field, fields) {
        return Some(Unit::Divided(path));
    }
    let point = format!("{output} (unit)");
    let currency = currency(field, fields);
    let decision = match decisions.answers.of(&point) {
        Some(answer) => answered(&answer.text().to_lowercase()),
        None if decisions.examples.scale(output, field).is_some() => {
            decisions.examples.scale(output, field).map(|scale| scale > 1.0)
        }
        // Decimals in the values are stronger than any words.
        None if from_values(field) == Some(false) => Some(false),
        None => documented(field, decisions).or_else(|| from_values(field)).or_else(|| {
            // The smallest unit of a currency without decimals is the whole one.
            currency.as_ref().is_some_and(|(_, values)| has_no_decimals(values)).then_some(false)
        }),
    };
    match (decision, currency) {
        (Some(false), _) => Some(Unit::Major),
        (Some(true), _) if let Some(place) = decimals_of_payload(fields) => {
            Some(Unit::ScaledAll(place))
        }
        (Some(true), Some((place, _))) => Some(Unit::MinorOf(place)),
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
    let verdict = |statement: &Statement| {
        let said = DENIED.replace_all(&statement.lower, "");
        let is_minor = MINOR.is_match(&said);
        let is_coinless = !is_minor && COINLESS.is_match(&statement.lower);
        match (is_minor, MAJOR.is_match(&said) || is_coinless) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    };
    let statements = &decisions.documents.statements;
    let about_money: Vec<&Statement> = statements
        .iter()
        .filter(|s| MONEY_WORD.is_match(&s.lower) || s.names(&field.path))
        .collect();
    let is_choice = matches!(field.entity, Entity::Option | Entity::Group);
    // What is said of items and modifiers alike is said of both, and so is what is said of a field and
    // of the prices of options.
    let of_option = |s: &Statement| {
        if FIELD_AND.is_match(&s.prose()) {
            return is_choice;
        }
        let has = |entity: Entity| {
            vocabulary()
                .entity_phrases(entity)
                .any(|phrase| !phrase.contains(' ') && s.has_word(phrase))
        };
        has(Entity::Option) && (is_choice || !has(Entity::Product))
    };
    let by_name = |s: &&&Statement| {
        let holder = field.path.parent();
        s.names(&field.path) || (!holder.is_root() && s.names(&holder))
    };
    let kind = about_money
        .iter()
        .filter(|s| of_option(s) == is_choice && is_choice)
        .find_map(|s| verdict(s));
    let found = kind
        .or_else(|| {
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
        .or_else(|| {
            about_money.iter().filter(|s| is_choice || !of_option(s)).find_map(|s| verdict(s))
        });
    // What is said of other prices may not hold for these, where it makes them next to nothing.
    found.filter(|is_minor| !is_minor || !is_choice || kind.is_some() || !is_tiny(field))
}

/// Whether all amounts would be less than a tenth of the currency's unit, and some are something.
fn is_tiny(field: &Field<'_>) -> bool {
    example(field).is_some()
        && field.all(|value| {
            let whole = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
            whole.is_some_and(|whole| whole < 10)
        })
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
            _ if THOUSANDTH.is_match(&statement.lower) => return 3,
            _ => {}
        }
        let is_named = |code: &&str| {
            statement.text.split(|c: char| !c.is_alphabetic()).any(|word| word == *code)
        };
        let odd = vocabulary().odd_currencies();
        if let Some((_, decimals)) = odd.iter().find(|(code, _)| is_named(code)) {
            return *decimals;
        }
    }
    2
}
