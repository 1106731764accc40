//! What happens in each stage. A stage looks at the job and says what comes next; the pipeline
//! stores it.

mod asking;
pub(crate) mod gathering;
pub(crate) mod generating;
pub(crate) mod retrying;
pub(crate) mod testing;

pub(crate) use gathering::Findings;
