//! Callers are told when their jobs stop.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use crate::support::{Server, TestDatabase};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const LONGEST: Duration = Duration::from_mins(1);

/// What arrived: the headers in lower case, and the body.
struct Told {
    head: Vec<(String, String)>,
    body: String,
}

impl Told {
    fn header(&self, name: &str) -> &str {
        &self.head.iter().find(|(known, _)| known == name).unwrap().1
    }
}

/// A receiver that answers these statuses in turn, and then 204.
fn receiver(statuses: &'static [u16]) -> (SocketAddr, Receiver<Told>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        for (index, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let lines: Vec<String> = reader
                .by_ref()
                .lines()
                .map(Result::unwrap)
                .take_while(|line| !line.is_empty())
                .collect();
            let head: Vec<(String, String)> = lines
                .iter()
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            let length = head.iter().find(|(name, _)| name == "content-length").unwrap();
            let mut body = vec![0; length.1.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let status = statuses.get(index).copied().unwrap_or(204);
            let answer = format!("HTTP/1.1 {status} Answer\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if tell.send(Told { head, body: String::from_utf8(body).unwrap() }).is_err() {
                return;
            }
        }
    });
    (address, told)
}

fn request(address: SocketAddr) -> Value {
    json!({
        "provider": "my-till",
        "topic": "sync_products",
        "callbackUrl": format!("http://{address}/hooks"),
    })
}

#[tokio::test]
async fn a_job_that_asks_is_told_until_it_is_heard() {
    for database in TestDatabase::every().await {
        // The first call fails; the second comes seconds later with the same id and content.
        let (address, told) = receiver(&[503]);
        let private = address.to_string();
        let settings = [
            ("FORGE__WEBHOOKS__SECRET", SECRET),
            ("FORGE__WEBHOOKS__ALLOW_PRIVATE", private.as_str()),
            ("FORGE__WEBHOOKS__ALLOW_HTTP", "true"),
        ];
        let server = Server::start(&database, None, &settings);
        // There is no sample, which is a question.
        let id = server.generate(&request(address)).await;
        let first = told.recv_timeout(LONGEST).unwrap();
        let second = told.recv_timeout(LONGEST).unwrap();
        assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
        assert_eq!(first.body, second.body);
        let sent_at = second.header("webhook-timestamp").parse().unwrap();
        let signature = Webhook::new(SECRET)
            .unwrap()
            .sign(second.header("webhook-id"), sent_at, second.body.as_bytes())
            .unwrap();
        assert_eq!(second.header("webhook-signature"), signature);
        let body: Value = serde_json::from_str(&second.body).unwrap();
        assert_eq!(body["type"], "job.needs_clarification");
        assert_eq!(body["data"]["jobId"], id);
        let path = format!("/api/v1/adapter-scripts/jobs/{id}/cancel");
        server.call(Method::POST, &path, None).await;
        let third = told.recv_timeout(LONGEST).unwrap();
        let body: Value = serde_json::from_str(&third.body).unwrap();
        assert_eq!(body["type"], "job.failed", "a cancelled job is over: {body}");
        drop(server);
        database.remove().await;
    }
}

#[tokio::test]
async fn an_address_that_may_not_be_called_is_refused_at_the_door() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[("FORGE__WEBHOOKS__SECRET", SECRET)]);
    for url in ["http://example.com/", "https://127.0.0.1/", "https://localhost/", "nonsense"] {
        let body = json!({"provider": "my-till", "topic": "sync_products", "callbackUrl": url});
        let path = "/api/v1/adapter-scripts/generate";
        let (status, answer) = server.call(Method::POST, path, Some(&body)).await;
        assert!((400..500).contains(&status), "{url}: {answer}");
        assert_eq!(answer["error"]["field"], "callbackUrl", "{url}: {answer}");
    }
}

#[tokio::test]
async fn without_a_secret_no_callback_is_accepted() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let body = json!({
        "provider": "my-till", "topic": "sync_products", "callbackUrl": "https://example.com/hook"
    });
    let path = "/api/v1/adapter-scripts/generate";
    let (status, answer) = server.call(Method::POST, path, Some(&body)).await;
    assert!((400..500).contains(&status), "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("webhooks.secret"), "{answer}");
}
