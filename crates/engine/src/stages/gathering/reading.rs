//! What the documents say that is of use to this job.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Contract, Document, Passage, ProviderSlug, Sample, Topic};
use knowledge::{
    DocumentedSample, Indexes, Library, Query, disagreements, overview, samples_from_descriptions,
};
use serde_json::Value;

/// Passages for the topic, for the names that the samples have, and for what was asked and answered.
/// How many of them an author reads is its own budget's matter; the best come first.
const FOR_TOPIC: usize = 12;
const FOR_FIELDS: usize = 6;
const FOR_ANSWERS: usize = 4;
/// Descriptions that are summed up, and operations of one that a question names.
const DESCRIPTIONS: usize = 4;
const OPERATIONS: usize = 3;
/// The names of fields that are looked for.
const NAMES: usize = 200;
/// Values of a sample that are looked at for them.
const VALUES: usize = 20_000;

/// What is looked for in the documents.
pub(super) struct Interest {
    pub(super) provider: ProviderSlug,
    pub(super) topic: Topic,
    /// The real ones.
    pub(super) samples: Arc<[Sample]>,
    /// Questions with their answers.
    pub(super) answered: String,
}

/// What was found.
#[derive(Default)]
pub(super) struct Reading {
    /// The best first.
    pub(super) passages: Vec<Passage>,
    /// Samples that the documents give; none where there are real ones.
    pub(super) documented: Vec<DocumentedSample>,
    /// Where the documents contradict the samples, a sentence each.
    pub(super) disagreements: Vec<String>,
    /// The operations that serve the topic.
    pub(super) operations: Vec<String>,
}

/// Reads documents, or finds them read. It computes for as long as a second when they are large and
/// new.
pub(super) fn read(indexes: &Indexes, documents: &[Document], interest: &Interest) -> Reading {
    let library = indexes.library(documents);
    let (descriptions, topic) = (&library.descriptions, interest.topic);
    let values = vendor_values(&interest.samples, topic);
    let documented = match &*interest.samples {
        [] => samples_from_descriptions(descriptions, topic),
        _ => Vec::new(),
    };
    let operations = descriptions.iter().flat_map(|description| {
        let fitting = description.operations_for(topic).into_iter().take(OPERATIONS);
        fitting.map(move |operation| format!("{operation} in {}", description.document))
    });
    Reading {
        passages: passages(&library, interest, &values),
        documented,
        disagreements: disagreements(&values, descriptions, topic),
        operations: operations.take(OPERATIONS).collect(),
    }
}

fn passages(library: &Library, interest: &Interest, values: &[&Value]) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    for description in library.descriptions.iter().take(DESCRIPTIONS) {
        found.push(Passage {
            document: description.document.clone(),
            heading: "Overview".to_owned(),
            text: overview(description, interest.topic),
        });
    }
    let searches = [
        (Query::for_topic(&interest.provider, interest.topic), FOR_TOPIC),
        (Query::of_text(&field_names(values)), FOR_FIELDS),
        (Query::of_text(&interest.answered), FOR_ANSWERS),
    ];
    for (query, limit) in searches {
        for (_, section) in library.index.search(&query, limit) {
            let passage = Passage {
                document: section.document.clone(),
                heading: section.heading.clone(),
                text: section.text.clone(),
            };
            if !found.contains(&passage) {
                found.push(passage);
            }
        }
    }
    found
}

/// What the vendor sent. A payload in the standard's shape is not the vendor's.
fn vendor_values(samples: &[Sample], topic: Topic) -> Vec<&Value> {
    let is_ours = Contract::of(topic).payload_schema().is_some();
    let payloads = samples.iter().filter_map(|sample| sample.payload.as_ref());
    let answers = samples.iter().flat_map(|sample| &sample.http).map(|exchange| &exchange.body);
    payloads.filter(|_| !is_ours).chain(answers).collect()
}

/// The names of the fields that the values have, each once.
fn field_names(values: &[&Value]) -> String {
    let mut names = BTreeSet::new();
    let mut open: Vec<&Value> = values.to_vec();
    for _ in 0..VALUES {
        match open.pop() {
            None => break,
            Some(Value::Array(items)) => open.extend(items),
            Some(Value::Object(fields)) => {
                for (name, value) in fields {
                    if names.len() < NAMES {
                        names.insert(name.as_str());
                    }
                    open.push(value);
                }
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {}
        }
    }
    names.into_iter().collect::<Vec<_>>().join(" ")
}
