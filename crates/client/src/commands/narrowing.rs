//! What lists of jobs, of scripts and of acts are narrowed by.

use clap::Args;
use domain::{ProviderSlug, Topic};

/// What all have.
#[derive(Debug, Args)]
pub(super) struct Narrowing {
    /// Only of this vendor.
    #[arg(long)]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[arg(long)]
    topic: Option<Topic>,
    /// How many at most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
}

impl Narrowing {
    /// The query of a list, with the status that is wanted.
    pub(super) fn query(self, status: Option<impl ToString>) -> Vec<(&'static str, String)> {
        let parts = [
            ("limit", Some(self.limit.to_string())),
            ("status", status.map(|status| status.to_string())),
            ("provider", self.provider.map(String::from)),
            ("topic", self.topic.map(|topic| topic.to_string())),
        ];
        parts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
