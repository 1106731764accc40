//! Excerpts as JSON that is short and can be read: what fits into a line stands in one.

use serde_json::Value;

use super::excerpt::{Excerpt, Ranked};
use super::hidden::Hidden;

/// Characters of a line up to which a list or object is not broken up.
const LINE: usize = 100;

/// How much of an excerpt is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detail {
    /// Records of a list.
    pub(super) records: usize,
    /// Characters of a text.
    pub(super) characters: usize,
}

impl Detail {
    /// Everything.
    pub(super) const WHOLE: Self = Self { records: usize::MAX, characters: usize::MAX };
    /// From much to little.
    pub(super) const LEVELS: [Self; 7] = [
        Self { records: 12, characters: 400 },
        Self { records: 8, characters: 200 },
        Self { records: 6, characters: 120 },
        Self { records: 4, characters: 80 },
        Self { records: 3, characters: 60 },
        Self { records: 2, characters: 40 },
        Self { records: 1, characters: 24 },
    ];
}

/// Writes excerpts.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) detail: Detail,
    pub(super) hidden: &'a Hidden,
}

impl Writer<'_> {
    /// The excerpt as lines.
    pub(super) fn write(self, excerpt: &Excerpt<'_>) -> String {
        let mut out = String::new();
        self.value(excerpt, 0, &mut out);
        out
    }

    /// Gives the width in characters, or none where the value stands on several lines.
    fn value(self, excerpt: &Excerpt<'_>, indent: usize, out: &mut String) -> Option<usize> {
        match excerpt {
            Excerpt::Plain(Value::String(text)) => Some(push(out, &self.text(text))),
            Excerpt::Plain(value) => Some(push(out, &value.to_string())),
            Excerpt::List { shown, total } => {
                let parts = self.parts(shown, *total, "records", indent, |(), _| {});
                enclosed(&parts, ['[', ']'], indent, out)
            }
            Excerpt::Object { shown, total } => {
                let parts = self.parts(shown, *total, "fields", indent, |key, out| {
                    out.push_str(&self.key(key));
                    out.push_str(": ");
                });
                enclosed(&parts, ['{', '}'], indent, out)
            }
        }
    }

    /// Each part with its width, where it is one line, and the mark of what is left out.
    fn parts<K: Copy>(
        self,
        shown: &[Ranked<'_, K>],
        total: usize,
        what: &str,
        indent: usize,
        key: impl Fn(K, &mut String),
    ) -> Vec<(String, Option<usize>)> {
        let mut parts = Vec::new();
        for one in shown.iter().filter(|one| one.rank < self.detail.records) {
            let mut part = String::new();
            key(one.key, &mut part);
            let before = part.chars().count();
            let width = self.value(&one.value, indent + 1, &mut part);
            parts.push((part, width.map(|width| width + before)));
        }
        if let left_out @ 1.. = total - parts.len() {
            let mark = format!("… {left_out} more {what} …");
            let width = mark.chars().count();
            parts.push((mark, Some(width)));
        }
        parts
    }

    /// A text as JSON, without credentials, and cut where it is long.
    fn text(self, text: &str) -> String {
        let text = self.hidden.hide(text);
        let all = text.chars().count();
        if all <= self.detail.characters {
            return Value::from(text).to_string();
        }
        let head: String = text.chars().take(self.detail.characters).collect();
        let left_out = all - self.detail.characters;
        format!("{} … {left_out} more characters …", Value::from(head))
    }

    /// A key, without credentials; one that is longer than any text is cut like one.
    fn key(self, key: &str) -> String {
        let detail = Detail { characters: self.detail.characters.max(LINE), ..self.detail };
        Self { detail, ..self }.text(key)
    }
}

fn enclosed(
    parts: &[(String, Option<usize>)],
    [open, close]: [char; 2],
    indent: usize,
    out: &mut String,
) -> Option<usize> {
    let width = parts.iter().map(|(_, width)| width.map(|width| width + 2)).sum::<Option<usize>>();
    let line = width.filter(|width| width + indent <= LINE);
    out.push(open);
    let (before, between) = match line {
        Some(_) => (String::new(), ", ".to_owned()),
        None => (format!("\n{}", " ".repeat(indent + 1)), format!(",\n{}", " ".repeat(indent + 1))),
    };
    for (at, (part, _)) in parts.iter().enumerate() {
        out.push_str(if at == 0 { &before } else { &between });
        out.push_str(part);
    }
    if line.is_none() {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
    out.push(close);
    line.map(|width| width + 2)
}

fn push(out: &mut String, text: &str) -> usize {
    out.push_str(text);
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn shown(value: &Value, detail: Detail) -> String {
        let hidden = Hidden::of(&[]);
        Writer { detail, hidden: &hidden }.write(&Excerpt::whole(value))
    }

    #[test]
    fn what_fits_stands_on_a_line_and_the_rest_is_broken_up() {
        let value = json!({"a": [1, {"b": null}], "c": {"text": "x".repeat(90), "d": []}});
        let text = format!(
            "{{\n \"a\": [1, {{\"b\": null}}],\n \"c\": {{\n  \"text\": \"{}\",\n  \"d\": []\n }}\n}}",
            "x".repeat(90)
        );
        assert_eq!(shown(&value, Detail::WHOLE), text);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let value = json!(["long text", 2]);
        let detail = Detail { records: 9, characters: 4 };
        assert_eq!(shown(&value, detail), "[\"long\" … 5 more characters …, 2]");
        let many = Value::from((0..40).collect::<Vec<_>>());
        let names = trials::Names::default();
        let hidden = Hidden::of(&[]);
        let writer = Writer { detail: Detail { records: 2, characters: 9 }, hidden: &hidden };
        let text = writer.write(&Excerpt::of(&many, &names));
        assert!(text.ends_with(", … 38 more records …]"), "{text}");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,60}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map("\\PC{0,9}", inner, 0..6)
                    .prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_whole_value_is_json_that_says_the_same(value in any_json()) {
            let text = shown(&value, Detail::WHOLE);
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
    }
}
