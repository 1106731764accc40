//! Ids to which calls and other records refer, where documents do not say what orders refer to.

use std::sync::LazyLock;

use regex::Regex;

use super::is_about_orders;
use crate::pattern::pattern;
use crate::synth::matching::{Decisions, is_referred_to};
use crate::synth::scope::Field;

/// What such a field gains: it leads among names, and beside a clear one it is asked about.
const CALLED: f64 = 0.9;
/// Stock may be kept by an id of its own.
static STOCK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:stock|inventor(?:y|ies))\b"));

/// What the field gains, with the sentence that says so.
pub(super) fn documented(
    field: &Field<'_>,
    fields: &[Field<'_>],
    decisions: &Decisions<'_>,
) -> Option<(f64, String)> {
    let documents = decisions.documents;
    let mut about = documents.statements.iter().filter(|own| is_about_orders(own));
    if about.any(|own| fields.iter().any(|other| own.names(&other.path))) {
        return None;
    }
    let told = documents.about(&field.path).find(|statement| {
        !STOCK.is_match(&statement.lower) && is_referred_to(statement, field, "code")
    })?;
    Some((CALLED, told.text.clone()))
}
