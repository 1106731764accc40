//! The name and the id of a place: one field, or several that documents say are joined.

use std::sync::LazyLock;

use regex::Regex;

use super::{ID, NAME};
use crate::js;
use crate::pattern::pattern;
use crate::synth::composed::{self, Composed};
use crate::synth::documents::term_names;
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;

/// A name that is one field, or several joined.
pub(super) enum Name<'a> {
    Field(Field<'a>),
    Joined(Vec<Field<'a>>, String),
    /// The first, and the other one where that is missing.
    Else(Field<'a>, Field<'a>),
}

/// What is said of places that lack a name: where it is missing, shops show `x`.
static MISSING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:where|if|when) (?:it|that|this)(?:['’]s| is) (?:missing|empty|null|absent|blank|not (?:set|there|given|filled))\b",
    )
});

/// The name with the one that documents put in its stead where it is missing.
pub(super) fn or_another<'a>(
    name: Field<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Name<'a> {
    let mut pairs = decisions.documents.in_a_row();
    let told = pairs.find(|(own, next)| own.names(&name.path) && MISSING.is_match(&next.lower));
    let other = told.and_then(|(_, next)| {
        let [term] = next.terms.as_slice() else { return None };
        let is_it = |field: &&Field<'a>| {
            term_names(term, &field.path) && field.is_beside(&name) && !field.is_at(&name)
        };
        fields.iter().find(is_it).cloned()
    });
    match other {
        Some(other) => {
            decisions.record_besides(NAME.output, &name, &other);
            Name::Else(name, other)
        }
        None => Name::Field(name),
    }
}

/// The id with those of what holds the place, where documents put it together so.
pub(super) fn composed_id<'a>(
    id: &Field<'a>,
    fields: &[Field<'a>],
    shared: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Composed<'a>> {
    let all: Vec<Field<'a>> = fields.iter().chain(shared).cloned().collect();
    let found = composed::by_template(id, &all, decisions.documents)
        .filter(|_| !decisions.is_given(ID.output))?;
    let reason = "the documents say how the id is put together";
    decisions.record_instead(ID.output, &found.place(), reason, 0.9);
    Some(found)
}

/// The name where documents say that it is several fields joined.
pub(super) fn joined_name<'a>(
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Name<'a>> {
    let statements = &decisions.documents.statements;
    for (index, statement) in statements.iter().enumerate() {
        let Some(joint) = joint_of(&statement.lower, &statement.text) else { continue };
        // "the two joined by …" speaks of what the statement before it names.
        let before =
            index.checked_sub(1).and_then(|at| statements.get(at)).map(|s| s.terms.as_slice());
        let terms = if statement.terms.len() >= 2 {
            statement.terms.as_slice()
        } else {
            before.unwrap_or_default()
        };
        let parts: Vec<Field<'a>> = terms
            .iter()
            .filter_map(|term| fields.iter().find(|field| term_names(term, &field.path)))
            .cloned()
            .collect();
        if parts.len() >= 2 {
            let source: Vec<String> = parts.iter().map(Field::place).collect();
            let reason = format!("the documents say: {}", statement.text);
            decisions.record(NAME.output, &source.join(" + "), &reason, 0.95, "");
            return Some(Name::Joined(parts, joint));
        }
    }
    None
}

/// The text between quotes in `joined by " - "`.
pub(crate) fn joint_of(lower: &str, text: &str) -> Option<String> {
    let at = ["joined by", "joined with", "separated by"].iter().find_map(|cue| lower.find(cue))?;
    let rest = text.get(at..)?;
    let open = rest.find(['"', '“', '\''])?;
    let inner = rest.get(open..)?.chars();
    let joint: String = inner.skip(1).take_while(|c| !matches!(c, '"' | '”' | '\'')).collect();
    (!joint.is_empty()).then_some(joint)
}

pub(super) fn write_name(name: &Name<'_>, script: &mut Script) {
    match name {
        Name::Field(field) => {
            script.comment(&field.place());
            script.line(format!(
                "name: requiredText({}, {}),",
                field.js(),
                js::text(&field.place())
            ));
        }
        Name::Else(field, other) => {
            script.uses(Helper::Text);
            script.comment(&format!("{}, or else {}", field.place(), other.place()));
            script.line(format!(
                "name: requiredText(text({}) ?? {}, {}),",
                field.js(),
                other.js(),
                js::text(&field.place())
            ));
        }
        Name::Joined(parts, joint) => {
            let reads: Vec<String> =
                parts.iter().map(|part| format!("text({})", part.js())).collect();
            let places: Vec<String> = parts.iter().map(Field::place).collect();
            script.comment(&format!("{}, joined", places.join(" and ")));
            script.line(format!(
                "name: requiredText([{}].filter((part) => part !== undefined).join({}), {}),",
                reads.join(", "),
                js::text(joint),
                js::text(&places.join(" and "))
            ));
        }
    }
}
