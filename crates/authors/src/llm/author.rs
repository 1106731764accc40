//! A language model as an author: one conversation for each draft.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::{Allowance, AuthorName, Brief, Draft, Question, Usage};
use futures::FutureExt as _;

use super::calls::{Calls, Patience};
use super::circuit::Circuit;
use super::model::{Answer, Conversation, End, Listener, Model, Turn};
use super::price::{Price, Tokens};
use super::prompt::{self, Prompt, PromptTooSmall, TokenBudget, tokens};
use super::remote::Remote;
use super::replay::{Player, Recorder, Replay};
use super::reply;
use super::settings::{LlmSettings, LlmSettingsError};
use crate::{AuthorError, ScriptAuthor, Unwatched, Watcher};

/// A reply of fewer tokens holds no script: a budget that pays for less pays for nothing.
const LEAST_REPLY: u32 = 500;
/// Characters of a wrong reply that are sent back with what was wrong.
const REPLY_SHOWN: usize = 20_000;
/// Tokens of the prompt that are kept for the answer to a wrong reply, and the beginning of that reply.
const CORRECTION_TOKENS: u32 = 3_000;

/// A language model that writes scripts.
pub struct LlmAuthor {
    calls: Calls,
    settings: LlmSettings,
    sketcher: Option<Arc<dyn ScriptAuthor>>,
}

impl LlmAuthor {
    /// `sketcher` makes a first draft of each brief, for the model to start from.
    ///
    /// # Errors
    /// When the settings cannot work, or there is no key where they say.
    pub fn new(
        name: AuthorName,
        settings: LlmSettings,
        replay: Replay,
        sketcher: Option<Arc<dyn ScriptAuthor>>,
    ) -> Result<Self, LlmSettingsError> {
        settings.check()?;
        let id = settings.model.trim().to_owned();
        let model: Box<dyn Model> = match replay {
            Replay::Off => Box::new(Remote::new(&settings)?),
            Replay::Record(folder) => {
                Box::new(Recorder { inner: Box::new(Remote::new(&settings)?), model: id, folder })
            }
            Replay::Play(folder) => Box::new(Player { model: id, folder }),
        };
        Ok(Self::with_model(name, settings, model, sketcher))
    }

    pub(super) fn with_model(
        name: AuthorName,
        settings: LlmSettings,
        model: Box<dyn Model>,
        sketcher: Option<Arc<dyn ScriptAuthor>>,
    ) -> Self {
        let patience = Patience {
            retries: settings.retries,
            first_wait: settings.retry(),
            longest_asked: settings.timeout(),
        };
        let calls = Calls { name, model, circuit: Circuit::default(), patience };
        Self { calls, settings, sketcher }
    }

    /// What system text and parts of a prompt may take: the reply's form goes with them, and there is
    /// room for the answer to a wrong reply.
    fn budget(&self) -> TokenBudget {
        TokenBudget(self.settings.max_prompt_tokens.saturating_sub(kept_tokens()))
    }

    /// What is wrong with the settings, in their own numbers.
    fn too_small(&self, error: PromptTooSmall) -> AuthorError {
        let given = self.settings.max_prompt_tokens;
        let needed = error.needed.saturating_add(kept_tokens());
        AuthorError::Broken(PromptTooSmall { given, needed }.to_string())
    }

