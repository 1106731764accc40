//! What is known of a vendor.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::{ConnectionSlug, DocumentName, ProviderSlug, SampleName, ScriptId, Topic};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{is_address, name_of, read_json, read_text};
use crate::api::{KNOWLEDGE, escaped};
use crate::options::Call;
use crate::output::table;
use crate::{Api, ClientError, Outcome, Output};

/// What to do with what is known.
#[derive(Debug, Subcommand)]
pub enum KnowledgeCommand {
    /// Keep a document, or with --topic a sample, for all further jobs.
    Add(Call<Add>),
    /// List a vendor's documents, or with --topic its samples.
    List(Call<List>),
    /// Remove a document, or with --topic a sample.
    Rm(Call<Remove>),
    /// Make a script's calls to the vendor once, and keep what is answered as a sample, masked.
    Record(Call<Record>),
}

/// What to keep.
#[derive(Debug, Args)]
pub struct Add {
    /// The vendor.
    provider: ProviderSlug,
    /// The document's text or address, or the sample's payload as JSON; - for standard input.
    #[arg(value_name = "FILE|URL")]
    what: String,
    /// Whose sample it is; a document where nothing is said.
    #[arg(long)]
    topic: Option<Topic>,
    /// Its name; the file's where nothing is said.
    #[arg(long)]
    name: Option<String>,
    /// The output wanted for the sample, as JSON.
    #[arg(long, value_name = "FILE", requires = "topic")]
    expected: Option<PathBuf>,
}

/// Whose.
#[derive(Debug, Args)]
pub struct List {
    /// The vendor.
    provider: ProviderSlug,
    /// Samples of this topic; documents where nothing is said.
    #[arg(long)]
    topic: Option<Topic>,
}

/// Which one.
#[derive(Debug, Args)]
pub struct Remove {
    /// The vendor.
    provider: ProviderSlug,
    /// Its name.
    name: String,
    /// Whose sample it is; a document where nothing is said.
    #[arg(long)]
    topic: Option<Topic>,
}

/// What to record.
#[derive(Debug, Args)]
pub struct Record {
    /// The vendor.
    provider: ProviderSlug,
    /// What the script does.
    topic: Topic,
    /// Whose calls are made; those of the script in use where nothing is said.
    #[arg(long, value_name = "SCRIPT")]
    script: Option<ScriptId>,
    /// Which of your connections; the one named like the vendor where nothing is said.
    #[arg(long)]
    connection: Option<ConnectionSlug>,
    /// The script's payload, as JSON.
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// The sample's name; "recorded" where nothing is said.
    #[arg(long)]
    name: Option<SampleName>,
}

impl KnowledgeCommand {
    pub(super) async fn run(self) -> Result<Outcome, ClientError> {
        match self {
            Self::Add(call) => call.run(add).await,
            Self::List(call) => call.run(list).await,
            Self::Rm(call) => call.run(remove).await,
            Self::Record(call) => call.run(record).await,
        }
    }
}

async fn add(api: &Api, output: Output, what: Add) -> Result<Outcome, ClientError> {
    let file = PathBuf::from(&what.what);
    let name = what.name.or_else(|| name_of(&file)).filter(|name| name != "-");
    let name = name.ok_or_else(|| ClientError::Use("give what is kept a --name".to_owned()))?;
    let path = place(&what.provider, what.topic, &name)?;
    let body = match what.topic {
        Some(_) => {
            let mut body = Map::new();
            body.insert("payload".to_owned(), read_json(&file)?);
            if let Some(expected) = &what.expected {
                body.insert("expected".to_owned(), read_json(expected)?);
            }
            Value::Object(body)
        }
        None if is_address(&what.what) => json!({"url": what.what}),
        None => json!({"content": read_text(&file)?}),
    };
    let answer = api.put(&path, &body).await?;
    output.show(&answer, || format!("{name} is kept for {}", what.provider))?;
    Ok(Outcome::Done)
}

#[derive(Deserialize)]
struct DocumentLine {
    name: String,
    size: usize,
    url: String,
}

#[derive(Deserialize)]
struct SampleLine {
    name: String,
}

async fn list(api: &Api, output: Output, what: List) -> Result<Outcome, ClientError> {
    let provider = &what.provider;
    if let Some(topic) = what.topic {
        let answer = api.get(&format!("{KNOWLEDGE}/{provider}/{topic}/samples")).await?;
        let samples: Vec<SampleLine> = api.part(&answer, "samples")?;
        let rows = samples.into_iter().map(|sample| [sample.name]).collect();
        output.show(&answer, || table(["NAME"], rows))?;
    } else {
        let answer = api.get(&format!("{KNOWLEDGE}/{provider}/documents")).await?;
        let documents: Vec<DocumentLine> = api.part(&answer, "documents")?;
        let row = |line: DocumentLine| [line.name, line.size.to_string(), line.url];
        let rows = documents.into_iter().map(row).collect();
        output.show(&answer, || table(["NAME", "BYTES", "ADDRESS"], rows))?;
    }
    Ok(Outcome::Done)
}

async fn remove(api: &Api, output: Output, what: Remove) -> Result<Outcome, ClientError> {
    let path = place(&what.provider, what.topic, &what.name)?;
    let answer = api.delete(&path).await?;
    output.show(&answer, || format!("{} of {} is removed", what.name, what.provider))?;
    Ok(Outcome::Done)
}

#[derive(Deserialize)]
struct RecordedPart {
    name: String,
    http: Vec<Value>,
}

async fn record(api: &Api, output: Output, what: Record) -> Result<Outcome, ClientError> {
    let payload = what.payload.as_deref().map(read_json).transpose()?;
    let body = json!({
        "scriptId": what.script, "connection": what.connection, "payload": payload, "name": what.name,
    });
    let path = format!("{KNOWLEDGE}/{}/{}/record", what.provider, what.topic);
    let answer = api.post(&path, &body).await?;
    let sample: RecordedPart = api.part(&answer, "sample")?;
    let error: String = api.part(&answer, "scriptError")?;
    output.show(&answer, || {
        let kept = format!("sample {} is kept, with {} exchanges", sample.name, sample.http.len());
        if error.is_empty() { kept } else { format!("{kept}; the script gave no output: {error}") }
    })?;
    Ok(Outcome::Done)
}

/// Where a document or a sample is.
fn place(provider: &ProviderSlug, topic: Option<Topic>, name: &str) -> Result<String, ClientError> {
    let use_error = |error: domain::NameError| ClientError::Use(error.to_string());
    if let Some(topic) = topic {
        name.parse::<SampleName>().map_err(use_error)?;
        Ok(format!("{KNOWLEDGE}/{provider}/{topic}/samples/{}", escaped(name)))
    } else {
        name.parse::<DocumentName>().map_err(use_error)?;
        Ok(format!("{KNOWLEDGE}/{provider}/documents/{}", escaped(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_address() {
        let till = "till".parse().unwrap();
        assert_eq!(
            place(&till, None, "menü 2?#.md").unwrap(),
            "/api/v1/knowledge/till/documents/men%C3%BC%202%3F%23.md"
        );
        assert!(place(&till, None, "../x").is_err());
        assert!(place(&till, Some(Topic::SyncProducts), "a/b").is_err());
    }
}
