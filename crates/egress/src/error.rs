//! Why a call did not happen, or came to nothing. The text goes to whoever gave the address: it
//! says which rule refused and what would be right, and holds no header, body, path or query.

use std::net::IpAddr;
use std::time::Duration;

use crate::address::Special;

/// Why a call gave no response. A status like 404 or 500 is a response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// No address at all.
    #[error("this is not a web address: {reason}; give one like https://vendor.example/docs")]
    InvalidUrl {
        /// What the parser could not read.
        reason: String,
    },
    /// Longer than anything real.
    #[error("the address is longer than {limit} characters")]
    UrlTooLong {
        /// The limit.
        limit: usize,
    },
    /// A scheme that the policy does not have.
    #[error("addresses with {scheme}: are not called; give one that begins with {allowed}")]
    Scheme {
        /// What it begins with.
        scheme: String,
        /// What it may begin with.
        allowed: &'static str,
    },
    /// `user:password@`.
    #[error("the address carries a user name or password; leave out what stands before the @")]
    UserInfo,
    /// `vendor.example.`
    #[error("the host {host} ends with a dot; leave it out")]
    TrailingDot {
        /// The host.
        host: String,
    },
    /// Not on the list.
    #[error("the host {host} is not one that may be called; allowed: {allowed}")]
    HostNotAllowed {
        /// The host, with its port.
        host: String,
        /// The list.
        allowed: String,
    },
    /// `localhost` and the like.
    #[error("{host} is a name inside a local network; give an address on the public internet")]
    LocalName {
        /// The host.
        host: String,
    },
    /// A port that no rule has.
    #[error("port {port} is not called; leave it out, so that the scheme's own is used")]
    Port {
        /// The port.
        port: u16,
    },
    /// The address, or one of those that the name stands for, is not public. The text says its
    /// kind alone: what a name of an inner network stands for is not for everyone who asks.
    #[error("{host} leads to {special} address; only those on the public internet are called")]
    Address {
        /// The host.
        host: String,
        /// Its address, for a log.
        address: IpAddr,
        /// What is wrong with it.
        special: Special,
    },
    /// The name stands for nothing.
    #[error("the name {host} has no address; is it spelled right?")]
    Resolve {
        /// The host.
        host: String,
    },
    /// A header that is the client's own, or none at all.
    #[error("the header {name} cannot be set: {reason}")]
    Header {
        /// Its name; never its value.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The request's headers together.
    #[error("the headers of the request are larger than {limit} bytes")]
    RequestHeadersTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The server sends us somewhere that a rule refuses.
    #[error("the server redirects to an address that is refused: {source}")]
    Redirect {
        /// The rule.
        source: Box<Self>,
    },
    /// Round and round.
    #[error("the server redirects more than {limit} times; give the address where it ends")]
    TooManyRedirects {
        /// The limit.
        limit: usize,
    },
    /// The body is meant for the first host.
    #[error("the server redirects a request with a body to another host, {host}; call that one")]
    BodyToOtherHost {
        /// The other host.
        host: String,
    },
    /// More than fits, after decompression.
    #[error("the response is larger than {limit} bytes")]
    ResponseTooLarge {
        /// The limit.
        limit: usize,
    },
    /// More headers than fit.
    #[error("the headers of the response are too many or larger than {limit} bytes")]
    ResponseHeadersTooLarge {
        /// The limit.
        limit: usize,
    },
    /// Compressed in a way that was not asked for, or more than once.
    #[error("the response is encoded in a way that was not asked for; send gzip, br or deflate")]
    Encoding,
    /// The body does not decompress.
    #[error("the response of {host} cannot be decompressed")]
    Corrupt {
        /// The host.
        host: String,
    },
    /// All of the time is used up.
    #[error("the call did not finish within {} ms", limit.as_millis())]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// Nobody answers there.
    #[error("no connection to {host}: {reason}")]
    Connect {
        /// The host.
        host: String,
        /// The system's words.
        reason: String,
    },
    /// The server does not prove who it is.
    #[error("no trusted connection to {host}: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// What is wrong with its certificate.
        reason: String,
    },
    /// What came was no HTTP, or ended too early.
    #[error("{host} did not answer with a whole HTTP response")]
    Broken {
        /// The host.
        host: String,
    },
}

impl EgressError {
    /// Whether the same call may work later: the network's trouble, not a rule's refusal.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Resolve { .. }
            | Self::TimedOut { .. }
            | Self::Connect { .. }
            | Self::Corrupt { .. }
            | Self::Broken { .. } => true,
            Self::Redirect { source } => source.is_transient(),
            Self::InvalidUrl { .. }
            | Self::UrlTooLong { .. }
            | Self::Scheme { .. }
            | Self::UserInfo
            | Self::TrailingDot { .. }
            | Self::HostNotAllowed { .. }
            | Self::LocalName { .. }
            | Self::Port { .. }
            | Self::Address { .. }
            | Self::Header { .. }
            | Self::RequestHeadersTooLarge { .. }
            | Self::TooManyRedirects { .. }
            | Self::BodyToOtherHost { .. }
            | Self::ResponseTooLarge { .. }
            | Self::ResponseHeadersTooLarge { .. }
            | Self::Encoding
            | Self::Tls { .. } => false,
        }
    }
}
