//! Which field of the payload an output field is read from.
//!
//! Every candidate is scored by its name, by the kind of its values and by what documents say of it.
//! All output fields of a record are served at once, by the assignment with the best total. A pair
//! is taken when it is clearly better than any other or when its rivals hold the same values;
//! otherwise the point stays open for a person.

mod cues;
mod directed;
mod languages;
mod names;
mod notes;
mod referred;
mod shown;
mod twins;

use domain::{FieldSource, OpenPoint};

use super::answers::{Answer, Answers};
use super::assignment::{self, Place};
use super::documents::Documents;
use super::examples::Examples;
use super::kind;
use super::scope::Field;
use super::vocabulary::Entity;

pub(crate) use cues::{is_ruled_out, is_strange};
pub(crate) use names::name_score;
pub(crate) use notes::{NAME_FITS, as_shown, offers};
pub(crate) use referred::{is_nickname, is_referred_to};
pub(crate) use twins::better;

/// Below this a candidate is no candidate.
pub(crate) const THRESHOLD: f64 = 0.28;
/// A rival as near as this makes the choice a guess.
const MARGIN: f64 = 0.12;

/// From here on a name says by itself what the field is.
const CLEAR: f64 = 0.45;

/// What a required field is worth more than one that may be left out: just enough to be no guess.
const NEED: f64 = MARGIN + 0.1;

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

impl Candidate<'_> {
    /// Whether nothing but its name speaks for it.
    pub(crate) fn is_by_name(&self) -> bool {
        self.reason.starts_with(NAME_FITS)
    }
}

/// One output field with its candidates, best first.
pub(crate) struct Want<'w, 'a> {
    pub(crate) wanted: &'w Wanted,
    pub(crate) ranked: Vec<Candidate<'a>>,
    /// Which fields could hold it at all: those are offered where none is a candidate.
    pub(crate) fits: &'w dyn Fn(&Field<'_>) -> bool,
}

