//! Knowledge through SeaORM.

use async_trait::async_trait;
use domain::{Document, DocumentName, ProviderSlug, Sample, Timestamp, Topic};

use super::{documents, samples};
use crate::database::Database;
use crate::{KnowledgeRepository, SampleKey, StoreError};

/// Knowledge in a database.
pub(crate) struct SeaKnowledge {
    db: Database,
}

impl SeaKnowledge {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

#[async_trait]
impl KnowledgeRepository for SeaKnowledge {
    async fn put_document(
        &self,
        provider: &ProviderSlug,
        document: Document,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        documents::put(self.db.write(), provider, document, now).await
    }

    async fn document(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<Option<Document>, StoreError> {
        documents::get(self.db.read(), provider, name).await
    }

    async fn documents(&self, provider: &ProviderSlug) -> Result<Vec<Document>, StoreError> {
        documents::list(self.db.read(), provider).await
    }

    async fn delete_document(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<bool, StoreError> {
        documents::delete(self.db.write(), provider, name).await
    }

    async fn put_sample(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
        sample: Sample,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        samples::put(self.db.write(), provider, topic, &sample, now).await
    }

    async fn sample(&self, key: &SampleKey) -> Result<Option<Sample>, StoreError> {
        samples::get(self.db.read(), key).await
    }

    async fn samples(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Vec<Sample>, StoreError> {
        samples::list(self.db.read(), provider, topic).await
    }

    async fn delete_sample(&self, key: &SampleKey) -> Result<bool, StoreError> {
        samples::delete(self.db.write(), key).await
    }
}
