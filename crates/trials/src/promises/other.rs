//! Other values of the same type: what stands in a payload of tomorrow where today's value is.

use serde_json::{Number, Value};

/// The largest number whose neighbours JavaScript can tell apart.
const SAFE_MAX: u64 = (1 << 53) - 1;

/// Another value like this one; none where there is no telling what would be like it.
pub(super) fn other(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => other_text(text).map(Value::from),
        Value::Number(number) => other_number(number).map(Value::from),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Changes every value in it that `wanted` takes.
pub(super) fn change_all(value: &mut Value, wanted: &dyn Fn(&Value) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change_all(item, wanted)),
        Value::Object(fields) => fields.values_mut().for_each(|field| change_all(field, wanted)),
        Value::String(_) | Value::Number(_) if wanted(value) => {
            if let Some(changed) = other(value) {
                *value = changed;
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Number(_) => {}
    }
}

/// A number that is larger by its first place, so that no rounding hides the difference. Zero often
/// stands for nothing, and stays.
fn other_number(number: &Number) -> Option<Number> {
    if let Some(whole) = number.as_u64() {
        if whole > SAFE_MAX / 2 {
            return None;
        }
        let step = 10_u64.pow(whole.checked_ilog10()?);
        // Longer ones are times or ids: a small step keeps them times of about the same year.
        let step = if whole >= 1_000_000_000 { step / 1_000 } else { step };
        return Some(Number::from(whole + step));
    }
    let fraction = number.as_f64().filter(|n| *n > 0.0 && *n < 1e9 && n.fract() != 0.0)?;
    Number::from_f64(((fraction + 1.0) * 1e6).round() / 1e6)
}

/// Other letters in the same form. Addresses keep what makes them addresses, times stay times.
pub(super) fn other_text(text: &str) -> Option<String> {
    if text.trim().is_empty() || text.starts_with("data:") || text.starts_with("/Date(") {
        return None;
    }
    if text.starts_with('/') || text.contains("://") {
        let (way, last) = text.trim_end_matches('/').rsplit_once('/')?;
        let (stem, rest) = last.split_at(last.find(['.', '?', '#']).unwrap_or(last.len()));
        if way.ends_with('/') || stem.contains('%') {
            return None;
        }
        let end = text.get(way.len() + 1 + last.len()..)?;
        return Some(format!("{way}/{}{rest}{end}", turned(stem)?));
    }
    if let Some((local, domain)) = text.split_once('@') {
        return Some(format!("{}@{domain}", turned(local)?));
    }
    turned(text)
}

/// The next letter for each letter; in a text without letters the first digit that is not zero.
fn turned(text: &str) -> Option<String> {
    if text.contains(|c: char| c.is_ascii_alphabetic()) && !is_time(text) {
        let hex = text.len() >= 8 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let last = if hex { b'f' } else { b'z' };
        return Some(text.chars().map(|c| next_letter(c, last)).collect());
    }
    if is_time(text) {
        return later(text);
    }
    match text.find(|c: char| matches!(c, '1'..='9')) {
        Some(at) => {
            let (before, rest) = text.split_at(at);
            let digit = rest.chars().next()?.to_digit(10)?;
            Some(format!("{before}{}{}", digit % 9 + 1, rest.get(1..)?))
        }
        None if text.contains('0') => None,
        None => Some(format!("{text} x")),
    }
}

fn next_letter(letter: char, last: u8) -> char {
    match u8::try_from(letter) {
        Ok(byte) if byte.is_ascii_alphabetic() => {
            let next = if byte.to_ascii_lowercase() == last {
                if byte.is_ascii_lowercase() { b'a' } else { b'A' }
            } else {
                byte + 1
            };
            char::from(next)
        }
        Ok(_) | Err(_) => letter,
    }
}

/// Whether a text is a date or a time of day: digits with colons or dashes between them.
fn is_time(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_ascii_alphabetic() && !"TZ".contains(*c)).count();
    let bytes: Vec<bool> = text.bytes().map(|b| b.is_ascii_digit()).collect();
    let marks = text.bytes().enumerate().filter(|(at, mark)| {
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|is| *is);
        matches!(mark, b':' | b'-') && digit(at.checked_sub(1)) && digit(Some(at + 1))
    });
    letters == 0 && marks.count() > 0
}

/// The same time in another minute, or the same date with another day.
fn later(text: &str) -> Option<String> {
    if let Some(colon) = text.find(':') {
        let (before, rest) = text.split_at_checked(colon + 2)?;
        let digit = rest.chars().next()?.to_digit(10)?;
        return Some(format!("{before}{}{}", (digit + 1) % 10, rest.get(1..)?));
    }
    // A day that every month has.
    let before = text.get(..text.len().checked_sub(2)?)?;
    Some(format!("{before}{}", if text.ends_with("15") { "16" } else { "15" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn other_values_have_the_same_form() {
        for (value, wanted) in [
            (json!("Iced Tea"), json!("Jdfe Ufb")),
            (json!("4.50"), json!("5.50")),
            (json!("€ 0,95"), json!("€ 0,15")),
            (json!("+65 8000"), json!("+75 8000")),
            (json!("0f3a9c1e-77fe"), json!("0a3b9d1f-77af")),
            (
                json!("https://cdn.example/a/tea.png?w=2"),
                json!("https://cdn.example/a/ufb.png?w=2"),
            ),
            (json!("ann@shop.example"), json!("boo@shop.example")),
            (json!("2026-03-04T09:15:00Z"), json!("2026-03-04T09:16:00Z")),
            (json!("2026-03-04"), json!("2026-03-15")),
            (json!("寿司"), json!("寿司 x")),
            (json!("<b>Hot</b>"), json!("<c>Ipu</c>")),
            (json!(450), json!(550)),
            (json!(4.5), json!(5.5)),
            (json!(1_700_000_000), json!(1_701_000_000)),
        ] {
            assert_eq!(other(&value), Some(wanted), "{value}");
        }
    }

    #[test]
    fn what_stands_for_nothing_stays() {
        for value in [json!(""), json!("0.00"), json!(0), json!(null), json!(true), json!(u64::MAX)]
        {
            assert_eq!(other(&value), None, "{value}");
        }
    }
}
