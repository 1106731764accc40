//! Google's Gemini: <https://ai.google.dev/api/generate-content>.

use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};

use super::KEY;

const MODEL: &str = "gemini-3.8-flash";
/// Keys of a request, and of its `generationConfig`, that the API knows.
const KNOWN: [&str; 7] = [
    "contents",
    "systemInstruction",
    "generationConfig",
    "tools",
    "toolConfig",
    "safetySettings",
    "cachedContent",
];
const KNOWN_SETTINGS: [&str; 8] = [
    "responseMimeType",
    "responseJsonSchema",
    "maxOutputTokens",
    "temperature",
    "topP",
    "stopSequences",
    "seed",
    "thinkingConfig",
];

pub(super) fn check(uri: &Uri, headers: &HeaderMap, body: &Value) -> Result<(), (u16, String)> {
    if uri.path() != format!("/v1beta/models/{MODEL}:streamGenerateContent") {
        return Err((404, format!("models/… is not found at {uri}")));
    }
    if uri.query() != Some("alt=sse") {
        return Err((
            400,
            "a stream of events was not asked for, or the key stands in it".to_owned(),
        ));
    }
    let key = headers.get("x-goog-api-key").and_then(|value| value.to_str().ok());
    if key != Some(KEY) {
        return Err((400, "API key not valid. Please pass a valid API key.".to_owned()));
    }
    request(body).map_err(|problem| (400, problem))
}

fn request(body: &Value) -> Result<(), String> {
    known(body, &KNOWN, "")?;
    let settings = &body["generationConfig"];
    known(settings, &KNOWN_SETTINGS, "generation_config.")?;
    if settings["maxOutputTokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        return Err("a reply without a bound was asked for".to_owned());
    }
    text_of(&body["systemInstruction"], "system_instruction")?;
    let contents = body["contents"].as_array().ok_or("contents is not specified")?;
    for (place, turn) in contents.iter().enumerate() {
        let wanted = if place % 2 == 0 { "user" } else { "model" };
        if turn["role"] != wanted {
            return Err(format!("contents[{place}].role: the turns must alternate"));
        }
        text_of(turn, &format!("contents[{place}]"))?;
    }
    if contents.len() % 2 == 0 {
        return Err("Please ensure that the last turn is the user's".to_owned());
    }
    if settings["responseJsonSchema"].is_object() {
        return if settings["responseMimeType"] == "application/json" {
            Ok(())
        } else {
            Err("response schema is only allowed for application/json".to_owned())
        };
    }
    let functions = body["tools"][0]["functionDeclarations"].as_array();
    let function = functions.and_then(|all| all.first()).ok_or("no structure was asked for")?;
    if function["name"] != "reply" || !function["parametersJsonSchema"].is_object() {
        return Err(
            "tools[0].function_declarations[0]: a name and a schema are required".to_owned()
        );
    }
    if body["toolConfig"]["functionCallingConfig"]["mode"] != "ANY" {
        return Err("the function may be left out".to_owned());
    }
    Ok(())
}

fn known(object: &Value, names: &[&str], path: &str) -> Result<(), String> {
    let fields = object.as_object().ok_or_else(|| format!("{path} is no object"))?;
    match fields.keys().find(|key| !names.contains(&key.as_str())) {
        Some(key) => Err(format!(
            "Invalid JSON payload received. Unknown name \"{path}{key}\": Cannot find field."
        )),
        None => Ok(()),
    }
}

fn text_of(content: &Value, path: &str) -> Result<(), String> {
    let parts = content["parts"].as_array().ok_or_else(|| format!("{path}.parts: missing"))?;
    let empty = |part: &Value| part["text"].as_str().is_none_or(|text| text.trim().is_empty());
    if parts.is_empty() || parts.iter().any(empty) {
        return Err(format!("{path}.parts must not be empty"));
    }
    Ok(())
}

/// An error as it is answered. A key that is not valid is a 400 here.
pub(super) fn error(status: u16, message: &str) -> (u16, Value) {
    let (status, word, details) = match status {
        401 => {
            let reason = json!([{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"}
            }]);
            (400, "INVALID_ARGUMENT", reason)
        }
        400 => (400, "INVALID_ARGUMENT", json!([])),
        404 => (404, "NOT_FOUND", json!([])),
        429 => (429, "RESOURCE_EXHAUSTED", json!([])),
        503 => (503, "UNAVAILABLE", json!([])),
        other => (other, "INTERNAL", json!([])),
    };
    let error = json!({"code": status, "message": message, "status": word, "details": details});
    (status, json!({"error": error}))
}

/// The chunk of a prompt that is not answered at all.
pub(super) fn blocked() -> Vec<String> {
    vec![event(&json!({
        "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
        "usageMetadata": {"promptTokenCount": 900, "totalTokenCount": 900},
        "modelVersion": MODEL
    }))]
}

/// The chunks of a reply that calls the function: the call comes whole.
pub(super) fn call(reply: &Value, tokens_in: u64) -> Vec<String> {
    let part = json!({
        "functionCall": {"name": "reply", "args": reply, "id": "call-1"},
        "thoughtSignature": "c2lnbmF0dXJl"
    });
    vec![chunk(&json!([part]), None, tokens_in), last(tokens_in)]
}

/// The chunks of a reply in words.
pub(super) fn words(pieces: &[String], tokens_in: u64) -> Vec<String> {
    let mut all: Vec<String> =
        pieces.iter().map(|piece| chunk(&json!([{"text": piece}]), None, tokens_in)).collect();
    all.push(last(tokens_in));
    all
}

fn last(tokens_in: u64) -> String {
    chunk(&json!([{"text": "", "thoughtSignature": "c2lnbmF0dXJl"}]), Some("STOP"), tokens_in)
}

fn chunk(parts: &Value, reason: Option<&str>, tokens_in: u64) -> String {
    let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
    // What was thought is counted apart from what was said.
    let mut usage = json!({
        "promptTokenCount": tokens_in, "cachedContentTokenCount": 100, "totalTokenCount": tokens_in + 200,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tokens_in}],
        "thoughtsTokenCount": 50
    });
    if let Some(reason) = reason {
        candidate["finishReason"] = json!(reason);
        usage["candidatesTokenCount"] = json!(150);
    }
    event(&json!({
        "candidates": [candidate], "usageMetadata": usage, "modelVersion": MODEL, "responseId": "r1"
    }))
}

fn event(chunk: &Value) -> String {
    format!("data: {chunk}\r\n\r\n")
}
