//! Categories that hide their products with them.

use std::sync::LazyLock;

use regex::Regex;

use super::{OUTPUT, Reading, Sign, by_name, words};
use crate::pattern::pattern;
use crate::synth::joins::Rows;
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::scope::{self, Variable};

const POINT: &str = "products[].isAvailable (of categories)";
const LEAVE: &str = "leave it out";

/// What documents say of the products of a hidden category.
static HIDES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:hidden|invisible|inactive|disabled|unavailable|unpublished|suspended|archived|paused) (?:menu )?(?:categor(?:y|ies)|sections?|menus?|groups?|departments?)\b[^.;]*\b(?:hides?|pauses?|disables?|takes?|makes?|with all|products?|items?|dishes)\b|\b(?:products?|items?|dishes) (?:of|in|under|within) (?:an? |the )?(?:hidden|invisible|inactive|disabled|unavailable|unpublished|suspended|archived|paused) (?:categor|section|menu|group|department)",
    )
});

/// The sign of the record that holds the products, or of the category that they name, where documents
/// say that it counts for them.
pub(crate) fn find<'a>(
    holder: Option<&Variable<'a>>,
    categories: Option<&Rows<'a>>,
    decisions: &mut Decisions<'_>,
) -> Option<Sign<'a>> {
    let text = decisions.documents.say(&HIDES)?.text.clone();
    if decisions.examples.lack(OUTPUT) {
        return None;
    }
    let fields = holder.map(|own| scope::fields(std::slice::from_ref(own))).unwrap_or_default();
    let sign = fields.iter().filter(|field| field.path.len() == 1).find_map(|field| {
        let meant = words::meant(field, decisions.documents).map(Reading::Meant);
        let reading = meant.or_else(|| by_name(field).map(|(_, _, reading)| reading))?;
        Some(Sign::new(field, reading))
    });
    if let Some(sign) = sign {
        let reason = format!("the documents say: {text}");
        decisions.record(OUTPUT, &sign.field.place(), &reason, 0.9, "");
        return Some(sign);
    }
    // Where a product may have several categories, which of them counts is not said.
    let fields = categories.map(|own| scope::fields(&own.variables)).unwrap_or_default();
    let flag = fields.iter().find(|field| by_name(field).is_some());
    if let Some(flag) = flag.filter(|_| decisions.answers.of(POINT).is_none()) {
        let prompt = format!(
            "The documents say that {} counts for the products of a category, and this script cannot tell how. Leave it out?",
            flag.place()
        );
        decisions.ask(POINT, &prompt, &[as_shown(LEAVE)]);
    }
    None
}
