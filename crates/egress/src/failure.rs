//! From the HTTP client's errors to ours. Theirs hold the address with its query, so nothing of
//! their text is passed on but what the system or the TLS library says.

use std::error::Error;
use std::io;

use crate::{EgressError, Limits};

/// What an error of the HTTP client means for a call to `host`.
pub(crate) fn classify(error: &reqwest::Error, host: &str, limits: &Limits) -> EgressError {
    let host = host.to_owned();
    if let Some(tls) = find::<rustls::Error>(error) {
        return EgressError::Tls { host, reason: tls.to_string() };
    }
    if error.is_connect() {
        let reason = match find::<io::Error>(error) {
            _ if error.is_timeout() => {
                format!("nobody answered within {} ms", limits.connect.as_millis())
            }
            Some(io) => io.kind().to_string(),
            None => "it was refused".to_owned(),
        };
        return EgressError::Connect { host, reason };
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse_too_large) {
        return EgressError::ResponseHeadersTooLarge { limit: limits.header_bytes };
    }
    // Hyper's trouble is the connection's; what else there is comes from the decompression.
    if error.is_decode() && find::<hyper::Error>(error).is_none() {
        return EgressError::Corrupt { host };
    }
    EgressError::Broken { host }
}

/// The first error of a kind in the chain of causes. An `io::Error` hides what it was made from
/// from its `source`, and is looked into.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}
