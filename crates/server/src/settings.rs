//! Configuration: the embedded defaults, then a file, then `FORGE__…` environment variables.

mod authors;
mod connections;
mod console;
mod database;
mod knowledge;
mod limits;
mod mcp;
mod review;
mod sandbox;
mod server;
mod traces;
mod vault;
pub(crate) mod webhooks;
mod worker;

use std::path::Path;

use anyhow::{Context as _, bail};
use config::{Config, Environment, File, FileFormat};
use serde::{Deserialize, Deserializer, de};

pub(crate) use authors::{AuthorsSettings, ReplaySettings};
use connections::ConnectionSettings;
use console::ConsoleSettings;
use database::DatabaseSettings;
pub(crate) use database::DatabaseUrl;
use knowledge::KnowledgeSettings;
use limits::LimitSettings;
use mcp::McpSettings;
use review::ReviewSettings;
pub(crate) use sandbox::{SandboxRequire, SandboxSettings};
use server::ServerSettings;
pub(crate) use traces::TraceSettings;
use vault::VaultSettings;
use webhooks::WebhookSettings;
use worker::WorkerSettings;

/// The longest time that makes sense for anything that is waited for.
const DAY_SECONDS: u64 = 86_400;
/// The largest of any other number: far above what a machine has, far below where sums overflow.
const MOST: u64 = 1 << 32;

const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// All of `config/default.toml`, checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) server: ServerSettings,
    pub(crate) limits: LimitSettings,
    pub(crate) database: DatabaseSettings,
    pub(crate) worker: WorkerSettings,
    pub(crate) sandbox: SandboxSettings,
    pub(crate) authors: AuthorsSettings,
    pub(crate) replay: ReplaySettings,
    pub(crate) knowledge: KnowledgeSettings,
    pub(crate) webhooks: WebhookSettings,
    pub(crate) review: ReviewSettings,
    pub(crate) mcp: McpSettings,
    pub(crate) connections: ConnectionSettings,
    pub(crate) console: ConsoleSettings,
    pub(crate) vault: VaultSettings,
    pub(crate) log: LogSettings,
    pub(crate) traces: TraceSettings,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSettings {
    pub(crate) format: LogFormat,
    pub(crate) filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Human,
    Json,
}

impl Settings {
    /// Reads defaults, `file` and the environment, in this order.
    ///
    /// # Errors
    /// When a source cannot be read or a value is not acceptable; the message names it in one line.
    pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        Self::from_sources(file, environment())
    }

    fn from_sources(file: Option<&Path>, environment: Environment) -> anyhow::Result<Self> {
        let mut sources = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = file {
            sources = sources.add_source(File::from(path).format(FileFormat::Toml));
        }
        let mut settings: Self =
            sources.add_source(environment).build().and_then(Config::try_deserialize).map_err(
                |error| anyhow::anyhow!("bad configuration: {}", one_line(&error.to_string())),
            )?;
        settings.read_url_file()?;
        settings.check()?;
        Ok(settings)
    }

    fn read_url_file(&mut self) -> anyhow::Result<()> {
        let path = &self.database.url_file;
        if !path.is_empty() {
            let url = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read database.url_file {path}"))?;
            self.database.url = DatabaseUrl::new(url.trim());
        }
        Ok(())
    }

    fn check(&self) -> anyhow::Result<()> {
        self.authors.check()?;
        self.replay.check()?;
        self.limits.check()?;
        self.traces.check()?;
        let url = self.database.url.expose();
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
            bail!("bad configuration: database.url must start with sqlite:// or postgres://");
        }
        let numbers = [
            ("server.body_limit_bytes", self.server.body_limit_bytes as u64),
            ("server.header_timeout_seconds", self.server.header_timeout_seconds),
            ("server.body_timeout_seconds", self.server.body_timeout_seconds),
            ("server.request_timeout_seconds", self.server.request_timeout_seconds),
            ("server.max_connections", self.server.max_connections as u64),
            ("server.listener_heartbeat_seconds", self.server.listener_heartbeat_seconds),
            ("console.session_seconds", self.console.session_seconds),
            ("database.max_connections", u64::from(self.database.max_connections)),
            ("database.acquire_timeout_seconds", self.database.acquire_timeout_seconds),
            ("worker.lease_seconds", self.worker.lease_seconds),
            ("worker.heartbeat_seconds", self.worker.heartbeat_seconds),
            ("worker.poll_milliseconds", self.worker.poll_milliseconds),
            ("worker.deaths", u64::from(self.worker.deaths)),
            ("sandbox.concurrency", self.sandbox.concurrency as u64),
            ("sandbox.wall_milliseconds", self.sandbox.wall_milliseconds),
            ("sandbox.memory_mebibytes", self.sandbox.memory_mebibytes as u64),
            ("knowledge.fetch_timeout_seconds", self.knowledge.fetch_timeout_seconds),
            ("connections.run_milliseconds", self.connections.run_milliseconds),
            ("connections.call_seconds", self.connections.call_seconds),
            ("connections.max_response_bytes", self.connections.max_response_bytes as u64),
            ("connections.calls_per_minute", u64::from(self.connections.calls_per_minute)),
            ("connections.burst", u64::from(self.connections.burst)),
            ("knowledge.max_document_bytes", self.knowledge.max_document_bytes as u64),
        ];
        for (key, value) in numbers {
            let most = if key.ends_with("_seconds") { DAY_SECONDS } else { MOST };
            if !(1..=most).contains(&value) {
                bail!("bad configuration: {key} must be from 1 to {most}, not {value}");
            }
        }
        for (key, value) in [
            ("server.max_listeners", self.server.max_listeners as u64),
            ("server.drain_seconds", self.server.drain_seconds),
            ("worker.grace_seconds", self.worker.grace_seconds),
            ("knowledge.refetch_seconds", self.knowledge.refetch_seconds),
            ("worker.keep_jobs_days", u64::from(self.worker.keep_jobs_days)),
            ("database.min_connections", u64::from(self.database.min_connections)),
            ("database.patience_seconds", self.database.patience_seconds),
            ("worker.concurrency", self.worker.concurrency as u64),
            ("sandbox.spares", self.sandbox.spares as u64),
        ] {
            if value > DAY_SECONDS {
                bail!("bad configuration: {key} must be from 0 to {DAY_SECONDS}, not {value}");
            }
        }
        if self.worker.heartbeat_seconds * 3 > self.worker.lease_seconds {
            bail!(
                "bad configuration: worker.heartbeat_seconds must be at most a third of \
                 worker.lease_seconds ({}), so that a lease outlives a missed renewal",
                self.worker.lease_seconds
            );
        }
        Ok(())
    }
}

