//! The door: what comes in is authenticated first and then becomes a type that cannot be wrong, or
//! an error that names the part that is.

mod body;
mod caller;
mod fields;
mod idempotency_key;
mod json;
mod path;
mod query;

pub use body::read_body;
pub(crate) use body::{MediaType, read_text};
pub(crate) use caller::{Anyone, Caller, Connect, Read, Review, Run, SeeConnections, Write};
pub(crate) use idempotency_key::IdempotencyKey;
pub(crate) use json::{Json, OptionalJson};
pub(crate) use path::{DriftPath, JobPath, Path, ScriptPath};
pub(crate) use query::{Query, next_cursor, page_request};
