//! Signatures, made on the trusted side: the secret of one need not be where the script is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::RunError;

/// Signatures that one run may ask for.
pub(crate) const SIGNATURES: u32 = 1_000;

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureEncoding {
    /// Lower-case hexadecimal digits.
    #[default]
    Hex,
    /// With padding.
    Base64,
}

/// What a script wants signed with HMAC-SHA256.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// The secret as the script has it, which may be a stand-in.
    pub secret: String,
    /// What is signed.
    pub text: String,
    /// How the signature is written.
    #[serde(default)]
    pub encoding: SignatureEncoding,
}

impl Signing {
    /// The signature.
    #[must_use]
    pub fn signature(&self) -> String {
        // A key of any length will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else {
            return String::new();
        };
        mac.update(self.text.as_bytes());
        let code = mac.finalize().into_bytes();
        match self.encoding {
            SignatureEncoding::Hex => {
                code.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect()
            }
            SignatureEncoding::Base64 => STANDARD.encode(code),
        }
    }
}

/// The end of a run that asks for more than [`SIGNATURES`].
pub(crate) fn too_many_signatures() -> RunError {
    let message = format!("the script asked for more than {SIGNATURES} signatures");
    RunError::Threw { message, stack: String::new() }
}

fn digit(value: u8) -> Option<char> {
    char::from_digit(value.into(), 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_signature_of_the_standard_s_own_example() {
        // RFC 4231, test case 2.
        let mut signing = Signing {
            secret: "Jefe".to_owned(),
            text: "what do ya want for nothing?".to_owned(),
            encoding: SignatureEncoding::Hex,
        };
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signing.signature(), hex);
        signing.encoding = SignatureEncoding::Base64;
        assert_eq!(signing.signature(), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    }
}