/// `FORGE__SERVER__PORT` and its like.
fn environment() -> Environment {
    Environment::with_prefix("FORGE")
        .prefix_separator("__")
        .separator("__")
        .try_parsing(true)
        .list_separator(",")
        .with_list_parse_key("authors.chain")
}

/// Entries divided by commas, so that an environment variable can hold them.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(deserializer)?;
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| entry.parse().map_err(|error| de::Error::custom(format!("{entry}: {error}"))))
        .collect()
}

/// A message that a library spread over lines, on one, and without the text that it found where it
/// wanted something else: that may be a secret under the wrong key.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match (line.find("string \""), line.rfind('"')) {
        (Some(start), Some(end)) if start + 8 <= end => {
            let (before, rest) = line.split_at(start);
            let (_, after) = rest.split_at(end + 1 - start);
            format!("{before}a text{after}")
        }
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn load(variables: &[(&str, &str)]) -> anyhow::Result<Settings> {
        let variables: HashMap<String, String> =
            variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Settings::from_sources(None, environment().source(Some(variables)))
    }

    fn error(variables: &[(&str, &str)]) -> String {
        load(variables).unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_complete_and_valid() {
        let settings = load(&[]).unwrap();
        assert_eq!(settings.server.port, 8080);
        assert_eq!(settings.log.format, LogFormat::Human);
        assert_eq!(settings.sandbox.limits().memory_bytes, 64 << 20);
        assert!(!settings.review.four_eyes);
        assert_eq!(settings.mcp.hosts, ["localhost", "127.0.0.1", "::1"]);
        assert!(settings.mcp.serve && settings.mcp.origins.is_empty());
        assert_eq!(settings.authors.chain, ["synth".parse().unwrap()]);
        assert!(settings.authors.models.is_empty());
    }

    #[test]
    fn the_environment_overrides_the_defaults() {
        let settings =
            load(&[("FORGE__SERVER__PORT", "9000"), ("FORGE__LOG__FORMAT", "json")]).unwrap();
        assert_eq!((settings.server.port, settings.log.format), (9000, LogFormat::Json));
    }

    #[test]
    fn the_environment_can_name_a_model_and_a_chain() {
        let settings = load(&[
            ("FORGE__AUTHORS__CHAIN", "local,synth"),
            ("FORGE__AUTHORS__LOCAL__KIND", "ollama"),
            ("FORGE__AUTHORS__LOCAL__MODEL", "4"),
            ("FORGE__AUTHORS__LOCAL__PRICE__INPUT", "1"),
            ("FORGE__AUTHORS__LOCAL__PRICE__OUTPUT", "2.5"),
            ("FORGE__AUTHORS__LOCAL__BUDGET__JOB_DOLLARS", "1"),
        ])
        .unwrap();
        let local = "local".parse().unwrap();
        assert_eq!(settings.authors.chain[0], local);
        assert_eq!(settings.authors.models[&local].model, "4");
    }

    #[test]
    fn only_public_hosts_are_called_unless_the_configuration_says_otherwise() {
        let may = |variables: &[(&str, &str)], url: &str| {
            load(variables).unwrap().knowledge.guard().check_url(url).is_ok()
        };
        assert!(may(&[], "https://docs.vendor.example/api.yaml"));
        assert!(!may(&[], "https://127.0.0.1/") && !may(&[], "http://docs.vendor.example/"));
        let hosts = [("FORGE__KNOWLEDGE__ALLOW_HOSTS", "*.vendor.example, docs.till.example")];
        assert!(
            may(&hosts, "https://docs.till.example/") && !may(&hosts, "https://other.example/")
        );
        let own = [
            ("FORGE__KNOWLEDGE__ALLOW_PRIVATE", "127.0.0.1:9000"),
            ("FORGE__KNOWLEDGE__ALLOW_HTTP", "true"),
        ];
        assert!(may(&own, "http://127.0.0.1:9000/") && !may(&own, "http://127.0.0.1:9001/"));
    }

    #[test]
    fn a_mistake_is_one_line_that_names_the_key() {
        let mistakes = [
            (("FORGE__SERVER__PROT", "1"), "prot"),
            (("FORGE__SERVER__PORT", "70000"), "port"),
            (("FORGE__SERVER__HOST", "here"), "host"),
            (("FORGE__LOG__FORMAT", "xml"), "xml"),
            (("FORGE__DATABASE__URL", "mysql://x"), "database.url"),
            (("FORGE__SANDBOX__CONCURRENCY", "0"), "sandbox.concurrency"),
            (("FORGE__WORKER__HEARTBEAT_SECONDS", "30"), "worker.heartbeat_seconds"),
            (("FORGE__WORKER__LEASE_SECONDS", "9223372036854775807"), "worker.lease_seconds"),
            (("FORGE__WORKER__GRACE_SECONDS", "9223372036854775807"), "worker.grace_seconds"),
            (
                ("FORGE__SANDBOX__MEMORY_MEBIBYTES", "9223372036854775807"),
                "sandbox.memory_mebibytes",
            ),
            (("FORGE__DATABASE__URL_FILE", "/no/such/file"), "database.url_file"),
            (("FORGE__AUTHORS__CHAIN", "Synth"), "authors.chain"),
            (("FORGE__AUTHORS__LOCAL__KIND", "skynet"), "authors.local"),
            (("FORGE__AUTHORS__SYNTH__KIND", "ollama"), "authors.synth"),
            (("FORGE__LIMITS__KEY_BURST", "0"), "limits.key_burst"),
            (("FORGE__TRACES__ENDPOINT", "collector:4318"), "traces.endpoint"),
            (("FORGE__TRACES__SHARE", "1.5"), "traces.share"),
            (("FORGE__REPLAY__MODE", "play"), "replay.directory"),
            (("FORGE__WEBHOOKS__ALLOW_PRIVATE", "127.0.0.1"), "127.0.0.1"),
            (("FORGE__KNOWLEDGE__ALLOW_HOSTS", "docs.example, a b"), "a b"),
            (("FORGE__KNOWLEDGE__ALLOW_PRIVATE", "127.0.0.1"), "127.0.0.1"),
            (("FORGE__CONNECTIONS__BURST", "0"), "connections.burst"),
            (("FORGE__CONSOLE__SESSION_SECONDS", "0"), "console.session_seconds"),
            (("FORGE__CONSOLE__SIGN_INS_PER_MINUTE", "0"), "sign_ins_per_minute"),
            (("FORGE__KNOWLEDGE__MAX_DOCUMENT_BYTES", "0"), "knowledge.max_document_bytes"),
        ];
        for (variable, named) in mistakes {
            let message = error(&[variable]);
            assert!(message.contains(named), "{variable:?}: {message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }

    #[test]
    fn a_secret_under_the_wrong_key_is_not_printed() {
        let message = error(&[("FORGE__DATABASE__MAX_CONNECTIONS", "postgres://u:s3cret@db")]);
        assert!(message.contains("max_connections") && !message.contains("s3cret"), "{message}");
    }

    #[test]
    fn the_url_can_come_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "postgres://forge@db/forge\n").unwrap();
        let path = file.path().to_str().unwrap();
        let settings = load(&[("FORGE__DATABASE__URL_FILE", path)]).unwrap();
        assert_eq!(settings.database.url.expose(), "postgres://forge@db/forge");
    }
}
