//! One text in several languages: which of them guests read.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::scope::Field;

static OF_LANGUAGES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:languages?|locales?|translations?|translated)\b"));
/// What the language is that is wanted.
static WANTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:default|main|primary|wanted|usual|own|base|fallback|mandatory|take|uses?|reads?|always (?:there|filled))\b",
    )
});
static QUOTED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["“`']([\w-]{1,8})["”`']"#));

/// A language that is numbered: language 1 is the shop's own.
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:language|locale)s? (?:number |id )?(\d{1,3})\b"));

/// The text in the only language that documents name as the one that is wanted.
pub(super) fn told<'a>(near: &[Field<'a>], documents: &Documents) -> Option<Field<'a>> {
    let first = near.first()?;
    if near.len() < 2 || !near.iter().all(|field| field.is_beside(first)) {
        return None;
    }
    let named = |field: &&Field<'a>| {
        let code = field.path.leaf().to_lowercase();
        !field.path.ends_in_main_language()
            && documents.statements.iter().any(|statement| {
                OF_LANGUAGES.is_match(&statement.lower)
                    && WANTED.is_match(&statement.lower)
                    && [&QUOTED, &NUMBERED].into_iter().any(|named| {
                        let mut all = named.captures_iter(&statement.lower);
                        all.any(|found| found.get(1).is_some_and(|own| own.as_str() == code))
                    })
            })
    };
    let mut told = near.iter().filter(named);
    told.next().filter(|_| told.next().is_none()).cloned()
}
