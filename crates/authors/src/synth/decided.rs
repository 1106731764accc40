//! What names and documents settle of a question that the expected values leave open.

use std::sync::LazyLock;

use domain::{Brief, FieldSource, OpenPoint, Question};
use regex::Regex;
use serde_json::Value;

use super::answers::Answers;
use super::documents::Documents;
use super::emit::Script;
use super::examples::Examples;
use super::path::Path;
use super::{Known, payload, write};
use crate::pattern::pattern;

/// What a point about records that are left out is called at its end.
const DROPPED: &str = "(dropped)";

/// That records are no part of the menu. The samples show already that such records are left out: the
/// words need not say it as plainly as where nothing does.
static LEAVES_OUT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"left out|leave (?:it|them|these|those) out|\b(?:is|are|be|was|were) not (?:be )?(?:shown|listed|offered|sold|asked|used)|\bn[o']t (?:be )?(?:shown|listed|offered|asked)|\bhidden\b|\bdrafts?\b|\bdeleted\b|\bremoved\b|\bgone\b|\bignored?\b|\bno (?:product|item|part)\b|\bnot a (?:product|item|part)\b|\bfront page\b|\barchived\b|\bretired\b|cannot be (?:bought|ordered|sold)",
    )
});

/// Where names and documents say that what is asked about stands.
pub(crate) fn decided(brief: &Brief, question: &Question) -> Vec<FieldSource> {
    let mut script = Script::default();
    let Ok(payloads) = payload::read(brief, &mut script) else { return Vec::new() };
    let values: Vec<&Value> = payloads.iter().map(AsRef::as_ref).collect();
    let documents = Documents::read(&brief.documents, &brief.rounds);
    let examples = Examples::read(&brief.samples);
    let known = Known { documents, answers: Answers::read(&brief.rounds), examples };
    let mut decisions = known.decisions();
    write(brief, &values, script, &mut decisions);
    let is_open = |field: &str| decisions.open.iter().any(|point| point.field == field);
    let mut found = decisions.provenance.clone();
    found.retain(|known| !is_open(&known.field));
    found.extend(question.points.iter().filter_map(|point| left_out(point, &known.documents)));
    found
}

/// The one choice of which documents say that it tells what is left out.
fn left_out(point: &OpenPoint, documents: &Documents) -> Option<FieldSource> {
    if !point.field.ends_with(DROPPED) {
        return None;
    }
    let is_told = |place: &str| {
        let path = Path::key(place.rsplit('.').next().unwrap_or(place));
        documents.about(&path).any(|statement| LEAVES_OUT.is_match(&statement.said_of(&path)))
    };
    let mut told = point.choices.iter().filter(|choice| is_told(&choice.value));
    let only = told.next().filter(|_| told.next().is_none())?;
    Some(FieldSource {
        field: point.field.clone(),
        source: only.value.clone(),
        reason: "documents say which records are left out".to_owned(),
        confidence: 0.9,
        runner_up: String::new(),
    })
}
