//! The picture in a list of its own that a product names.

use serde_json::Value;

use super::{IMAGE, Image, is_address, site};
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::Decisions;
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The address in the records of pictures that products lead to; nothing where they lead to none.
pub(super) fn related<'a>(
    rows: &Rows<'a>,
    relations: &[Relation],
    targets: &[Target<'a>],
    payloads: &[&Value],
    decisions: &mut Decisions<'_>,
) -> Option<Image<'a>> {
    let is_way = |relation: &&Relation| {
        relation.is_named(Entity::Image, targets) && !matches!(relation, Relation::Nested { .. })
    };
    relations.iter().filter(is_way).find_map(|relation| {
        let inner = relation.expand(rows, targets, "image", Entity::Image);
        let url = address(&scope::fields(&inner.variables), decisions)?;
        let prefix =
            if site::is_relative(&url) { site::find(&url, payloads, decisions) } else { None };
        let source = format!("{}, its {}", relation.describe(targets), url.path);
        decisions.record(IMAGE.output, &source, "it leads to pictures", 0.9, "");
        Some(Image::Related { relation: relation.clone(), url, prefix })
    })
}

/// The address that documents call so, else one of the record's own before those of sizes in it.
fn address<'a>(fields: &[Field<'a>], decisions: &Decisions<'_>) -> Option<Field<'a>> {
    let is_url = |field: &&Field<'a>| {
        field.variable == "image"
            && !field.is_empty()
            && field.all(is_address)
            && vocabulary().words(field.path.leaf()).contains(&"url".to_owned())
    };
    let rank = |field: &Field<'a>| decisions.told(&IMAGE, field);
    let is_own = |field: &Field<'a>| !field.path.is_in_list();
    // Of equals the first one counts.
    let urls = fields.iter().filter(is_url).rev();
    urls.max_by(|a, b| rank(a).total_cmp(&rank(b)).then(is_own(a).cmp(&is_own(b)))).cloned()
}
