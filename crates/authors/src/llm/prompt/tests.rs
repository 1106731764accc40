use domain::{
    Attempt, Choice, ClarificationRound, Clock as _, Document, DraftScript, FieldSource,
    ManualClock, OpenPoint, Passage, Question, Sample, ScriptOfAnother, Topic,
};
use serde_json::{Value, json};

use super::*;

mod budget;
mod hostile;
mod shown;

/// Enough for anything in these tests but what is large on purpose.
const BUDGET: TokenBudget = TokenBudget(24_000);

fn sample(value: Value) -> Sample {
    serde_json::from_value(value).unwrap()
}

fn brief(topic: Topic, samples: Vec<Sample>) -> Brief {
    Brief::of("my-till".parse().unwrap(), topic, samples)
}

/// A small menu and what the vendor's account looks like.
fn menu() -> Sample {
    sample(json!({
        "name": "menu.json",
        "connection": {"baseUrl": "https://api.till.example/v2", "apiKey": "live-key-12345", "config": {"store": "7"}},
        "payload": {"items": [
            {"id": 11, "title": "Latte", "cost": 450, "active": true},
            {"id": 12, "title": "Tea", "cost": 300, "active": false, "note": "with milk"},
        ]},
    }))
}

fn documented(name: &str, text: &str) -> Document {
    Document { name: name.parse().unwrap(), content: text.to_owned() }
}

fn failed(attempt: u32, error: &str) -> Attempt {
    Attempt {
        attempt,
        passed: false,
        error: error.to_owned(),
        output_preview: String::new(),
        output_count: 0,
        timestamp: ManualClock::default().now(),
    }
}

fn round(text: &str, response: Option<&str>) -> ClarificationRound {
    let now = ManualClock::default().now();
    ClarificationRound {
        question: Question {
            text: text.to_owned(),
            points: vec![OpenPoint {
                field: "products[].price".to_owned(),
                prompt: "which unit?".to_owned(),
                choices: vec![
                    Choice { value: "cents".to_owned(), label: "cents: 450 is 4.50".to_owned() },
                    Choice { value: "whole".to_owned(), label: "whole: 450".to_owned() },
                ],
            }],
        },
        asked_at: now,
        response: response.map(str::to_owned),
        answered_at: response.map(|_| now),
    }
}

/// The user message as one text.
fn message(prompt: &Prompt) -> String {
    prompt.parts.iter().map(|part| part.text.as_str()).collect()
}

/// All that is sent, as a person reads it in a snapshot.
fn read(prompt: &Prompt) -> String {
    let parts = prompt.parts.iter().map(|part| {
        let stable = if part.stable { "same for every draft" } else { "of this draft" };
        format!("===== {stable} =====\n{}", part.text)
    });
    parts.collect::<Vec<_>>().join("\n")
}
