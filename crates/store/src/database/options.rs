//! How connections are opened.

use std::time::Duration;

/// Limits of a database's connections. The defaults suit one server; every wait has an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectOptions {
    /// Connections at most, at least one. SQLite has one more, which alone writes.
    pub max_connections: u32,
    /// PostgreSQL: connections that stay open however little there is to do, so that nobody waits for
    /// one to be opened: over TLS that takes longer than any statement. Never more than `max_connections`.
    pub min_connections: u32,
    /// How long a caller waits for a free connection, or for a new one to be opened.
    pub acquire_timeout: Duration,
    /// PostgreSQL: how long one statement may run.
    pub statement_timeout: Duration,
    /// How long a statement waits for somebody else's lock.
    pub lock_timeout: Duration,
    /// PostgreSQL: after which silence within a transaction the server ends the session, so that a
    /// frozen process does not keep its locks.
    pub idle_in_transaction_timeout: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            min_connections: 0,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(30),
        }
    }
}
