//! Categories that documents say are no sections of the menu: what stands in them belongs to the one
//! above.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement};
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Relation, Rows, Target, id_text};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

use super::{Headings, OUTPUT, levels};

const POINT: &str = "products[].categories (that are none)";
const KEEP: &str = "they are categories like the others";

static NONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:is|are) (?:not (?:an? |the |any )?|no )(?:real |own |true )?(?:menu )?(?:section|categor(?:y|ie)|heading|rubric)s?\b",
    )
});
static ABOVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:section|category|heading|group|rubric|one|level|folder)s? (?:right |just |directly )?above\b|\b(?:in|to|under) (?:the |its |their )?parent\b|\bparent (?:section|category|heading|group|rubric|folder)\b",
    )
});
static WITH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:with|have|has|having|holds?|holding|carry|carries)(?: an?| any| its| own)?\s*$")
});
static WITHOUT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:without|no|lacks?|lacking)(?: an?| any)?\s*$"));

/// How to tell such a category, and which of its fields names the one above.
#[derive(Debug)]
pub(crate) struct Above {
    mark: Path,
    /// Whether the mark is there in those that are none.
    is_marked: bool,
    parent: Path,
}

/// What documents say of categories that are none; asks where the payload does not show how to follow.
pub(super) fn find(
    headings: &Headings<'_>,
    rows: &Rows<'_>,
    targets: &[Target<'_>],
    decisions: &mut Decisions<'_>,
) -> Option<Above> {
    let is_of_wrapper = |own: &Statement| levels::is_of_wrapper(own, headings.relation(), targets);
    let mut about = decisions.documents.statements.iter().filter(|own| is_about_categories(own));
    let said = about.find(|own| !is_of_wrapper(own))?;
    let found = found(said, headings, rows, targets, decisions.documents);
    if found.is_none() && decisions.answers.of(POINT).is_none() {
        let prompt = format!(
            "The documents say that some categories are none: \"{}\". How are these told from the others, and under which category do their products stand? Say it in a sentence such as: groups with `x` are no sections, their products belong to the section above.",
            said.text
        );
        decisions.ask(POINT, &prompt, &[as_shown(KEEP)]);
    }
    found
}

/// Whether a sentence says of some categories that they are none.
fn is_about_categories(statement: &Statement) -> bool {
    let Some(subject) =
        NONE.find(&statement.lower).and_then(|own| statement.lower.get(..own.start()))
    else {
        return false;
    };
    let words = vocabulary().words(subject);
    let mut known = vocabulary().entity_phrases(Entity::Category);
    known.any(|phrase| words.iter().any(|word| word == phrase))
        || words.iter().any(|word| matches!(word.as_str(), "group" | "folder"))
}

fn found(
    said: &Statement,
    headings: &Headings<'_>,
    rows: &Rows<'_>,
    targets: &[Target<'_>],
    documents: &Documents,
) -> Option<Above> {
    // The sentence after it may say where the products belong.
    let mut block = documents.statements.iter().filter(|own| own.block == said.block);
    if !block.any(|own| ABOVE.is_match(&own.lower)) {
        return None;
    }
    let Headings::Related { relation: relation @ Relation::Ids { target, .. }, .. } = headings
    else {
        return None;
    };
    let target = targets.get(*target)?;
    let categories = relation.expand(rows, targets, "category", Entity::Category);
    let records: Vec<(usize, &Value)> = categories
        .variables
        .first()?
        .rows
        .iter()
        .zip(&categories.origins)
        .filter_map(|(record, origin)| Some((*origin, (*record)?)))
        .collect();
    let mut marks = said.places().into_iter().filter_map(|place| {
        let before = said.lower.get(..place.start)?;
        let after = said.lower.get(place.end..)?.trim_start();
        let has_it = |record: &Value| record.get(place.term).is_some_and(is_filled);
        let differs = records.iter().any(|(_, record)| has_it(record))
            && !records.iter().all(|(_, record)| has_it(record));
        let is_with = WITH.is_match(before) || after.starts_with("true");
        let is_without = WITHOUT.is_match(before) || after.starts_with("false");
        (differs && is_with != is_without).then(|| (key(place.term), is_with))
    });
    let (mark, is_marked) = marks.next()?;
    let parent = parent(&records, target)?;
    marks.next().is_none().then_some(Above { mark, is_marked, parent })
}

/// The field of categories that names the one above: called so, and all its ids are theirs.
fn parent(records: &[(usize, &Value)], target: &Target<'_>) -> Option<Path> {
    let names: BTreeSet<&String> = records
        .iter()
        .filter_map(|(_, record)| record.as_object())
        .flat_map(|r| r.keys())
        .collect();
    names.into_iter().find_map(|name| {
        let is_called = vocabulary().words(name).iter().any(|word| word == "parent");
        // A category at the top names nothing, or nought.
        let ids: BTreeSet<(usize, String)> = records
            .iter()
            .filter_map(|(origin, record)| Some((*origin, id_text(record.get(name)?)?)))
            .filter(|(_, id)| id != "0")
            .collect();
        (is_called && !ids.is_empty() && target.has_all(&ids)).then(|| key(name))
    })
}

/// Whether a value says something.
fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "0" | "false" | "N" | "n" | "no"),
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

impl fmt::Display for Above {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is = if self.is_marked { "has" } else { "lacks" };
        write!(f, "{} of one that {is} {}", self.parent, self.mark)
    }
}

impl Above {
    /// Notes that the names may be those of categories above.
    pub(super) fn note(
        &self,
        relation: &Relation,
        name: &Field<'_>,
        targets: &[Target<'_>],
        decisions: &mut Decisions<'_>,
    ) {
        let leads = relation.describe(targets);
        let source = format!("{leads}, its {}, or that of the category above ({self})", name.path);
        decisions.record_instead(OUTPUT, &source, "documents say which categories are none", 0.9);
    }

    /// The records in whose place a category stands: itself, or the first above it that is one.
    pub(super) fn js(&self, make: &str, script: &mut Script) -> String {
        script.uses_all(&[Helper::FirstAbove, Helper::IsFilled, Helper::Text]);
        let mark = self.mark.js("record");
        let is_none = if self.is_marked { "" } else { "!" };
        let parent = self.parent.js("record");
        format!(
            "firstAbove(category, (record) => {is_none}isFilled({mark}), (record) => categoryIndex.get(text({parent}))).flatMap((category) => {make})"
        )
    }
}

fn key(name: &str) -> Path {
    Path::default().then(Step::Key(name.to_owned()))
}
