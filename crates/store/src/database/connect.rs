//! Opening SQLite and PostgreSQL so that what is acknowledged survives and no wait is endless.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Row as _};
use sea_orm::{Database as SeaDatabase, DatabaseConnection, DbErr, RuntimeErr};

use super::{ConnectOptions, Database, Dialect};
use crate::StoreError;

/// PostgreSQL: how long a connection may have been idle to be handed out unasked. Asking costs a third
/// of a small read.
const FRESH: Duration = Duration::from_secs(1);

pub(super) async fn connect(url: &str, options: &ConnectOptions) -> Result<Database, StoreError> {
    if url.starts_with("sqlite:") {
        sqlite(url, options).await
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        postgres(url, options).await
    } else {
        Err(StoreError::Misconfigured(
            "the database URL must begin with sqlite:// or postgres://".to_owned(),
        ))
    }
}

/// What both have in common. Statements are not logged: they are many, and say nothing of values.
fn common(url: &str, options: &ConnectOptions) -> sea_orm::ConnectOptions {
    let mut common = sea_orm::ConnectOptions::new(url);
    common
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    common
}

async fn sqlite(url: &str, options: &ConnectOptions) -> Result<Database, StoreError> {
    let parsed = SqliteConnectOptions::from_str(url)
        .map_err(|_| StoreError::Misconfigured("the SQLite URL cannot be read".to_owned()))?;
    let path = parsed.get_filename().to_owned();
    if is_in_memory(url) {
        // Each connection would be a database of its own, and gone when the pool drops it.
        return Err(StoreError::Misconfigured(
            "an SQLite database needs a file, like sqlite://data/forge.db".to_owned(),
        ));
    }
    create_parent(&path).await?;
    create_private(&path).await?;

    // The file's journal is set by the writer, which comes first; the readers find it so.
    let writer = sqlite_pool(url, options, 1, false).await?;
    let readers = sqlite_pool(url, options, options.max_connections, true).await?;
    Ok(Database::of(Dialect::Sqlite, writer, readers))
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

async fn create_parent(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => {
            tokio::fs::create_dir_all(parent).await.map_err(|error| {
                let parent = parent.display();
                StoreError::Misconfigured(format!("the folder {parent} cannot be created: {error}"))
            })
        }
        _ => Ok(()),
    }
}

/// Creates the file, where there is none, for its owner's eyes alone: samples may hold credentials.
/// SQLite gives its journal the same mode.
async fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = tokio::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await.map(drop).map_err(|error| {
        StoreError::Misconfigured(format!("the file {} cannot be opened: {error}", path.display()))
    })
}

async fn sqlite_pool(
    url: &str,
    options: &ConnectOptions,
    connections: u32,
    read_only: bool,
) -> Result<DatabaseConnection, StoreError> {
    let busy = options.lock_timeout;
    let mut pool = common(url, options);
    pool.max_connections(connections.max(1))
        // There is no server that could drop a connection.
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite.busy_timeout(busy).foreign_keys(true);
            if read_only {
                // Not `read_only(true)`: a reader must be able to create the journal's index.
                sqlite.pragma("query_only", "ON")
            } else {
                sqlite
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    // NORMAL may lose an acknowledged job when the power fails.
                    .synchronous(SqliteSynchronous::Full)
            }
        });
    Ok(SeaDatabase::connect(pool).await?)
}

async fn postgres(url: &str, options: &ConnectOptions) -> Result<Database, StoreError> {
    PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Misconfigured("the PostgreSQL URL cannot be read".to_owned()))?;
    let limits = [
        ("statement_timeout", setting(options.statement_timeout)),
        ("lock_timeout", setting(options.lock_timeout)),
        ("idle_in_transaction_session_timeout", setting(options.idle_in_transaction_timeout)),
    ];
    let mut pool = common(url, options);
    pool.min_connections(options.min_connections.min(options.max_connections))
        .set_application_name("adapter-forge")
        .map_sqlx_postgres_opts(move |postgres| postgres.options(limits.clone()))
        // The check below asks the server too, so a ping before it would be a second round trip.
        .test_before_acquire(false)
        .map_sqlx_postgres_before_acquire(|connection, state| {
            let fresh = state.idle_for < FRESH;
            Box::pin(async move { Ok(fresh || is_clean(connection).await) })
        });
    let pool = SeaDatabase::connect(pool).await.map_err(refusal)?;
    Ok(Database::of(Dialect::Postgres, pool.clone(), pool))
}

/// A server that answers and does not know the user or the database would say the same again.
fn refusal(error: DbErr) -> StoreError {
    let is_refused = match &error {
        DbErr::Conn(RuntimeErr::SqlxError(error)) => {
            let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
            code.is_some_and(|code| code.starts_with("28") || code.starts_with("3D"))
        }
        _ => false,
    };
    match StoreError::from(error) {
        StoreError::Unavailable(why) if is_refused => StoreError::Misconfigured(why),
        other => other,
    }
}

/// Milliseconds as PostgreSQL takes them in a setting; zero would mean no limit.
fn setting(limit: Duration) -> String {
    limit.as_millis().max(1).to_string()
}

