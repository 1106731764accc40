//! What the driver's errors mean to a caller.

use domain::bounded;
use sea_orm::sqlx::{self, error::DatabaseError};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr};

use crate::StoreError;

/// Characters of a database's own message.
const MESSAGE_MAX: usize = 200;

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self::Conflict;
        }
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
                unavailable("no connection became free in time")
            }
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => {
                unavailable("the connections are closed")
            }
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => from_driver(&error),
            DbErr::Type(message) | DbErr::Json(message) => {
                Self::Corrupt(bounded(&message, MESSAGE_MAX))
            }
            DbErr::TryIntoErr { from, into, .. } => Self::Corrupt(format!("a {from} is no {into}")),
            DbErr::Conn(RuntimeErr::Internal(_)) => unavailable("its URL cannot be read"),
            DbErr::Migration(message) => unavailable(&bounded(&message, MESSAGE_MAX)),
            // The rest is of SeaORM's making, and some of its messages hold the URL.
            _ => unavailable("it did not carry out a statement"),
        }
    }
}

fn unavailable(message: &str) -> StoreError {
    StoreError::Unavailable(message.to_owned())
}

fn from_driver(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) => from_database(error.as_ref()),
        sqlx::Error::Io(error) => StoreError::Unavailable(error.to_string()),
        sqlx::Error::Tls(_) => unavailable("no secure connection could be made"),
        sqlx::Error::PoolTimedOut => unavailable("no connection became free in time"),
        sqlx::Error::PoolClosed => unavailable("the connections are closed"),
        sqlx::Error::ColumnDecode { index, source } => {
            StoreError::Corrupt(bounded(&format!("column {index}: {source}"), MESSAGE_MAX))
        }
        sqlx::Error::ColumnNotFound(column) => {
            StoreError::Corrupt(format!("there is no column {column}"))
        }
        sqlx::Error::Decode(source) => {
            StoreError::Corrupt(bounded(&source.to_string(), MESSAGE_MAX))
        }
        _ => unavailable("the connection failed"),
    }
}

/// The database's own words name tables, constraints and roles, but no values and no statement.
fn from_database(error: &dyn DatabaseError) -> StoreError {
    let message = bounded(error.message(), MESSAGE_MAX);
    match error.code() {
        Some(code) => StoreError::Unavailable(format!("{message} (code {code})")),
        None => StoreError::Unavailable(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_the_orm_is_not_passed_on() {
        let url = "postgres://forge:s3cret@db/forge";
        let error =
            StoreError::from(DbErr::Conn(RuntimeErr::Internal(format!("no driver: {url}"))));
        assert!(matches!(&error, StoreError::Unavailable(_)));
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }

    #[test]
    fn what_passes_by_itself_is_unavailable_and_what_does_not_is_corrupt() {
        let timeout = StoreError::from(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        assert!(matches!(timeout, StoreError::Unavailable(_)));
        let decode = sqlx::Error::Decode("not a number".into());
        let decode = StoreError::from(DbErr::Query(RuntimeErr::SqlxError(decode.into())));
        assert!(matches!(decode, StoreError::Corrupt(message) if message.contains("not a number")));
    }
}
