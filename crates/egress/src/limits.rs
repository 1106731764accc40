//! How much one call may take.

use std::time::Duration;

/// What ends a call that does not end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the look-up of the name to the last byte, redirects included.
    pub total: Duration,
    /// Until a connection stands, of each redirect.
    pub connect: Duration,
    /// Of the response's body, after decompression.
    pub response_bytes: usize,
    /// Of the response's headers, names and values. More than a hundred headers are too many
    /// whatever their size.
    pub header_bytes: usize,
    /// How many are followed.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total: Duration::from_secs(30),
            connect: Duration::from_secs(5),
            response_bytes: 8 * 1024 * 1024,
            header_bytes: 32 * 1024,
            redirects: 5,
        }
    }
}
