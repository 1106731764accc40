//! Keys under which a text stands in a language.

/// Languages that some vendor writes as a key of two letters. Those that are words of a key as well,
/// such as `id` and `no`, are none.
const OTHERS: [&str; 26] = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "he", "hr", "hu", "it", "ja",
    "ko", "lt", "lv", "nl", "pl", "pt", "ro", "ru", "sv", "zh",
];

/// Whether a text under the key is a text in a language, or in the only one.
pub(crate) fn is_language(key: &str) -> bool {
    is_usual(key) || is_other_language(key)
}

/// Whether the key is a language's code itself: `en`, `pt_BR`.
pub(super) fn is_code_of_language(key: &str) -> bool {
    matches!(language_of(key), ("en", true)) || is_other_language(key)
}

/// Whether the key names a language that is not the usual one: `sv`, `pt_BR`.
pub(crate) fn is_other_language(key: &str) -> bool {
    let (language, is_whole) = language_of(key);
    is_whole && OTHERS.contains(&language)
}

/// The language at the end of a key: `name_ar`. Only those that are no words of a name otherwise.
pub(crate) fn language_suffix(key: &str) -> Option<&str> {
    const SUFFIXES: [&str; 12] =
        ["en", "ar", "fr", "de", "es", "pt", "zh", "ja", "ko", "he", "ru", "nl"];
    let (_, last) = key.rsplit_once('_')?;
    SUFFIXES.contains(&last).then_some(last)
}

/// Whether the key names the language that is usual, or holds the texts of all.
fn is_usual(key: &str) -> bool {
    matches!(key, "default" | "translations" | "translation" | "text")
        || matches!(language_of(key), ("en", true))
}

/// The language that a key starts with, and whether nothing but a region follows.
fn language_of(key: &str) -> (&str, bool) {
    let is_region = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    match key.split_once(['_', '-']) {
        None => (key, true),
        Some((language, region)) => (language, is_region(region)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_may_have_a_region() {
        for key in ["en", "en_us", "en-GB", "translations"] {
            assert!(is_language(key) && !is_other_language(key), "{key}");
        }
        for key in ["sv", "pt_BR", "zh-cn"] {
            assert!(is_language(key) && is_other_language(key), "{key}");
        }
        for key in ["id", "no", "en_route", "to", "name"] {
            assert!(!is_language(key), "{key}");
        }
    }
}
