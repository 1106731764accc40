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
    /// The value of an object that has one key, such as the price by outlet of a one-outlet account.
    Only,
}

/// Steps from a record to a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(Vec<Step>);

impl Path {
    #[cfg(test)]
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

    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys on the way, the last one last.
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.0
            .iter()
            .filter_map(|step| match step {
                Step::Key(key) => Some(key.as_str()),
                Step::First | Step::Only => None,
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
                Step::Only => at.as_object()?.values().next(),
            })
            .filter(|found| !found.is_null())
    }

    /// A JavaScript expression that reads it from the variable `from`, `undefined` where it is not.
    pub(crate) fn js(&self, from: &str) -> String {
        let mut out = from.to_owned();
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => out.push_str(&js::property(key, index > 0)),
                Step::First => {
                    let dot = if index == 0 { "" } else { "?." };
                    out = format!("{out}{dot}[0]");
                }
                Step::Only => out = format!("only({out}, {})", js::text(&self.to_string())),
            }
        }
        out
    }

    /// Whether it goes through a list.
    pub(crate) fn is_in_list(&self) -> bool {
        self.0.contains(&Step::First)
    }

    pub(crate) fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    pub(crate) fn needs_only(&self) -> bool {
        self.0.contains(&Step::Only)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if index == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::First => f.write_str("[0]")?,
                Step::Only => f.write_str(".*")?,
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
    fn null_is_as_good_as_missing() {
        assert_eq!(Path::key("a").of(&json!({"a": null})), None);
    }
}
