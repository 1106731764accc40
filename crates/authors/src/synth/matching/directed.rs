//! Sentences that tell a reader which field to take.

use std::sync::LazyLock;

use regex::Regex;

use super::Wanted;
use crate::pattern::pattern;
use crate::synth::documents::{Statement, term_names};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// What a field gains that documents tell to read.
pub(super) const DIRECTED: f64 = 2.0;

/// Words right before a field that tell to read it.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[\s,:(])(?:take|use|read|choose|pick)(?: only| always| the| its| then)*\s*$")
});
static REFRAINED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:not|never|don't|don’t|instead of|rather than)\b[^.;]{0,30}$"));
/// What may follow such a field: nothing, or that it is for what is ordered.
static FOR_ORDERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*$|^\s*(?:,|\()|^\s*(?:as|for) (?:the |all |our |these |its |an? )*(?:price|picture|image|name|title|description|orders?|deliver\w*|online|takeaway|takeout|customers?|guests?|products?|items?)\b",
    )
});

/// Whether a statement tells to read the field for an output that it is called after.
pub(super) fn is_directed(statement: &Statement, wanted: &Wanted, field: &Field<'_>) -> bool {
    let v = vocabulary();
    let leaf = v.words(field.path.leaf());
    let is_any = |names: &[&str]| leaf.iter().any(|word| names.contains(&word.as_str()));
    let is_called = match wanted.names {
        "price" => is_any(&["price", "amount"]),
        "name" => is_any(&["name", "title"]),
        "description" => is_any(&["description"]),
        "image" => {
            v.names_picture(&leaf)
                || (is_any(&["url"])
                    && field.path.keys().iter().any(|k| v.names_picture(&v.words(k))))
        }
        _ => false,
    };
    is_called
        && statement.places().iter().filter(|place| term_names(place.term, &field.path)).any(
            |place| {
                let before = statement.lower.get(..place.start).unwrap_or_default();
                let after = statement.lower.get(place.end..).unwrap_or_default();
                DIRECTIVE.is_match(before)
                    && !REFRAINED.is_match(before)
                    && FOR_ORDERS.is_match(after)
            },
        )
}
