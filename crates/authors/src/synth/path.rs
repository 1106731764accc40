//! Where a value stands in a record, how to read it there and how a script reads it.

use std::fmt;

use serde_json::Value;

use crate::js;

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A field of an object.
    Key(String),
    /// The first element of a list that has one at the most.
    First,
    /// The same, where some write a list of one as its only element.
    FirstOrOnly,
    /// The second element of a pair of an id and a name.
    PairName,
    /// The value of an object that has one key, such as the price by outlet of a one-outlet account.
    Only,
    /// The value of the entry with that code in a list such as `[{"code": "color", "value": "red"}]`.
    Entry { by: String, is: String, value: String },
    /// The record with that number or word in a list such as `[{"level": 1, "price": 3}]`.
    Chosen { by: String, is: String },
    /// The text of an object that has one by its language, such as `{"en": "Tea"}`: another payload's
    /// only one may be in another language.
    Text(String),
    /// The text in the main language in a list such as `[{"lang": "en", "value": "Tea"}]`.
    Language { by: String, value: String },
}

/// Whether a value is that word or number.
fn is_word(value: &Value, word: &str) -> bool {
    value.as_str() == Some(word) || value.as_u64().is_some_and(|n| word.parse() == Ok(n))
}

/// Whether a name is a mere number.
fn is_number(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_digit())
}

impl Step {
    const fn is_first(&self) -> bool {
        matches!(self, Self::First | Self::FirstOrOnly)
    }

    /// Whether it leads to the text of an element of XML that was turned into JSON.
    fn is_element_text(&self) -> bool {
        const TEXTS: [&str; 6] = ["#text", "$t", "_text", "__text", "#cdata-section", "_"];
        matches!(self, Self::Key(key) if TEXTS.contains(&key.as_str()))
    }
}

/// Steps from a record to a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(Vec<Step>);

impl Path {
    pub(crate) fn key(key: &str) -> Self {
        Self(vec![Step::Key(key.to_owned())])
    }

