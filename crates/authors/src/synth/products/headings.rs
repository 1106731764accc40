//! The names of the categories that a product stands under.

mod above;
mod asked;
mod further;
mod levels;
mod naming;
mod paths;
mod references;
mod said;
mod text;
mod ties;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::{self, Decisions, NAME_FITS};
use crate::synth::products::choices::is_bounded;
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};
use above::Above;
use asked::{ask_about_told, unnamed};
use paths::CategoryPath;
use said::{holds_one, is_documented, is_for_others, spoken_of};
use text::text_rank;
use ties::{Ties, ties, widest};

const OUTPUT: &str = "products[].categories";

/// Where the names come from.
#[derive(Debug)]
pub(crate) enum Headings<'a> {
    /// The product leads to records with a name.
    Related {
        relation: Relation,
        /// Another way to records of the same list.
        further: Option<Box<Relation>>,
        name: Field<'a>,
        above: Option<Above>,
    },
    /// The product, or the record that holds it, has the name or a list of names.
    Text(Field<'a>),
    /// The product has the names in one text, with commas between them.
    Listed(Field<'a>),
    /// The product has the path to it.
    Path(CategoryPath<'a>),
}

/// What is said of a text that holds several names.
static COMMAS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:separated|divided|parted|split) (?:by|with|at) commas?\b|\bcommas?[- ]separated\b",
    )
});

