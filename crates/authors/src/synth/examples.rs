//! What the samples' `expected` outputs say about where a field comes from.

use std::sync::LazyLock;

use domain::Sample;
use regex::Regex;
use serde_json::Value;

use super::kind::number;
use super::scope::Field;
use crate::pattern::pattern;

static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"</?[A-Za-z][^<>]*>"));

/// The expected outputs; empty unless every sample has one.
#[derive(Debug, Default)]
pub(crate) struct Examples(Vec<Value>);

/// Outputs that need not stand in the payload as they are: a source that differs may be right.
const CHANGED: [&str; 5] =
    ["status", "occurredAt", "products[].imageUrl", "contact", "contact (e-mail)"];

/// Outputs that may be put together of several fields.
const PARTED: [&str; 2] = ["products[].name", "address.street1"];

/// Factors between a payload's amounts and major units.
const SCALES: [f64; 4] = [1.0, 100.0, 1000.0, 10.0];

impl Examples {
    pub(crate) fn read(samples: &[Sample]) -> Self {
        let all: Option<Vec<&Value>> =
            samples.iter().map(|sample| sample.expected.as_ref()).collect();
        // A list of outlets is read like so many outputs with one outlet each.
        let outputs = all.unwrap_or_default().into_iter().flat_map(|expected| {
            match expected.get("outlets") {
                Some(Value::Array(outlets)) => outlets.clone(),
                Some(_) | None => vec![expected.clone()],
            }
        });
        Self(outputs.collect())
    }

    /// The expected values of an output path such as `products[].price`; nothing where no sample
    /// says what is expected.
    pub(crate) fn values(&self, output: &str) -> Option<Vec<&Value>> {
        // What stands in brackets tells apart several questions about one field.
        let output = output.split(" (").next().unwrap_or(output);
        (!self.0.is_empty())
            .then(|| self.0.iter().flat_map(|expected| at(expected, output)).collect())
    }

    /// Whether the outputs are known and never have the field.
    pub(crate) fn lack(&self, output: &str) -> bool {
        self.values(output).is_some_and(|values| values.is_empty())
    }

    /// Whether every expected value stands in the field; nothing where that is not known.
    pub(crate) fn agree(&self, output: &str, field: &Field<'_>) -> Option<bool> {
        let wanted = self.values(output)?;
        if wanted.is_empty() {
            // A field that is empty here says nothing; one that is filled is not what is wanted.
            return (!field.is_empty()).then_some(false);
        }
        // Nothing to pay may be written by no price at all.
        let is_free = |value: &Value| {
            value.as_f64() == Some(0.0) && output.rsplit('.').next() == Some("price")
        };
        let scaled = |scale: f64| {
            wanted
                .iter()
                .all(|value| is_free(value) || field.filled().any(|own| is_same(own, value, scale)))
        };
        let agrees = SCALES.iter().any(|scale| scaled(*scale));
        // A part of every expected text may be put together with another one.
        let is_part = || {
            let mut texts = wanted.iter().map(|value| value.as_str());
            texts.all(|text| text.is_some_and(|text| field.filled().any(|own| is_part(own, text))))
        };
        if !agrees && PARTED.contains(&output) && is_part() {
            return None;
        }
        (agrees || !CHANGED.contains(&output)).then_some(agrees)
    }

    /// Whether the expected texts are the field's without their tags; nothing where that is not known.
    pub(crate) fn is_without_tags(&self, output: &str, field: &Field<'_>) -> Option<bool> {
        let wanted = self.values(output)?;
        let has_tags = field.filled().any(|own| own.as_str().is_some_and(|t| TAG.is_match(t)));
        let keeps = |value: &&Value| value.as_str().is_some_and(|text| TAG.is_match(text));
        (has_tags && !wanted.is_empty()).then(|| !wanted.iter().any(keeps))
    }

    /// The factor between the field's numbers and the expected ones.
    pub(crate) fn scale(&self, output: &str, field: &Field<'_>) -> Option<f64> {
        let wanted = self.values(output)?;
        let fits = |scale: &f64| {
            wanted.iter().all(|value| field.filled().any(|own| is_same(own, value, *scale)))
        };
        let telling = wanted.iter().any(|value| value.as_f64().is_some_and(|number| number != 0.0));
        SCALES.into_iter().find(fits).filter(|_| telling)
    }
}

/// Whether a text is the start or the end of another one, and whole words of it.
fn is_part(own: &Value, whole: &str) -> bool {
    let Some(own) = own.as_str().filter(|own| !own.is_empty()) else { return false };
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    whole.strip_prefix(own).is_some_and(|rest| ends(rest.chars().next()))
        || whole.strip_suffix(own).is_some_and(|rest| ends(rest.chars().next_back()))
}

fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(vec![value], |found, step| {
        let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        let inner = found.into_iter().filter_map(|value| value.get(key));
        if is_list {
            inner.filter_map(Value::as_array).flatten().collect()
        } else {
            inner.collect()
        }
    })
}

/// The words of a text without its tags.
fn words_of(text: &str) -> Vec<String> {
    let plain = TAG.replace_all(text, " ");
    let plain = [
        ("&nbsp;", " "),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
    ]
    .iter()
    .fold(plain.into_owned(), |text, (code, c)| text.replace(code, c));
    plain.split_whitespace().map(str::to_owned).collect()
}

fn is_same(own: &Value, wanted: &Value, scale: f64) -> bool {
    match (own, wanted) {
        (Value::String(own), Value::String(wanted)) => {
            own == wanted
                || own.eq_ignore_ascii_case(wanted)
                || (TAG.is_match(own) && words_of(own) == words_of(wanted))
        }
        (Value::Number(own), Value::String(wanted)) => own.to_string() == *wanted,
        (own, Value::Number(wanted)) => {
            let amount = own
                .as_str()
                .and_then(|text| text.split_whitespace().find_map(|part| part.parse().ok()));
            match (number(own).or(amount), wanted.as_f64()) {
                (Some(own), Some(wanted)) => (own / scale - wanted).abs() < 1e-6,
                (None, _) | (_, None) => false,
            }
        }
        (own, wanted) => own == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_reads_through_lists() {
        let expected = json!({"products": [{"price": 1}, {"name": "x"}, {"price": 2}]});
        assert_eq!(at(&expected, "products[].price"), [&json!(1), &json!(2)]);
    }

    #[test]
    fn values_agree_whatever_their_form() {
        assert!(is_same(&json!("450"), &json!(4.5), 100.0));
        assert!(is_same(&json!(7), &json!("7"), 1.0));
        assert!(is_same(&json!("8.50 EUR"), &json!(8.5), 1.0));
        assert!(is_same(&json!("<p>Hot &amp; sour</p>\n"), &json!("Hot & sour"), 1.0));
        assert!(!is_same(&json!("a"), &json!("b"), 1.0));
    }
}
