//! Which field of the payload an output field is read from.
//!
//! Every candidate is scored by its name and by what documents say of it. The best one is taken when
//! it is clearly best or when its rivals hold the same values; otherwise the point stays open for a
//! person.

use std::sync::LazyLock;

use domain::{Choice, FieldSource, OpenPoint};
use regex::Regex;

use super::answers::{Answer, Answers};
use super::documents::Documents;
use super::examples::Examples;
use super::scope::Field;
use super::vocabulary::{Entity, ends_with, vocabulary};

/// Below this a candidate is no candidate.
pub(crate) const THRESHOLD: f64 = 0.28;
/// A rival as near as this makes the choice a guess.
const MARGIN: f64 = 0.12;

/// One field of the contract.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// The path in the output, such as `products[].price`.
    pub(crate) output: &'static str,
    /// Its names in the vocabulary.
    pub(crate) names: &'static str,
    /// Words that a document uses when it says which field this is.
    pub(crate) said: &'static [&'static str],
    /// Whether the contract requires it.
    pub(crate) required: bool,
}

/// A candidate and how well it fits.
#[derive(Debug, Clone)]
pub(crate) struct Candidate<'a> {
    pub(crate) field: Field<'a>,
    pub(crate) score: f64,
    pub(crate) reason: String,
}

/// What is decided, and what is left open, while one script is planned.
#[derive(Debug)]
pub(crate) struct Decisions<'d> {
    pub(crate) documents: &'d Documents,
    pub(crate) answers: &'d Answers,
    pub(crate) examples: &'d Examples,
    pub(crate) open: Vec<OpenPoint>,
    pub(crate) provenance: Vec<FieldSource>,
}

#[expect(clippy::expect_used, reason = "a constant pattern; every test of this module uses it")]
static NOT_THIS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"accounting|internal|not used|no place|deprecated|obsolete|legacy|ignore|before|previous|reporting|do not use|never (?:be |to be )?(?:use|read|show|send|sent|sell|sold|charge)|is not\b|are not\b|second language|bookkeeping|no longer|other id")
        .expect("a constant pattern is valid")
});

/// How well a field's name fits, from 0 to 1.
pub(crate) fn name_score(field: &Field<'_>, names: &str) -> f64 {
    let v = vocabulary();
    let bound = names;
    let Some(names) = v.field(names) else { return 0.0 };
    let words = field.words();
    let joined = words.join(" ");
    let has =
        |list: &[String], test: &dyn Fn(&str) -> bool| list.iter().position(|name| test(name));
    let depth = f64::from(u8::try_from(field.path.len().min(9)).unwrap_or(9)) * 0.01;
    let rank = |index: usize| f64::from(u8::try_from(index.min(20)).unwrap_or(20)) * 0.01;
    let same = |name: &str| v.words(name).join(" ") == joined;
    if let Some(index) = has(&names.strong, &same) {
        return 1.0 - rank(index) - depth;
    }
    if names.not.iter().any(|word| words.contains(word)) {
        return 0.0;
    }
    if let Some(index) = has(&names.weak, &same) {
        return 0.6 - rank(index) - depth;
    }
    if matches!(bound, "min" | "max") && words.iter().any(|word| word == bound) {
        // However the rest is worded: `minSelectCount`, `choices_min`.
        return 0.4 - depth;
    }
    // A longer name with the same end: of the record itself, not of something that it belongs to.
    let foreign = [
        Entity::Category,
        Entity::Other,
        Entity::Group,
        Entity::Option,
        Entity::Image,
        Entity::Outlet,
    ]
    .into_iter()
    .filter(|entity| *entity != field.entity && (bound != "image" || *entity != Entity::Image))
    .any(|entity| {
        words.iter().rev().skip(1).any(|word| v.entity_phrases(entity).any(|phrase| phrase == word))
    });
    let is_longer = has(&names.strong, &|name| ends_with(&words, name)).is_some();
    if is_longer && !foreign { 0.36 - depth } else { 0.0 }
}

