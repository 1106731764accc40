//! A text that documents say is put together of several fields of one record.

use super::documents::{Documents, Piece, Statement, term_names};
use super::emit::{Helper, Script};
use super::scope::Field;
use crate::js;

/// The pieces of the text.
#[derive(Debug)]
pub(crate) struct Composed<'a> {
    /// Its fields, in the order of the text.
    pub(crate) fields: Vec<Field<'a>>,
    pieces: Vec<Part>,
    joint: &'static str,
}

#[derive(Debug)]
enum Part {
    Text(String),
    /// The place of the field among those of the text.
    Field(usize),
}

/// Finds the text whose pieces such a sentence names, where all of them stand side by side.
pub(crate) fn find<'a>(
    fields: &[Field<'a>],
    documents: &Documents,
    is_of_it: impl Fn(&Statement) -> bool,
) -> Option<Composed<'a>> {
    let statements = documents.statements.iter().filter(|statement| is_of_it(statement));
    statements.filter_map(Statement::composed).find_map(|(pieces, joint)| {
        let (fields, pieces) = read(&pieces, fields)?;
        Some(Composed { fields, pieces, joint })
    })
}

fn read<'a>(named: &[Piece], all: &[Field<'a>]) -> Option<(Vec<Field<'a>>, Vec<Part>)> {
    let mut fields: Vec<Field<'a>> = Vec::new();
    let mut pieces = Vec::new();
    for piece in named {
        pieces.push(match piece {
            Piece::Text(text) => Part::Text(text.clone()),
            Piece::Field(term) => {
                let is_meant = |field: &&Field<'a>| {
                    term_names(term, &field.path)
                        && field.all(|value| value.is_string() || value.is_u64())
                        && fields.first().is_none_or(|first| first.is_beside(field))
                };
                let mut known = all.iter().filter(is_meant);
                let own = known.next().filter(|_| known.next().is_none())?.clone();
                fields.push(own);
                Part::Field(fields.len() - 1)
            }
        });
    }
    Some((fields, pieces))
}

impl Composed<'_> {
    /// The expression for the text; there is none without its last field.
    pub(crate) fn js(&self, script: &mut Script) -> Option<String> {
        script.uses_all(&[Helper::IsThere, Helper::Text]);
        let pieces: Vec<String> = self
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Part::Text(text) => Some(js::text(text)),
                Part::Field(at) => Some(format!("text({})", self.fields.get(*at)?.js())),
            })
            .collect();
        let (last, joint) = (self.fields.last()?.js(), js::text(self.joint));
        let pieces = pieces.join(", ");
        Some(format!("(isThere({last}) ? [{pieces}].filter(isThere).join({joint}) : undefined)"))
    }
}
