//! What a description says, in a few lines for a log or a reader.

use std::fmt::Write as _;

use domain::{Topic, bounded};

use crate::description::ApiDescription;

/// The operations that are named; what fits less is not worth the lines.
const MAX_OPERATIONS: usize = 6;
const SUMMARY_LENGTH: usize = 120;

/// Base addresses, ways to sign in, and the operations that serve the topic, best first, with how
/// they come in pages.
#[must_use]
pub fn overview(description: &ApiDescription, topic: Topic) -> String {
    let mut out = facts(description);
    let operations = description.operations_for(topic);
    for operation in operations.iter().take(MAX_OPERATIONS) {
        // Writing to a string cannot fail.
        let _ = write!(out, "- {operation}");
        let about = if operation.summary.is_empty() { &operation.name } else { &operation.summary };
        if !about.is_empty() {
            let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = write!(out, ": {}", bounded(&about, SUMMARY_LENGTH));
        }
        let pages = description.pagination(operation);
        if !pages.parameters.is_empty() {
            let _ = write!(out, "; pages by {}", pages.parameters.join(", "));
        }
        if !pages.fields.is_empty() {
            let _ = write!(out, "; the next page by {}", pages.fields.join(", "));
        }
        out.push('\n');
    }
    if operations.is_empty() {
        let _ = writeln!(out, "No operation fits {topic}.");
    }
    out
}

/// Where the API is and how to sign in.
pub(crate) fn facts(description: &ApiDescription) -> String {
    let mut out = String::new();
    if !description.base_urls.is_empty() {
        let _ = writeln!(out, "Base URL: {}", description.base_urls.join(", "));
    }
    if !description.auth.is_empty() {
        let ways: Vec<String> = description.auth.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "Authentication: {}", ways.join("; or "));
    }
    out
}
