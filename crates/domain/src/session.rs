//! Who is signed in at the console. A session is held by a token in a cookie, which is no API key and
//! leads to one only through what is kept here: of the token there is only a hash.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Timestamp;

const LENGTH: usize = 43;

/// What a browser holds for as long as somebody is signed in.
#[derive(Clone)]
pub struct SessionToken(String);

/// The text has not the form of a session's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session's token has {LENGTH} letters and digits")]
pub struct SessionTokenError;

impl SessionToken {
    /// Characters of a token, each of 0-9, A-Z, a-z: as many as 256 bits need.
    pub const LENGTH: usize = LENGTH;

    /// What is kept of it, and finds the session.
    #[must_use]
    pub fn hash(&self) -> String {
        self.derived("session")
    }

    /// What every form of this session carries. It says nothing of the token, and only who holds the
    /// token can tell it: no page of others can send a form in this session's name.
    #[must_use]
    pub fn form_token(&self) -> String {
        self.derived("form")
    }

    /// Whether a form came from a page of this session. Compared in constant time.
    #[must_use]
    pub fn is_form_token(&self, presented: &str) -> bool {
        self.form_token().as_bytes().ct_eq(presented.as_bytes()).into()
    }

    /// The whole token, for its owner's cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn derived(&self, purpose: &str) -> String {
        hex::encode(Sha256::digest(format!("{purpose} {}", self.0)))
    }
}

impl FromStr for SessionToken {
    type Err = SessionTokenError;

    fn from_str(text: &str) -> Result<Self, SessionTokenError> {
        let sound = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        sound.then(|| Self(text.to_owned())).ok_or(SessionTokenError)
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// A session as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token.
    pub token_hash: String,
    /// The prefix of the API key that signed in. What the key may do, and whether it still may, is
    /// read from the key at every request.
    pub key_prefix: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(letter: char) -> SessionToken {
        letter.to_string().repeat(LENGTH).parse().unwrap()
    }

    #[test]
    fn only_letters_and_digits_of_the_right_number_are_a_token() {
        for bad in ["", "short", &"é".repeat(LENGTH), &"a".repeat(LENGTH + 1), &"-".repeat(LENGTH)]
        {
            assert_eq!(bad.parse::<SessionToken>().unwrap_err(), SessionTokenError, "{bad}");
        }
        assert_eq!(token('a').reveal().len(), LENGTH);
    }

    #[test]
    fn nothing_that_is_kept_or_shown_is_the_token_or_another_of_these() {
        let one = token('a');
        let shown = [one.hash(), one.form_token(), format!("{one:?}")];
        assert!(shown.iter().all(|text| !text.contains("aaaa")), "{shown:?}");
        assert_ne!(one.hash(), one.form_token());
    }

    #[test]
    fn a_form_is_of_one_session() {
        let (one, other) = (token('a'), token('b'));
        assert!(one.is_form_token(&one.form_token()));
        assert!(!one.is_form_token(&other.form_token()));
        assert!(!one.is_form_token("") && !one.is_form_token(&one.hash()));
    }
}
