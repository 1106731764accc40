//! A page of the documentation, as the blocks of code that stand in it.

use std::path::{Path, PathBuf};

/// What stands before a block of commands that no test can run, with the reason.
const NOT_RUN: &str = "<!-- not run: ";

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A block between fences.
pub(crate) struct Block {
    pub(crate) language: String,
    /// Where its first line stands.
    pub(crate) line: usize,
    pub(crate) text: String,
    /// Why no test can run it; none where one does.
    pub(crate) not_run: Option<String>,
}

impl Block {
    /// Where it stands, in the page of this name.
    pub(crate) fn place(&self, page: &str) -> String {
        format!("{page}:{}", self.line)
    }

    /// Whether it is what somebody types into a shell.
    pub(crate) fn is_commands(&self) -> bool {
        matches!(self.language.as_str(), "sh" | "bash" | "shell" | "console") && !self.is_settings()
    }

    /// Whether it is settings as variables of the environment.
    pub(crate) fn is_settings(&self) -> bool {
        self.language == "sh" && self.text.lines().all(|line| line.starts_with("FORGE__"))
    }
}

/// A page by its name, such as `docs/authors.md`.
pub(crate) struct Page {
    pub(crate) name: String,
    text: String,
}

impl Page {
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        Self { name: name.to_owned(), text }
    }

    /// Every page that people read: those of the root and of `docs`.
    pub(crate) fn every() -> Vec<Self> {
        let mut names = vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned()];
        for entry in std::fs::read_dir(root().join("docs")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if Path::new(&name).extension().is_some_and(|ending| ending == "md") {
                names.push(format!("docs/{name}"));
            }
        }
        names.sort();
        names.iter().map(|name| Self::read(name)).collect()
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        let mut not_run = None;
        for (number, line) in (1..).zip(self.text.lines()) {
            match (line.strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    let (language, text) = (language.trim().to_owned(), String::new());
                    let not_run = not_run.take();
                    open = Some(Block { language, line: number + 1, text, not_run });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {
                    let mark = line.strip_prefix(NOT_RUN);
                    not_run = mark.and_then(|rest| rest.strip_suffix(" -->")).map(str::to_owned);
                }
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", self.name);
        blocks
    }

    /// What stands between backticks within the text.
    pub(crate) fn spans(&self) -> Vec<String> {
        let fenced: Vec<usize> = self
            .blocks()
            .iter()
            .flat_map(|block| block.line..block.line + block.text.lines().count())
            .collect();
        let prose = (1..)
            .zip(self.text.lines())
            .filter(|(number, line)| !fenced.contains(number) && !line.starts_with("```"));
        let prose: Vec<&str> = prose.map(|(_, line)| line).collect();
        // A paragraph at a time: a span may go over the end of a line, and no further.
        prose
            .join("\n")
            .split("\n\n")
            .flat_map(|paragraph| {
                let parts = paragraph.split('`').skip(1).step_by(2);
                parts.map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "))
            })
            .collect()
    }

    /// The commands in the first column of the page's tables.
    pub(crate) fn commands_of_tables(&self) -> Vec<String> {
        let cells = self.text.lines().filter_map(|line| {
            let cell = line.strip_prefix("| `")?;
            cell.split_once(" | ").map(|(cell, _)| cell)
        });
        cells
            .flat_map(|cell| cell.split('`').step_by(2))
            .filter(|command| !command.is_empty())
            .map(str::to_owned)
            .collect()
    }
}
