//! Which jobs go first.

/// A job of a higher priority is begun before all of a lower one, whoever waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// For what may wait, such as a whole catalogue of vendors at night.
    Low,
    /// Where nothing is said.
    #[default]
    Normal,
    /// For what somebody waits for.
    High,
}
