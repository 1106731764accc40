//! How a product with several variants is named: as documents or a person say, or as documents show by
//! an example such as `House Blend - 250 g`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::matching::{Decisions, as_shown, name_score};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// How a product with several variants is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By the product alone.
    Item,
    /// By the variant alone, or by the product where it has none.
    Variant,
    /// By both, with this between them.
    Joined(String),
    /// By both, the variant in brackets.
    Bracketed,
}

const NAME_POINT: &str = "products[].name (of several variants)";
const ITEM: &str = "the product's name";
const BRACKETED: &str = "product (variant)";
const VARIANT: &str = "the variant's name";

static BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"in (?:round )?(?:brackets|parentheses)"));
/// The variant's name follows the product's, with a space between.
static APPENDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:is|are|gets?|be) (?:appended|added|suffixed|put|placed)(?: with a space)? (?:to|after|behind) (?:the |its )?(?:[a-z]+(?:'s)? )?(?:name|title)\b|\b(?:name|title)s? (?:of the [a-z]+ )?followed by (?:the |its )?(?:name of the )?[a-z]+(?:'s name| name)?$|\bfollows (?:the |its )?(?:[a-z]+(?:'s)? )?(?:name|title)\b|\bfollows (?:the |its )?[a-z]+['’]s(?: own)?\b|\bjoined (?:by|with) a (?:single )?space\b|\b(?:follows|comes after|stands after|is appended|is added|is put behind)(?: it)?(?:,)? (?:after|with|behind|separated by) a (?:single )?(?:space|blank)\b|\bseparated by a (?:single )?(?:space|blank)\b",
    )
});
/// What stands between the two where the variant's name follows: `followed by " - " and`.
static FOLLOWED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b(?:name|title)\b[^."“]{0,30}\bfollowed\b[^."“]{0,40}\bby ["“]([^"”]{1,5})["”] and\b|\bwith ["“]([^"”]{1,5})["”] (?:in )?between\b|\b(?:name|title),? (?:then )?["“]([^"”]{1,5})["”],? (?:and|then)(?: then)? (?:the|its|that|their)\b|\b(?:name|title), ["“]([^"”]{1,5})["”], (?:the |its )?(?:variant|variation|size|option)"#,
    )
});
/// What stands between the values that a variant has: `the options joined by ", "`.
static VALUES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b(?:options?|values?|attributes?)(?: names?| values?)?,? (?:joined|separated|parted) (?:by|with) ["“]([^"”]{1,5})["”]"#,
    )
});

/// What documents put between the values by which variants of a product differ.
pub(super) fn joint_of_values(documents: &Documents) -> Option<String> {
    let mut told = documents.statements.iter();
    told.find_map(|own| Some(VALUES.captures(&own.lower)?.get(1)?.as_str().to_owned()))
}

static HYPHEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:hyphen|dash)\b"));

/// What stands between the two in an example.
const JOINTS: [&str; 8] = [" - ", " – ", " / ", ": ", ", ", " | ", " · ", " "];

