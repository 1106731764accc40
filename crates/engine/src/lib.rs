//! What adapter-forge does: the pipeline that turns a job into a tested script, the worker that
//! drives it, and the use cases that the API offers.
//!
//! What must not live here: HTTP, SQL, a script engine or a model's client. Those are behind the
//! traits of `store`, `authors`, `sandbox` and `egress`; this crate's tests use their mocks.
#![forbid(unsafe_code)]

mod backoff;
mod chain;
mod courier;
mod desk;
mod error;
mod hearing;
mod journal;
mod listeners;
mod live;
mod metered;
pub mod meters;
mod pipeline;
mod places;
mod privacy;
mod queue;
mod retention;
mod sources;
mod stages;
mod taken;
mod testing;
mod trace;
mod use_cases;
mod worker;

pub use chain::{Authors, ChainError, Engaged};
pub use courier::{Courier, SecretError, Signer};
pub use error::EngineError;
pub use listeners::{Listeners, Listening, Pulse, Seen};
pub use live::{Exits, LiveCall, LiveReport, Pace};
pub use metered::Metered;
pub use pipeline::{Outcome, Pipeline};
pub use queue::Queue;
pub use retention::Retention;
pub use sources::Sources;
pub use testing::{TestRun, Tester};
pub use trace::join_trace;
pub use use_cases::{
    Activation, Adapters, Against, Audit, ConnectionTest, Connections, Drifts, DryRun,
    DryRunReport, Evidence, GivenConnection, Jobs, Keys, Knowledge, KnownConnection, KnownDocument,
    LiveRun, Overview, OverviewPage, ProviderState, Recorded, Recording, Rotation, ScriptDiff,
    ScriptVersion, Scripts, SeenDrift, Sessions, SideBySide, Standing, TopicState, Upload,
};
pub use worker::{Worker, WorkerSettings};
