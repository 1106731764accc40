//! What a model replies: a script with its reasons, or a question.

use domain::{Choice, Draft, DraftScript, FieldSource, OpenPoint, Question, bounded};
use serde::Deserialize;
use serde_json::{Value, json};

/// The name of the tool, or of the schema, that gives a reply its structure.
pub(crate) const NAME: &str = "reply";
/// What the model reads of it.
pub(crate) const DESCRIPTION: &str =
    "Hand in the script, or the question to a person. It is the only way to reply.";

/// What a question says that has points and no words beside them.
const NO_WORDS: &str = "The samples and documents leave this open.";
/// Characters of what is wrong with a reply: it may repeat the reply.
const WRONG_MAX: usize = 400;
/// Open points of one question. More than a person answers at one time is no question.
const POINTS_MAX: usize = 20;
/// Choices of one point.
const CHOICES_MAX: usize = 30;
/// Output fields with a reason. No contract has as many.
const PROVENANCE_MAX: usize = 500;

/// The reply's JSON Schema, of words that every provider knows. The kind of reply and the script come
/// first, so that a reader of the half reply knows what it is.
pub(crate) fn schema() -> Value {
    let text = |description: &str| json!({"type": "string", "description": description});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["kind", "source", "provenance", "question", "points"],
        "properties": {
            "kind": {
                "type": "string",
                "enum": ["script", "question"],
                "description": "Which of the two the reply is."
            },
            "source": text("The whole JavaScript of a script. Empty for a question."),
            "provenance": {
                "type": "array",
                "description": "Of a script: where each output field comes from. Empty for a question.",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["field", "source", "reason", "confidence", "runnerUp"],
                    "properties": {
                        "field": text("The path in the output, such as products[].price."),
                        "source": text("The expression of the input that it is read from."),
                        "reason": text("Why this source and no other."),
                        "confidence": {"type": "number", "description": "From 0 to 1."},
                        "runnerUp": text("The next best source; empty when there was none.")
                    }
                }
            },
            "question": text("Of a question: what you know and why you cannot go on. Empty for a script."),
            "points": {
                "type": "array",
                "description": "Of a question: what is open, one entry for each decision. Empty for a script, or when the question says it all.",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["field", "prompt", "choices"],
                    "properties": {
                        "field": text("The output field that it is about, such as products[].price."),
                        "prompt": text("What has to be decided."),
                        "choices": {
                            "type": "array",
                            "description": "The possible answers, with values from the samples. Empty when you know none.",
                            "items": {"type": "string"}
                        }
                    }
                }
            }
        }
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    kind: Kind,
    #[serde(default)]
    source: String,
    #[serde(default)]
    provenance: Vec<Origin>,
    #[serde(default)]
    question: String,
    #[serde(default)]
    points: Vec<Point>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Script,
    Question,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Origin {
    field: String,
    source: String,
    #[serde(default)]
    reason: String,
    confidence: f64,
    #[serde(default)]
    runner_up: String,
}

#[derive(Deserialize)]
struct Point {
    #[serde(default)]
    field: String,
    prompt: String,
    #[serde(default)]
    choices: Vec<String>,
}

/// Reads a whole reply.
///
/// # Errors
/// What is wrong with it, for the model to read.
pub(crate) fn draft(text: &str) -> Result<Draft, String> {
    let reply = parsed(text)?;
    match reply.kind {
        Kind::Script => script(reply.source, reply.provenance).map(Draft::Script),
        Kind::Question => question_of(reply.question, reply.points).map(Draft::Question),
    }
}

/// Reads a reply that must be a question.
///
/// # Errors
/// As [`draft`], and when it is a script.
pub(crate) fn question(text: &str) -> Result<Question, String> {
    match draft(text)? {
        Draft::Question(question) => Ok(question),
        Draft::Script(_) => Err("a script was sent, and a question was asked for".to_owned()),
    }
}

fn parsed(text: &str) -> Result<Reply, String> {
    let text = unfenced(text.trim());
    if text.is_empty() {
        return Err("the reply is empty".to_owned());
    }
    // Nothing that is kept can hold one.
    if text.contains("\\u0000") {
        return Err("the reply holds a NUL character".to_owned());
    }
    serde_json::from_str(text).map_err(|error| {
        let error = bounded(&error.to_string(), WRONG_MAX);
        format!("the reply does not fit its schema: {error}")
    })
}

