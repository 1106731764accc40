//! A model at a provider, called through `genai`. Every reply is streamed.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use genai::adapter::AdapterKind;
use genai::chat::{
    CacheControl, ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent, JsonSpec,
    ReasoningEffort, StopReason, StreamEnd, Tool, ToolChoice,
};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ModelIden, ServiceTarget};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use super::failure::{failure, told};
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
/// Bytes by which a script has grown when it is shown again.
const SHOWN_AT_LEAST: usize = 16;

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
        let mut options = ChatOptions::default().with_capture_usage(true);
        options.temperature = settings.temperature;
        if adapter == AdapterKind::OpenAI {
            // Sends nothing. Without an effort the library takes one from the end of the model's name
            // and calls what is left.
            options.reasoning_effort = Some(ReasoningEffort::Budget(0));
        }
        options = match settings.form() {
            // A model that thinks before it replies refuses to be forced; the prompt asks for it.
            ReplyForm::Tool if settings.kind == LlmKind::Anthropic => {
                options.with_tool_choice(ToolChoice::Auto)
            }
            ReplyForm::Tool => options.with_tool_choice(ToolChoice::Required),
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
        let messages = match self.kind {
            LlmKind::Anthropic | LlmKind::OpenAi => marked(conversation),
            LlmKind::Gemini | LlmKind::Ollama | LlmKind::Compatible => alternating(conversation),
        };
        let request = ChatRequest::new(messages).with_system(conversation.system.clone());
        match self.form {
            ReplyForm::Tool => request.with_tools([Tool::new(reply::NAME)
                .with_description(reply::DESCRIPTION)
                .with_schema(reply::schema())
                .with_eager_input_streaming(self.kind == LlmKind::Anthropic)]),
            ReplyForm::Schema => request,
        }
    }

    /// A text without the key, which a provider may have repeated.
    fn clean(&self, text: &str) -> String {
        self.key.as_ref().map_or_else(|| text.to_owned(), |key| key.scrub(text))
    }

    /// A script as far as it has come, without the key.
    fn clean_growing(&self, script: &str) -> String {
        self.key.as_ref().map_or_else(|| script.to_owned(), |key| key.scrub_growing(script))
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
            // The library logs what providers say, which may hold the key.
            .with_subscriber(NoSubscriber::default())
            .await
            .map_err(|error| failure(&error))?;
        let mut stream = response.stream;
        let bytes_max =
            usize::try_from(max_reply_tokens).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_TOKEN);
        loop {
            let event =
                timeout(self.silence, stream.next().with_subscriber(NoSubscriber::default()))
                    .await
                    .map_err(|_| Failure::Passing {
                        what: format!("nothing came for {} s", self.silence.as_secs()),
                        after: None,
                    })?;
            // The library says that it starts before it calls. What answers by events took the prompt,
            // which costs even if nothing more comes.
            received.begun |= matches!(&event, Some(Ok(event)) if !is_start(event));
            match event {
                None => {
                    return Err(broken_off());
                }
                Some(Err(error)) => return Err(failure(&error)),
                Some(Ok(ChatStreamEvent::Chunk(chunk))) => received.text(&chunk.content),
                Some(Ok(ChatStreamEvent::ToolCallChunk(chunk))) => {
                    received.call(&chunk.tool_call, self.target.model.adapter_kind);
                }
                Some(Ok(ChatStreamEvent::ReasoningChunk(chunk))) => {
                    received.other += chunk.content.len();
                }
                Some(Ok(
                    ChatStreamEvent::Start
                    | ChatStreamEvent::ThoughtSignatureChunk(_)
                    | ChatStreamEvent::Heartbeat,
                )) => {}
                Some(Ok(ChatStreamEvent::End(end))) => {
                    // This protocol has no other word for the end: a stream without a reason was cut.
                    if self.kind == LlmKind::Gemini && end.captured_stop_reason.is_none() {
                        return Err(broken_off());
                    }
                    received.show(listener, 0, |script| self.clean_growing(script));
                    return Ok(received.answer(&end));
                }
            }
            received.show(listener, SHOWN_AT_LEAST, |script| self.clean_growing(script));
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
        let mut bill = Unsettled { received: Received::default(), listener };
        let deadline = Instant::now() + self.timeout;
        let streamed = self.stream(conversation, max_reply_tokens, &mut bill.received, listener);
        let answer = timeout_at(deadline, streamed).await.unwrap_or_else(|_| {
            Err(Failure::TooSlow {
                what: format!("the reply was not at its end after {} s", self.timeout.as_secs()),
            })
        });
        if answer.is_ok() {
            bill.received.begun = false;
        }
        drop(bill);
        answer
            .map(|answer| Answer { text: self.clean(&answer.text), ..answer })
            .map_err(|failure| told(failure, |what| self.clean(what)))
    }
}

/// A call that is not paid for: where it ends before its reply does, because it fails or because
/// nobody wants it any more, what came of it is counted.
struct Unsettled<'a> {
    received: Received,
    listener: &'a dyn Listener,
}

impl Drop for Unsettled<'_> {
    fn drop(&mut self) {
        if self.received.begun {
            self.listener.lost(prompt::tokens(&self.received.take()));
        }
    }
}

