//! A database of its own for each test, and each test on both databases.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sea_orm::ConnectionTrait;
use store::sea::{ConnectOptions, Database};

/// Turns behaviours, functions that take a [`Fresh`], into `sqlite::name` and `postgres::name`.
macro_rules! behaviours {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                crate::harness::on_sqlite(super::$name).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                crate::harness::on_postgres(super::$name).await;
            })+
        }
    };
}
pub(crate) use behaviours;

/// An empty database.
#[derive(Clone)]
pub(crate) struct Fresh {
    pub(crate) url: String,
    pub(crate) db: Database,
}

impl Fresh {
    async fn at(url: String) -> Self {
        let db = Database::connect(&url, &few_connections()).await.unwrap();
        db.migrate().await.unwrap();
        Self { url, db }
    }

    /// Another program with the same database.
    pub(crate) async fn another(&self) -> Database {
        Database::connect(&self.url, &few_connections()).await.unwrap()
    }

    /// Does something to the database that the store itself never would.
    pub(crate) async fn meddle(&self, sql: &str) {
        let raw = sea_orm::Database::connect(&self.url).await.unwrap();
        raw.execute_unprepared(sql).await.unwrap();
        raw.close().await.unwrap();
    }
}

/// Fewer than the callers in the tests, so that they have to wait for each other.
fn few_connections() -> ConnectOptions {
    ConnectOptions { max_connections: 3, ..ConnectOptions::default() }
}

pub(crate) async fn on_sqlite<F>(behaviour: impl FnOnce(Fresh) -> F)
where
    F: Future<Output = ()>,
{
    let folder = tempfile::tempdir().unwrap();
    let fresh = Fresh::at(format!("sqlite://{}/new/forge.db", folder.path().display())).await;
    behaviour(fresh).await;
}

pub(crate) async fn on_postgres<F>(behaviour: impl FnOnce(Fresh) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(server) = std::env::var("FORGE_TEST_POSTGRES_URL") else {
        println!("skipped: FORGE_TEST_POSTGRES_URL is not set");
        return;
    };
    let mut hurry = sea_orm::ConnectOptions::new(&server);
    let hurry = hurry.max_connections(1).acquire_timeout(Duration::from_secs(5)).to_owned();
    let admin = sea_orm::Database::connect(hurry).await.unwrap();
    let name = unique_name();
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    let url = format!("{before}/{name}");
    // As a task, so that the database goes even when a check fails.
    let outcome = tokio::spawn(async move { behaviour(Fresh::at(url).await).await }).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!("forge_test_{}_{nanos}_{count}", std::process::id())
}
