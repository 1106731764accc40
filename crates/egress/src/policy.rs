//! What may be called: schemes, hosts, ports, addresses. Pure; nothing here touches the network.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

use crate::address::special;
use crate::{EgressError, HostRule};

/// No real address comes near it.
const MAX_URL: usize = 8 * 1024;

/// Names that only a local network knows. Their addresses would be refused too; a name is refused
/// without asking anybody, and says more to whoever wrote it.
const LOCAL_SUFFIXES: &[&str] = &[".localhost", ".local", ".internal", ".home.arpa", ".lan"];

/// The policy: who may be called, and how.
#[derive(Debug, Clone)]
pub struct Guard {
    http: bool,
    hosts: Hosts,
    /// Called although they are not public, and at just these ports.
    private: Vec<SocketAddr>,
}

#[derive(Debug, Clone)]
enum Hosts {
    AnyPublic,
    Only(Vec<HostRule>),
}

/// A URL that has passed the door: where to look for its addresses, and what they may be.
#[derive(Debug)]
pub(crate) struct Destination {
    /// As in the URL; of a literal IPv6 address without the brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What a literal address in the URL says, in whatever spelling.
    pub(crate) literal: Option<IpAddr>,
    /// A rule allows the port. Otherwise only an address of [`Guard::allow_private`] may have it.
    port_allowed: bool,
}

impl Guard {
    /// `https` to any host on the public internet, at the scheme's own port.
    #[must_use]
    pub fn any_public() -> Self {
        Self { http: false, hosts: Hosts::AnyPublic, private: Vec::new() }
    }

    /// `https` to these hosts alone. They must be on the public internet, too.
    #[must_use]
    pub fn only(hosts: impl IntoIterator<Item = HostRule>) -> Self {
        let hosts = Hosts::Only(hosts.into_iter().collect());
        Self { http: false, hosts, private: Vec::new() }
    }

    /// Allows `http` as well.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.http = true;
        self
    }

    /// Allows these addresses, at these ports, although they are not public: a test's own server.
    #[must_use]
    pub fn allow_private(mut self, addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.private.extend(addresses);
        self
    }

    /// Looks at an address before anything is sent, for a helpful answer to whoever gave it. What
    /// its name leads to is not known yet; [`crate::Egress::send`] checks that at each call.
    ///
    /// # Errors
    /// Which rule refuses it.
    pub fn check_url(&self, text: &str) -> Result<Url, EgressError> {
        if text.len() > MAX_URL {
            return Err(EgressError::UrlTooLong { limit: MAX_URL });
        }
        refuse_ambiguous(text)?;
        let url = Url::parse(text)
            .map_err(|error| EgressError::InvalidUrl { reason: error.to_string() })?;
        self.check(&url)?;
        Ok(url)
    }

    /// The rules that a URL alone can break.
    pub(crate) fn check(&self, url: &Url) -> Result<Destination, EgressError> {
        let default_port = match url.scheme() {
            "https" => 443,
            "http" if self.http => 80,
            scheme => {
                let allowed = if self.http { "https:// or http://" } else { "https://" };
                return Err(EgressError::Scheme { scheme: scheme.to_owned(), allowed });
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::UserInfo);
        }
        let port = url.port().unwrap_or(default_port);
        // The parser knows no URL of these schemes without a host.
        let Some(host) = url.host() else {
            return Err(EgressError::InvalidUrl { reason: "no host".to_owned() });
        };
        if let Host::Domain(name) = host
            && name.ends_with('.')
        {
            return Err(EgressError::TrailingDot { host: name.to_owned() });
        }
        let private_port = self.private.iter().any(|address| address.port() == port);
        let port_allowed = match &self.hosts {
            Hosts::AnyPublic => {
                if let Host::Domain(name) = host
                    && is_local(name)
                {
                    return Err(EgressError::LocalName { host: name.to_owned() });
                }
                if port != default_port && !private_port {
                    return Err(EgressError::Port { port });
                }
                port == default_port
            }
            Hosts::Only(rules) => {
                if !rules.iter().any(|rule| rule.allows(&host, port, default_port)) {
                    return Err(EgressError::HostNotAllowed {
                        host: match url.port() {
                            Some(port) => format!("{host}:{port}"),
                            None => host.to_string(),
                        },
                        allowed: list(rules),
                    });
                }
                true
            }
        };
        let (host, literal) = match host {
            Host::Domain(name) => (name.to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(address))),
            Host::Ipv6(address) => (address.to_string(), Some(IpAddr::V6(address))),
        };
        let destination = Destination { host, port, literal, port_allowed };
        if let Some(address) = literal {
            self.check_addresses(&destination, &[SocketAddr::new(address, port)])?;
        }
        Ok(destination)
    }

    /// The rules for what the name stands for. One bad address among good ones is enough: which
    /// of them a connection takes is not ours to choose.
    pub(crate) fn check_addresses(
        &self,
        destination: &Destination,
        addresses: &[SocketAddr],
    ) -> Result<(), EgressError> {
        if addresses.is_empty() {
            return Err(EgressError::Resolve { host: destination.host.clone() });
        }
        for address in addresses.iter().filter(|address| !self.private.contains(address)) {
            if let Some(special) = special(address.ip()) {
                return Err(EgressError::Address {
                    host: destination.host.clone(),
                    address: address.ip(),
                    special,
                });
            }
            if !destination.port_allowed || address.port() != destination.port {
                return Err(EgressError::Port { port: address.port() });
            }
        }
        Ok(())
    }
}

/// Refuses what the parser would quietly mend: a person reads another host in
/// `https://vendor.example\@evil.example` than a machine does.
pub(crate) fn refuse_ambiguous(text: &str) -> Result<(), EgressError> {
    let reason = if text.chars().any(char::is_control) {
        "it contains a control character"
    } else if text.contains('\\') {
        "it contains a backslash"
    } else {
        return Ok(());
    };
    Err(EgressError::InvalidUrl { reason: reason.to_owned() })
}

fn is_local(name: &str) -> bool {
    // A name without a dot is looked up in whatever domain this machine happens to be in.
    !name.contains('.') || LOCAL_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

fn list(rules: &[HostRule]) -> String {
    if rules.is_empty() {
        return "none".to_owned();
    }
    rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
