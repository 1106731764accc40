//! Stand-ins of the providers' APIs. They stream what a test says, and refuse what the real ones
//! refuse: what passes here is on the wire as it must be.

mod anthropic;
mod gemini;
mod ollama;
mod openai;

use std::collections::VecDeque;
use std::net::TcpListener as StdListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

/// What the stand-ins take as a key. Nobody else may ever see it.
pub(crate) const KEY: &str = "sk-stand-in-9f3b1c7d5e";

/// Letters of each piece of a reply.
const PIECE: usize = 11;

/// Whose API it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Anthropic,
    OpenAi,
    Gemini,
    Ollama,
}

/// What it answers to one call.
pub(crate) enum Say {
    /// A reply in the form that was asked for.
    Reply(Value),
    /// A reply that used so many tokens of prompt.
    Costly(Value, u64),
    /// Words, where something else was asked for.
    Words(&'static str),
    /// No reply: the prompt is not answered.
    Blocked,
    /// An error, with seconds to wait where the provider names them.
    Status(u16, Option<u64>),
    /// Half of a reply; then the connection breaks.
    Cut(Value),
    /// Half of a reply, and the rest when [`Model::go_on`] is called.
    Held(Value),
    /// A reply that goes on until the caller hangs up.
    Endless,
}

/// A call as it came.
pub(crate) struct Call {
    pub(crate) at: Instant,
    pub(crate) body: Value,
}

impl Call {
    /// All that the model would read.
    pub(crate) fn text(&self) -> String {
        fn collect(value: &Value, into: &mut String) {
            match value {
                Value::String(text) => {
                    into.push_str(text);
                    into.push('\n');
                }
                Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
                Value::Object(fields) => fields.values().for_each(|field| collect(field, into)),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        let mut text = String::new();
        collect(&self.body, &mut text);
        text
    }

    pub(crate) fn turns(&self) -> usize {
        let turns = self.body["messages"].as_array().or(self.body["contents"].as_array());
        turns.map_or(0, Vec::len)
    }
}

/// A stand-in at work.
pub(crate) struct Model {
    pub(crate) wire: Wire,
    pub(crate) base: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    wire: Wire,
    says: Mutex<VecDeque<Say>>,
    calls: Mutex<Vec<Call>>,
    refused: Mutex<Vec<String>>,
    hang_ups: AtomicUsize,
    gate: Semaphore,
}

impl Model {
    /// Answers `says` in turn. A call beyond them is a 500.
    pub(crate) async fn start(wire: Wire, says: impl IntoIterator<Item = Say>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}{}", listener.local_addr().unwrap(), wire.base());
        let shared = Arc::new(Shared {
            wire,
            says: Mutex::new(says.into_iter().collect()),
            calls: Mutex::default(),
            refused: Mutex::default(),
            hang_ups: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { wire, base, shared, server }
    }

    /// What was asked so far. A call that the real API would refuse fails the test.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let refused = self.shared.refused.lock().unwrap();
        assert!(refused.is_empty(), "the real API would refuse: {refused:?}");
        std::mem::take(&mut *self.shared.calls.lock().unwrap())
    }

    /// Callers that went away before the end of a reply.
    pub(crate) fn hang_ups(&self) -> usize {
        self.shared.hang_ups.load(Ordering::SeqCst)
    }

    /// Ends one [`Say::Held`].
    pub(crate) fn go_on(&self) {
        self.shared.gate.add_permits(1);
    }

    /// Nobody listens any more.
    pub(crate) async fn stop(self) {
        self.server.abort();
        let _ = self.server.await;
    }
}

/// An address where nobody listens.
pub(crate) fn nobody() -> String {
    let listener = StdListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let wire = shared.wire;
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let nothing = || Err((404, format!("there is nothing at {uri}")));
    let at = |path: &str| uri.path() == path;
    let checked = match wire {
        _ if method != Method::POST => nothing(),
        Wire::Anthropic if at("/v1/messages") => anthropic::check(&headers, &body),
        Wire::OpenAi if at("/v1/chat/completions") => openai::check(&headers, &body),
        Wire::Ollama if at("/v1/chat/completions") => ollama::check(&body),
        Wire::Gemini => gemini::check(&uri, &headers, &body),
        Wire::Anthropic | Wire::OpenAi | Wire::Ollama => nothing(),
    };
    if let Err((status, problem)) = checked {
        shared.refused.lock().unwrap().push(problem.clone());
        return error(wire, status, &problem, None);
    }
    let tool = body["tools"].is_array();
    shared.calls.lock().unwrap().push(Call { at: Instant::now(), body });
    let next = shared.says.lock().unwrap().pop_front();
    match next {
        None => error(wire, 500, "the test says nothing to this call", None),
        // Some providers repeat the key in what they say of it.
        Some(Say::Status(401, _)) => error(wire, 401, &format!("invalid key {KEY}"), None),
        Some(Say::Status(status, after)) => error(wire, status, "come back later", after),
        Some(Say::Reply(reply)) => stream(shared, wire.events(&reply, tool, 900), End::Whole),
        Some(Say::Costly(reply, tokens)) => {
            stream(shared, wire.events(&reply, tool, tokens), End::Whole)
        }
        Some(Say::Blocked) => stream(shared, gemini::blocked(), End::Whole),
        Some(Say::Words(words)) => stream(shared, wire.words(words, 900), End::Whole),
        Some(Say::Cut(reply)) => stream(shared, wire.events(&reply, tool, 900), End::Cut),
        Some(Say::Held(reply)) => stream(shared, wire.events(&reply, tool, 900), End::Held),
        Some(Say::Endless) => {
            let reply = json!({"kind": "script", "source": "x".repeat(500)});
            stream(shared, wire.events(&reply, tool, 900), End::Never)
        }
    }
}

fn error(wire: Wire, status: u16, message: &str, after: Option<u64>) -> Response {
    let (status, body) = match wire {
        Wire::Anthropic => (status, anthropic::error(status, message)),
        Wire::OpenAi => (status, openai::error(status, message)),
        Wire::Gemini => gemini::error(status, message),
        Wire::Ollama => (status, ollama::error(status, message)),
    };
    let mut response =
        Response::builder().status(status).header("content-type", "application/json");
    if let Some(seconds) = after {
        response = response.header("retry-after", seconds);
    }
    response.body(Body::from(body.to_string())).unwrap()
}

/// What comes after the first half of a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    Cut,
    Held,
    Never,
}

fn stream(shared: Arc<Shared>, events: Vec<String>, end: End) -> Response {
    // One event at a time is under way, so that a caller who hangs up is noticed.
    let (send, mut receive) = mpsc::channel::<Result<String, std::io::Error>>(1);
    tokio::spawn(async move {
        if tell(&shared, &events, end, &send).await.is_none() {
            shared.hang_ups.fetch_add(1, Ordering::SeqCst);
        }
    });
    let pieces = futures::stream::poll_fn(move |context| receive.poll_recv(context));
    let response = Response::builder().header("content-type", "text/event-stream");
    response.body(Body::from_stream(pieces)).unwrap()
}

/// None when the caller hung up.
async fn tell(
    shared: &Shared,
    events: &[String],
    end: End,
    send: &mpsc::Sender<Result<String, std::io::Error>>,
) -> Option<()> {
    let (first, rest) = events.split_at(events.len() / 2);
    for event in first {
        send.send(Ok(event.clone())).await.ok()?;
    }
    match end {
        End::Whole => {}
        End::Cut => {
            return send.send(Err(std::io::Error::other("cut"))).await.ok();
        }
        End::Held => tokio::select! {
            () = send.closed() => return None,
            permit = shared.gate.acquire() => permit.unwrap().forget(),
        },
        End::Never => loop {
            send.send(Ok(first.last().cloned().unwrap_or_default())).await.ok()?;
        },
    }
    for event in rest {
        send.send(Ok(event.clone())).await.ok()?;
    }
    Some(())
}

impl Wire {
    /// The providers against which every case is tried.
    pub(crate) const ALL: [Self; 2] = [Self::Anthropic, Self::OpenAi];
    /// Those whose wire alone is another.
    pub(crate) const OTHERS: [Self; 2] = [Self::Gemini, Self::Ollama];

    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }

