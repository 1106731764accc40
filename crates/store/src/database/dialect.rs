//! What the two databases say differently.

use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite 3.42 or newer.
    Sqlite,
    /// PostgreSQL 14 or newer.
    Postgres,
}

impl Dialect {
    /// The same for SeaORM.
    pub(crate) const fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    /// The moment of the statement by the database's clock, in milliseconds since the epoch. All
    /// leases are measured with it: the clocks of workers may be wrong, each in its own way.
    ///
    /// PostgreSQL's `now()` would be the beginning of the transaction, which may have waited for a
    /// lock since.
    pub(crate) const fn now_ms(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(ROUND(unixepoch('subsec') * 1000) AS INTEGER)",
            Self::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// [`Self::now_ms`] as an expression.
    pub(crate) fn now(self) -> SimpleExpr {
        Expr::cust(self.now_ms())
    }

    /// The moment at which a lease of this length ends.
    pub(crate) fn end_of(self, lease: Duration) -> SimpleExpr {
        self.now().add(lease_ms(lease))
    }

    /// Lets one transaction at a time past this point for each `name`, until it ends.
    ///
    /// On SQLite there is nothing to do: a unit of work holds the database's only write lock from
    /// its beginning.
    pub(crate) async fn serialize(self, tx: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
        match self {
            Self::Sqlite => Ok(()),
            Self::Postgres => {
                // Two names may share a hash: then they wait for each other without need.
                let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
                let lock = Statement::from_sql_and_values(self.backend(), sql, [name.into()]);
                tx.execute_raw(lock).await.map(drop)
            }
        }
    }

    /// Whether no other transaction is past this point for `name` now. Unlike
    /// [`serialize`](Self::serialize), it does not wait.
    pub(crate) async fn is_alone(
        self,
        tx: &DatabaseTransaction,
        name: &str,
    ) -> Result<bool, DbErr> {
        match self {
            Self::Sqlite => Ok(true),
            Self::Postgres => {
                let sql = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS alone";
                let lock = Statement::from_sql_and_values(self.backend(), sql, [name.into()]);
                let row = tx.query_one_raw(lock).await?;
                row.map_or(Ok(false), |row| row.try_get("", "alone"))
            }
        }
    }
}

/// The length of a lease. One above seven weeks is cut to that, so that no sum overflows.
pub(crate) fn lease_ms(lease: Duration) -> i64 {
    u32::try_from(lease.as_millis()).unwrap_or(u32::MAX).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_lease_is_cut() {
        assert_eq!(lease_ms(Duration::from_millis(1_500)), 1_500);
        assert_eq!(lease_ms(Duration::MAX), i64::from(u32::MAX));
    }
}
