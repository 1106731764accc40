//! Where scripts run: the trait, QuickJS in a child process, QuickJS in this process for unit tests
//! and benchmarks, and a mock behind the feature `mock`.
//!
//! What must not live here: knowledge of topics, contracts or jobs. A script is hostile until the
//! child that runs it is gone, and what the child says is checked like any input.
#![forbid(unsafe_code)]

mod child;
mod engine;
mod error;
#[cfg(feature = "fault")]
mod fault;
mod frames;
mod host;
mod in_process;
mod jail;
mod layer;
mod limits;
mod log_book;
mod output;
mod process;
mod protocol;
mod recorded;
mod runner;
mod signing;
mod trust;

pub use child::{CHILD_ARGUMENT, run_child};
pub use error::{RunError, SandboxError};
pub use host::{HttpCall, HttpCallError, HttpHost, HttpReply};
pub use in_process::InProcessRunner;
pub use layer::{Layer, Require};
pub use limits::Limits;
pub use output::Output;
pub use process::{CHILDREN, ChildCommand, ProcessRunner, RunnerSettings};
pub use recorded::RecordedExchanges;
pub use runner::{HttpCallRecord, RunReport, ScriptRunner, ScriptSession, Tenant};
pub use signing::{SignatureEncoding, Signing};

#[cfg(feature = "mock")]
pub use {
    host::MockHttpHost,
    runner::{MockScriptRunner, MockScriptSession},
};
