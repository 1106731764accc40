//! Who a server must prove to be.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::server::read_request;
use super::*;

/// A server with a certificate for a name, and that certificate.
async fn server(name: &str) -> (SocketAddr, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).unwrap();
    let certificate = cert.der().clone();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let name = stream.get_ref().1.server_name().unwrap_or_default().to_owned();
            read_request(&mut stream).await;
            let _ = stream.write_all(&page("200 OK", &[], name.as_bytes())).await;
            let _ = stream.shutdown().await;
        }
    });
    (address, certificate)
}

/// Leads every name to one address.
struct Everywhere(SocketAddr);

#[async_trait]
impl Resolver for Everywhere {
    async fn resolve(&self, _: &str, _: u16) -> std::io::Result<Vec<SocketAddr>> {
        Ok(vec![self.0])
    }
}

fn client(address: SocketAddr) -> GuardedClient {
    GuardedClient::new(Guard::any_public().allow_private([address]), limits())
        .with_resolver(Everywhere(address))
}

fn trusting(address: SocketAddr, certificate: CertificateDer<'static>) -> GuardedClient {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    GuardedClient { tls: tls::config(roots), ..client(address) }
}

#[tokio::test]
async fn a_pinned_connection_still_asks_for_the_name() {
    let (address, certificate) = server("vendor.example").await;
    let url = format!("https://vendor.example:{}/", address.port());
    let response = get(&trusting(address, certificate), &url).await.unwrap();
    assert_eq!(response.body, "vendor.example");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let (address, certificate) = server("vendor.example").await;
    let url = format!("https://other.example:{}/?key=secret", address.port());
    let error = get(&trusting(address, certificate), &url).await.unwrap_err();
    assert!(matches!(error, EgressError::Tls { .. }), "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(!error.to_string().contains("secret"));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (address, _) = server("vendor.example").await;
    let url = format!("https://vendor.example:{}/", address.port());
    let error = get(&client(address), &url).await.unwrap_err();
    assert!(matches!(error, EgressError::Tls { .. }), "{error}");
    assert!(!error.is_transient());
}