    /// Asks, and once more with what was wrong when the reply is not what was asked for.
    async fn converse<T>(
        &self,
        prompt: Prompt,
        allowance: Allowance,
        watcher: &dyn Watcher,
        read: impl Fn(&str) -> Result<T, String> + Send + Sync,
    ) -> Result<T, AuthorError> {
        let mut conversation = begun(prompt);
        let mut bill = Bill::default();
        let first = self.reply(&conversation, allowance, &mut bill, watcher).await?;
        let wrong = match self.read(&first, &read) {
            Ok(read) => return Ok(read),
            Err(wrong) => wrong,
        };
        watcher.said(&format!("the reply is not what was asked for, which it is told: {wrong}"));
        watcher.grew("");
        // The reply goes back, but not without end: it may be long because it was cut off.
        let correction = prompt::correction(&wrong);
        let taken = size(&conversation).saturating_add(tokens(&correction));
        let room = self.settings.max_prompt_tokens.saturating_sub(taken);
        let shown = prompt::beginning(&domain::bounded(&first.text, REPLY_SHOWN), room).to_owned();
        let shown = if shown.trim().is_empty() { "(nothing)".to_owned() } else { shown };
        conversation.turns.push(Turn::Reply(shown));
        conversation.turns.push(Turn::Ours(correction));
        let second = self.reply(&conversation, allowance, &mut bill, watcher).await?;
        self.read(&second, &read).map_err(AuthorError::BadReply)
    }

    fn read<T>(
        &self,
        answer: &Answer,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, String> {
        match answer.end {
            End::Whole => read(&answer.text),
            End::TooLong => Err(format!(
                "the reply is longer than it may be ({} tokens) and was cut off",
                self.settings.max_reply_tokens
            )),
            End::Withheld => Err("the provider withheld the reply".to_owned()),
        }
    }

    async fn reply(
        &self,
        conversation: &Conversation,
        allowance: Allowance,
        bill: &mut Bill,
        watcher: &dyn Watcher,
    ) -> Result<Answer, AuthorError> {
        let prompt_tokens = size(conversation);
        let ear = Ear {
            watcher,
            price: self.settings.price,
            prompt_tokens,
            used: Mutex::new(Usage::default()),
        };
        let said = |note: &str| watcher.said(note);
        let for_job = allowance.less(bill.so_far);
        let bound = || self.bound(prompt_tokens, for_job, &ear).boxed();
        let answer = self.calls.make(conversation, &bound, &ear, &said).await;
        if let Ok(answer) = &answer {
            match answer.tokens {
                Some(tokens) => ear.use_up(tokens),
                None => ear.lost(tokens(&answer.text)),
            }
        }
        bill.so_far += ear.used_so_far();
        answer
    }

    /// Tokens that the next reply may have: what the job can pay, and of that what the day can, which
    /// is set aside.
    async fn bound(
        &self,
        prompt_tokens: u32,
        for_job: Allowance,
        ear: &Ear<'_>,
    ) -> Result<u32, AuthorError> {
        let wanted = self.affordable(prompt_tokens, for_job.less(ear.used_so_far()))?;
        let (input, output) = (u64::from(prompt_tokens), u64::from(wanted));
        // The dearest that it may become: all of the prompt is written to the cache.
        let dearest = [0, input].map(|cache_write| {
            self.settings.price.cost_micros(Tokens { input, output, cached: 0, cache_write })
        });
        let most = Usage {
            tokens_in: input,
            tokens_out: output,
            tokens_cached: 0,
            cost_micros: dearest.into_iter().max().unwrap_or_default(),
        };
        let granted = ear.watcher.set_aside(most).await?;
        if granted.covers(most) {
            return Ok(wanted);
        }
        Ok(self.affordable(prompt_tokens, granted)?.min(wanted))
    }

    /// Tokens that a reply may have, after the prompt is paid.
    fn affordable(&self, prompt_tokens: u32, left: Allowance) -> Result<u32, AuthorError> {
        let wanted = u64::from(self.settings.max_reply_tokens);
        let prompt = Tokens { input: prompt_tokens.into(), ..Tokens::default() };
        let by_tokens = left.tokens.map(|tokens| tokens.saturating_sub(prompt.input));
        let by_money = left.cost_micros.and_then(|micros| {
            let price = self.settings.price;
            match micros.checked_sub(price.cost_micros(prompt)) {
                None => Some(0),
                Some(rest) => price.reply_tokens_for(rest),
            }
        });
        let affordable =
            [Some(wanted), by_tokens, by_money].into_iter().flatten().min().unwrap_or(wanted);
        let least = u64::from(LEAST_REPLY).min(wanted);
        if affordable < least {
            return Err(AuthorError::BudgetSpent(format!(
                "what is left pays for {affordable} tokens of a reply to a prompt of about \
                 {prompt_tokens}"
            )));
        }
        // At most what the settings say, which is an u32.
        Ok(u32::try_from(affordable).unwrap_or(self.settings.max_reply_tokens))
    }
}

#[async_trait]
impl ScriptAuthor for LlmAuthor {
    fn name(&self) -> AuthorName {
        self.calls.name.clone()
    }

