//! Moments.

use chrono::SecondsFormat;
use domain::Timestamp;

/// A moment as people and as programs read it, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) shown: String,
    pub(crate) exact: String,
}

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        Self {
            shown: moment.format("%Y-%m-%d %H:%M:%S").to_string(),
            exact: moment.to_rfc3339_opts(SecondsFormat::Millis, true),
        }
    }
}
