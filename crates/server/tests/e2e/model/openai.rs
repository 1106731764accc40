//! OpenAI's Chat Completions: <https://platform.openai.com/docs/api-reference/chat>.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::KEY;

/// Keys of a request that the API knows.
const KNOWN: [&str; 18] = [
    "model",
    "messages",
    "max_tokens",
    "max_completion_tokens",
    "stream",
    "stream_options",
    "temperature",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "stop",
    "seed",
    "top_p",
    "reasoning_effort",
    "store",
    "prompt_cache_options",
    "prompt_cache_key",
];

pub(super) fn check(headers: &HeaderMap, body: &Value) -> Result<(), (u16, String)> {
    let key = headers.get("authorization").and_then(|value| value.to_str().ok());
    if key.and_then(|key| key.strip_prefix("Bearer ")) != Some(KEY) {
        return Err((401, "Incorrect API key provided".to_owned()));
    }
    request(body).map_err(|problem| (400, problem))
}

fn request(body: &Value) -> Result<(), String> {
    let fields = body.as_object().ok_or("the body is no JSON object")?;
    if let Some(key) = fields.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("Unrecognized request argument supplied: {key}"));
    }
    let model = body["model"].as_str().filter(|model| !model.is_empty());
    let model = model.ok_or("you must provide a model parameter")?;
    let thinks = model.starts_with("gpt-5") || model.starts_with("gpt-6");
    if thinks {
        if !body["max_tokens"].is_null() {
            return Err("Unsupported parameter: max_tokens; use max_completion_tokens".to_owned());
        }
        if !body["temperature"].is_null() && body["temperature"] != 1 {
            return Err("Unsupported value: temperature".to_owned());
        }
        if body["max_completion_tokens"].as_u64().is_none_or(|tokens| tokens == 0) {
            return Err("a reply without a bound was asked for".to_owned());
        }
    }
    if body["stream"] != true || body["stream_options"]["include_usage"] != true {
        return Err("a reply must be streamed and say what it used".to_owned());
    }
    let messages = body["messages"].as_array().filter(|messages| !messages.is_empty());
    for (place, message) in messages.ok_or("messages is empty")?.iter().enumerate() {
        let role = message["role"].as_str();
        if !matches!(role, Some("system" | "developer" | "user" | "assistant" | "tool")) {
            return Err(format!("Invalid value for messages[{place}].role: {role:?}"));
        }
        if message["content"].is_null() {
            return Err(format!("Invalid value for messages[{place}].content: null"));
        }
    }
    tools(body)
}

fn tools(body: &Value) -> Result<(), String> {
    let format = &body["response_format"]["json_schema"];
    if format.is_object() {
        let named = format["name"].as_str().is_some_and(|name| !name.is_empty());
        return if named {
            strict(&format["schema"])
        } else {
            Err("response_format: no name".to_owned())
        };
    }
    let tools = body["tools"].as_array().ok_or("no structure was asked for")?;
    let model = body["model"].as_str().unwrap_or_default();
    if (model.starts_with("gpt-5.6") || model.starts_with("gpt-6"))
        && body["reasoning_effort"] != "none"
    {
        return Err(
            "Function tools with reasoning_effort are not supported for this model".to_owned()
        );
    }
    for tool in tools {
        let function = &tool["function"];
        if tool["type"] != "function" || function["parameters"]["type"] != "object" {
            return Err("Invalid value for tools[0].function.parameters".to_owned());
        }
        if function["strict"] == true {
            strict(&function["parameters"])?;
        }
    }
    let choice = &body["tool_choice"];
    let named = |tool: &Value| tool["function"]["name"] == choice["function"]["name"];
    let known = matches!(choice.as_str(), Some("auto" | "required"));
    if !known && (choice["type"] != "function" || !tools.iter().any(named)) {
        return Err("tool_choice: tool not found in tools".to_owned());
    }
    Ok(())
}

/// What a schema must be like to be held to it.
fn strict(schema: &Value) -> Result<(), String> {
    if let Some(properties) = schema["properties"].as_object() {
        let required = schema["required"].as_array().map_or(0, Vec::len);
        if schema["additionalProperties"] != false || required != properties.len() {
            return Err("Invalid schema for function: all fields must be required, and no \
                        others allowed"
                .to_owned());
        }
        properties.values().try_for_each(strict)?;
    }
    if schema["items"].is_object() { strict(&schema["items"]) } else { Ok(()) }
}

pub(super) fn error(status: u16, message: &str) -> Value {
    let (kind, code) = match status {
        400 => ("invalid_request_error", Value::Null),
        401 => ("invalid_request_error", json!("invalid_api_key")),
        429 => ("requests", json!("rate_limit_exceeded")),
        _ => ("server_error", Value::Null),
    };
    json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
}

/// The chunks of a reply that calls the tool.
pub(super) fn call(pieces: &[String], tokens_in: u64) -> Vec<String> {
    let function = |arguments: &str| json!({"index": 0, "function": {"arguments": arguments}});
    let mut begin = function("");
    begin["id"] = json!("call_1");
    begin["type"] = json!("function");
    begin["function"]["name"] = json!("reply");
    let mut deltas = vec![json!({"role": "assistant", "content": null, "tool_calls": [begin]})];
    deltas.extend(pieces.iter().map(|piece| json!({"tool_calls": [function(piece)]})));
    // A call that was demanded by name ends so, and not with `tool_calls`.
    chunks(&deltas, "stop", tokens_in)
}

/// The chunks of a reply in words.
pub(super) fn words(pieces: &[String], tokens_in: u64) -> Vec<String> {
    let mut deltas = vec![json!({"role": "assistant", "content": "", "refusal": null})];
    deltas.extend(pieces.iter().map(|piece| json!({"content": piece})));
    chunks(&deltas, "stop", tokens_in)
}

fn chunks(deltas: &[Value], reason: &str, tokens_in: u64) -> Vec<String> {
    let chunk = |choices: Value, usage: Value| {
        let chunk = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt",
            "service_tier": "default", "choices": choices, "usage": usage
        });
        format!("data: {chunk}\n\n")
    };
    let choice = |delta: &Value, reason: Value| json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}]);
    let mut all: Vec<String> =
        deltas.iter().map(|delta| chunk(choice(delta, Value::Null), Value::Null)).collect();
    all.push(chunk(choice(&json!({}), json!(reason)), Value::Null));
    let usage = json!({
        "prompt_tokens": tokens_in, "completion_tokens": 200, "total_tokens": tokens_in + 200,
        "prompt_tokens_details": {"cached_tokens": 100, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0}
    });
    all.push(chunk(json!([]), usage));
    all.push("data: [DONE]\n\n".to_owned());
    all
}
