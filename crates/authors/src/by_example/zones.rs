//! Moments as the clocks of the shop show them.
//!
//! A script knows no zones, only offsets. A zone that keeps one offset all the year is as good as an
//! offset; one with summer time is not, and is asked about.

use std::sync::LazyLock;

use chrono::{DateTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use regex::Regex;
use serde_json::Value;

use super::expression::{DateForm, Expr, Function};
use super::search::{Candidate, Search};
use super::template::literals;
use crate::pattern::pattern;

/// The years whose offsets are looked at.
const YEARS: std::ops::Range<i32> = 2024..2031;

static ZONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b"));
/// A day with a time of the day.
static MOMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}"));

/// The forms that may show a clock other than that of UTC.
const FORMS: [DateForm; 7] = [
    DateForm::Offset,
    DateForm::Local,
    DateForm::Spaced,
    DateForm::Day,
    DateForm::Minute,
    DateForm::Second,
    DateForm::Compact,
];

/// The offsets of a zone in some years, in minutes.
fn offsets(zone: Tz) -> Vec<i32> {
    let mut all: Vec<i32> = YEARS
        .flat_map(|year| (1..=12).map(move |month| (year, month)))
        .filter_map(|(year, month)| Utc.with_ymd_and_hms(year, month, 1, 0, 0, 0).single())
        .map(|at| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc() / 60)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether no zone that has summer time ever keeps the offset.
fn is_steady(minutes: i32) -> bool {
    static CHANGING: LazyLock<Vec<i32>> = LazyLock::new(|| {
        let all = TZ_VARIANTS.iter().map(|zone| offsets(*zone)).filter(|own| own.len() > 1);
        all.flatten().collect()
    });
    !CHANGING.contains(&minutes)
}

impl Search<'_, '_> {
    /// The zones that the input or documents name.
    fn zones(&self) -> Vec<Tz> {
        let texts = self
            .space
            .atoms
            .iter()
            .flat_map(|path| self.space.rows.iter().filter_map(|row| row.get(path)))
            .filter_map(Value::as_str)
            .chain(self.world.documents.iter().copied());
        let mut zones: Vec<Tz> = texts
            .flat_map(|text| ZONE.find_iter(text))
            .filter_map(|found| found.as_str().parse().ok())
            .collect();
        zones.sort_unstable_by_key(|zone| zone.name());
        zones.dedup();
        zones
    }

    /// The offset of the clock that a text shows, where that is the same all the year: its own, or
    /// that of the only zone that is named.
    fn offset(&self, text: &str) -> Option<i32> {
        let zones = self.zones();
        let own = DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.offset().local_minus_utc() / 60)
            .filter(|minutes| *minutes != 0);
        match (zones.as_slice(), own) {
            ([], Some(own)) => is_steady(own).then_some(own),
            ([zone], own) => match offsets(*zone).as_slice() {
                [only] if *only != 0 && own.is_none_or(|own| own == *only) => Some(*only),
                _ => None,
            },
            _ => None,
        }
    }

    /// Moments of the input as the shop's clock shows them.
    pub(super) fn local_moments(&self, text: &str) -> Vec<Candidate> {
        let is_moment = |path: &&super::space::Path| {
            let mut values = self.space.rows.iter().filter_map(|row| row.get(path)).peekable();
            values.peek().is_some()
                && values.all(|value| {
                    value.as_str().is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok())
                })
        };
        let mut moments = self.space.atoms.iter().filter(is_moment).peekable();
        if moments.peek().is_none() || !text.contains([':', '-']) && text.len() != 8 {
            return Vec::new();
        }
        let Some(minutes) = self.offset(text) else { return Vec::new() };
        moments
            .flat_map(|path| {
                FORMS.into_iter().zip(1_u8..).map(|(form, extra)| Candidate {
                    expr: Expr::Path(path.clone()).then(Function::Local(minutes, form)),
                    cost: 2.2 + 0.01 * f64::from(extra),
                })
            })
            .collect()
    }
}

/// Whether a template writes a part of a moment as it stands in the sample: that is no moment of
/// another order.
pub(super) fn fixes_a_moment(expr: &Expr, text: &str) -> bool {
    MOMENT.is_match(text)
        && literals(expr).iter().any(|fixed| fixed.contains(|c: char| ('1'..='9').contains(&c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_steady_where_no_zone_of_summer_time_keeps_it() {
        assert!(is_steady(9 * 60) && is_steady(8 * 60) && is_steady(5 * 60 + 30));
        assert!(!is_steady(60) && !is_steady(-5 * 60) && !is_steady(3 * 60));
    }
}
