//! Fields that fit equally by their names, where their values show which one is meant for people.

use serde_json::Value;

use super::languages;
use crate::synth::documents::Documents;
use crate::synth::scope::{Field, is_language, is_other_language, language_suffix};
use crate::synth::vocabulary::vocabulary;

/// The better of equally fitting fields, with the reason; nothing where only a person can tell.
pub(crate) fn better<'a>(
    wanted: &str,
    near: &[Field<'a>],
    documents: &Documents,
) -> Option<(Field<'a>, &'static str)> {
    if let Some(field) = languages::told(near, documents) {
        return Some((field, "the documents say that it is in the language that is wanted"));
    }
    if let Some(field) = usual_language(near) {
        return Some((field, "it is the text in the usual language"));
    }
    match wanted {
        "name" => shown_name(near)
            .map(|field| (field, "the other one holds the same text as machines write it"))
            .or_else(|| {
                Some((without_code(near)?, "the other one has a code before the same text"))
            })
            .or_else(|| Some((spelled_out(near)?, "its name is spelled out"))),
        "image" => whole_address(near).map(|field| (field, "it is the only whole address")),
        _ => None,
    }
}

/// Of the same text in several languages the main one, or the English one; without it a person says
/// which.
fn usual_language<'a>(near: &[Field<'a>]) -> Option<Field<'a>> {
    if let Some(main) = near.iter().find(|field| field.path.ends_in_main_language()) {
        let are_beside = near.iter().all(|other| other.is_beside(main));
        return are_beside.then(|| main.clone());
    }
    let key = |field: &Field<'a>| {
        let key = *field.path.keys().last()?;
        Some(language_suffix(key).unwrap_or(key).to_owned())
    };
    let is_text = |field: &Field<'a>| key(field).is_some_and(|key| is_language(&key));
    let (others, usual): (Vec<&Field<'a>>, Vec<&Field<'a>>) =
        near.iter().partition(|field| key(field).is_some_and(|key| is_other_language(&key)));
    let [only] = usual.as_slice() else { return None };
    let are_beside = || others.iter().all(|other| other.is_beside(only));
    (is_text(only) && !others.is_empty() && are_beside()).then(|| (*only).clone())
}

/// Of two spellings of one text the one for people.
fn shown_name<'a>(near: &[Field<'a>]) -> Option<Field<'a>> {
    let [first, second] = near else { return None };
    if !first.is_beside(second) {
        return None;
    }
    let is_made_from = |made: &Field<'_>, shown: &Field<'_>| {
        let mut pairs = made.values.iter().zip(shown.values.iter()).peekable();
        pairs.peek().is_some()
            && pairs.all(|(made, shown)| match (text(*made), text(*shown)) {
                (Some(made), Some(shown)) => is_made_of(made, shown),
                (None, _) | (_, None) => false,
            })
    };
    match (is_made_from(first, second), is_made_from(second, first)) {
        (true, false) => Some(second.clone()),
        (false, true) => Some(first.clone()),
        (true, true) | (false, false) => same_text(first, second),
    }
}

/// Of two names the one without a code in brackets before it: `[P12] Tea` is `Tea`.
fn without_code<'a>(near: &[Field<'a>]) -> Option<Field<'a>> {
    let [first, second] = near else { return None };
    let has_code = |whole: &Field<'_>, plain: &Field<'_>| {
        whole.values.iter().zip(plain.values.iter()).all(|(whole, plain)| {
            let (Some(whole), Some(plain)) = (text(*whole), text(*plain)) else { return false };
            let code = whole.strip_suffix(plain).map(str::trim);
            code.is_some_and(|code| code.is_empty() || code.starts_with('[') && code.ends_with(']'))
        })
    };
    match (has_code(first, second), has_code(second, first)) {
        (true, false) => Some(second.clone()),
        (false, true) => Some(first.clone()),
        (true, true) | (false, false) => None,
    }
}

/// The only field of a record whose name is `name` and no abbreviation of it.
fn spelled_out<'a>(near: &[Field<'a>]) -> Option<Field<'a>> {
    let is_abbreviated = |field: &&Field<'a>| {
        let leaf = field.path.leaf().to_lowercase();
        vocabulary().words(&leaf) == ["name"] && leaf != "name"
    };
    let (short, whole): (Vec<&Field<'a>>, Vec<&Field<'a>>) = near.iter().partition(is_abbreviated);
    match whole.as_slice() {
        [only] if !short.is_empty() && only.path.leaf().to_lowercase() == "name" => {
            Some((*only).clone())
        }
        _ => None,
    }
}

/// Two spellings that differ in case or marks alone: then the plain `name` is as good as any.
fn same_text<'a>(first: &Field<'a>, second: &Field<'a>) -> Option<Field<'a>> {
    let alike =
        first.values.iter().zip(second.values.iter()).all(|(a, b)| match (text(*a), text(*b)) {
            (Some(a), Some(b)) => plain(a) == plain(b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        });
    let is_plain = |field: &&&Field<'a>| vocabulary().words(field.path.leaf()) == ["name"];
    [first, second].iter().find(is_plain).filter(|_| alike).map(|field| (*field).clone())
}

/// Whether a text is the other one in the form of an identifier, or with a number that makes it
/// unique.
fn is_made_of(made: &str, shown: &str) -> bool {
    let (bare, text) = (plain(made), plain(shown));
    let rest = bare.strip_prefix(text.as_str());
    // One or two digits may be a part of the name, unless a mark sets them apart.
    let is_numbered = rest.is_some_and(|rest| {
        let is_apart = made.strip_suffix(rest).is_some_and(|lead| lead.ends_with('_'));
        (rest.len() >= 3 || is_apart && !rest.is_empty())
            && rest.bytes().all(|b| b.is_ascii_digit())
    });
    let is_small = !made.chars().any(char::is_uppercase) && shown.chars().any(char::is_uppercase);
    let is_joined = !made.contains(' ') && made.contains(['_', '-']) && !shown.contains('_');
    is_numbered || (bare == text && !text.is_empty() && (is_small || is_joined))
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The only field whose values are all whole addresses.
fn whole_address<'a>(near: &[Field<'a>]) -> Option<Field<'a>> {
    let is_whole = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
    };
    let mut whole = near.iter().filter(|field| !field.is_empty() && field.all(is_whole));
    let only = whole.next().filter(|_| whole.next().is_none())?;
    Some(only.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_made_of_the_text_for_people() {
        for (made, shown) in
            [("spice_level", "Spice Level"), ("size", "Size"), ("Sauce1600825659", "Sauce")]
        {
            assert!(is_made_of(made, shown), "{made}");
            assert!(!is_made_of(shown, made), "{shown}");
        }
        assert!(!is_made_of("Soup", "Soup of the day"));
        assert!(!is_made_of("Menu 12", "Menu"));
    }
}
