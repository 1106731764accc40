//! What was found, and how a person is told of it.

use std::sync::Arc;

use domain::{Document, Job, Passage, Question, Repair, Sample, ScriptOfAnother};
use knowledge::{DocumentedSample, ExampleOrigin};

/// What an author is given that does not change from draft to draft.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Findings {
    /// Shared with the author: they may be megabytes.
    pub(crate) samples: Arc<[Sample]>,
    /// Where the samples come from.
    pub(crate) basis: Basis,
    pub(crate) documents: Vec<Document>,
    /// The best parts of the documents for the topic.
    pub(crate) passages: Vec<Passage>,
    /// The operations of the vendor's API that serve the topic, as the documents have them.
    pub(crate) operations: Vec<String>,
    pub(crate) active_script: Option<String>,
    /// A script in use for the same topic at another provider.
    pub(crate) example: Option<ScriptOfAnother>,
    /// The script that breaks, where the job repairs one.
    pub(crate) repair: Option<Repair>,
    pub(crate) version: u32,
}

/// What the samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Somebody gave them.
    Real,
    /// Documents show them. What the vendor sends may differ.
    Documented,
}

impl Findings {
    pub(super) fn summary(&self) -> String {
        let sample = |sample: &Sample| match &sample.expected {
            Some(_) => format!("{} with expected output", sample.name),
            None => sample.name.to_string(),
        };
        let samples: Vec<String> = self.samples.iter().map(sample).collect();
        let documents: Vec<String> = self.documents.iter().map(|d| d.name.to_string()).collect();
        let samples = match self.basis {
            Basis::Real => counted("sample", &samples),
            Basis::Documented => {
                format!("{} from the documents, not real,", counted("sample", &samples))
            }
        };
        let active = if self.active_script.is_some() { "; another version is in use" } else { "" };
        format!(
            "found {samples} and {}; this will be version {}{active}",
            counted("document", &documents),
            self.version
        )
    }
}

fn counted(what: &str, names: &[String]) -> String {
    match names {
        [] => format!("no {what}s"),
        [one] => format!("1 {what} ({one})"),
        many => format!("{} {what}s ({})", many.len(), many.join(", ")),
    }
}

/// The line of the log about the parts of documents that authors are given; none where there are
/// none.
pub(super) fn read_of(passages: &[Passage]) -> Option<String> {
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for passage in passages {
        let heading = passage.heading.as_str();
        match parts.iter_mut().find(|(document, _)| *document == passage.document.as_str()) {
            Some((_, headings)) => headings.push(heading),
            None => parts.push((passage.document.as_str(), vec![heading])),
        }
    }
    let of_document = |(document, headings): (&str, Vec<&str>)| {
        let named: Vec<&str> = headings.into_iter().filter(|heading| !heading.is_empty()).collect();
        if named.is_empty() {
            document.to_owned()
        } else {
            format!("{document} ({})", named.join("; "))
        }
    };
    let parts: Vec<String> = parts.into_iter().map(of_document).collect();
    (!parts.is_empty())
        .then(|| format!("of the documents, these parts fit best: {}", parts.join(", ")))
}

/// The line of the log about samples that are not real.
pub(super) fn not_real(documented: &[DocumentedSample], job: &Job) -> String {
    let one = |of: &DocumentedSample| {
        let how = match of.origin {
            ExampleOrigin::Given => "an example",
            ExampleOrigin::PutTogether => "put together from the examples of its parts",
        };
        format!("{} is {how} of {} in {}", of.sample.name, of.operation, of.document)
    };
    let each: Vec<String> = documented.iter().map(one).collect();
    let (provider, topic) = (&job.provider, job.topic);
    format!(
        "there is no real sample of {provider} {topic}; the documents' stand in for it, and show what \
         the vendor says, not what it sends: {}",
        each.join("; ")
    )
}

/// What is asked when there is nothing to test against.
pub(crate) fn no_sample(job: &Job, found: &Findings) -> Question {
    let (provider, topic) = (&job.provider, job.topic);
    let described = match found.operations.as_slice() {
        [] => String::new(),
        operations => format!(
            " The documents describe {}, without an example that would do; a recorded answer or \
             request of it is what is wanted.",
            operations.join(", ")
        ),
    };
    Question::plain(format!(
        "There is no sample of {provider} {topic} to test a script against.{described} Give one with \
         PUT /api/v1/knowledge/{provider}/{topic}/samples/NAME, its body {{\"payload\": …}} or \
         {{\"http\": […]}}, and answer \"go on\"; or paste a payload as JSON into the answer."
    ))
}