const fn is_start(event: &ChatStreamEvent) -> bool {
    matches!(event, ChatStreamEvent::Start)
}

fn broken_off() -> Failure {
    Failure::Passing { what: "the reply broke off".to_owned(), after: None }
}

/// A message for each turn, and the mark for the cache after what stays the same.
fn marked(conversation: &Conversation) -> Vec<ChatMessage> {
    let message = |turn: &Turn| match turn {
        Turn::Stable(text) => ChatMessage::user(text.clone()).with_options(CacheControl::Ephemeral),
        Turn::Ours(text) => ChatMessage::user(text.clone()),
        Turn::Reply(text) => ChatMessage::assistant(text.clone()),
    };
    conversation.turns.iter().map(message).collect()
}

/// What we say one after the other as one message: some models refuse two of the same side. These
/// servers keep a beginning that they saw before without being told.
fn alternating(conversation: &Conversation) -> Vec<ChatMessage> {
    let mut messages = Vec::new();
    let mut ours = String::new();
    for turn in &conversation.turns {
        match turn {
            Turn::Stable(text) | Turn::Ours(text) => ours.push_str(text),
            Turn::Reply(text) => {
                messages.push(ChatMessage::user(std::mem::take(&mut ours)));
                messages.push(ChatMessage::assistant(text.clone()));
            }
        }
    }
    messages.push(ChatMessage::user(ours));
    messages
}

/// What came of a reply so far.
#[derive(Default)]
struct Received {
    /// Whether the provider took the prompt.
    begun: bool,
    text: String,
    /// The first call of a tool.
    call: Option<Call>,
    /// Bytes of anything else.
    other: usize,
    growth: Growth,
    /// Bytes of the script that were shown.
    shown: usize,
}

struct Call {
    id: String,
    arguments: String,
}

impl Received {
    fn text(&mut self, piece: &str) {
        self.text.push_str(piece);
        if self.call.is_none() {
            self.growth.feed(piece);
        }
    }

    /// Shows the script when it has grown by so many bytes, and by a part of what there is: to show
    /// every letter of a long one would take a time that grows with its square.
    fn show(
        &mut self,
        listener: &dyn Listener,
        at_least: usize,
        clean: impl FnOnce(&str) -> String,
    ) {
        let script = self.growth.source();
        let enough = if at_least == 0 { 1 } else { at_least + script.len() / 64 };
        if script.len() >= self.shown + enough {
            self.shown = script.len();
            listener.grew(&clean(script));
        }
    }

    /// Takes a piece of a call. One provider sends all that there is so far with each piece, one the
    /// piece alone, without the call's name after the first, and one the whole call as a value.
    fn call(&mut self, piece: &genai::chat::ToolCall, adapter: AdapterKind) {
        let arguments = match &piece.fn_arguments {
            serde_json::Value::String(text) => text.clone(),
            whole => whole.to_string(),
        };
        let call = match &mut self.call {
            Some(call) if piece.fn_name.is_empty() || piece.call_id == call.id => call,
            // A second call beside the first: one reply was asked for.
            Some(_) => {
                self.other += arguments.len();
                return;
            }
            none => {
                self.growth = Growth::default();
                none.insert(Call { id: piece.call_id.clone(), arguments: String::new() })
            }
        };
        if adapter == AdapterKind::OpenAI {
            self.growth.feed(&arguments);
            call.arguments.push_str(&arguments);
        } else {
            self.growth.feed(arguments.get(call.arguments.len()..).unwrap_or_default());
            call.arguments = arguments;
        }
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.call.as_ref().map_or(0, |call| call.arguments.len()) + self.other
    }

    fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.call.take().map_or(text, |call| call.arguments)
    }

    fn answer(&mut self, end: &StreamEnd) -> Answer {
        let tokens = end.captured_usage.as_ref().and_then(tokens);
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

/// None when the provider said nothing.
fn tokens(usage: &genai::chat::Usage) -> Option<Tokens> {
    if usage.prompt_tokens.is_none() && usage.completion_tokens.is_none() {
        return None;
    }
    let count = |number: Option<i32>| number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    let details = usage.prompt_tokens_details.as_ref();
    Some(Tokens {
        input: count(usage.prompt_tokens),
        output: count(usage.completion_tokens),
        cached: count(details.and_then(|details| details.cached_tokens)),
        cache_write: count(details.and_then(|details| details.cache_creation_tokens)),
    })
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
        // A small answer that unpacks into a large one is no reply.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .connect_timeout(CONNECT)
        .user_agent("adapter-forge")
        .build()
        .map_err(|error| format!("the HTTP client cannot be made: {error}"))?;
    Client::builder().with_reqwest(http).build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Counts(Mutex<Vec<u32>>);

    impl Listener for Counts {
        fn grew(&self, _: &str) {}

        fn lost(&self, received: u32) {
            self.0.lock().unwrap().push(received);
        }
    }

    #[test]
    fn a_call_that_nobody_waits_for_any_more_is_counted_once_it_began() {
        let text = "half of a reply";
        let counts = Counts::default();
        for begun in [true, false] {
            let received = Received { begun, text: text.to_owned(), ..Received::default() };
            drop(Unsettled { received, listener: &counts });
        }
        assert_eq!(*counts.0.lock().unwrap(), [prompt::tokens(text)]);
    }
}