    async fn write(&self, brief: &Brief, watcher: Arc<dyn Watcher>) -> Result<Draft, AuthorError> {
        let sketch = match &self.sketcher {
            // A help that may fail: the model can do without it.
            Some(sketcher) => sketcher.write(brief, Unwatched::shared()).await.ok(),
            None => None,
        };
        let prompt = prompt::assemble(brief, sketch.as_ref(), self.budget())
            .map_err(|error| self.too_small(error))?;
        self.converse(prompt, brief.allowance, watcher.as_ref(), reply::draft).await
    }

    async fn ask(
        &self,
        brief: &Brief,
        watcher: Arc<dyn Watcher>,
    ) -> Result<Option<Question>, AuthorError> {
        let prompt =
            prompt::question(brief, self.budget()).map_err(|error| self.too_small(error))?;
        self.converse(prompt, brief.allowance, watcher.as_ref(), reply::question).await.map(Some)
    }
}

/// The parts as at most two turns: what a cache can keep, and the rest.
fn begun(prompt: Prompt) -> Conversation {
    let (stable, rest): (Vec<_>, Vec<_>) = prompt.parts.into_iter().partition(|part| part.stable);
    let joined =
        |parts: Vec<prompt::Part>| parts.into_iter().map(|part| part.text).collect::<String>();
    let turns = [Turn::Stable(joined(stable)), Turn::Ours(joined(rest))];
    let turns = turns.into_iter().filter(|turn| !turn.text().is_empty()).collect();
    Conversation { system: prompt.system, turns }
}

/// About how many tokens a conversation takes, the form of the reply included.
fn size(conversation: &Conversation) -> u32 {
    let turns: u32 = conversation.turns.iter().map(|turn| tokens(turn.text())).sum();
    tokens(&conversation.system).saturating_add(turns).saturating_add(form_tokens())
}

/// What the form of the reply takes.
fn form_tokens() -> u32 {
    tokens(&reply::schema().to_string())
}

/// What a prompt leaves free of its bound.
fn kept_tokens() -> u32 {
    form_tokens().saturating_add(CORRECTION_TOKENS)
}

/// What a draft has cost so far.
#[derive(Default)]
struct Bill {
    so_far: Usage,
}

/// Passes on what happens in a call, with what it costs.
struct Ear<'a> {
    watcher: &'a dyn Watcher,
    price: Price,
    prompt_tokens: u32,
    used: Mutex<Usage>,
}

impl Ear<'_> {
    fn used_so_far(&self) -> Usage {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn use_up(&self, tokens: Tokens) {
        let usage = Usage {
            tokens_in: tokens.input,
            tokens_out: tokens.output,
            tokens_cached: tokens.cached,
            cost_micros: self.price.cost_micros(tokens),
        };
        if !usage.is_nothing() {
            *self.used.lock().unwrap_or_else(PoisonError::into_inner) += usage;
            self.watcher.used(usage);
        }
    }
}

impl Listener for Ear<'_> {
    fn grew(&self, script: &str) {
        self.watcher.grew(script);
    }

    fn lost(&self, received: u32) {
        self.watcher.said(&format!(
            "what the call used was not said; it is counted as about {} tokens in and {received} out",
            self.prompt_tokens
        ));
        let (input, output) = (self.prompt_tokens.into(), received.into());
        self.use_up(Tokens { input, output, ..Tokens::default() });
    }
}
