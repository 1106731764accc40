//! A provider's key, which nobody but the provider sees.

use std::{env, fmt, fs};

/// Keys below this length are placeholders of local servers, such as `none`: no secrets, and to look
/// for them in texts would spoil the texts.
const SECRET_LENGTH: usize = 8;

/// A key. It shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    pub(crate) fn from_variable(name: &str) -> Result<Self, String> {
        // A key that was put where its variable's name belongs must not be shown.
        if !is_variable_name(name) {
            return Err(
                "must be the name of an environment variable, such as ANTHROPIC_API_KEY, and \
                        not the key itself"
                    .to_owned(),
            );
        }
        match env::var(name) {
            Ok(text) => Self::new(&text)
                .ok_or_else(|| format!("names {name}, which holds no key: one line is wanted")),
            Err(_) => Err(format!("names {name}, which is not set")),
        }
    }

    pub(crate) fn from_file(path: &str) -> Result<Self, String> {
        // The path is not shown: a key may have been put where it belongs.
        let text = fs::read_to_string(path)
            .map_err(|error| format!("names a file that cannot be read: {error}"))?;
        Self::new(&text)
            .ok_or_else(|| "names a file that holds no key: one line is wanted".to_owned())
    }

    /// None for a text that cannot stand in a header.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The key itself, for the provider alone.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The text with the key taken out.
    pub(crate) fn scrub(&self, text: &str) -> String {
        if self.0.len() < SECRET_LENGTH {
            return text.to_owned();
        }
        text.replace(&self.0, "[key]")
    }

    /// The same of a text that goes on: an end that may be the beginning of the key waits for the rest.
    pub(crate) fn scrub_growing(&self, text: &str) -> String {
        let mut clean = self.scrub(text);
        let begins = |length: &usize| {
            self.0.get(..*length).is_some_and(|beginning| clean.ends_with(beginning))
        };
        if self.0.len() >= SECRET_LENGTH
            && let Some(length) = (1..self.0.len()).rev().find(begins)
        {
            clean.truncate(clean.len() - length);
        }
        clean
    }
}

/// Variables are named in capitals; no provider's keys are.
fn is_variable_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_shown() {
        let key = Key::new(" sk-abcdef-123456\n").unwrap();
        assert_eq!(format!("{key:?}"), "Key(…)");
        assert_eq!(key.scrub("bad key sk-abcdef-123456!"), "bad key [key]!");
        assert_eq!(key.expose(), "sk-abcdef-123456");
        for (text, shown) in [
            ("a(sk-abcdef-12345", "a("),
            ("a(sk-abcdef-123456", "a([key]"),
            ("a(sk-abcdef-1234567", "a([key]7"),
            ("task", "ta"),
            ("tasks.", "tasks."),
        ] {
            assert_eq!(key.scrub_growing(text), shown);
        }
    }

    #[test]
    fn a_key_in_place_of_a_variable_is_not_shown() {
        for key in ["sk-ant-api03-AbC", "AIzaSyAbc123", "gsk_abc"] {
            let problem = Key::from_variable(key).unwrap_err();
            assert!(problem.contains("name of an environment variable"), "{problem}");
            assert!(!problem.contains(key), "{problem}");
        }
    }

    #[test]
    fn a_placeholder_spoils_no_text() {
        assert_eq!(Key::new("none").unwrap().scrub("none of them"), "none of them");
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_key() {
        for text in ["", " \n", "two words", "a\nb", "schlüssel"] {
            assert_eq!(Key::new(text), None, "{text:?}");
        }
        assert!(Key::from_variable("NO_SUCH_VARIABLE_OF_OURS").is_err());
        let error = Key::from_file("/no/such/sk-a-key-0123").unwrap_err();
        assert!(error.contains("cannot be read") && !error.contains("sk-a-key"), "{error}");
    }
}
