//! Secrets that never go into a prompt.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::Sample;
use serde_json::Value;
use trials::{Credential, credentials};
use url::form_urlencoded;

/// Characters from which key and secret together are hidden where they stand as one.
const BASIC_MIN: usize = 6;

/// Bytes of credentials up to which they are looked for at once. What finds them takes many times
/// their size; a credential has a few dozen.
const FINDER_BYTES: usize = 64 << 10;

/// The credentials of a job's samples, in each form in which they may stand in a text.
pub(super) struct Hidden {
    forms: Vec<String>,
    /// What stands in place of each.
    names: Vec<String>,
    /// Finds all of them at once; none where there is nothing to find, or too much for it.
    finder: Option<AhoCorasick>,
}

impl Hidden {
    pub(super) fn of(samples: &[Sample]) -> Self {
        let mut found: Vec<(String, String)> = Vec::new();
        for Sample { connection, .. } in samples {
            let (key, secret) = (&connection.api_key, &connection.api_secret);
            if key.chars().count() + secret.chars().count() >= BASIC_MIN {
                let basic = BASE64_STANDARD.encode(format!("{key}:{secret}"));
                found.push((basic, "[credential base64 of apiKey:apiSecret]".to_owned()));
            }
        }
        for Credential { name, value } in credentials(samples) {
            let encoded = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let json = Value::from(value.as_str()).to_string();
            let json = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
            let base64 = BASE64_STANDARD.encode(&value);
            found.extend([value, encoded, json].map(|form| (form, format!("[credential {name}]"))));
            found.push((base64, format!("[credential base64 of {name}]")));
        }
        // The longest first: one may be a part of another.
        found.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        let (forms, names): (Vec<String>, Vec<String>) = found.into_iter().unzip();
        let size: usize = forms.iter().map(String::len).sum();
        let finder = (1..=FINDER_BYTES)
            .contains(&size)
            .then(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms));
        Self { finder: finder.and_then(Result::ok), forms, names }
    }

    /// The text without the credentials.
    pub(super) fn hide(&self, text: &str) -> String {
        match &self.finder {
            Some(finder) => finder.replace_all(text, &self.names),
            None => (self.forms.iter().zip(&self.names))
                .fold(text.to_owned(), |text, (form, name)| text.replace(form, name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn credentials_are_hidden_in_every_form_and_the_name_says_where_a_script_reads_them() {
        let sample: Sample = serde_json::from_value(json!({"name": "a", "connection": {
            "apiKey": "user-7654", "apiSecret": "a\"b c/1234", "config": {"authToken": "tok-99999"}
        }}))
        .unwrap();
        let hidden = Hidden::of(&[sample]);
        for (text, shown) in [
            ("Bearer user-7654", "Bearer [credential apiKey]"),
            (r#"{"s": "a\"b c/1234"}"#, r#"{"s": "[credential apiSecret]"}"#),
            (
                "?s=a%22b+c%2F1234&t=tok-99999",
                "?s=[credential apiSecret]&t=[credential config.authToken]",
            ),
            ("Basic dXNlci03NjU0OmEiYiBjLzEyMzQ=", "Basic [credential base64 of apiKey:apiSecret]"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(hidden.hide(text), shown);
        }
    }
}
