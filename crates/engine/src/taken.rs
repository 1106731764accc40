//! Word that a person took a job from the worker that holds it.
//!
//! One watch of all news serves the jobs at work: most news are no word of this kind, and would wake
//! each of them for nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::JobId;
use store::{Change, Watch};
use tokio::sync::Notify;

/// Whose jobs may be taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken(Arc<Mutex<Vec<Entry>>>);

#[derive(Debug)]
struct Entry {
    job: JobId,
    word: Arc<Notify>,
}

impl Taken {
    /// Passes word on, for ever.
    pub(crate) async fn listen(self, mut watch: Watch) {
        loop {
            match watch.next().await {
                Change::Taken { id } => self.tell(|job| job == id),
                // Anything may have been taken.
                Change::Missed => self.tell(|_| true),
                Change::Job { .. } | Change::Ready | Change::Scripts => {}
            }
        }
    }

    /// What comes of this job from now on.
    pub(crate) fn word_of(&self, job: JobId) -> Word {
        let word = Arc::new(Notify::new());
        self.entries().push(Entry { job, word: Arc::clone(&word) });
        Word { taken: self.clone(), word }
    }

    fn tell(&self, concerns: impl Fn(JobId) -> bool) {
        // Kept for one that is not waiting just now.
        self.entries().iter().filter(|entry| concerns(entry.job)).for_each(|entry| {
            entry.word.notify_one();
        });
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        // No code that holds it can panic half-way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Word of one job.
#[derive(Debug)]
pub(crate) struct Word {
    taken: Taken,
    word: Arc<Notify>,
}

impl Word {
    /// Waits until the job was taken, or may have been.
    pub(crate) async fn came(&self) {
        self.word.notified().await;
    }
}

impl Drop for Word {
    fn drop(&mut self) {
        self.taken.entries().retain(|entry| !Arc::ptr_eq(&entry.word, &self.word));
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use store::{Board, Changes as _};

    use super::*;

    fn job(id: i64) -> JobId {
        JobId::new(id).unwrap()
    }

    #[tokio::test]
    async fn word_goes_to_whom_it_concerns_and_lost_word_to_all() {
        let (board, taken) = (Board::default(), Taken::default());
        let listening = taken.clone().listen(board.watch());
        let (one, other) = (taken.word_of(job(1)), taken.word_of(job(2)));
        board.tell(Change::Taken { id: job(1) });
        board.tell(Change::Job { id: job(2), version: 3 });
        let mut listening = std::pin::pin!(listening);
        assert!(listening.as_mut().now_or_never().is_none());
        assert!(one.came().now_or_never().is_some(), "kept until somebody waits");
        assert!(other.came().now_or_never().is_none());
        board.tell(Change::Missed);
        assert!(listening.as_mut().now_or_never().is_none());
        assert!(one.came().now_or_never().is_some() && other.came().now_or_never().is_some());
    }

    #[tokio::test]
    async fn who_holds_a_job_again_hears_of_it_after_the_first_has_gone() {
        let (board, taken) = (Board::default(), Taken::default());
        let (first, second) = (taken.word_of(job(1)), taken.word_of(job(1)));
        drop(first);
        board.tell(Change::Ready);
        let mut listening = std::pin::pin!(taken.clone().listen(board.watch()));
        board.tell(Change::Taken { id: job(1) });
        assert!(listening.as_mut().now_or_never().is_none());
        assert!(second.came().now_or_never().is_some());
        drop(second);
        assert!(taken.entries().is_empty());
    }
}