/// Whether a pooled connection answers and is outside of any transaction; otherwise it is closed and
/// replaced. The driver can leave one open when the future of a `BEGIN` is dropped; units of work see
/// to that it is not, and nothing else begins one (`clippy.toml`), so this is for what nobody thought
/// of.
///
/// `now()` is when the transaction began and `statement_timestamp()` when this statement came: they
/// are the same in a statement that is a transaction of its own. It is sent as a simple query,
/// because the messages of a prepared one count as several statements. In a failed transaction the
/// server refuses any query.
///
/// An error is a no as well. Handed on as an error, it would make the driver (sqlx 0.9.0) drop the
/// connection without a farewell, and over TLS wait for an answer to that until the caller's time is
/// over.
async fn is_clean(connection: &mut PgConnection) -> bool {
    let asked = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(connection).await;
    asked.is_ok_and(|row| row.try_get(0).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use sea_orm::sqlx::Connection as _;
    use sea_orm::{ConnectionTrait, Statement};

    use super::*;

    async fn ask<T: sea_orm::TryGetable>(db: &DatabaseConnection, sql: &str) -> Result<T, DbErr> {
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await?.expect("one row");
        row.try_get_by_index(0)
    }

    /// Where PostgreSQL is; none where there is no server to test with.
    fn server() -> Option<String> {
        let url = std::env::var("FORGE_TEST_POSTGRES_URL").ok();
        if url.is_none() {
            println!("skipped: FORGE_TEST_POSTGRES_URL is not set");
        }
        url
    }

    /// PostgreSQL with one connection, so that whoever asks next gets the same one.
    async fn one_connection() -> Option<Database> {
        let url = server()?;
        let options = ConnectOptions { max_connections: 1, ..ConnectOptions::default() };
        Some(connect(&url, &options).await.unwrap())
    }

    const SESSION: &str = "SELECT pg_backend_pid()";

    #[tokio::test]
    async fn a_clean_connection_is_used_again() {
        let Some(db) = one_connection().await else { return };
        let first: i32 = ask(&db.read, SESSION).await.unwrap();
        assert_eq!(ask::<i32>(&db.read, SESSION).await.unwrap(), first);
    }

    /// Whether a connection is clean after that statement, whatever comes of it.
    async fn is_clean_after(sql: &'static str) -> Option<bool> {
        let url = std::env::var("FORGE_TEST_POSTGRES_URL").ok()?;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let _ = sqlx::raw_sql(sql).execute(&mut connection).await;
        Some(is_clean(&mut connection).await)
    }

    #[tokio::test]
    async fn a_connection_inside_a_transaction_or_ended_is_not_clean() {
        for (sql, clean) in [
            ("SELECT 1", true),
            ("SELECT 1/0", true),
            ("BEGIN", false),
            ("BEGIN; SELECT 1/0", false),
            ("SELECT pg_terminate_backend(pg_backend_pid())", false),
        ] {
            assert!(is_clean_after(sql).await.is_none_or(|is| is == clean), "{sql}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_the_server_ended_is_replaced_at_the_latest_after_a_use() {
        let Some(db) = one_connection().await else { return };
        let Some(other) = one_connection().await else { return };
        let first: i32 = ask(&db.read, SESSION).await.unwrap();
        let ended = format!("SELECT pg_terminate_backend({first})");
        assert!(ask::<bool>(&other.read, &ended).await.unwrap());
        if let Ok(second) = ask::<i32>(&db.read, SESSION).await {
            assert_ne!(second, first);
        }
        assert_ne!(ask::<i32>(&db.read, SESSION).await.unwrap(), first);
    }

    #[tokio::test]
    async fn both_names_of_the_postgres_scheme_are_understood() {
        let Some(url) = server() else { return };
        let (_, rest) = url.split_once("://").unwrap();
        for scheme in ["postgres", "postgresql"] {
            let url = format!("{scheme}://{rest}");
            let db = connect(&url, &ConnectOptions::default()).await.unwrap();
            db.ping().await.unwrap();
        }
    }

    #[tokio::test]
    async fn connections_that_shall_stay_open_are_opened_before_anybody_asks() {
        let Some(url) = server() else { return };
        let options =
            ConnectOptions { max_connections: 3, min_connections: 3, ..ConnectOptions::default() };
        let db = connect(&url, &options).await.unwrap();
        let pool = db.read.get_postgres_connection_pool();
        while pool.size() < 3 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn every_postgres_session_has_its_limits() {
        let Some(db) = one_connection().await else { return };
        let wanted = [
            ("statement_timeout", "30s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ];
        for (name, value) in wanted {
            assert_eq!(ask::<String>(&db.read, &format!("SHOW {name}")).await.unwrap(), value);
        }
    }

    #[tokio::test]
    #[cfg(unix)]
    async fn a_new_sqlite_file_is_its_owner_s_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("forge.db");
        let url = format!("sqlite://{}", path.display());
        connect(&url, &ConnectOptions::default()).await.unwrap();
        for file in [path.clone(), path.with_extension("db-wal")] {
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }

    #[tokio::test]
    async fn sqlite_keeps_what_it_acknowledged_and_its_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/forge.db", folder.path().display());
        let db = connect(&url, &ConnectOptions::default()).await.unwrap();
        assert_eq!(ask::<String>(&db.write, "PRAGMA journal_mode").await.unwrap(), "wal");
        let full = 2;
        assert_eq!(ask::<i32>(&db.write, "PRAGMA synchronous").await.unwrap(), full);
        for connection in [&db.write, &db.read] {
            assert_eq!(ask::<i32>(connection, "PRAGMA foreign_keys").await.unwrap(), 1);
            assert_eq!(ask::<i32>(connection, "PRAGMA busy_timeout").await.unwrap(), 5_000);
        }
        db.write.execute_unprepared("CREATE TABLE t (x)").await.unwrap();
        db.read.execute_unprepared("INSERT INTO t VALUES (1)").await.unwrap_err();
    }
}
