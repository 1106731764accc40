//! The only picture that a product has, by its file or by what holds its address.

use serde_json::Value;

use super::IMAGE;
use super::site::is_whole;
use crate::synth::matching::{self, Decisions};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// The only picture that a product has, where its name says that it is one and how large.
pub(super) fn find<'a>(fields: &[Field<'a>], decisions: &mut Decisions<'_>) -> Option<Field<'a>> {
    // `re` is what is left of `res` without its plural.
    const SIZES: [&str; 13] = [
        "hi",
        "high",
        "res",
        "re",
        "resolution",
        "large",
        "full",
        "big",
        "original",
        "hd",
        "size",
        "max",
        "url",
    ];
    let is_open = decisions.answers.of(IMAGE.output).is_some()
        || decisions.open.iter().any(|point| point.field == IMAGE.output);
    // What is said of a picture is said of its address.
    let is_for_guests = |field: &Field<'a>| {
        let holder = Field { path: field.path.parent(), ..field.clone() };
        field.path.len() < 2 || !matching::is_ruled_out(decisions.documents, &IMAGE, &holder)
    };
    // Beside no file of a picture an address that is held by one.
    let files = pictures(fields);
    let held = || fields.iter().filter(|own| is_held_address(own)).cloned().collect();
    let all = if files.is_empty() { held() } else { files };
    let mut all = all.into_iter().filter(is_for_guests);
    let only = all.next().filter(|_| all.next().is_none() && !is_open)?;
    let words = vocabulary().words(only.path.leaf());
    let (first, sizes) = words.split_first()?;
    let is_called = (first == "thumbnail"
        || vocabulary().names_picture(std::slice::from_ref(first)))
        && sizes.iter().all(|word| SIZES.contains(&word.as_str()));
    let is_ruled_out = matching::is_ruled_out(decisions.documents, &IMAGE, &only);
    // The address in a picture or in a list of them: `photo.showUrl`, `images[0].file.url`.
    let keys = only.path.keys();
    let is_held = keys.len() > 1
        && words.last().is_some_and(|word| is_word_for_address(word))
        && (is_held_address(&only)
            || keys
                .first()
                .is_some_and(|key| vocabulary().names_picture(&vocabulary().words(key))));
    let is_own = (is_called && only.path.len() == 1) || is_held;
    (is_own && !is_ruled_out).then(|| {
        decisions.record(IMAGE.output, &only.place(), "it is the only picture", 0.8, "");
        only
    })
}

/// The fields that hold pictures, whatever they are called.
pub(super) fn pictures<'a>(fields: &[Field<'a>]) -> Vec<Field<'a>> {
    fields.iter().filter(|field| !field.is_empty() && field.all(is_picture)).cloned().collect()
}

/// Whether a field is the address of what is called a picture: `thumbnail.url`.
fn is_held_address(field: &Field<'_>) -> bool {
    let v = vocabulary();
    let keys = field.path.keys();
    let holder = keys.iter().rev().nth(1).map(|key| v.words(key)).unwrap_or_default();
    field.path.len() > 1
        && v.words(field.path.leaf()).last().is_some_and(|word| is_word_for_address(word))
        && holder.last().is_some_and(|last| {
            is_word_for_picture(last) || v.names_picture(std::slice::from_ref(last))
        })
        && !field.is_empty()
        && field.all(is_whole)
}

/// What pictures are called besides.
fn is_word_for_picture(word: &str) -> bool {
    matches!(word, "thumbnail" | "asset")
}

/// Words for an address; what is called after a scheme is one too (`https`, as a plural).
fn is_word_for_address(word: &str) -> bool {
    matches!(word, "url" | "http" | "preview")
}

/// Whether a value is called like the file of a picture.
pub(super) fn is_picture(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        let path = text.split('?').next().unwrap_or_default().to_lowercase();
        !text.contains(' ')
            && [".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"]
                .iter()
                .any(|end| path.ends_with(end))
    })
}
