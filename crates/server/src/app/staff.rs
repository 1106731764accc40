//! Who writes scripts: the synthesizer, and the models of the configuration.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use authors::{LlmAuthor, Synthesizer};
use engine::{Authors, Engaged};
use sandbox::ScriptRunner;

use crate::settings::Settings;

/// All authors. No model is called yet, but each has its key.
///
/// # Errors
/// When a model has no key where its settings say, or the chain names somebody else.
pub(super) fn engage(
    settings: &Settings,
    runner: &Arc<dyn ScriptRunner>,
) -> anyhow::Result<Authors> {
    let limits = settings.sandbox.limits();
    let synthesizer = Arc::new(Synthesizer::new(Arc::clone(runner), limits));
    let mut all = vec![Engaged::free(synthesizer.clone())];
    for (name, model) in &settings.authors.models {
        let (per_job, per_day) = (model.budget.per_job(), model.budget.per_day());
        let replay = settings.replay.replay();
        let author = LlmAuthor::new(name.clone(), model.clone(), replay, Some(synthesizer.clone()))
            .map_err(|error| anyhow!("bad configuration: authors.{name}.{error}"))?;
        all.push(Engaged { author: Arc::new(author), per_job, per_day, wall: model.longest() });
    }
    let authors = Authors::new(all, settings.authors.chain.clone())
        .context("bad configuration: authors.chain")?;
    let bounds = settings.authors.models.iter();
    let bounds = bounds.filter_map(|(name, model)| Some((name.clone(), model.concurrency?)));
    Ok(bounds.fold(authors, |authors, (name, jobs)| authors.bounded(name, jobs)))
}
