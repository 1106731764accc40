//! Providers that are busy, broken, slow or gone.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use wiremock::ResponseTemplate;

use super::provider::{Provider, reply, stream};
use super::{Draft, KEY, author, brief, write};
use crate::AuthorError;

fn busy(provider: Provider, status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(provider.error("overloaded_error", "Busy."))
}

#[tokio::test]
async fn a_busy_provider_is_asked_again() {
    for provider in Provider::ALL {
        for status in [429, 500, 503, 529] {
            let whole = stream(&provider.events(&reply::script("let a;")));
            let refusal = busy(provider, status).insert_header("retry-after", "0");
            let server = provider.answers([refusal, whole]).await;
            let (draft, seen) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
            assert!(matches!(draft, Ok(Draft::Script(_))), "{provider:?} {status}: {draft:?}");
            let said = seen.said.lock().unwrap();
            assert!(said[0].contains(&format!("{status}: Busy.")), "{said:?}");
        }
    }
}

#[tokio::test]
async fn a_provider_that_stays_busy_is_unavailable() {
    for provider in Provider::ALL {
        let server = provider.answers((0..3).map(|_| busy(provider, 529))).await;
        let (draft, _) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        assert!(matches!(draft, Err(AuthorError::Unavailable(_))), "{provider:?}: {draft:?}");
    }
}

