//! Certificates and cryptography.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// The roots that browsers trust. They come with the binary: where it runs need have none.
pub(crate) fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// TLS 1.2 and 1.3, HTTP/1.1: what bounds a response's headers is HTTP/1's.
pub(crate) fn config(roots: RootCertStore) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    #[expect(clippy::expect_used, reason = "ring has the ciphers of both versions")]
    let builder = builder.with_safe_default_protocol_versions().expect("ring speaks TLS 1.3");
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// TLS for clients of addresses that the operator gave: the roots that browsers trust.
#[must_use]
pub fn public_tls() -> ClientConfig {
    config(public_roots())
}

/// Gives the process its cryptography, for HTTP clients of others that bring none of their own.
/// A second call changes nothing.
pub fn install_cryptography() {
    // An error says that there is one already, which is as good.
    let _ = ring::default_provider().install_default();
}
