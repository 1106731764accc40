//! Records that are marked as deleted.

use super::emit::{Helper, Script};
use super::matching::name_score;
use super::scope::Field;

/// Where a record says that it is deleted.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// The expression for the mark.
    pub(crate) js: String,
    pub(crate) place: String,
}

/// The mark of the variable's records, if they have one.
pub(crate) fn mark(fields: &[Field<'_>], variable: &str) -> Option<Mark> {
    fields
        .iter()
        .filter(|field| field.variable == variable && field.path.len() == 1)
        .filter(|field| field.all(|value| !value.is_object() && !value.is_array()))
        .find(|field| name_score(field, "deleted") > 0.5)
        .map(|field| Mark { js: field.js(), place: field.place() })
}

/// Skips marked records within a loop and counts them.
pub(crate) fn skip(script: &mut Script, mark: Option<&Mark>) {
    if let Some(mark) = mark {
        script.uses(Helper::IsSet);
        script.comment(&format!("{}: deleted records are not offered", mark.place));
        script.line(format!("if (isSet({})) {{", mark.js));
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
