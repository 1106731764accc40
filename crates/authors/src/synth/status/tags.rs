//! Tags that say more of an order than its status does: the tag `delivered` on a paid order.

use std::sync::LazyLock;

use regex::Regex;

use super::meanings::phrase_status;
use crate::pattern::pattern;
use crate::synth::matching::{Decisions, as_shown};

const POINT: &str = "status (tags)";
const IGNORE: &str = "the status alone tells";

static TAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"^(?:the|an?) (?:tag|flag|label)s? [`"'“]?(?P<tag>[\w-]+)[`"'”]?(?P<said>[^.;]*)$"#)
});

/// Asks where documents give a tag a meaning of its own: a script reads one word alone.
pub(super) fn ask(decisions: &mut Decisions<'_>) {
    if decisions.is_given(super::STATUS.output) || decisions.answers.of(POINT).is_some() {
        return;
    }
    let told = decisions.documents.statements.iter().find_map(|statement| {
        let found = TAG.captures(&statement.lower)?;
        phrase_status(found.name("said")?.as_str())?;
        Some(found.name("tag")?.as_str().to_owned())
    });
    if let Some(tag) = told {
        let prompt = format!(
            "The documents say that the tag {tag:?} changes what an order's status means, and a script reads the status alone. Does that do?"
        );
        decisions.ask(POINT, &prompt, &[as_shown(IGNORE)]);
    }
}
