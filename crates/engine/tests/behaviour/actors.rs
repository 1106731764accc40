//! Authors that do what a test says.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use authors::{AuthorError, ScriptAuthor, Watcher};
use domain::{AuthorName, Brief, Draft, Job, Question, Usage};
use engine::{Authors, Engaged};

/// What an author does at one call.
pub(crate) enum Act {
    Gives(Result<Draft, AuthorError>),
    /// Says all this, one after the other, with time for it to be stored, and then gives.
    Says(Vec<Word>, Result<Draft, AuthorError>),
    Panics,
}

pub(crate) enum Word {
    Grew(&'static str),
    Used(Usage),
    Said(&'static str),
    /// A call that may use so much; without leave the author gives nothing.
    Calls(Usage),
    /// A call whose use is known when it ends, however it does.
    Owes(Usage),
}

/// Says what a call used as it is dropped.
struct Owed(Arc<dyn Watcher>, Usage);

impl Drop for Owed {
    fn drop(&mut self) {
        self.0.used(self.1);
    }
}

/// An author that does these in turn.
pub(crate) struct Actor {
    pub(crate) name: AuthorName,
    acts: Mutex<Vec<Act>>,
    pub(crate) asks: Result<Option<Question>, AuthorError>,
    pub(crate) calls: Arc<AtomicU32>,
}

pub(crate) fn actor(name: &str, acts: Vec<Act>) -> Actor {
    let acts = Mutex::new(acts.into_iter().rev().collect());
    Actor { name: name.parse().unwrap(), acts, asks: Ok(None), calls: Arc::default() }
}

#[async_trait]
impl ScriptAuthor for Actor {
    fn name(&self) -> AuthorName {
        self.name.clone()
    }

    async fn write(&self, _: &Brief, watcher: Arc<dyn Watcher>) -> Result<Draft, AuthorError> {
        self.calls.fetch_add(1, SeqCst);
        let act = self.acts.lock().unwrap().pop().expect("one call too many");
        match act {
            Act::Gives(draft) => draft,
            Act::Says(words, draft) => {
                let mut owed = Vec::new();
                for word in words {
                    match word {
                        Word::Grew(script) => watcher.grew(script),
                        Word::Used(usage) => watcher.used(usage),
                        Word::Owes(usage) => owed.push(Owed(Arc::clone(&watcher), usage)),
                        Word::Said(note) => watcher.said(note),
                        Word::Calls(most) => {
                            watcher.set_aside(most).await?;
                        }
                    }
                    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                }
                draft
            }
            Act::Panics => panic!("a bug"),
        }
    }

    async fn ask(
        &self,
        brief: &Brief,
        _: Arc<dyn Watcher>,
    ) -> Result<Option<Question>, AuthorError> {
        assert!(brief.attempts.last().is_some_and(|attempt| !attempt.passed));
        self.asks.clone()
    }
}

pub(crate) fn unavailable() -> Act {
    Act::Gives(Err(AuthorError::Unavailable("529 overloaded".to_owned())))
}

pub(crate) fn free(authors: Vec<Actor>) -> Authors {
    let chain = authors.iter().map(|author| author.name.clone()).collect();
    Authors::new(authors.into_iter().map(|author| Engaged::free(Arc::new(author))), chain).unwrap()
}

pub(crate) fn logged(job: &Job) -> String {
    job.logs.iter().map(|entry| entry.message.as_str()).collect::<Vec<_>>().join("\n")
}

pub(crate) fn used(tokens_in: u64) -> Usage {
    Usage { tokens_in, tokens_out: 20, tokens_cached: 0, cost_micros: 1_000 }
}

/// A reply that is no draft.
pub(crate) fn babble() -> Act {
    Act::Gives(Err(AuthorError::BadReply("no JSON".to_owned())))
}
