//! Knowledge through SeaORM.

use async_trait::async_trait;
use domain::{Document, DocumentLink, DocumentName, ProviderSlug, Sample, Timestamp, Topic};

use super::{documents, links, samples};
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
        let provider = provider.clone();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    links::delete(tx, &provider, &document.name).await?;
                    documents::put(tx, &provider, document, now).await
                })
            })
            .await
    }

    async fn put_link(
        &self,
        provider: &ProviderSlug,
        link: DocumentLink,
    ) -> Result<(), StoreError> {
        let provider = provider.clone();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let known = links::get(tx, &provider, &link.name).await?;
                    if known.is_none_or(|known| known.url != link.url) {
                        documents::delete(tx, &provider, &link.name).await?;
                    }
                    links::put(tx, &provider, &link).await
                })
            })
            .await
    }

    async fn keep_fetched(
        &self,
        provider: &ProviderSlug,
        link: DocumentLink,
        content: Option<String>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let provider = provider.clone();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    if !links::update(tx, &provider, &link).await? {
                        return Ok(false);
                    }
                    if let Some(content) = content {
                        let document = Document { name: link.name, content };
                        documents::put(tx, &provider, document, now).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }

    async fn link(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<Option<DocumentLink>, StoreError> {
        links::get(self.db.read(), provider, name).await
    }

    async fn links(&self, provider: &ProviderSlug) -> Result<Vec<DocumentLink>, StoreError> {
        links::list(self.db.read(), provider).await
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
        let (provider, name) = (provider.clone(), name.clone());
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let linked = links::delete(tx, &provider, &name).await?;
                    Ok(documents::delete(tx, &provider, &name).await? || linked)
                })
            })
            .await
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
