//! Candidates for the time at which the status changed.

use std::sync::LazyLock;

use regex::Regex;

use super::history::LATEST;
use super::{OCCURRED, times};
use crate::pattern::pattern;
use crate::synth::documents::term_names;
use crate::synth::matching::{Candidate, Decisions, sort};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// What one sign more is worth: more than any name.
const SIGN: f64 = 0.6;

/// What stands between a time and the status that began then: `x` is when the order entered `y`.
static ENTERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|says|gives|holds|tells) (?:the (?:time|moment|date) )?(?:when|at which|since when) (?:(?:the|an|its) )?[a-z]+ (?:entered|reached|came (?:in)?to|got|changed to|moved (?:in)?to|went into|has been in|took)(?: the| its)?\s*$",
    )
});

/// The candidates, best first; `status` is the likeliest field of the status.
pub(super) fn rank<'a>(
    fields: &[Field<'a>],
    status: Option<&Field<'a>>,
    is_moment: impl Fn(&Field<'_>) -> bool,
    decisions: &Decisions<'_>,
) -> Vec<Candidate<'a>> {
    let mut moments = decisions.rank(&OCCURRED, fields, &is_moment);
    for candidate in &mut moments {
        // The same moment in UTC leaves nothing open.
        let mut beside = fields.iter().filter(|own| is_moment(own));
        if let Some(utc) = beside.find(|own| times::is_of_utc(own, &candidate.field)) {
            candidate.field = utc.clone();
        }
    }
    let entered = |own: &&Field<'a>| {
        is_moment(own) && status.is_some_and(|status| is_when_entered(own, status, decisions))
    };
    moments.extend(fields.iter().filter(entered).map(|field| Candidate {
        field: field.clone(),
        score: SIGN,
        reason: "the documents say that it is when the order came into its status".to_owned(),
    }));
    let mut seen = Vec::new();
    moments.retain(|candidate| {
        let place = candidate.field.place();
        let is_new = !seen.contains(&place);
        seen.push(place);
        is_new
    });
    let of_clocks: Vec<Field<'a>> =
        moments.iter().map(|candidate| candidate.field.clone()).collect();
    for candidate in &mut moments {
        let own = &candidate.field;
        let signs = [
            own.variable == LATEST,
            // `statusUpdatedAt` says what changed.
            is_of_status(own),
            of_clocks.iter().any(|local| times::is_clearer(own, local)),
            status.is_some_and(|status| is_when_entered(own, status, decisions)),
        ];
        for _ in signs.into_iter().filter(|is_there| *is_there) {
            candidate.score += SIGN;
        }
    }
    sort(&mut moments);
    moments
}

/// Whether a time is called that of the status.
fn is_of_status(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    words.len() > 1 && words.iter().any(|word| matches!(word.as_str(), "status" | "state"))
}

/// Whether documents say that it is when the order came into the status.
fn is_when_entered(time: &Field<'_>, status: &Field<'_>, decisions: &Decisions<'_>) -> bool {
    decisions.documents.about(&time.path).any(|statement| {
        let places = statement.places();
        places.iter().zip(places.iter().skip(1)).any(|(own, other)| {
            let between = statement.lower.get(own.end..other.start).unwrap_or_default();
            term_names(own.term, &time.path)
                && term_names(other.term, &status.path)
                && ENTERED.is_match(between)
        })
    })
}
