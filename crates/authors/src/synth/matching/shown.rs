//! A part of a record that holds its texts as guests read them: `local.name` for `name`.

use std::sync::LazyLock;

use regex::Regex;

use super::Wanted;
use crate::pattern::pattern;
use crate::synth::documents::{Documents, TermPlace, term_names};
use crate::synth::path::Path;
use crate::synth::scope::Field;

/// What is said of a part of a record that holds its texts as guests read them.
static SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:always )?(?:holds?|has|have|gives?|contains?|is|are)(?: always)? (?:what|the texts?(?: that| which)?) (?:(?:the|our|your|a|an) )?\w+ (?:shows?|sees?|reads?|displays?|gets?)\b|^\s*(?:is always|always) (?:there|filled|set|complete|holds?|has)\b",
    )
});

/// Whether documents say that the text stands as guests read it in a part of the record: `local.name` for
/// `name`, where `local` always holds what the shop shows.
pub(super) fn is_shown_elsewhere(
    wanted: &Wanted,
    field: &Field<'_>,
    fields: &[Field<'_>],
    documents: &Documents,
) -> bool {
    let is_part = |part: &Path| {
        let is_named = |place: &TermPlace<'_>| term_names(place.term, part);
        documents.about(part).any(|own| {
            let mut places = own.places().into_iter().filter(is_named);
            places.any(|place| SHOWN.is_match(own.lower.get(place.end..).unwrap_or_default()))
        })
    };
    matches!(wanted.names, "name" | "description")
        && fields.iter().any(|other| {
            let part = other.path.parent();
            other.variable == field.variable
                && other.path.leaf() == field.path.leaf()
                && !part.is_root()
                && part.parent() == field.path.parent()
                && is_part(&part)
        })
}
