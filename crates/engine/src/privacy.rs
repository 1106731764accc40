//! Samples of real traffic without what nobody else may see: personal data and secrets.
//!
//! What is found is written anew in the same shape: letters for letters, digits for digits, an e-mail
//! address for an e-mail address, a number for a number. Equal values become equal ones, so that what
//! refers to each other still does, and a script takes the masked sample the way it took the real one.
//! What is what is told by the names of fields (`words`) and by values that speak for themselves
//! (`patterns`). A value that was masked once is masked wherever else it stands.

mod patterns;
mod scramble;
mod urls;
mod words;

use std::cell::RefCell;
use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Sample;
use serde_json::{Map, Value};

use scramble::Scrambler;
use words::{Around, Kind, around, kind_of};

/// Characters from which a value that was masked is looked for elsewhere: shorter ones stand in other
/// words as well.
const KNOWN_MIN: usize = 6;

/// Masks one sample, and texts that go with it. Two maskers give different masks.
pub(crate) struct Masker {
    scrambler: Scrambler,
    /// What was masked, and as what.
    known: RefCell<BTreeMap<String, String>>,
    /// The test values of the account. They are nobody's secret, and a script reads them.
    test_values: Vec<String>,
}

/// The sample without personal data and secrets, in the same shape.
pub(crate) fn masked(sample: Sample) -> Sample {
    Masker::new().sample(sample)
}

impl Masker {
    pub(crate) fn new() -> Self {
        Self { scrambler: Scrambler::new(), known: RefCell::default(), test_values: Vec::new() }
    }

    /// The sample without personal data and secrets. The credentials of its account are test values.
    pub(crate) fn sample(&mut self, mut sample: Sample) -> Sample {
        let credentials = trials::credentials(std::slice::from_ref(&sample));
        self.test_values = credentials.into_iter().map(|credential| credential.value).collect();
        sample.payload = sample.payload.map(|payload| self.value(payload, Around::Nothing));
        sample.expected = sample.expected.map(|expected| self.value(expected, Around::Nothing));
        for exchange in &mut sample.http {
            exchange.url = self.url(&exchange.url);
            exchange.request_body =
                exchange.request_body.take().map(|body| self.value(body, Around::Nothing));
            exchange.body = self.value(exchange.body.take(), Around::Nothing);
            for headers in [&mut exchange.headers, &mut exchange.request_headers] {
                for (name, value) in headers.iter_mut() {
                    *value = self.field(name, value, Around::Nothing);
                }
            }
        }
        let config = std::mem::take(&mut sample.connection.config);
        sample.connection.config = self.fields(config, Around::Nothing);
        sample.connection.base_url = self.url(&sample.connection.base_url);
        sample.connection.webhook_url = self.url(&sample.connection.webhook_url);
        self.wherever(sample)
    }

    /// Once more: what was recognized in one place may stand in another that says nothing of it.
    fn wherever(&self, mut sample: Sample) -> Sample {
        let known = self.known_words();
        let replace = |text: &str| known.replace(text);
        sample.payload = sample.payload.map(|payload| texts(payload, &replace));
        sample.expected = sample.expected.map(|expected| texts(expected, &replace));
        sample.connection.base_url = replace(&sample.connection.base_url);
        for exchange in &mut sample.http {
            exchange.url = replace(&exchange.url);
            exchange.body = texts(exchange.body.take(), &replace);
            exchange.request_body = exchange.request_body.take().map(|b| texts(b, &replace));
            // A link to the next page, for instance.
            exchange.headers.values_mut().for_each(|value| *value = replace(value));
        }
        sample
    }

