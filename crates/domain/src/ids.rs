//! Numbers that the database gives out, each its own type so that one cannot stand for another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Ids count from one: anything below it is no id.
            #[must_use]
            pub const fn new(value: i64) -> Option<Self> {
                if value > 0 { Some(Self(value)) } else { None }
            }

            /// The number as the database and the API show it.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id_type!(
    /// A generation job.
    JobId
);
id_type!(
    /// A saved script.
    ScriptId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_start_at_one() {
        assert_eq!(JobId::new(0), None);
        assert_eq!(JobId::new(-3), None);
        assert_eq!(JobId::new(1).map(JobId::get), Some(1));
    }
}
