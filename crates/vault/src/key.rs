//! One key and its id.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::KeyError;

const KEY_BYTES: usize = 32;
const ID_MAX: usize = 32;

/// A key that seals secrets. It is wiped when it goes.
#[derive(Clone)]
pub struct VaultKey {
    id: String,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl VaultKey {
    /// A new one, of random bytes.
    ///
    /// # Errors
    /// When the id is none.
    pub fn random(id: &str) -> Result<Self, KeyError> {
        Ok(Self { id: checked_id(id)?, bytes: Zeroizing::new(rand::random()) })
    }

    /// What names it in what it sealed.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key as an operator keeps it, `ID:BASE64`.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}", self.id, STANDARD.encode(*self.bytes)))
    }

    /// For the cipher alone.
    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }
}

impl FromStr for VaultKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (id, key) = text.trim().split_once(':').ok_or(KeyError::Form)?;
        let id = checked_id(id)?;
        let Ok(decoded) = STANDARD.decode(key.trim()).map(Zeroizing::new) else {
            return Err(KeyError::Length { id });
        };
        let Ok(bytes) = <[u8; KEY_BYTES]>::try_from(decoded.as_slice()) else {
            return Err(KeyError::Length { id });
        };
        Ok(Self { id, bytes: Zeroizing::new(bytes) })
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKey({}, …)", self.id)
    }
}

fn checked_id(id: &str) -> Result<String, KeyError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_id = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(plain);
    if is_id { Ok(id.to_owned()) } else { Err(KeyError::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_is_not_shown() {
        let key = VaultKey::random("2026-a").unwrap();
        let text = key.reveal();
        let read: VaultKey = text.parse().unwrap();
        assert_eq!((read.id(), read.bytes()), ("2026-a", key.bytes()));
        assert_eq!(format!("{key:?}"), "VaultKey(2026-a, …)");
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_told() {
        let short = STANDARD.encode([7; 31]);
        for text in ["", "no-colon", ":AAAA", "a b:AAAA", "a:secret!", &format!("a:{short}")] {
            let error = text.parse::<VaultKey>().unwrap_err().to_string();
            assert!(!error.contains("secret!") && !error.contains(&short), "{error}");
        }
    }
}
