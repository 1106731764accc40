//! Which sections speak of something: BM25.
//!
//! Written here because no crate was fit in 2026: `bm25` 2.3 needs `fxhash`, which is unmaintained
//! (RUSTSEC-2025-0057), `probly-search` 2.0 stands on crates as old, and `tantivy` is a database.

use std::collections::HashMap;

use crate::words;
use crate::{Query, Section};

/// How soon more occurrences of a word in one section count no further, and how much a long
/// section's occurrences count less: the values that the literature settled on.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// A word in a heading says more about a section than one in its text.
const HEADING_WEIGHT: u32 = 3;

/// Sections that can be searched. The same sections give the same answers in the same order.
#[derive(Debug)]
pub struct Index {
    sections: Vec<Section>,
    /// For each word the sections that have it, and how often. Only ever looked up: its order is
    /// not seen.
    postings: HashMap<String, Vec<(usize, f64)>>,
    /// The length of each section in words, relative to the average.
    lengths: Vec<f64>,
}

impl Index {
    /// An index of these sections.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    pub fn of(sections: Vec<Section>) -> Self {
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::with_capacity(sections.len());
        for (place, section) in sections.iter().enumerate() {
            let mut length = 0;
            let mut add = |word: String, weight: u32| {
                length += weight;
                let found = postings.entry(word).or_default();
                match found.last_mut() {
                    Some((last, count)) if *last == place => *count += f64::from(weight),
                    _ => found.push((place, f64::from(weight))),
                }
            };
            for (text, weight) in [(&section.heading, HEADING_WEIGHT), (&section.text, 1)] {
                for word in words::stems(text) {
                    add(word, weight);
                }
            }
            lengths.push(f64::from(length));
        }
        let average = (lengths.iter().sum::<f64>() / lengths.len().max(1) as f64).max(1.0);
        for length in &mut lengths {
            *length /= average;
        }
        Self { sections, postings, lengths }
    }

    /// The sections that fit best, best first, at most `limit`; sections that fit equally come in
    /// the order in which they were given. Sections without any of the words are not among them.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of sections are far below 2^52")]
    pub fn search(&self, query: &Query, limit: usize) -> Vec<(f64, &Section)> {
        let mut scores = vec![0.0_f64; self.sections.len()];
        let total = self.sections.len() as f64;
        for (word, weight) in query.terms() {
            let Some(found) = self.postings.get(word) else { continue };
            let with = found.len() as f64;
            let rarity = ((total - with + 0.5) / (with + 0.5)).ln_1p();
            for (place, count) in found {
                if let (Some(score), Some(length)) =
                    (scores.get_mut(*place), self.lengths.get(*place))
                {
                    let often = count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
                    *score += weight * rarity * often;
                }
            }
        }
        let mut found: Vec<(f64, &Section)> =
            scores.into_iter().zip(&self.sections).filter(|(score, _)| *score > 0.0).collect();
        // A stable sort keeps the order of equals.
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.truncate(limit);
        found
    }

    /// The sections, in the order in which they were given.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }
}
