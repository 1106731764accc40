//! Anthropic's Messages: <https://docs.anthropic.com/en/api/messages>.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::KEY;

/// Keys of a request that the API knows.
const KNOWN: [&str; 15] = [
    "model",
    "messages",
    "max_tokens",
    "system",
    "stream",
    "temperature",
    "tools",
    "tool_choice",
    "stop_sequences",
    "metadata",
    "output_config",
    "thinking",
    "top_p",
    "top_k",
    "service_tier",
];
/// Places in a prompt that one request may have cached.
const CACHED_MAX: usize = 4;

pub(super) fn check(headers: &HeaderMap, body: &Value) -> Result<(), (u16, String)> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-api-key") != Some(KEY) {
        return Err((401, "invalid x-api-key".to_owned()));
    }
    if header("anthropic-version") != Some("2023-06-01") {
        return Err((400, "anthropic-version: header is required".to_owned()));
    }
    request(body).map_err(|problem| (400, problem))
}

fn request(body: &Value) -> Result<(), String> {
    let fields = body.as_object().ok_or("the body is no JSON object")?;
    if let Some(key) = fields.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("{key}: Extra inputs are not permitted"));
    }
    if body["model"].as_str().is_none_or(str::is_empty) {
        return Err("model: Field required".to_owned());
    }
    let newest = body["model"].as_str().is_some_and(|model| model.starts_with("claude-sonnet-5"));
    if newest && !body["temperature"].is_null() {
        return Err("temperature is deprecated for this model".to_owned());
    }
    if body["max_tokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        return Err("max_tokens: Field required".to_owned());
    }
    if body["stream"] != true {
        return Err("a long reply must be streamed".to_owned());
    }
    let messages = body["messages"].as_array().ok_or("messages: Field required")?;
    let mut cached = blocks(&body["system"]).filter(|b| !b["cache_control"].is_null()).count();
    for (place, message) in messages.iter().enumerate() {
        if !matches!(message["role"].as_str(), Some("user" | "assistant")) {
            return Err(format!("messages.{place}.role: must be user or assistant"));
        }
        let blank = |text: &Value| text.as_str().is_none_or(|text| text.trim().is_empty());
        let content = &message["content"];
        let empty = if content.is_array() {
            blocks(content).next().is_none() || blocks(content).any(|block| blank(&block["text"]))
        } else {
            blank(content)
        };
        if empty {
            return Err(format!("messages.{place}: text content blocks must be non-empty"));
        }
        cached += blocks(content).filter(|block| !block["cache_control"].is_null()).count();
    }
    if messages.first().is_none_or(|message| message["role"] != "user")
        || messages.last().is_none_or(|message| message["role"] != "user")
    {
        return Err("messages: the first and the last must be the user's".to_owned());
    }
    if cached > CACHED_MAX {
        return Err(format!("a maximum of {CACHED_MAX} blocks with cache_control may be provided"));
    }
    if !body["output_config"].is_null() {
        let format = &body["output_config"]["format"];
        return if format["type"] == "json_schema" {
            closed(&format["schema"])
        } else {
            Err("output_config.format.type: must be json_schema".to_owned())
        };
    }
    if newest {
        return Err("tool_choice: forced tool use is not supported with this model".to_owned());
    }
    tools(body)
}

/// What a schema must be like to be held to it.
fn closed(schema: &Value) -> Result<(), String> {
    let properties = schema["properties"].as_object();
    if properties.is_some() && schema["additionalProperties"] != false {
        return Err("output_config.format.schema: additionalProperties must be false".to_owned());
    }
    let inner = properties.into_iter().flat_map(|properties| properties.values());
    inner.chain(schema.get("items")).try_for_each(closed)
}

fn tools(body: &Value) -> Result<(), String> {
    let tools = body["tools"].as_array().ok_or("no structure was asked for")?;
    for tool in tools {
        if tool["input_schema"]["type"] != "object" {
            return Err("tools.0.custom.input_schema.type: Field required".to_owned());
        }
        for key in tool.as_object().into_iter().flat_map(|tool| tool.keys()) {
            let known = ["name", "description", "input_schema", "type", "cache_control"];
            if !known.contains(&key.as_str()) && key != "eager_input_streaming" {
                return Err(format!("tools.0.custom.{key}: Extra inputs are not permitted"));
            }
        }
    }
    let choice = &body["tool_choice"];
    let chosen = tools.iter().any(|tool| tool["name"] == choice["name"]);
    let known = matches!(choice["type"].as_str(), Some("auto" | "any"));
    if !known && (choice["type"] != "tool" || !chosen) {
        return Err("tool_choice: Tool not found in provided tools".to_owned());
    }
    Ok(())
}

fn blocks(content: &Value) -> impl Iterator<Item = &Value> {
    content.as_array().into_iter().flatten()
}

pub(super) fn error(status: u16, message: &str) -> Value {
    let kind = match status {
        400 => "invalid_request_error",
        401 => "authentication_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "api_error",
    };
    json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})
}

/// The events of a reply that calls the tool.
pub(super) fn call(pieces: &[String], tokens_in: u64) -> Vec<String> {
    let block = json!({"type": "tool_use", "id": "toolu_1", "name": "reply", "input": {}});
    let delta = |piece: &String| json!({"type": "input_json_delta", "partial_json": piece});
    events(&block, pieces.iter().map(delta), "tool_use", tokens_in)
}

/// The events of a reply in words.
pub(super) fn words(pieces: &[String], tokens_in: u64) -> Vec<String> {
    let delta = |piece: &String| json!({"type": "text_delta", "text": piece});
    events(&json!({"type": "text", "text": ""}), pieces.iter().map(delta), "end_turn", tokens_in)
}

fn events(
    block: &Value,
    deltas: impl Iterator<Item = Value>,
    reason: &str,
    tokens_in: u64,
) -> Vec<String> {
    let start = json!({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [],
        "stop_reason": null, "stop_sequence": null,
        "usage": {
            "input_tokens": tokens_in, "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 100, "output_tokens": 1
        }
    }});
    let mut all = vec![
        start,
        json!({"type": "content_block_start", "index": 0, "content_block": block}),
        json!({"type": "ping"}),
    ];
    all.extend(
        deltas.map(|delta| json!({"type": "content_block_delta", "index": 0, "delta": delta})),
    );
    all.push(json!({"type": "content_block_stop", "index": 0}));
    all.push(json!({
        "type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null},
        "usage": {"output_tokens": 200}
    }));
    all.push(json!({"type": "message_stop"}));
    let name = |event: &Value| event["type"].as_str().unwrap_or_default().to_owned();
    all.iter().map(|event| format!("event: {}\ndata: {event}\n\n", name(event))).collect()
}