impl Decisions<'_> {
    /// The fields that could be meant, best first.
    pub(crate) fn rank<'a>(
        &self,
        wanted: &Wanted,
        fields: &[Field<'a>],
        fits: impl Fn(&Field<'_>) -> bool,
    ) -> Vec<Candidate<'a>> {
        let mut ranked: Vec<Candidate<'a>> = fields
            .iter()
            .filter(|field| fits(field))
            .map(|field| {
                let name = name_score(field, wanted.names);
                let (said, reason) = self.said(wanted, field, name > 0.0);
                let reason =
                    reason.unwrap_or_else(|| format!("its name fits ({})", field.path.leaf()));
                // An empty field is a source only when nothing else is.
                let empty = if field.is_empty() { 0.3 } else { 0.0 };
                let candidate =
                    Candidate { field: field.clone(), score: name + said - empty, reason };
                self.by_example(wanted.output, candidate)
            })
            .filter(|candidate| candidate.score >= THRESHOLD)
            .collect();
        sort(&mut ranked);
        ranked
    }

    /// What documents add to a field's score for an output field, and their words.
    /// A name that does not fit needs words after it that say so, as in `x` is the price.
    fn said(&self, wanted: &Wanted, field: &Field<'_>, named: bool) -> (f64, Option<String>) {
        let mut best: (f64, Option<String>) = (0.0, None);
        for statement in self.documents.about(&field.path) {
            let (before, after) = statement.parts_about(&field.path);
            let said = format!("{before}{after}");
            let words = vocabulary().words(if named { &said } else { &after });
            if NOT_THIS.is_match(&said) {
                return (-0.7, None);
            }
            let meant = wanted.said.iter().any(|word| words.iter().any(|own| own == word));
            if meant && best.0 < 0.8 {
                best = (0.8, Some(format!("the documents say: {}", statement.text)));
            }
        }
        best
    }

    /// Lifts a candidate that gives what the samples expect, and drops one that does not.
    pub(crate) fn by_example<'a>(&self, output: &str, candidate: Candidate<'a>) -> Candidate<'a> {
        match self.examples.agree(output, &candidate.field) {
            Some(true) => Candidate {
                score: candidate.score + 1.0,
                reason: "it gives what the samples expect".to_owned(),
                ..candidate
            },
            Some(false) => Candidate { score: -1.0, ..candidate },
            None => candidate,
        }
    }

    /// Decides between candidates, best first. Nothing when none fits or the point is open. An
    /// answer may name any of the fields; those that fit are offered where none is a candidate, and
    /// all of them where none fits.
    pub(crate) fn choose<'a>(
        &mut self,
        wanted: &Wanted,
        ranked: &[Candidate<'a>],
        fields: &[Field<'a>],
        fits: impl Fn(&Field<'_>) -> bool,
    ) -> Option<Field<'a>> {
        let mut is_refused = false;
        let mut prompt = "Several fields fit equally. Which one is it?".to_owned();
        if let Some(answer) = self.answers.of(wanted.output) {
            if let Some(field) = answered(answer, ranked, fields, &fits) {
                self.record(wanted.output, &field.place(), "a person chose it", 1.0, "");
                return Some(field);
            }
            is_refused = true;
            prompt = format!(
                "The answer {:?} names no field that the samples have. Which one is it?",
                domain::bounded(answer.text(), 80)
            );
        }
        let Some(best) = ranked.first() else {
            if wanted.required {
                let fitting: Vec<Field<'a>> =
                    fields.iter().filter(|field| fits(field)).cloned().collect();
                let has_fitting = !offers(&fitting).is_empty();
                let offers = offers(if has_fitting { &fitting } else { fields });
                let what = match (has_fitting, offers.is_empty()) {
                    _ if is_refused => prompt.as_str(),
                    (true, _) => {
                        "No field is called like it. Which of those that could hold it does?"
                    }
                    (false, false) => {
                        "No field has values that it could have. Where does it stand?"
                    }
                    (false, true) => {
                        "The samples have no field to read it from. Add a sample that has it."
                    }
                };
                self.ask(wanted.output, what, &offers);
            }
            return None;
        };
        let rival = ranked.iter().skip(1).find(|other| !agree(&best.field, &other.field));
        if let Some(rival) = rival
            && best.score - rival.score < MARGIN
        {
            let near: Vec<Field<'a>> = ranked
                .iter()
                .filter(|other| best.score - other.score < MARGIN)
                .map(|other| other.field.clone())
                .collect();
            self.ask(wanted.output, &prompt, &offers(&near));
            return None;
        }
        let confidence = best.score.clamp(0.0, 0.99);
        let runner_up = rival.map(|other| other.field.place()).unwrap_or_default();
        let (place, reason) = (best.field.place(), best.reason.clone());
        self.record(wanted.output, &place, &reason, confidence, &runner_up);
        Some(best.field.clone())
    }

    /// Ranks and decides.
    pub(crate) fn find<'a>(
        &mut self,
        wanted: &Wanted,
        fields: &[Field<'a>],
        fits: impl Fn(&Field<'_>) -> bool,
    ) -> Option<Field<'a>> {
        let ranked = self.rank(wanted, fields, &fits);
        self.choose(wanted, &ranked, fields, &fits)
    }

    /// Leaves a point open.
    pub(crate) fn ask(&mut self, field: &str, prompt: &str, choices: &[(String, String)]) {
        let choices = choices
            .iter()
            .take(12)
            .map(|(value, label)| Choice { value: value.clone(), label: label.clone() })
            .collect();
        self.open.push(OpenPoint { field: field.to_owned(), prompt: prompt.to_owned(), choices });
    }

    /// Notes where an output field comes from.
    pub(crate) fn record(
        &mut self,
        field: &str,
        source: &str,
        reason: &str,
        confidence: f64,
        runner_up: &str,
    ) {
        self.provenance.push(FieldSource {
            field: field.to_owned(),
            source: source.to_owned(),
            reason: domain::bounded(reason, 300),
            confidence: (confidence * 100.0).round() / 100.0,
            runner_up: runner_up.to_owned(),
        });
    }
}

