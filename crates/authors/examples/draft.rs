//! Shows what the synthesizer makes of one sample, without a server.
//!
//! `cargo run -p authors --example draft -- TOPIC SAMPLE.json [DOCUMENT…]` prints the script, and where
//! each field comes from on standard error, or the question with exit status 2. The sample is
//! `{"payload": …}`, as the API takes it.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use authors::{ScriptAuthor, Synthesizer, Unwatched};
use domain::{Brief, Document, Draft, FieldSource};
use sandbox::{InProcessRunner, Limits};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [topic, sample, documents @ ..] = arguments.as_slice() else {
        anyhow::bail!("usage: draft TOPIC SAMPLE.json [DOCUMENT…]");
    };
    let text = std::fs::read_to_string(sample).with_context(|| format!("cannot read {sample}"))?;
    let mut sample: Value = serde_json::from_str(&text).context("the sample is no JSON")?;
    if let Some(fields) = sample.as_object_mut() {
        fields.entry("name").or_insert_with(|| json!("sample"));
    }
    let documents = documents
        .iter()
        .map(|path| {
            let content =
                std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
            Ok(Document { name: "document".parse()?, content })
        })
        .collect::<anyhow::Result<Vec<Document>>>()?;
    let brief = Brief {
        documents,
        ..Brief::of("my-till".parse()?, topic.parse()?, vec![serde_json::from_value(sample)?])
    };
    let mut out = std::io::stdout();
    let synthesizer = Synthesizer::new(Arc::new(InProcessRunner), Limits::TEST);
    match synthesizer.write(&brief, Unwatched::shared()).await? {
        Draft::Script(script) => {
            out.write_all(script.source.as_bytes())?;
            let mut err = std::io::stderr();
            for FieldSource { field, source, reason, confidence, runner_up } in &script.provenance {
                writeln!(err, "{field}: {source} ({confidence}, {reason}; else {runner_up:?})")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Draft::Question(question) => {
            writeln!(out, "{}", question.render())?;
            Ok(ExitCode::from(2))
        }
    }
}
