//! `adapter-forge generate`.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::{Priority, ProviderSlug, Status, Topic};
use serde_json::{Map, Value, json};

use super::watch::{self, AtRest};
use super::{is_address, is_input, name_of, read_json, read_text};
use crate::output::write;
use crate::screen::say;
use crate::{Api, ClientError, Outcome, Output, Screen};

/// What the script shall do, and what is known.
#[derive(Debug, Args)]
pub struct Generate {
    /// Sample payloads of the vendor, as JSON; standard input where there is no file, or for -.
    #[arg(value_name = "FILE")]
    samples: Vec<PathBuf>,
    /// The vendor, like my-till.
    #[arg(long)]
    provider: ProviderSlug,
    /// What the script shall do, like sync_products.
    #[arg(long)]
    topic: Topic,
    /// The output wanted for the sample, as JSON; once for each sample, in their order.
    #[arg(long, value_name = "FILE")]
    expected: Vec<PathBuf>,
    /// HTTP exchanges recorded with the vendor, as JSON; each file is a sample.
    #[arg(long, value_name = "FILE")]
    http: Vec<PathBuf>,
    /// The account with test values that the samples' scripts see, as JSON: baseUrl, apiKey and so on.
    #[arg(long, value_name = "FILE")]
    connection: Option<PathBuf>,
    /// A document about the vendor: a file, or the address of one.
    #[arg(long, value_name = "FILE|URL")]
    doc: Vec<String>,
    /// Who shall write it; the configured default where nothing is said.
    #[arg(long)]
    author: Option<String>,
    /// Retries after the first attempt, and again after each answer.
    #[arg(long, value_name = "N")]
    max_retries: Option<u32>,
    /// low, normal or high: a job of a higher priority is begun before all of a lower one.
    #[arg(long)]
    priority: Option<Priority>,
    /// Where the server tells of the job when it asks or ends.
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// Follow the job to its end, and answer its questions here.
    #[arg(long)]
    watch: bool,
    /// Do all the work in this process, and print the script; no server is needed and nothing kept.
    #[arg(long)]
    pub offline: bool,
}

/// Starts a job on a server and, if wanted, follows it.
pub(super) async fn generate(
    api: &Api,
    output: Output,
    what: Generate,
) -> Result<Outcome, ClientError> {
    let id = api.generate(&what.request()?).await?;
    if !what.watch {
        output.show_json(&json!({"jobId": id}), || id.to_string())?;
        return Ok(Outcome::Done);
    }
    let at_rest = watch::to_its_end(api, Screen::default(), id).await?;
    super::jobs::show_end(output, &at_rest)
}

/// Starts a job on `api` by a request, follows it to its end and prints the script.
///
/// # Errors
/// When the server does not answer or refuses.
pub async fn generate_with(
    api: &Api,
    output: Output,
    request: &Value,
) -> Result<Outcome, ClientError> {
    let id = api.generate(request).await?;
    let at_rest = watch::to_its_end(api, Screen::default(), id).await?;
    let AtRest { job, answer } = &at_rest;
    match job.status {
        Status::Completed if output.json => {
            output.show(answer, String::new)?;
        }
        Status::Completed => write(&api.source(job.result_script_id).await?)?,
        Status::Failed => say(&format!("the job failed: {}", job.last_word())),
        Status::Pending | Status::Running | Status::NeedsClarification => {
            say(
                "the script needs an answer that nobody gave: say it in a document (--doc), or run this in a terminal",
            );
        }
    }
    Ok(at_rest.outcome())
}

impl Generate {
    /// The body of the request. Reads the files, or standard input.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what it should be.
    pub fn request(&self) -> Result<Value, ClientError> {
        let mut request = Map::new();
        request.insert("provider".to_owned(), json!(self.provider));
        request.insert("topic".to_owned(), json!(self.topic));
        request.insert("samples".to_owned(), Value::Array(self.samples()?));
        let documents: Vec<Value> =
            self.doc.iter().map(|doc| document(doc)).collect::<Result<_, _>>()?;
        request.insert("documents".to_owned(), Value::Array(documents));
        let optional = [
            ("author", self.author.as_ref().map(|name| json!(name))),
            ("maxRetries", self.max_retries.map(|n| json!(n))),
            ("priority", self.priority.map(|priority| json!(priority))),
            ("callbackUrl", self.callback_url.as_ref().map(|url| json!(url))),
        ];
        for (name, value) in optional {
            request.extend(value.map(|value| (name.to_owned(), value)));
        }
        Ok(Value::Object(request))
    }

