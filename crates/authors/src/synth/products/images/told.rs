//! Which of a picture's addresses documents speak of.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::IMAGE;
use super::site::is_whole;
use crate::pattern::pattern;
use crate::synth::documents::{Documents, term_names};
use crate::synth::matching::Decisions;
use crate::synth::path::Path;
use crate::synth::scope::Field;

/// What is said of an address that is not the one to show.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:not|never|no|only|small|smaller|tiny|cropped|thumbnail|preview|icon|internal)\b")
});

/// A picture's kind or size has no more words than this.
const MAX_WORDS: usize = 12;

/// The words by which documents know the product's picture: `imageType` PRIMARY.
pub(super) fn words<'f, 'a: 'f>(
    fields: impl Iterator<Item = &'f Field<'a>>,
    documents: &Documents,
) -> Vec<(Path, String)> {
    let told = |field: &Field<'a>| {
        let mut shown: Vec<&str> = field.filled().filter_map(Value::as_str).collect();
        shown.sort_unstable();
        shown.dedup();
        if shown.len() < 2 || shown.len() > MAX_WORDS || !field.all(Value::is_string) {
            return None;
        }
        documents.about(&field.path).find_map(|statement| {
            let places = statement.places();
            let own = places.iter().find(|place| term_names(place.term, &field.path))?;
            let word = statement.word_after(own)?;
            shown.iter().find(|own| own.eq_ignore_ascii_case(word)).map(|own| (*own).to_owned())
        })
    };
    fields.filter_map(|field| Some((field.path.clone(), told(field)?))).collect()
}

/// The one address of a picture's record that documents name, where there are several.
pub(super) fn only_named<'a>(
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    if decisions.answers.of(IMAGE.output).is_some() || decisions.examples.lack(IMAGE.output) {
        return None;
    }
    let addresses: Vec<&Field<'a>> = fields
        .iter()
        .filter(|field| field.path.is_in_list() && !field.is_empty() && field.all(is_whole))
        .collect();
    let documents = decisions.documents;
    let mut named = addresses.iter().filter(|field| documents.about(&field.path).next().is_some());
    let only = *named.next().filter(|_| named.next().is_none())?;
    let has_rival = addresses.iter().any(|field| field.is_beside(only));
    let is_other = documents.about(&only.path).any(|own| OTHER.is_match(&own.said_of(&only.path)));
    let is_right = decisions.examples.agree(IMAGE.output, only) != Some(false);
    (has_rival && !is_other && is_right).then(|| {
        let reason = "of the picture's addresses documents name this one";
        decisions.record(IMAGE.output, &only.place(), reason, 0.85, "");
        only.clone()
    })
}
