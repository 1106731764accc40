//! Language models as authors.
//!
//! `author` says what a draft is: a prompt, a reply, at most one correction. `prompt` is what the model
//! reads, `reply` what it may say. `calls` tries again while a provider is busy, through the seam of
//! `model`: `remote` is a provider, `replay` are files.

mod author;
mod budget;
mod calls;
mod circuit;
mod failure;
mod growth;
mod key;
mod model;
mod price;
mod prompt;
mod remote;
mod replay;
mod reply;
mod settings;

#[cfg(test)]
mod tests;

pub use author::LlmAuthor;
pub use budget::Budget;
pub use price::Price;
pub use replay::Replay;
pub use settings::{LlmKind, LlmSettings, LlmSettingsError, ReplyForm};
