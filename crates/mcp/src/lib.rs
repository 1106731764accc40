//! adapter-forge for coding agents: its tools in the Model Context Protocol, over standard input and
//! output and over HTTP.
//!
//! What must not live here: rules, and a way around them. A tool makes calls of the HTTP API with the
//! caller's key and says what came of them and what to do next. What vendors, scripts and people wrote is
//! handed on as data, apart from what we say.
#![forbid(unsafe_code)]

mod agent;
mod forge;
mod http;
mod said;
mod stdio;
mod tools;

pub use forge::Forge;
pub use http::{HttpSettings, routes};
pub use stdio::{McpError, serve_stdio};