/// Best first; among equals the shorter path, then the earlier field.
pub(crate) fn sort(candidates: &mut [Candidate<'_>]) {
    candidates.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| a.field.path.len().cmp(&b.field.path.len()))
    });
}

/// The field that an answer names: a candidate, else one that fits, else any that holds plain values.
fn answered<'a>(
    answer: &Answer,
    ranked: &[Candidate<'a>],
    fields: &[Field<'a>],
    fits: impl Fn(&Field<'_>) -> bool,
) -> Option<Field<'a>> {
    let is_plain = |field: &Field<'_>| !field.all(|v| v.is_object() || v.is_array());
    let by_rank = ranked.iter().map(|candidate| &candidate.field);
    by_rank
        .chain(fields.iter().filter(|field| fits(field)))
        .chain(fields.iter().filter(|field| is_plain(field)))
        .find(|field| answer.names(&field.place()) || answer.names(&field.path.to_string()))
        .cloned()
}

/// Whether two fields hold the same values, so that it does not matter which one is read.
fn agree(a: &Field<'_>, b: &Field<'_>) -> bool {
    !a.is_empty() && a.values == b.values
}

/// Fields as choices, each with values that it has in the samples.
pub(crate) fn offers(fields: &[Field<'_>]) -> Vec<(String, String)> {
    fields
        .iter()
        .filter(|field| {
            !field.all(|value| value.is_object() || value.is_array()) || field.is_empty()
        })
        .map(|field| (field.place(), format!("{} ({})", field.place(), field.examples())))
        .collect()
}
