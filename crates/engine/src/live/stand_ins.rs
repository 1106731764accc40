//! What a script has in the place of secrets, and the way between the two.
//!
//! A stand-in is random and of this run alone. It is letters and digits, so that a script which escapes
//! it leaves it as it is. The real value is put in when a request leaves, and is taken out of what comes
//! back and of all that is told.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Secret;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// Begins each stand-in. What does not hold it needs no closer look.
const MARK: &str = "forgestandin";

/// Characters of the shortest base64 text in which a stand-in has room.
const BASE64_MIN: usize = 40;

/// All but the characters that mean nothing anywhere in an address.
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn percent_encoded(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, ADDRESS).into()
}

/// A secret by the name under which a person knows it.
struct StandIn {
    text: String,
    shown: String,
    /// What stands for it in a sample.
    test: String,
    secret: Secret,
}

/// The stand-ins of one run.
pub(crate) struct StandIns {
    all: Vec<StandIn>,
    /// Finds the real values in whatever form they come back; none where there is nothing to find.
    real: Option<Finder>,
    /// Base64 texts as they went out, and as the script wrote them.
    sent: Mutex<Vec<(Zeroizing<String>, String)>>,
}

/// Forms of real values, and the index of what each is of.
struct Finder {
    forms: AhoCorasick,
    of: Vec<usize>,
}

impl StandIns {
    /// Stand-ins for secrets, each with the name that is shown for it.
    pub(crate) fn new(secrets: Vec<(String, Secret)>) -> Self {
        let all: Vec<StandIn> = secrets
            .into_iter()
            .map(|(name, secret)| StandIn {
                text: format!("{MARK}{:032x}", rand::random::<u128>()),
                shown: format!("[{name}]"),
                test: format!("test{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "")),
                secret,
            })
            .collect();
        let real = Finder::of(&all);
        Self { all, real, sent: Mutex::default() }
    }

    /// What stands for the secret of this name; empty where there is none.
    pub(crate) fn of(&self, name: &str) -> &str {
        let shown = format!("[{name}]");
        self.all.iter().find(|one| one.shown == shown).map_or("", |one| &one.text)
    }

    /// The text with the secrets in it, for what leaves. A base64 text of a stand-in becomes that of
    /// the secret, which is what `Basic` credentials are.
    pub(crate) fn reveal(&self, text: &str) -> Zeroizing<String> {
        let plain = self.put_in(text, Cow::Borrowed);
        each_word(&plain, |word| self.reveal_base64(word))
    }

    /// The same for a part of an address, where a secret must not become more than a text.
    pub(crate) fn reveal_in_address(&self, text: &str) -> Zeroizing<String> {
        self.put_in(text, percent_encoded)
    }

    /// The same for all texts of a value.
    pub(crate) fn reveal_value(&self, value: Value) -> Value {
        map_texts(value, &|text| {
            if may_hold(&text) { self.reveal(&text).to_string() } else { text }
        })
    }

    /// The text without secrets, for the script: its stand-ins are where they were.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut hidden = Cow::Borrowed(text);
        for (real, written) in self.sent.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if hidden.contains(real.as_str()) {
                hidden = Cow::Owned(hidden.replace(real.as_str(), written));
            }
        }
        match &self.real {
            Some(finder) => finder.replace(&hidden, |of| self.all.get(of).map(|one| &*one.text)),
            None => hidden.into_owned(),
        }
    }

    /// The same for all texts of a value.
    pub(crate) fn hide_value(&self, value: Value) -> Value {
        map_texts(self.without_numbers(value), &|text| self.hide(&text))
    }

    /// The text with names instead of secrets and stand-ins, for people.
    pub(crate) fn mask(&self, text: &str) -> String {
        let hidden = self.hide(text);
        if !hidden.contains(MARK) {
            return hidden;
        }
        self.all.iter().fold(hidden, |text, one| text.replace(&one.text, &one.shown))
    }

    /// The same for all texts of a value.
    pub(crate) fn mask_value(&self, value: Value) -> Value {
        map_texts(self.without_numbers(value), &|text| self.mask(&text))
    }

    /// The text with test values in the place of stand-ins, for a sample that anybody may run.
    pub(crate) fn as_test(&self, text: &str) -> String {
        let tested = |text: &str| {
            self.all.iter().fold(text.to_owned(), |text, one| text.replace(&one.text, &one.test))
        };
        if !may_hold(text) {
            return text.to_owned();
        }
        let words = each_word(&tested(text), |word| {
            let inside = stand_in_in_base64(word)?;
            Some(Zeroizing::new(STANDARD.encode(tested(&inside))))
        });
        words.to_string()
    }

    /// The same for all texts of a value.
    pub(crate) fn as_test_value(&self, value: Value) -> Value {
        map_texts(value, &|text| self.as_test(&text))
    }

    /// Whether a text has a stand-in in it, in whatever case.
    pub(crate) fn stands_in(text: &str) -> bool {
        text.to_ascii_lowercase().contains(MARK)
    }

    /// The value with texts for the numbers that are secrets: a vendor may read one as a number.
    fn without_numbers(&self, value: Value) -> Value {
        let is_number = |one: &StandIn| one.secret.expose().parse::<f64>().is_ok();
        if !self.all.iter().any(is_number) {
            return value;
        }
        let is_secret = |number: &serde_json::Number| {
            let text = number.to_string();
            self.all.iter().any(|one| one.secret.expose() == text)
        };
        map_numbers(value, &is_secret)
    }

    fn put_in<'s>(
        &'s self,
        text: &str,
        written: impl Fn(&'s str) -> Cow<'s, str>,
    ) -> Zeroizing<String> {
        let mut whole = Zeroizing::new(text.to_owned());
        if text.contains(MARK) {
            for one in &self.all {
                if whole.contains(&one.text) {
                    whole = Zeroizing::new(whole.replace(&one.text, &written(one.secret.expose())));
                }
            }
        }
        whole
    }

    fn reveal_base64(&self, word: &str) -> Option<Zeroizing<String>> {
        let inside = stand_in_in_base64(word)?;
        let plain = self.put_in(&inside, Cow::Borrowed);
        let real = Zeroizing::new(STANDARD.encode(plain.as_bytes()));
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.iter().all(|(known, _)| *known != real) {
            sent.push((real.clone(), word.to_owned()));
        }
        Some(real)
    }
}

