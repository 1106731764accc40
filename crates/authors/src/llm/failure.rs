//! What an error of the client library means for us.

use std::time::SystemTime;

use domain::bounded;
use egress::retry_after;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::model::Failure;

/// Characters of what a failure says.
const MESSAGE_MAX: usize = 450;

/// Reads an error of a call whose reply is streamed. What it says is as long as the provider wanted, and may
/// hold the key: [`told`] cuts it after the key is out, or a part of the key would be left.
pub(crate) fn failure(error: &genai::Error) -> Failure {
    use genai::Error;
    match error {
        Error::HttpError { status, headers, body, .. } => of_status(*status, headers, body),
        // Statuses of streamed calls stand within.
        Error::WebStream { error, .. } => match error.downcast_ref::<Error>() {
            Some(inner @ Error::HttpError { .. }) => failure(inner),
            _ => passing(format!("the connection broke: {}", chain(error.as_ref()))),
        },
        Error::WebModelCall { webc_error, .. } | Error::WebAdapterCall { webc_error, .. } => {
            match webc_error.status() {
                Some(status) => {
                    let none = HeaderMap::new();
                    let headers = webc_error.headers().unwrap_or(&none);
                    of_status(status, headers, &webc_error.to_string())
                }
                None => passing(line(&webc_error.to_string())),
            }
        }
        Error::ChatResponse { body, .. } => of_event(body),
        Error::StreamParse { serde_error, .. } => {
            passing(format!("the stream is not what the protocol says: {serde_error}"))
        }
        Error::SerdeJson(_) | Error::JsonValueExt(_) | Error::InvalidJsonResponseElement { .. } => {
            passing(format!(
                "the stream is not what the protocol says: {}",
                line(&error.to_string())
            ))
        }
        Error::RequiresApiKey { .. } | Error::NoAuthResolver { .. } | Error::NoAuthData { .. } => {
            Failure::Refused { what: line(&error.to_string()) }
        }
        other => Failure::Lasting { what: line(&other.to_string()) },
    }
}

/// A failure in a few words, of which `clean` takes the key.
pub(crate) fn told(failure: Failure, clean: impl Fn(&str) -> String) -> Failure {
    let told = |what: String| bounded(&clean(&what), MESSAGE_MAX);
    match failure {
        Failure::Passing { what, after } => Failure::Passing { what: told(what), after },
        Failure::TooSlow { what } => Failure::TooSlow { what: told(what) },
        Failure::Refused { what } => Failure::Refused { what: told(what) },
        Failure::Unpaid { what } => Failure::Unpaid { what: told(what) },
        Failure::Lasting { what } => Failure::Lasting { what: told(what) },
    }
}

fn passing(what: String) -> Failure {
    Failure::Passing { what, after: None }
}

fn of_status(status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
    let what = format!("it answered {}: {}", status.as_u16(), message(body));
    if is_unpaid(body) {
        return Failure::Unpaid { what };
    }
    if is_key_invalid(body) {
        return Failure::Refused { what };
    }
    match status.as_u16() {
        401 | 403 => Failure::Refused { what },
        408 | 409 | 425 | 429 | 500..=599 => {
            Failure::Passing { what, after: retry_after(headers, SystemTime::now()) }
        }
        _ => Failure::Lasting { what },
    }
}

/// An error that came as an event of a stream that had begun.
fn of_event(body: &Value) -> Failure {
    // What the library makes of an answer of Gemini without a reply: the prompt is blocked.
    if body.get("error").is_none() && body.get("finishReason").is_some_and(Value::is_null) {
        return Failure::Lasting { what: "it gives no reply to this prompt".to_owned() };
    }
    let kind = ["/error/type", "/type", "/error/code", "/code"].iter().find_map(|path| {
        body.pointer(path).and_then(Value::as_str).filter(|kind| *kind != "error")
    });
    let text = body.to_string();
    let what = format!("the stream ended with an error: {}", message(&text));
    match kind {
        _ if is_unpaid(&text) => Failure::Unpaid { what },
        Some("authentication_error" | "permission_error" | "invalid_api_key") => {
            Failure::Refused { what }
        }
        Some("invalid_request_error" | "not_found_error" | "request_too_large") => {
            Failure::Lasting { what }
        }
        _ => passing(what),
    }
}