/// Finds the names; nothing where the payload has none.
pub(crate) fn plan<'a>(
    rows: &Rows<'a>,
    fields: &[Field<'a>],
    holder: Option<&Variable<'a>>,
    relations: &[Relation],
    targets: &[Target<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Headings<'a>> {
    if decisions.examples.lack(OUTPUT) {
        return None;
    }
    let Some(found) = find(rows, fields, holder, relations, targets, decisions) else {
        ask_about_told(fields, decisions);
        return None;
    };
    let above = above::find(&found, rows, targets, decisions);
    match found {
        Headings::Related { relation, further, name, .. } => {
            let inner = relation.expand(rows, targets, "category", Entity::Category);
            let name = naming::settle(name, &scope::fields(&inner.variables), decisions)?;
            if let Some(above) = &above {
                above.note(&relation, &name, targets, decisions);
            }
            Some(Headings::Related { relation, further, name, above })
        }
        Headings::Text(name) => match holder.filter(|holder| holder.name == name.variable) {
            Some(holder) => {
                let beside = scope::fields(std::slice::from_ref(holder));
                naming::settle(name, &beside, decisions).map(Headings::Text)
            }
            None if is_listed(&name, decisions) => Some(Headings::Listed(name)),
            None => Some(Headings::Text(name)),
        },
        Headings::Path(_) | Headings::Listed(_) => Some(found),
    }
}

fn find<'a>(
    rows: &Rows<'a>,
    fields: &[Field<'a>],
    holder: Option<&Variable<'a>>,
    relations: &[Relation],
    targets: &[Target<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Headings<'a>> {
    let mut related: Vec<(bool, Relation, Field<'a>, Ties)> = Vec::new();
    let is_said = |relation: &Relation| {
        !matches!(relation, Relation::Children { .. } | Relation::Table { .. })
            && is_documented(&spoken_of(relation.path()), decisions)
    };
    for relation in relations.iter().filter(|relation| {
        !is_for_others(relation.path(), decisions)
            && !relation.list(targets).is_some_and(|list| is_for_others(list, decisions))
    }) {
        let is_called = relation.is_named(Entity::Category, targets) || is_said(relation);
        if !is_called && !matches!(relation, Relation::Nested { .. }) {
            continue;
        }
        let inner = relation.expand(rows, targets, "category", Entity::Category);
        let inner_fields = scope::fields(&inner.variables);
        if is_bounded(&inner_fields) || !(is_called || holds_one(&inner_fields, decisions)) {
            continue;
        }
        let own = inner_fields.iter().filter(|field| field.variable == "category");
        let name = naming::name(own, decisions).or_else(|| only_text(&inner_fields));
        if let Some(name) = name {
            related.push((
                matches!(relation, Relation::Nested { .. }) || is_said(relation),
                relation.clone(),
                name.clone(),
                ties(relation, rows, targets),
            ));
        }
    }
    related.sort_by_key(|(nested, ..)| !nested);
    if let Some((is_plain, relation, name, ties)) = widest(related) {
        if !is_plain && asked::is_beside_folders(&relation, relations, targets, decisions) {
            return None;
        }
        if !levels::is_innermost(&relation, targets, decisions) {
            return None;
        }
        let further =
            further::find((&relation, &ties), (rows, relations), targets, decisions).ok()?;
        let and =
            further.as_ref().map_or_else(String::new, |f| format!(" and {}", f.describe(targets)));
        let place = format!("{}{and}, its {}", relation.describe(targets), name.path);
        decisions.record(OUTPUT, &place, "it leads to categories", 0.9, "");
        return Some(Headings::Related { relation, further, name, above: None });
    }
    if let Some(path) = paths::of_names(fields, decisions) {
        return Some(Headings::Path(path));
    }
    let direct = named_by_texts(rows, fields, targets, decisions);
    if let Some(answer) = decisions.answers.of(OUTPUT)
        && let Some(field) = direct
            .iter()
            .map(|(_, field)| *field)
            .chain(fields.iter().filter(|field| {
                !field.is_empty() && !field.path.is_in_list() && field.all(Value::is_string)
            }))
            .find(|field| answer.names(&field.place()))
    {
        let reason = decisions.answers.reason(OUTPUT);
        decisions.record(OUTPUT, &field.place(), &reason, 1.0, "");
        return Some(Headings::Text(field.clone()));
    }
    let rivals: Vec<Field<'a>> = direct
        .iter()
        .filter(|(rank, field)| {
            direct.first().is_some_and(|(best, first)| rank == best && field.values != first.values)
        })
        .chain(direct.first())
        .map(|(_, field)| (*field).clone())
        .collect();
    if rivals.len() > 1
        && let Some((field, reason)) = matching::better("name", &rivals, decisions.documents)
    {
        decisions.record(OUTPUT, &field.place(), reason, 0.85, "");
        return Some(Headings::Text(field));
    }
    if rivals.len() > 1 {
        let prompt = "Several fields could name the category. Which one does?";
        decisions.ask(OUTPUT, prompt, &matching::offers(&rivals));
        return None;
    }
    if let Some((_, field)) = direct.into_iter().next() {
        decisions.record(OUTPUT, &field.place(), NAME_FITS, 0.85, "");
        return Some(Headings::Text(field.clone()));
    }
    if let Some(path) = paths::find(fields, decisions) {
        return Some(Headings::Path(path));
    }
    if decisions.open.iter().any(|point| point.field == OUTPUT) {
        return None;
    }
    let Some(holder) = holder else {
        return unnamed(rows, relations, targets, decisions);
    };
    let holder = scope::fields(std::slice::from_ref(holder));
    let name = naming::name(holder.iter(), decisions)?;
    decisions.record(OUTPUT, &name.place(), "the product stands in it", 0.85, "");
    Some(Headings::Text(name.clone()))
}

/// The fields of a product whose texts name its category, best first, with their ranks.
fn named_by_texts<'f, 'a>(
    rows: &Rows<'a>,
    fields: &'f [Field<'a>],
    targets: &[Target<'a>],
    decisions: &Decisions<'_>,
) -> Vec<(usize, &'f Field<'a>)> {
    let mut direct: Vec<(usize, &'f Field<'a>)> = fields
        .iter()
        .filter(|field| !field.is_empty() && !field.path.is_in_list())
        .filter(|field| !is_for_others(&field.path, decisions))
        .filter(|field| !references::is_key_of_named(field, rows, targets))
        .filter_map(|field| {
            // Documents speak of the record, and the text is its name.
            let holder = field.path.parent();
            let words = vocabulary().words(field.path.leaf());
            let is_its_name = words.last().is_some_and(|word| word == "name" || word == "title")
                && !vocabulary().is_kind(field.path.leaf())
                && !holder.is_root()
                && is_documented(&holder, decisions);
            let is_text = |value: &Value| match value {
                Value::Array(all) => all.iter().all(Value::is_string),
                other => other.is_string(),
            };
            let is_said =
                field.all(is_text) && (is_its_name || is_documented(&field.path, decisions));
            Some((if is_said { 0 } else { 1 + text_rank(field)? }, field))
        })
        .collect();
    direct.sort_by_key(|(rank, field)| (*rank, field.path.len()));
    direct
}

/// Whether documents say that the text holds several names with commas between them.
fn is_listed(name: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    let mut about = decisions.documents.about(&name.path);
    about.any(|own| COMMAS.is_match(&own.parts_about(&name.path).1))
}

/// The only text for people that the records have, whatever it is called.
fn only_text<'f, 'a>(fields: &'f [Field<'a>]) -> Option<&'f Field<'a>> {
    let is_text = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        text.starts_with(char::is_uppercase) && !text.contains(['/', '_', '@'])
    };
    let is_id = |field: &Field<'_>| {
        vocabulary().words(field.path.leaf()).last().is_some_and(|word| {
            matches!(
                word.as_str(),
                "id" | "code" | "ref" | "key" | "number" | "type" | "kind" | "status"
            )
        })
    };
    let mut texts = fields.iter().filter(|field| {
        field.path.len() == 1 && field.is_always_there() && field.all(is_text) && !is_id(field)
    });
    texts.next().filter(|_| texts.next().is_none())
}

