//! `[authors]`: the order in which authors are tried, and beside it a table for each model.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use authors::{LlmSettings, Replay};
use config::Value;
use domain::AuthorName;
use serde::de::{Deserialize, Deserializer, Error};

/// The author that needs no table.
const BUILT_IN: &str = "synth";
const CHAIN: &str = "chain";

/// Who may write.
#[derive(Debug, Clone)]
pub(crate) struct AuthorsSettings {
    /// Who is tried for a job that names no author, in order.
    pub(crate) chain: Vec<AuthorName>,
    /// The language models.
    pub(crate) models: BTreeMap<AuthorName, LlmSettings>,
}

impl AuthorsSettings {
    /// The synthesizer alone, which cannot fail: its name is a name.
    pub(crate) fn built_in() -> anyhow::Result<Self> {
        Ok(Self { chain: vec![BUILT_IN.parse()?], models: BTreeMap::new() })
    }

    /// Looks for what cannot work, as far as that can be seen without a key.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        for (name, model) in &self.models {
            if name.as_str() == BUILT_IN {
                bail!(
                    "bad configuration: authors.{name} is built in and takes no settings; give the \
                     model another name"
                );
            }
            model.check().map_err(|error| anyhow!("bad configuration: authors.{name}.{error}"))?;
        }
        Ok(())
    }
}

/// Read table by table, so that a mistake is reported with the author's name.
impl<'de> Deserialize<'de> for AuthorsSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tables = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let chain = tables.remove(CHAIN).ok_or_else(|| D::Error::missing_field("authors.chain"))?;
        let chain: Vec<AuthorName> = chain
            .try_deserialize()
            .map_err(|error| D::Error::custom(format!("authors.{CHAIN}: {error}")))?;
        let mut models = BTreeMap::new();
        for (name, table) in tables {
            let wrong = |error: &dyn std::fmt::Display| {
                D::Error::custom(format!("authors.{name}: {error}"))
            };
            let author: AuthorName = name.parse().map_err(|error| wrong(&error))?;
            models.insert(author, table.try_deserialize().map_err(|error| wrong(&error))?);
        }
        Ok(Self { chain, models })
    }
}

/// `[replay]`: where the replies of models come from.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplaySettings {
    mode: ReplayMode,
    directory: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum ReplayMode {
    Off,
    Record,
    Play,
}

impl ReplaySettings {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if self.mode != ReplayMode::Off && self.directory.as_os_str().is_empty() {
            bail!("bad configuration: replay.directory must name a directory for the replies");
        }
        Ok(())
    }

    pub(crate) fn replay(&self) -> Replay {
        match self.mode {
            ReplayMode::Off => Replay::Off,
            ReplayMode::Record => Replay::Record(self.directory.clone()),
            ReplayMode::Play => Replay::Play(self.directory.clone()),
        }
    }
}
