//! What callers can do, one struct for each kind of record.

mod adapters;
mod connections;
mod drift;
mod jobs;
mod keys;
mod knowledge;
mod recording;
mod scripts;

use domain::Topic;
use sandbox::RunError;
use serde_json::Value;

pub use adapters::{Adapters, ConnectionTest, LiveRun};
pub use connections::{Connections, GivenConnection, KnownConnection, Rotation};
pub use drift::{Drifts, SeenDrift};
pub use jobs::Jobs;
pub use keys::Keys;
pub use knowledge::{Knowledge, KnownDocument};
pub use recording::{Recorded, Recording};
pub use scripts::{DryRun, DryRunReport, ScriptDiff, Scripts, Upload};

/// The records in what a script gave, and what in it breaks the contract.
fn judged(topic: Topic, outcome: &Result<Value, RunError>) -> (u32, Vec<String>) {
    match outcome {
        Ok(output) => (trials::count_records(topic, output), trials::violations(topic, output)),
        Err(_) => (0, Vec::new()),
    }
}