impl Finder {
    fn of(all: &[StandIn]) -> Option<Self> {
        let mut forms = Vec::new();
        let mut of = Vec::new();
        for (index, one) in all.iter().enumerate() {
            let value = one.secret.expose();
            let json = Value::from(value).to_string();
            let json = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
            let form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            for written in [
                value.to_owned(),
                json,
                form,
                percent_encoded(value).into(),
                STANDARD.encode(value),
            ] {
                if !written.is_empty() && !forms.contains(&written) {
                    forms.push(written);
                    of.push(index);
                }
            }
        }
        if forms.is_empty() {
            return None;
        }
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms);
        finder.ok().map(|forms| Self { forms, of })
    }

    fn replace<'s>(&self, text: &str, stand_in: impl Fn(usize) -> Option<&'s str>) -> String {
        let mut whole = String::with_capacity(text.len());
        self.forms.replace_all_with(text, &mut whole, |found, _, whole| {
            let of = self.of.get(found.pattern().as_usize()).copied();
            whole.push_str(of.and_then(&stand_in).unwrap_or("[secret]"));
            true
        });
        whole
    }
}

/// What a base64 text is of, if that has a stand-in in it.
fn stand_in_in_base64(word: &str) -> Option<String> {
    if word.len() < BASE64_MIN {
        return None;
    }
    let inside = String::from_utf8(STANDARD.decode(word).ok()?).ok()?;
    inside.contains(MARK).then_some(inside)
}

/// The text with some of its words replaced, those that may be base64.
fn each_word(text: &str, replace: impl Fn(&str) -> Option<Zeroizing<String>>) -> Zeroizing<String> {
    let mut whole = Zeroizing::new(String::with_capacity(text.len()));
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match replace(word) {
            Some(replaced) => whole.push_str(&replaced),
            None => whole.push_str(word),
        }
        let next = after.find(is_letter).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        whole.push_str(between);
        rest = after;
    }
    whole
}

/// Whether a text is worth a look: it holds a stand-in, or is long enough to hold the base64 of one.
fn may_hold(text: &str) -> bool {
    text.contains(MARK) || text.len() >= BASE64_MIN
}

