//! What callers can do, one struct for each kind of record.

mod active_scripts;
mod adapters;
mod audit;
mod connections;
mod drift;
mod evidence;
mod jobs;
mod keys;
mod knowledge;
mod overview;
mod recording;
mod scripts;
mod sessions;

use domain::Topic;
use sandbox::RunError;
use serde_json::Value;

pub use adapters::{Adapters, ConnectionTest, LiveRun};
pub use audit::Audit;
pub use connections::{Connections, GivenConnection, KnownConnection, Rotation};
pub use drift::{Drifts, SeenDrift};
pub use evidence::{Against, Evidence, SideBySide};
pub use jobs::Jobs;
pub use keys::Keys;
pub use knowledge::{Knowledge, KnownDocument};
pub use overview::{Overview, OverviewPage, ProviderState, ScriptVersion, Standing, TopicState};
pub use recording::{Recorded, Recording};
pub use scripts::{Activation, DryRun, DryRunReport, ScriptDiff, Scripts, Upload};
pub use sessions::Sessions;

/// The records in what a script gave, and what in it breaks the contract.
fn judged(topic: Topic, outcome: &Result<Value, RunError>) -> (u32, Vec<String>) {
    match outcome {
        Ok(output) => (trials::count_records(topic, output), trials::violations(topic, output)),
        Err(_) => (0, Vec::new()),
    }
}
