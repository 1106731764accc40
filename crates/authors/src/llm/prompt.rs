//! What a model is asked: texts of ours from the files of `prompts/`, and what came from outside,
//! each piece of it in a fence of its own.
//!
//! - **Budget.** The parts together never take more tokens than they may, by the estimate of
//!   `tokens`. The texts that say what to do are whole or there is no prompt; of what is left each
//!   part gets its share, and what one does not need goes to the next.
//! - **Caching.** What is the same for every draft of a job stands first and does not depend on what
//!   changes from draft to draft, so that a provider can keep it.
//! - **Secrets.** No credential of a sample goes out; `[credential NAME]` stands for it.
//!
//! The same arguments give the same prompt.

mod block;
mod contract;
mod cover;
mod excerpt;
mod fence;
mod hidden;
mod json;
mod samples;
mod shape;
mod share;
mod templates;
mod texts;
mod tokens;
mod visible;

#[cfg(test)]
mod tests;

use domain::{Brief, Draft, bounded};
use sandbox::Limits;
use serde::Serialize;

use hidden::Hidden;
use samples::Samples;
use share::{Share, share_out};
use templates::{Template, render};
use visible::visible;

pub(crate) use tokens::{beginning, tokens};

/// The version of the templates. Recorded replies name it: they belong to the prompt that they answer.
pub(crate) const VERSION: &str = "v1";

/// Of what is left beside our own texts, the hundredths that are kept for what is the same for every
/// draft. The rest is for earlier attempts, answers and the synthesizer's draft.
const STABLE_PERCENT: u32 = 65;
/// Tokens that are kept for the text that asks for something, whichever it is: what is the same for
/// every draft must not depend on it.
const LONGEST_TASK: u32 = 320;
/// Tokens of room for samples and all else without which there is no prompt: a script that is written
/// without data is a guess.
const LEAST_ROOM: u32 = 1_000;
/// Characters of what was wrong with a reply.
const WRONG_MAX: usize = 2_000;

/// What a model is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// The system text. It is the same for every job.
    pub(crate) system: String,
    /// One user message, in this order. Each part ends with a line end.
    pub(crate) parts: Vec<Part>,
}

/// A part of the user message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The text.
    pub(crate) text: String,
    /// Whether it is the same for every draft of a job: worth caching. Those that are stand first.
    pub(crate) stable: bool,
}

/// Tokens that system text and parts may take together, by the estimate of [`tokens`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenBudget(pub(crate) u32);

/// There is no prompt: without the contract, the rules and some of the data a model would guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "max_prompt_tokens is {given}, and the rules, the contract of the topic and the least of its data take {needed}; give more, better several times as many"
)]
pub(crate) struct PromptTooSmall {
    /// Tokens that there may be.
    pub(crate) given: u32,
    /// Tokens without which there is no prompt.
    pub(crate) needed: u32,
}

/// Asks for a draft. `sketch` is what the synthesizer made of the same brief.
///
/// # Errors
/// When our own texts alone take more than the budget.
pub(crate) fn assemble(
    brief: &Brief,
    sketch: Option<&Draft>,
    budget: TokenBudget,
) -> Result<Prompt, PromptTooSmall> {
    let now = Now {
        provider: brief.provider.as_str(),
        topic: brief.topic.as_str(),
        version: brief.version,
        failed: brief.attempts.last().is_some_and(|attempt| !attempt.passed),
    };
    whole(brief, sketch, render(Template::Draft, &now), budget)
}

/// Asks for the question to a person, after the last try has failed.
///
/// # Errors
/// When our own texts alone take more than the budget.
pub(crate) fn question(brief: &Brief, budget: TokenBudget) -> Result<Prompt, PromptTooSmall> {
    whole(brief, None, render(Template::Question, &Nothing {}), budget)
}

/// The one answer to a reply that was not what was asked for. It may quote the reply, so it is shown
/// like any text from outside.
pub(crate) fn correction(wrong: &str) -> String {
    let wrong = fence::fenced("what was wrong", "", &bounded(&visible(wrong), WRONG_MAX));
    render(Template::Correction, &Correction { wrong })
}

