//! Putting together what is known.

use std::sync::Arc;

use domain::{Document, Event, Job, Passage, Question, Sample, ScriptOfAnother};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::Pipeline;
use crate::pipeline::Halt;

/// The name of a sample that a person pasted as an answer.
const PASTED: &str = "answer";

/// What an author is given that does not change from draft to draft.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Findings {
    /// Shared with the author: they may be megabytes.
    pub(crate) samples: Arc<[Sample]>,
    pub(crate) documents: Vec<Document>,
    /// The best parts of the documents for the topic.
    pub(crate) passages: Vec<Passage>,
    pub(crate) active_script: Option<String>,
    /// A script in use for the same topic at another provider.
    pub(crate) example: Option<ScriptOfAnother>,
    pub(crate) version: u32,
}

pub(crate) async fn step(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
    findings: &mut Option<Findings>,
) -> Result<Event, Halt> {
    let found = findings.insert(gather(pipeline, job, lost).await?);
    Ok(if found.samples.is_empty() {
        Event::Asked { question: no_sample(job) }
    } else {
        Event::Gathered { summary: found.summary() }
    })
}

/// The findings of this run, gathered when they are needed for the first time.
pub(crate) async fn known<'a>(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
    findings: &'a mut Option<Findings>,
) -> Result<&'a Findings, Halt> {
    let found = match findings.take() {
        Some(found) => found,
        None => gather(pipeline, job, lost).await?,
    };
    Ok(findings.insert(found))
}

async fn gather(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
) -> Result<Findings, Halt> {
    let (provider, topic) = (&job.provider, job.topic);
    let Pipeline { jobs, scripts, knowledge, .. } = pipeline;
    let inputs = pipeline.persistently(lost, || jobs.inputs(job.id)).await?;
    let mut samples = pipeline.persistently(lost, || knowledge.samples(provider, topic)).await?;
    let mut documents = pipeline.persistently(lost, || knowledge.documents(provider)).await?;
    let active = pipeline.persistently(lost, || scripts.active(provider, topic)).await?;
    let example = pipeline.persistently(lost, || scripts.active_elsewhere(provider, topic)).await?;
    let latest = pipeline.persistently(lost, || scripts.latest_version(provider, topic)).await?;
    // What was given with the job stands before what is known under the same name.
    samples.retain(|known| inputs.samples.iter().all(|given| given.name != known.name));
    documents.retain(|known| inputs.documents.iter().all(|given| given.name != known.name));
    samples.splice(0..0, inputs.samples);
    documents.splice(0..0, inputs.documents);
    samples.retain(|sample| sample.payload.is_some() || !sample.http.is_empty());
    if samples.is_empty() {
        samples.extend(job.rounds.iter().rev().find_map(|r| pasted(r.response.as_deref()?)));
    }
    Ok(Findings {
        samples: samples.into(),
        documents,
        passages: Vec::new(),
        example: example.map(|script| ScriptOfAnother {
            provider: script.content.provider,
            source: script.content.source,
        }),
        active_script: active.map(|script| script.content.source),
        version: latest + 1,
    })
}

impl Findings {
    fn summary(&self) -> String {
        let sample = |sample: &Sample| match &sample.expected {
            Some(_) => format!("{} with expected output", sample.name),
            None => sample.name.to_string(),
        };
        let samples: Vec<String> = self.samples.iter().map(sample).collect();
        let documents: Vec<String> = self.documents.iter().map(|d| d.name.to_string()).collect();
        let counted = |what: &str, names: &[String]| match names {
            [] => format!("no {what}s"),
            [one] => format!("1 {what} ({one})"),
            many => format!("{} {what}s ({})", many.len(), many.join(", ")),
        };
        let active = if self.active_script.is_some() { "; another version is in use" } else { "" };
        format!(
            "found {} and {}; this will be version {}{active}",
            counted("sample", &samples),
            counted("document", &documents),
            self.version
        )
    }
}

/// What is asked when there is nothing to test against.
pub(crate) fn no_sample(job: &Job) -> Question {
    let (provider, topic) = (&job.provider, job.topic);
    Question::plain(format!(
        "There is no sample of {provider} {topic} to test a script against. Give one with \
         PUT /api/v1/knowledge/{provider}/{topic}/samples/NAME, its body {{\"payload\": …}} or \
         {{\"http\": […]}}, and answer \"go on\"; or paste a payload as JSON into the answer."
    ))
}

/// The first JSON object or list in an answer, as a sample. One that has a sample's form is taken
/// as one; anything else is the payload.
fn pasted(response: &str) -> Option<Sample> {
    let starts = response.char_indices().filter(|(_, c)| matches!(c, '{' | '['));
    let json = starts.filter_map(|(start, _)| response.get(start..)).find_map(|text| {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let value = values.next()?.ok()?;
        // "see [1]" pastes nothing.
        let records = |value: &Value| match value {
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(items) => items.iter().any(Value::is_object),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        };
        records(&value).then_some(value)
    })?;
    let name = PASTED.parse().ok()?;
    if json.get("payload").is_some() || json.get("http").is_some() {
        let mut whole = json.clone();
        whole.as_object_mut()?.insert("name".to_owned(), Value::from(PASTED));
        if let Ok(sample) = serde_json::from_value::<Sample>(whole) {
            return Some(sample);
        }
    }
    Some(Sample {
        name,
        payload: Some(json),
        http: Vec::new(),
        connection: domain::Connection::default(),
        expected: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_payload_is_found_in_an_answer() {
        let payload = |text: &str| pasted(text).and_then(|sample| sample.payload);
        assert_eq!(payload("go on"), None);
        assert_eq!(payload("see [1] and {}"), None);
        assert_eq!(payload("here: {\"items\": [1]} bye"), Some(json!({"items": [1]})));
        assert_eq!(payload("```json\n[{\"id\": 1}]\n```"), Some(json!([{"id": 1}])));
        assert_eq!(payload("{broken {\"a\": 1}"), Some(json!({"a": 1})));
    }

    #[test]
    fn an_answer_in_a_sample_s_form_is_that_sample() {
        let sample = pasted("{\"payload\": {\"a\": 1}, \"expected\": {\"b\": 2}}").unwrap();
        assert_eq!(sample.payload, Some(json!({"a": 1})));
        assert_eq!(sample.expected, Some(json!({"b": 2})));
    }
}
