//! What an author is given and what it gives back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Attempt, ClarificationRound, Document, FieldSource, ProviderSlug, Question, Sample, Topic,
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
    /// Real payloads or recorded exchanges, at least one. Shared: they may be megabytes.
    pub samples: Arc<[Sample]>,
    /// What is written about the vendor.
    pub documents: Vec<Document>,
    /// The source of the script in use for this provider and topic.
    pub active_script: Option<String>,
    /// The draft that was tested last.
    pub last_draft: Option<String>,
    /// The test runs so far, oldest first, with their errors.
    pub attempts: Vec<Attempt>,
    /// Questions and answers so far, oldest first.
    pub rounds: Vec<ClarificationRound>,
}

/// An author's reply.
#[derive(Debug, Clone, PartialEq)]
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
