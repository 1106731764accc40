//! Where scripts run: the trait, QuickJS in a child process, QuickJS in this process for unit tests
//! and benchmarks, and a mock behind the feature `mock`.
//!
//! What must not live here: knowledge of topics, contracts or jobs. A script is hostile until the
//! child that runs it is gone, and what the child says is checked like any input.

mod error;
mod host;
mod limits;
mod runner;

pub use error::{RunError, SandboxError};
pub use host::{HttpCall, HttpCallError, HttpHost, HttpReply};
pub use limits::Limits;
pub use runner::{HttpCallRecord, RunReport, ScriptRunner, ScriptSession};

#[cfg(feature = "mock")]
pub use {
    host::MockHttpHost,
    runner::{MockScriptRunner, MockScriptSession},
};
