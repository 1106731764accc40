//! What one run may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds of one run. Beyond any of them the run ends with an error that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock time, HTTP calls included.
    pub wall: Duration,
    /// Bytes of the script engine's heap.
    pub memory_bytes: usize,
    /// Bytes of the script's stack.
    pub stack_bytes: usize,
    /// Bytes of the output as JSON.
    pub output_bytes: usize,
    /// HTTP calls.
    pub http_calls: u32,
    /// Log lines.
    pub log_lines: u32,
}

impl Limits {
    /// For tests against samples, where nothing has to be waited for.
    pub const TEST: Self = Self {
        wall: Duration::from_secs(5),
        memory_bytes: 64 << 20,
        stack_bytes: 512 << 10,
        output_bytes: 8 << 20,
        http_calls: 200,
        log_lines: 1_000,
    };
}
