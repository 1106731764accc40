//! The parts of a prompt that are texts from outside, each in its fence.

use domain::{Attempt, Brief, ClarificationRound, Draft, DraftScript};
use serde::Serialize;

use super::block::{Block, Keep};
use super::hidden::Hidden;
use super::templates::{Template, render};
use super::tokens::tokens;

/// Characters of the failure of an attempt that is not the newest.
const OLDER_CHARS: usize = 400;

/// A part of a prompt: texts that stand in one template.
pub(super) struct Texts {
    template: Template,
    /// The most important first.
    blocks: Vec<Block>,
    /// Whether the most important stands last, as the newest does.
    newest_last: bool,
}

#[derive(Serialize)]
struct Filled<'a> {
    blocks: &'a [String],
    left_out: usize,
}

impl Texts {
    fn new(template: Template, blocks: Vec<Block>) -> Self {
        Self { template, blocks, newest_last: false }
    }

    fn newest_last(self) -> Self {
        Self { newest_last: true, ..self }
    }

    /// What the template takes beside the blocks, at most.
    fn frame(&self) -> u32 {
        tokens(&self.rendered(&[], 0)).max(tokens(&self.rendered(&[], self.blocks.len())))
    }

    /// The tokens that it takes when all of it is there.
    pub(super) fn wish(&self) -> u32 {
        if self.blocks.is_empty() {
            return 0;
        }
        // A line end stands behind each.
        let costs = self.blocks.iter().map(|block| block.cost().saturating_add(1));
        costs.fold(self.frame(), u32::saturating_add)
    }

    /// The part in no more than so many tokens: the most important blocks, the last of them cut.
    /// Empty where there is nothing, or room for nothing.
    pub(super) fn within(&self, max: u32) -> String {
        let mut left = max.saturating_sub(self.frame());
        let mut shown = Vec::new();
        for block in &self.blocks {
            let Some(text) = left.checked_sub(1).and_then(|left| block.within(left)) else { break };
            left = left.saturating_sub(tokens(&text) + 1);
            shown.push(text);
        }
        if shown.is_empty() {
            return String::new();
        }
        let left_out = self.blocks.len() - shown.len();
        if self.newest_last {
            shown.reverse();
        }
        self.rendered(&shown, left_out)
    }

    fn rendered(&self, blocks: &[String], left_out: usize) -> String {
        render(self.template, &Filled { blocks, left_out })
    }
}

/// What was found in the documents, or their beginnings where nothing was looked for.
pub(super) fn documents(brief: &Brief, hidden: &Hidden) -> Texts {
    let mut blocks: Vec<Block> = Vec::new();
    for passage in &brief.passages {
        let text = match passage.heading.as_str() {
            "" => passage.text.clone(),
            heading => format!("{heading}\n\n{}", passage.text),
        };
        let name = passage.document.as_str();
        blocks.push(Block::new("document", name, &text, Keep::Beginning, hidden));
    }
    if brief.passages.is_empty() {
        blocks.extend(brief.documents.iter().map(|document| {
            let name = document.name.as_str();
            Block::new("document", name, &document.content, Keep::Beginning, hidden)
        }));
    }
    Texts::new(Template::Documents, blocks)
}

/// The script in use.
pub(super) fn active(brief: &Brief, hidden: &Hidden) -> Texts {
    Texts::new(Template::Active, script(brief.active_script.as_deref(), "", hidden))
}

/// A script of another provider.
pub(super) fn example(brief: &Brief, hidden: &Hidden) -> Texts {
    let blocks = brief.example.as_ref().map_or_else(Vec::new, |example| {
        script(Some(&example.source), example.provider.as_str(), hidden)
    });
    Texts::new(Template::Example, blocks)
}

/// The draft that was tested last.
pub(super) fn last_draft(brief: &Brief, hidden: &Hidden) -> Texts {
    Texts::new(Template::LastDraft, script(brief.last_draft.as_deref(), "", hidden))
}

fn script(source: Option<&str>, name: &str, hidden: &Hidden) -> Vec<Block> {
    let block = |source| Block::new("script", name, source, Keep::BothEnds, hidden);
    source.map(block).into_iter().collect()
}

/// What the synthesizer made: its script with its reasons, or its question.
pub(super) fn sketch(sketch: Option<&Draft>, hidden: &Hidden) -> Texts {
    let blocks = match sketch {
        None => Vec::new(),
        Some(Draft::Question(question)) => {
            let text = question.render();
            vec![Block::new("question of the program", "", &text, Keep::Beginning, hidden)]
        }
        Some(Draft::Script(DraftScript { source, provenance })) => {
            let lines = provenance.iter().map(|known| {
                let runner_up = match known.runner_up.as_str() {
                    "" => String::new(),
                    other => format!("; or else {other}"),
                };
                let (field, source, reason) = (&known.field, &known.source, &known.reason);
                format!("{field} from {source}: {reason} ({:.2}){runner_up}\n", known.confidence)
            });
            let reasons: String = lines.collect();
            let mut blocks = script(Some(source), "", hidden);
            if !reasons.is_empty() {
                blocks.push(Block::new("reasons", "", &reasons, Keep::Beginning, hidden));
            }
            blocks
        }
    };
    Texts::new(Template::Sketch, blocks)
}

/// Questions with their answers.
pub(super) fn rounds(brief: &Brief, hidden: &Hidden) -> Texts {
    let text = |round: &ClarificationRound| {
        let answer = round.response.as_deref().unwrap_or("(no answer yet)");
        format!("Question:\n{}\n\nAnswer:\n{answer}", round.question.render())
    };
    let blocks =
        brief.rounds.iter().rev().map(|round| {
            Block::new("question and answer", "", &text(round), Keep::BothEnds, hidden)
        });
    Texts::new(Template::Rounds, blocks.collect()).newest_last()
}

/// What the tests found: of the newest attempt all, of those before it the beginning.
pub(super) fn attempts(brief: &Brief, hidden: &Hidden) -> Texts {
    let failed = brief.attempts.iter().rev().filter(|attempt| !attempt.passed);
    let blocks = failed.enumerate().map(|(age, attempt)| {
        let text = if age == 0 { newest(attempt) } else { older(attempt, hidden) };
        Block::new("attempt", &attempt.attempt.to_string(), &text, Keep::Beginning, hidden)
    });
    Texts::new(Template::Attempts, blocks.collect()).newest_last()
}

fn newest(attempt: &Attempt) -> String {
    let Attempt { error, output_preview, output_count, .. } = attempt;
    match output_preview.as_str() {
        "" => error.clone(),
        preview => format!(
            "{error}\n\nThe output for the first sample had {output_count} records and began with:\n{preview}"
        ),
    }
}

fn older(attempt: &Attempt, hidden: &Hidden) -> String {
    domain::bounded(&hidden.hide(&attempt.error), OLDER_CHARS)
}
