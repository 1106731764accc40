//! What kind of values a field has, told by the values alone.
//!
//! A name promises what a field means; its values keep the promise or break it. A field called
//! `address` that holds an e-mail address is no street, whatever it is called.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono_tz::Tz;
use regex::Regex;
use serde_json::Value;

use super::scope::Field;
use super::vocabulary::vocabulary;
use crate::pattern::pattern;

/// So many values tell what kind they are: more of them would tell nothing else.
const ENOUGH: usize = 500;
/// Text longer than this is a description, not a name.
const LONG: usize = 80;

/// The kind of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No sample has a value.
    Empty,
    /// Yes or no, as truth values or as 0 and 1.
    Flag,
    /// A long value that machines made, and no two records have the same.
    Id,
    /// Such a value that several records share: it names something else.
    Reference,
    /// A word of a small set, which records share.
    Word,
    /// A number with decimals.
    Decimal,
    /// A whole number.
    Count,
    /// A point in time or a time of day.
    Time,
    /// An address on the web.
    Url,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A colour as `#rrggbb`.
    Colour,
    /// The name of a time zone.
    Zone,
    /// A currency's code.
    Currency,
    /// A short sign of letters and digits without spaces.
    Code,
    /// A few words.
    Text,
    /// Sentences.
    LongText,
    /// Objects, lists, or values of several kinds.
    Other,
}

static URL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?i)(?:https?:)?//[^\s/]+\.[^\s]+$|^www\.\S+$|^data:image/"));
static EMAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[^\s@]+@[^\s@]+\.[^\s@]+$"));
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:tel:)?\+?\(?\d[\d\s().\-/]{5,}\d(?:\s?(?:x|ext\.?)\s?\d+)?$|^\+\d{6,15}$")
});
static COLOUR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^#(?:[0-9a-fA-F]{3}){1,2}$"));
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}.*)?$|^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?$|^/Date\(-?\d+|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4}|^\d{1,2}[/.]\d{1,2}[/.]\d{4}",
    )
});
static MACHINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$|^[0-9a-fA-F]{24,40}$|^[0-9A-HJKMNP-TV-Z]{26}$",
    )
});
static CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// A number, which may be given as text.
pub(crate) fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The kind of the field's values.
pub(crate) fn of(field: &Field<'_>) -> Kind {
    let values: Vec<&Value> = field.filled().take(ENOUGH).collect();
    if values.is_empty() {
        return Kind::Empty;
    }
    if values.iter().all(|value| value.is_boolean()) {
        return Kind::Flag;
    }
    if values.iter().all(|value| value.is_number()) {
        return of_numbers(&values);
    }
    let texts: Vec<&str> =
        values.iter().filter_map(|value| value.as_str()).map(str::trim).collect();
    if texts.len() < values.len() { Kind::Other } else { of_texts(&texts) }
}

fn of_numbers(values: &[&Value]) -> Kind {
    let within = |range: std::ops::Range<f64>| {
        values.iter().all(|value| value.as_f64().is_some_and(|n| range.contains(&n)))
    };
    let whole = values.iter().all(|value| value.as_f64().is_some_and(|n| n.fract() == 0.0));
    if !whole {
        Kind::Decimal
    } else if within(1.3e12..2.5e12) {
        // Milliseconds from 2011 to 2049; seconds are too much like ids.
        Kind::Time
    } else {
        Kind::Count
    }
}

fn of_texts(texts: &[&str]) -> Kind {
    let all = |test: &dyn Fn(&str) -> bool| texts.iter().all(|text| test(text));
    let distinct: BTreeSet<&&str> = texts.iter().collect();
    let repeats = distinct.len() < texts.len();
    if all(&|text| URL.is_match(text)) {
        Kind::Url
    } else if all(&|text| EMAIL.is_match(text)) {
        Kind::Email
    } else if all(&|text| COLOUR.is_match(text)) {
        Kind::Colour
    } else if all(&|text| TIME.is_match(text)) {
        Kind::Time
    } else if all(&is_zone) {
        Kind::Zone
    } else if all(&is_currency) {
        Kind::Currency
    } else if all(&|text| MACHINE.is_match(text)) {
        if repeats { Kind::Reference } else { Kind::Id }
    } else if all(&|text| matches!(text, "true" | "false" | "yes" | "no")) {
        Kind::Flag
    } else if all(&|text| text.bytes().all(|b| b.is_ascii_digit()) && text.len() < 7) {
        Kind::Count
    } else if all(&|text| PHONE.is_match(text)) {
        Kind::Phone
    } else if all(&|text| text.parse::<f64>().is_ok()) {
        Kind::Decimal
    } else if texts.iter().any(|text| text.chars().count() > LONG) {
        Kind::LongText
    } else if all(&is_sign) {
        if repeats && distinct.len() <= 12 { Kind::Word } else { Kind::Code }
    } else {
        Kind::Text
    }
}

/// A word without spaces, such as `IN_PROGRESS` or `A-17`, or an id in Base64.
fn is_sign(text: &str) -> bool {
    text.trim_end_matches('=').chars().all(|c| {
        c.is_ascii_alphanumeric()
            || matches!(c, '_' | '-' | '.' | ':' | '/' | '|' | '#' | '+' | '=')
    })
}

