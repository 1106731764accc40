//! Who writes a job's script: the authors there are, in the order in which they are tried, and what
//! each may cost.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use authors::ScriptAuthor;
use domain::{Allowance, AuthorName};
use tokio::sync::Semaphore;

/// An author and its bounds.
pub struct Engaged {
    /// The author.
    pub author: Arc<dyn ScriptAuthor>,
    /// What one job may cost.
    pub per_job: Allowance,
    /// What all jobs of a day (UTC) may cost together, over all servers.
    pub per_day: Allowance,
    /// The longest that it may take for a draft or a question; beyond this it hangs.
    pub wall: Duration,
}

impl Engaged {
    /// What an author that calls nobody gets.
    pub const LEAST_WALL: Duration = Duration::from_mins(10);

    /// An author that costs nothing.
    #[must_use]
    pub fn free(author: Arc<dyn ScriptAuthor>) -> Self {
        Self {
            author,
            per_job: Allowance::UNBOUNDED,
            per_day: Allowance::UNBOUNDED,
            wall: Self::LEAST_WALL,
        }
    }
}

/// All authors that a job may have.
pub struct Authors {
    all: BTreeMap<AuthorName, Engaged>,
    chain: Vec<AuthorName>,
    bounds: BTreeMap<AuthorName, Bound>,
}

/// How many jobs an author may have at once.
struct Bound {
    jobs: NonZeroU32,
    /// The same for those for which it stands in: when such a job is claimed, nobody knows of it.
    turns: Arc<Semaphore>,
}

/// What is wrong with a set of authors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Nobody would write.
    #[error("the chain of authors is empty; name at least one, such as \"synth\"")]
    Empty,
    /// A name without an author.
    #[error("the chain names {name}, which is no configured author; there are: {known}")]
    Unknown {
        /// The name.
        name: AuthorName,
        /// Those that there are.
        known: String,
    },
    /// A name that stands twice in the chain.
    #[error("the chain names {0} twice")]
    Twice(AuthorName),
}

impl Authors {
    /// Jobs that name no author get those of `chain`, in its order: the next is tried when one is
    /// unavailable or may not spend more.
    ///
    /// # Errors
    /// When the chain is empty, names an author twice, or one that is not in `all`.
    pub fn new(
        all: impl IntoIterator<Item = Engaged>,
        chain: Vec<AuthorName>,
    ) -> Result<Self, ChainError> {
        let all: BTreeMap<_, _> =
            all.into_iter().map(|engaged| (engaged.author.name(), engaged)).collect();
        if chain.is_empty() {
            return Err(ChainError::Empty);
        }
        for (place, name) in chain.iter().enumerate() {
            if !all.contains_key(name) {
                let known: Vec<&str> = all.keys().map(AuthorName::as_str).collect();
                return Err(ChainError::Unknown { name: name.clone(), known: known.join(", ") });
            }
            if chain.iter().take(place).any(|earlier| earlier == name) {
                return Err(ChainError::Twice(name.clone()));
            }
        }
        Ok(Self { all, chain, bounds: BTreeMap::new() })
    }

    /// One author that costs nothing.
    #[must_use]
    pub fn only(author: Arc<dyn ScriptAuthor>) -> Self {
        let name = author.name();
        Self {
            all: BTreeMap::from([(name.clone(), Engaged::free(author))]),
            chain: vec![name],
            bounds: BTreeMap::new(),
        }
    }

    /// The same, with a bound on the jobs of one author that a server works on at once. Jobs that
    /// name no author count for the first of the chain. Further ones wait in the queue and keep no
    /// other job from being claimed. Those for which it stands in, because others are unavailable, wait
    /// for their turn where they are.
    #[must_use]
    pub fn bounded(mut self, author: AuthorName, jobs: NonZeroU32) -> Self {
        let places = usize::try_from(jobs.get()).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        self.bounds.insert(author, Bound { jobs, turns: Arc::new(Semaphore::new(places)) });
        self
    }

    /// The authors that have a bound.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = (&AuthorName, NonZeroU32)> {
        self.bounds.iter().map(|(author, bound)| (author, bound.jobs))
    }

    /// The turns of an author that has a bound.
    pub(crate) fn turns(&self, author: &AuthorName) -> Option<Arc<Semaphore>> {
        self.bounds.get(author).map(|bound| Arc::clone(&bound.turns))
    }

    /// Who is asked first for a job that names nobody.
    pub(crate) fn first(&self) -> Option<&AuthorName> {
        self.chain.first()
    }

    /// The names that a caller may ask for.
    #[must_use]
    pub fn names(&self) -> Vec<AuthorName> {
        self.all.keys().cloned().collect()
    }

    /// Who is tried for a job, in order: the author that it asks for and no other, or the chain.
    /// Empty when it asks for one that is no longer configured.
    pub(crate) fn for_job(&self, asked: Option<&AuthorName>) -> Vec<&Engaged> {
        match asked {
            Some(name) => self.all.get(name).into_iter().collect(),
            None => self.chain.iter().filter_map(|name| self.all.get(name)).collect(),
        }
    }

    /// The author of that name.
    pub(crate) fn get(&self, name: &AuthorName) -> Option<&Engaged> {
        self.all.get(name)
    }
}
