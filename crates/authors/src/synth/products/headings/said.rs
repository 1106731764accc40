//! What documents say of fields and lists that could be categories.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::documents::term_names;
use crate::synth::matching::Decisions;
use crate::synth::path::Path;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What leads from a field to what it serves as: `x` of a dish is its rubric and serves as category.
static SERVES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^`;.]{0,90}?\b(?:serves? as|acts? as|works? as|counts? as|is used as|stands for|is its|are its|names its)(?: (?:the|its|a|our))? ",
    )
});

/// What leads on to what something is besides: `x` is the page of a dish, which is its category.
static WHICH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^`;.]{0,90}?,? (?:which|and that|that) (?:is|are|serves as)(?: (?:the|its|a|our))? ",
    )
});

/// What sorts products: the product type, the till's grouping.
static GROUPING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[^.;`(]{0,50}\bgroupings?\b(?:$|[^.;`]{0,30}$|[,(])"));

/// The group that a product is in: `x` is the group that an item lies in.
static GROUP_OF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^the (?:pos|till|register|system)(?:['’]s)? (?:own )?groups?\b|^(?:the |its )?(?:parent )?group (?:of|(?:that|which|in which) (?:an?|the|each|every)) (?:an? |the |each |every )?(?:item|product|dish|article)\b",
    )
});

/// What something is called besides: the nodes (categories) that it is in.
static IN_BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^[^`;.(]{0,80}\((?:the |our |its )?(?:categories|category|menu sections|sections)\)")
});

/// What leads to the field that names the category.
static FILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bis the (?:menu )?(?:section|category|department|heading)\b[^`.;]*\b(?:product|item|dish|article)\b[^`.;]*\(\s*$",
    )
});

/// What a sentence says first when it translates a word: types are `what others call` categories.
static CALLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^what (?:\w+ ){1,3}(?:calls?|knows? as) (?:a |an |the |their )?"));

/// The path without the wrappers at its end: documents speak of `shelf`, and its id stands in
/// `shelf.data.id`.
pub(super) fn spoken_of(path: &Path) -> Path {
    let is_wrapper = |path: &Path| matches!(path.leaf(), "id" | "data" | "ref" | "key" | "value");
    let mut named = path.clone();
    while named.len() > 1 && is_wrapper(&named) {
        named = named.parent();
    }
    named
}

/// Whether documents say that what stands there is the category.
pub(super) fn is_documented(path: &Path, decisions: &Decisions<'_>) -> bool {
    let of_field = decisions.documents.about(path).any(|statement| {
        let (_, after) = statement.parts_about(path);
        let after = after.trim_start();
        let behind = |lead: &Regex| lead.find(after).and_then(|found| after.get(found.end()..));
        let said = ["is ", "are ", "names ", "refers to ", "lists ", "gives ", "holds "]
            .iter()
            .find_map(|verb| after.strip_prefix(verb));
        said.or_else(|| behind(&SERVES)).is_some_and(is_of_category)
            || IN_BRACKETS.is_match(after)
            || behind(&WHICH).is_some_and(is_of_category)
    });
    // A page is the section that a product is filed under (`x`).
    let before = decisions.documents.about(path).any(|statement| {
        let places = statement.places();
        let own = places.iter().find(|place| term_names(place.term, path));
        let lead = own.and_then(|own| statement.lower.get(..own.start)).unwrap_or_default();
        FILED.is_match(lead)
    });
    of_field || before || told(path, decisions).any(is_of_category)
}

/// Whether what each record of a list holds is the category: `placements[].shelf`.
pub(super) fn holds_one(fields: &[Field<'_>], decisions: &Decisions<'_>) -> bool {
    fields.iter().any(|field| {
        field.path.len() == 1
            && field.filled().any(Value::is_object)
            && is_documented(&field.path, decisions)
    })
}

/// Whether what is said of a field or of records begins with a word for categories.
pub(super) fn is_of_category(said: &str) -> bool {
    let said = CALLED.find(said).and_then(|found| said.get(found.end()..)).unwrap_or(said);
    let words: Vec<String> = vocabulary().words(said).into_iter().take(6).collect();
    // A shelf price is no shelf.
    let is_money = |word: &String| matches!(word.as_str(), "price" | "amount" | "cost" | "rate");
    let names = (1..=words.len()).any(|end| {
        words.get(..end).is_some_and(|start| vocabulary().names(Entity::Category, start))
            && !words.get(end).is_some_and(is_money)
    });
    let is_grouping = words.iter().any(|word| word == "grouping") || GROUPING.is_match(said);
    (names || is_grouping || GROUP_OF.is_match(said)) && !words.iter().any(|word| word == "id")
}

/// What sentences say that begin with the field's name as a word: "Labels are the sections of the
/// menu". Of products a type is the product type.
fn told<'d>(path: &Path, decisions: &Decisions<'d>) -> impl Iterator<Item = &'d str> {
    let name = vocabulary().words(path.leaf());
    let in_prose = decisions.documents.statements.iter().filter(|s| s.terms.is_empty());
    in_prose.flat_map(|statement| [" are ", " is "].map(|verb| (statement, verb))).filter_map(
        move |(statement, verb)| {
            let (subject, said) = statement.lower.split_once(verb)?;
            let subject = vocabulary().words(subject);
            let is_name =
                subject == name || subject == vocabulary().without_entity(Entity::Product, &name);
            is_name.then_some(said)
        },
    )
}

/// Whether documents say that what stands there is for bookkeeping, reports or the like.
pub(super) fn is_for_others(path: &Path, decisions: &Decisions<'_>) -> bool {
    const OTHERS: [&str; 9] = [
        "accounting",
        "bookkeeping",
        "valuation",
        "for reports",
        "for reporting",
        "serve reports",
        "serves reports",
        "reports only",
        "never see",
    ];
    // What is said of the record is said of its name too.
    let holder = spoken_of(&path.parent());
    let serves_others = |said: &str| {
        // `x` is the category, the others are for reports.
        let own = said.split(", the other").next().unwrap_or_default();
        OTHERS.iter().any(|word| own.contains(word))
    };
    if told(path, decisions).any(serves_others) {
        return true;
    }
    let paths = [path, &holder];
    paths.into_iter().filter(|path| !path.is_root()).any(|path| {
        decisions.documents.about(path).any(|statement| {
            let (_, after) = statement.parts_about(path);
            serves_others(after.split([';', '.']).next().unwrap_or_default())
        })
    })
}
