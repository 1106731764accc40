//! How a language model is configured as an author.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::budget::Budget;
use super::calls::LONGEST_WAIT;
use super::key::Key;
use super::price::Price;

/// The longest call that makes sense, in seconds.
const LONGEST_SECONDS: u64 = 3_600;
/// The most tokens of a prompt or a reply.
const MOST_TOKENS: u32 = 2_000_000;
/// The fewest: a script does not fit into less.
const FEWEST_TOKENS: u32 = 1_000;

/// One table `[authors.NAME]` of the configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LlmSettings {
    /// Whose protocol it speaks.
    pub kind: LlmKind,
    /// The model, by its provider's name for it.
    pub model: String,
    /// Where the protocol's paths begin, such as `http://127.0.0.1:8000/v1`; empty for the provider's
    /// own address.
    #[serde(default)]
    pub base_url: String,
    /// The environment variable that holds the key.
    #[serde(default)]
    pub key_env: String,
    /// The file that holds the key.
    #[serde(default)]
    pub key_file: String,
    /// How free the model is in its choice of words; none for the provider's own default, which is all
    /// that some models take.
    pub temperature: Option<f64>,
    /// How the reply gets its structure; none for what suits the kind best.
    pub reply: Option<ReplyForm>,
    /// Tokens of a prompt, by an estimate that errs on the high side.
    #[serde(default = "defaults::prompt_tokens")]
    pub max_prompt_tokens: u32,
    /// Tokens of a reply. One that does not end by then is cut off.
    #[serde(default = "defaults::reply_tokens")]
    pub max_reply_tokens: u32,
    /// A call that has not ended by then is given up.
    #[serde(default = "defaults::timeout")]
    timeout_seconds: u64,
    /// A call in which nothing arrives for so long is given up.
    #[serde(default = "defaults::silence")]
    silence_seconds: u64,
    /// How often a call is tried again when the provider is busy or away.
    #[serde(default = "defaults::retries")]
    pub retries: u32,
    /// The longest wait before the first of these; it doubles with each.
    #[serde(default = "defaults::retry")]
    retry_milliseconds: u64,
    /// The jobs that a server lets it work on at once; none for as many as the worker takes.
    pub concurrency: Option<NonZeroU32>,
    /// US dollars per million tokens.
    #[serde(default)]
    pub price: Price,
    /// What may be spent.
    #[serde(default)]
    pub budget: Budget,
}

/// Whose protocol a model is called by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LlmKind {
    /// Anthropic's Messages.
    Anthropic,
    /// OpenAI's Chat Completions.
    OpenAi,
    /// Google's Gemini.
    Gemini,
    /// Ollama, by the part of its API that is OpenAI's.
    Ollama,
    /// Any other server that speaks Chat Completions: vLLM, LM Studio, llama.cpp.
    Compatible,
}

/// How a reply gets its structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplyForm {
    /// As the arguments of a tool that must be called.
    Tool,
    /// As text that follows a JSON Schema.
    Schema,
}

/// What is wrong with a table of settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {problem}")]
pub struct LlmSettingsError {
    /// The key of the table.
    pub key: &'static str,
    /// What was wrong and what would be right.
    pub problem: String,
}

impl LlmSettings {
    /// Looks for what cannot work. [`LlmAuthor::new`](crate::LlmAuthor::new) does the same.
    ///
    /// # Errors
    /// On the first key with a value that cannot work.
    pub fn check(&self) -> Result<(), LlmSettingsError> {
        let wrong = |key, problem: String| Err(LlmSettingsError { key, problem });
        if self.model.trim().is_empty() {
            return wrong("model", "must name a model".to_owned());
        }
        self.base()?;
        if !self.key_env.is_empty() && !self.key_file.is_empty() {
            return wrong("key_file", "cannot stand beside key_env: give one of them".to_owned());
        }
        if self.kind.needs_key() && self.key_env.is_empty() && self.key_file.is_empty() {
            return wrong(
                "key_env",
                "must name the variable that holds the key, or key_file the file".to_owned(),
            );
        }
        for (key, tokens) in [
            ("max_prompt_tokens", self.max_prompt_tokens),
            ("max_reply_tokens", self.max_reply_tokens),
        ] {
            if !(FEWEST_TOKENS..=MOST_TOKENS).contains(&tokens) {
                return wrong(
                    key,
                    format!("must be from {FEWEST_TOKENS} to {MOST_TOKENS}, not {tokens}"),
                );
            }
        }
        for (key, seconds) in
            [("timeout_seconds", self.timeout_seconds), ("silence_seconds", self.silence_seconds)]
        {
            if !(1..=LONGEST_SECONDS).contains(&seconds) {
                return wrong(key, format!("must be from 1 to {LONGEST_SECONDS}, not {seconds}"));
            }
        }
        if self.retries > 10 {
            return wrong("retries", format!("must be from 0 to 10, not {}", self.retries));
        }
        if !(1..=60_000).contains(&self.retry_milliseconds) {
            return wrong(
                "retry_milliseconds",
                format!("must be from 1 to 60000, not {}", self.retry_milliseconds),
            );
        }
        if let Some(temperature) = self.temperature
            && !(0.0..=2.0).contains(&temperature)
        {
            return wrong("temperature", format!("must be from 0 to 2, not {temperature}"));
        }
        self.price.check()?;
        self.budget.check(self.price)
    }

