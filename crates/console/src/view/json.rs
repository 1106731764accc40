//! JSON as lines, and two values as one: what is there, what is there and another was wanted, what is
//! missing and what nobody wanted.

use serde_json::{Map, Value};

/// Lines that are shown. More are of no use to a reader, and slow to show.
const LINES_MAX: usize = 3_000;
/// Characters of a value that stands in a note.
const NOTE_MAX: usize = 120;
/// Characters of one text.
const TEXT_MAX: usize = 2_000;
/// The fields that name a record, in the contracts' words.
const NAMES: [&str; 3] = ["itemCode", "externalId", "code"];

/// How a line stands to the other value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is the same, or there is no other value.
    Same,
    /// The other has another value here.
    Changed,
    /// Only the other has it.
    Missing,
    /// The other does not have it.
    Extra,
}

impl Mark {
    /// The class of the style sheet.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Extra => "extra",
        }
    }

    /// The sign in the margin, for those who do not see colours.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Changed => "≠",
            Self::Missing => "−",
            Self::Extra => "+",
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonLine {
    /// Spaces before the text.
    pub(crate) indent: usize,
    pub(crate) text: String,
    pub(crate) mark: Mark,
    /// Where it stands, with `[]` for any place in a list: `products[].price`.
    pub(crate) path: String,
    /// What the other has here; empty when there is nothing to say.
    pub(crate) note: String,
}

/// A value as lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct JsonView {
    pub(crate) lines: Vec<JsonLine>,
    /// Whether there is more than is shown.
    pub(crate) is_cut: bool,
    /// Lines that are not the same.
    pub(crate) differences: usize,
}

/// One value.
pub(crate) fn plain(value: &Value) -> JsonView {
    let mut writer = Writer { view: JsonView::default(), compares: false };
    writer.write(&At::root(), Some(value), None);
    writer.view
}

/// A value against the one that it is compared with.
pub(crate) fn compared(got: &Value, other: &Value) -> JsonView {
    let mut writer = Writer { view: JsonView::default(), compares: true };
    writer.write(&At::root(), Some(got), Some(other));
    writer.view
}

/// The place of a value.
struct At {
    indent: usize,
    path: String,
    /// `"price": `, or nothing in a list.
    key: String,
    /// `,`, or nothing at the end.
    end: &'static str,
}

impl At {
    const fn root() -> Self {
        Self { indent: 0, path: String::new(), key: String::new(), end: "" }
    }

    fn field(&self, name: &str, is_last: bool) -> Self {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        let key = format!("{}: ", Value::from(name));
        Self { indent: self.indent + 2, path, key, end: if is_last { "" } else { "," } }
    }

    fn entry(&self, is_last: bool) -> Self {
        let path = format!("{}[]", self.path);
        let end = if is_last { "" } else { "," };
        Self { indent: self.indent + 2, path, key: String::new(), end }
    }
}

struct Writer {
    view: JsonView,
    compares: bool,
}

impl Writer {
    fn write(&mut self, at: &At, got: Option<&Value>, other: Option<&Value>) {
        match (got, other) {
            (Some(Value::Object(got)), Some(Value::Object(other))) => self.objects(at, got, other),
            (Some(Value::Array(got)), Some(Value::Array(other))) => self.lists(at, got, other),
            (Some(got), Some(other)) if self.compares && !same(got, other) => {
                self.whole(at, got, Mark::Changed, &note(other));
            }
            (Some(got), None) if self.compares => self.whole(at, got, Mark::Extra, ""),
            (Some(got), _) => self.whole(at, got, Mark::Same, ""),
            (None, Some(other)) => self.whole(at, other, Mark::Missing, ""),
            (None, None) => {}
        }
    }

    fn objects(&mut self, at: &At, got: &Map<String, Value>, other: &Map<String, Value>) {
        let missing: Vec<&String> = other.keys().filter(|key| !got.contains_key(*key)).collect();
        let all: Vec<&String> = got.keys().chain(missing).collect();
        self.line(at, &format!("{}{{", at.key), Mark::Same, "");
        for (place, key) in all.iter().enumerate() {
            let at = at.field(key, place + 1 == all.len());
            self.write(&at, got.get(*key), other.get(*key));
        }
        self.line(at, &format!("}}{}", at.end), Mark::Same, "");
    }