impl Headings<'_> {
    /// The relation by which they are found, where there is one.
    pub(crate) const fn relation(&self) -> Option<&Relation> {
        match self {
            Self::Related { relation, .. } => Some(relation),
            Self::Text(_) | Self::Listed(_) | Self::Path(_) => None,
        }
    }

    /// The field that holds the names, where no records do.
    pub(crate) const fn text(&self) -> Option<&Field<'_>> {
        match self {
            Self::Text(field) | Self::Listed(field) => Some(field),
            Self::Path(path) => Some(&path.field),
            Self::Related { .. } => None,
        }
    }

    /// The categories' records, where products lead to them.
    pub(crate) fn records<'v>(&self, rows: &Rows<'v>, targets: &[Target<'v>]) -> Option<Rows<'v>> {
        Some(self.relation()?.expand(rows, targets, "category", Entity::Category))
    }

    /// The relation by which categories name their products, where they do.
    pub(crate) const fn naming(&self) -> Option<&Relation> {
        match self {
            Self::Related { relation, .. } if matches!(relation, Relation::Children { .. }) => {
                Some(relation)
            }
            Self::Related { .. } | Self::Text(_) | Self::Listed(_) | Self::Path(_) => None,
        }
    }

    pub(crate) fn declare(&self, targets: &[Target<'_>], script: &mut Script) {
        if let Self::Related { relation, .. } = self {
            relation.declare("categoryIndex", targets, script);
        }
    }

    /// The product's field.
    pub(crate) fn write(&self, targets: &[Target<'_>], script: &mut Script) {
        script.uses_all(&[Helper::SomeOf, Helper::Text]);
        let values = match self {
            Self::Related { relation, further, name, above } => {
                script.comment(&relation.describe(targets));
                let make = format!("text({})", name.js());
                let make = above.as_ref().map_or(make.clone(), |above| above.js(&make, script));
                let found = relation.js("categoryIndex", "category", "category", &make, script);
                match further {
                    None => found,
                    Some(further) => {
                        script.comment(&further.describe(targets));
                        let more =
                            further.js("categoryIndex", "category", "category", &make, script);
                        format!("[...new Set([...{found}, ...{more}])]")
                    }
                }
            }
            Self::Text(field) => {
                script.comment(&field.place());
                let is_list = field.filled().any(Value::is_array);
                if is_list {
                    format!("[{}].flat().map(text)", field.js())
                } else {
                    format!("[text({})]", field.js())
                }
            }
            Self::Listed(field) => {
                script.comment(&format!("{}, divided by commas", field.place()));
                let read = format!("(text({}) ?? \"\")", field.js());
                format!("{read}.split(\",\").map((part) => text(part.trim()))")
            }
            Self::Path(path) => {
                script.comment(&format!("the end of {}", path.field.place()));
                path.js(script)
            }
        };
        script.line(format!("categories: someOf({values}),"));
    }
}
