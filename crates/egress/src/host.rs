//! Hosts that a policy names: one host, or everything below a domain.

use std::fmt;
use std::str::FromStr;

use url::Host;

/// One line of a list of hosts: `api.vendor.example`, `*.vendor.example`, either with `:8443`.
///
/// Without a port it means the scheme's own. `*.vendor.example` is every name below
/// `vendor.example`, and not that name itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    name: Name,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Exact(Host<String>),
    /// The suffix, with its leading dot.
    Below(String),
}

/// Why a line is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line:?} is no host: write api.vendor.example, *.vendor.example or either with :8443")]
pub struct HostRuleError {
    line: String,
}

impl HostRule {
    /// Whether it allows a host at a port.
    pub(crate) fn allows(&self, host: &Host<&str>, port: u16, default_port: u16) -> bool {
        port == self.port.unwrap_or(default_port)
            && match (&self.name, host) {
                (Name::Exact(Host::Domain(ours)), Host::Domain(theirs)) => ours == theirs,
                (Name::Exact(Host::Ipv4(ours)), Host::Ipv4(theirs)) => ours == theirs,
                (Name::Exact(Host::Ipv6(ours)), Host::Ipv6(theirs)) => ours == theirs,
                (Name::Below(suffix), Host::Domain(theirs)) => {
                    theirs.len() > suffix.len() && theirs.ends_with(suffix.as_str())
                }
                _ => false,
            }
    }
}

impl FromStr for HostRule {
    type Err = HostRuleError;

    fn from_str(line: &str) -> Result<Self, HostRuleError> {
        let error = || HostRuleError { line: line.to_owned() };
        // The colons of an IPv6 address stand in brackets, so the port follows the last one.
        let (name, port) = match line.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => {
                (name, Some(port.parse().map_err(|_| error())?))
            }
            _ => (line, None),
        };
        // The parser of addresses reads the name too, so that both mean the same by it.
        let (below, host) = match name.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        let host = Host::parse(host).map_err(|_| error())?;
        let name = match host {
            Host::Domain(domain) if domain.ends_with('.') || domain.contains('*') => {
                return Err(error());
            }
            // `*.com` is a slip of whoever wrote it.
            Host::Domain(domain) if below && domain.contains('.') => {
                Name::Below(format!(".{domain}"))
            }
            _ if below => return Err(error()),
            host => Name::Exact(host),
        };
        Ok(Self { name, port })
    }
}

impl fmt::Display for HostRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Name::Exact(host) => write!(f, "{host}")?,
            Name::Below(suffix) => write!(f, "*{suffix}")?,
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(rule: &str, host: &str, port: u16) -> bool {
        let rule: HostRule = rule.parse().unwrap();
        let host = Host::parse(host).unwrap();
        let host = match &host {
            Host::Domain(domain) => Host::Domain(domain.as_str()),
            Host::Ipv4(address) => Host::Ipv4(*address),
            Host::Ipv6(address) => Host::Ipv6(*address),
        };
        rule.allows(&host, port, 443)
    }

    #[test]
    fn an_exact_rule_is_one_host_at_the_schemes_port() {
        assert!(allows("Api.Vendor.example", "api.vendor.EXAMPLE", 443));
        assert!(!allows("api.vendor.example", "api.vendor.example", 8443));
        assert!(!allows("api.vendor.example", "xapi.vendor.example", 443));
        assert!(!allows("api.vendor.example", "api.vendor.example.evil.example", 443));
        assert!(allows("api.vendor.example:8443", "api.vendor.example", 8443));
        assert!(!allows("api.vendor.example:8443", "api.vendor.example", 443));
        assert!(allows("[2606:4700::1111]", "[2606:4700::1111]", 443));
        assert!(allows("[2606:4700::1111]:8443", "[2606:4700::1111]", 8443));
        assert!(allows("1.1.1.1", "0x1010101", 443));
    }

    #[test]
    fn a_suffix_rule_is_every_name_below_and_not_the_domain_itself() {
        assert!(allows("*.vendor.example", "api.vendor.example", 443));
        assert!(allows("*.vendor.example", "eu.api.vendor.example", 443));
        assert!(!allows("*.vendor.example", "vendor.example", 443));
        assert!(!allows("*.vendor.example", "evilvendor.example", 443));
        assert!(!allows("*.vendor.example", "vendor.example.evil.example", 443));
        // A look-alike with a Cyrillic letter is another name.
        assert!(!allows("*.vendor.example", "api.vend\u{43e}r.example", 443));
    }

    #[test]
    fn what_is_no_host_is_no_rule() {
        for line in ["", "*", "*.com", "*.1.2.3.4", "a.*.example", "vendor.example.", "a b", "a:x"]
        {
            assert!(line.parse::<HostRule>().is_err(), "{line:?}");
        }
    }

    #[test]
    fn a_rule_reads_as_it_was_written() {
        for line in ["api.vendor.example", "*.vendor.example:8443", "[2606:4700::1111]:1"] {
            assert_eq!(line.parse::<HostRule>().unwrap().to_string(), line);
        }
    }
}
