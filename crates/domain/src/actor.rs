//! Who does something.

use std::fmt;

use crate::{ApiKey, Owner};

/// Who does something: whoever holds a key of this name, or one of those who need no key. Keys of one
/// name are one actor, so that a key can be replaced and nobody gets two hands by having two keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(String);

/// Names in parentheses are no key's.
const KEYLESS: char = '(';

impl Actor {
    /// Whoever holds a key of this name.
    #[must_use]
    pub fn named(key_name: impl Into<String>) -> Self {
        Self(key_name.into())
    }

    /// Whoever works on the database from the server's own command line.
    #[must_use]
    pub fn operator() -> Self {
        Self("(operator)".to_owned())
    }

    /// The server itself, where it begins something that nobody asked for.
    #[must_use]
    pub fn server() -> Self {
        Self("(server)".to_owned())
    }

    /// Whether a key may have this name: one that begins like those who need no key may not.
    #[must_use]
    pub fn may_name_a_key(name: &str) -> bool {
        !name.trim_start().starts_with(KEYLESS)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&ApiKey> for Actor {
    fn from(key: &ApiKey) -> Self {
        Self::named(key.name.as_str())
    }
}

/// An owner is named by its key too.
impl From<&Owner> for Actor {
    fn from(owner: &Owner) -> Self {
        Self::named(owner.as_str())
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_named_like_those_who_need_none() {
        for keyless in [Actor::operator(), Actor::server()] {
            assert!(!Actor::may_name_a_key(keyless.as_str()), "{keyless}");
        }
        assert!(Actor::may_name_a_key("till team (Berlin)"));
    }
}
