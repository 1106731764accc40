//! adapter-forge from a terminal: the commands that call a server's HTTP API.
//!
//! What must not live here: rules. A command reads files and flags, makes a call and shows what came
//! of it; what is right or wrong the server says.
#![forbid(unsafe_code)]

mod answers;
mod api;
mod commands;
mod error;
mod events;
mod options;
mod output;
mod screen;

pub use answers::{Answer, Job};
pub use api::{Api, escaped, read};
pub use commands::{AtRest, ClientCommand, Generate, follow, generate_with};
pub use error::{ClientError, Refusal};
pub use options::{Call, Options};
pub use output::{Outcome, Output, plain};
pub use screen::Screen;
