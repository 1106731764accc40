//! Knowledge through SeaORM.

use async_trait::async_trait;
use domain::{Act, Document, DocumentLink, DocumentName, ProviderSlug, Sample, Timestamp, Topic};

use super::{documents, known, links, samples};
use crate::audit::write::append;
use crate::database::Database;
use crate::{KnowledgeRepository, Known, SampleKey, StoreError};

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
    async fn known(&self, provider: &ProviderSlug, topic: Topic) -> Result<Known, StoreError> {
        known::read(self.db.read(), self.db.dialect(), provider, topic).await
    }

    async fn put_document(
        &self,
        provider: &ProviderSlug,
        document: Document,
        act: Act,
    ) -> Result<(), StoreError> {
        let provider = provider.clone();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    links::delete(tx, &provider, &document.name).await?;
                    documents::put(tx, &provider, document, act.at).await?;
                    append(tx, act).await
                })
            })
            .await
    }

    async fn put_link(
        &self,
        provider: &ProviderSlug,
        link: DocumentLink,
        act: Act,
    ) -> Result<(), StoreError> {
        let provider = provider.clone();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let known = links::get(tx, &provider, &link.name).await?;
                    if known.is_none_or(|known| known.url != link.url) {
                        documents::delete(tx, &provider, &link.name).await?;
                    }
                    links::put(tx, &provider, &link).await?;
                    append(tx, act).await
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
        act: Act,
    ) -> Result<bool, StoreError> {
        let (provider, name) = (provider.clone(), name.clone());
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let linked = links::delete(tx, &provider, &name).await?;
                    let removed = documents::delete(tx, &provider, &name).await? || linked;
                    if removed {
                        append(tx, act).await?;
                    }
                    Ok(removed)
                })
            })
            .await
    }

    async fn put_sample(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
        sample: Sample,
        act: Act,
    ) -> Result<(), StoreError> {
        let provider = provider.clone();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    samples::put(tx, &provider, topic, &sample, act.at).await?;
                    append(tx, act).await
                })
            })
            .await
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

    async fn delete_sample(&self, key: &SampleKey, act: Act) -> Result<bool, StoreError> {
        let key = key.clone();
        self.db
            .unit(move |tx| {
                Box::pin(async move {
                    let removed = samples::delete(tx, &key).await?;
                    if removed {
                        append(tx, act).await?;
                    }
                    Ok(removed)
                })
            })
            .await
    }
}
