//! Documents that say there is nothing to choose with a product, whatever looks like it.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::documents::Documents;

static NONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:there are|(?:it|the (?:till|shop|menu|catalogue|export|feed)) (?:has|knows|keeps)) (?:no [a-z -]+, )*(?:no [a-z-]+,? (?:and |or |nor )(?:no )?|no )(?:modifiers?|modifier groups?|option groups?|add-?ons?|extras|toppings)(?: here| at all| in this [a-z]+)?(?:$|, (?:and )?no\b| (?:and|or|nor) )",
    )
});

/// Whether they say so of the whole catalogue.
pub(crate) fn is_said(documents: &Documents) -> bool {
    documents.say(&NONE).is_some()
}
