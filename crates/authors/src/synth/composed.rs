//! A text that documents say is put together of several fields of one record.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::documents::{Documents, Piece, Statement, term_names};
use super::emit::{Helper, Script};
use super::scope::Field;
use super::vocabulary::vocabulary;
use crate::js;
use crate::pattern::pattern;

/// The pieces of the text, and what stands between those that are there.
#[derive(Debug)]
pub(crate) struct Composed<'a> {
    parts: Vec<Part<'a>>,
    joint: &'static str,
}

#[derive(Debug)]
enum Part<'a> {
    Text(String),
    Field(Field<'a>),
}

/// Finds the text whose pieces such a sentence names, where all of them stand side by side.
pub(crate) fn find<'a>(
    fields: &[Field<'a>],
    documents: &Documents,
    is_of_it: impl Fn(&Statement) -> bool,
) -> Option<Composed<'a>> {
    let statements = documents.statements.iter().filter(|statement| is_of_it(statement));
    statements.filter_map(Statement::composed).find_map(|(pieces, joint)| {
        let found = Composed { parts: read(&pieces, fields, Field::is_beside)?, joint };
        // What goes on is no address itself: such pieces are named in the order of their rank.
        let is_address = |value: &Value| value.as_str().is_some_and(|text| text.contains("://"));
        let is_ranked = found.fields().skip(1).any(|field| field.filled().any(is_address));
        (!is_ranked).then_some(found)
    })
}

/// Finds the id that a template in documents puts together of this field and others, whatever record
/// they stand in: `{shopId}-{tillId}`.
pub(crate) fn by_template<'a>(
    field: &Field<'a>,
    fields: &[Field<'a>],
    documents: &Documents,
) -> Option<Composed<'a>> {
    let terms = documents.statements.iter().flat_map(|statement| &statement.terms);
    terms.filter_map(|term| template(term)).find_map(|pieces| {
        let plain: Vec<Field<'a>> =
            fields.iter().filter(|own| !own.path.is_in_list()).cloned().collect();
        let found = Composed { parts: read(&pieces, &plain, |_, _| true)?, joint: "" };
        let is_id = |own: &Field<'_>| {
            let words = vocabulary().words(own.path.leaf());
            words.last().is_some_and(|word| {
                matches!(word.as_str(), "id" | "code" | "number" | "ref" | "key" | "slug")
            })
        };
        let is_meant = found.fields().any(|own| own.is_at(field)) && found.fields().all(is_id);
        is_meant.then_some(found)
    })
}

/// The pieces of a template with two fields at least, and nothing else but marks between them.
fn template(term: &str) -> Option<Vec<Piece>> {
    static PART: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{(\w+)\}|([-_:.|]+)"));
    let mut pieces = Vec::new();
    let mut end = 0;
    for found in PART.captures_iter(term) {
        let whole = found.get(0)?;
        if whole.start() != end {
            return None;
        }
        end = whole.end();
        let field = found.get(1).map(|name| Piece::Field(name.as_str().to_owned()));
        pieces.push(field.or_else(|| Some(Piece::Text(found.get(2)?.as_str().to_owned())))?);
    }
    let fields = pieces.iter().filter(|piece| matches!(piece, Piece::Field(_))).count();
    (end == term.len() && fields > 1).then_some(pieces)
}

/// The parts that are named, where each name is that of one field alone which may stand with the first.
fn read<'a>(
    named: &[Piece],
    all: &[Field<'a>],
    may_join: impl Fn(&Field<'a>, &Field<'a>) -> bool,
) -> Option<Vec<Part<'a>>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    for piece in named {
        let part = match piece {
            Piece::Text(text) => Part::Text(text.clone()),
            Piece::Field(term) => {
                let first = fields(&parts).next();
                let is_meant = |field: &&Field<'a>| {
                    term_names(term, &field.path)
                        && field.all(|value| value.is_string() || value.is_u64())
                        && first.is_none_or(|first| may_join(first, field))
                };
                let mut known = all.iter().filter(is_meant);
                Part::Field(known.next().filter(|_| known.next().is_none())?.clone())
            }
        };
        parts.push(part);
    }
    Some(parts)
}

fn fields<'p, 'a>(parts: &'p [Part<'a>]) -> impl Iterator<Item = &'p Field<'a>> {
    parts.iter().filter_map(|part| match part {
        Part::Field(field) => Some(field),
        Part::Text(_) => None,
    })
}

impl<'a> Composed<'a> {
    /// Its fields, in the order of the text.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field<'a>> {
        fields(&self.parts)
    }

    /// Where its fields stand, for people.
    pub(crate) fn place(&self) -> String {
        self.fields().map(Field::place).collect::<Vec<_>>().join(" and ")
    }

    /// The expression for the text; there is none without its last field.
    pub(crate) fn js(&self, script: &mut Script) -> Option<String> {
        self.js_with(Field::js, script)
    }

    /// The same from a record of the list that its fields stand in.
    pub(crate) fn js_within(&self, record: &str, script: &mut Script) -> Option<String> {
        let read = |field: &Field<'a>| {
            let inner = field.path.split_at_list().map(|(_, inner)| inner.js(record));
            inner.unwrap_or_else(|| field.js())
        };
        self.js_with(read, script)
    }

    fn js_with(&self, read: impl Fn(&Field<'a>) -> String, script: &mut Script) -> Option<String> {
        script.uses_all(&[Helper::IsThere, Helper::Text]);
        let reads = self.parts.iter().map(|part| match part {
            Part::Text(text) => js::text(text),
            Part::Field(field) => format!("text({})", read(field)),
        });
        let pieces = reads.collect::<Vec<_>>().join(", ");
        let (last, joint) = (read(self.fields().last()?), js::text(self.joint));
        Some(format!("(isThere({last}) ? [{pieces}].filter(isThere).join({joint}) : undefined)"))
    }
}
