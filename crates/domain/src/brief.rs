//! What an author is given and what it gives back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Allowance, Attempt, ClarificationRound, Document, DocumentName, FieldSource, ProviderSlug,
    Question, Sample, Topic,
};

/// All that an author is given for one draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// The vendor.
    pub provider: ProviderSlug,
    /// The topic, whose [`Contract`](crate::Contract) the script must meet.
    pub topic: Topic,
    /// The version that the script will carry in its header: one above the newest saved one.
    pub version: u32,
    /// Real payloads or recorded exchanges, or where there are none what documents show of them; at
    /// least one. Shared: they may be megabytes.
    pub samples: Arc<[Sample]>,
    /// Whether the samples are what documents show, and not what the vendor sent.
    pub documented: bool,
    /// What is written about the vendor.
    pub documents: Vec<Document>,
    /// What was found in the documents for this topic, the best first.
    pub passages: Vec<Passage>,
    /// The source of the script in use for this provider and topic.
    pub active_script: Option<String>,
    /// A reviewed script of another provider for the same topic, to show what a good one looks like.
    pub example: Option<ScriptOfAnother>,
    /// The draft that was tested last.
    pub last_draft: Option<String>,
    /// The test runs so far, oldest first, with their errors.
    pub attempts: Vec<Attempt>,
    /// Questions and answers so far, oldest first.
    pub rounds: Vec<ClarificationRound>,
    /// What the draft may cost.
    pub allowance: Allowance,
}

impl Brief {
    /// A first brief with nothing but samples.
    #[must_use]
    pub fn of(provider: ProviderSlug, topic: Topic, samples: impl Into<Arc<[Sample]>>) -> Self {
        Self {
            provider,
            topic,
            version: 1,
            samples: samples.into(),
            documented: false,
            documents: Vec::new(),
            passages: Vec::new(),
            active_script: None,
            example: None,
            last_draft: None,
            attempts: Vec::new(),
            rounds: Vec::new(),
            allowance: Allowance::UNBOUNDED,
        }
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// The document.
    pub document: DocumentName,
    /// The headings above it, joined by ` / `; empty where there are none.
    pub heading: String,
    /// The text.
    pub text: String,
}

/// A script that works for another provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScriptOfAnother {
    /// Whose.
    pub provider: ProviderSlug,
    /// The JavaScript.
    pub source: String,
}

/// An author's reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Draft {
    /// A script to test.
    Script(DraftScript),
    /// A question that only a person can answer.
    Question(Question),
}

/// A script with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftScript {
    /// The JavaScript.
    pub source: String,
    /// Where each output field comes from.
    pub provenance: Vec<FieldSource>,
}
