//! Briefs of invented vendors, and how to look at drafts of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use authors::{ScriptAuthor, Synthesizer, Unwatched};
use domain::{
    Brief, ClarificationRound, Document, Draft, DraftScript, Question, Sample, ScriptInput,
    Timestamp, Topic,
};
use sandbox::{InProcessRunner, Limits, RecordedExchanges, ScriptRunner as _};
use serde_json::{Value, json};

/// A brief for one payload and what is written about it.
pub(crate) fn brief(topic: Topic, payload: &Value, notes: &str) -> Brief {
    let sample = json!({"name": "sample", "payload": payload});
    let documents = if notes.is_empty() {
        Vec::new()
    } else {
        vec![Document { name: "notes.md".parse().unwrap(), content: notes.to_owned() }]
    };
    Brief {
        version: 3,
        documents,
        ..Brief::of(
            "corner-till".parse().unwrap(),
            topic,
            vec![serde_json::from_value(sample).unwrap()],
        )
    }
}

/// The brief with what its only sample is expected to give.
pub(crate) fn expecting(brief: &Brief, expected: &Value) -> Brief {
    let samples = brief.samples.iter().cloned();
    let samples = samples.map(|sample| Sample { expected: Some(expected.clone()), ..sample });
    Brief { samples: samples.collect(), ..brief.clone() }
}

/// What leaves the synthesizer.
pub(crate) fn draft(brief: &Brief) -> Draft {
    let synthesizer = Synthesizer::new(Arc::new(InProcessRunner), Limits::TEST);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let draft = runtime.block_on(synthesizer.write(brief, Unwatched::shared())).unwrap();
    if let Draft::Script(script) = &draft {
        let functions: Vec<&str> = script
            .source
            .lines()
            .filter_map(|line| line.strip_prefix("function ")?.split('(').next())
            .collect();
        let different: BTreeSet<&str> = functions.iter().copied().collect();
        assert_eq!(different.len(), functions.len(), "a function stands twice: {}", script.source);
    }
    draft
}

/// The script, or a panic with the question.
pub(crate) fn script(brief: &Brief) -> DraftScript {
    match draft(brief) {
        Draft::Script(script) => script,
        Draft::Question(question) => panic!("asked: {}", question.render()),
    }
}

/// The question, or a panic with the script.
pub(crate) fn question(brief: &Brief) -> Question {
    match draft(brief) {
        Draft::Question(question) => question,
        Draft::Script(script) => panic!("answered: {}", script.source),
    }
}

/// The fields about which something is asked.
pub(crate) fn fields_asked(brief: &Brief) -> Vec<String> {
    question(brief).points.into_iter().map(|point| point.field).collect()
}

/// The brief after a person answered what was asked of it.
pub(crate) fn answered(brief: &Brief, response: &str) -> Brief {
    let round = ClarificationRound {
        question: question(brief),
        asked_at: Timestamp::UNIX_EPOCH,
        response: Some(response.to_owned()),
        answered_at: Some(Timestamp::UNIX_EPOCH),
    };
    let mut next = brief.clone();
    next.rounds.push(round);
    next
}

/// Where the script reads an output field.
pub(crate) fn source_of(script: &DraftScript, field: &str) -> String {
    script
        .provenance
        .iter()
        .find(|known| known.field == field)
        .map(|known| known.source.clone())
        .unwrap_or_default()
}

/// What the script makes of a payload.
pub(crate) fn output_of(script: &DraftScript, payload: &Value) -> Value {
    let sample: Sample =
        serde_json::from_value(json!({"name": "other", "payload": payload})).unwrap();
    let host = RecordedExchanges::new(sample.http.clone(), &sample.connection.base_url);
    let input = ScriptInput::of("corner-till".parse().unwrap(), &sample);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = async {
        let mut session = InProcessRunner.open(&script.source, Limits::TEST).await.unwrap();
        session.run(&input, Arc::new(host)).await.unwrap().outcome.unwrap()
    };
    runtime.block_on(run)
}
