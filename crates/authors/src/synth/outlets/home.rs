//! Where the parts of an address stand together: one that stands there goes before one elsewhere.

use std::collections::BTreeMap;

use crate::synth::matching::{Candidate, sort};
use crate::synth::path::Path;
use crate::synth::vocabulary::vocabulary;

/// What a part gains for standing with the others: just enough to be no guess.
const TOGETHER: f64 = 0.15;
/// So many parts in one record make it the address.
const ENOUGH: usize = 3;

/// Lifts the candidates in the record that holds the best ones of most parts.
pub(super) fn lift(parts: &mut [Vec<Candidate<'_>>]) {
    let mut homes: BTreeMap<Path, usize> = BTreeMap::new();
    for best in parts.iter().filter_map(|ranked| ranked.first()) {
        *homes.entry(best.field.path.parent()).or_default() += 1;
    }
    let most = homes.into_iter().max_by_key(|(_, count)| *count);
    let Some((home, _)) = most.filter(|(_, count)| *count >= ENOUGH) else { return };
    for ranked in parts {
        // What stands there leaves no place to a namesake: `shop_state` is no part of the address that has
        // a `state`.
        let is_home = |own: &Candidate<'_>| own.field.path.parent() == home;
        let words = |own: &Candidate<'_>| vocabulary().words(own.field.path.leaf());
        if let Some(name) = ranked.iter().find(|own| is_home(own)).map(words) {
            ranked.retain(|own| is_home(own) || !words(own).ends_with(&name));
        }
        for candidate in ranked.iter_mut().filter(|own| own.field.path.parent() == home) {
            candidate.score += TOGETHER;
        }
        sort(ranked);
    }
}
