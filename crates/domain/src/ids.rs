//! Numbers that the database gives out, each its own type so that one cannot stand for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text is no id; the message says what would be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be the number of a {what}, like 7")]
pub struct IdError {
    what: &'static str,
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
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

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.parse().ok().and_then(Self::new).ok_or(IdError { what: $what })
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
    JobId, "job"
);
id_type!(
    /// A saved script.
    ScriptId, "script"
);
id_type!(
    /// A drift event.
    DriftId, "drift event"
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

    #[test]
    fn a_text_that_is_no_id_is_told_what_would_be() {
        assert_eq!("7".parse(), Ok(JobId(7)));
        for text in ["0", "-1", "x", "", "9223372036854775808"] {
            let error = text.parse::<ScriptId>().unwrap_err().to_string();
            assert_eq!(error, "it must be the number of a script, like 7", "{text}");
        }
    }
}
