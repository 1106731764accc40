//! The console: pages on which people start jobs, answer their questions and review scripts.
//!
//! Pages are rendered here and work without a script in the browser; a little JavaScript of our own
//! follows jobs and swaps what changed. All of it is in the binary, and no page loads anything from
//! elsewhere.
//!
//! What must not live here: rules. What may be done is decided by the use cases of `engine`; what an
//! error means to a caller, by `api`. Whatever comes from vendors, authors and people is text: it is
//! escaped by the templates, and no template has a filter that leaves it as it is.
#![forbid(unsafe_code)]

mod assets;
mod cookies;
mod error;
mod form;
mod guard;
mod layout;
mod pages;
mod sign_in_limit;
mod state;
mod view;
mod viewer;

pub use state::{ConsoleSettings, Desk, router};
