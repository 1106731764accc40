//! The way out: one guarded HTTP client for every call to an address that somebody else gave.
//!
//! An address is checked as text ([`Guard::check_url`]), its name is looked up here and everything
//! that it stands for is checked, the connection goes to what was checked, and a redirect starts
//! over. What must not live here: what the calls are for, or what their answers mean.
#![forbid(unsafe_code)]

mod address;
mod client;
mod error;
mod failure;
mod host;
mod limits;
mod policy;
mod redirect;
mod request;
mod resolver;
mod response;
mod retry_after;
mod tls;

pub use address::{Special, special};
pub use client::{Egress, GuardedClient};
pub use error::EgressError;
pub use host::{HostRule, HostRuleError};
pub use limits::Limits;
pub use policy::Guard;
pub use request::Request;
pub use resolver::{Resolver, SystemResolver};
pub use response::Response;
pub use retry_after::retry_after;
pub use tls::{install_cryptography, public_tls};
/// The parts of requests and responses, so that a caller needs no crate of its own for them.
pub use {
    bytes::Bytes,
    http::{HeaderMap, Method, StatusCode},
};

#[cfg(feature = "mock")]
pub use client::MockEgress;
