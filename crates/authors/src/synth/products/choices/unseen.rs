//! A bound that documents name and no sample has: a maximum is written only where there is a limit.

use crate::synth::documents::term_names;
use crate::synth::matching::{Decisions, Wanted};
use crate::synth::overlooked::is_decided;
use crate::synth::path::Step;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// The other bound beside the one that the samples have, where documents speak of one that is called
/// like it: `maxPicks` beside `minPicks`.
pub(super) fn beside<'a>(
    known: &Field<'a>,
    own: &Wanted,
    other: &Wanted,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    if is_decided(other.output, decisions) || decisions.examples.lack(own.output) {
        return None;
    }
    let wanted: Vec<String> = vocabulary()
        .words(known.path.leaf())
        .into_iter()
        .map(|word| if word == own.names { other.names.to_owned() } else { word })
        .collect();
    let is_unseen = |term: &&str| !fields.iter().any(|field| term_names(term, &field.path));
    let terms = decisions.documents.statements.iter().flat_map(|own| own.terms.iter());
    let leaves = terms.map(|term| term.rsplit('.').next().unwrap_or(term));
    let mut found = leaves.filter(|leaf| vocabulary().words(leaf) == wanted).filter(is_unseen);
    let leaf = found.next()?.to_owned();
    let field = known.unfilled(known.path.parent().then(Step::Key(leaf)));
    let reason = format!("documents name it, and {} stands there", known.path.leaf());
    decisions.record(other.output, &field.place(), &reason, 0.7, "");
    Some(field)
}
