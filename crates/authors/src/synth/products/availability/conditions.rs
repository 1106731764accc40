//! The one word with which a product can be ordered: `status` other than live is not sold.

use std::sync::LazyLock;

use regex::Regex;

use super::sentence::marked;
use crate::pattern::pattern;
use crate::synth::deletion::about;
use crate::synth::documents::Documents;
use crate::synth::scope::Field;

/// All words but one mean that it is not sold.
static OTHER_THAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"§ (?:is )?(?:other than|anything (?:but|other than|except)|not) ["'“]?(?P<word>[\w-]+)["'”]?(?P<rest>[^.;]*)"#,
    )
});
static UNSOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"not for sale|not sold|(?:cannot|can't|can not) be (?:sold|ordered|bought)|not orderable|\bunavailable\b|not available|\bnot (?:be )?(?:in|on) (?:the )?(?:shop|store|menu|sale|till)\b|\bhidden\b|\boff sale\b",
    )
});
/// One word alone means that it is sold.
static ONLY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^only (?:(?:products?|items?|records?|dishes|those|what|variants?) (?:with|whose|that have|of|that are) )?§ (?:is )?["'“]?(?P<word>[\w-]+)["'”]? (?:is|are|can be|may be|will be) (?:for sale|on sale|sold|bought|ordered|available|orderable|in the (?:shop|store)|on the menu)\b"#,
    )
});

/// One word after the field that means a sale, and a sentence after it about all the others.
static SOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"§ (?:is |= ?)?["'“]?(?P<word>[\w-]+)["'”]?(?:\s*[:=]| means| is)\s*(?:(?:it |that )?is )?(?:on sale|for sale|sold|available|published|shown|visible)\b"#,
    )
});
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:and )?(?:all |any )?(?:the )?(?:others?|other (?:words|states|values))\b")
});

/// The word of the field that is sold where the next sentence says that all others are not.
fn beside_others(field: &Field<'_>, documents: &Documents) -> Option<String> {
    documents.in_a_row().find_map(|(own, next)| {
        let text = marked(&own.lower, field)?;
        let found = SOLD.captures(&text)?;
        let are_unsold = OTHERS.is_match(&next.lower) && UNSOLD.is_match(&next.lower);
        are_unsold.then(|| found.name("word").map(|word| word.as_str().to_owned()))?
    })
}

/// The word of the field with which alone documents say that a product can be ordered.
pub(super) fn only_with(field: &Field<'_>, documents: &Documents) -> Option<String> {
    let shown = |word: &str| {
        let mut own = field.filled().filter_map(|value| value.as_str());
        own.find(|value| value.eq_ignore_ascii_case(word)).map(str::to_owned)
    };
    if let Some(word) = beside_others(field, documents).and_then(|word| shown(&word)) {
        return Some(word);
    }
    about(field, documents).find_map(|statement| {
        let text = marked(&statement.lower, field)?;
        let by_rest = OTHER_THAN
            .captures(&text)
            .filter(|found| found.name("rest").is_some_and(|rest| UNSOLD.is_match(rest.as_str())));
        let found = by_rest.or_else(|| ONLY.captures(&text))?;
        shown(found.name("word")?.as_str())
    })
}
