//! What can go wrong between a terminal and a server.

use std::path::{Path, PathBuf};

use crate::Outcome;

/// Why a command could not do its work; the message says what would help.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody answered.
    #[error(
        "{server} does not answer: {why}; start a server with \"adapter-forge serve\", or name another by --url or FORGE_URL"
    )]
    Unreachable {
        /// The server's address.
        server: String,
        /// What the system said.
        why: String,
    },
    /// The server said no.
    #[error("{0}")]
    Refused(Refusal),
    /// What answered is not adapter-forge, or of another version.
    #[error("{server} gave an answer that adapter-forge would not give: {why}")]
    Strange {
        /// The server's address.
        server: String,
        /// What was wrong with it.
        why: String,
    },
    /// There is no key to call with.
    #[error(
        "no API key: set FORGE_API_KEY, or put api_key into a profile of {}",
        profiles.display()
    )]
    NoKey {
        /// The file with the profiles.
        profiles: PathBuf,
    },
    /// A file could not be read or written.
    #[error("{}: {why}", named(file))]
    File {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// What was asked for makes no sense.
    #[error("{0}")]
    Use(String),
    /// Standard output or the terminal is gone.
    #[error("cannot write the output: {0}")]
    Output(#[from] std::io::Error),
}

impl ClientError {
    /// How a program tells it from others.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::NoKey { .. } | Self::File { .. } | Self::Use(_) => Outcome::BadUse,
            Self::Refused(refusal) if refusal.status == 400 => Outcome::BadUse,
            Self::Refused(_)
            | Self::Unreachable { .. }
            | Self::Strange { .. }
            | Self::Output(_) => Outcome::Error,
        }
    }
}

/// An error as the server words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What was wrong.
    pub message: String,
    /// More of it, such as the stack of a script; empty when there is none.
    pub details: String,
    /// The field that it is about; empty when it is about none.
    pub field: String,
}

/// A file as a message names it.
fn named(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)?;
        if !self.details.is_empty() {
            write!(f, "\n{}", self.details.trim_end())?;
        }
        match self.status {
            401 => f.write_str(" (is FORGE_API_KEY the key of this server?)"),
            _ => Ok(()),
        }
    }
}
