//! From a plan's pieces to a script: its header, its body, and the helpers that it uses.

mod days;
mod helpers;
mod moments;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::Brief;

pub(crate) use helpers::{Habits, Helper};

use crate::js;

/// A script in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    lines: Vec<String>,
    helpers: BTreeSet<Helper>,
    depth: usize,
    is_async: bool,
    habits: Habits,
}

impl Script {
    /// Adds a line at the present depth; it opens or closes a block where it ends or begins so.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        // Paths read through these by themselves, so that whoever writes one need not know.
        let calls = [
            ("list(", Helper::List),
            ("only(", Helper::Only),
            ("translated(", Helper::Translated),
            ("spoken(", Helper::Spoken),
        ];
        for (call, helper) in calls {
            if text.contains(call) {
                self.uses(helper);
            }
        }
        self.line_of_others(text);
    }

    /// Adds a line that calls helpers which are added otherwise.
    pub(crate) fn line_of_others(&mut self, text: &str) {
        if text.starts_with(['}', ']', ')']) {
            self.depth = self.depth.saturating_sub(1);
        }
        let indent = if text.is_empty() { String::new() } else { "  ".repeat(self.depth + 1) };
        self.lines.push(format!("{indent}{text}"));
        if text.ends_with(['{', '[', '(']) {
            self.depth += 1;
        }
    }

    /// Begins the lines that begin so in another way.
    pub(crate) fn rename(&mut self, start: &str, other: &str) {
        for line in &mut self.lines {
            if line.trim_start().starts_with(start) {
                *line = line.replacen(start, other, 1);
            }
        }
    }

    /// Adds a comment line.
    pub(crate) fn comment(&mut self, text: &str) {
        let text = js::comment(text);
        let indent = "  ".repeat(self.depth + 1);
        self.lines.push(format!("{indent}// {text}"));
    }

    /// Adds a helper to the script.
    pub(crate) fn uses(&mut self, helper: Helper) {
        if self.helpers.insert(helper) {
            for needed in helper.needs() {
                self.uses(*needed);
            }
        }
    }

    pub(crate) fn uses_all(&mut self, helpers: &[Helper]) {
        for helper in helpers {
            self.uses(*helper);
        }
    }

    /// Makes `transform` an async function.
    pub(crate) const fn make_async(&mut self) {
        self.is_async = true;
    }

    /// Makes it read what a vendor writes so.
    pub(crate) const fn has_habits(&mut self, habits: Habits) {
        self.habits = habits;
    }

    /// The whole script.
    pub(crate) fn finish(mut self, brief: &Brief, summary: &str) -> String {
        if self.habits.are_escaped && self.helpers.contains(&Helper::Text) {
            self.uses(Helper::Unescaped);
        }
        let mut out = String::new();
        let keyword = if self.is_async { "async function" } else { "function" };
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "/**\n * {}\n *\n * @provider {}\n * @topic {}\n * @version {}\n */\n{keyword} transform(input, context) {{\n",
            js::comment(summary),
            brief.provider,
            brief.topic,
            brief.version
        );
        for line in &self.lines {
            out.push_str(line);
            out.push('\n');
        }
        out.push_str("}\n");
        for helper in &self.helpers {
            out.push('\n');
            out.push_str(&helper.source_as(self.habits));
            out.push('\n');
        }
        out
    }
}
