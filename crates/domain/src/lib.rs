//! The words and rules of adapter-forge: jobs and their life, topics and their contracts, samples,
//! documents, scripts, questions and API keys.
//!
//! What lives here is pure: plain types, validation at construction, and decisions as functions of
//! their arguments. What must not: I/O, clocks read behind the caller's back, knowledge of a
//! database, of HTTP or of a JavaScript engine. Every other crate may use this one; it uses none.
#![forbid(unsafe_code)]

mod actor;
mod api_key;
mod attempt;
mod audit;
mod brief;
mod callback;
mod clarification;
mod clock;
mod contract;
mod document;
mod drift;
mod exchange;
mod glance;
mod ids;
mod job;
mod lean;
mod log;
mod names;
mod priority;
mod provider_connection;
mod review;
mod sample;
mod script;
mod secret;
mod session;
mod state;
mod text;
mod topic;
mod usage;

pub use actor::Actor;
pub use api_key::{ApiKey, ApiKeyToken, KeyRejection, Scope, SecretHash, TokenError, UnknownScope};
pub use attempt::Attempt;
pub use audit::{Act, AuditAction, AuditEntry, Reason, ReasonError, UnknownAction};
pub use brief::{Brief, Draft, DraftScript, Passage, ScriptOfAnother};
pub use callback::{Announcement, CallbackUrl};
pub use clarification::{Choice, ClarificationRound, OpenPoint, Question, choice_letter};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use contract::Contract;
pub use document::{Document, DocumentLink, FetchState, GivenDocument};
pub use drift::{
    Drift, DriftKey, DriftKind, DriftStatus, NewDrift, Repair, RepairPolicy, UnknownDriftKind,
    UnknownDriftStatus, UnknownRepairPolicy,
};
pub use exchange::{ExchangeError, HttpExchange, HttpMethod, UnknownMethod};
pub use glance::Glance;
pub use ids::{DriftId, IdError, JobId, ScriptId};
pub use job::{
    DEFAULT_MAX_RETRIES, Event, Hypothesis, Job, JobData, JobInputs, MAX_RETRIES_LIMIT, MAX_ROUNDS,
    NewJob, Out, Outage, TransitionError,
};
pub use lean::{LeanValue, optional as optional_lean};
pub use log::LogEntry;
pub use names::{
    AuthorName, ConnectionSlug, DocumentName, NameError, ProviderSlug, SLUG_PATTERN, SampleName,
};
pub use priority::{Priority, UnknownPriority};
pub use provider_connection::{
    ConnectionStatus, Owner, ProviderConnection, SealedSecret, SecretPlace, UnknownConnectionStatus,
};
pub use review::{ReviewAction, ReviewError};
pub use sample::{Connection, Sample, ScriptInput};
pub use script::{FieldSource, NewScript, Script, ScriptStatus, UnknownScriptStatus};
pub use secret::Secret;
pub use session::{Session, SessionToken, SessionTokenError};
pub use state::{Pause, Stage, State, Status, UnknownState, UnknownStatus};
pub use text::{bounded, is_hidden, nul_path, visible};
pub use topic::{Direction, Topic, UnknownTopic};
pub use usage::{Allowance, Usage, dollars};
