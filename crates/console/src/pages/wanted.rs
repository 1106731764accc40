//! Which jobs, scripts or failures of a list are wanted.

use std::str::FromStr;

use domain::{ProviderSlug, Topic};
use serde::Deserialize;
use store::PageRequest;

/// What narrows a list, and where its page begins. What does not narrow is empty, as a form sends it, and
/// what is no filter does not narrow.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    status: String,
    provider: String,
    topic: String,
    before: String,
}

impl Wanted {
    pub(super) fn status<S: FromStr>(&self) -> Option<S> {
        self.status.parse().ok()
    }

    pub(super) fn provider(&self) -> Option<ProviderSlug> {
        self.provider.trim().parse().ok()
    }

    pub(super) fn topic(&self) -> Option<Topic> {
        self.topic.parse().ok()
    }

    pub(super) fn page(&self, limit: u32) -> PageRequest {
        PageRequest { before: self.before.parse().ok(), limit }
    }
}

/// What a list is narrowed by, in words: for its form, and for the address of its next page.
pub(super) struct Narrowed {
    pub(super) status: &'static str,
    pub(super) provider: String,
    pub(super) topic: &'static str,
}

impl Narrowed {
    pub(super) fn new(
        status: Option<&'static str>,
        provider: Option<ProviderSlug>,
        topic: Option<Topic>,
    ) -> Self {
        Self {
            status: status.unwrap_or_default(),
            provider: provider.map(String::from).unwrap_or_default(),
            topic: topic.map_or("", Topic::as_str),
        }
    }

    /// The address of the page after this one, where `list` is that of the list up to its query's end, such
    /// as `/jobs?`; empty when this is the last.
    pub(super) fn next(&self, list: &str, next: Option<i64>) -> String {
        let Self { status, provider, topic } = self;
        next.map_or_else(String::new, |before| {
            format!("{list}status={status}&provider={provider}&topic={topic}&before={before}")
        })
    }
}
