//! What callers can do, one struct for each kind of record.

mod jobs;
mod keys;
mod knowledge;
mod scripts;

pub use jobs::Jobs;
pub use keys::Keys;
pub use knowledge::{Knowledge, KnownDocument};
pub use scripts::{DryRun, DryRunReport, ScriptDiff, Scripts, Upload};
