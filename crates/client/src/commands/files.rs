//! Scripts as files `PROVIDER/TOPIC.js`, to be kept in a repository.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use domain::{ProviderSlug, ScriptStatus, Topic};
use serde_json::{Value, json};

use super::read_text;
use crate::answers::ScriptLine;
use crate::api::SCRIPTS;
use crate::output::{number, table};
use crate::{Api, ClientError, Outcome, Output};

/// Where to.
#[derive(Debug, Args)]
pub struct Pull {
    /// The folder; it is made if it is not there.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Only of this vendor.
    #[arg(long)]
    provider: Option<ProviderSlug>,
}

/// Where from.
#[derive(Debug, Args)]
pub struct Push {
    /// The folder.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Save nothing; only say what differs from the scripts in use. Exit code 4 when something does.
    #[arg(long)]
    check: bool,
}

type Place = (ProviderSlug, Topic);

pub(super) async fn pull(api: &Api, output: Output, what: Pull) -> Result<Outcome, ClientError> {
    let mut done = Vec::new();
    for ((provider, topic), script) in in_use(api, what.provider.as_ref()).await? {
        let source = api.source(script).await?;
        let file = file_of(&what.folder, &provider, topic);
        let same = std::fs::read_to_string(&file).is_ok_and(|there| there == source);
        if !same {
            write_file(&file, &source)?;
        }
        let state = if same { "unchanged" } else { "written" };
        done.push(Done { provider, topic, script, state });
    }
    report(output, &done)?;
    Ok(Outcome::Done)
}

pub(super) async fn push(api: &Api, output: Output, what: Push) -> Result<Outcome, ClientError> {
    let in_use = in_use(api, None).await?;
    let mut done = Vec::new();
    let mut differs = false;
    for (provider, topic, file) in files_in(&what.folder)? {
        let source = read_text(&file)?;
        let place = (provider.clone(), topic);
        if let Some(script) = in_use.get(&place)
            && api.source(*script).await? == source
        {
            done.push(Done { provider, topic, script: *script, state: "in use" });
            continue;
        }
        differs = true;
        if what.check {
            let script = in_use.get(&place).copied().unwrap_or_default();
            done.push(Done { provider, topic, script, state: "differs" });
            continue;
        }
        let body = json!({"provider": provider, "topic": topic, "source": source});
        let answer = match api.post(SCRIPTS, &body).await {
            Ok(answer) => answer,
            Err(error) => {
                // What is saved by now is saved.
                report(output, &done)?;
                return Err(at_file(&file, error));
            }
        };
        let script: i64 = api.part(&answer, "scriptId")?;
        done.push(Done { provider, topic, script, state: "candidate" });
    }
    if what.check {
        let here: BTreeSet<Place> =
            done.iter().map(|done| (done.provider.clone(), done.topic)).collect();
        for ((provider, topic), script) in in_use {
            if !here.contains(&(provider.clone(), topic)) {
                differs = true;
                done.push(Done { provider, topic, script, state: "missing" });
            }
        }
    }
    report(output, &done)?;
    Ok(if what.check && differs { Outcome::Failed } else { Outcome::Done })
}

/// The scripts in use.
async fn in_use(
    api: &Api,
    provider: Option<&ProviderSlug>,
) -> Result<BTreeMap<Place, i64>, ClientError> {
    let mut query = vec![("status", ScriptStatus::Active.to_string())];
    query.extend(provider.map(|provider| ("provider", provider.to_string())));
    let scripts: Vec<ScriptLine> = api.all(SCRIPTS, "scripts", &query).await?;
    scripts
        .into_iter()
        .map(|script| {
            // It becomes a path: a server that is none must not write where it likes.
            let provider = script
                .provider
                .parse()
                .map_err(|error: domain::NameError| ClientError::Use(error.to_string()))?;
            Ok(((provider, script.topic), script.id))
        })
        .collect()
}

/// What became of one script.
struct Done {
    provider: ProviderSlug,
    topic: Topic,
    /// Its number; 0 where there is none.
    script: i64,
    state: &'static str,
}

fn report(output: Output, done: &[Done]) -> Result<(), ClientError> {
    let as_json = |done: &Done| {
        json!({"provider": done.provider, "topic": done.topic, "script": done.script,
            "state": done.state})
    };
    let all = Value::Array(done.iter().map(as_json).collect());
    output.show_json(&all, || {
        let row = |done: &Done| {
            let (provider, topic) = (done.provider.to_string(), done.topic.to_string());
            [provider, topic, number(done.script), done.state.to_owned()]
        };
        table(["PROVIDER", "TOPIC", "SCRIPT", "STATE"], done.iter().map(row).collect())
    })
}

fn file_of(folder: &Path, provider: &ProviderSlug, topic: Topic) -> PathBuf {
    folder.join(provider.as_str()).join(format!("{topic}.js"))
}

/// The files `PROVIDER/TOPIC.js` of a folder, by name. A JavaScript file in a vendor's folder that
/// names no topic is a mistake, and not passed over.
fn files_in(folder: &Path) -> Result<Vec<(ProviderSlug, Topic, PathBuf)>, ClientError> {
    let mut found = Vec::new();
    for vendor in entries(folder)? {
        let name = vendor.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(provider) = name.parse::<ProviderSlug>() else { continue };
        if !vendor.is_dir() {
            continue;
        }
        for file in entries(&vendor)? {
            if file.extension().is_none_or(|extension| extension != "js") {
                continue;
            }
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let topic = stem.parse::<Topic>().map_err(|error| ClientError::File {
                file: file.clone(),
                why: format!("its name is no topic: {error}"),
            })?;
            found.push((provider.clone(), topic, file));
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ClientError> {
    let bad = |error: std::io::Error| ClientError::File {
        file: folder.to_owned(),
        why: error.to_string(),
    };
    let mut entries = std::fs::read_dir(folder)
        .map_err(bad)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(bad))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}

fn write_file(file: &Path, text: &str) -> Result<(), ClientError> {
    let written = file
        .parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(file, text));
    written.map_err(|error| ClientError::File { file: file.to_owned(), why: error.to_string() })
}

/// A refusal that says whose it is.
fn at_file(file: &Path, error: ClientError) -> ClientError {
    match error {
        ClientError::Refused(mut refusal) => {
            refusal.message = format!("{}: {}", file.display(), refusal.message);
            ClientError::Refused(refusal)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_vendors_folders_are_found_and_others_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        for file in
            ["b/sync_outlet.js", "a/sync_products.js", "a/notes.md", ".git/x.js", "README.md"]
        {
            write_file(&folder.path().join(file), "x").unwrap();
        }
        let found: Vec<String> = files_in(folder.path())
            .unwrap()
            .into_iter()
            .map(|(provider, topic, _)| format!("{provider}/{topic}"))
            .collect();
        assert_eq!(found, ["a/sync_products", "b/sync_outlet"]);
    }

    #[test]
    fn a_script_whose_name_is_no_topic_is_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        write_file(&folder.path().join("a/sync_product.js"), "x").unwrap();
        let error = files_in(folder.path()).unwrap_err().to_string();
        assert!(error.contains("sync_product.js") && error.contains("sync_products"), "{error}");
    }
}
