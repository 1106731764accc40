//! What writes drafts: the trait, the embedded synthesizer, and a mock behind the feature `mock`.
//!
//! What must not live here: how scripts run, storing anything, deciding what happens to a job. An
//! author turns a brief into a draft and nothing else; what it writes it may try, through the traits
//! of `sandbox` and by the rules of `trials`.
#![forbid(unsafe_code)]

mod author;
mod by_example;
mod js;
mod llm;
mod pattern;
mod self_check;
mod synth;
mod synthesizer;

pub use author::{AuthorError, ScriptAuthor, Unwatched, Watcher};
pub use llm::{
    Budget, LlmAuthor, LlmKind, LlmSettings, LlmSettingsError, Price, Replay, ReplyForm,
};
pub use synthesizer::Synthesizer;

#[cfg(feature = "mock")]
pub use author::{MockScriptAuthor, MockWatcher};
