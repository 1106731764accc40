//! What can be wrong with keys, and with what was sealed. No text holds a key or a secret.

/// Why a text is no key, or keys are no vault. For an operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not `ID:BASE64`.
    #[error(
        "a key of the vault has the form ID:BASE64, with an id of 1 to 32 letters, digits, - or _"
    )]
    Form,
    /// Not 32 bytes.
    #[error(
        "the key {id} must be the base64 of 32 random bytes; `adapter-forge vault make-key` makes one"
    )]
    Length {
        /// Which.
        id: String,
    },
    /// Two of one id.
    #[error("there are two keys with the id {id}")]
    Twice {
        /// Which.
        id: String,
    },
    /// The current key is not among them.
    #[error("there is no key with the id {id}, which is to seal new secrets; there are: {known}")]
    NoCurrent {
        /// The wanted one.
        id: String,
        /// The others.
        known: String,
    },
}

/// Why something cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Nothing can be kept secret. Tell the operator.
    #[error("this server has no key to keep secrets with; its operator sets vault.keys")]
    NoKey,
    /// The key is not among ours. Give it back to the vault, or the secret anew.
    #[error("the key {id}, which a stored secret needs, is not among vault.keys")]
    UnknownKey {
        /// Which.
        id: String,
    },
    /// The key is another one, or what is kept was changed or moved. Give the secret anew.
    #[error("a stored secret is not what was sealed with the key {id} for this place")]
    Forged {
        /// The key that it names.
        id: String,
    },
}