fn whole(
    brief: &Brief,
    sketch: Option<&Draft>,
    task: String,
    TokenBudget(given): TokenBudget,
) -> Result<Prompt, PromptTooSmall> {
    let system = render(Template::System, &System::new(Limits::TEST));
    let contract = contract::told(brief);
    let ours = tokens(&system) + tokens(&contract) + LONGEST_TASK.max(tokens(&task));
    let needed = ours + LEAST_ROOM;
    let Some(pool) = given.checked_sub(ours).filter(|pool| *pool >= LEAST_ROOM) else {
        return Err(PromptTooSmall { given, needed });
    };

    let hidden = Hidden::of(&brief.samples);
    let stable = stable_parts(brief, &hidden, part_of(pool, STABLE_PERCENT));
    let used: u32 = stable.iter().map(|text| tokens(text)).sum();
    let changing = changing_parts(brief, sketch, &hidden, pool.saturating_sub(used));

    let stable = [contract].into_iter().chain(stable).map(|text| Part { text, stable: true });
    let changing = changing.into_iter().chain([task]).map(|text| Part { text, stable: false });
    let parts = stable.chain(changing).filter(|part| !part.text.is_empty());
    Ok(Prompt { system, parts: parts.collect() })
}

/// What is known when the job begins, in no more than so many tokens.
fn stable_parts(brief: &Brief, hidden: &Hidden, pool: u32) -> [String; 4] {
    let samples = Samples::of(&brief.samples, hidden, pool);
    let documents = texts::documents(brief, hidden);
    let (active, example) = (texts::active(brief, hidden), texts::example(brief, hidden));
    let mut shares = [
        Share::new(45, samples_wish(&samples, brief.documented, pool)),
        Share::new(30, documents.wish()),
        Share::new(13, active.wish()),
        Share::new(12, example.wish()),
    ];
    share_out(pool, &mut shares);
    let [for_samples, for_documents, for_active, for_example] = shares.map(|share| share.granted);
    [
        example.within(for_example),
        active.within(for_active),
        documents.within(for_documents),
        samples_within(&samples, brief.documented, for_samples),
    ]
}

/// What comes up as the job goes on.
fn changing_parts(
    brief: &Brief,
    sketch: Option<&Draft>,
    hidden: &Hidden,
    pool: u32,
) -> [String; 4] {
    let (rounds, attempts) = (texts::rounds(brief, hidden), texts::attempts(brief, hidden));
    let (last_draft, sketch) = (texts::last_draft(brief, hidden), texts::sketch(sketch, hidden));
    let mut shares = [
        Share::new(25, rounds.wish()),
        Share::new(25, attempts.wish()),
        Share::new(25, last_draft.wish()),
        Share::new(25, sketch.wish()),
    ];
    share_out(pool, &mut shares);
    let [for_rounds, for_attempts, for_last_draft, for_sketch] = shares.map(|share| share.granted);
    [
        sketch.within(for_sketch),
        rounds.within(for_rounds),
        last_draft.within(for_last_draft),
        attempts.within(for_attempts),
    ]
}

/// What the samples' template takes beside the samples, at most.
fn samples_frame(samples: &Samples<'_>, documented: bool) -> u32 {
    let left_out = samples.count();
    let frame = Sampled { documented, blocks: &[], shortened: true, left_out };
    tokens(&render(Template::Samples, &frame))
}

fn samples_wish(samples: &Samples<'_>, documented: bool, most: u32) -> u32 {
    let frame = samples_frame(samples, documented);
    samples.wish(most.saturating_sub(frame)).saturating_add(frame)
}

fn samples_within(samples: &Samples<'_>, documented: bool, max: u32) -> String {
    let room = max.saturating_sub(samples_frame(samples, documented));
    let (blocks, shortened) = samples.within(room);
    let left_out = samples.count() - blocks.len();
    match blocks.as_slice() {
        [] => String::new(),
        blocks => render(Template::Samples, &Sampled { documented, blocks, shortened, left_out }),
    }
}

fn part_of(pool: u32, percent: u32) -> u32 {
    u32::try_from(u64::from(pool) * u64::from(percent) / 100).unwrap_or(u32::MAX)
}

#[derive(Serialize)]
struct System {
    wall_seconds: u64,
    memory_mib: usize,
    output_mib: usize,
    http_calls: u32,
    log_lines: u32,
}

impl System {
    const fn new(limits: Limits) -> Self {
        Self {
            wall_seconds: limits.wall.as_secs(),
            memory_mib: limits.memory_bytes >> 20,
            output_mib: limits.output_bytes >> 20,
            http_calls: limits.http_calls,
            log_lines: limits.log_lines,
        }
    }
}

#[derive(Serialize)]
struct Sampled<'a> {
    documented: bool,
    blocks: &'a [String],
    shortened: bool,
    left_out: usize,
}

#[derive(Serialize)]
struct Now<'a> {
    provider: &'a str,
    topic: &'a str,
    version: u32,
    failed: bool,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Correction {
    wrong: String,
}
