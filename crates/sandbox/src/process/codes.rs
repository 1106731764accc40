//! Compiled scripts, kept so that the next child of a script need not compile it.
//!
//! They are kept by the hash of the source, which this side computes, and handed out with the hash of
//! the code, which this side computed when it came: no child says what belongs to what. They live as
//! long as the process, since only the same binary can run them.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use rawjs::{Bytecode, Digest};

/// Scripts whose code is kept. Each is bounded by the frame that it came in.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("a constant above zero");

/// What a script was compiled to.
#[derive(Debug)]
pub(super) struct Code {
    digest: Digest,
    bytes: Vec<u8>,
}

impl Code {
    /// As it goes to a child.
    pub(super) fn to_frame(&self) -> Vec<u8> {
        [&self.digest[..], &self.bytes].concat()
    }
}

/// The compiled scripts of a runner.
#[derive(Debug)]
pub(super) struct Codes(Mutex<LruCache<Digest, Arc<Code>>>);

impl Codes {
    pub(super) fn new() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }

    /// What this source was compiled to, if a child has said so.
    pub(super) fn of(&self, source: &Digest) -> Option<Arc<Code>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(source).cloned()
    }

    /// Keeps what a child, which had seen nothing else, compiled this source to.
    pub(super) fn keep(&self, source: Digest, bytes: Vec<u8>) -> Arc<Code> {
        let code = Arc::new(Code { digest: Bytecode::digest_of(&bytes), bytes });
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.get_or_insert(source, || code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_code_of_a_source_is_kept_and_goes_out_with_its_hash() {
        let codes = Codes::new();
        assert!(codes.of(&[1; 32]).is_none());
        codes.keep([1; 32], b"first".to_vec());
        codes.keep([1; 32], b"second".to_vec());
        let frame = codes.of(&[1; 32]).unwrap().to_frame();
        let (digest, bytes) = frame.split_first_chunk().unwrap();
        assert_eq!(bytes, b"first");
        assert!(Bytecode::checked(bytes, digest).is_some());
        assert!(codes.of(&[2; 32]).is_none());
    }
}
