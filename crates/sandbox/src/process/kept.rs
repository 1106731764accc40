//! Children that ran a script for somebody and wait for the next run.
//!
//! A child belongs to its script and its tenant from its first run on: it goes to the next session of
//! both, or it is ended.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rawjs::Digest;

use super::conversation::Child;
use crate::{Limits, Tenant};

/// How long a child waits. Each takes a few megabytes.
pub(super) const IDLE: Duration = Duration::from_mins(1);

/// Whose a child is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bond {
    pub(super) tenant: Tenant,
    /// The hash of the script's source.
    pub(super) script: Digest,
    /// What the child was locked to.
    pub(super) limits: Limits,
}

/// Those that wait, the one that came last at the end.
#[derive(Debug)]
pub(super) struct Kept {
    most: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    children: Vec<(Bond, Child, Instant)>,
    /// Whether somebody comes to end those that wait for too long.
    is_watched: bool,
}

impl Kept {
    pub(super) fn new(most: usize) -> Self {
        Self { most, waiting: Mutex::default() }
    }

    /// The child that served this bond last, if it still waits.
    pub(super) fn take(&self, bond: &Bond) -> Option<Child> {
        let mut waiting = self.waiting();
        let place = waiting.children.iter().rposition(|(of, ..)| of == bond)?;
        let (_, child, _) = waiting.children.remove(place);
        Some(child)
    }

    /// Lets a child wait; where there are too many, the one that waits longest is ended. Says whether
    /// somebody has to come and [end](Self::end_idle) those that wait for too long.
    #[must_use]
    pub(super) fn keep(&self, bond: Bond, child: Child) -> bool {
        let mut waiting = self.waiting();
        waiting.children.push((bond, child, Instant::now()));
        let too_many = waiting.children.len().saturating_sub(self.most);
        waiting.children.drain(..too_many);
        !waiting.children.is_empty() && !std::mem::replace(&mut waiting.is_watched, true)
    }

    /// Ends the children that have waited for too long. Says whether others still wait.
    pub(super) fn end_idle(&self) -> bool {
        let mut waiting = self.waiting();
        waiting.children.retain(|(_, _, since)| since.elapsed() < IDLE);
        waiting.is_watched = !waiting.children.is_empty();
        waiting.is_watched
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // No code that holds it can panic half-way through a change.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
