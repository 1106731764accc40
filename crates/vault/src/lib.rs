//! Secrets sealed for the place where they are kept, under one of several keys.
//!
//! What must not live here: where the secrets are kept, where the keys come from, what the secrets are
//! for. No I/O.
#![forbid(unsafe_code)]

mod error;
mod key;
mod vault;

pub use error::{KeyError, VaultError};
pub use key::VaultKey;
pub use vault::Vault;
