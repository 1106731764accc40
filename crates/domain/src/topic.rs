//! What an adapter does.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The job of one adapter script. A provider has at most one active script for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// One light, read-only call that tells whether the connection works.
    TestConnection,
    /// Every location of the vendor account.
    ListRemoteOutlets,
    /// One location with its opening hours.
    SyncOutlet,
    /// The whole catalogue as a flat list.
    SyncProducts,
    /// The vendor's create-order request for one standard order.
    OrderDispatch,
    /// A vendor's webhook as a standard status change.
    OrderStatusUpdate,
    /// The vendor's requests that turn items off or on again.
    SnoozeItems,
}

/// Which side the data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The vendor's payload becomes the standard shape.
    FromVendor,
    /// The standard shape becomes a request to the vendor.
    ToVendor,
}

impl Topic {
    /// All topics, in the order in which the documentation lists them.
    pub const ALL: [Self; 7] = [
        Self::TestConnection,
        Self::ListRemoteOutlets,
        Self::SyncOutlet,
        Self::SyncProducts,
        Self::OrderDispatch,
        Self::OrderStatusUpdate,
        Self::SnoozeItems,
    ];

    /// The word used in the API, the database and file names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TestConnection => "test_connection",
            Self::ListRemoteOutlets => "list_remote_outlets",
            Self::SyncOutlet => "sync_outlet",
            Self::SyncProducts => "sync_products",
            Self::OrderDispatch => "order_dispatch",
            Self::OrderStatusUpdate => "order_status_update",
            Self::SnoozeItems => "snooze_items",
        }
    }

    /// Which side the data comes from.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::TestConnection | Self::OrderDispatch | Self::SnoozeItems => Direction::ToVendor,
            Self::ListRemoteOutlets
            | Self::SyncOutlet
            | Self::SyncProducts
            | Self::OrderStatusUpdate => Direction::FromVendor,
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no topic; the message lists those that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "topic must be one of test_connection, list_remote_outlets, sync_outlet, sync_products, \
     order_dispatch, order_status_update, snooze_items"
)]
pub struct UnknownTopic;

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text).ok_or(UnknownTopic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_reads_back_from_its_word() {
        for topic in Topic::ALL {
            assert_eq!(topic.as_str().parse(), Ok(topic));
            assert_eq!(serde_json::to_value(topic).unwrap(), topic.as_str());
            assert!(UnknownTopic.to_string().contains(topic.as_str()));
        }
    }
}