    /// Where calls go, ending in `/`; none for the provider's own address.
    pub(crate) fn base(&self) -> Result<Option<String>, LlmSettingsError> {
        let wrong =
            |problem: &str| Err(LlmSettingsError { key: "base_url", problem: problem.to_owned() });
        let text = match (self.base_url.trim(), self.kind.base_url()) {
            ("", Some(own)) => own,
            ("", None) if self.kind == LlmKind::Compatible => {
                return wrong("must say where the server is, such as http://127.0.0.1:8000/v1");
            }
            ("", None) => return Ok(None),
            (given, _) => given,
        };
        let Ok(url) = Url::parse(text) else {
            return wrong("must be an address, such as http://127.0.0.1:8000/v1");
        };
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return wrong("must begin with http:// or https:// and a host");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return wrong("must hold neither a user nor a password nor a part after #");
        }
        if url.query().is_some() {
            return wrong("must hold no part after ?");
        }
        let base = url.as_str().trim_end_matches('/');
        Ok(Some(match self.kind {
            // The part of its API that is OpenAI's.
            LlmKind::Ollama if url.path() == "/" => format!("{base}/v1/"),
            _ => format!("{base}/"),
        }))
    }

    /// The key, from where the settings say.
    pub(crate) fn key(&self) -> Result<Option<Key>, LlmSettingsError> {
        match (self.key_env.as_str(), self.key_file.as_str()) {
            ("", "") => Ok(None),
            ("", path) => Key::from_file(path)
                .map(Some)
                .map_err(|problem| LlmSettingsError { key: "key_file", problem }),
            (name, _) => Key::from_variable(name)
                .map(Some)
                .map_err(|problem| LlmSettingsError { key: "key_env", problem }),
        }
    }

    pub(crate) const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// The longest that a draft can take: a reply and its correction, each with all tries, and each
    /// wait as long as a provider may ask for.
    #[must_use]
    pub fn longest(&self) -> Duration {
        let tries = self.retries.saturating_add(1);
        (self.timeout() * 2 + LONGEST_WAIT).saturating_mul(tries).saturating_mul(2)
    }

    pub(crate) const fn silence(&self) -> Duration {
        Duration::from_secs(self.silence_seconds)
    }

    pub(crate) const fn retry(&self) -> Duration {
        Duration::from_millis(self.retry_milliseconds)
    }

    pub(crate) fn form(&self) -> ReplyForm {
        // The newest models of Anthropic and OpenAI think before they reply and then refuse tools,
        // Gemini sends a call of a tool in one piece at the end, and local servers hold any model to
        // a schema, while calls of tools want a model that can.
        self.reply.unwrap_or(ReplyForm::Schema)
    }
}

impl LlmKind {
    const fn needs_key(self) -> bool {
        match self {
            Self::Anthropic | Self::OpenAi | Self::Gemini => true,
            Self::Ollama | Self::Compatible => false,
        }
    }

    /// Where calls go when the settings do not say; none where the client library knows.
    const fn base_url(self) -> Option<&'static str> {
        match self {
            Self::Ollama => Some("http://127.0.0.1:11434/v1/"),
            Self::Anthropic | Self::OpenAi | Self::Gemini | Self::Compatible => None,
        }
    }
}

