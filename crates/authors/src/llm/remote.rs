//! A model at a provider, called through `genai`. Every reply is streamed.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use genai::adapter::AdapterKind;
use genai::chat::{
    CacheControl, ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent, JsonSpec, StopReason,
    StreamEnd, Tool, ToolChoice,
};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ModelIden, ServiceTarget};
use tokio::time::{Instant, timeout, timeout_at};

use super::failure::failure;
use super::growth::Growth;
use super::key::Key;
use super::model::{Answer, Conversation, End, Failure, Listener, Model, Turn};
use super::price::Tokens;
use super::prompt;
use super::reply;
use super::settings::{LlmKind, LlmSettings, LlmSettingsError, ReplyForm};

/// A connection that is not there by then never comes.
const CONNECT: Duration = Duration::from_secs(10);
/// Bytes of a reply for each token that it may have. No provider's tokens are longer on average.
const BYTES_PER_TOKEN: usize = 16;

/// A model at a provider.
pub(crate) struct Remote {
    client: Client,
    target: ServiceTarget,
    key: Option<Key>,
    kind: LlmKind,
    options: ChatOptions,
    form: ReplyForm,
    timeout: Duration,
    silence: Duration,
}

impl Remote {
    pub(crate) fn new(settings: &LlmSettings) -> Result<Self, LlmSettingsError> {
        let key = settings.key()?;
        let adapter = adapter(settings.kind);
        let client = client().map_err(|problem| LlmSettingsError { key: "kind", problem })?;
        let model = ModelIden::new(adapter, settings.model.trim());
        let endpoint = match settings.base()? {
            Some(base) => Endpoint::from_owned(Arc::<str>::from(base)),
            None => own_endpoint(settings.kind),
        };
        // The library wants a key for every call; a server that needs none takes any.
        let auth = AuthData::from_single(key.as_ref().map_or("none", Key::expose));
        let mut options = ChatOptions::default()
            .with_capture_usage(true)
            // Else the pieces of a call come as they are from one provider and whole from another.
            .with_capture_tool_calls(true);
        options.temperature = settings.temperature;
        options = match settings.form() {
            ReplyForm::Tool => options.with_tool_choice(ToolChoice::tool(reply::NAME)),
            ReplyForm::Schema => {
                options.with_response_format(JsonSpec::new(reply::NAME, reply::schema()))
            }
        };
        Ok(Self {
            client,
            target: ServiceTarget { endpoint, auth, model },
            key,
            kind: settings.kind,
            options,
            form: settings.form(),
            timeout: settings.timeout(),
            silence: settings.silence(),
        })
    }

    fn request(&self, conversation: &Conversation) -> ChatRequest {
        let messages = conversation.turns.iter().map(|turn| match turn {
            Turn::Stable(text) if self.kind == LlmKind::Anthropic => {
                ChatMessage::user(text.clone()).with_options(CacheControl::Ephemeral)
            }
            // The others keep beginnings that they saw before without being told.
            Turn::Stable(text) | Turn::Ours(text) => ChatMessage::user(text.clone()),
            Turn::Reply(text) => ChatMessage::assistant(text.clone()),
        });
        let request = ChatRequest::new(messages.collect()).with_system(conversation.system.clone());
        match self.form {
            ReplyForm::Tool => request.with_tools([Tool::new(reply::NAME)
                .with_description(reply::DESCRIPTION)
                .with_schema(reply::schema())
                .with_eager_input_streaming(self.kind == LlmKind::Anthropic)]),
            ReplyForm::Schema => request,
        }
    }

    /// A failure without the key, which a provider may have repeated.
    fn scrubbed(&self, failure: Failure) -> Failure {
        let clean =
            |what: String| self.key.as_ref().map_or_else(|| what.clone(), |key| key.scrub(&what));
        match failure {
            Failure::Passing { what, after } => Failure::Passing { what: clean(what), after },
            Failure::TooSlow { what } => Failure::TooSlow { what: clean(what) },
            Failure::Refused { what } => Failure::Refused { what: clean(what) },
            Failure::Unpaid { what } => Failure::Unpaid { what: clean(what) },
            Failure::Lasting { what } => Failure::Lasting { what: clean(what) },
        }
    }

    async fn stream(
        &self,
        conversation: &Conversation,
        max_reply_tokens: u32,
        received: &mut Received,
        listener: &dyn Listener,
    ) -> Result<Answer, Failure> {
        let options = self.options.clone().with_max_tokens(max_reply_tokens);
        let request = self.request(conversation);
        let response = self
            .client
            .exec_chat_stream(self.target.clone(), request, Some(&options))
            .await
            .map_err(|error| failure(&error))?;
        let mut stream = response.stream;
        let bytes_max =
            usize::try_from(max_reply_tokens).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_TOKEN);
        loop {
            let event =
                timeout(self.silence, stream.next()).await.map_err(|_| Failure::Passing {
                    what: format!("nothing came for {} s", self.silence.as_secs()),
                    after: None,
                })?;
            match event {
                None => {
                    return Err(Failure::Passing {
                        what: "the reply broke off".to_owned(),
                        after: None,
                    });
                }
                Some(Err(error)) => return Err(failure(&error)),
                Some(Ok(ChatStreamEvent::Chunk(chunk))) => received.text(&chunk.content),
                Some(Ok(ChatStreamEvent::ToolCallChunk(chunk))) => received.call(&chunk.tool_call),
                Some(Ok(ChatStreamEvent::ReasoningChunk(chunk))) => {
                    received.other += chunk.content.len();
                }
                Some(Ok(
                    ChatStreamEvent::Start
                    | ChatStreamEvent::ThoughtSignatureChunk(_)
                    | ChatStreamEvent::Heartbeat,
                )) => {}
                Some(Ok(ChatStreamEvent::End(end))) => return Ok(received.answer(&end)),
            }
            if received.grown {
                received.grown = false;
                listener.grew(received.growth.source());
            }
            if received.bytes() > bytes_max {
                let text = received.take();
                return Ok(Answer { text, end: End::TooLong, tokens: None });
            }
        }
    }
}

