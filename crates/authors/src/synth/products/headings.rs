//! The names of the categories that a product stands under.

mod above;
mod asked;
mod naming;
mod paths;
mod references;
mod text;
mod ties;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;

use crate::synth::documents::term_names;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::{self, Decisions, NAME_FITS};
use crate::synth::path::Path;
use crate::synth::products::choices::is_bounded;
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};
use above::Above;
use asked::{ask_about_told, unnamed};
use paths::CategoryPath;
use text::text_rank;
use ties::{Ties, ties, widest};

const OUTPUT: &str = "products[].categories";

/// What leads from a field to what it serves as: `x` of a dish is its rubric and serves as category.
static SERVES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^`;.]{0,90}?\b(?:serves? as|acts? as|works? as|counts? as|is used as|stands for|is its|are its|names its)(?: (?:the|its|a|our))? ",
    )
});

/// What leads on to what something is besides: `x` is the page of a dish, which is its category.
static WHICH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^`;.]{0,90}?,? (?:which|and that|that) (?:is|are|serves as)(?: (?:the|its|a|our))? ",
    )
});

/// The group that a product is in: `x` is the group that an item lies in.
static GROUP_OF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^the (?:pos|till|register|system)(?:['’]s)? (?:own )?groups?\b|^(?:the |its )?(?:parent )?group (?:of|(?:that|which|in which) (?:an?|the|each|every)) (?:an? |the |each |every )?(?:item|product|dish|article)\b",
    )
});

