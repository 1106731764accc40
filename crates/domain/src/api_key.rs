//! Keys of the HTTP API: `afk_PREFIX_SECRET`. The prefix is public and names the key; of the secret
//! only a SHA-256 is kept. A fast hash is enough because the secret is 256 random bits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Timestamp;

const MARK: &str = "afk";
const PREFIX_LENGTH: usize = 8;
const SECRET_LENGTH: usize = 43;

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// See jobs, scripts and knowledge.
    #[serde(rename = "jobs:read")]
    JobsRead,
    /// Start, answer and cancel jobs; add knowledge; upload scripts.
    #[serde(rename = "jobs:write")]
    JobsWrite,
    /// Activate, roll back, deprecate and archive scripts; read the audit.
    #[serde(rename = "scripts:review")]
    ScriptsReview,
    /// See connections to vendors' accounts, without their secrets.
    #[serde(rename = "connections:read")]
    ConnectionsRead,
    /// Add, change and remove connections.
    #[serde(rename = "connections:write")]
    ConnectionsWrite,
    /// Run active scripts against vendors' accounts.
    #[serde(rename = "adapters:run")]
    AdaptersRun,
    /// Everything.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 7] = [
        Self::JobsRead,
        Self::JobsWrite,
        Self::ScriptsReview,
        Self::ConnectionsRead,
        Self::ConnectionsWrite,
        Self::AdaptersRun,
        Self::Admin,
    ];

    /// Whether whoever holds these scopes may do what this one stands for.
    #[must_use]
    pub fn is_covered_by(self, held: &[Self]) -> bool {
        held.iter().any(|held| *held == self || *held == Self::Admin)
    }

    /// The word used in the API and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JobsRead => "jobs:read",
            Self::JobsWrite => "jobs:write",
            Self::ScriptsReview => "scripts:review",
            Self::ConnectionsRead => "connections:read",
            Self::ConnectionsWrite => "connections:write",
            Self::AdaptersRun => "adapters:run",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "scope must be one of jobs:read, jobs:write, scripts:review, connections:read, \
     connections:write, adapters:run, admin"
)]
pub struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(UnknownScope)
    }
}

/// A whole key as its owner holds it. It is shown once and kept nowhere.
#[derive(Clone)]
pub struct ApiKeyToken {
    prefix: String,
    secret: String,
}

/// The text has not the form of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an API key has the form afk_PREFIX_SECRET")]
pub struct TokenError;

fn is_base62(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

impl ApiKeyToken {
    /// Characters of the prefix, each of 0-9, A-Z, a-z.
    pub const PREFIX_LENGTH: usize = PREFIX_LENGTH;
    /// Characters of the secret, each of 0-9, A-Z, a-z: as many as 256 bits need.
    pub const SECRET_LENGTH: usize = SECRET_LENGTH;

    /// Puts a key together from random parts.
    ///
    /// # Errors
    /// When a part has another length or other characters than a key's.
    pub fn new(prefix: String, secret: String) -> Result<Self, TokenError> {
        if is_base62(&prefix, PREFIX_LENGTH) && is_base62(&secret, SECRET_LENGTH) {
            Ok(Self { prefix, secret })
        } else {
            Err(TokenError)
        }
    }

    /// The public part, which names the key.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What is kept of the secret.
    #[must_use]
    pub fn secret_hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.secret.as_bytes()).into())
    }

    /// The whole key, for its owner's eyes.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{MARK}_{}_{}", self.prefix, self.secret)
    }
}

impl fmt::Debug for ApiKeyToken {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyToken({MARK}_{}_…)", self.prefix)
    }
}

impl FromStr for ApiKeyToken {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let mut parts = text.split('_');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(MARK), Some(prefix), Some(secret), None) => {
                Self::new(prefix.to_owned(), secret.to_owned())
            }
            _ => Err(TokenError),
        }
    }
}

