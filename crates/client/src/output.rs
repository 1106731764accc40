//! What a command says on standard output, and how it ends.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

use crate::{Answer, ClientError};

/// How a command ended, for scripts that call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All was done; a job that was watched is completed.
    Done,
    /// The server did not answer or refused.
    Error,
    /// What was asked for makes no sense.
    BadUse,
    /// The job waits for a person.
    NeedsClarification,
    /// The job failed, or what was checked does not hold.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Error => Self::from(1),
            Outcome::BadUse => Self::from(2),
            Outcome::NeedsClarification => Self::from(3),
            Outcome::Failed => Self::from(4),
        }
    }
}

/// Standard output: text for people, or JSON for programs.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether programs read it.
    pub json: bool,
}

impl Output {
    /// Shows an answer: its JSON to programs, `text` to people.
    ///
    /// # Errors
    /// When standard output is gone.
    pub fn show(self, answer: &Answer, text: impl FnOnce() -> String) -> Result<(), ClientError> {
        self.show_json(answer.body(), text)
    }

    /// The same for JSON of the command's own making.
    ///
    /// # Errors
    /// When standard output is gone.
    pub fn show_json(self, json: &Value, text: impl FnOnce() -> String) -> Result<(), ClientError> {
        if self.json { write(&format!("{json:#}")) } else { write(&text()) }
    }
}

/// Writes text and the end of its last line.
///
/// # Errors
/// When standard output is gone. A reader that has enough, such as `head`, is no error.
pub(crate) fn write(text: &str) -> Result<(), ClientError> {
    let mut out = io::stdout().lock();
    // A file gets it as it is.
    let text = if out.is_terminal() { Cow::Owned(plain(text)) } else { Cow::Borrowed(text) };
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{end}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        Err(_) | Ok(()) => Ok(()),
    }
}

/// Rows under a heading, as wide as the terminal at most. Text of others cannot steer the terminal.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: Vec<[String; N]>) -> String {
    if rows.is_empty() {
        return "none".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(heading);
    for row in rows {
        table.add_row(row.map(|cell| plain(&cell)));
    }
    table.trim_fmt()
}

/// A number of the API in a table, where 0 stands for none.
pub(crate) fn number(id: i64) -> String {
    if id > 0 { id.to_string() } else { String::new() }
}

/// Text on a terminal: what steers it, or hides how it reads, is written out.
#[must_use]
pub fn plain(text: &str) -> String {
    domain::visible(text, &['\n', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_rows_under_their_headings() {
        let shown = table(["ID", "NAME"], vec![["1".to_owned(), "a\u{1b}[31mb".to_owned()]]);
        let lines: Vec<Vec<&str>> =
            shown.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines, [["ID", "NAME"], ["1", "a\\u{1b}[31mb"]]);
    }

    #[test]
    fn a_table_without_rows_says_so() {
        assert_eq!(table(["ID"], Vec::new()), "none");
    }
}