/// What something is called besides: the nodes (categories) that it is in.
static IN_BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^[^`;.(]{0,40}\((?:the )?(?:categories|category|menu sections|sections)\)")
});

/// What leads to the field that names the category.
static FILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bis the (?:menu )?(?:section|category|department|heading)\b[^`.;]*\b(?:product|item|dish|article)\b[^`.;]*\(\s*$",
    )
});

/// What a sentence says first when it translates a word: types are `what others call` categories.
static CALLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^what (?:\w+ ){1,3}(?:calls?|knows? as) (?:a |an |the |their )?"));

/// Where the names come from.
#[derive(Debug)]
pub(crate) enum Headings<'a> {
    /// The product leads to records with a name.
    Related { relation: Relation, name: Field<'a>, above: Option<Above> },
    /// The product, or the record that holds it, has the name or a list of names.
    Text(Field<'a>),
    /// The product has the path to it.
    Path(CategoryPath<'a>),
}

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
        Headings::Related { relation, name, .. } => {
            let inner = relation.expand(rows, targets, "category", Entity::Category);
            let name = naming::settle(name, &scope::fields(&inner.variables), decisions)?;
            if let Some(above) = &above {
                above.note(&relation, &name, targets, decisions);
            }
            Some(Headings::Related { relation, name, above })
        }
        Headings::Text(name) => match holder.filter(|holder| holder.name == name.variable) {
            Some(holder) => {
                let beside = scope::fields(std::slice::from_ref(holder));
                naming::settle(name, &beside, decisions).map(Headings::Text)
            }
            None => Some(Headings::Text(name)),
        },
        Headings::Path(path) => Some(Headings::Path(path)),
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
    if let Some((is_plain, relation, name, _)) = widest(related) {
        if !is_plain && asked::is_beside_folders(&relation, relations, targets, decisions) {
            return None;
        }
        if !asked::is_innermost(&relation, targets, decisions) {
            return None;
        }
        decisions.record(
            OUTPUT,
            &format!("{}, its {}", relation.describe(targets), name.path),
            "it leads to categories",
            0.9,
            "",
        );
        return Some(Headings::Related { relation, name, above: None });
    }
    let mut direct: Vec<(usize, &Field<'a>)> = fields
        .iter()
        .filter(|field| !field.is_empty() && !field.path.is_in_list())
        .filter(|field| !is_for_others(&field.path, decisions))
        .filter(|field| !references::is_key_of_named(field, rows, targets))
        .filter_map(|field| {
            let is_said = field.all(Value::is_string) && is_documented(&field.path, decisions);
            Some((if is_said { 0 } else { 1 + text_rank(field)? }, field))
        })
        .collect();
    direct.sort_by_key(|(rank, field)| (*rank, field.path.len()));
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

/// The path without the wrappers at its end: documents speak of `shelf`, and its id stands in
/// `shelf.data.id`.
fn spoken_of(path: &Path) -> Path {
    let is_wrapper = |path: &Path| matches!(path.leaf(), "id" | "data" | "ref" | "key" | "value");
    let mut named = path.clone();
    while named.len() > 1 && is_wrapper(&named) {
        named = named.parent();
    }
    named
}

/// Whether documents say that what stands there is the category.
fn is_documented(path: &Path, decisions: &Decisions<'_>) -> bool {
    let of_field = decisions.documents.about(path).any(|statement| {
        let (_, after) = statement.parts_about(path);
        let after = after.trim_start();
        let behind = |lead: &Regex| lead.find(after).and_then(|found| after.get(found.end()..));
        let said = ["is ", "are ", "names "].iter().find_map(|verb| after.strip_prefix(verb));
        said.or_else(|| behind(&SERVES)).is_some_and(is_of_category)
            || IN_BRACKETS.is_match(after)
            || behind(&WHICH).is_some_and(is_of_category)
    });
    // A page is the section that a product is filed under (`x`).
    let before = decisions.documents.about(path).any(|statement| {
        let places = statement.places();
        let own = places.iter().find(|place| term_names(place.term, path));
        let lead = own.and_then(|own| statement.lower.get(..own.start)).unwrap_or_default();
        FILED.is_match(lead)
    });
    of_field || before || told(path, decisions).any(is_of_category)
}

/// Whether what each record of a list holds is the category: `placements[].shelf`.
fn holds_one(fields: &[Field<'_>], decisions: &Decisions<'_>) -> bool {
    fields.iter().any(|field| {
        field.path.len() == 1
            && field.filled().any(Value::is_object)
            && is_documented(&field.path, decisions)
    })
}

/// Whether what is said of a field or of records begins with a word for categories.
fn is_of_category(said: &str) -> bool {
    let said = CALLED.find(said).and_then(|found| said.get(found.end()..)).unwrap_or(said);
    let words: Vec<String> = vocabulary().words(said).into_iter().take(6).collect();
    let names = (1..=words.len()).any(|end| {
        words.get(..end).is_some_and(|start| vocabulary().names(Entity::Category, start))
    });
    let is_grouping = words.iter().any(|word| word == "grouping");
    (names || is_grouping || GROUP_OF.is_match(said)) && !words.iter().any(|word| word == "id")
}

/// What sentences say that begin with the field's name as a word: "Labels are the sections of the
/// menu". Of products a type is the product type.
fn told<'d>(path: &Path, decisions: &Decisions<'d>) -> impl Iterator<Item = &'d str> {
    let name = vocabulary().words(path.leaf());
    let in_prose = decisions.documents.statements.iter().filter(|s| s.terms.is_empty());
    in_prose.flat_map(|statement| [" are ", " is "].map(|verb| (statement, verb))).filter_map(
        move |(statement, verb)| {
            let (subject, said) = statement.lower.split_once(verb)?;
            let subject = vocabulary().words(subject);
            let is_name =
                subject == name || subject == vocabulary().without_entity(Entity::Product, &name);
            is_name.then_some(said)
        },
    )
}

/// Whether documents say that what stands there is for bookkeeping, reports or the like.
fn is_for_others(path: &Path, decisions: &Decisions<'_>) -> bool {
    const OTHERS: [&str; 9] = [
        "accounting",
        "bookkeeping",
        "valuation",
        "for reports",
        "for reporting",
        "serve reports",
        "serves reports",
        "reports only",
        "never see",
    ];
    // What is said of the record is said of its name too.
    let holder = spoken_of(&path.parent());
    let serves_others = |said: &str| OTHERS.iter().any(|word| said.contains(word));
    if told(path, decisions).any(serves_others) {
        return true;
    }
    let paths = [path, &holder];
    paths.into_iter().filter(|path| !path.is_root()).any(|path| {
        decisions.documents.about(path).any(|statement| {
            let (_, after) = statement.parts_about(path);
            serves_others(after.split([';', '.']).next().unwrap_or_default())
        })
    })
}

impl Headings<'_> {
    /// The relation by which they are found, where there is one.
    pub(crate) const fn relation(&self) -> Option<&Relation> {
        match self {
            Self::Related { relation, .. } => Some(relation),
            Self::Text(_) | Self::Path(_) => None,
        }
    }

    /// The field that holds the names, where no records do.
    pub(crate) const fn text(&self) -> Option<&Field<'_>> {
        match self {
            Self::Text(field) => Some(field),
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
            Self::Related { .. } | Self::Text(_) | Self::Path(_) => None,
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
            Self::Related { relation, name, above } => {
                script.comment(&relation.describe(targets));
                let make = format!("text({})", name.js());
                let make = above.as_ref().map_or(make.clone(), |above| above.js(&make, script));
                relation.js("categoryIndex", "category", "category", &make, script)
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
            Self::Path(path) => {
                script.comment(&format!("the end of {}", path.field.place()));
                path.js(script)
            }
        };
        script.line(format!("categories: someOf({values}),"));
    }
}