    /// Where the paths of the protocol begin.
    const fn base(self) -> &'static str {
        match self {
            Self::Anthropic | Self::OpenAi => "/v1",
            Self::Gemini => "/v1beta",
            // The part of its API that is OpenAI's is found.
            Self::Ollama => "",
        }
    }

    pub(crate) const fn needs_key(self) -> bool {
        match self {
            Self::Anthropic | Self::OpenAi | Self::Gemini => true,
            Self::Ollama => false,
        }
    }

    /// A model with this name follows the provider's newest rules.
    pub(crate) const fn model(self) -> &'static str {
        match self {
            Self::Anthropic => "claude-sonnet-5-5",
            Self::OpenAi => "gpt-6.1-sol",
            Self::Gemini => "gemini-3.8-flash",
            Self::Ollama => "qwen3-coder",
        }
    }

    fn events(self, reply: &Value, tool: bool, tokens_in: u64) -> Vec<String> {
        let text = reply.to_string();
        match self {
            Self::Anthropic if tool => anthropic::call(&pieces(&text), tokens_in),
            Self::OpenAi if tool => openai::call(&pieces(&text), tokens_in),
            Self::Gemini if tool => gemini::call(reply, tokens_in),
            Self::Anthropic | Self::OpenAi | Self::Gemini | Self::Ollama => {
                self.words(&text, tokens_in)
            }
        }
    }

    fn words(self, words: &str, tokens_in: u64) -> Vec<String> {
        match self {
            Self::Anthropic => anthropic::words(&pieces(words), tokens_in),
            Self::OpenAi => openai::words(&pieces(words), tokens_in),
            Self::Gemini => gemini::words(&pieces(words), tokens_in),
            Self::Ollama => ollama::words(&pieces(words), tokens_in),
        }
    }
}

fn pieces(reply: &str) -> Vec<String> {
    let letters: Vec<char> = reply.chars().collect();
    letters.chunks(PIECE).map(|piece| piece.iter().collect()).collect()
}
