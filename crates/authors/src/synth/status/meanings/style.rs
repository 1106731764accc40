//! How a vendor writes the words of its statuses, by which they are told from prose.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;

/// A word as vendors write them.
pub(super) static TOKEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[A-Za-z0-9](?:[A-Za-z0-9_.\-]*[A-Za-z0-9])?"));

/// Words that join others and are none themselves.
const JOINTS: [&str; 6] = ["and", "or", "both", "as", "either", "also"];
/// Words of prose that are written like a vendor's word in small letters.
const PROSE: [&str; 12] =
    ["of", "the", "a", "an", "it", "is", "in", "to", "that", "then", "for", "with"];

/// How the vendor writes its words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Number,
    Letter,
    Upper,
    Dotted,
    Capital,
    Lower,
}

impl Style {
    pub(super) fn of(known: &[String], numeric: bool) -> Option<Self> {
        let word = known.first()?;
        let first = word.chars().next()?;
        Some(if numeric {
            Self::Number
        } else if word.contains('.') {
            Self::Dotted
        } else if word.chars().count() == 1 {
            Self::Letter
        } else if !word.chars().any(char::is_lowercase) {
            Self::Upper
        } else if first.is_uppercase() {
            Self::Capital
        } else {
            Self::Lower
        })
    }

    pub(super) fn is(self, token: &str) -> bool {
        let has_letter = token.chars().any(char::is_alphabetic);
        match self {
            Self::Number => token.bytes().all(|b| b.is_ascii_digit()),
            Self::Letter => token.len() == 1 && token.chars().all(char::is_uppercase),
            Self::Upper => has_letter && token.len() > 1 && !token.chars().any(char::is_lowercase),
            Self::Dotted => token.contains('.') && has_letter,
            Self::Capital => token.starts_with(char::is_uppercase) && token.len() > 1,
            Self::Lower => {
                token.starts_with(|c: char| c.is_ascii_lowercase())
                    && token.len() > 1
                    && !PROSE.contains(&token)
            }
        }
    }

    /// The vendor's words in the head of a meaning.
    pub(super) fn words(self, head: &str) -> Vec<String> {
        let parts = head.split(',').enumerate();
        parts.flat_map(|(index, part)| self.words_of(part, index == 0)).collect()
    }

    /// The vendor's words between two commas.
    pub(super) fn words_of(self, part: &str, is_first: bool) -> Vec<String> {
        let mut words = Vec::new();
        let tokens: Vec<&str> = TOKEN.find_iter(part).map(|found| found.as_str()).collect();
        match self {
            Self::Upper | Self::Dotted => {
                words.extend(tokens.into_iter().filter(|t| self.is(t)).map(str::to_owned));
            }
            Self::Capital => {
                let own: Vec<&str> = tokens.iter().copied().filter(|t| self.is(t)).collect();
                // A sentence begins with a capital too.
                let begins = is_first
                    && own.len() > 1
                    && own.first() == tokens.first()
                    && !tokens.get(1).is_some_and(|next| JOINTS.contains(next));
                words.extend(own.into_iter().skip(usize::from(begins)).map(str::to_owned));
            }
            // Prose goes on in the same letters: only what stands at the head, joined.
            Self::Lower | Self::Number | Self::Letter => {
                let mut is_joined = true;
                for token in tokens {
                    if JOINTS.contains(&token) {
                        is_joined = true;
                    } else if is_joined && self.is(token) {
                        words.push(token.to_owned());
                        is_joined = false;
                    } else {
                        break;
                    }
                }
            }
        }
        words
    }
}
