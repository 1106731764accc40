//! What documents say of a list that stands apart from the products.

use super::found::Found;
use crate::synth::documents::Statement;
use crate::synth::matching::Decisions;
use crate::synth::path::{Path, Step};
use crate::synth::vocabulary::{Entity, vocabulary};

/// What they say by the list's own name, or by that of the answer which holds it alone.
pub(super) fn of(found: &Found<'_>, decisions: &Decisions<'_>) -> Option<String> {
    let path =
        found.keys.iter().fold(Path::default(), |path, key| path.then(Step::Key(key.clone())));
    let holder = path.parent();
    let is_held = is_mere_list(path.leaf()) && !holder.is_root();
    let mut all: Vec<String> = [Some(&path), Some(&holder).filter(|_| is_held)]
        .into_iter()
        .flatten()
        .flat_map(|path| decisions.documents.about(path).map(|statement| statement.said_of(path)))
        .collect();
    // `stopLists` may be spoken of in prose: the stop list has every product that.
    let v = vocabulary();
    for key in found.keys.iter().filter(|key| v.words(key).len() > 1) {
        let name = format!(" {} ", v.words(key).join(" "));
        let spoken = decisions.documents.statements.iter().filter(|statement| {
            format!(" {} ", v.words(&statement.prose()).join(" ")).contains(&name)
        });
        all.extend(spoken.map(Statement::prose));
    }
    (!all.is_empty()).then(|| all.join(" "))
}

/// Whether a list's name says no more than that it lists products: `items` of an answer.
fn is_mere_list(key: &str) -> bool {
    let words = vocabulary().words(key);
    matches!(key, "data" | "results" | "records" | "elements" | "list" | "entries" | "ids")
        || vocabulary().names(Entity::Product, &words)
}
