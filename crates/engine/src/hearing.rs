//! What an author says while it works, on its way to the job.

use async_trait::async_trait;
use authors::{AuthorError, Watcher};
use domain::{Allowance, Usage};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

/// One thing that an author said.
pub(crate) enum News {
    Grew(String),
    Used(Usage),
    Said(String),
    Asked(Wish),
}

/// What a call may use at most, and where to say whether it may.
pub(crate) struct Wish {
    pub(crate) most: Usage,
    pub(crate) answer: oneshot::Sender<Result<Allowance, AuthorError>>,
}

/// Passes on what it hears. Nobody listens any more once the work is given up.
pub(crate) struct Ear(pub(crate) UnboundedSender<News>);

#[async_trait]
impl Watcher for Ear {
    fn grew(&self, script: &str) {
        let _ = self.0.send(News::Grew(script.to_owned()));
    }

    fn used(&self, usage: Usage) {
        let _ = self.0.send(News::Used(usage));
    }

    fn said(&self, note: &str) {
        let _ = self.0.send(News::Said(note.to_owned()));
    }

    async fn set_aside(&self, most: Usage) -> Result<Allowance, AuthorError> {
        let (answer, answered) = oneshot::channel();
        let _ = self.0.send(News::Asked(Wish { most, answer }));
        let gone = |_| AuthorError::Unavailable("nobody wants its draft any more".to_owned());
        answered.await.map_err(gone)?
    }
}

/// What was heard and is not stored yet.
#[derive(Default)]
pub(crate) struct Heard {
    /// The script as it was last; an empty one says that the reply begins anew.
    pub(crate) grown: Option<String>,
    pub(crate) said: Vec<String>,
    pub(crate) usage: Usage,
}

impl Heard {
    /// Gives what has to be answered.
    pub(crate) fn take(&mut self, news: News) -> Option<Wish> {
        match news {
            News::Asked(wish) => return Some(wish),
            News::Grew(script) => self.grown = Some(script),
            News::Used(usage) => self.usage += usage,
            News::Said(note) => self.said.push(note),
        }
        None
    }

    /// Takes all that waits.
    pub(crate) fn drain(&mut self, news: &mut UnboundedReceiver<News>) {
        while let Ok(word) = news.try_recv() {
            // Whoever asks now makes no call any more.
            drop(self.take(word));
        }
    }

    /// Whether there is something that must not be lost.
    pub(crate) fn is_urgent(&self) -> bool {
        !self.said.is_empty() || !self.usage.is_nothing()
    }
}