    fn samples(&self) -> Result<Vec<Value>, ClientError> {
        let mut files = self.samples.clone();
        // What is piped in is a sample, unless samples are named.
        if files.is_empty() && self.http.is_empty() && !std::io::stdin().is_terminal() {
            files.push(PathBuf::from("-"));
        }
        let payloads = files.iter().map(|file| (file, "payload"));
        let exchanges = self.http.iter().map(|file| (file, "http"));
        let mut samples = Vec::new();
        for (file, part) in payloads.chain(exchanges) {
            let mut sample = Map::new();
            if !is_input(file) {
                sample.extend(name_of(file).map(|name| ("name".to_owned(), json!(name))));
            }
            sample.insert(part.to_owned(), read_json(file)?);
            samples.push(sample);
        }
        if self.expected.len() > samples.len() {
            return Err(ClientError::Use(format!(
                "--expected is given {} times for {} samples; give it once for each sample at most",
                self.expected.len(),
                samples.len()
            )));
        }
        for (sample, file) in samples.iter_mut().zip(&self.expected) {
            sample.insert("expected".to_owned(), read_json(file)?);
        }
        if let Some(file) = &self.connection {
            let connection = read_json(file)?;
            for sample in &mut samples {
                sample.insert("connection".to_owned(), connection.clone());
            }
        }
        Ok(samples.into_iter().map(Value::Object).collect())
    }
}

/// A document of a request: its text, or its address.
fn document(doc: &str) -> Result<Value, ClientError> {
    if is_address(doc) {
        let path = doc.split(['?', '#']).next().unwrap_or(doc);
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        return Ok(json!({"name": last, "url": doc}));
    }
    let file = Path::new(doc);
    let name = name_of(file).unwrap_or_else(|| "document".to_owned());
    Ok(json!({"name": name, "content": read_text(file)?}))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        generate: Generate,
    }

    fn request(folder: &tempfile::TempDir, flags: &str) -> Result<Value, ClientError> {
        let folder = folder.path().display().to_string();
        let fixed = "generate --provider till --topic sync_products";
        let line = format!("{fixed} {flags}").replace('@', &format!("{folder}/"));
        Line::try_parse_from(line.split(' ')).unwrap().generate.request()
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn files_become_samples_with_their_names_and_what_is_expected() {
        let folder =
            folder(&[("a.json", "[1]"), ("b.json", "[2]"), ("out.json", "{}"), ("n.md", "text")]);
        let made = request(
            &folder,
            "@a.json @b.json --expected @out.json --doc @n.md --max-retries 0 --priority low",
        )
        .unwrap();
        assert_eq!(
            made,
            json!({"provider": "till", "topic": "sync_products", "samples": [
                {"name": "a.json", "payload": [1], "expected": {}},
                {"name": "b.json", "payload": [2]},
            ], "documents": [{"name": "n.md", "content": "text"}], "maxRetries": 0, "priority": "low"})
        );
    }

    #[test]
    fn recorded_calls_and_an_account_belong_to_the_samples() {
        let folder =
            folder(&[("calls.json", "[]"), ("account.json", r#"{"baseUrl":"https://x"}"#)]);
        let made = request(&folder, "--http @calls.json --connection @account.json").unwrap();
        assert_eq!(
            made["samples"],
            json!([{"name": "calls.json", "http": [], "connection": {"baseUrl": "https://x"}}])
        );
    }

    #[test]
    fn an_address_of_a_document_is_given_as_such() {
        let made = document("https://dev.till.example/api/v2.yaml?raw=1").unwrap();
        assert_eq!(
            made,
            json!({"name": "v2.yaml", "url": "https://dev.till.example/api/v2.yaml?raw=1"})
        );
    }

    #[test]
    fn a_file_that_is_no_json_and_one_expected_too_many_are_bad_use() {
        let folder = folder(&[("a.json", "[1"), ("b.json", "1")]);
        for flags in ["@a.json", "@b.json --expected @b.json --expected @b.json", "@none.json"] {
            let error = request(&folder, flags).unwrap_err();
            assert_eq!(error.outcome(), Outcome::BadUse, "{flags}: {error}");
        }
    }
}
