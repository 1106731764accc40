//! What writes drafts: the trait, the embedded synthesizer, and a mock behind the feature `mock`.
//!
//! What must not live here: running scripts, storing anything, deciding what happens to a job. An
//! author turns a brief into a draft and nothing else.
#![forbid(unsafe_code)]

mod author;
mod by_example;
mod js;
mod synth;

pub use author::{AuthorError, ScriptAuthor};
pub use synth::Synthesizer;

#[cfg(feature = "mock")]
pub use author::MockScriptAuthor;
