//! The scripts in use, as they were read a moment ago.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{ProviderSlug, Script, Topic};
use lru::LruCache;
use store::{Change, Changes, ScriptRepository, StoreError, Watch};
use tokio::time::Instant;

/// How long one counts as it was read. Word of an activation comes sooner, but it may be lost on its way
/// from another server, and none comes from another process that has the same SQLite file.
const FRESH: Duration = Duration::from_millis(700);
/// Scripts that are kept, those that ran last.
const KEPT: NonZeroUsize = NonZeroUsize::new(512).expect("more than none");

type Key = (ProviderSlug, Topic);

/// Finds the script in use of a topic. An activation holds at once on the server that it is made on,
/// and within a second on every other.
pub(super) struct ActiveScripts {
    scripts: Arc<dyn ScriptRepository>,
    known: Mutex<Known>,
}

struct Known {
    watch: Watch,
    found: LruCache<Key, (Arc<Script>, Instant)>,
}

impl ActiveScripts {
    pub(super) fn new(scripts: Arc<dyn ScriptRepository>, changes: &dyn Changes) -> Self {
        let known = Known { watch: changes.watch(), found: LruCache::new(KEPT) };
        Self { scripts, known: Mutex::new(known) }
    }

    /// The script in use; none where there is none.
    pub(super) async fn get(
        &self,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<Option<Arc<Script>>, StoreError> {
        let key = (provider.clone(), topic);
        if let Some(known) = self.known().get(&key) {
            return Ok(Some(known));
        }
        let read_at = Instant::now();
        let found = self.scripts.active(provider, topic).await?.map(Arc::new);
        if let Some(script) = &found {
            self.known().keep(key, Arc::clone(script), read_at);
        }
        Ok(found)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // No code that holds it can panic half-way through a change.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn get(&mut self, key: &Key) -> Option<Arc<Script>> {
        self.listen();
        let (script, read_at) = self.found.get(key)?;
        (read_at.elapsed() < FRESH).then(|| Arc::clone(script))
    }

    /// What was read before word of a change came may be older than the change.
    fn keep(&mut self, key: Key, script: Arc<Script>, read_at: Instant) {
        if !self.listen() {
            self.found.put(key, (script, read_at));
        }
    }

    /// Forgets all where scripts may have changed, and says whether they may.
    fn listen(&mut self) -> bool {
        let mut changed = false;
        while let Some(change) = self.watch.next_now() {
            changed |= match change {
                Change::Scripts | Change::Missed => true,
                Change::Job { .. } | Change::Taken { .. } | Change::Ready => false,
            };
        }
        if changed {
            self.found.clear();
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use domain::{NewScript, ScriptId, ScriptStatus};
    use store::{Board, MockScriptRepository};

    use super::*;

    /// A repository whose script in use is version 1, 2, 3 at each look.
    fn scripts() -> MockScriptRepository {
        let mut scripts = MockScriptRepository::new();
        let mut version = 0;
        scripts.expect_active().returning(move |provider, topic| {
            version += 1;
            let content = NewScript {
                provider: provider.clone(),
                topic,
                source: String::new(),
                author: None,
                job: None,
                started_by: None,
                provenance: Vec::new(),
                test_results: Vec::new(),
            };
            Ok(Some(Script {
                id: ScriptId::new(i64::from(version)).unwrap(),
                version,
                status: ScriptStatus::Active,
                content,
                created_at: domain::Timestamp::UNIX_EPOCH,
                updated_at: domain::Timestamp::UNIX_EPOCH,
            }))
        });
        scripts
    }

    async fn version(active: &ActiveScripts) -> u32 {
        let provider = "my-till".parse().unwrap();
        active.get(&provider, Topic::SyncProducts).await.unwrap().unwrap().version
    }

    #[tokio::test(start_paused = true)]
    async fn a_script_is_read_again_when_word_of_a_change_comes_or_after_less_than_a_second() {
        let board = Board::default();
        let active = ActiveScripts::new(Arc::new(scripts()), &board);
        assert_eq!([version(&active).await, version(&active).await], [1, 1]);
        board.tell(Change::Ready);
        assert_eq!(version(&active).await, 1);
        board.tell(Change::Scripts);
        assert_eq!([version(&active).await, version(&active).await], [2, 2]);
        board.tell(Change::Missed);
        assert_eq!(version(&active).await, 3);
        tokio::time::advance(FRESH).await;
        assert_eq!(version(&active).await, 4);
    }

    #[tokio::test]
    async fn what_was_read_while_something_changed_is_not_kept() {
        let board = Board::default();
        let (read, teller) = (scripts(), board.clone());
        let mut changing = MockScriptRepository::new();
        changing.expect_active().returning(move |provider, topic| {
            teller.tell(Change::Scripts);
            let found = read.active(provider, topic);
            futures::executor::block_on(found)
        });
        let active = ActiveScripts::new(Arc::new(changing), &board);
        assert_eq!([version(&active).await, version(&active).await], [1, 2]);
    }
}
