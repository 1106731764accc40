//! A field that settles the status where it is set, whatever the status word says: `cancelled_at`.

use std::sync::LazyLock;

use regex::Regex;

use super::meanings::phrase_status;
use crate::js;
use crate::pattern::pattern;
use crate::synth::documents::{Documents, term_names};
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;

/// What is said right after such a field.
static SET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is |being )?(?:set|filled|not null|not empty|given)\s*(?::|,|=|means?|then)\s*(.*)$",
    )
});

/// The field, with the status that it settles.
pub(super) struct Ended<'a> {
    field: Field<'a>,
    status: &'static str,
}

/// The field of which documents say so.
pub(super) fn find<'a>(
    status: &Field<'a>,
    fields: &[Field<'a>],
    documents: &Documents,
) -> Option<Ended<'a>> {
    documents.statements.iter().find_map(|statement| {
        let place = statement.places().into_iter().next()?;
        let said = SET.captures(statement.lower.get(place.end..)?)?.get(1)?.as_str().to_owned();
        // What the next field says is another matter.
        let said = said.split('`').next().unwrap_or_default().to_owned();
        let own = phrase_status(&said)?;
        let is_it =
            |field: &&Field<'a>| term_names(place.term, &field.path) && !field.is_at(status);
        let field = fields.iter().find(is_it)?.clone();
        Some(Ended { field, status: own })
    })
}

impl Ended<'_> {
    /// Notes that the status comes from the field too.
    pub(super) fn note(&self, status: &Field<'_>, decisions: &mut Decisions<'_>) {
        decisions.record_besides(super::STATUS.output, status, &self.field);
    }

    /// The expression for the status, where `otherwise` gives that of the word.
    pub(super) fn js(&self, otherwise: &str, script: &mut Script) -> String {
        script.uses(Helper::IsThere);
        script.comment(&format!("{} settles it where it is set", self.field.place()));
        format!("isThere({}) ? {} : {otherwise}", self.field.js(), js::text(self.status))
    }
}
