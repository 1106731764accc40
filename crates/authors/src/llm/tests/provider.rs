//! Stand-ins that speak on the wire as the providers do.

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Letters of each piece of a reply.
const PIECE: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    Anthropic,
    OpenAi,
}

impl Provider {
    pub(super) const ALL: [Self; 2] = [Self::Anthropic, Self::OpenAi];

    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
        }
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Anthropic => "/v1/messages",
            Self::OpenAi => "/v1/chat/completions",
        }
    }

    pub(super) fn key_header(self, key: &str) -> (&'static str, String) {
        match self {
            Self::Anthropic => ("x-api-key", key.to_owned()),
            Self::OpenAi => ("authorization", format!("Bearer {key}")),
        }
    }

    /// A server that gives these replies in turn, each as a call of the tool.
    pub(super) async fn serves(self, replies: impl IntoIterator<Item = String>) -> MockServer {
        self.answers(replies.into_iter().map(|reply| stream(&self.events(&reply)))).await
    }

    /// The same as text.
    pub(super) async fn serves_text(self, replies: impl IntoIterator<Item = String>) -> MockServer {
        assert_eq!(self, Self::OpenAi);
        self.answers(replies.into_iter().map(|reply| stream(&openai(&reply, false)))).await
    }

    pub(super) async fn answers(
        self,
        answers: impl IntoIterator<Item = ResponseTemplate>,
    ) -> MockServer {
        let server = MockServer::start().await;
        for answer in answers {
            Mock::given(method("POST"))
                .and(path(self.path()))
                .respond_with(answer)
                .up_to_n_times(1)
                .mount(&server)
                .await;
        }
        server
    }

    /// The events of a whole reply.
    pub(super) fn events(self, reply: &str) -> Vec<String> {
        match self {
            Self::Anthropic => anthropic(reply),
            Self::OpenAi => openai(reply, true),
        }
    }

    /// An error body as the provider writes it.
    pub(super) fn error(self, kind: &str, message: &str) -> Value {
        match self {
            Self::Anthropic => {
                json!({"type": "error", "error": {"type": kind, "message": message}})
            }
            Self::OpenAi => json!({"error": {"type": kind, "code": null, "message": message}}),
        }
    }
}

pub(super) mod reply {
    use serde_json::json;

    pub(crate) fn script(source: &str) -> String {
        json!({"kind": "script", "source": source, "provenance": [], "question": "", "points": []})
            .to_string()
    }

    pub(crate) fn question(text: &str, choices: &[&str]) -> String {
        let points = match choices {
            [] => json!([]),
            choices => {
                json!([{"field": "products[].price", "prompt": "Which?", "choices": choices}])
            }
        };
        json!({"kind": "question", "source": "", "provenance": [], "question": text, "points": points})
            .to_string()
    }
}

pub(super) fn stream(events: &[String]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(events.concat(), "text/event-stream")
}

fn pieces(reply: &str) -> Vec<String> {
    let letters: Vec<char> = reply.chars().collect();
    letters.chunks(PIECE).map(|piece| piece.iter().collect()).collect()
}

fn anthropic(reply: &str) -> Vec<String> {
    let event = |data: Value| {
        format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap_or_default())
    };
    let mut events = vec![
        event(json!({"type": "message_start", "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "model-1",
            "stop_reason": null,
            "usage": {"input_tokens": 400, "cache_read_input_tokens": 800, "output_tokens": 1}
        }})),
        event(json!({"type": "content_block_start", "index": 0,
            "content_block": {"type": "tool_use", "id": "toolu_1", "name": "reply", "input": {}}})),
        event(json!({"type": "ping"})),
    ];
    events.extend(pieces(reply).into_iter().map(|piece| {
        event(json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": "input_json_delta", "partial_json": piece}}))
    }));
    events.extend([
        event(json!({"type": "content_block_stop", "index": 0})),
        event(json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"},
            "usage": {"output_tokens": 300}})),
        event(json!({"type": "message_stop"})),
    ]);
    events
}

fn openai(reply: &str, tool: bool) -> Vec<String> {
    let event = |choices: Value, usage: Value| {
        let chunk = json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "model-1",
            "choices": choices, "usage": usage});
        format!("data: {chunk}\n\n")
    };
    let delta = |delta: Value, reason: Value| {
        event(json!([{"index": 0, "delta": delta, "finish_reason": reason}]), Value::Null)
    };
    let mut events = vec![delta(json!({"role": "assistant", "content": null}), Value::Null)];
    if tool {
        events.push(delta(
            json!({"tool_calls": [{"index": 0, "id": "call_1", "type": "function",
                "function": {"name": "reply", "arguments": ""}}]}),
            Value::Null,
        ));
    }
    events.extend(pieces(reply).into_iter().map(|piece| {
        let content = if tool {
            json!({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
        } else {
            json!({"content": piece})
        };
        delta(content, Value::Null)
    }));
    events.extend([
        delta(json!({}), json!(if tool { "tool_calls" } else { "stop" })),
        event(
            json!([]),
            json!({"prompt_tokens": 1_200, "completion_tokens": 300,
            "total_tokens": 1_500, "prompt_tokens_details": {"cached_tokens": 800}}),
        ),
        "data: [DONE]\n\n".to_owned(),
    ]);
    events
}
