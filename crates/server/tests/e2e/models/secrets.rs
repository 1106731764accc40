//! What must not leave, what is kept, and settings that cannot work.

use std::path::Path;

use super::setup::{Setup, request, right, wrong};
use crate::model::{KEY, Model, Say, Wire};
use crate::support::binary;

/// Every file of a folder and below.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    all
}

fn holds(bytes: &[u8], wanted: &str) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

#[tokio::test]
async fn a_key_is_in_no_log_no_database_no_answer_and_no_prompt() {
    for wire in Wire::ALL {
        let says = [Say::Reply(wrong()), Say::Cut(right()), Say::Status(401, None)];
        let model = Model::start(wire, says).await;
        let setup = Setup::only(&model);
        let server = setup.server_with(None, &[("FORGE__LOG__FILTER", "trace")]);
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "failed", "{wire:?}: {job:#}");
        assert!(!job.to_string().contains(KEY), "{job:#}");
        for call in model.calls() {
            assert!(!call.body.to_string().contains(KEY));
        }
        let metrics = reqwest::get(format!("{}/metrics", server.base)).await.unwrap();
        assert!(!metrics.text().await.unwrap().contains(KEY));
        assert_eq!(server.terminate(), Some(0));

        let log = std::fs::read(setup.log()).unwrap();
        assert!(holds(&log, "the author gave no draft"), "{}", String::from_utf8_lossy(&log));
        let file = setup.database.url.strip_prefix("sqlite://").unwrap();
        let database = files(Path::new(file).parent().unwrap());
        assert!(database.iter().any(|(_, bytes)| holds(bytes, "it answered 401")));
        for (name, bytes) in database.into_iter().chain([("the log".to_owned(), log)]) {
            let text = String::from_utf8_lossy(&bytes);
            let line = text.lines().find(|line| line.contains(KEY));
            assert_eq!(line, None, "{name} holds the key");
        }
    }
}

#[tokio::test]
async fn replies_that_were_recorded_are_played_without_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let replay = |mode: &str| {
        format!("[replay]\nmode = \"{mode}\"\ndirectory = \"{}\"\n", folder.path().display())
    };
    let model = Model::start(Wire::Anthropic, [Say::Reply(wrong()), Say::Reply(right())]).await;
    let recording = Setup::only(&model).with(&replay("record"));
    let server = recording.server();
    let id = server.generate(&request()).await;
    let recorded = server.job_at_rest(id).await;
    assert_eq!(recorded["status"], "completed", "{recorded:#}");
    drop(server);
    let kept = files(folder.path());
    assert_eq!(kept.len(), 2, "one file for each reply");
    assert!(kept.iter().all(|(_, bytes)| !holds(bytes, KEY)));

    let base = model.base.clone();
    model.stop().await;
    let playing = Setup::new().at("model", Wire::Anthropic, &base, "").with(&replay("play"));
    let server = playing.server();
    let id = server.generate(&request()).await;
    let played = server.job_at_rest(id).await;
    assert_eq!(played["status"], "completed", "{played:#}");
    assert_eq!(played["hypothesis"], recorded["hypothesis"]);
    assert_eq!(played["testResults"][0]["error"], recorded["testResults"][0]["error"]);

    let mut other = request();
    other["samples"][0]["payload"]["items"][0]["name"] = "Another dish".into();
    let id = server.generate(&other).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "failed", "{job:#}");
    assert!(job["logs"].to_string().contains("record it against the model first"), "{job:#}");
}

#[test]
fn settings_that_cannot_work_stop_the_start_with_one_line_that_names_the_key() {
    const CLAUDE: &str = "[authors.claude]\nkind = \"anthropic\"\nmodel = \"m\"\n";
    let claude = |more: &str| format!("{CLAUDE}{more}\n");
    let chain = |names: &str, more: &str| format!("[authors]\nchain = {names}\n{more}\n");
    for (text, named) in [
        (chain("[]", ""), "authors.chain"),
        (chain("[\"claude\"]", ""), "authors.chain"),
        (chain("[\"synth\", \"synth\"]", ""), "authors.chain"),
        (chain("[\"Not a name\"]", ""), "authors.chain"),
        (claude("key_env = \"NO_SUCH_KEY_OF_OURS\""), "authors.claude.key_env"),
        (claude("key_file = \"/no/such/key\""), "authors.claude.key_file"),
        (claude("key_file = \"/k\"\ntemprature = 1"), "authors.claude"),
        (claude("key_file = \"/k\"\ntimeout_seconds = 0"), "authors.claude.timeout_seconds"),
        (claude("key_file = \"/k\"\nbudget = { job_dollars = 1 }"), "authors.claude.budget"),
        ("[authors.x]\nkind = \"skynet\"\nmodel = \"m\"\n".to_owned(), "authors.x"),
        ("[authors.synth]\nkind = \"ollama\"\nmodel = \"m\"\n".to_owned(), "authors.synth"),
        ("[authors]\nclaude = 3\n".to_owned(), "authors.claude"),
        ("[replay]\nmode = \"sometimes\"\n".to_owned(), "mode"),
        ("[replay]\nmode = \"play\"\n".to_owned(), "replay.directory"),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let database = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", database.path().join("x.db").display());
        let output = binary()
            .args(["--config", file.path().to_str().unwrap(), "serve"])
            .env("FORGE__DATABASE__URL", url)
            .env("FORGE__SERVER__PORT", "0")
            .output()
            .unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}: {message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
        assert!(message.contains(named), "{text}: {message}");
    }
}
