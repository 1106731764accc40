//! What an author says while it works, on its way to the job.

use authors::Watcher;
use domain::Usage;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// One thing that an author said.
pub(crate) enum News {
    Grew(String),
    Used(Usage),
    Said(String),
}

/// Passes on what it hears. Nobody listens any more once the work is given up.
pub(crate) struct Ear(pub(crate) UnboundedSender<News>);

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
    pub(crate) fn take(&mut self, news: News) {
        match news {
            News::Grew(script) => self.grown = Some(script),
            News::Used(usage) => self.usage += usage,
            News::Said(note) => self.said.push(note),
        }
    }

    /// Takes all that waits.
    pub(crate) fn drain(&mut self, news: &mut UnboundedReceiver<News>) {
        while let Ok(word) = news.try_recv() {
            self.take(word);
        }
    }

    /// Whether there is something that must not be lost.
    pub(crate) fn is_urgent(&self) -> bool {
        !self.said.is_empty() || !self.usage.is_nothing()
    }
}