/// A pattern of a name in quotes: `Product - Variant`, `{item} ({size})`.
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"["“'`]\W*((?:product|item|dish|parent|base)(?:[ _](?:name|title))?)[}>\]]*((?: - | – | / |: |, | \| | · | | ?\())[{<\[]*((?:variant|variation|size|option|portion)s?(?:[ _](?:name|title|value))?)[}>\]]*\)?\W*["”'`]"#,
    )
});

fn by_pattern(documents: &Documents) -> Option<Naming> {
    documents.statements.iter().find_map(|statement| {
        let found = PATTERN.captures(&statement.lower)?;
        Some(naming_of(found.get(2)?.as_str()))
    })
}

fn naming_of(joint: &str) -> Naming {
    if joint.trim() == "(" { Naming::Bracketed } else { Naming::Joined(joint.to_owned()) }
}

/// How to name the variants of a product: what documents or a person say.
pub(super) fn find(
    fields: &[Field<'_>],
    reached: &[Vec<&Value>],
    own: &Field<'_>,
    decisions: &mut Decisions<'_>,
) -> Option<Naming> {
    let options = [" - ", " ", ": ", ", "];
    if let Some(answer) = decisions.answers.of(NAME_POINT) {
        let text = answer.text();
        let joint = options.iter().find(|joint| text == joined(joint));
        return Some(match (text, joint) {
            (BRACKETED, None) => Naming::Bracketed,
            (_, Some(joint)) => Naming::Joined((*joint).to_owned()),
            (ITEM, None) => Naming::Item,
            (VARIANT, None) => Naming::Variant,
            (_, None) => Naming::Joined(" ".to_owned()),
        });
    }
    if let Some(naming) = by_expected(fields, reached, own, decisions) {
        return Some(naming);
    }
    let shown = by_pattern(decisions.documents)
        .or_else(|| by_sample(fields, reached, own, decisions.documents));
    if shown.is_some() {
        return shown;
    }
    if decisions.documents.statements.iter().any(|statement| {
        let is_variant =
            vocabulary().entity_phrases(Entity::Variant).any(|phrase| statement.has_word(phrase));
        is_variant && BRACKETS.is_match(&statement.lower)
    }) {
        return Some(Naming::Bracketed);
    }
    let documented = decisions.documents.statements.iter().find_map(|statement| {
        let is_variant =
            vocabulary().entity_phrases(Entity::Variant).any(|phrase| statement.has_word(phrase));
        let followed = FOLLOWED.captures(&statement.lower);
        followed
            .and_then(|found| Some(found.iter().skip(1).flatten().next()?.as_str().to_owned()))
            .or_else(|| crate::synth::outlets::joint_of(&statement.lower, &statement.text))
            .or_else(|| HYPHEN.is_match(&statement.lower).then(|| " - ".to_owned()))
            .or_else(|| APPENDED.is_match(&statement.lower).then(|| " ".to_owned()))
            .filter(|_| is_variant)
    });
    if let Some(joint) = documented {
        return Some(Naming::Joined(joint));
    }
    let mut choices: Vec<(String, String)> =
        options.iter().map(|joint| (joined(joint), joined(joint))).collect();
    choices.extend([BRACKETED, ITEM, VARIANT].map(as_shown));
    decisions.ask(NAME_POINT, "Some products have several variants. How is each named?", &choices);
    None
}

fn joined(joint: &str) -> String {
    format!("product{joint}variant")
}

/// The way that gives all names that the samples expect.
fn by_expected(
    fields: &[Field<'_>],
    reached: &[Vec<&Value>],
    own: &Field<'_>,
    decisions: &Decisions<'_>,
) -> Option<Naming> {
    let wanted = decisions.examples.values("products[].name").filter(|all| !all.is_empty())?;
    let joined = JOINTS.iter().map(|joint| Naming::Joined((*joint).to_owned()));
    let ways: Vec<Naming> =
        [Naming::Item, Naming::Variant, Naming::Bracketed].into_iter().chain(joined).collect();
    let names = fields.iter().filter(|field| {
        field.all(Value::is_string) && !field.is_empty() && name_score(field, "name") > 0.3
    });
    let names: Vec<&Field<'_>> = names.collect();
    ways.into_iter().find(|way| {
        names.iter().any(|name| {
            let given = given(way, name, reached, own);
            wanted.iter().all(|text| text.as_str().is_some_and(|text| given.contains(text)))
        })
    })
}

/// The names that a way gives.
fn given(
    way: &Naming,
    name: &Field<'_>,
    reached: &[Vec<&Value>],
    own: &Field<'_>,
) -> BTreeSet<String> {
    let mut given = BTreeSet::new();
    for (item, variants) in name.values.iter().zip(reached) {
        let Some(item) = item.and_then(Value::as_str) else { continue };
        // A product without variants is sold itself.
        if variants.is_empty() {
            given.insert(item.to_owned());
        }
        for variant in variants {
            let text = own.path.of(variant).and_then(Value::as_str);
            given.insert(match (way, text) {
                (Naming::Variant, Some(text)) => text.to_owned(),
                (Naming::Joined(joint), Some(text)) if variants.len() > 1 => {
                    format!("{item}{joint}{text}")
                }
                (Naming::Bracketed, Some(text)) if variants.len() > 1 => format!("{item} ({text})"),
                (_, _) => item.to_owned(),
            });
        }
    }
    given
}

/// Asks where nothing is called like the variants' names: products of one name would be all there is.
pub(super) fn ask_unnamed(place: &str, decisions: &mut Decisions<'_>) {
    if decisions.answers.of(NAME_POINT).is_some_and(|answer| answer.names(ITEM)) {
        return;
    }
    let prompt = format!(
        "Some products have several variants in {place}, and nothing there is called like a name. How is each named?"
    );
    decisions.ask(NAME_POINT, &prompt, &[as_shown(ITEM)]);
}

/// An example with the names of a product and its variant in the samples. A text that holds both
/// without the name of variants being its subject shows nothing.
fn by_sample(
    fields: &[Field<'_>],
    reached: &[Vec<&Value>],
    own: &Field<'_>,
    documents: &Documents,
) -> Option<Naming> {
    let is_about = |text: &str| {
        let words = vocabulary().words(text);
        vocabulary()
            .entity_phrases(Entity::Variant)
            .any(|phrase| words.iter().any(|word| word == phrase))
            || words.iter().any(|word| word == "name" || word == "title")
    };
    let told: Vec<&str> = documents
        .statements
        .iter()
        .filter(|statement| is_about(&statement.text))
        .map(|statement| statement.text.as_str())
        .collect();
    if told.is_empty() {
        return None;
    }
    let names = fields
        .iter()
        .filter(|field| field.all(Value::is_string) && name_score(field, "name") > 0.5);
    for name in names {
        for (item, variants) in name.values.iter().zip(reached) {
            let Some(item) = item.and_then(Value::as_str) else { continue };
            let variants = variants.iter().filter_map(|v| own.path.of(v));
            for variant in variants.filter_map(Value::as_str) {
                let is_told = |whole: &str| told.iter().any(|text| text.contains(whole));
                if is_told(&format!("{item} ({variant})")) {
                    return Some(Naming::Bracketed);
                }
                let joint = JOINTS.iter().find(|joint| is_told(&format!("{item}{joint}{variant}")));
                if let Some(joint) = joint {
                    return Some(Naming::Joined((*joint).to_owned()));
                }
            }
        }
    }
    None
}
