//! What is known of a provider: documents, and samples for each topic.

mod documents;
mod known;
mod links;
pub(crate) mod samples;
pub(crate) mod sea;

use async_trait::async_trait;
use domain::{
    Act, Document, DocumentLink, DocumentName, ProviderSlug, Sample, SampleName, ScriptOfAnother,
    Timestamp, Topic,
};

use crate::StoreError;

/// What names a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleKey {
    /// The vendor.
    pub provider: ProviderSlug,
    /// The topic.
    pub topic: Topic,
    /// Its name within them.
    pub name: SampleName,
}

/// What is known for one topic of a provider; each document, link and sample by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// The texts, those behind addresses too as far as they were fetched.
    pub documents: Vec<Document>,
    /// Where texts come from.
    pub links: Vec<DocumentLink>,
    /// The samples of the topic.
    pub samples: Vec<Sample>,
    /// The scripts that a new one is written after.
    pub precedents: Precedents,
}

/// The scripts that a new one is written after.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Precedents {
    /// The newest version saved so far; zero when there is none.
    pub latest_version: u32,
    /// The source of the script in use.
    pub active: Option<String>,
    /// The newest script that is in use for this topic at another provider.
    pub elsewhere: Option<ScriptOfAnother>,
}

/// What storage can do with knowledge. What a person changes is written with their act, in one
/// transaction; an act that removes nothing is none.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait KnowledgeRepository: Send + Sync {
    /// All that is known for a topic of a provider, as of one moment.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn known(&self, provider: &ProviderSlug, topic: Topic) -> Result<Known, StoreError>;

    /// Adds a document or replaces the one of the same name, its address too.
    ///
    /// # Errors
    /// When the database fails or the text holds a NUL character.
    async fn put_document(
        &self,
        provider: &ProviderSlug,
        document: Document,
        act: Act,
    ) -> Result<(), StoreError>;

    /// The document, or none.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn document(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<Option<Document>, StoreError>;

    /// A provider's documents by name.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn documents(&self, provider: &ProviderSlug) -> Result<Vec<Document>, StoreError>;

    /// Adds or replaces a document's address and the state of its last fetch. A text of that name
    /// that does not come from this address is removed in the same transaction.
    ///
    /// # Errors
    /// When the database fails.
    async fn put_link(
        &self,
        provider: &ProviderSlug,
        link: DocumentLink,
        act: Act,
    ) -> Result<(), StoreError>;

    /// Keeps what came of a fetch: its state and, where there is one, the new text. Nothing is kept,
    /// and the answer is no, when the document has another address by now or is gone.
    ///
    /// # Errors
    /// When the database fails or the text holds a NUL character.
    async fn keep_fetched(
        &self,
        provider: &ProviderSlug,
        link: DocumentLink,
        content: Option<String>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The address of a document, or none where it is known by its text alone or not at all.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn link(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<Option<DocumentLink>, StoreError>;

    /// A provider's documents that are known by address, by name.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn links(&self, provider: &ProviderSlug) -> Result<Vec<DocumentLink>, StoreError>;

    /// Removes a document, its address too; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    async fn delete_document(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
        act: Act,
    ) -> Result<bool, StoreError>;

    /// Adds a sample or replaces the one of the same name.
    ///
    /// # Errors
    /// When the database fails or a text holds a NUL character.
    async fn put_sample(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
        sample: Sample,
        act: Act,
    ) -> Result<(), StoreError>;

    /// The sample, or none.
    ///
    /// # Errors
    /// When the database fails or the record is unreadable.
    async fn sample(&self, key: &SampleKey) -> Result<Option<Sample>, StoreError>;

    /// The samples of a provider and topic by name.
    ///
    /// # Errors
    /// When the database fails or a record is unreadable.
    async fn samples(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Vec<Sample>, StoreError>;

    /// Removes a sample; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    async fn delete_sample(&self, key: &SampleKey, act: Act) -> Result<bool, StoreError>;
}
