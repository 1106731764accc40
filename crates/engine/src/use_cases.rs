//! What callers can do, one struct for each kind of record.

mod adapters;
mod connections;
mod jobs;
mod keys;
mod knowledge;
mod scripts;

pub use adapters::{Adapters, ConnectionTest, LiveReport, LiveRun};
pub use connections::{Connections, GivenConnection, KnownConnection, Rotation};
pub use jobs::Jobs;
pub use keys::Keys;
pub use knowledge::{Knowledge, KnownDocument};
pub use scripts::{DryRun, DryRunReport, ScriptDiff, Scripts, Upload};
