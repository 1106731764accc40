//! What the binding of the script engine has no safe words for: compiled scripts, the functions
//! `btoa` and `atob`, and an engine whose memory is put back as it was. The only crate with unsafe
//! code; it runs in the sandbox's child, behind the jail, where the engine itself is taken for
//! breakable.
//!
//! What must not live here: anything that can be said safely.

mod base64;
mod bytecode;
#[cfg(feature = "fault")]
mod fault;
mod memory;
mod rewind;

pub use base64::add_base64;
pub use bytecode::{Bytecode, Digest, Loaded};
#[cfg(feature = "fault")]
pub use fault::segfault;
pub use rewind::Rewind;
