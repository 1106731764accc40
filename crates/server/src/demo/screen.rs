//! What a person sees: a progress line while a job runs, its log as it grows, and blocks of text.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

const SPIN: Duration = Duration::from_millis(80);

pub(super) struct Screen {
    /// Without a terminal there is no line to redraw, only lines to add.
    terminal: bool,
}

impl Screen {
    pub(super) fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal() }
    }

    /// Begins to show a job, of whose log `seen` entries were shown before.
    pub(super) fn follow(&self, job: i64, seen: usize) -> Follow {
        let line = if self.terminal { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} job {prefix}: {msg} ({elapsed})")
        {
            line.set_style(style);
        }
        line.set_prefix(job.to_string());
        line.enable_steady_tick(SPIN);
        Follow { line, shown: AtomicUsize::new(seen) }
    }
}

/// A job that is being shown.
pub(super) struct Follow {
    line: ProgressBar,
    shown: AtomicUsize,
}

impl Follow {
    /// Shows where the job stands and what is new in its log.
    #[expect(clippy::print_stdout, reason = "the demo is there to be read")]
    pub(super) fn update(&self, job: &Value) {
        let word = |field: &str| job[field].as_str().unwrap_or_default().to_owned();
        self.line.set_message(format!("{}, {}", word("status"), word("stage")));
        let logs = job["logs"].as_array().map(Vec::as_slice).unwrap_or_default();
        let seen = self.shown.swap(logs.len(), Ordering::Relaxed);
        for entry in logs.iter().skip(seen) {
            let stage = entry["stage"].as_str().unwrap_or_default();
            let message = entry["message"].as_str().unwrap_or_default();
            let first = message.lines().next().unwrap_or_default();
            self.line.suspend(|| println!("  {stage:>10}  {first}"));
        }
    }

    /// Takes the progress line away.
    pub(super) fn finish(&self) {
        self.line.finish_and_clear();
    }
}

/// The heading of one of the demo's parts.
#[expect(clippy::print_stdout, reason = "the demo is there to be read")]
pub(super) fn title(text: &str) {
    println!("\n{text}\n{}", "=".repeat(text.chars().count()));
}

/// Text under a small heading.
#[expect(clippy::print_stdout, reason = "the demo is there to be read")]
pub(super) fn block(title: &str, text: &str) {
    println!("\n--- {title}\n{}", text.trim_end());
}
