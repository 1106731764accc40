//! The places of a worker: which jobs it works on, and whose it has room for.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use domain::AuthorName;
use store::Room;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::timeout;

use crate::Authors;

/// Jobs at work, each in its place.
pub(crate) struct Places {
    most: usize,
    authors: Arc<Authors>,
    running: JoinSet<()>,
    /// The author that a job names, by the task that works on it.
    named: HashMap<Id, Option<AuthorName>>,
}

impl Places {
    /// `most` jobs at once, at least one.
    pub(crate) fn new(most: usize, authors: Arc<Authors>) -> Self {
        Self { most: most.max(1), authors, running: JoinSet::new(), named: HashMap::new() }
    }

    pub(crate) fn taken(&self) -> usize {
        self.running.len()
    }

    /// Begins to work on a job that names this author.
    pub(crate) fn take(
        &mut self,
        author: Option<AuthorName>,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let id = self.running.spawn(work).id();
        self.named.insert(id, author);
    }

    /// Waits until a job leaves its place; says whether there was one.
    pub(crate) async fn leave(&mut self) -> bool {
        let left = self.running.join_next_with_id().await;
        left.map(|left| self.forget(&left)).is_some()
    }

    /// Waits until all places are free, and not longer than `at_most`; says whether they are.
    pub(crate) async fn all_left(&mut self, at_most: Duration) -> bool {
        timeout(at_most, async { while self.leave().await {} }).await.is_ok()
    }

    /// Ends all work.
    pub(crate) async fn clear(&mut self) {
        self.running.shutdown().await;
        self.named.clear();
    }

    /// What there is room for now; none when every place is taken.
    ///
    /// A batch holds no more jobs than the author with the least room left can take, so that the
    /// bound of none is passed, whosever the jobs are.
    pub(crate) fn room(&mut self) -> Option<Room> {
        while let Some(left) = self.running.try_join_next_with_id() {
            self.forget(&left);
        }
        let mut at_work: BTreeMap<&AuthorName, u32> = BTreeMap::new();
        for named in self.named.values() {
            if let Some(author) = named.as_ref().or(self.authors.first()) {
                *at_work.entry(author).or_default() += 1;
            }
        }
        let mut jobs =
            u32::try_from(self.most - self.running.len().min(self.most)).unwrap_or(u32::MAX);
        let mut without = Vec::new();
        for (author, bound) in self.authors.bounds() {
            let left = bound.get().saturating_sub(at_work.get(author).copied().unwrap_or(0));
            if left > 0 {
                jobs = jobs.min(left);
                continue;
            }
            without.push(Some(author.clone()));
            if self.authors.first() == Some(author) {
                without.push(None);
            }
        }
        (jobs > 0).then_some(Room { jobs, without })
    }

    fn forget(&mut self, left: &Result<(Id, ()), JoinError>) {
        let id = match left {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        self.named.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use authors::MockScriptAuthor;

    use super::*;
    use crate::Engaged;

    fn name(text: &str) -> AuthorName {
        text.parse().unwrap()
    }

    fn authors() -> Arc<Authors> {
        let engaged = |text: &'static str| {
            let mut author = MockScriptAuthor::new();
            author.expect_name().returning(move || name(text));
            Engaged::free(Arc::new(author))
        };
        let authors =
            Authors::new([engaged("claude"), engaged("synth")], vec![name("claude")]).unwrap();
        Arc::new(authors.bounded(name("claude"), NonZeroU32::new(2).unwrap()))
    }

    fn room(jobs: u32, without: Vec<Option<AuthorName>>) -> Room {
        Room { jobs, without }
    }

    #[tokio::test]
    async fn a_batch_never_passes_an_author_s_bound() {
        let mut places = Places::new(4, authors());
        assert_eq!(places.room(), Some(room(2, vec![])));
        places.take(Some(name("claude")), std::future::pending());
        assert_eq!(places.room(), Some(room(1, vec![])));
    }

    #[tokio::test]
    async fn jobs_of_an_author_at_its_bound_and_those_that_it_writes_unasked_are_left() {
        let mut places = Places::new(4, authors());
        places.take(Some(name("claude")), std::future::pending());
        // Of jobs that name nobody it is the first to be asked.
        places.take(None, async {});
        let without = vec![Some(name("claude")), None];
        assert_eq!(places.room(), Some(room(2, without.clone())));
        places.take(Some(name("synth")), std::future::pending());
        assert_eq!(places.room(), Some(room(1, without)));
        assert!(places.leave().await);
        assert_eq!(places.room(), Some(room(1, vec![])));
    }

    #[tokio::test]
    async fn there_is_no_room_when_all_places_are_taken() {
        let mut places = Places::new(1, authors());
        places.take(Some(name("synth")), std::future::pending());
        assert_eq!(places.room(), None);
        places.clear().await;
        assert!(places.room().is_some());
    }
}
