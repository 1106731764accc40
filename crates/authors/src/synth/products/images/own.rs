//! The picture of a variant itself: it comes before its product's, which variants without one are shown
//! with.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::site::is_whole;
use super::{IMAGE, is_address};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, term_names};
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Rows, id_text};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const POINT: &str = "products[].imageUrl (of variants)";
const OF_PRODUCT: &str = "the product's picture";

/// Where it stands.
#[derive(Debug)]
pub(crate) enum Own<'a> {
    /// In the variant.
    Field(Field<'a>),
    /// In one of its product's pictures, whose id the variant has.
    Named { id: Field<'a>, pictures: Path, url: Path },
}

/// What stands between two pictures where the first comes before the second.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:goes|comes|is (?:taken|used|shown)) (?:before|instead of)\b|\bwins over\b|\btakes precedence over\b|\boverrides\b|\breplaces\b|^\W*(?:else|otherwise|or else|, then)\W*$",
    )
});

/// Of two pictures in one record the one that documents say comes before the other, and that one.
pub(super) fn before_other<'a>(
    pictures: &[Field<'a>],
    documents: &Documents,
) -> Option<(Field<'a>, Field<'a>)> {
    let named = |term: &str| {
        let holds = |field: &&Field<'a>| {
            term_names(term, &field.path)
                || (field.path.len() > 1 && term_names(term, &field.path.parent()))
        };
        let mut all = pictures.iter().filter(holds);
        all.next().filter(|_| all.next().is_none()).cloned()
    };
    documents.statements.iter().find_map(|statement| {
        let places = statement.places();
        let pairs = places.iter().zip(places.iter().skip(1));
        pairs.into_iter().find_map(|(first, second)| {
            let between = statement.lower.get(first.end..second.start)?;
            let (own, other) = (named(first.term)?, named(second.term)?);
            let is_before = BEFORE.is_match(between) && own.variable == other.variable;
            (is_before && own.path != other.path).then_some((own, other))
        })
    })
}

/// Finds it, where products have a picture besides; what is not understood is asked about.
pub(super) fn find<'a>(
    rows: &Rows<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Own<'a>> {
    if decisions.answers.of(POINT).is_some() || decisions.examples.values(IMAGE.output).is_some() {
        return None;
    }
    let of_variant: Vec<Field<'a>> =
        fields.iter().filter(|field| field.variable == "variant").cloned().collect();
    let is_own =
        |field: &Field<'_>| !field.is_empty() && !field.path.is_in_list() && field.all(is_whole);
    let ranked = decisions.rank(&IMAGE, &of_variant, is_own);
    if let [only] = ranked.as_slice() {
        return Some(Own::Field(only.field.clone()));
    }
    let id = of_variant.into_iter().find(is_id_of_picture)?;
    let (whole, others): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.all(is_whole));
    let named = whole.into_iter().chain(others).find_map(|field| named(&id, field, rows));
    if named.is_none() {
        let prompt = format!(
            "{} names a picture of the variant itself, and this script reads the product's. Take that one for all?",
            id.place()
        );
        decisions.ask(POINT, &prompt, &[as_shown(OF_PRODUCT)]);
    }
    named
}

/// Whether a field is called like the id of a picture.
fn is_id_of_picture(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    let own = words.strip_suffix(&["id".to_owned()]);
    !field.path.is_in_list()
        && !field.is_empty()
        && own.is_some_and(|own| vocabulary().names_picture(own))
}

/// The pictures of the product that a field stands in, where all ids name some of the same product.
fn named<'a>(id: &Field<'a>, field: &Field<'_>, rows: &Rows<'_>) -> Option<Own<'a>> {
    let (pictures, url) = field.path.split_at_list()?;
    let is_of_pictures = field.variable == "item"
        && !url.is_in_list()
        && !field.is_empty()
        && field.all(is_address)
        && vocabulary().names_picture(&vocabulary().words(pictures.leaf()));
    let items = rows.variables.iter().find(|own| own.name == "item")?;
    let has = |item: Option<&Value>, wanted: &Value| {
        let list = item.and_then(|item| pictures.of(item)).and_then(Value::as_array);
        let ids = list.into_iter().flatten().filter_map(|picture| key().of(picture));
        ids.filter_map(id_text).any(|known| Some(known) == id_text(wanted))
    };
    let are_all_there = items
        .rows
        .iter()
        .zip(id.values.iter())
        .all(|(item, wanted)| wanted.is_none_or(|wanted| has(*item, wanted)));
    (is_of_pictures && are_all_there).then(|| Own::Named { id: id.clone(), pictures, url })
}

fn key() -> Path {
    Path::default().then(Step::Key("id".to_owned()))
}

impl Own<'_> {
    /// The variant's field.
    pub(super) const fn field(&self) -> &Field<'_> {
        match self {
            Self::Field(field) => field,
            Self::Named { id, .. } => id,
        }
    }

    /// The expression for its address.
    pub(super) fn js(&self, script: &mut Script) -> String {
        match self {
            Self::Field(field) => field.js(),
            Self::Named { id, pictures, url } => {
                script.uses(Helper::List);
                let (all, key) = (pictures.js("item"), key().js("image"));
                let id = id.js();
                let found = format!(
                    "{id} == null ? undefined : list({all}).find((image) => text({key}) === text({id}))"
                );
                url.js_after(&format!("({found})"))
            }
        }
    }
}