    /// What was masked so far and is long enough to be told from other words.
    fn known_words(&self) -> KnownWords {
        let known = self.known.borrow();
        let long = known.iter().filter(|(real, _)| real.chars().count() >= KNOWN_MIN);
        let (real, masks): (Vec<String>, Vec<String>) =
            long.map(|(real, mask)| (real.clone(), mask.clone())).unzip();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&real);
        KnownWords { finder: finder.ok(), masks }
    }

    /// A text about the sample that was masked, such as what a script said of it.
    pub(crate) fn said(&self, text: &str) -> String {
        self.known_words().replace(&self.text(text))
    }

    fn value(&self, value: Value, around: Around) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(list) => {
                Value::Array(list.into_iter().map(|value| self.value(value, around)).collect())
            }
            Value::Object(fields) => Value::Object(self.fields(fields, around)),
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    fn fields(&self, fields: Map<String, Value>, outside: Around) -> Map<String, Value> {
        let below = |name: String, value: Value| {
            let value = self.named(&name, value, outside);
            // A map may have people's addresses as its keys.
            (self.text(&name), value)
        };
        fields.into_iter().map(|(name, value)| below(name, value)).collect()
    }

    fn named(&self, name: &str, value: Value, outside: Around) -> Value {
        match value {
            Value::String(text) => Value::String(self.field(name, &text, outside)),
            Value::Number(number) => match kind_of(name, &number.to_string(), outside) {
                Some(kind) => Value::Number(self.scrambler.number(&number, kind)),
                None => Value::Number(number),
            },
            Value::Array(list) => {
                let one = |value: Value| match value {
                    Value::Array(_) | Value::Object(_) => self.value(value, around(name, outside)),
                    scalar => self.named(name, scalar, outside),
                };
                Value::Array(list.into_iter().map(one).collect())
            }
            Value::Object(fields) => Value::Object(self.fields(fields, around(name, outside))),
            Value::Null | Value::Bool(_) => value,
        }
    }

    /// The text of a field.
    fn field(&self, name: &str, text: &str, outside: Around) -> String {
        match kind_of(name, text, outside) {
            Some(kind) => self.masked(text, kind),
            None => self.text(text),
        }
    }

    fn masked(&self, text: &str, kind: Kind) -> String {
        if kind == Kind::Secret && self.is_of_the_account(text) {
            return text.to_owned();
        }
        let mask = self.scrambler.text(text, kind);
        if mask != text {
            self.known.borrow_mut().insert(text.to_owned(), mask.clone());
        }
        mask
    }

    /// Whether a text has a test value in it, as it is or as `Basic` credentials have it.
    fn is_of_the_account(&self, text: &str) -> bool {
        let has = |text: &str| self.test_values.iter().any(|value| text.contains(value));
        let inside = text.rsplit(' ').next().and_then(|word| STANDARD.decode(word).ok());
        has(text) || inside.is_some_and(|bytes| has(&String::from_utf8_lossy(&bytes)))
    }

    /// A text of which nothing is known but itself.
    fn text(&self, text: &str) -> String {
        // No database keeps it everywhere.
        let text = text.replace('\0', "\u{fffd}");
        let rest = |rest: &str| patterns::replace(rest, |found, kind| self.masked(found, kind));
        urls::in_text(&text, &|url| self.url(url), &rest)
    }

    fn url(&self, url: &str) -> String {
        urls::map(url, &|name, value| match name {
            Some(name) => self.field(name, value, Around::Nothing),
            None => patterns::replace(value, |found, kind| self.masked(found, kind)),
        })
    }
}

/// Values that were masked, to be found in other texts.
struct KnownWords {
    finder: Option<AhoCorasick>,
    masks: Vec<String>,
}

impl KnownWords {
    fn replace(&self, text: &str) -> String {
        let Some(finder) = &self.finder else { return text.to_owned() };
        let mut whole = String::with_capacity(text.len());
        finder.replace_all_with(text, &mut whole, |hit, word, whole| {
            let mask = self.masks.get(hit.pattern().as_usize()).map_or("", String::as_str);
            let is_part = joins(text, hit.start(), hit.end());
            whole.push_str(if is_part { word } else { mask });
            true
        });
        whole
    }
}

/// Whether what stands there is only a part of a longer word.
fn joins(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    before.is_some_and(char::is_alphanumeric) || after.is_some_and(char::is_alphanumeric)
}

fn texts(value: Value, map: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(map(&text)),
        Value::Array(list) => list.into_iter().map(|value| texts(value, map)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, texts(value, map))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

#[cfg(test)]
mod tests;
