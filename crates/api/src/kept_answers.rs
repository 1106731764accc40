//! Answers about jobs as they were rendered: most polls find a job as it was.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use domain::JobId;
use lru::LruCache;

/// Answers that are kept, those that were asked for last.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("more than none");
/// Bytes of an answer that is kept at most, so that all of them stay within 16 MiB.
const LARGEST: usize = 64 << 10;

/// The answers by job. Whether one still holds, the job's version says.
pub(crate) struct KeptAnswers(Mutex<LruCache<JobId, KeptAnswer>>);

/// An answer's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptAnswer {
    /// The job's version when it was rendered.
    pub(crate) version: i64,
    pub(crate) body: Bytes,
}

impl KeptAnswers {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }

    pub(crate) fn get(&self, id: JobId) -> Option<KeptAnswer> {
        self.answers().get(&id).cloned()
    }

    pub(crate) fn keep(&self, id: JobId, answer: KeptAnswer) {
        if answer.body.len() <= LARGEST {
            self.answers().put(id, answer);
        } else {
            self.answers().pop(&id);
        }
    }

    fn answers(&self) -> MutexGuard<'_, LruCache<JobId, KeptAnswer>> {
        // No code that holds it can panic half-way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_too_large_takes_the_place_of_none() {
        let (kept, id) = (KeptAnswers::new(), JobId::new(7).unwrap());
        let small = KeptAnswer { version: 1, body: Bytes::from_static(b"{}") };
        kept.keep(id, small.clone());
        assert_eq!(kept.get(id), Some(small));
        kept.keep(id, KeptAnswer { version: 2, body: vec![b' '; LARGEST + 1].into() });
        assert_eq!(kept.get(id), None);
    }
}
