//! Callers that listen to a job.

use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Server, TestDatabase, plain_catalogue, plain_request};

/// Long enough for the slowest machine; no test waits for it unless something hangs.
const LONGEST: Duration = Duration::from_secs(90);

/// The events of one job, as they come.
struct Listener {
    response: Response,
    text: String,
}

impl Listener {
    async fn to(server: &Server, job: i64, last: Option<&str>) -> Self {
        let url = format!("{}/api/v1/adapter-scripts/jobs/{job}/events", server.base);
        let mut request = reqwest::Client::new().get(url).header("X-Api-Key", &server.key);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self { response, text: String::new() }
    }

    /// The next event, its id and its job; none when the stream has ended.
    async fn next(&mut self) -> Option<(i64, Value)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let Some((id, data)) = block.split_once("\ndata: ") else { continue };
                let id = id.strip_prefix("id: ").unwrap().parse().unwrap();
                let data: Value = serde_json::from_str(data).unwrap();
                return Some((id, data["job"].clone()));
            }
            let chunk = tokio::time::timeout(LONGEST, self.response.chunk()).await;
            let chunk = chunk.expect("the stream hangs").unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn until(&mut self, status: &str) -> (i64, Value) {
        loop {
            let (id, job) = self.next().await.expect("the stream ended early");
            if job["status"] == status {
                return (id, job);
            }
        }
    }
}

/// A job that waits for a person, who has a sample for it.
async fn asking(server: &Server) -> i64 {
    server.generate(&json!({"provider": "my-till", "topic": "sync_products"})).await
}

async fn answer(server: &Server, job: i64) {
    let sample = json!({"payload": plain_catalogue(2)});
    let path = "/api/v1/knowledge/my-till/sync_products/samples/menu.json";
    server.call(Method::PUT, path, Some(&sample)).await;
    let respond = format!("/api/v1/adapter-scripts/jobs/{job}/respond");
    let (status, answer) = server.post(&respond, &json!({"response": "look again"})).await;
    assert_eq!(status, 200, "{answer}");
}

/// What happens on `works` is heard on `tells`.
async fn hears_all(works: &Server, tells: &Server) {
    let id = asking(works).await;
    let mut listener = Listener::to(tells, id, None).await;
    let mut other = Listener::to(tells, id, None).await;
    let (seen, job) = listener.until("needs_clarification").await;
    assert_ne!(job["clarification"], "");
    let mut back = Listener::to(tells, id, Some(&seen.to_string())).await;
    answer(works, id).await;
    assert!(back.next().await.unwrap().0 > seen);
    let (_, job) = listener.until("completed").await;
    assert_eq!(job, tells.job(id).await);
    for listener in [&mut other, &mut back] {
        assert_eq!(listener.until("completed").await.1, job);
        assert_eq!(listener.next().await, None);
    }
}

#[tokio::test]
async fn a_job_is_followed_from_question_to_script() {
    for database in TestDatabase::every().await {
        let server = Server::start(&database, None, &[]);
        hears_all(&server, &server).await;
        drop(server);
        database.remove().await;
    }
}

#[tokio::test]
async fn a_server_that_does_no_work_tells_of_the_work_of_another() {
    let Some(database) = TestDatabase::postgres().await else { return };
    let works = Server::start(&database, None, &[]);
    let quiet = ("FORGE__WORKER__CONCURRENCY", "0");
    let tells = Server::start(&database, Some(&works.key), &[quiet]);
    hears_all(&works, &tells).await;
    drop((works, tells));
    database.remove().await;
}

#[tokio::test]
async fn listeners_do_not_hold_up_the_end_of_the_server() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let id = asking(&server).await;
    let mut listener = Listener::to(&server, id, None).await;
    listener.until("needs_clarification").await;
    let begun = Instant::now();
    assert_eq!(server.terminate(), Some(0));
    // Requests would have ten seconds to finish.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(listener.next().await, None);
}

#[tokio::test]
async fn many_listeners_all_hear_the_end_of_every_job() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let mut listeners = Vec::new();
    for _ in 0..5 {
        let id = server.generate(&plain_request("my-till", 3)).await;
        for _ in 0..20 {
            listeners.push(Listener::to(&server, id, None).await);
        }
    }
    for listener in &mut listeners {
        listener.until("completed").await;
        assert_eq!(listener.next().await, None);
    }
}

#[tokio::test]
async fn a_quiet_stream_outlasts_the_times_of_connections_and_requests() {
    let database = TestDatabase::sqlite();
    let second = |key| (key, "1");
    let settings = [
        second("FORGE__SERVER__HEADER_TIMEOUT_SECONDS"),
        second("FORGE__SERVER__REQUEST_TIMEOUT_SECONDS"),
        second("FORGE__SERVER__LISTENER_HEARTBEAT_SECONDS"),
    ];
    let server = Server::start(&database, None, &settings);
    let id = asking(&server).await;
    let mut listener = Listener::to(&server, id, None).await;
    listener.until("needs_clarification").await;
    for _ in 0..3 {
        let heartbeat = tokio::time::timeout(LONGEST, listener.response.chunk()).await;
        assert_eq!(heartbeat.unwrap().unwrap().unwrap(), ":\n\n");
    }
    answer(&server, id).await;
    listener.until("completed").await;
}
