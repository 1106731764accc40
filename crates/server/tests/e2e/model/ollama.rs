//! Ollama, by the part of its API that is OpenAI's: <https://docs.ollama.com/api/openai-compatibility>.

use serde_json::{Value, json};

const MODEL: &str = "qwen3-coder";
/// Keys of a request that it reads. It takes no notice of others, so one that matters must not be there.
const READ: [&str; 10] = [
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "temperature",
    "top_p",
    "stop",
    "response_format",
    "tools",
];

pub(super) fn check(body: &Value) -> Result<(), (u16, String)> {
    if body["model"] != MODEL {
        return Err((404, format!("model {} not found", body["model"])));
    }
    request(body).map_err(|problem| (400, problem))
}

fn request(body: &Value) -> Result<(), String> {
    let fields = body.as_object().ok_or("the body is no JSON object")?;
    if let Some(key) = fields.keys().find(|key| !READ.contains(&key.as_str())) {
        return Err(format!("{key} would be passed over without a word"));
    }
    if body["max_tokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        return Err("a reply without a bound was asked for".to_owned());
    }
    if body["stream"] != true || body["stream_options"]["include_usage"] != true {
        return Err("a reply must be streamed and say what it used".to_owned());
    }
    let messages = body["messages"].as_array().ok_or("messages is missing")?;
    for (place, message) in messages.iter().enumerate() {
        // Each piece of a list would be a message of its own.
        if !message["content"].is_string() {
            return Err(format!("invalid message content type of messages[{place}]"));
        }
        let wanted = match place {
            0 => "system",
            place if place % 2 == 1 => "user",
            _ => "assistant",
        };
        if message["role"] != wanted {
            return Err(format!("messages[{place}]: templates of local models want {wanted} here"));
        }
    }
    if !body["response_format"]["json_schema"]["schema"].is_object() {
        return Err("no structure was asked for".to_owned());
    }
    Ok(())
}

pub(super) fn error(status: u16, message: &str) -> Value {
    let kind = match status {
        400 => "invalid_request_error",
        404 => "not_found_error",
        _ => "api_error",
    };
    json!({"error": {"message": message, "type": kind, "param": null, "code": null}})
}

/// The chunks of a reply in words; some models think aloud before.
pub(super) fn words(pieces: &[String], tokens_in: u64) -> Vec<String> {
    let mut all = vec![chunk(&json!({"content": "", "reasoning": "Let me see."}), None)];
    all.extend(pieces.iter().map(|piece| chunk(&json!({"content": piece}), None)));
    all.push(chunk(&json!({"content": ""}), Some("stop")));
    let usage = json!({
        "prompt_tokens": tokens_in, "completion_tokens": 200, "total_tokens": tokens_in + 200
    });
    all.push(event(&json!([]), Some(&usage)));
    all.push("data: [DONE]\n\n".to_owned());
    all
}

fn chunk(delta: &Value, reason: Option<&str>) -> String {
    let mut delta = delta.clone();
    delta["role"] = json!("assistant");
    event(&json!([{"index": 0, "delta": delta, "finish_reason": reason}]), None)
}

fn event(choices: &Value, usage: Option<&Value>) -> String {
    let mut chunk = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL,
        "system_fingerprint": "fp_ollama", "choices": choices
    });
    if let Some(usage) = usage {
        chunk["usage"] = usage.clone();
    }
    format!("data: {chunk}\n\n")
}
