//! What is known of a provider.

use std::sync::Arc;

use domain::{Clock, Document, DocumentName, ProviderSlug, Sample, Topic};
use store::{KnowledgeRepository, SampleKey};

use crate::EngineError;

/// The use cases of documents and samples.
pub struct Knowledge {
    knowledge: Arc<dyn KnowledgeRepository>,
    clock: Arc<dyn Clock>,
}

impl Knowledge {
    /// Keeps what is known in `knowledge`.
    #[must_use]
    pub fn new(knowledge: Arc<dyn KnowledgeRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { knowledge, clock }
    }

    /// Adds or replaces a document.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when its text cannot be stored.
    pub async fn put_document(
        &self,
        provider: &ProviderSlug,
        document: Document,
    ) -> Result<(), EngineError> {
        Ok(self.knowledge.put_document(provider, document, self.clock.now()).await?)
    }

    /// One document.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn document(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<Document, EngineError> {
        self.knowledge.document(provider, name).await?.ok_or_else(|| no_document(provider, name))
    }

    /// A provider's documents by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn documents(&self, provider: &ProviderSlug) -> Result<Vec<Document>, EngineError> {
        Ok(self.knowledge.documents(provider).await?)
    }

    /// Removes a document.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn delete_document(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<(), EngineError> {
        let removed = self.knowledge.delete_document(provider, name).await?;
        removed.then_some(()).ok_or_else(|| no_document(provider, name))
    }

    /// Adds or replaces a sample.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when it has neither payload nor exchanges, or cannot be stored.
    pub async fn put_sample(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
        sample: Sample,
    ) -> Result<(), EngineError> {
        if sample.payload.is_none() && sample.http.is_empty() {
            return Err(EngineError::Invalid {
                field: "payload".to_owned(),
                message: "a sample needs a payload or recorded http exchanges".to_owned(),
            });
        }
        Ok(self.knowledge.put_sample(provider, topic, sample, self.clock.now()).await?)
    }

    /// One sample.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn sample(&self, key: &SampleKey) -> Result<Sample, EngineError> {
        self.knowledge.sample(key).await?.ok_or_else(|| no_sample(key))
    }

    /// The samples of a provider and topic by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn samples(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Vec<Sample>, EngineError> {
        Ok(self.knowledge.samples(provider, topic).await?)
    }

    /// Removes a sample.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn delete_sample(&self, key: &SampleKey) -> Result<(), EngineError> {
        self.knowledge.delete_sample(key).await?.then_some(()).ok_or_else(|| no_sample(key))
    }
}

fn no_document(provider: &ProviderSlug, name: &DocumentName) -> EngineError {
    EngineError::NotFound { what: format!("document {name} of {provider}") }
}

fn no_sample(key: &SampleKey) -> EngineError {
    EngineError::NotFound { what: format!("sample {} of {} {}", key.name, key.provider, key.topic) }
}
