//! What a vendor says to people when it accepts a call, where no sample shows what is expected.
//!
//! Documents that name the field are followed. A text that looks like it and that nobody explains
//! is asked about. Else the script says a plain sentence of its own.

use std::sync::LazyLock;

use domain::{Choice, OpenPoint};
use regex::Regex;
use serde_json::Value;

use super::answers::{Answer, CONSTANT};
use super::world::World;
use crate::pattern::pattern;

const POINT: &str = "message (accepted)";
/// Names of texts for people.
const NAMES: [&str; 7] = ["message", "detail", "details", "msg", "description", "text", "info"];

/// The function that reads it in a script.
pub(super) const SAID: &str = r#"
// The text under a name in the vendor's answer, where there is one.
function said(body, name) {
  const text = body !== null && typeof body === "object" ? body[name] : undefined;
  return typeof text === "string" && text.trim() ? text : undefined;
}
"#;

static TERM: LazyLock<Regex> = LazyLock::new(|| pattern("`([A-Za-z_]{1,40})`"));
static STOP: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.;]\s+|\n\s*(?:[-*+#]|\n)"));
/// That a sentence speaks of accepted calls.
static ACCEPTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:20\d|2xx|success\w*|succeeds?|good|live|valid|works|accepted)\b")
});
/// That it speaks of all answers.
static EVERY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:every|each|all|any|both)\b.{0,20}\b(?:answers?|responses?|repl(?:y|ies))\b|\bgood (?:or|and) bad\b",
    )
});
/// That it speaks of refused calls.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:refus\w*|reject\w*|errors?|fail\w*|invalid|bad|wrong|denied|[45]\d\d|[45]xx)\b",
    )
});

/// The key of the vendor's own words in the bodies of accepted calls; none where a plain sentence
/// has to do.
pub(super) fn key(
    world: &World<'_>,
    accepted: &[&Value],
) -> Result<Option<String>, Vec<OpenPoint>> {
    let has_text = |name: &str| {
        accepted.iter().all(|body| {
            body.get(name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty())
        })
    };
    match world.answer(POINT) {
        Some(Answer::Constant) => return Ok(None),
        Some(Answer::Place(place)) => {
            let leaf = place.rsplit('.').next().unwrap_or_default();
            if let Some(name) = NAMES.into_iter().find(|name| *name == leaf) {
                return Ok(Some(name.to_owned()));
            }
        }
        None => {}
    }
    if let Some(name) = documented(&world.documents, has_text) {
        return Ok(Some(name));
    }
    let unexplained = NAMES.into_iter().filter(|name| !accepted.is_empty() && has_text(name));
    let choices: Vec<Choice> = unexplained
        .filter_map(|name| {
            let text = accepted.first()?.get(name)?.as_str()?;
            let label = format!("response.body.{name} ({:?})", domain::bounded(text, 60));
            text.trim().contains(' ').then(|| Choice { value: name.to_owned(), label })
        })
        .collect();
    if choices.is_empty() {
        return Ok(None);
    }
    let plain = "a fixed sentence, the same for every accepted call".to_owned();
    let own = Choice { value: CONSTANT.to_owned(), label: plain };
    let prompt = "Which text says that the connection works?".to_owned();
    let choices = choices.into_iter().chain(Some(own)).collect();
    Err(vec![OpenPoint { field: POINT.to_owned(), prompt, choices }])
}

/// The name that documents give for the text of an accepted call.
fn documented(documents: &[&str], has_text: impl Fn(&str) -> bool) -> Option<String> {
    let sentences = documents.iter().flat_map(|document| STOP.split(document));
    let speaking = sentences.filter(|text| {
        EVERY.is_match(text) || (ACCEPTED.is_match(text) && !REFUSED.is_match(text))
    });
    let terms = speaking.flat_map(|text| TERM.captures_iter(text));
    terms
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .find(|name| NAMES.contains(name) && has_text(name))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_name_the_text_of_accepted_calls() {
        for (text, expected) in [
            ("- A good token gets 200 and a `detail` that names the shop.", Some("detail")),
            ("Every answer, good or bad, has a `message`.", Some("message")),
            ("A refused call has a `message`. All is well with 200.", None),
            ("A valid key gets the `name` of its owner.", None),
        ] {
            assert_eq!(documented(&[text], |_| true).as_deref(), expected, "{text}");
        }
    }
}
