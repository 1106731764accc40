//! What the jail is made of, and how much of it an operator insists on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A part of the jail that not every kernel has. What every kernel has (limits of resources, a
/// session of its own, death with the parent) is not listed: no child runs without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Only the listed system calls; any other kills the child.
    SystemCalls,
    /// No file can be opened, were a system call left that does.
    Files,
    /// No TCP port can be bound or connected to, were a system call left that does.
    Network,
    /// No signal or abstract socket reaches out, were a system call left that does.
    Scopes,
}

impl Layer {
    /// Whether a child without it is no jail. The others stand behind the list of system calls,
    /// which forbids the same; they came to kernels much later.
    #[must_use]
    pub const fn is_essential(self) -> bool {
        match self {
            Self::SystemCalls | Self::Files => true,
            Self::Network | Self::Scopes => false,
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::SystemCalls => "the filter of system calls (seccomp)",
            Self::Files => "the lock on files (landlock, Linux 5.13)",
            Self::Network => "the lock on the network (landlock, Linux 6.7)",
            Self::Scopes => "the lock on signals (landlock, Linux 6.12)",
        })
    }
}

/// How much of the jail a runner insists on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Require {
    /// Every essential layer, or no script runs.
    Strict,
    /// What the kernel has.
    BestEffort,
}

impl Require {
    /// Whether a child that lacks these layers may run scripts.
    ///
    /// # Errors
    /// With what is missing, in words for an operator.
    pub(crate) fn accept(self, missing: &[Layer]) -> Result<(), String> {
        let named: Vec<String> = match self {
            Self::Strict => missing
                .iter()
                .filter(|layer| layer.is_essential())
                .map(ToString::to_string)
                .collect(),
            Self::BestEffort => Vec::new(),
        };
        if named.is_empty() { Ok(()) } else { Err(named.join(" and ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_names_the_essential_layers_that_are_missing() {
        let missing = [Layer::SystemCalls, Layer::Files, Layer::Network, Layer::Scopes];
        let refusal = Require::Strict.accept(&missing).unwrap_err();
        assert_eq!(
            refusal,
            "the filter of system calls (seccomp) and the lock on files (landlock, Linux 5.13)"
        );
        assert_eq!(Require::Strict.accept(&[Layer::Network, Layer::Scopes]), Ok(()));
        assert_eq!(Require::BestEffort.accept(&missing), Ok(()));
    }
}
