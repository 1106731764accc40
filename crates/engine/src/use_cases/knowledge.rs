//! What is known of a provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{
    Act, Actor, AuditAction, Clock, Document, DocumentLink, DocumentName, FetchState, ProviderSlug,
    Sample, Topic,
};
use egress::Egress;
use store::{KnowledgeRepository, SampleKey};
use url::Url;

use crate::EngineError;

/// The use cases of documents and samples.
pub struct Knowledge {
    repository: Arc<dyn KnowledgeRepository>,
    egress: Arc<dyn Egress>,
    clock: Arc<dyn Clock>,
}

/// What is known of a document: its text, where it comes from, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDocument {
    /// Its name within the provider.
    pub name: DocumentName,
    /// The text; empty for one that was not fetched yet.
    pub content: String,
    /// Its address, where the text is fetched from one.
    pub link: Option<DocumentLink>,
}

impl Knowledge {
    /// Keeps what is known in `knowledge`; `egress` says which addresses may be given.
    #[must_use]
    pub fn new(
        knowledge: Arc<dyn KnowledgeRepository>,
        egress: Arc<dyn Egress>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { repository: knowledge, egress, clock }
    }

    /// Reads the address of a document; `field` is what an error names.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when it is none, or one that is not called from here.
    pub fn address(&self, field: &str, text: &str) -> Result<Url, EngineError> {
        let refused = |error: egress::EgressError| EngineError::Invalid {
            field: field.to_owned(),
            message: error.to_string(),
        };
        self.egress.check_url(text).map_err(refused)
    }

    /// Adds or replaces a document by its address. Its text is fetched when the next job of the
    /// provider is gathered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_link(
        &self,
        by: &Actor,
        provider: &ProviderSlug,
        name: DocumentName,
        url: Url,
    ) -> Result<(), EngineError> {
        let known = self.repository.link(provider, &name).await?;
        // Who gives the same address again wants it fetched again; what the text is known by stays.
        let state = match known.filter(|known| known.url == url) {
            Some(known) => FetchState { fetched_at: None, error: String::new(), ..known.state },
            None => FetchState::default(),
        };
        let act = self.act(by, AuditAction::KnowledgeAdded).of(provider).on(&name);
        Ok(self.repository.put_link(provider, DocumentLink { name, url, state }, act).await?)
    }

    /// Adds or replaces a document.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when its text cannot be stored.
    pub async fn put_document(
        &self,
        by: &Actor,
        provider: &ProviderSlug,
        document: Document,
    ) -> Result<(), EngineError> {
        let act = self.act(by, AuditAction::KnowledgeAdded).of(provider).on(&document.name);
        Ok(self.repository.put_document(provider, document, act).await?)
    }

    /// One document.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn document(
        &self,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<KnownDocument, EngineError> {
        let text = self.repository.document(provider, name).await?;
        let link = self.repository.link(provider, name).await?;
        if text.is_none() && link.is_none() {
            return Err(no_document(provider, name));
        }
        let content = text.map(|document| document.content).unwrap_or_default();
        Ok(KnownDocument { name: name.clone(), content, link })
    }

    /// A provider's documents by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn documents(
        &self,
        provider: &ProviderSlug,
    ) -> Result<Vec<KnownDocument>, EngineError> {
        let texts = self.repository.documents(provider).await?;
        let links = self.repository.links(provider).await?;
        let mut known: BTreeMap<DocumentName, KnownDocument> = BTreeMap::new();
        for Document { name, content } in texts {
            known.insert(name.clone(), KnownDocument { name, content, link: None });
        }
        for link in links {
            let name = link.name.clone();
            let unread = KnownDocument { name: name.clone(), content: String::new(), link: None };
            known.entry(name).or_insert(unread).link = Some(link);
        }
        Ok(known.into_values().collect())
    }

    /// Removes a document.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn delete_document(
        &self,
        by: &Actor,
        provider: &ProviderSlug,
        name: &DocumentName,
    ) -> Result<(), EngineError> {
        let act = self.act(by, AuditAction::KnowledgeRemoved).of(provider).on(name);
        let removed = self.repository.delete_document(provider, name, act).await?;
        removed.then_some(()).ok_or_else(|| no_document(provider, name))
    }

    /// Adds or replaces a sample.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when it has neither payload nor exchanges, or cannot be stored.
    pub async fn put_sample(
        &self,
        by: &Actor,
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
        let act = self.act(by, AuditAction::KnowledgeAdded);
        let act = act.of(provider).for_topic(topic).on(&sample.name);
        Ok(self.repository.put_sample(provider, topic, sample, act).await?)
    }

    /// One sample.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn sample(&self, key: &SampleKey) -> Result<Sample, EngineError> {
        self.repository.sample(key).await?.ok_or_else(|| no_sample(key))
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
        Ok(self.repository.samples(provider, topic).await?)
    }

    /// Removes a sample.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none of that name.
    pub async fn delete_sample(&self, by: &Actor, key: &SampleKey) -> Result<(), EngineError> {
        let act = self.act(by, AuditAction::KnowledgeRemoved);
        let act = act.of(&key.provider).for_topic(key.topic).on(&key.name);
        let removed = self.repository.delete_sample(key, act).await?;
        removed.then_some(()).ok_or_else(|| no_sample(key))
    }

    fn act(&self, by: &Actor, action: AuditAction) -> Act {
        Act::new(by, action, self.clock.now())
    }
}

fn no_document(provider: &ProviderSlug, name: &DocumentName) -> EngineError {
    EngineError::NotFound { what: format!("document {name} of {provider}") }
}

fn no_sample(key: &SampleKey) -> EngineError {
    EngineError::NotFound { what: format!("sample {} of {} {}", key.name, key.provider, key.topic) }
}
