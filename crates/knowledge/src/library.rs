//! Document sets that were read once and are kept for the next job that asks for them.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::Document;
use lru::LruCache;
use sha2::{Digest as _, Sha256};

use crate::{ApiDescription, Index, read};

/// All that was read out of a set of documents.
#[derive(Debug)]
pub struct Library {
    /// The sections of all documents.
    pub index: Index,
    /// What the documents that are descriptions of an API say.
    pub descriptions: Vec<ApiDescription>,
}

impl Library {
    /// Reads the documents.
    #[must_use]
    pub fn of(documents: &[Document]) -> Self {
        let mut sections = Vec::new();
        let mut descriptions = Vec::new();
        for content in documents.iter().map(read) {
            sections.extend(content.sections);
            descriptions.extend(content.description);
        }
        Self { index: Index::of(sections), descriptions }
    }
}

/// The hash of a document set. No two sets share one, so nobody sees another provider's documents.
type Key = [u8; 32];

/// The libraries of the document sets that were asked for last. Shared between threads: a set that
/// two ask for at once is read once.
#[derive(Debug)]
pub struct Indexes {
    kept: Mutex<LruCache<Key, Kept>>,
    /// Bytes of text whose libraries are kept at most.
    text_max: usize,
}

/// A library, being read or read.
#[derive(Debug)]
struct Kept {
    library: Arc<OnceLock<Arc<Library>>>,
    /// Bytes of the texts that it is of.
    text: usize,
}

impl Indexes {
    /// Keeps at most so many libraries, of at most `text_max` bytes of text together; the one that
    /// nobody asked for longest goes first. The latest is kept whatever its size.
    #[must_use]
    pub fn new(capacity: NonZeroUsize, text_max: usize) -> Self {
        Self { kept: Mutex::new(LruCache::new(capacity)), text_max }
    }

    /// The library of these documents: read now, or kept from before.
    #[must_use]
    pub fn library(&self, documents: &[Document]) -> Arc<Library> {
        let slot = {
            // The map is whole between any two statements, so a panic elsewhere does not spoil it.
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let text = documents.iter().map(|document| document.content.len()).sum();
            let new = || Kept { library: Arc::default(), text };
            let slot = Arc::clone(&kept.get_or_insert(key(documents), new).library);
            while kept.len() > 1
                && kept.iter().map(|(_, kept)| kept.text).sum::<usize>() > self.text_max
            {
                kept.pop_lru();
            }
            slot
        };
        // Reading takes seconds at worst: not under the lock, where others would wait for it.
        Arc::clone(slot.get_or_init(|| Arc::new(Library::of(documents))))
    }
}

fn key(documents: &[Document]) -> Key {
    let mut hash = Sha256::new();
    for document in documents {
        for text in [document.name.as_str(), &document.content] {
            // With the length before it, no text can pass for the end of another.
            hash.update(text.len().to_be_bytes());
            hash.update(text);
        }
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::document;

    fn indexes() -> Indexes {
        Indexes::new(NonZeroUsize::new(2).unwrap(), 1 << 20)
    }

    #[test]
    fn the_same_documents_are_read_once_and_others_are_read_anew() {
        let indexes = indexes();
        let documents = [document("a.md", "# A\ntext"), document("b.md", "# B\ntext")];
        let first = indexes.library(&documents);
        assert!(Arc::ptr_eq(&first, &indexes.library(&documents.clone())));
        assert!(!Arc::ptr_eq(&first, &indexes.library(&documents[..1])));
        assert_eq!(first.index.sections().len(), 2);
    }

    #[test]
    fn texts_that_run_together_alike_are_different_sets() {
        let sets = [
            vec![document("a", "bc")],
            vec![document("ab", "c")],
            vec![document("a", "b"), document("c", "")],
        ];
        let keys: Vec<Key> = sets.iter().map(|set| key(set)).collect();
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    }

    #[test]
    fn only_the_latest_are_kept() {
        let indexes = indexes();
        let sets: Vec<[Document; 1]> = ["1", "2", "3"].map(|text| [document("a.md", text)]).into();
        let first = indexes.library(&sets[0]);
        for set in &sets {
            let _ = indexes.library(set);
        }
        assert!(!Arc::ptr_eq(&first, &indexes.library(&sets[0])));
    }

    #[test]
    fn large_sets_make_room_for_each_other_and_the_latest_stays() {
        let indexes = Indexes::new(NonZeroUsize::new(9).unwrap(), 10);
        let sets: Vec<[Document; 1]> = ["1234", "123456", "1234567", "123456789abcdef"]
            .map(|text| [document("a.md", text)])
            .into();
        let kept =
            |set: &[Document; 1], before: &Arc<Library>| Arc::ptr_eq(&indexes.library(set), before);
        let first = indexes.library(&sets[0]);
        let second = indexes.library(&sets[1]);
        assert!(kept(&sets[0], &first) && kept(&sets[1], &second));
        let third = indexes.library(&sets[2]);
        assert!(kept(&sets[2], &third) && !kept(&sets[1], &second));
        let large = indexes.library(&sets[3]);
        assert!(kept(&sets[3], &large) && !kept(&sets[2], &third));
    }

    #[test]
    fn threads_that_ask_at_once_share_one_library() {
        let indexes = indexes();
        let documents = [document("a.md", &"# A\nsome text\n".repeat(500))];
        let found: Vec<Arc<Library>> = std::thread::scope(|scope| {
            let asking: Vec<_> =
                (0..4).map(|_| scope.spawn(|| indexes.library(&documents))).collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(found.iter().all(|library| Arc::ptr_eq(library, &found[0])));
    }
}
