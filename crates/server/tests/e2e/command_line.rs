//! Subcommands, configuration and their mistakes.

use std::time::Duration;

use domain::ApiKeyToken;

use crate::support::{Server, TestDatabase, binary};

/// For what takes a moment, on a machine that has other things to do.
const LONGEST: Duration = Duration::from_secs(90);

fn stderr_of(settings: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let output = binary().envs(settings.iter().copied()).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_mistake_in_the_configuration_is_one_line_and_an_exit_code() {
    for (key, value, named) in [
        ("FORGE__SERVER__PROT", "1", "prot"),
        ("FORGE__DATABASE__URL", "mysql://root:s3cret@db/x", "database.url"),
        ("FORGE__LOG__FILTER", "engine=loud", "log.filter"),
        ("FORGE__DATABASE__URL", "sqlite:///proc/no/such.db", "such.db"),
    ] {
        let (code, message) = stderr_of(&[(key, value)], &["serve"]);
        assert_eq!(code, Some(1), "{key}={value}: {message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
        assert!(message.starts_with("adapter-forge: ") && message.contains(named), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}

#[test]
fn a_database_that_does_not_answer_is_tried_again_and_then_given_up() {
    let url = ("FORGE__DATABASE__URL", "postgres://forge:s3cret@127.0.0.1:1/forge");
    let hurry = ("FORGE__DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1");
    let patience = ("FORGE__DATABASE__PATIENCE_SECONDS", "2");
    let (code, message) = stderr_of(&[url, hurry, patience], &["serve"]);
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains("does not answer; trying again"), "{message}");
    assert!(message.contains("cannot open the database postgres://127.0.0.1:1/forge"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}

#[test]
fn unknown_words_are_bad_use() {
    let (code, message) = stderr_of(&[], &["serv"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("serve"), "{message}");
    let (code, message) = stderr_of(&[], &["keys", "create", "--name", "x", "--scope", "root"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("jobs:read"), "{message}");
}

#[tokio::test]
async fn a_created_key_stands_alone_on_standard_output_and_works_until_it_is_revoked() {
    let database = TestDatabase::sqlite();
    let keys = |arguments: &[&str]| {
        let mut command = binary();
        command.env("FORGE__DATABASE__URL", &database.url).arg("keys").args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = keys(&["create", "--name", "till team", "--scope", "jobs:read"]);
    let token: ApiKeyToken = printed.strip_suffix('\n').unwrap().parse().unwrap();

    let server = Server::start(&database, Some(&token.reveal()), &[]);
    let (status, answer) = server.get("/api/v1/auth/whoami").await;
    assert_eq!((status, answer["key"]["name"].as_str()), (200, Some("till team")), "{answer}");
    let request = serde_json::json!({"provider": "x", "topic": "sync_products"});
    let (status, answer) = server.post("/api/v1/adapter-scripts/generate", &request).await;
    assert_eq!(status, 403, "{answer}");

    let listed = keys(&["list"]);
    assert!(listed.contains(token.prefix()) && listed.contains("valid"), "{listed}");
    assert!(!listed.contains(&token.reveal()));
    keys(&["revoke", token.prefix()]);
    assert!(keys(&["list"]).contains("revoked"));
    // The server may have looked at the key a moment ago.
    let refused = async { while server.get("/api/v1/auth/whoami").await.0 != 401 {} };
    tokio::time::timeout(LONGEST, refused).await.expect("a revoked key goes on");
}

#[test]
fn migrate_can_be_run_again() {
    let database = TestDatabase::sqlite();
    for _ in 0..2 {
        let status =
            binary().env("FORGE__DATABASE__URL", &database.url).arg("migrate").status().unwrap();
        assert!(status.success());
    }
}