/// Without the Markdown fence that models like to put around JSON, and what stands beside it.
fn unfenced(text: &str) -> &str {
    if text.starts_with('{') {
        return text;
    }
    let inside = text.split_once("```").and_then(|(_, rest)| rest.rsplit_once("```"));
    inside.map_or(text, |(inside, _)| inside.trim_start_matches("json").trim())
}

fn script(source: String, provenance: Vec<Origin>) -> Result<DraftScript, String> {
    if source.trim().is_empty() {
        return Err("kind is \"script\" and source is empty".to_owned());
    }
    if provenance.len() > PROVENANCE_MAX {
        return Err(format!("provenance has more than {PROVENANCE_MAX} entries"));
    }
    let mut sources = Vec::with_capacity(provenance.len());
    for Origin { field, source, reason, confidence, runner_up } in provenance {
        if !(0.0..=1.0).contains(&confidence) {
            return Err(format!("the confidence of {field} is {confidence}, not from 0 to 1"));
        }
        sources.push(FieldSource { field, source, reason, confidence, runner_up });
    }
    Ok(DraftScript { source, provenance: sources })
}

fn question_of(text: String, points: Vec<Point>) -> Result<Question, String> {
    if text.trim().is_empty() && points.is_empty() {
        return Err("kind is \"question\" and question is empty".to_owned());
    }
    if points.len() > POINTS_MAX {
        return Err(format!("points has more than {POINTS_MAX} entries"));
    }
    let mut open = Vec::with_capacity(points.len());
    for Point { field, prompt, choices } in points {
        if choices.len() > CHOICES_MAX {
            return Err(format!("{field} has more than {CHOICES_MAX} choices"));
        }
        let choices =
            choices.into_iter().map(|label| Choice { value: label.clone(), label }).collect();
        open.push(OpenPoint { field, prompt, choices });
    }
    let text = if text.trim().is_empty() { NO_WORDS.to_owned() } else { text };
    Ok(Question { text, points: open })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_script() -> Value {
        json!({
            "kind": "script",
            "source": "function transform() {}",
            "provenance": [{
                "field": "products[].price", "source": "payload.items[].cents", "reason": "cents",
                "confidence": 0.9, "runnerUp": ""
            }],
            "question": "",
            "points": []
        })
    }

    #[test]
    fn a_script_keeps_its_reasons() {
        let Draft::Script(script) = draft(&a_script().to_string()).unwrap() else {
            panic!("no script");
        };
        assert_eq!(script.source, "function transform() {}");
        assert_eq!(script.provenance[0].field, "products[].price");
    }

    #[test]
    fn a_question_keeps_its_choices() {
        let reply = json!({
            "kind": "question", "question": "Two prices fit.",
            "points": [{"field": "products[].price", "prompt": "Which?", "choices": ["net", "gross"]}]
        });
        let asked = question(&reply.to_string()).unwrap();
        assert_eq!(asked.points[0].choices[1].value, "gross");
        assert!(asked.render().contains("b) gross"), "{}", asked.render());
    }

    #[test]
    fn a_fence_around_the_reply_does_no_harm() {
        let text = format!("Here it is:\n```json\n{}\n```\nBye", a_script());
        assert!(matches!(draft(&text), Ok(Draft::Script(_))));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let with = |key: &str, value: Value| {
            let mut reply = a_script();
            reply[key] = value;
            reply.to_string()
        };
        let wrong = [
            (String::new(), "empty"),
            ("I would rather not.".to_owned(), "schema"),
            ("{\"kind\": \"script\", \"sour".to_owned(), "schema"),
            (with("kind", json!("poem")), "poem"),
            (with("kind", json!("question")), "question is empty"),
            (with("source", json!("  ")), "source is empty"),
            (with("source", json!(["a"])), "schema"),
            (with("source", json!("a\0b")), "NUL"),
            (
                with("provenance", json!([{"field": "a", "source": "b", "confidence": 90}])),
                "confidence of a",
            ),
        ];
        for (text, said) in wrong {
            let error = draft(&text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
        assert!(question(&a_script().to_string()).unwrap_err().contains("question was asked"));
    }

    #[test]
    fn the_schema_fits_what_is_read() {
        let schema = schema();
        let named = |value: &Value| {
            let mut names: Vec<String> =
                value.as_object().unwrap().keys().map(String::from).collect();
            names.sort();
            names
        };
        assert_eq!(named(&schema["properties"]), named(&a_script()));
    }
}
