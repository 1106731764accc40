//! Connections to vendors' accounts.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::{ConnectionSlug, ConnectionStatus, ProviderSlug};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{is_input, read_json, read_text};
use crate::options::Call;
use crate::output::{plain, table};
use crate::screen::say;
use crate::{Api, ClientError, Outcome, Output};

const CONNECTIONS: &str = "/api/v1/provider-connections";

/// What to do with connections.
#[derive(Debug, Subcommand)]
pub enum ConnectionsCommand {
    /// List your connections.
    List(Call<List>),
    /// Show a connection without its secrets.
    Show(Call<One>),
    /// Add or replace a connection; secrets that are not given stay.
    Put(Call<Put>),
    /// Remove a connection and its secrets.
    Rm(Call<One>),
    /// Test a connection with the vendor's active script for it.
    Test(Call<One>),
    /// List the locations of a connection's account.
    Outlets(Call<One>),
}

/// All of them.
#[derive(Debug, Args)]
pub struct List {}

/// Which connection.
#[derive(Debug, Args)]
pub struct One {
    /// The connection's name.
    slug: ConnectionSlug,
}

/// A connection as it is to be.
#[derive(Debug, Args)]
#[command(
    after_help = "Secrets are no flags, which other processes could read: they come from files, \
                        from standard input (-), or from FORGE_CONNECTION_API_KEY and \
                        FORGE_CONNECTION_API_SECRET."
)]
pub struct Put {
    /// The connection's name.
    slug: ConnectionSlug,
    /// All of it as JSON, as the API takes it (baseUrl, apiKey, config, …); - for standard input. The
    /// flags come before what it says.
    #[arg(value_name = "FILE")]
    whole: Option<PathBuf>,
    /// The vendor; the connection's own name where nothing is said.
    #[arg(long)]
    provider: Option<ProviderSlug>,
    /// Where the vendor's API begins.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Where the vendor sends its webhooks.
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// A further host that scripts may call; as often as there are such.
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// What else the account needs, as JSON; - for standard input.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A file with the credential, or its first half; - for standard input.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// A file with the second half of the credential; - for standard input.
    #[arg(long, value_name = "FILE")]
    api_secret_file: Option<PathBuf>,
    /// Switch it off: no script is run against it.
    #[arg(long)]
    disabled: bool,
}

