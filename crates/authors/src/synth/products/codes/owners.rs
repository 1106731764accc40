//! Whose code a sentence speaks of, where records and their parts have fields of one name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::clause_before;
use crate::pattern::pattern;
use crate::synth::documents::{Statement, term_names};
use crate::synth::matching::{Candidate, Decisions, Wanted, offers};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// Whose field comes next: by the variant's.
static OWNER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(\w+)['’]s (?:own )?$"));

/// Whether a sentence speaks of the code of a variant, or of another part of the product, the field is the
/// product's, and the product has such a part with a field of that name.
pub(super) fn is_its_part_s(
    statement: &Statement,
    field: &Field<'_>,
    fields: &[Field<'_>],
) -> bool {
    let v = vocabulary();
    let is_in_variant = |field: &Field<'_>| {
        let words = v.words(field.path.parent().leaf());
        field.entity == Entity::Variant
            // Some call the only variant the master.
            || words == ["master"]
            || words.iter().any(|word| v.names(Entity::Variant, std::slice::from_ref(word)))
    };
    let clause = clause_before(statement, field);
    let Some(owner) = OWNER.captures(&clause).and_then(|found| found.get(1)) else { return false };
    let owner = v.words(owner.as_str());
    // The price's id is that of what is called a price.
    let is_in_owner = |field: &Field<'_>| {
        !owner.is_empty() && v.words(field.path.parent().leaf()).ends_with(&owner)
    };
    let is_of_variant = v.names(Entity::Variant, &owner);
    let is_meant =
        |field: &Field<'_>| is_in_owner(field) || (is_of_variant && is_in_variant(field));
    !is_meant(field)
        && fields.iter().any(|other| other.path.leaf() == field.path.leaf() && is_meant(other))
}

/// From here on documents say by which field records are known.
const DOCUMENTED: f64 = 1.4;

/// Drops what names the record that holds several others: the `group_id` of options beside the `id` that
/// tells these apart.
pub(super) fn drop_references(ranked: &mut Vec<Candidate<'_>>) {
    let ids: Vec<Field<'_>> = ranked
        .iter()
        .map(|own| own.field.clone())
        .filter(|field| vocabulary().words(field.path.leaf()) == ["id"])
        .collect();
    ranked.retain(|own| {
        let is_id = ids.iter().any(|id| id.is_at(&own.field));
        let is_told = own.score > DOCUMENTED && !is_of_product(&own.field);
        is_id || is_told || !ids.iter().any(|id| is_shared(&own.field, id))
    });
}

/// Whether a field of a group or an option is called the id of the product that it belongs to: what is
/// said of that id is said of products.
fn is_of_product(field: &Field<'_>) -> bool {
    let v = vocabulary();
    let words = v.words(field.path.leaf());
    let owner = words.split_last().map(|(_, owner)| owner).unwrap_or_default();
    matches!(field.entity, Entity::Group | Entity::Option) && v.names(Entity::Product, owner)
}

/// Whether records with different ids have the same value in a field that is called an id too.
fn is_shared(field: &Field<'_>, id: &Field<'_>) -> bool {
    let is_called = vocabulary().words(field.path.leaf()).last().is_some_and(|last| last == "id");
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut pairs = field.values.iter().zip(id.values.iter());
    is_called
        && field.is_beside(id)
        && pairs.any(|(value, id)| {
            let (value, id) = (format!("{value:?}"), format!("{id:?}"));
            *ids.entry(value).or_insert_with(|| id.clone()) != id
        })
}

/// What an order line gives the id of.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:order lines?|line items?|lines?)\b[^.;]*\b(?:refers? to|names?|gives?|carr(?:y|ies)|uses?|takes?) (?:an? |the )(?:product |item )?(\w+)['’]s id\b",
    )
});

/// Asks where the id stands that documents say order lines give, where that is one of what products
/// are sold as and the best field is the product's own.
pub(super) fn ask(
    wanted: &Wanted,
    ranked: &[Candidate<'_>],
    decisions: &mut Decisions<'_>,
) -> bool {
    let v = vocabulary();
    let Some(best) = ranked.first() else { return false };
    let is_own = best.field.entity == Entity::Product && best.field.path.len() == 1;
    if !is_own
        || decisions.answers.of(wanted.output).is_some()
        || decisions.examples.values(wanted.output).is_some()
    {
        return false;
    }
    let place = decisions.documents.statements.iter().find_map(|own| of_a_list(own, &best.field));
    if let Some(place) = place {
        let prompt = format!(
            "The documents say that orders refer to {place}, and no product of the samples was found to have one there. Where does it stand?"
        );
        decisions.ask(wanted.output, &prompt, &offers(std::slice::from_ref(&best.field)));
        return true;
    }
    if v.words(best.field.path.leaf()) != ["id"] {
        return false;
    }
    let sold_as = |own: &&str| {
        let words = v.words(own);
        [Entity::Option, Entity::Variant].into_iter().any(|entity| v.names(entity, &words))
    };
    let of = decisions
        .documents
        .statements
        .iter()
        .filter_map(|own| LINE.captures(&own.lower)?.get(1).map(|own| own.as_str()))
        .find(sold_as);
    let Some(of) = of else { return false };
    let prompt = format!(
        "The documents say that orders refer to the id of the {of}, and this is that of the product. Where does it stand?"
    );
    decisions.ask(wanted.output, &prompt, &offers(std::slice::from_ref(&best.field)));
    true
}

/// What stands between a field and the list that it is of: `x` in `parts`.
static IN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*(?:in|of|under|within|from|inside)(?: (?:the|its|each|their))?\s*$")
});

/// Where a sentence about orders says that their id stands, where that is a list within the record and
/// not the field that was found.
fn of_a_list(statement: &Statement, found: &Field<'_>) -> Option<String> {
    let places = statement.places();
    let mut pairs = places.iter().zip(places.iter().skip(1));
    let (own, list) = pairs.find(|(own, list)| {
        IN.is_match(statement.lower.get(own.end..list.start).unwrap_or_default())
    })?;
    // The list that the record itself stands in is none within it.
    let is_around = found.place.replace("[]", "").ends_with(list.term.trim_end_matches("[]"));
    let is_meant = super::is_about_orders(statement)
        && !is_around
        && !term_names(own.term, &found.path)
        && list.term.contains('.');
    is_meant.then(|| format!("`{}` in `{}`", own.term, list.term))
}

/// Whether the field is that of a part of the record, and the record of which the sentence speaks has
/// one of that name itself.
pub(super) fn is_of_a_part(statement: &Statement, field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    let clause = clause_before(statement, field);
    let owner = OWNER.captures(&clause).and_then(|found| found.get(1));
    let is_meant = |other: &&Field<'_>| {
        other.variable == field.variable
            && other.path.len() == 1
            && other.path.leaf() == field.path.leaf()
            && owner.is_none_or(|owner| {
                vocabulary().names(other.entity, &vocabulary().words(owner.as_str()))
            })
    };
    let is_by_path = statement.terms.iter().any(|term| term.contains('.'));
    field.path.len() > 1 && !is_by_path && fields.iter().any(|other| is_meant(&other))
}
