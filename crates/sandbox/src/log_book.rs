//! A run's log, as it may be shown: bounded, one line a line.

use domain::{bounded, visible};

use crate::engine::LOG_CHARS;

/// Takes lines from outside.
#[derive(Debug)]
pub(crate) struct LogBook {
    lines: Vec<String>,
    limit: u32,
    overflowed: bool,
}

impl LogBook {
    pub(crate) fn new(limit: u32) -> Self {
        Self { lines: Vec::new(), limit, overflowed: false }
    }

    /// Takes a line, or only remembers that there was one more than the limit.
    pub(crate) fn push(&mut self, line: &str) {
        if self.lines.len() < self.limit as usize {
            self.lines.push(visible(&bounded(line, LOG_CHARS), &[]));
        } else {
            self.overflowed = true;
        }
    }

    /// The lines, with a last one that says so when some are missing.
    pub(crate) fn into_lines(mut self) -> Vec<String> {
        if self.overflowed {
            self.lines.push(format!("(the log ends here: more than {} lines)", self.limit));
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_limit_are_dropped_and_the_last_line_says_so() {
        let mut book = LogBook::new(2);
        for line in ["a", "b", "c", "d"] {
            book.push(line);
        }
        assert_eq!(book.into_lines(), ["a", "b", "(the log ends here: more than 2 lines)"]);
    }

    #[test]
    fn a_line_cannot_forge_another_line_nor_a_colour() {
        let mut book = LogBook::new(1);
        book.push("x\n\u{1b}[31mlevel=error\u{202e}");
        assert_eq!(book.into_lines(), ["x\\n\\u{1b}[31mlevel=error\\u{202e}"]);
    }

    #[test]
    fn a_long_line_is_cut() {
        let mut book = LogBook::new(1);
        book.push(&"x".repeat(10 * LOG_CHARS));
        let lines = book.into_lines();
        assert_eq!(lines[0].chars().count(), LOG_CHARS);
        assert!(lines[0].ends_with('…'));
    }
}
