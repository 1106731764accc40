//! What it means that a script passes: its samples give outputs that fit the contract, it survives
//! their mutations, and it keeps its promises on their variations.
//!
//! Whoever tests a script uses this crate, so that there is one meaning of "passes": the engine for
//! a script by any author, the embedded synthesizer for its own before it lets one out.
//!
//! What must not live here: how scripts are written, what happens to a job, how a sandbox works.
#![forbid(unsafe_code)]

mod compare;
mod contracts;
mod credentials;
mod excerpt;
mod light;
mod mutations;
mod payload;
mod promises;
mod records;
mod references;
mod rules;
mod trial;

pub use credentials::{Credential, credentials, is_secret_name, without_credentials};
pub use excerpt::excerpt;
pub use promises::{Broken, Wrong};
pub use records::{count_records, shortfall};
pub use references::Names;
pub use trial::{Shown, Trial, Tried, violations};