mod defaults {
    pub(super) const fn prompt_tokens() -> u32 {
        60_000
    }

    pub(super) const fn reply_tokens() -> u32 {
        16_000
    }

    pub(super) const fn timeout() -> u64 {
        300
    }

    pub(super) const fn silence() -> u64 {
        120
    }

    pub(super) const fn retries() -> u32 {
        3
    }

    pub(super) const fn retry() -> u64 {
        1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn settings(mut more: Value) -> Result<LlmSettings, serde_json::Error> {
        let mut all = json!({"kind": "anthropic", "model": "m", "key_env": "SOME_KEY"});
        all.as_object_mut().unwrap().append(more.as_object_mut().unwrap());
        serde_json::from_value(all)
    }

    #[test]
    fn three_lines_are_enough() {
        let settings = settings(json!({})).unwrap();
        settings.check().unwrap();
        assert_eq!((settings.base(), settings.form()), (Ok(None), ReplyForm::Schema));
    }

    #[test]
    fn jobs_at_once_are_bounded_on_request_and_never_to_none() {
        assert_eq!(settings(json!({})).unwrap().concurrency, None);
        let two = settings(json!({"concurrency": 2})).unwrap();
        assert_eq!(two.concurrency, NonZeroU32::new(2));
        assert!(settings(json!({"concurrency": 0})).is_err());
    }

    #[test]
    fn a_draft_may_take_as_long_as_all_its_calls() {
        let slow = settings(json!({"timeout_seconds": 600, "retries": 1})).unwrap();
        assert!(slow.longest() >= Duration::from_mins(40), "{:?}", slow.longest());
    }

    #[test]
    fn what_cannot_work_is_named() {
        let mistakes = [
            (json!({"model": " "}), "model"),
            (json!({"key_env": ""}), "key_env"),
            (json!({"key_file": "/run/key"}), "key_file"),
            (json!({"kind": "compatible"}), "base_url"),
            (json!({"base_url": "ftp://x"}), "base_url"),
            (json!({"base_url": "https://me:secret@x"}), "base_url"),
            (json!({"base_url": "https://x/?a=1"}), "base_url"),
            (json!({"base_url": "x"}), "base_url"),
            (json!({"max_prompt_tokens": 10}), "max_prompt_tokens"),
            (json!({"max_reply_tokens": 0}), "max_reply_tokens"),
            (json!({"timeout_seconds": 0}), "timeout_seconds"),
            (json!({"silence_seconds": 4000}), "silence_seconds"),
            (json!({"retries": 11}), "retries"),
            (json!({"retry_milliseconds": 0}), "retry_milliseconds"),
            (json!({"temperature": 3.0}), "temperature"),
            (json!({"price": {"input": -1.0, "output": 1.0}}), "price.input"),
            (json!({"budget": {"job_dollars": 1.0}}), "budget.job_dollars"),
            (
                json!({"price": {"input": 1.0, "output": 1.0}, "budget": {"day_dollars": -1.0}}),
                "budget.day_dollars",
            ),
        ];
        for (more, key) in mistakes {
            let error = settings(more.clone()).unwrap().check().unwrap_err();
            assert_eq!(error.key, key, "{more}: {error}");
        }
    }

    #[test]
    fn unknown_keys_and_kinds_are_refused() {
        for more in [json!({"modell": "m"}), json!({"kind": "skynet"}), json!({"reply": "yaml"})] {
            assert!(settings(more.clone()).is_err(), "{more}");
        }
    }

    #[test]
    fn an_address_ends_where_paths_begin() {
        let base = |more| settings(more).unwrap().base().unwrap();
        let local = Some("http://127.0.0.1:8000/v1/".to_owned());
        assert_eq!(base(json!({"base_url": "http://127.0.0.1:8000/v1"})), local);
        assert_eq!(base(json!({"base_url": "http://127.0.0.1:8000/v1/"})), local);
        let ollama = json!({"kind": "ollama", "key_env": ""});
        assert_eq!(base(ollama), Some("http://127.0.0.1:11434/v1/".to_owned()));
        let ollama = json!({"kind": "ollama", "key_env": "", "base_url": "http://gpu:11434"});
        assert_eq!(base(ollama), Some("http://gpu:11434/v1/".to_owned()));
    }
}
