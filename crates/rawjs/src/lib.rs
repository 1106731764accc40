//! What the binding of the script engine has no safe words for: compiled scripts, and the functions
//! `btoa` and `atob`. The only crate with unsafe code; it runs in the sandbox's child, behind the
//! jail, where the engine itself is taken for breakable.
//!
//! What must not live here: anything that can be said safely.

mod base64;
mod bytecode;
#[cfg(feature = "fault")]
mod fault;

pub use base64::add_base64;
pub use bytecode::{Bytecode, Digest};
#[cfg(feature = "fault")]
pub use fault::segfault;
