//! Flags and words that stand for the least and the most that can be chosen.

use serde_json::Value;

use super::kinds;
use crate::js;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::products::availability::is_flag;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What says yes or no of a group.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    pub(super) field: Field<'a>,
    pub(super) reading: Reading,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// A flag that is true where the rule holds.
    Yes,
    /// A flag that is false where the rule holds.
    No,
    /// A word of the vocabulary.
    Word,
    /// A word of which documents say whether the rule holds.
    Kind(Vec<(String, bool)>),
}

impl Rule<'_> {
    /// Whether the rule holds: true, false, or undefined where nothing is said.
    pub(super) fn js(&self, script: &mut Script) -> String {
        let (read, place) = (self.field.js(), js::text(&self.field.place()));
        match &self.reading {
            Reading::Kind(kinds) => {
                script.uses(Helper::Meant);
                let pairs: Vec<String> = kinds
                    .iter()
                    .map(|(kind, one)| format!("[{}, {one}]", js::text(kind)))
                    .collect();
                format!("meant(new Map([{}]), {read}, {place})", pairs.join(", "))
            }
            Reading::Yes => {
                script.uses(Helper::Flag);
                format!("flag({read}, {place})")
            }
            Reading::No => {
                script.uses_all(&[Helper::Flag, Helper::Not]);
                format!("not(flag({read}, {place}))")
            }
            Reading::Word => {
                script.uses(Helper::IsSingle);
                format!("isSingle({read}, {place})")
            }
        }
    }
}

/// What says whether one has to be chosen.
pub(super) fn required<'a>(fields: &[Field<'a>]) -> Option<Rule<'a>> {
    rule(fields, &MUST_CHOOSE, &MAY_CHOOSE)
}

/// What says whether one is the most.
pub(super) fn single<'a>(fields: &[Field<'a>], documents: &Documents) -> Option<Rule<'a>> {
    rule(fields, &ONE_AT_MOST, &MAY_CHOOSE_SEVERAL)
        .or_else(|| kinds::single(fields, documents))
        .or_else(|| word(fields))
}

const MUST_CHOOSE: [&str; 14] = [
    "require",
    "is require",
    "required",
    "is required",
    "mandatory",
    "is mandatory",
    "compulsory",
    "is compulsory",
    "forced",
    "is forced",
    "must choose",
    "must select",
    "force select",
    "force choice",
];
const MAY_CHOOSE: [&str; 2] = ["optional", "is optional"];
const ONE_AT_MOST: [&str; 10] = [
    "single",
    "single select",
    "is single",
    "single choice",
    "exclusive",
    "is exclusive",
    "only one",
    "is single select",
    "choose one",
    "is single choice",
];
const MAY_CHOOSE_SEVERAL: [&str; 14] = [
    "multi select",
    "is multi select",
    "multiple",
    "is multiple",
    "multiple select",
    "allow multiple",
    "multi",
    "is multi",
    "multi choice",
    "multiple choice",
    "several",
    "allow several",
    "is multi choice",
    "allow multiple select",
];
const HOW_MANY: [&str; 10] = [
    "select type",
    "select mode",
    "type",
    "mode",
    "select",
    "choice type",
    "select rule",
    "input type",
    "kind",
    "display type",
];

/// A flag of the groups that is called by one of the names.
fn rule<'a>(fields: &[Field<'a>], yes: &[&str], no: &[&str]) -> Option<Rule<'a>> {
    fields.iter().filter(|field| !field.is_empty() && field.all(is_flag)).find_map(|field| {
        let words = vocabulary().words(field.path.leaf());
        let name = vocabulary().without_entity(field.entity, &words).join(" ");
        let whole = words.join(" ");
        // What one vendor calls an option is another's group.
        let of_option = vocabulary().without_entity(Entity::Option, &words).join(" ");
        // `multiselect` is `multi select`.
        let is_one = |names: &[&str]| {
            names.contains(&name.as_str())
                || names.contains(&whole.as_str())
                || names.contains(&of_option.as_str())
                || names.iter().any(|known| known.replace(' ', "") == name)
        };
        let reading = match (is_one(yes), is_one(no)) {
            (true, _) => Reading::Yes,
            (false, true) => Reading::No,
            (false, false) => return None,
        };
        Some(Rule { field: field.clone(), reading })
    })
}

/// A word of the groups that says whether one or several can be chosen.
fn word<'a>(fields: &[Field<'a>]) -> Option<Rule<'a>> {
    let known = &vocabulary().one_of;
    let is_known = |value: &Value| {
        value.as_str().is_some_and(|text| {
            let plain = vocabulary().words(text).join(" ");
            known
                .single
                .iter()
                .chain(&known.several)
                .any(|own| vocabulary().words(own).join(" ") == plain)
        })
    };
    let is_named = |field: &&Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        let name = vocabulary().without_entity(field.entity, &words).join(" ");
        HOW_MANY.contains(&name.as_str()) || HOW_MANY.contains(&words.join(" ").as_str())
    };
    fields
        .iter()
        .filter(|field| !field.is_empty() && field.all(is_known))
        .find(is_named)
        .map(|field| Rule { field: field.clone(), reading: Reading::Word })
}