#[async_trait]
impl Model for Remote {
    async fn call(
        &self,
        conversation: &Conversation,
        max_reply_tokens: u32,
        listener: &dyn Listener,
    ) -> Result<Answer, Failure> {
        let mut received = Received::default();
        let deadline = Instant::now() + self.timeout;
        let streamed = self.stream(conversation, max_reply_tokens, &mut received, listener);
        let answer = timeout_at(deadline, streamed).await.unwrap_or_else(|_| {
            Err(Failure::TooSlow {
                what: format!("the reply was not at its end after {} s", self.timeout.as_secs()),
            })
        });
        if answer.is_err() && received.bytes() > 0 {
            let tokens = prompt::tokens(&received.take());
            listener.lost(tokens);
        }
        answer.map_err(|failure| self.scrubbed(failure))
    }
}

/// What came of a reply so far.
#[derive(Default)]
struct Received {
    text: String,
    /// The arguments of the first call of a tool, and the call's number.
    call: Option<(String, String)>,
    /// Bytes of anything else.
    other: usize,
    growth: Growth,
    grown: bool,
}

impl Received {
    fn text(&mut self, piece: &str) {
        self.text.push_str(piece);
        if self.call.is_none() {
            self.grown |= self.growth.feed(piece);
        }
    }

    /// Takes a call as far as it got. Some providers send it in one piece, as a value.
    fn call(&mut self, call: &genai::chat::ToolCall) {
        let so_far = match &call.fn_arguments {
            serde_json::Value::String(text) => text.clone(),
            whole => whole.to_string(),
        };
        let known = match &self.call {
            Some((id, arguments)) if *id == call.call_id => arguments.len(),
            // A second call beside the first: one reply was asked for.
            Some(_) => {
                self.other += so_far.len();
                return;
            }
            None => {
                self.growth = Growth::default();
                0
            }
        };
        self.grown |= self.growth.feed(so_far.get(known..).unwrap_or_default());
        self.call = Some((call.call_id.clone(), so_far));
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.call.as_ref().map_or(0, |(_, text)| text.len()) + self.other
    }

    fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.call.take().map_or(text, |(_, arguments)| arguments)
    }

    fn answer(&mut self, end: &StreamEnd) -> Answer {
        let tokens = end.captured_usage.as_ref().map(tokens);
        let end = match &end.captured_stop_reason {
            Some(StopReason::MaxTokens(_)) => End::TooLong,
            Some(StopReason::ContentFilter(_)) => End::Withheld,
            Some(
                StopReason::Completed(_)
                | StopReason::ToolCall(_)
                | StopReason::StopSequence(_)
                | StopReason::Other(_),
            )
            | None => End::Whole,
        };
        Answer { text: self.take(), end, tokens }
    }
}

fn tokens(usage: &genai::chat::Usage) -> Tokens {
    let count = |number: Option<i32>| number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    let details = usage.prompt_tokens_details.as_ref();
    Tokens {
        input: count(usage.prompt_tokens),
        output: count(usage.completion_tokens),
        cached: count(details.and_then(|details| details.cached_tokens)),
        cache_write: count(details.and_then(|details| details.cache_creation_tokens)),
    }
}

const fn adapter(kind: LlmKind) -> AdapterKind {
    match kind {
        LlmKind::Anthropic => AdapterKind::Anthropic,
        LlmKind::OpenAi | LlmKind::Ollama | LlmKind::Compatible => AdapterKind::OpenAI,
        LlmKind::Gemini => AdapterKind::Gemini,
    }
}

fn own_endpoint(kind: LlmKind) -> Endpoint {
    Endpoint::from_static(match kind {
        LlmKind::Anthropic => "https://api.anthropic.com/v1/",
        LlmKind::Gemini => "https://generativelanguage.googleapis.com/v1beta/",
        // The settings of the last two always have an address.
        LlmKind::OpenAi | LlmKind::Ollama | LlmKind::Compatible => "https://api.openai.com/v1/",
    })
}

/// The HTTP client: no redirects, which would carry the key elsewhere, and no retries of its own.
fn client() -> Result<Client, String> {
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(egress::public_tls())
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .user_agent("adapter-forge")
        .build()
        .map_err(|error| format!("the HTTP client cannot be made: {error}"))?;
    Client::builder().with_reqwest(http).build().map_err(|error| error.to_string())
}