/// OpenAI says it with 429 and this code, Anthropic with 400 and these words.
fn is_unpaid(body: &str) -> bool {
    body.contains("insufficient_quota") || body.contains("credit balance is too low")
}

/// Gemini says it with 400 and this code.
fn is_key_invalid(body: &str) -> bool {
    body.contains("API_KEY_INVALID")
}

/// The sentence within a body, or the body.
fn message(body: &str) -> String {
    let json: Option<Value> = serde_json::from_str(body).ok();
    let inside = json.as_ref().and_then(|json| {
        ["/error/message", "/message", "/error"]
            .iter()
            .find_map(|path| json.pointer(path).and_then(Value::as_str))
    });
    match inside.unwrap_or(body).trim() {
        "" => "nothing more".to_owned(),
        text => line(text),
    }
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An error and what caused it, without saying anything twice.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    line(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answered(status: u16, body: &str) -> Failure {
        let status = StatusCode::from_u16(status).unwrap();
        of_status(status, &HeaderMap::new(), body)
    }

    #[test]
    fn a_status_says_who_can_mend_it() {
        let body = r#"{"type":"error","error":{"type":"x","message":"No, \n thanks"}}"#;
        let said = |status: u16| format!("it answered {status}: No, thanks");
        for status in [401, 403] {
            assert_eq!(answered(status, body), Failure::Refused { what: said(status) });
        }
        for status in [408, 429, 500, 503, 529] {
            assert_eq!(
                answered(status, body),
                Failure::Passing { what: said(status), after: None }
            );
        }
        for status in [400, 404, 413, 422] {
            assert_eq!(answered(status, body), Failure::Lasting { what: said(status) });
        }
    }

    #[test]
    fn an_empty_account_is_no_busy_provider() {
        let body = r#"{"error":{"code":"insufficient_quota","message":"Pay."}}"#;
        assert!(matches!(answered(429, body), Failure::Unpaid { .. }));
        let body = r#"{"error":{"message":"Your credit balance is too low."}}"#;
        assert!(matches!(answered(400, body), Failure::Unpaid { .. }));
    }

    #[test]
    fn a_key_that_is_not_valid_is_refused_whatever_the_status() {
        let body = r#"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#;
        let what = "it answered 400: API key not valid.".to_owned();
        assert_eq!(answered(400, body), Failure::Refused { what });
    }

    #[test]
    fn an_event_of_a_stream_is_read_like_a_status() {
        let event = |kind: &str| {
            of_event(&json!({"type": "error", "error": {"type": kind, "message": "m"}}))
        };
        assert!(matches!(event("overloaded_error"), Failure::Passing { .. }));
        assert!(matches!(event("authentication_error"), Failure::Refused { .. }));
        assert!(matches!(event("invalid_request_error"), Failure::Lasting { .. }));
        assert!(matches!(of_event(&json!("anything")), Failure::Passing { .. }));
        let blocked = json!({"finishReason": null, "usageMetadata": null});
        assert!(matches!(of_event(&blocked), Failure::Lasting { .. }));
    }

    #[test]
    fn a_long_body_is_bounded() {
        let Failure::Passing { what, .. } = told(answered(500, &"x".repeat(10_000)), str::to_owned)
        else {
            panic!("a status that passes");
        };
        assert_eq!(what.chars().count(), MESSAGE_MAX);
        assert_eq!(message(" "), "nothing more");
    }

    #[test]
    fn a_key_that_stands_where_a_message_is_cut_leaves_nothing_behind() {
        let key = super::super::key::Key::new("sk-abcdef-123456").unwrap();
        for filling in MESSAGE_MAX - 40..MESSAGE_MAX {
            let body = format!("{} sk-abcdef-123456 is wrong", "x".repeat(filling));
            let failure = told(answered(401, &body), |what| key.scrub(what));
            assert!(!format!("{failure:?}").contains("sk-"), "{failure:?}");
        }
    }
}
