//! Replies that are kept in files, for development: the whole pipeline without a model.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::growth::Growth;
use super::model::{Answer, Conversation, Failure, Listener, Model};
use super::price::Tokens;
use super::prompt;

/// Where replies come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Replay {
    /// From the model.
    #[default]
    Off,
    /// From the model; each is written to a file of this folder.
    Record(PathBuf),
    /// From the files of this folder, and never from the model.
    Play(PathBuf),
}

/// A reply in a file.
#[derive(Serialize, Deserialize)]
struct Recorded {
    /// The version of the prompt's templates.
    prompt: String,
    model: String,
    answer: Answer,
}

/// Asks another model and keeps what it replies.
pub(crate) struct Recorder {
    pub(crate) inner: Box<dyn Model>,
    pub(crate) model: String,
    pub(crate) folder: PathBuf,
}

/// Replies what was kept.
pub(crate) struct Player {
    pub(crate) model: String,
    pub(crate) folder: PathBuf,
}

#[async_trait]
impl Model for Recorder {
    async fn call(
        &self,
        conversation: &Conversation,
        max_reply_tokens: u32,
        listener: &dyn Listener,
    ) -> Result<Answer, Failure> {
        let answer = self.inner.call(conversation, max_reply_tokens, listener).await?;
        let recorded = Recorded {
            prompt: prompt::VERSION.to_owned(),
            model: self.model.clone(),
            answer: answer.clone(),
        };
        let path = file(&self.folder, &self.model, conversation);
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || write(&folder, &path, &recorded)).await;
        match written {
            Ok(Ok(())) => Ok(answer),
            Ok(Err(problem)) => Err(Failure::Lasting { what: problem }),
            Err(error) => {
                Err(Failure::Lasting { what: format!("the reply was not kept: {error}") })
            }
        }
    }
}

#[async_trait]
impl Model for Player {
    async fn call(
        &self,
        conversation: &Conversation,
        _: u32,
        listener: &dyn Listener,
    ) -> Result<Answer, Failure> {
        let path = file(&self.folder, &self.model, conversation);
        let lasting = |what: String| Failure::Lasting { what };
        let text = tokio::fs::read_to_string(&path).await.map_err(|error| {
            lasting(format!(
                "no reply to this prompt was kept in {} ({error}); record it against the model first",
                path.display()
            ))
        })?;
        let recorded: Recorded = serde_json::from_str(&text)
            .map_err(|error| lasting(format!("{} is no kept reply: {error}", path.display())))?;
        let mut growth = Growth::default();
        if growth.feed(&recorded.answer.text) {
            listener.grew(growth.source());
        }
        // Nothing was used, which the provider would have said.
        Ok(Answer { tokens: Some(Tokens::default()), ..recorded.answer })
    }
}

/// The file of one conversation with one model, by one version of the templates.
fn file(folder: &Path, model: &str, conversation: &Conversation) -> PathBuf {
    let mut hash = Sha256::new();
    let texts = [prompt::VERSION, model, &conversation.system];
    // Strings alone: they cannot fail to become JSON.
    let turns = serde_json::to_string(&conversation.turns).unwrap_or_default();
    for text in texts.into_iter().chain([turns.as_str()]) {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    folder.join(format!("{}.json", hex::encode(hash.finalize())))
}

/// Whole or not at all: another process may be playing.
fn write(folder: &Path, path: &Path, recorded: &Recorded) -> Result<(), String> {
    let problem = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(problem)?;
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(problem)?;
    serde_json::to_writer_pretty(&mut new, recorded).map_err(|error| problem(error.into()))?;
    new.persist(path).map_err(|error| problem(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::model::{End, MockModel, Turn};

    struct Deaf;

    impl Listener for Deaf {
        fn grew(&self, _: &str) {}
        fn lost(&self, _: u32) {}
    }

    fn conversation(text: &str) -> Conversation {
        Conversation { system: "s".to_owned(), turns: vec![Turn::Ours(text.to_owned())] }
    }

    fn answer() -> Answer {
        let text = "{\"source\": \"let a\"}".to_owned();
        Answer { text, end: End::Whole, tokens: Some(Tokens { input: 7, ..Tokens::default() }) }
    }

    #[tokio::test]
    async fn what_was_recorded_is_played() {
        let folder = tempfile::tempdir().unwrap();
        let mut inner = MockModel::new();
        inner.expect_reply().times(1).returning(|_, _| Ok(answer()));
        let recorder = Recorder {
            inner: Box::new(inner),
            model: "m".to_owned(),
            folder: folder.path().join("new"),
        };
        assert_eq!(recorder.call(&conversation("a"), 100, &Deaf).await, Ok(answer()));
        let player = Player { model: "m".to_owned(), folder: folder.path().join("new") };
        let free = Answer { tokens: Some(Tokens::default()), ..answer() };
        assert_eq!(player.call(&conversation("a"), 100, &Deaf).await, Ok(free));
    }

    #[tokio::test]
    async fn another_prompt_or_model_was_not_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let mut inner = MockModel::new();
        inner.expect_reply().returning(|_, _| Ok(answer()));
        let path = folder.path().to_owned();
        let recorder =
            Recorder { inner: Box::new(inner), model: "m".to_owned(), folder: path.clone() };
        recorder.call(&conversation("a"), 100, &Deaf).await.unwrap();
        for (model, text) in [("m", "b"), ("n", "a")] {
            let player = Player { model: model.to_owned(), folder: path.clone() };
            let failure = player.call(&conversation(text), 100, &Deaf).await.unwrap_err();
            assert!(
                matches!(&failure, Failure::Lasting { what } if what.contains("record it")),
                "{failure:?}"
            );
        }
    }
}
