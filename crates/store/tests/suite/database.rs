//! Opening, migrating and closing a database.

use std::time::Duration;

use migrations::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;
use store::StoreError;
use store::sea::{ConnectOptions, Database};

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(
    migrating_twice_changes_nothing,
    two_programs_may_migrate_at_once,
    a_database_of_a_newer_program_is_refused,
    data_is_there_after_reopening,
    a_closed_database_is_unavailable,
    an_open_database_answers,
    every_step_of_the_schema_can_be_taken_back,
    a_write_that_waits_too_long_for_a_lock_is_unavailable_and_can_be_repeated,
);

async fn migrating_twice_changes_nothing(fresh: Fresh) {
    let id = created(&*fresh.db.jobs(), new_job()).await;
    fresh.db.migrate().await.unwrap();
    assert!(fresh.db.jobs().get(id).await.unwrap().is_some());
}

async fn two_programs_may_migrate_at_once(fresh: Fresh) {
    for table in [
        "seaql_migrations",
        "drift_events",
        "drift_samples",
        "repairs",
        "provider_policies",
        "idempotency_keys",
        "job_replies",
        "author_reservations",
        "job_inputs",
        "scripts",
        "jobs",
        "documents",
        "samples",
        "api_keys",
        "author_usage",
        "document_links",
        "webhooks",
        "connections",
        "connection_secrets",
        "console_sessions",
        "audit",
    ] {
        fresh.meddle(&format!("DROP TABLE {table}")).await;
    }
    let starts = (0..4).map(|_| {
        let fresh = fresh.clone();
        tokio::spawn(async move {
            let db = fresh.another().await;
            db.migrate().await.unwrap();
            created(&*db.jobs(), new_job()).await
        })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap();
    }
}

async fn a_database_of_a_newer_program_is_refused(fresh: Fresh) {
    fresh.meddle("INSERT INTO seaql_migrations VALUES ('m29990101_000001_flying_cars', 1)").await;
    match fresh.another().await.migrate().await {
        Err(StoreError::NewerSchema(step)) => assert_eq!(step, "m29990101_000001_flying_cars"),
        other => panic!("{other:?}"),
    }
}

async fn data_is_there_after_reopening(fresh: Fresh) {
    let id = created(&*fresh.db.jobs(), job_with_inputs()).await;
    let before = fresh.db.jobs().get(id).await.unwrap();
    fresh.db.close().await.unwrap();
    let again = fresh.another().await;
    again.migrate().await.unwrap();
    assert_eq!(again.jobs().get(id).await.unwrap(), before);
    assert_eq!(again.jobs().inputs(id).await.unwrap(), job_with_inputs().inputs);
}

async fn a_closed_database_is_unavailable(fresh: Fresh) {
    let jobs = fresh.db.jobs();
    fresh.db.close().await.unwrap();
    let refused = jobs.ping().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let refused = jobs.create(new_job(), None, now()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

async fn an_open_database_answers(fresh: Fresh) {
    fresh.db.ping().await.unwrap();
    fresh.db.jobs().ping().await.unwrap();
}

async fn every_step_of_the_schema_can_be_taken_back(fresh: Fresh) {
    let raw = sea_orm::Database::connect(&fresh.url).await.unwrap();
    Migrator::reset(&raw).await.unwrap();
    raw.close().await.unwrap();
    fresh.db.migrate().await.unwrap();
    created(&*fresh.db.jobs(), new_job()).await;
}

async fn a_write_that_waits_too_long_for_a_lock_is_unavailable_and_can_be_repeated(fresh: Fresh) {
    let hurry =
        ConnectOptions { lock_timeout: Duration::from_millis(50), ..ConnectOptions::default() };
    let jobs = Database::connect(&fresh.url, &hurry).await.unwrap().jobs();

    let mut one = sea_orm::ConnectOptions::new(&fresh.url);
    let holder = sea_orm::Database::connect(one.max_connections(1).to_owned()).await.unwrap();
    let lock = match holder.get_database_backend() {
        sea_orm::DbBackend::Sqlite => "BEGIN IMMEDIATE",
        _ => "BEGIN; LOCK TABLE jobs",
    };
    holder.execute_unprepared(lock).await.unwrap();
    let refused = jobs.create(new_job(), None, now()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");

    holder.execute_unprepared("ROLLBACK").await.unwrap();
    created(&*jobs, new_job()).await;
}

async fn refusal(url: &str) -> StoreError {
    let hurry =
        ConnectOptions { acquire_timeout: Duration::from_millis(200), ..ConnectOptions::default() };
    match Database::connect(url, &hurry).await {
        Err(error @ (StoreError::Unavailable(_) | StoreError::Misconfigured(_))) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable_and_the_password_stays_secret() {
    let error = refusal("postgres://forge:s3cret@127.0.0.1:1/forge").await;
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn urls_of_other_kinds_are_refused_without_being_repeated() {
    for url in ["mysql://root:s3cret@db/forge", "s3cret", "postgres://a:s3cret@:x/"] {
        let error = refusal(url).await;
        assert!(matches!(error, StoreError::Misconfigured(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn sqlite_in_memory_is_refused() {
    for url in ["sqlite::memory:", "sqlite://forge.db?mode=memory"] {
        let error = refusal(url).await;
        assert!(matches!(&error, StoreError::Misconfigured(why) if why.contains("needs a file")));
    }
}

#[tokio::test]
async fn a_server_without_that_database_or_user_is_misconfigured() {
    let Ok(url) = std::env::var("FORGE_TEST_POSTGRES_URL") else { return };
    let (server, _) = url.rsplit_once('/').unwrap();
    let (_, address) = server.rsplit_once('@').unwrap();
    for url in [format!("{server}/no_such_database"), format!("postgres://nobody:x@{address}/x")] {
        let error = refusal(&url).await;
        assert!(matches!(error, StoreError::Misconfigured(_)), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_start_at_once_create_one_sqlite_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/a/b/forge.db", folder.path().display());
    let starts = (0..8).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let db = Database::connect(&url, &ConnectOptions::default()).await.unwrap();
            db.migrate().await.unwrap();
            created(&*db.jobs(), new_job()).await
        })
    });
    let mut ids = std::collections::HashSet::new();
    for start in starts.collect::<Vec<_>>() {
        ids.insert(start.await.unwrap());
    }
    assert_eq!(ids.len(), 8);
}