    pub(crate) fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub(crate) const fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of its steps; one to the text of an element is none of its own.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().enumerate().filter(|(at, step)| *at == 0 || !step.is_element_text()).count()
    }

    /// The keys on the way, the last one last. The text of an element is called like the element.
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.0
            .iter()
            .enumerate()
            .filter_map(|(at, step)| match step {
                Step::Key(_) if at > 0 && step.is_element_text() => None,
                Step::Key(key) | Step::Text(key) => Some(key.as_str()),
                Step::Entry { is, .. } => Some(is.as_str()),
                Step::First
                | Step::FirstOrOnly
                | Step::PairName
                | Step::Only
                | Step::Chosen { .. }
                | Step::Language { .. } => None,
            })
            .collect()
    }

    pub(crate) fn leaf(&self) -> &str {
        self.keys().last().copied().unwrap_or_default()
    }

    /// The path without its last step, and whether that step was a key.
    pub(crate) fn parent(&self) -> Self {
        Self(self.0.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default())
    }

    /// What stands there; nothing where a step leads nowhere or the value is null.
    pub(crate) fn of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0
            .iter()
            .try_fold(value, |at, step| match step {
                Step::Key(key) => at.get(key),
                Step::First => at.as_array()?.first(),
                Step::FirstOrOnly => at.as_array().map_or(Some(at), |list| list.first()),
                Step::PairName => at.as_array()?.get(1),
                Step::Only => at.as_object()?.values().next(),
                Step::Text(language) => {
                    let texts = at.as_object()?;
                    let only = || texts.values().next().filter(|_| texts.len() == 1);
                    texts.get(language).or_else(only)
                }
                Step::Entry { by, is, value } => at
                    .as_array()?
                    .iter()
                    .find(|entry| entry.get(by).is_some_and(|v| is_word(v, is)))?
                    .get(value),
                Step::Chosen { by, is } => at
                    .as_array()?
                    .iter()
                    .find(|record| record.get(by).is_some_and(|v| is_word(v, is))),
                Step::Language { by, value } => {
                    let all = at.as_array()?;
                    let is_english = |text: &&Value| {
                        let language = text.get(by).and_then(Value::as_str).unwrap_or_default();
                        language.to_ascii_lowercase().starts_with("en")
                    };
                    all.iter().find(is_english).or_else(|| all.first())?.get(value)
                }
            })
            .filter(|found| !found.is_null())
    }

    /// A JavaScript expression that reads it from the variable `from`, `undefined` where it is not.
    pub(crate) fn js(&self, from: &str) -> String {
        self.js_from(from, false)
    }

    /// The same from an expression that may be `undefined`.
    pub(crate) fn js_after(&self, from: &str) -> String {
        self.js_from(from, true)
    }

    fn js_from(&self, from: &str, is_optional: bool) -> String {
        let mut out = from.to_owned();
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => out.push_str(&js::property(key, index > 0 || is_optional)),
                Step::First => {
                    let dot = if index == 0 && !is_optional { "" } else { "?." };
                    out = format!("{out}{dot}[0]");
                }
                Step::FirstOrOnly => out = format!("[{out}].flat()[0]"),
                Step::PairName => out.push_str("?.[1]"),
                Step::Only => out = format!("only({out}, {})", js::text(&self.to_string())),
                Step::Text(language) => out = format!("spoken({out}, {})", js::text(language)),
                Step::Entry { by, is, value } => {
                    let (by, value) = (js::property(by, false), js::property(value, true));
                    // A number may stand there as one or as text.
                    let own = if is_number(is) {
                        format!("String(entry{by})")
                    } else {
                        format!("entry{by}")
                    };
                    let is = js::text(is);
                    out = format!("list({out}).find((entry) => {own} === {is}){value}");
                }
                Step::Chosen { by, is } => {
                    let by = js::property(by, false);
                    let is = js::text(is);
                    out = format!("list({out}).find((record) => String(record{by}) === {is})");
                }
                Step::Language { by, value } => {
                    let (by, value) = (js::text(by), js::text(value));
                    out = format!("translated({out}, {by}, {value}, payload)");
                }
            }
        }
        out
    }

    /// Whether it is an element of a list itself.
    pub(crate) fn ends_in_list(&self) -> bool {
        self.0.last().is_some_and(Step::is_first)
    }

    /// Whether it goes through a list.
    pub(crate) fn is_in_list(&self) -> bool {
        self.0.iter().any(Step::is_first)
    }

    /// Whether it goes through what is a list in some records and one element in others.
    pub(crate) fn may_be_alone(&self) -> bool {
        self.0.contains(&Step::FirstOrOnly)
    }

    /// The path to the list that it goes through first, and the one within that list's record.
    pub(crate) fn split_at_list(&self) -> Option<(Self, Self)> {
        let at = self.0.iter().position(Step::is_first)?;
        Some((Self(self.0.get(..at)?.to_vec()), Self(self.0.get(at + 1..)?.to_vec())))
    }

    pub(crate) fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// Whether it ends at an entry that has a number for a name.
    pub(crate) fn ends_in_number(&self) -> bool {
        matches!(self.0.last(), Some(Step::Entry { is, .. }) if is_number(is))
    }

    /// Whether it ends at the text in the main language.
    pub(crate) fn ends_in_main_language(&self) -> bool {
        matches!(self.0.last(), Some(Step::Language { .. }))
    }

    /// Whether it ends at the name of a pair.
    pub(crate) fn is_pair_name(&self) -> bool {
        self.0.last() == Some(&Step::PairName)
    }

    pub(crate) fn needs_only(&self) -> bool {
        self.0.contains(&Step::Only)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) | Step::Text(key) if index == 0 => f.write_str(key)?,
                Step::Key(key) | Step::Text(key) => write!(f, ".{key}")?,
                Step::First | Step::FirstOrOnly => f.write_str("[0]")?,
                Step::PairName => f.write_str("[1]")?,
                Step::Only => f.write_str(".*")?,
                Step::Entry { is, .. } => write!(f, "[{is}]")?,
                Step::Chosen { by, is } => write!(f, "[{by} {is}]")?,
                Step::Language { .. } => f.write_str("[main language]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_reads_the_same_value_as_its_javascript_would() {
        let path = Path::key("a").then(Step::First).then(Step::Key("b-c".to_owned()));
        assert_eq!(path.of(&json!({"a": [{"b-c": 7}]})), Some(&json!(7)));
        assert_eq!(path.of(&json!({"a": []})), None);
        assert_eq!(path.js("item"), "item.a?.[0]?.[\"b-c\"]");
        assert_eq!(path.to_string(), "a[0].b-c");
    }

    #[test]
    fn the_text_of_an_element_is_called_like_the_element() {
        for text in ["#text", "$t"] {
            let path = Path::key("price").then(Step::Key(text.to_owned()));
            assert_eq!((path.leaf(), path.len()), ("price", 1));
            assert_eq!(
                path.js("item"),
                format!("item.price?.[\"{text}\"]").replace("?.[\"$t\"]", "?.$t")
            );
        }
    }

    #[test]
    fn a_record_is_chosen_by_a_number_or_a_word() {
        let list = json!({"p": [{"level": 1, "v": 3}, {"level": "2", "v": 4}]});
        for (is, found) in [("1", 3), ("2", 4)] {
            let step = Step::Chosen { by: "level".to_owned(), is: is.to_owned() };
            let path = Path::key("p").then(step).then(Step::Key("v".to_owned()));
            assert_eq!(path.of(&list), Some(&json!(found)));
            assert_eq!(path.leaf(), "v");
            let read =
                format!("list(item.p).find((record) => String(record.level) === \"{is}\")?.v");
            assert_eq!(path.js("item"), read);
        }
    }

    #[test]
    fn the_only_record_stands_for_a_list_of_one() {
        let path = Path::key("a").then(Step::FirstOrOnly).then(Step::Key("b".to_owned()));
        for record in [json!({"a": {"b": 7}}), json!({"a": [{"b": 7}, {"b": 8}]})] {
            assert_eq!(path.of(&record), Some(&json!(7)));
        }
        assert_eq!(path.js("item"), "[item.a].flat()[0]?.b");
    }

    #[test]
    fn null_is_as_good_as_missing() {
        assert_eq!(Path::key("a").of(&json!({"a": null})), None);
    }
}
