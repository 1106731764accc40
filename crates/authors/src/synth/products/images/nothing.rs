//! Addresses of a stand-in for a picture that is not there: a product without one has `/placeholder/` in its
//! address.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{IMAGE, Image};
use crate::js;
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement};
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const POINT: &str = "products[].imageUrl (stand-ins)";
const NONE: &str = "they are no pictures, leave them out";
const ALL: &str = "they are pictures like the others";

/// Stands for a piece of an address in a sentence.
const PIECE: &str = "‡";

/// What stands in marks or quotes.
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"`([^`\n]{4,160})`|["“]([^"”`\n]{4,160})["”]"#));
/// A piece of an address rather than the name of a field.
static OF_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)/|\.(?:jpe?g|png|webp|avif|gif|svg)$|^(?:placeholder|no[-_]?(?:image|photo|picture|img))$",
    )
});
/// What an address has that stands for no picture.
static STAND_IN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:without|with no|has no|have no|lacks?|lacking)(?: an?| any| its| the)?(?: own)? (?:pictures?|images?|photos?|one)\b[^.;,‡]{0,60}‡|\bno (?:pictures?|images?|photos?)\b[^.;,‡]{0,40}‡|\b(?:placeholder|stand-?in|dummy|fallback)s?\b[^.;,‡]{0,60}‡|‡[^.;,‡]{0,30} (?:is|are|means?|stands? (?:for|in)|marks?|says?|shows?)\b[^.;,]{0,30}\b(?:no (?:pictures?|images?|photos?)|none\b|placeholders?|stand-?ins?|dummy|dummies|nothing)|‡\W{0,3}(?:an? |the )?(?:placeholder|stand-?in|dummy)\b",
    )
});
/// What values have in them that are called so.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[/_.\-](placeholder|no[-_]?(?:image|photo|picture|img)|(?:image|photo|picture)[-_]not[-_](?:found|available)|missing[-_](?:image|photo|picture))(?:[/_.\-]|s/|$)",
    )
});

/// The pieces of an address by which documents, or a person, know a stand-in.
pub(super) fn find(image: &Image<'_>, decisions: &mut Decisions<'_>) -> Vec<String> {
    let own = told(decisions.documents);
    let Some(field) = image.address().filter(|_| own.is_empty()) else { return own };
    let called: Vec<&str> = field.filled().filter_map(called).collect();
    if called.is_empty() || decisions.examples.values(IMAGE.output).is_some() {
        return own;
    }
    match decisions.answers.of(POINT).map(|answer| answer.text().to_lowercase()) {
        Some(text) if text == ALL => own,
        Some(_) => {
            let mut pieces: Vec<String> = called.into_iter().map(str::to_owned).collect();
            pieces.sort_unstable();
            pieces.dedup();
            pieces
        }
        None => {
            let prompt = format!(
                "Some addresses in {} have {:?} in them. Do these stand for no picture?",
                field.place(),
                called.first().copied().unwrap_or_default()
            );
            decisions.ask(POINT, &prompt, &[NONE, ALL].map(as_shown));
            own
        }
    }
}

/// The word in an address that calls it a stand-in.
fn called(value: &Value) -> Option<&str> {
    Some(CALLED.captures(value.as_str()?)?.get(1)?.as_str())
}

/// The pieces of which documents say that addresses with them are none.
pub(crate) fn told(documents: &Documents) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for statement in &documents.statements {
        for piece in pieces(statement, documents) {
            if !found.contains(&piece) {
                found.push(piece);
            }
        }
    }
    found
}

fn pieces(statement: &Statement, documents: &Documents) -> Vec<String> {
    let quoted = QUOTED.captures_iter(&statement.text).filter_map(|found| {
        let whole = found.get(0)?;
        let piece = found.get(1).or_else(|| found.get(2))?.as_str();
        OF_ADDRESS.is_match(piece).then_some((whole, piece))
    });
    let is_told = |start: usize, end: usize| {
        let text = |range: Option<&str>| range.unwrap_or_default().to_lowercase().replace('`', "");
        let (before, after) = (statement.text.get(..start), statement.text.get(end..));
        STAND_IN.is_match(&format!("{}{PIECE}{}", text(before), text(after)))
    };
    let told: Vec<String> = quoted
        .filter(|(whole, _)| is_told(whole.start(), whole.end()))
        .map(|(_, piece)| piece.to_owned())
        .collect();
    let is_of_pictures = || {
        let block = documents.statements.iter().filter(|own| own.block == statement.block);
        block.flat_map(|own| &own.words).any(|word| {
            vocabulary().names_picture(std::slice::from_ref(word))
                || vocabulary().field("image").is_some_and(|names| names.strong.contains(word))
        })
    };
    if told.is_empty() || !is_of_pictures() { Vec::new() } else { told }
}

/// The expression for an address that is none of these.
pub(super) fn js(address: &str, pieces: &[String], script: &mut Script) -> String {
    if pieces.is_empty() {
        return address.to_owned();
    }
    script.uses(Helper::NoStandIn);
    let list: Vec<String> = pieces.iter().map(|piece| js::text(piece)).collect();
    format!("noStandIn({address}, [{}])", list.join(", "))
}

impl<'a> Image<'a> {
    /// The field that holds the address, where one does.
    const fn address(&self) -> Option<&Field<'a>> {
        match self {
            Self::Field { field, .. } | Self::Related { url: field, .. } => Some(field),
            Self::Composed(..) => None,
        }
    }
}
