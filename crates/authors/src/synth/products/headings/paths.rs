//! Categories that are written as paths from the root: `/Food/Noodles/`, or as the names on the way.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::OUTPUT;
use crate::js;
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::{self, Decisions, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

const LEAVE: &str = "leave it out";

/// What may stand between the names of a path.
const MARKS: [&str; 3] = [">", "/", "|"];

static PATH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bpaths?\b|\bbreadcrumbs?\b|\bfrom the root\b|\bfull path\b"));
static FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bthe first\b|\b(?:innermost|deepest|narrowest|nearest) first\b"));
static LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\bthe last\b|\b(?:outermost|root|top|widest|broadest|highest) first\b")
});

/// What such a path leads to.
static HEADINGS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:categor(?:y|ies)|headings?|sections?|menus?|departments?)\b"));

/// A path whose end is the product's category.
#[derive(Debug)]
pub(crate) struct CategoryPath<'a> {
    pub(crate) field: Field<'a>,
    /// What parts its names; nothing where they are the texts of a list.
    mark: Option<&'static str>,
    /// Which of several paths is the product's own; each product has one where it is none of them.
    at: Option<i8>,
}

/// The path that documents explain. One that they do not explain is asked about.
pub(super) fn find<'a>(
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<CategoryPath<'a>> {
    let found = fields.iter().find_map(|field| Some((field, mark_of(field)?)));
    let (field, mark) = found.filter(|_| !decisions.is_given(OUTPUT))?;
    let documents = decisions.documents;
    let said: Vec<&str> = documents.about(&field.path).map(|own| own.lower.as_str()).collect();
    let in_passage = |pattern: &Regex| says(pattern, field, documents);
    let is_list = field.filled().any(Value::is_array);
    let at = match (is_list, in_passage(&FIRST), in_passage(&LAST)) {
        (true, true, false) => Some(Some(0)),
        (true, false, true) => Some(Some(-1)),
        (true, _, _) => None,
        (false, _, _) => Some(None),
    };
    let is_explained = said.iter().any(|own| PATH.is_match(own));
    if let Some(at) = at.filter(|_| is_explained) {
        let reason = "the documents say that it is a path, which ends with the category";
        decisions.record(OUTPUT, &field.place(), reason, 0.85, "");
        return Some(CategoryPath { field: field.clone(), mark: Some(mark), at });
    }
    let mut choices = matching::offers(std::slice::from_ref(field));
    choices.push(as_shown(LEAVE));
    let prompt =
        "This looks like the path to the category. Which part of it is the category's name?";
    decisions.ask(OUTPUT, prompt, &choices);
    None
}

/// Whether a passage that names the field holds the pattern.
fn says(pattern: &Regex, field: &Field<'_>, documents: &Documents) -> bool {
    documents.passages_about(&field.path).any(|own| pattern.is_match(&own.lower))
}

/// The list of names on the way to the category, where documents say at which end that is.
pub(super) fn of_names<'a>(
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<CategoryPath<'a>> {
    if decisions.is_given(OUTPUT) {
        return None;
    }
    let is_text =
        |value: &Value| value.as_str().is_some_and(|text| text.chars().any(char::is_alphabetic));
    let are_names = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(is_text));
    let end = |field: &Field<'a>| {
        let is_any = |pattern: &Regex| says(pattern, field, decisions.documents);
        match (is_any(&FIRST), is_any(&LAST)) {
            (true, false) if is_any(&PATH) && is_any(&HEADINGS) => Some(0),
            (false, true) if is_any(&PATH) && is_any(&HEADINGS) => Some(-1),
            (_, _) => None,
        }
    };
    let is_list =
        |field: &&Field<'a>| !field.is_empty() && field.all(are_names) && mark_of(field).is_none();
    let mut lists = fields.iter().filter(is_list);
    let (field, at) = lists.find_map(|field| Some((field.clone(), end(field)?)))?;
    let reason = "the documents say that it is the way to the category, and at which end that is";
    decisions.record(OUTPUT, &field.place(), reason, 0.9, "");
    Some(CategoryPath { field, mark: None, at: Some(at) })
}

/// What parts the names of the field's paths, where all its values are paths.
fn mark_of(field: &Field<'_>) -> Option<&'static str> {
    let v = vocabulary();
    let words = v.words(field.path.leaf());
    let rest = words.strip_suffix(&["path".to_owned()]).unwrap_or(&words);
    let is_called = v.names(Entity::Category, rest) && !field.path.is_in_list();
    let texts = || -> Vec<&str> {
        let all = field.filled().flat_map(|value| match value {
            Value::Array(list) => list.iter().collect::<Vec<_>>(),
            other => vec![other],
        });
        all.map(|value| value.as_str().unwrap_or_default()).collect()
    };
    let texts = if is_called { texts() } else { Vec::new() };
    // Without letters they are ids.
    let is_named = |text: &&str| text.chars().any(char::is_alphabetic);
    let is_path = |mark: &&str| {
        texts.iter().all(|text| is_named(text) && !text.contains("://"))
            && texts
                .iter()
                .any(|text| text.trim_matches(|c: char| mark.contains(c)).contains(*mark))
    };
    MARKS.into_iter().find(is_path)
}

impl CategoryPath<'_> {
    /// The expression for the list with the category's name.
    pub(super) fn js(&self, script: &mut Script) -> String {
        let read = self.field.js();
        let path = match self.at {
            None => read,
            Some(at) => format!("[{read}].flat().at({at})"),
        };
        match self.mark {
            None => {
                script.uses(Helper::Text);
                format!("[text({path})]")
            }
            Some(mark) => {
                script.uses(Helper::PathEnd);
                format!("[pathEnd({path}, {})]", js::text(mark))
            }
        }
    }
}
