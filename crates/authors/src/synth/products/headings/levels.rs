//! Which of two levels is the category: the sections that list the products, or the collections around them.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::OUTPUT;
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement};
use crate::synth::joins::{Relation, Target};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::Path;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What lists the products: `their sections list the products`.
static LIST_PRODUCTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:their|its|the) (?P<level>\w+) (?:lists?|holds?|contains?|names?|has|have) (?:the |all )?(?:products|items|dishes)\b",
    )
});

/// What the category is: a dish's heading is the section that lists it.
static IS_LEVEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:categor(?:y|ies)|headings?|rubrics?|menu sections?)\b[^.;:`]{0,40}?,? (?:is|are|comes? from|means?) (?:(?:the )?(?:names?|titles?|labels?) of )?(?:the |an? |each |every |its |their |all )*(?:innermost |inner |lower )?(?P<level>\w+) (?:that|which|where|in which|under which|it (?:is|stands|lies)|they (?:are|stand)|around|of|with)\b",
    )
});

/// What serves as the category: sections are the headings of the menu.
static SERVES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:so )?(?:the |an? |each |every |only |all |its |their )*(?P<level>\w+) (?:is|are|serves? as|acts? as|counts? as|gives?) (?:the |an? |its |their |our )*(?:products?['’]s? |dish(?:es)?['’]s? |items?['’]s? |menu['’]s )?(?:menu )?(?:categor(?:y|ies)|headings?|rubrics?)\b",
    )
});

/// What is none: collections are only tabs around the sections.
static WRAPS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<level>\w+) (?:is|are|serves? as) (?:(?:only|just|merely|nothing but|no more than|mere) (?:an? |the )?(?:tabs?|pages?|screens?|groupings?|groups?|wrappers?|containers?|frames?|bundles?|holders?|folders?|layers?|brackets?|way)\b|(?:an? |the )?(?:tabs?|pages?|screens?|groupings?|wrappers?|containers?|frames?) (?:around|about|over|above) |(?:no|not(?: an?| the)?) (?:menu )?(?:categor(?:y|ies)|headings?|rubrics?)\b)|\b(?P<only>\w+) (?:only|just|merely) (?:group|bundle|wrap|hold|gather|frame)s? ",
    )
});

/// Whether the records that name the products are the categories, and not those that hold them: of
/// `sections` in `collections` either may be what a guest sees. Asked where both are called so.
pub(super) fn is_innermost(
    relation: &Relation,
    targets: &[Target<'_>],
    decisions: &mut Decisions<'_>,
) -> bool {
    const POINT: &str = "products[].categories (level)";
    const INNER: &str = "the inner ones are the categories";
    const NO: &str = "leave them out";
    let v = vocabulary();
    let (Relation::Children { .. }, Some(list)) = (relation, relation.collection(targets)) else {
        return true;
    };
    let is_category = |path: &Path| {
        let words = v.words(path.leaf());
        v.names(Entity::Category, &words) && words.last().is_none_or(|word| word != "menu")
    };
    let [.., outer, _] = list.levels.as_slice() else { return true };
    if !is_category(&outer.path) || decisions.examples.values(OUTPUT).is_some() {
        return true;
    }
    if let Some(answer) = decisions.answers.of(POINT) {
        return answer.text() == INNER;
    }
    let (own, around) = (list.words(), v.words(outer.path.leaf()));
    if is_told(&own, &around, decisions.documents) {
        return true;
    }
    let prompt = format!(
        "{list} stand in {}, which could be the categories as well; these cannot be read as \
         categories. What holds?",
        outer.path
    );
    decisions.ask(POINT, &prompt, &[INNER, NO].map(as_shown));
    false
}

/// Whether documents say that a product stands in the inner level, or that the outer one only wraps it,
/// and not the opposite besides.
fn is_told(own: &[String], around: &[String], documents: &Documents) -> bool {
    let names = |pattern: &Regex, level: &[String]| {
        documents.statements.iter().any(|statement| names_level(statement, pattern, level))
    };
    let is = |level: &[String]| names(&IS_LEVEL, level) || names(&SERVES, level);
    let is_inner = names(&LIST_PRODUCTS, own) || is(own) || names(&WRAPS, around);
    is_inner && !is(around) && !names(&WRAPS, own)
}

/// Whether a statement says such a thing of the level.
fn names_level(statement: &Statement, pattern: &Regex, level: &[String]) -> bool {
    let text = statement.lower.replace('`', "");
    let is_level = |found: Captures<'_>| {
        let named = found.name("level").or_else(|| found.name("only"));
        named.is_some_and(|named| vocabulary().words(named.as_str()) == level)
    };
    pattern.captures_iter(&text).any(is_level)
}

/// Whether a statement says that the level around the records that name the products only wraps these.
pub(super) fn is_of_wrapper(
    statement: &Statement,
    relation: Option<&Relation>,
    targets: &[Target<'_>],
) -> bool {
    let list = relation.and_then(|relation| relation.collection(targets));
    let Some([.., outer, _]) = list.map(|list| list.levels.as_slice()) else { return false };
    names_level(statement, &WRAPS, &vocabulary().words(outer.path.leaf()))
}
