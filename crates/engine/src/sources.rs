//! Where a job's knowledge comes from.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use egress::Egress;
use knowledge::Indexes;
use store::KnowledgeRepository;

/// Document sets that are kept read. A job is gathered a few times in a row, and jobs of one vendor
/// come together.
const SETS_KEPT: NonZeroUsize = NonZeroUsize::new(8).unwrap();
/// Bytes of their texts: each set takes several times its text.
const TEXT_KEPT: usize = 16 << 20;

/// What is stored, what stands behind addresses, and what was read out of either.
pub struct Sources {
    pub(crate) knowledge: Arc<dyn KnowledgeRepository>,
    pub(crate) egress: Arc<dyn Egress>,
    pub(crate) indexes: Arc<Indexes>,
    pub(crate) refetch_after: Duration,
}

impl Sources {
    /// Fetches through `egress`; a text that was fetched for the provider is taken as fresh for
    /// `refetch_after`.
    #[must_use]
    pub fn new(
        knowledge: Arc<dyn KnowledgeRepository>,
        egress: Arc<dyn Egress>,
        refetch_after: Duration,
    ) -> Self {
        Self {
            knowledge,
            egress,
            indexes: Arc::new(Indexes::new(SETS_KEPT, TEXT_KEPT)),
            refetch_after,
        }
    }
}