/// The SHA-256 of a key's secret. Two of them are compared in constant time.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// As the database keeps it: 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Reads what [`Self::to_hex`] wrote.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A key as the database keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKey {
    /// The public part.
    pub prefix: String,
    /// Whose key it is, for logs and lists.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// What is kept of the secret.
    pub secret_hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is not valid, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// Why a key is not accepted. For the log: a caller is only told that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRejection {
    /// The secret is another one.
    #[error("wrong secret")]
    WrongSecret,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// It was revoked.
    #[error("revoked")]
    Revoked,
}

impl ApiKey {
    /// Checks a token that carries this key's prefix.
    ///
    /// # Errors
    /// When the secret differs, or the key is revoked or expired at `now`.
    pub fn verify(&self, token: &ApiKeyToken, now: Timestamp) -> Result<(), KeyRejection> {
        if self.secret_hash == token.secret_hash() {
            self.check_validity(now)
        } else {
            Err(KeyRejection::WrongSecret)
        }
    }

    /// Checks that it is neither revoked nor expired at `now`.
    ///
    /// # Errors
    /// When it is.
    pub fn check_validity(&self, now: Timestamp) -> Result<(), KeyRejection> {
        if self.revoked_at.is_some() {
            Err(KeyRejection::Revoked)
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Err(KeyRejection::Expired)
        } else {
            Ok(())
        }
    }

    /// Whether it allows what `scope` stands for.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        scope.is_covered_by(&self.scopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn token(secret: char) -> ApiKeyToken {
        ApiKeyToken::new("abcDEF12".to_owned(), secret.to_string().repeat(SECRET_LENGTH)).unwrap()
    }

    fn key() -> ApiKey {
        ApiKey {
            prefix: "abcDEF12".to_owned(),
            name: "till team".to_owned(),
            scopes: vec![Scope::JobsRead],
            secret_hash: token('s').secret_hash(),
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_reads_back_and_hides_its_secret() {
        let shown = token('s').reveal();
        assert_eq!(shown.parse::<ApiKeyToken>().unwrap().reveal(), shown);
        assert!(!format!("{:?}", token('s')).contains("sss"));
    }

    #[test]
    fn what_has_not_the_form_of_a_key_is_none() {
        let long = "s".repeat(SECRET_LENGTH);
        for bad in [
            "",
            "afk",
            "afk__",
            "afk_abcDEF12_short",
            &format!("xyz_abcDEF12_{long}"),
            &format!("afk_abcDEF12_{long}_"),
            &format!("afk_abcDEF1é_{long}"),
        ] {
            assert!(bad.parse::<ApiKeyToken>().is_err(), "{bad}");
        }
    }

    #[test]
    fn secret_expiry_and_revocation_are_checked() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(key().verify(&token('s'), now), Ok(()));
        assert_eq!(key().verify(&token('t'), now), Err(KeyRejection::WrongSecret));
        let expired = ApiKey { expires_at: Some(now), ..key() };
        assert_eq!(expired.verify(&token('s'), now), Err(KeyRejection::Expired));
        assert_eq!(expired.verify(&token('s'), now - TimeDelta::seconds(1)), Ok(()));
        let revoked = ApiKey { revoked_at: Some(now), ..key() };
        assert_eq!(revoked.verify(&token('s'), now), Err(KeyRejection::Revoked));
    }

    #[test]
    fn admin_allows_everything_and_others_only_their_own() {
        assert!(key().allows(Scope::JobsRead));
        assert!(!key().allows(Scope::JobsWrite));
        let admin = ApiKey { scopes: vec![Scope::Admin], ..key() };
        assert!(Scope::ALL.into_iter().all(|scope| admin.allows(scope)));
    }

    #[test]
    fn a_stored_hash_reads_back() {
        let hash = token('s').secret_hash();
        assert_eq!(SecretHash::from_hex(&hash.to_hex()), Some(hash));
        assert_eq!(SecretHash::from_hex("zz"), None);
    }
}
