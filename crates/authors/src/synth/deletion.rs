//! Records that are marked as deleted.

use std::sync::LazyLock;

use regex::Regex;

use super::documents::Documents;
use super::emit::{Helper, Script};
use super::matching::name_score;
use super::scope::Field;

/// Where a record says that it is deleted.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// The condition for the mark.
    pub(crate) js: String,
    pub(crate) place: String,
}

#[expect(clippy::expect_used, reason = "a constant pattern; every plan reads it")]
static LEFT_OUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"left out|leave (?:it|them|these|those) out|was removed|is removed|was deleted|is deleted|not be offered|must not be (?:listed|shown|synced)|skip")
        .expect("a constant pattern is valid")
});

/// The mark of the variable's records, if they have one: by name, or because documents say that
/// records which carry it are left out.
pub(crate) fn mark(fields: &[Field<'_>], variable: &str, documents: &Documents) -> Option<Mark> {
    let marks: Vec<&Field<'_>> = fields
        .iter()
        .filter(|field| field.variable == variable && field.path.len() == 1)
        .filter(|field| field.all(|value| !value.is_object() && !value.is_array()))
        .filter(|field| name_score(field, "deleted") > 0.5 || is_documented(field, documents))
        .collect();
    let places: Vec<String> = marks.iter().map(|field| field.place()).collect();
    let conditions: Vec<String> =
        marks.iter().map(|field| format!("isSet({})", field.js())).collect();
    (!marks.is_empty()).then(|| Mark { js: conditions.join(" || "), place: places.join(" and ") })
}

/// Whether documents say that records with the flag are left out.
pub(crate) fn is_documented(field: &Field<'_>, documents: &Documents) -> bool {
    let is_flag = field.all(|value| {
        value.is_boolean()
            || matches!(value.as_u64(), Some(0 | 1))
            || matches!(value.as_str(), Some("0" | "1"))
    });
    is_flag
        && documents.about(&field.path).any(|statement| {
            let (_, said) = statement.parts_about(&field.path);
            LEFT_OUT.is_match(&said) && !said.contains("false")
        })
}

/// Skips marked records within a loop and counts them.
pub(crate) fn skip(script: &mut Script, mark: Option<&Mark>) {
    if let Some(mark) = mark {
        script.uses(Helper::IsSet);
        script.comment(&format!("{}: deleted records are not offered", mark.place));
        script.line(format!("if ({}) {{", mark.js));
        script.line("deleted += 1;");
        script.line("continue;");
        script.line("}");
    }
}

/// Logs how many were skipped.
pub(crate) fn report(script: &mut Script, mark: Option<&Mark>, what: &str) {
    if mark.is_some() {
        script.line(format!("if (deleted > 0) context.log(`dropped ${{deleted}} {what}: they are marked as deleted`);"));
    }
}