fn map_texts(value: Value, map: &impl Fn(String) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(map(text)),
        Value::Array(list) => Value::Array(list.into_iter().map(|v| map_texts(v, map)).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (map(name), map_texts(value, map)))
                .collect::<Map<_, _>>(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

fn map_numbers(value: Value, is_secret: &impl Fn(&serde_json::Number) -> bool) -> Value {
    match value {
        Value::Number(number) if is_secret(&number) => Value::String(number.to_string()),
        Value::Array(list) => {
            Value::Array(list.into_iter().map(|value| map_numbers(value, is_secret)).collect())
        }
        Value::Object(fields) => Value::Object(
            fields.into_iter().map(|(name, value)| (name, map_numbers(value, is_secret))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KEY: &str = "sk/live+\"1\"?";

    fn stand_ins() -> StandIns {
        let secret = |text: &str| Secret::new(text.to_owned());
        StandIns::new(vec![
            ("apiKey".to_owned(), secret(KEY)),
            ("apiSecret".to_owned(), secret("hush-hush")),
        ])
    }

    #[test]
    fn no_two_runs_have_the_same_stand_in() {
        let (one, two) = (stand_ins(), stand_ins());
        assert_ne!(one.of("apiKey"), two.of("apiKey"));
        assert!(one.of("apiKey").bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(one.of("config.token"), "");
    }

    #[test]
    fn what_leaves_has_the_secret_and_what_comes_back_has_not() {
        let stand_ins = stand_ins();
        let header = format!("Bearer {}", stand_ins.of("apiKey"));
        assert_eq!(stand_ins.reveal(&header).as_str(), format!("Bearer {KEY}"));
        for echoed in [
            KEY.to_owned(),
            percent_encoded(KEY).into_owned(),
            json!({"a": KEY}).to_string(),
            format!(
                "key={}",
                url::form_urlencoded::byte_serialize(KEY.as_bytes()).collect::<String>()
            ),
            STANDARD.encode(KEY),
        ] {
            let hidden = stand_ins.hide(&format!("you sent {echoed}!"));
            assert!(hidden.contains(stand_ins.of("apiKey")), "{echoed}: {hidden}");
            assert!(!hidden.contains("live"), "{hidden}");
            let shown = stand_ins.mask(&hidden);
            assert!(shown.contains("[apiKey]") && !shown.contains(MARK), "{shown}");
        }
    }

    #[test]
    fn basic_credentials_are_written_anew_and_taken_out_again() {
        let stand_ins = stand_ins();
        let pair = format!("{}:{}", stand_ins.of("apiKey"), stand_ins.of("apiSecret"));
        let header = format!("Basic {}", STANDARD.encode(&pair));
        let real = format!("Basic {}", STANDARD.encode(format!("{KEY}:hush-hush")));
        assert_eq!(stand_ins.reveal(&header).as_str(), real);
        assert_eq!(stand_ins.hide(&format!("got {real}")), format!("got {header}"));
    }

    #[test]
    fn a_sample_has_test_values_wherever_stand_ins_were() {
        let stand_ins = stand_ins();
        let pair = format!("{}:{}", stand_ins.of("apiKey"), stand_ins.of("apiSecret"));
        let call = json!({
            "key": stand_ins.of("apiKey"), "auth": format!("Basic {}", STANDARD.encode(pair)), "n": 1,
        });
        let auth = format!("Basic {}", STANDARD.encode("testapiKey:testapiSecret"));
        let test = json!({"key": "testapiKey", "auth": auth, "n": 1});
        assert_eq!(stand_ins.as_test_value(call), test);
    }

    #[test]
    fn a_secret_in_an_address_stays_one_part_of_it() {
        let stand_ins = stand_ins();
        let revealed = stand_ins.reveal_in_address(&format!("/v1/{}/x", stand_ins.of("apiKey")));
        assert_eq!(revealed.as_str(), "/v1/sk%2Flive%2B%221%22%3F/x");
    }

    #[test]
    fn values_keep_all_but_the_secrets() {
        let stand_ins = stand_ins();
        let body = json!({"auth": {"key": stand_ins.of("apiKey")}, "n": [1.5, null, true, "x"]});
        let sent = stand_ins.reveal_value(body.clone());
        assert_eq!(sent["auth"]["key"], KEY);
        assert_eq!(stand_ins.hide_value(sent), body);
        let shown = stand_ins.mask_value(body);
        assert_eq!(shown, json!({"auth": {"key": "[apiKey]"}, "n": [1.5, null, true, "x"]}));
    }

    #[test]
    fn a_secret_that_comes_back_as_a_number_is_taken_out_too() {
        let pin = Secret::new("48151623".to_owned());
        let stand_ins = StandIns::new(vec![("apiSecret".to_owned(), pin)]);
        let shown = stand_ins.mask_value(json!({"pins": [48_151_623, 4815], "n": 1.5}));
        assert_eq!(shown, json!({"pins": ["[apiSecret]", 4815], "n": 1.5}));
    }

    #[test]
    fn a_text_that_was_there_before_is_left_alone() {
        let long = "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8= and täxt";
        assert_eq!(stand_ins().reveal(long).as_str(), long);
        assert_eq!(stand_ins().hide(long), long);
    }
}
