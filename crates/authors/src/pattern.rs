//! Regular expressions that are written into the program.

use regex::Regex;

/// The expression of a constant pattern. It panics on one that is none, which the first use shows.
#[expect(clippy::expect_used, reason = "constant patterns; each is used by a test of its module")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern is valid")
}
