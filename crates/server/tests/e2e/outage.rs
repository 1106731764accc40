//! PostgreSQL goes away under load, and comes back.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::{Server, TestDatabase, plain_request};

/// Longer than a lease, so that jobs are lost and found as well.
const AWAY: Duration = Duration::from_secs(4);
const AROUND: Duration = Duration::from_secs(1);
const SETTINGS: [(&str, &str); 4] = [
    // It says a great deal, all of it expected.
    ("FORGE__LOG__FILTER", "off"),
    ("FORGE__WORKER__LEASE_SECONDS", "3"),
    ("FORGE__WORKER__HEARTBEAT_SECONDS", "1"),
    ("FORGE__DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1"),
];

/// Stands between a server and its database, and can be closed.
struct Door {
    open: watch::Sender<bool>,
    database: TestDatabase,
}

impl Door {
    /// The database is behind the door from now on.
    async fn before(mut database: TestDatabase) -> Self {
        let (user, rest) = database.url.rsplit_once('@').expect("a URL with a user");
        let (address, name) = rest.split_once('/').expect("a URL with a database");
        let address =
            if address.contains(':') { address.to_owned() } else { format!("{address}:5432") };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        database.url = format!("{user}@{}/{name}", listener.local_addr().unwrap());
        let (open, opened) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, address.clone(), opened.clone()));
            }
        });
        Self { open, database }
    }
}

/// Carries bytes until one side ends or the door is closed, which breaks the connection.
async fn pass(mut client: TcpStream, address: String, mut open: watch::Receiver<bool>) {
    if !*open.borrow() {
        return;
    }
    let mut database = TcpStream::connect(address).await.unwrap();
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut database) => {}
        _ = open.wait_for(|open| !open) => {}
    }
}

/// Asks for one job after another, each until it is accepted, and looks at the one before. Gives
/// the jobs, and how many answers were 503.
async fn load(server: &Server, worker: usize, until: Instant) -> (Vec<i64>, usize) {
    let (mut jobs, mut refused) = (Vec::new(), 0);
    while Instant::now() < until {
        let provider = format!("till-{worker}-{}", jobs.len());
        loop {
            let path = "/api/v1/adapter-scripts/generate";
            let request = server
                .request(Method::POST, path)
                .header("Idempotency-Key", &provider)
                .json(&plain_request(&provider, 3));
            match answer(request).await {
                Some(answer) => break jobs.push(answer["jobId"].as_i64().unwrap()),
                None => refused += 1,
            }
        }
        let path = format!("/api/v1/adapter-scripts/jobs/{}", jobs.last().unwrap());
        refused += usize::from(answer(server.request(Method::GET, &path)).await.is_none());
    }
    (jobs, refused)
}

/// None for a 503 that says when to come again. Nothing but that and a success may come.
async fn answer(request: reqwest::RequestBuilder) -> Option<Value> {
    let response = request.send().await.expect("an answer, whatever the database does");
    let status = response.status().as_u16();
    let again = response.headers().get("retry-after").cloned();
    let body: Value = response.json().await.unwrap();
    match status {
        200 => Some(body),
        503 => {
            assert!(again.is_some(), "a 503 without Retry-After: {body}");
            // As a caller would, though sooner.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
        _ => panic!("{status}: {body}"),
    }
}

// Several threads: the start of a server blocks one, and needs the door.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_and_comes_back_loses_no_job_and_shows_no_error_but_503() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let door = Door::before(database).await;
    let server = Server::start(&door.database, None, &SETTINGS);
    let until = Instant::now() + AROUND + AWAY + AROUND;
    let outage = async {
        tokio::time::sleep(AROUND).await;
        door.open.send_replace(false);
        tokio::time::sleep(AWAY).await;
        door.open.send_replace(true);
    };
    let loads = futures::future::join_all((0..4).map(|worker| load(&server, worker, until)));
    let ((), loads) = tokio::join!(outage, loads);
    let refused: usize = loads.iter().map(|(_, refused)| refused).sum();
    assert!(refused > 0, "nobody noticed that the database was away");
    for id in loads.iter().flat_map(|(jobs, _)| jobs) {
        let job = server.job_at_rest(*id).await;
        assert_eq!(job["status"], "completed", "{job:#}");
        let provider = job["provider"].as_str().unwrap();
        let (_, answer) = server.get(&format!("/api/v1/adapter-scripts?provider={provider}")).await;
        let scripts = answer["scripts"].as_array().unwrap();
        assert_eq!(scripts.len(), 1, "{answer:#}");
        assert_eq!(scripts[0]["id"], job["resultScriptId"]);
    }
    drop(server);
    door.database.remove().await;
}