#[tokio::test]
async fn a_longer_wait_than_a_call_may_take_is_not_waited_for() {
    for provider in Provider::ALL {
        let refusal = busy(provider, 429).insert_header("retry-after", "7200");
        let server = provider.answers([refusal]).await;
        let author = author(provider, &server.uri(), &json!({}));
        let (draft, _) = write(&author, &brief()).await;
        let Err(AuthorError::Unavailable(what)) = draft else { panic!("{draft:?}") };
        assert!(what.contains("7200 s"), "{what}");
        // Nor is it asked before, an hour at most.
        let (draft, _) = write(&author, &brief()).await;
        let Err(AuthorError::Unavailable(what)) = draft else { panic!("{draft:?}") };
        assert!(what.contains("asked again in 35"), "{what}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_not_tried_again_and_not_shown() {
    for provider in Provider::ALL {
        let message = format!("invalid key: {KEY}");
        let body = provider.error("authentication_error", &message);
        let server = provider.answers([ResponseTemplate::new(401).set_body_json(body)]).await;
        let (draft, _) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        let Err(AuthorError::Refused(what)) = draft else { panic!("{draft:?}") };
        assert!(what.contains("invalid key: [key]"), "{what}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn our_own_mistakes_are_not_repeated() {
    for provider in Provider::ALL {
        let body = provider.error("invalid_request_error", "No such model.");
        let server = provider.answers([ResponseTemplate::new(404).set_body_json(body)]).await;
        let (draft, _) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        let Err(AuthorError::Broken(what)) = draft else { panic!("{draft:?}") };
        assert!(what.contains("No such model."), "{what}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_error_within_a_stream_is_read() {
    let provider = Provider::Anthropic;
    let mut events = provider.events(&reply::script("let a = 1; let b = 2;"));
    events.truncate(6);
    events.push(format!(
        "event: error\ndata: {}\n\n",
        provider.error("overloaded_error", "Overloaded")
    ));
    let whole = stream(&provider.events(&reply::script("let a;")));
    let server = provider.answers([stream(&events), whole]).await;
    let (draft, seen) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
    assert!(matches!(draft, Ok(Draft::Script(_))), "{draft:?}");
    assert!(seen.grown.lock().unwrap().contains(&String::new()), "what had grown is gone");
    assert!(seen.said.lock().unwrap().iter().any(|note| note.contains("Overloaded")));
}

#[tokio::test]
async fn a_stream_that_is_no_stream_is_tried_again() {
    for provider in Provider::ALL {
        let broken = ResponseTemplate::new(200)
            .set_body_raw("event: message_delta\ndata: {\"a\n\n", "text/event-stream");
        let whole = stream(&provider.events(&reply::script("let a;")));
        let server = provider.answers([broken, whole]).await;
        let (draft, _) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        assert!(matches!(draft, Ok(Draft::Script(_))), "{provider:?}: {draft:?}");
    }
}

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// Reads a request to its end; by then the client waits for the reply.
async fn read_request(socket: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = vec![0; 65_536];
    loop {
        let count = socket.read(&mut buffer).await.unwrap();
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
            return;
        }
    }
}

/// The beginning of a reply, up to somewhere within the script.
fn half(provider: Provider) -> String {
    let mut events = provider.events(&reply::script(&"let a = 1;\n".repeat(20)));
    events.truncate(12);
    chunk(&events.concat())
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

#[tokio::test]
async fn a_connection_that_is_cut_is_made_again() {
    for provider in Provider::ALL {
        let (listener, address) = listener().await;
        let serving = tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            read_request(&mut first).await;
            first.write_all(format!("{HEAD}{}", half(provider)).as_bytes()).await.unwrap();
            drop(first);
            let (mut second, _) = listener.accept().await.unwrap();
            read_request(&mut second).await;
            let whole = chunk(&provider.events(&reply::script("let a;")).concat());
            second.write_all(format!("{HEAD}{whole}0\r\n\r\n").as_bytes()).await.unwrap();
            second
        });
        let (draft, seen) = write(&author(provider, &address, &json!({})), &brief()).await;
        assert!(matches!(draft, Ok(Draft::Script(_))), "{provider:?}: {draft:?}");
        let said = seen.said.lock().unwrap().join("\n");
        assert!(said.contains("trying again") && said.contains("counted as about"), "{said}");
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn a_reply_that_never_ends_is_cut_off() {
    for provider in Provider::ALL {
        let (listener, address) = listener().await;
        let serving = tokio::spawn(async move {
            for _ in 0..2 {
                let (mut socket, _) = listener.accept().await.unwrap();
                read_request(&mut socket).await;
                socket.write_all(format!("{HEAD}{}", half(provider)).as_bytes()).await.unwrap();
                let more = provider.events(&reply::script(&"let a = 1;\n".repeat(20)))[5].clone();
                // Ends when the client hangs up.
                while socket.write_all(chunk(&more).as_bytes()).await.is_ok() {}
            }
        });
        let author = author(provider, &address, &json!({"max_reply_tokens": 1_000}));
        let (draft, _) = write(&author, &brief()).await;
        let Err(AuthorError::BadReply(what)) = draft else { panic!("{provider:?}: {draft:?}") };
        assert!(what.contains("cut off"), "{what}");
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn a_call_without_an_end_is_given_up() {
    for (more, said) in [
        (json!({"timeout_seconds": 1}), "not at its end after 1 s"),
        (json!({"silence_seconds": 1, "retries": 0}), "nothing came for 1 s"),
    ] {
        let (listener, address) = listener().await;
        let serving = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_request(&mut socket).await;
            socket.write_all(HEAD.as_bytes()).await.unwrap();
            // Nothing more, until the client hangs up.
            let _ = socket.read(&mut [0; 16]).await;
        });
        let (draft, _) = write(&author(Provider::Anthropic, &address, &more), &brief()).await;
        let Err(AuthorError::Unavailable(what)) = draft else { panic!("{draft:?}") };
        assert!(what.contains(said), "{what}");
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn a_draft_that_is_dropped_ends_its_call() {
    for provider in Provider::ALL {
        let (listener, address) = listener().await;
        let (begun, half_way) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_request(&mut socket).await;
            socket.write_all(format!("{HEAD}{}", half(provider)).as_bytes()).await.unwrap();
            begun.send(()).unwrap();
            socket.read(&mut [0; 16]).await
        });
        let writing = tokio::spawn(async move {
            write(&author(provider, &address, &json!({})), &brief()).await.0
        });
        half_way.await.unwrap();
        writing.abort();
        let hung_up = tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap();
        assert!(matches!(hung_up.unwrap(), Ok(0) | Err(_)), "the connection is closed");
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_unavailable() {
    let (listener, address) = listener().await;
    drop(listener);
    let (draft, _) = write(&author(Provider::OpenAi, &address, &json!({})), &brief()).await;
    assert!(matches!(draft, Err(AuthorError::Unavailable(_))), "{draft:?}");
}