impl ConnectionsCommand {
    pub(super) async fn run(self) -> Result<Outcome, ClientError> {
        match self {
            Self::List(call) => call.run(list).await,
            Self::Show(call) => call.run(show).await,
            Self::Put(call) => call.run(put).await,
            Self::Rm(call) => call.run(remove).await,
            Self::Test(call) => call.run(test).await,
            Self::Outlets(call) => call.run(outlets).await,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    slug: String,
    provider: String,
    status: ConnectionStatus,
    message: String,
    base_url: String,
    tested_at: String,
}

async fn list(api: &Api, output: Output, _: List) -> Result<Outcome, ClientError> {
    let answer = api.get(CONNECTIONS).await?;
    let lines: Vec<Line> = api.part(&answer, "connections")?;
    let row = |line: Line| {
        let status = line.status.to_string();
        [line.slug, line.provider, status, line.base_url, line.tested_at, line.message]
    };
    let rows = lines.into_iter().map(row).collect();
    let heading = ["NAME", "PROVIDER", "STATUS", "ADDRESS", "TESTED", "MESSAGE"];
    output.show(&answer, || table(heading, rows))?;
    Ok(Outcome::Done)
}

async fn show(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let answer = api.get(&format!("{CONNECTIONS}/{}", what.slug)).await?;
    let connection: Value = api.part(&answer, "connection")?;
    output.show(&answer, || format!("{connection:#}"))?;
    Ok(Outcome::Done)
}

async fn put(api: &Api, output: Output, what: Put) -> Result<Outcome, ClientError> {
    let slug = what.slug.clone();
    let body = what.body(|name| std::env::var(name).ok())?;
    let answer = api.put(&format!("{CONNECTIONS}/{slug}"), &Value::Object(body)).await?;
    output.show(&answer, || {
        format!("connection {slug} is kept; try it with \"adapter-forge connections test {slug}\"")
    })?;
    Ok(Outcome::Done)
}

async fn remove(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let answer = api.delete(&format!("{CONNECTIONS}/{}", what.slug)).await?;
    output.show(&answer, || format!("connection {} is removed", what.slug))?;
    Ok(Outcome::Done)
}

async fn test(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let answer = api.act(&format!("{CONNECTIONS}/{}/test", what.slug)).await?;
    let status: ConnectionStatus = api.part(&answer, "status")?;
    let result: String = api.part(&answer, "result")?;
    output.show(&answer, || format!("connection {}: {status}: {}", what.slug, plain(&result)))?;
    Ok(if status == ConnectionStatus::Connected { Outcome::Done } else { Outcome::Failed })
}

#[derive(Deserialize)]
struct Ran {
    output: Value,
    violations: Vec<String>,
}

async fn outlets(api: &Api, output: Output, what: One) -> Result<Outcome, ClientError> {
    let answer = api.get(&format!("{CONNECTIONS}/{}/remote-outlets", what.slug)).await?;
    let ran: Ran = api.part(&answer, "run")?;
    for violation in &ran.violations {
        say(&format!("breaks the contract: {}", plain(violation)));
    }
    output.show(&answer, || format!("{:#}", ran.output))?;
    Ok(if ran.violations.is_empty() { Outcome::Done } else { Outcome::Failed })
}

impl Put {
    /// The request: the whole, then the flags, then the secrets. `environment` gives variables.
    fn body(
        self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Map<String, Value>, ClientError> {
        let files = [&self.whole, &self.config, &self.api_key_file, &self.api_secret_file];
        let inputs = files.into_iter().flatten().filter(|file| is_input(file)).count();
        if inputs > 1 {
            let message = "only one of the files can be standard input (-)";
            return Err(ClientError::Use(message.to_owned()));
        }
        let mut body = match &self.whole {
            None => Map::new(),
            Some(file) => read_object(file)?,
        };
        let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
        if let Some(provider) = self.provider {
            set("provider", json!(provider));
        }
        if let Some(url) = self.base_url {
            set("baseUrl", json!(url));
        }
        if let Some(url) = self.webhook_url {
            set("webhookUrl", json!(url));
        }
        if !self.allow_host.is_empty() {
            set("allowHosts", json!(self.allow_host));
        }
        if let Some(file) = &self.config {
            set("config", read_json(file)?);
        }
        if self.disabled {
            set("status", json!(ConnectionStatus::Disabled));
        }
        for (name, file, variable) in [
            ("apiKey", &self.api_key_file, "FORGE_CONNECTION_API_KEY"),
            ("apiSecret", &self.api_secret_file, "FORGE_CONNECTION_API_SECRET"),
        ] {
            let secret = match file {
                // Editors end a file with a line's end that is no part of the secret.
                Some(file) => Some(read_text(file)?.trim_end_matches(['\r', '\n']).to_owned()),
                None => environment(variable).filter(|secret| !secret.is_empty()),
            };
            if let Some(secret) = secret {
                set(name, Value::String(secret));
            }
        }
        Ok(body)
    }
}

fn read_object(file: &Path) -> Result<Map<String, Value>, ClientError> {
    serde_json::from_value(read_json(file)?).map_err(|_| ClientError::File {
        file: file.to_owned(),
        why: "it must be a JSON object, like {\"baseUrl\": …}".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put() -> Put {
        Put {
            slug: "my-till".parse().unwrap(),
            whole: None,
            provider: None,
            base_url: None,
            webhook_url: None,
            allow_host: Vec::new(),
            config: None,
            api_key_file: None,
            api_secret_file: None,
            disabled: false,
        }
    }

    fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn flags_come_before_the_whole_and_secrets_from_files_before_those_of_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let whole =
            r#"{"baseUrl": "https://a", "webhookUrl": "https://w", "apiKey": "of the whole"}"#;
        let what = Put {
            whole: Some(file(&folder, "account.json", whole)),
            base_url: Some("https://b".to_owned()),
            allow_host: vec!["cdn.example".to_owned()],
            api_secret_file: Some(file(&folder, "secret", "of the file\n")),
            disabled: true,
            ..put()
        };
        let body = what.body(|name| Some(format!("of {name}"))).unwrap();
        assert_eq!(
            Value::Object(body),
            json!({"baseUrl": "https://b", "webhookUrl": "https://w",
                "apiKey": "of FORGE_CONNECTION_API_KEY", "allowHosts": ["cdn.example"],
                "status": "disabled", "apiSecret": "of the file"})
        );
    }

    #[test]
    fn what_is_not_said_is_left_out_so_that_secrets_stay() {
        assert!(put().body(|_| None).unwrap().is_empty());
        assert!(put().body(|_| Some(String::new())).unwrap().is_empty());
    }

    #[test]
    fn standard_input_is_read_once_and_the_whole_is_an_object() {
        let input = || Some(PathBuf::from("-"));
        let twice = Put { config: input(), api_key_file: input(), ..put() };
        assert!(twice.body(|_| None).unwrap_err().to_string().contains("standard input"));
        let folder = tempfile::tempdir().unwrap();
        let list = Put { whole: Some(file(&folder, "list.json", "[]")), ..put() };
        assert!(list.body(|_| None).unwrap_err().to_string().contains("JSON object"));
    }
}
