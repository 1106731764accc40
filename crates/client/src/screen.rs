//! What a person sees of a job that is watched, on standard error: a line for where it stands, its
//! log as it grows, and its question.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::answers::Job;
use crate::output::plain;

const SPIN: Duration = Duration::from_millis(80);

/// Standard error.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Without a terminal there is no line to redraw, only lines to add.
    terminal: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self { terminal: io::stderr().is_terminal() }
    }
}

impl Screen {
    /// Begins to show a job, of whose log `seen` entries were shown before.
    pub(crate) fn follow(self, job: i64, seen: usize) -> Follow {
        let line = if self.terminal { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} job {prefix}: {msg} ({elapsed})")
        {
            line.set_style(style);
        }
        line.set_prefix(job.to_string());
        line.enable_steady_tick(SPIN);
        Follow { line, seen }
    }

    /// Shows a job's question and reads the answer; none when nobody sits here, or has none.
    pub(crate) async fn ask(self, job: &Job) -> Option<String> {
        say(&format!("\n{}\n", plain(&job.clarification)));
        if !self.terminal {
            return None;
        }
        // A thread of its own: reading a line cannot be interrupted, the process can.
        let line = tokio::task::spawn_blocking(read_line).await.ok()?.ok()?;
        let answer = line.trim();
        (!answer.is_empty()).then(|| answer.to_owned())
    }
}

/// A line from the person at the terminal, who may sit there although standard input is a file.
fn read_line() -> io::Result<String> {
    let mut error = io::stderr();
    write!(error, "answer (nothing leaves it open): ")?;
    error.flush()?;
    let mut line = String::new();
    if io::stdin().is_terminal() {
        io::stdin().lock().read_line(&mut line)?;
    } else {
        BufReader::new(File::open("/dev/tty")?).read_line(&mut line)?;
    }
    Ok(line)
}

/// A job that is being shown.
pub(crate) struct Follow {
    line: ProgressBar,
    seen: usize,
}

impl Follow {
    /// Shows where the job stands and what is new in its log.
    pub(crate) fn update(&mut self, job: &Job) {
        self.line.set_message(format!("{}, {}", job.status, job.stage));
        for entry in job.logs.iter().skip(self.seen) {
            let first = plain(entry.message.lines().next().unwrap_or_default());
            let stage = entry.stage.as_str();
            self.line.suspend(|| say(&format!("  {stage:>10}  {first}")));
        }
        self.seen = job.logs.len();
    }

    /// Takes the line away; gives how many entries of the log were shown.
    pub(crate) fn finish(self) -> usize {
        self.line.finish_and_clear();
        self.seen
    }
}

/// Writes a line. Nobody is left to hear of an error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", plain(text));
}
