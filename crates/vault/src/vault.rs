//! Sealing and opening.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::{SealedSecret, Secret, SecretPlace};
use zeroize::Zeroizing;

use crate::{KeyError, VaultError, VaultKey};

/// Long enough to be drawn at random for each secret and never meet again.
const NONCE_BYTES: usize = 24;

/// Says what the bytes after it are, so that nothing sealed for another use opens here.
const USE: &str = "adapter-forge connection secret 1";

/// The keys. New secrets are sealed with the current one; what the others sealed can be opened.
#[derive(Debug, Clone, Default)]
pub struct Vault {
    /// The current one is the first.
    keys: Vec<VaultKey>,
}

impl Vault {
    /// A vault of these keys, in which the one with the id `current` seals; the first where it is
    /// empty. Without any key nothing can be sealed.
    ///
    /// # Errors
    /// When two have one id, or the current one is not among them.
    pub fn new(mut keys: Vec<VaultKey>, current: &str) -> Result<Self, KeyError> {
        for (index, key) in keys.iter().enumerate() {
            if keys.iter().take(index).any(|other| other.id() == key.id()) {
                return Err(KeyError::Twice { id: key.id().to_owned() });
            }
        }
        if !current.is_empty() {
            let Some(index) = keys.iter().position(|key| key.id() == current) else {
                let known: Vec<&str> = keys.iter().map(VaultKey::id).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(KeyError::NoCurrent { id: current.to_owned(), known });
            };
            keys.swap(0, index);
        }
        Ok(Self { keys })
    }

    /// The id of the key that seals; none where nothing can be sealed.
    #[must_use]
    pub fn current(&self) -> Option<&str> {
        self.keys.first().map(VaultKey::id)
    }

    /// Seals a secret for one place.
    ///
    /// # Errors
    /// [`VaultError::NoKey`].
    pub fn seal(&self, place: SecretPlace, secret: &Secret) -> Result<SealedSecret, VaultError> {
        let key = self.keys.first().ok_or(VaultError::NoKey)?;
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let bound = bound_to(&place, key.id());
        let message = Payload { msg: secret.expose().as_bytes(), aad: &bound };
        let ciphertext = cipher(key)
            .encrypt(&XNonce::from(nonce), message)
            // The cipher fails on messages of gigabytes alone.
            .map_err(|_| VaultError::Forged { id: key.id().to_owned() })?;
        let key_id = key.id().to_owned();
        Ok(SealedSecret { place, key_id, nonce: nonce.to_vec(), ciphertext })
    }

    /// Opens what was sealed for the place that it names.
    ///
    /// # Errors
    /// When the key is not there, or anything about it is not as it was sealed.
    pub fn open(&self, sealed: &SealedSecret) -> Result<Secret, VaultError> {
        let id = || sealed.key_id.clone();
        let key = self.keys.iter().find(|key| key.id() == sealed.key_id);
        let key = key.ok_or_else(|| VaultError::UnknownKey { id: id() })?;
        let forged = || VaultError::Forged { id: id() };
        let nonce = <[u8; NONCE_BYTES]>::try_from(sealed.nonce.as_slice()).map_err(|_| forged())?;
        let bound = bound_to(&sealed.place, key.id());
        let message = Payload { msg: &sealed.ciphertext, aad: &bound };
        let plain = cipher(key).decrypt(&XNonce::from(nonce), message).map_err(|_| forged())?;
        let plain = Zeroizing::new(plain);
        let text = std::str::from_utf8(&plain).map_err(|_| forged())?;
        Ok(Secret::new(text.to_owned()))
    }
}

fn cipher(key: &VaultKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.bytes()).into())
}

/// The place as bytes: each part after its length, so that no two places give the same.
fn bound_to(place: &SecretPlace, key_id: &str) -> Vec<u8> {
    let parts = [USE, key_id, place.owner.as_str(), place.slug.as_str(), &place.field];
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Owner;
    use proptest::prelude::*;

    fn key(id: &str) -> VaultKey {
        VaultKey::random(id).unwrap()
    }

    fn place(owner: &str, slug: &str, field: &str) -> SecretPlace {
        let field = field.to_owned();
        SecretPlace { owner: Owner::named(owner), slug: slug.parse().unwrap(), field }
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let vault = Vault::new(vec![key("a")], "").unwrap();
        let sealed = vault.seal(place("team", "till", "apiKey"), &secret("sk-1")).unwrap();
        assert_eq!(vault.open(&sealed).unwrap().expose(), "sk-1");
        for other in [
            place("team", "till", "apiSecret"),
            place("team", "till-2", "apiKey"),
            place("others", "till", "apiKey"),
            place("teamtill", "x", "apiKey"),
        ] {
            let moved = SealedSecret { place: other, ..sealed.clone() };
            assert_eq!(vault.open(&moved).unwrap_err(), VaultError::Forged { id: "a".to_owned() });
        }
    }

    #[test]
    fn a_changed_bit_is_noticed() {
        let vault = Vault::new(vec![key("a")], "").unwrap();
        let sealed = vault.seal(place("team", "till", "apiKey"), &secret("sk-1")).unwrap();
        for index in 0..sealed.ciphertext.len() {
            let mut forged = sealed.clone();
            forged.ciphertext[index] ^= 1;
            assert!(vault.open(&forged).is_err());
        }
        let short = SealedSecret { nonce: vec![0; 12], ..sealed };
        assert!(vault.open(&short).is_err());
    }

    #[test]
    fn old_keys_open_and_the_current_one_seals() {
        let (old, new) = (key("old"), key("new"));
        let before = Vault::new(vec![old.clone()], "").unwrap();
        let sealed = before.seal(place("team", "till", "apiKey"), &secret("sk-1")).unwrap();
        let both = Vault::new(vec![old, new.clone()], "new").unwrap();
        assert_eq!(both.open(&sealed).unwrap().expose(), "sk-1");
        let again = both.seal(sealed.place.clone(), &both.open(&sealed).unwrap()).unwrap();
        assert_eq!(again.key_id, "new");
        let after = Vault::new(vec![new], "").unwrap();
        assert_eq!(after.open(&again).unwrap().expose(), "sk-1");
        let lost = VaultError::UnknownKey { id: "old".to_owned() };
        assert_eq!(after.open(&sealed).unwrap_err(), lost);
    }

    #[test]
    fn keys_that_contradict_each_other_are_refused() {
        assert!(matches!(Vault::new(vec![key("a"), key("a")], ""), Err(KeyError::Twice { .. })));
        assert!(matches!(Vault::new(vec![key("a")], "b"), Err(KeyError::NoCurrent { .. })));
        let empty = Vault::new(vec![], "").unwrap();
        let sealed = empty.seal(place("team", "till", "apiKey"), &secret("sk-1"));
        assert_eq!(sealed.unwrap_err(), VaultError::NoKey);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_never_the_same_twice(text in ".*") {
            let vault = Vault::new(vec![key("a")], "").unwrap();
            let seal = || vault.seal(place("team", "till", "apiKey"), &secret(&text)).unwrap();
            let (one, two) = (seal(), seal());
            prop_assert_ne!(&one.nonce, &two.nonce);
            let opened = vault.open(&one).unwrap();
            prop_assert_eq!(opened.expose(), text);
        }
    }
}