    fn lists(&mut self, at: &At, got: &[Value], other: &[Value]) {
        let partner = |place: usize, record: &Value| match name_of(record) {
            Some(name) if got.len() != other.len() => {
                other.iter().position(|record| name_of(record) == Some(name))
            }
            Some(_) | None => (place < other.len()).then_some(place),
        };
        let partners: Vec<Option<usize>> =
            got.iter().enumerate().map(|(place, record)| partner(place, record)).collect();
        let alone = (0..other.len()).filter(|place| !partners.contains(&Some(*place)));
        let alone: Vec<&Value> = alone.filter_map(|place| other.get(place)).collect();
        self.line(at, &format!("{}[", at.key), Mark::Same, "");
        for (place, (record, partner)) in got.iter().zip(&partners).enumerate() {
            if self.view.is_cut {
                break;
            }
            let at = at.entry(place + 1 == got.len() && alone.is_empty());
            self.write(&at, Some(record), partner.and_then(|partner| other.get(partner)));
        }
        for (place, record) in alone.iter().enumerate() {
            self.write(&at.entry(place + 1 == alone.len()), None, Some(record));
        }
        self.line(at, &format!("]{}", at.end), Mark::Same, "");
    }

    /// A value all of which is marked alike.
    fn whole(&mut self, at: &At, value: &Value, mark: Mark, note: &str) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                self.line(at, &format!("{}{{", at.key), mark, note);
                for (place, (key, value)) in fields.iter().enumerate() {
                    self.whole(&at.field(key, place + 1 == fields.len()), value, mark, "");
                }
                self.line(at, &format!("}}{}", at.end), mark, "");
            }
            Value::Array(entries) if !entries.is_empty() => {
                self.line(at, &format!("{}[", at.key), mark, note);
                for (place, value) in entries.iter().enumerate() {
                    if self.view.is_cut {
                        break;
                    }
                    self.whole(&at.entry(place + 1 == entries.len()), value, mark, "");
                }
                self.line(at, &format!("]{}", at.end), mark, "");
            }
            leaf => {
                let text = domain::bounded(&leaf.to_string(), TEXT_MAX);
                self.line(at, &format!("{}{text}{}", at.key, at.end), mark, note);
            }
        }
    }

    fn line(&mut self, at: &At, text: &str, mark: Mark, note: &str) {
        if mark != Mark::Same {
            self.view.differences += 1;
        }
        if self.view.lines.len() >= LINES_MAX {
            self.view.is_cut = true;
            return;
        }
        self.view.lines.push(JsonLine {
            indent: at.indent,
            text: text.to_owned(),
            mark,
            path: at.path.clone(),
            note: note.to_owned(),
        });
    }
}

fn name_of(record: &Value) -> Option<&str> {
    NAMES.iter().find_map(|key| record.get(key)?.as_str())
}

/// Numbers are the same whether they are written `4` or `4.0`.
fn same(got: &Value, other: &Value) -> bool {
    match (got.as_f64(), other.as_f64()) {
        (Some(a), Some(b)) => got == other || (a - b).abs() <= 1e-9,
        (Some(_) | None, Some(_) | None) => got == other,
    }
}

fn note(value: &Value) -> String {
    domain::bounded(&value.to_string(), NOTE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(view: &JsonView) -> Vec<String> {
        let line = |line: &JsonLine| {
            let text = format!("{}{}{}", line.mark.sign(), " ".repeat(line.indent), line.text);
            if line.note.is_empty() { text } else { format!("{text} | {}", line.note) }
        };
        view.lines.iter().map(line).collect()
    }

    #[test]
    fn a_value_reads_as_json() {
        let value = json!({"a": [1, {"b": "<b>\"é"}], "c": [], "d": {}, "e": null});
        let text = shown(&plain(&value)).join("\n");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(plain(&value).differences, 0);
    }

    #[test]
    fn changed_missing_and_surplus_fields_are_marked() {
        let got = json!({"p": [{"code": "1", "price": 450, "x": 1}], "n": 4});
        let other = json!({"p": [{"code": "1", "price": 4.5, "name": "Tea"}], "n": 4.0});
        let view = compared(&got, &other);
        let lines = shown(&view);
        for wanted in
            ["≠      \"price\": 450, | 4.5", "+      \"x\": 1,", "−      \"name\": \"Tea\""]
        {
            assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:#?}");
        }
        assert_eq!(view.differences, 3);
    }

    #[test]
    fn records_of_the_same_name_are_compared_where_one_is_missing() {
        let record = |code: &str| json!({"code": code, "price": 1});
        let view = compared(&json!([record("b")]), &json!([record("a"), record("b")]));
        let marked: Vec<&str> = view
            .lines
            .iter()
            .filter(|line| line.mark != Mark::Same)
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(marked, ["{", "\"code\": \"a\",", "\"price\": 1", "}"]);
    }

    #[test]
    fn paths_stand_for_all_entries_of_a_list() {
        let view = plain(&json!({"products": [{"price": 1}]}));
        assert!(view.lines.iter().any(|line| line.path == "products[].price"));
    }

    #[test]
    fn a_large_value_is_cut_and_says_so() {
        let view = plain(&json!(vec![0; LINES_MAX + 5]));
        assert!(view.is_cut);
        assert_eq!(view.lines.len(), LINES_MAX);
    }
}
