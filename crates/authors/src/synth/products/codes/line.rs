//! Fields of an order that are called after the record's own field: an order line's `dishPublicRef` is
//! the `publicRef` of a dish.

use std::sync::LazyLock;

use regex::Regex;

use super::ORDER;
use crate::pattern::pattern;
use crate::synth::documents::{Statement, term_names};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What an order has.
static HAS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:has|have|holds?|carr(?:y|ies)|contains?|gives?|with|sends?|lists?|names?|quotes?|comes? with)\b",
    )
});
/// What a call does with what is given to it.
static TAKES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:takes?|expects?|wants?|needs?|accepts?|asks for|is called with)(?: only| always)?(?: the| its| an?)?\W*$",
    )
});
/// What it has not, or has for something else.
static NOT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:not|never|no longer|without|instead)\b"));

/// The sentence that names an order's field which is called after this one: its name ends as the
/// field's does, and begins with what the record is called. A name of one word, such as `id`, is that
/// of too many fields.
pub(super) fn named_after<'s>(
    statements: &'s [Statement],
    field: &Field<'_>,
) -> Option<&'s Statement> {
    let leaf = vocabulary().words(field.path.leaf());
    let is_telling = leaf.len() > 1 && field.path.len() == 1;
    statements.iter().filter(|_| is_telling).find(|statement| is_named_after(statement, field))
}

/// The sentence that says that orders refer to a `variant_id`: it is the `id` of a variant.
pub(super) fn variant_named<'s>(
    statements: &'s [Statement],
    field: &Field<'_>,
) -> Option<&'s Statement> {
    let v = vocabulary();
    let is_variants_id = |term: &String| {
        let words = v.words(term);
        let owner = words.strip_suffix(&["id".to_owned()]);
        owner.is_some_and(|owner| v.names(Entity::Variant, owner))
    };
    let is_id = field.entity == Entity::Variant
        && field.path.len() == 1
        && v.words(field.path.leaf()) == ["id"];
    let mut about = statements.iter().filter(|own| super::is_about_orders(own));
    about.find(|own| is_id && own.terms.iter().any(is_variants_id))
}

/// The sentence that names a call by which something is ordered and says that it takes the field:
/// `addToOrder` takes `publicRef`.
pub(super) fn taken_by_call<'s>(
    statements: &'s [Statement],
    field: &Field<'_>,
) -> Option<&'s Statement> {
    statements.iter().find(|statement| {
        let places = statement.places();
        places.iter().zip(places.iter().skip(1)).any(|(call, own)| {
            let between = statement.lower.get(call.end..own.start).unwrap_or_default();
            term_names(own.term, &field.path)
                && vocabulary().words(call.term).iter().any(|word| ORDER.is_match(word))
                && TAKES.is_match(between)
        })
    })
}

/// What leads to the field by which something is sold: sold by its own `x`.
static SOLD_BY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:sold|bought|rung up|booked|sells?)\b[^`;.,]{0,20}? (?:by|under|through|via|with|using)(?: (?:its|their|the))?(?P<own> own)?(?: \w+['’]s)?\s*$",
    )
});

/// The sentence that says that records are sold by this field: by one that is called an id, or by their own.
/// Where products have variants, one about these is not about a product's field.
pub(super) fn sold_by<'s>(
    statements: &'s [Statement],
    field: &Field<'_>,
    has_variant: bool,
) -> Option<&'s Statement> {
    const IDS: [&str; 10] =
        ["id", "code", "sku", "plu", "uuid", "guid", "number", "ref", "reference", "key"];
    let words = vocabulary().words(field.path.leaf());
    let is_id = words.last().is_some_and(|last| IDS.contains(&last.as_str()));
    let is_variants = |own: &Statement| {
        vocabulary().entity_phrases(Entity::Variant).any(|phrase| own.has_word(phrase))
    };
    let is_barred = has_variant && field.entity == Entity::Product;
    let may_be_about =
        |own: &&Statement| own.may_be_about(field.entity) && !(is_barred && is_variants(own));
    statements.iter().filter(may_be_about).find(|statement| {
        statement.places().iter().filter(|own| term_names(own.term, &field.path)).any(|own| {
            let before = statement.lower.get(..own.start).unwrap_or_default();
            let clause = before.rsplit('`').next().unwrap_or_default();
            SOLD_BY.captures(before).is_some_and(|found| is_id || found.name("own").is_some())
                && !NOT.is_match(clause)
        })
    })
}

/// Whether a sentence gives orders a field that is called after this one.
pub(super) fn is_named_after(statement: &Statement, field: &Field<'_>) -> bool {
    let leaf = vocabulary().words(field.path.leaf());
    let prose = statement.prose();
    ORDER.is_match(&prose)
        && HAS.is_match(&prose)
        && !NOT.is_match(&prose)
        && statement.terms.iter().any(|term| {
            let words = vocabulary().words(term);
            words.strip_suffix(leaf.as_slice()).is_some_and(|owner| is_of(field.entity, owner))
        })
}

/// Whether the words before the field's name are those for the record.
fn is_of(entity: Entity, owner: &[String]) -> bool {
    let entities: &[Entity] = match entity {
        Entity::Product | Entity::Variant => &[Entity::Product, Entity::Variant],
        // What one vendor calls an option is another's group.
        Entity::Group | Entity::Option => &[Entity::Group, Entity::Option],
        Entity::Category | Entity::Outlet | Entity::Image | Entity::Other => &[],
    };
    !owner.is_empty() && entities.iter().any(|entity| vocabulary().names(*entity, owner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::documents::Documents;
    use crate::synth::path::Path;
    use domain::Document;

    fn is_named(text: &str, leaf: &str, entity: Entity) -> bool {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        let documents = Documents::read(&[document], &[]);
        let (variable, place) = ("item".to_owned(), String::new());
        let field = Field { variable, entity, place, path: Path::key(leaf), values: [].into() };
        named_after(&documents.statements, &field).is_some()
    }

    #[test]
    fn an_order_s_field_may_be_called_after_the_record_s() {
        let text = "An order line has `dishPublicRef`.";
        assert!(is_named(text, "publicRef", Entity::Product));
        assert!(!is_named(text, "ref", Entity::Product));
        assert!(!is_named(text, "publicRef", Entity::Option));
        assert!(!is_named("A receipt never has `dishPublicRef`.", "publicRef", Entity::Product));
    }
}
