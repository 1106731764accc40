//! Names that people choose. Each type exists only in its valid form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::is_hidden;

/// Why a text is not a name of the wanted kind; the message says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {rule}")]
pub struct NameError {
    what: &'static str,
    rule: &'static str,
}

impl NameError {
    pub(crate) const fn new(what: &'static str, rule: &'static str) -> Self {
        Self { what, rule }
    }
}

const SLUG_RULE: &str =
    "1 to 63 characters of a-z, 0-9 and '-', starting with a letter or digit, like \"my-till\"";
const SLUG_MAX: usize = 63;
/// What a slug is, as a regular expression: for descriptions of what we take.
pub const SLUG_PATTERN: &str = "^[a-z0-9][a-z0-9-]{0,62}$";

fn is_slug(text: &str) -> bool {
    let body = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    text.len() <= SLUG_MAX
        && text.bytes().all(|b| body(&b))
        && text.bytes().next().is_some_and(|b| b != b'-')
}

const FILE_RULE: &str =
    "1 to 128 printable characters without '/', '\\' or a leading '.', like \"menu.json\"";
const FILE_MAX: usize = 128;

fn is_file_name(text: &str) -> bool {
    let allowed = |c: char| !c.is_control() && !matches!(c, '/' | '\\') && !is_hidden(c);
    (1..=FILE_MAX).contains(&text.chars().count())
        && text.chars().all(allowed)
        && !text.starts_with('.')
        && text.trim() == text
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:ident, $rule:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                if $check(&text) {
                    Ok(Self(text))
                } else {
                    Err(NameError { what: $what, rule: $rule })
                }
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// A vendor, such as `square` or `my-till`.
    ProviderSlug, "provider", is_slug, SLUG_RULE
);
name_type!(
    /// A connection to a vendor's account, such as `square` or `my-till-berlin`.
    ConnectionSlug, "connection", is_slug, SLUG_RULE
);
name_type!(
    /// What writes drafts, such as `synth`.
    AuthorName, "author", is_slug, SLUG_RULE
);
name_type!(
    /// A document's name within its provider.
    DocumentName, "document name", is_file_name, FILE_RULE
);
name_type!(
    /// A sample's name within its provider and topic.
    SampleName, "sample name", is_file_name, FILE_RULE
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_words_with_dashes() {
        for good in ["a", "9", "square", "my-till", "lightspeed-x", &"a".repeat(63)] {
            assert!(good.parse::<ProviderSlug>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "A", "a_b", "a b", "é", "a\0", "../a", &"a".repeat(64)] {
            assert!(bad.parse::<ProviderSlug>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn file_names_cannot_leave_their_folder_or_forge_a_log_line() {
        for good in ["notes.md", "menü (2).json", "1"] {
            assert!(good.parse::<DocumentName>().is_ok(), "{good}");
        }
        for bad in
            ["", ".", "..", "a/b", "a\\b", "a\nb", "a\0b", " a", "a\u{202e}b", &"x".repeat(129)]
        {
            assert!(bad.parse::<SampleName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_bad_name_says_what_would_be_right() {
        let error = "My Till".parse::<ProviderSlug>().unwrap_err().to_string();
        assert!(error.starts_with("provider must be 1 to 63 characters"), "{error}");
    }

    #[test]
    fn deserializing_checks_too() {
        assert!(serde_json::from_str::<ProviderSlug>("\"UPPER\"").is_err());
    }
}