/// What a person's answer settles of one output field.
enum Settled<'a> {
    /// It is read from this field.
    By(Field<'a>),
    /// It is left out.
    Without,
    /// Nothing was answered.
    Open,
    /// The answer cannot be followed; why.
    Refused(String),
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
            .filter(|field| {
                fits(field) && !shown::is_shown_elsewhere(wanted, field, fields, self.documents)
            })
            .map(|field| {
                let name = names::score(field, wanted.names);
                let (said, reason) = cues::said(self.documents, wanted, field, name > 0.0);
                let values = if name > 0.0 {
                    kind::judge(wanted.names, kind::of(field))
                } else {
                    kind::speaks(wanted.names, field)
                };
                let reason = reason.unwrap_or_else(|| {
                    if name > 0.0 {
                        format!("{NAME_FITS} ({})", field.path.leaf())
                    } else {
                        "its values are of this kind".to_owned()
                    }
                });
                let plain = name + said + values - cues::strangeness(wanted, field);
                // An empty field is a source only when nothing else is, or when the samples expect
                // nothing either.
                let is_less = field.is_empty() && !self.examples.lack(wanted.output);
                let score = if is_less { weigh_empty(wanted, name, plain, field) } else { plain };
                let candidate = Candidate { field: field.clone(), score, reason };
                self.by_example(wanted.output, candidate)
            })
            .filter(|candidate| candidate.score >= THRESHOLD)
            .collect();
        sort(&mut ranked);
        ranked
    }

    /// What documents add to the score of a field that is called like the output.
    pub(crate) fn told(&self, wanted: &Wanted, field: &Field<'_>) -> f64 {
        cues::said(self.documents, wanted, field, true).0
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

    /// Decides between candidates, best first, for one output field by itself.
    pub(crate) fn choose<'a>(
        &mut self,
        wanted: &Wanted,
        ranked: &[Candidate<'a>],
        fields: &[Field<'a>],
        fits: impl Fn(&Field<'_>) -> bool,
    ) -> Option<Field<'a>> {
        let want = Want { wanted, ranked: ranked.to_vec(), fits: &fits };
        self.assign(&[want], fields).pop().flatten()
    }

    /// Decides for all output fields of one record at once. Nothing where none fits or the point is
    /// open. An answer may name any of the fields.
    pub(crate) fn assign<'a>(
        &mut self,
        wants: &[Want<'_, 'a>],
        fields: &[Field<'a>],
    ) -> Vec<Option<Field<'a>>> {
        let settled: Vec<Settled<'a>> =
            wants.iter().map(|want| self.settle(want, fields)).collect();
        let is_taken = |field: &Field<'a>| {
            settled.iter().any(|known| matches!(known, Settled::By(own) if own.is_at(field)))
        };
        let mut columns: Vec<&Field<'a>> = Vec::new();
        for candidate in wants.iter().flat_map(|want| &want.ranked) {
            let is_new = columns.iter().all(|known| !known.is_at(&candidate.field));
            if is_new && !is_taken(&candidate.field) {
                columns.push(&candidate.field);
            }
        }
        let scores: Vec<Vec<Option<f64>>> = wants
            .iter()
            .zip(&settled)
            .map(|(want, known)| {
                let is_open = matches!(known, Settled::Open | Settled::Refused(_));
                // Where two could have it, the one that has to be there gets it.
                let need = if want.wanted.required { NEED } else { 0.0 };
                columns
                    .iter()
                    .map(|field| {
                        let could_be = is_open && kind::is_possible(want.wanted.names, field);
                        want.of(field).map(|c| c.score + need).filter(|_| could_be)
                    })
                    .collect()
            })
            .collect();
        let is_alike = |a: usize, b: usize| match (columns.get(a), columns.get(b)) {
            (Some(a), Some(b)) => agree(a, b),
            (_, None) | (None, _) => false,
        };
        let places = assignment::best(&scores, is_alike);
        wants
            .iter()
            .zip(settled)
            .zip(places)
            .map(|((want, known), place)| match known {
                Settled::By(field) => {
                    let reason = self.answers.reason(want.wanted.output);
                    self.record(want.wanted.output, &field.place(), &reason, 1.0, "");
                    Some(field)
                }
                Settled::Without => None,
                Settled::Open => self.conclude(want, wants, place, &columns, fields, ""),
                Settled::Refused(why) => self.conclude(want, wants, place, &columns, fields, &why),
            })
            .collect()
    }

    /// What an answer says of one output field.
    fn settle<'a>(&self, want: &Want<'_, 'a>, fields: &[Field<'a>]) -> Settled<'a> {
        let Some(answer) = self.answers.of(want.wanted.output) else { return Settled::Open };
        if let Some(why) = answer.cannot_be_followed() {
            return Settled::Refused(why);
        }
        match answered(answer, &want.ranked, fields, want.fits) {
            Some(field) => Settled::By(field),
            None if !answer.is_nothing() => Settled::Refused(format!(
                "The answer {:?} names no field that the samples have. ",
                domain::bounded(answer.text(), 80)
            )),
            None if want.wanted.required => {
                Settled::Refused("The standard requires it, so it cannot be left out. ".to_owned())
            }
            None => Settled::Without,
        }
    }

    /// Takes the field that the assignment gives, or asks.
    fn conclude<'a>(
        &mut self,
        want: &Want<'_, 'a>,
        wants: &[Want<'_, 'a>],
        place: Option<Place>,
        columns: &[&Field<'a>],
        fields: &[Field<'a>],
        refused: &str,
    ) -> Option<Field<'a>> {
        let output = want.wanted.output;
        let column = |index: usize| columns.get(index).copied();
        let found = place.and_then(|place| Some((place, want.of(column(place.column)?)?)));
        let Some((place, best)) = found else {
            if want.wanted.required || !refused.is_empty() {
                self.ask_for_any(want, fields, refused);
            }
            return None;
        };
        if place.margin < MARGIN || !refused.is_empty() {
            let is_near = |other: &&Candidate<'a>| {
                other.field.is_at(&best.field)
                    || (best.score - other.score < MARGIN
                        && columns.iter().any(|field| field.is_at(&other.field)))
            };
            let near: Vec<Field<'a>> =
                want.ranked.iter().filter(is_near).map(|other| other.field.clone()).collect();
            if refused.is_empty()
                && let Some((field, reason)) = better(want.wanted.names, &near, self.documents)
            {
                self.record(output, &field.place(), reason, 0.8, "");
                return Some(field);
            }
            let rival = place.rival.and_then(|row| wants.get(row)).filter(|_| near.len() < 2);
            if let Some(rival) = rival {
                let why = format!(
                    "{refused}{} could as well be {}. ",
                    best.field.place(),
                    rival.wanted.output
                );
                self.ask_for_any(want, fields, &why);
            } else {
                let prompt = format!("{refused}Several fields fit equally. Which one is it?");
                self.ask(output, &prompt, &offers(&near));
            }
            return None;
        }
        // Nearly sure when every other assignment is far worse.
        let confidence = (place.margin / (place.margin + 0.1)).clamp(0.0, 0.99);
        let runner_up = place
            .runner_up
            .and_then(column)
            .map(Field::place)
            .or_else(|| Self::next_best(want, &best.field))
            .unwrap_or_default();
        let (source, reason) = (best.field.place(), best.reason.clone());
        self.record(output, &source, &reason, confidence, &runner_up);
        Some(best.field.clone())
    }

    /// The best candidate that holds other values than the chosen field.
    fn next_best(want: &Want<'_, '_>, chosen: &Field<'_>) -> Option<String> {
        let others = want.ranked.iter().map(|candidate| &candidate.field);
        others.into_iter().find(|other| !agree(chosen, other)).map(Field::place)
    }

    /// Asks where no field is called like it: what could hold it is offered, else all there is.
    fn ask_for_any(&mut self, want: &Want<'_, '_>, fields: &[Field<'_>], why: &str) {
        let fitting: Vec<Field<'_>> =
            fields.iter().filter(|field| (want.fits)(field)).cloned().collect();
        let has_fitting = !offers(&fitting).is_empty();
        let offers = offers(if has_fitting { &fitting } else { fields });
        let what = match (has_fitting, offers.is_empty()) {
            _ if !why.is_empty() => "Which one is it?",
            (true, _) => "No field is called like it. Which of those that could hold it does?",
            (false, false) => "No field has values that it could have. Where does it stand?",
            (false, true) => "The samples have no field to read it from. Add a sample that has it.",
        };
        self.ask(want.wanted.output, &format!("{why}{what}"), &offers);
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
}

impl<'a> Want<'_, 'a> {
    fn of(&self, field: &Field<'_>) -> Option<&Candidate<'a>> {
        self.ranked.iter().find(|candidate| candidate.field.is_at(field))
    }
}

/// The score of a field that is empty in all samples: it is a source only when nothing else is. A
/// reason is one though it is empty, since there is none until an order is cancelled, and so is what
/// few places have, such as a second line of the address.
fn weigh_empty(wanted: &Wanted, name: f64, score: f64, field: &Field<'_>) -> f64 {
    const LOSS: f64 = 0.3;
    let is_of_place = field.entity == Entity::Outlet && !wanted.required;
    let is_clear = name >= CLEAR && score >= CLEAR && (wanted.names == "reason" || is_of_place);
    if is_clear { (score - LOSS).max(THRESHOLD) } else { score - LOSS }
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