/// The name of a zone of the IANA database that is no plain word.
pub(crate) fn is_zone(text: &str) -> bool {
    (text.contains('/') || text == "UTC") && text.parse::<Tz>().is_ok()
}

/// A code of ISO 4217, in capitals.
pub(crate) fn is_currency(text: &str) -> bool {
    text.len() == 3 && CURRENCIES.split(' ').any(|code| code == text)
}

/// What the kind adds to the score of a name that fits, for a field of the contract: below zero
/// where such values cannot be meant.
pub(crate) fn judge(wanted: &str, kind: Kind) -> f64 {
    const NEVER: f64 = -2.0;
    const ODD: f64 = -0.2;
    let is_machine = matches!(
        kind,
        Kind::Url | Kind::Email | Kind::Colour | Kind::Time | Kind::Zone | Kind::Flag
    );
    let is_made = matches!(kind, Kind::Id | Kind::Reference);
    match wanted {
        "name" | "description" | "reason" | "city" | "street1" | "street2" | "state" | "postal"
            if is_machine || is_made =>
        {
            NEVER
        }
        "description" | "street1" | "city" if matches!(kind, Kind::Decimal | Kind::Count) => NEVER,
        "reason" if matches!(kind, Kind::Decimal) => NEVER,
        "name" if matches!(kind, Kind::Count | Kind::Decimal | Kind::LongText) => ODD,
        "phone"
            if is_machine
                || is_made
                || matches!(kind, Kind::Text | Kind::Word | Kind::LongText) =>
        {
            NEVER
        }
        "code" | "order_id" if is_machine || matches!(kind, Kind::Decimal | Kind::LongText) => ODD,
        "status" if is_machine || is_made || matches!(kind, Kind::LongText | Kind::Decimal) => {
            NEVER
        }
        _ => 0.0,
    }
}

/// Whether the field can be it at all, whatever is said of it: an id is no phrase.
pub(crate) fn is_possible(wanted: &str, field: &Field<'_>) -> bool {
    wanted != "code" || !matches!(of(field), Kind::Text | Kind::LongText)
}

/// The score of a field whose values alone say what it is, whatever it is called.
pub(crate) fn speaks(wanted: &str, field: &Field<'_>) -> f64 {
    let own = match wanted {
        "timezone" => Kind::Zone,
        "currency" => Kind::Currency,
        "email" => Kind::Email,
        _ => return 0.0,
    };
    let words: Vec<String> =
        field.path.keys().iter().flat_map(|key| vocabulary().words(key)).collect();
    let is_barred = vocabulary()
        .field(wanted)
        .is_some_and(|names| names.not.iter().any(|word| words.contains(word) && word != "name"));
    if !is_barred && of(field) == own { 0.4 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::path::Path;
    use crate::synth::vocabulary::Entity;
    use serde_json::json;

    fn kind(values: &[Value]) -> Kind {
        of(&Field {
            variable: "item".to_owned(),
            entity: Entity::Other,
            place: String::new(),
            path: Path::key("x"),
            values: values.iter().map(Some).collect(),
        })
    }

    #[test]
    fn each_kind_is_told_by_its_values() {
        let cases = [
            (json!(["https://cdn.test/a.png"]), Kind::Url),
            (json!(["//cdn.test/a.png"]), Kind::Url),
            (json!(["a@b.test"]), Kind::Email),
            (json!(["#ff8800", "#FFF"]), Kind::Colour),
            (json!(["2026-01-31T12:30:00Z"]), Kind::Time),
            (json!(["07:30", "9:00 PM"]), Kind::Time),
            (json!(["/Date(1769862600000+0100)/"]), Kind::Time),
            (json!(["Sat, 31 Jan 2026 12:30:00 +0100"]), Kind::Time),
            (json!([1_769_862_600_000_u64]), Kind::Time),
            (json!(["Asia/Singapore", "UTC"]), Kind::Zone),
            (json!(["EUR", "SGD"]), Kind::Currency),
            (json!(["ABC"]), Kind::Code),
            (json!(["+49 431 123-456", "(02) 9999 1234"]), Kind::Phone),
            (json!(["9b2d4f0e-7c1a-4a51-9b6b-0d6c4a1f2e33"]), Kind::Id),
            (json!(["NEW", "READY", "NEW"]), Kind::Word),
            (json!(["A-17", "A-18"]), Kind::Code),
            (json!(["U2hvcDox", "U2hvcDoxMg=="]), Kind::Code),
            (json!([true, false]), Kind::Flag),
            (json!([1, 2, 3]), Kind::Count),
            (json!([1.5, 2]), Kind::Decimal),
            (json!(["54.31"]), Kind::Decimal),
            (json!(["Pho Bo", "Tea"]), Kind::Text),
            (json!([""]), Kind::Empty),
            (json!([{"a": 1}]), Kind::Other),
        ];
        for (values, expected) in cases {
            let values: Vec<Value> = values.as_array().unwrap().clone();
            assert_eq!(kind(&values), expected, "{values:?}");
        }
    }

    #[test]
    fn an_id_that_records_share_is_a_reference() {
        let id = json!("9b2d4f0e-7c1a-4a51-9b6b-0d6c4a1f2e33");
        assert_eq!(kind(&[id.clone(), id]), Kind::Reference);
    }
}
