//! Two fields of which documents say what their words mean: which one tells of the change may depend on
//! the message.

use super::STATUS;
use super::meanings::meanings;
use super::words::word_of;
use crate::synth::matching::{Decisions, offers};
use crate::synth::scope::Field;

/// So many words that documents explain make a list of statuses.
const LISTED: usize = 3;

/// Asks where documents explain the words of another field too, and others than those of the status.
pub(super) fn ask(status: &Field<'_>, fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    if decisions.answers.of(STATUS.output).is_some() {
        return;
    }
    let documents = decisions.documents;
    let told = |field: &Field<'_>| {
        let table = meanings(field, documents).into_iter();
        table.filter(|(_, (_, is_told))| *is_told).map(|(word, _)| word).collect::<Vec<String>>()
    };
    let own = told(status);
    let is_rival = |field: &&Field<'_>| {
        field.path != status.path
            && !field.is_empty()
            && field.all(|value| value.is_string() || value.is_i64())
            && documents.about(&field.path).next().is_some()
            && told(field).iter().filter(|word| !own.contains(word)).count() >= LISTED
    };
    let rivals: Vec<Field<'_>> = fields.iter().filter(is_rival).cloned().collect();
    // A word that only the trade explains beside one that documents do may not be the one that counts.
    let is_unsaid = status.all(|word| !own.contains(&word_of(word)));
    if (own.len() >= LISTED || is_unsaid) && !rivals.is_empty() {
        let all: Vec<Field<'_>> = std::iter::once(status.clone()).chain(rivals).collect();
        let prompt = "The documents explain the words of each of these. Which one tells of the change in every message?";
        decisions.ask(STATUS.output, prompt, &offers(&all));
    }
}
