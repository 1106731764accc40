//! Units of work: transactions that nobody can leave half-way.
//!
//! A caller's future may be dropped at any await point, by a client that hangs up or by a timeout.
//! If that happens while `BEGIN` is on its way, the connection goes back to the pool inside an open
//! transaction, and the next one who gets it writes into that. So a unit runs as a task of its own,
//! which goes on to its commit or rollback whether or not anybody still waits for it.

use std::pin::Pin;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tracing::Instrument;

use crate::StoreError;

/// The work of one unit.
pub(crate) type UnitFuture<'t, T> =
    Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 't>>;

/// Runs `work` in a transaction: committed when it succeeds, rolled back when it does not.
///
/// On SQLite it takes the write lock at once. A transaction that reads first and then writes would
/// fail without waiting when somebody wrote in between.
pub(super) async fn run<T, W>(db: DatabaseConnection, work: W) -> Result<T, StoreError>
where
    T: Send + 'static,
    W: for<'t> FnOnce(&'t DatabaseTransaction) -> UnitFuture<'t, T> + Send + 'static,
{
    let unit = async move {
        let options = TransactionOptions {
            isolation_level: None,
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        };
        #[expect(clippy::disallowed_methods, reason = "this is the unit of work")]
        let tx = db.begin_with_options(options).await?;
        match work(&tx).await {
            Ok(value) => {
                tx.commit().await?;
                Ok(value)
            }
            Err(error) => {
                if let Err(failed) = tx.rollback().await {
                    // The connection is given up then, which rolls back as well.
                    tracing::debug!(error = %failed, "a rollback failed");
                }
                Err(error)
            }
        }
    };
    match tokio::spawn(unit.in_current_span()).await {
        Ok(result) => result,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(StoreError::Unavailable("the program is shutting down".to_owned())),
        },
    }
}
