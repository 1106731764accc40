//! A vendor of whom nothing is known but what its documents say.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use reqwest::Method;
use serde_json::json;

use crate::support::{Server, TestDatabase};

/// A catalogue's API as large vendors describe theirs: references, envelopes, amounts in minor units,
/// examples beside the schemas.
const API: &str = include_str!("documents/catalogue.yaml");

/// A part of what a real vendor publishes of its API; `documents/README.md` says whence it is.
const SQUARE: &str = include_str!("documents/square.json");

/// A site that serves the description, and tells of each request whether it asked after the copy
/// that it had.
fn site() -> (SocketAddr, Receiver<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head: Vec<String> = BufReader::new(&stream)
                .lines()
                .map(|line| line.unwrap().to_ascii_lowercase())
                .take_while(|line| !line.is_empty())
                .collect();
            let is_known = head.iter().any(|line| line == "if-none-match: \"v1\"");
            let close = "connection: close\r\netag: \"v1\"";
            let answer = if is_known {
                format!("HTTP/1.1 304 Not Modified\r\n{close}\r\n\r\n")
            } else {
                let length = API.len();
                format!(
                    "HTTP/1.1 200 OK\r\n{close}\r\ncontent-type: application/yaml\r\n\
                     content-length: {length}\r\n\r\n{API}"
                )
            };
            stream.write_all(answer.as_bytes()).unwrap();
            if tell.send(is_known).is_err() {
                return;
            }
        }
    });
    (address, requests)
}

#[tokio::test]
async fn a_description_of_an_api_as_the_only_knowledge_leads_to_a_script() {
    let (address, requests) = site();
    let private = address.to_string();
    let settings = [
        ("FORGE__KNOWLEDGE__ALLOW_PRIVATE", private.as_str()),
        ("FORGE__KNOWLEDGE__ALLOW_HTTP", "true"),
        ("FORGE__KNOWLEDGE__REFETCH_SECONDS", "0"),
    ];
    for database in TestDatabase::every().await {
        let server = Server::start(&database, None, &settings);
        let document = "/api/v1/knowledge/block-till/documents/catalogue.yaml";
        let url = json!({"url": format!("http://{address}/openapi/catalogue.yaml")});
        let (status, answer) = server.call(Method::PUT, document, Some(&url)).await;
        assert_eq!(status, 200, "{answer}");

        let request = json!({"provider": "block-till", "topic": "sync_products"});
        let id = server.generate(&request).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{job:#}");
        let log = job["logs"].to_string();
        assert!(log.contains("from the documents, not real"), "{log}");
        assert!(log.contains("fetched document catalogue.yaml from 127.0.0.1"), "{log}");
        assert!(!requests.recv().unwrap());

        let (_, answer) = server.get(document).await;
        assert_eq!(answer["document"]["etag"], "\"v1\"");
        assert_eq!(answer["document"]["content"], API);

        // The script is for what the vendor sends, of which the example is one.
        let path = format!("/api/v1/adapter-scripts/{}/run", job["resultScriptId"]);
        let item =
            json!({"id": "I9", "name": "Soup", "sku": "S-1", "price": 650, "currency": "EUR"});
        let body = json!({"payload": {"items": [item], "cursor": ""}});
        let (_, answer) = server.post(&path, &body).await;
        assert_eq!(answer["run"]["output"]["products"][0]["name"], "Soup", "{answer}");
        assert_eq!(answer["run"]["output"]["products"][0]["price"], 6.5, "{answer}");

        let id = server.generate(&request).await;
        assert_eq!(server.job_at_rest(id).await["status"], "completed");
        assert!(requests.recv().unwrap(), "the text that is there is asked after");
        drop(server);
        database.remove().await;
    }
}

#[tokio::test]
async fn the_description_of_a_real_vendor_leads_to_a_script_for_what_the_vendor_sends() {
    for (topic, operation) in
        [("list_remote_outlets", "/v2/locations"), ("sync_outlet", "/v2/locations/{location_id}")]
    {
        let database = TestDatabase::sqlite();
        let server = Server::start(&database, None, &[]);
        let document = "/api/v1/knowledge/square/documents/square.json";
        let put = server.request(Method::PUT, document).header("content-type", "text/plain");
        assert_eq!(put.body(SQUARE).send().await.unwrap().status(), 200);

        let request = json!({"provider": "square", "topic": topic, "author": "synth"});
        let id = server.generate(&request).await;
        let job = server.job_at_rest(id).await;
        // The one example shows a location with two ids, of which one is that of its merchant.
        assert_eq!(job["status"], "completed", "{job:#}");
        let log = job["logs"].to_string();
        assert!(log.contains(&format!("is an example of GET {operation} in square.json")), "{log}");

        // The script is for what the vendor sends, not for the example.
        let location = json!({
            "id": "L77", "merchant_id": "M1", "name": "Harbour", "status": "ACTIVE",
            "timezone": "Europe/Dublin", "currency": "EUR", "country": "IE"
        });
        let (payload, outlet) = match topic {
            "sync_outlet" => (json!({"location": location}), ""),
            _ => (json!({"locations": [location]}), "/outlets/0"),
        };
        let path = format!("/api/v1/adapter-scripts/{}/run", job["resultScriptId"]);
        let (_, answer) = server.post(&path, &json!({"payload": payload})).await;
        let outlet = answer["run"]["output"].pointer(outlet).unwrap();
        assert_eq!(
            (outlet["externalId"].as_str(), outlet["name"].as_str()),
            (Some("L77"), Some("Harbour")),
            "{answer:#}"
        );
    }
}

#[tokio::test]
async fn the_catalogue_of_a_real_vendor_is_read_from_the_example_that_has_products() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let document = json!({"name": "square.json", "content": SQUARE});
    let request = json!({
        "provider": "square", "topic": "sync_products", "author": "synth", "documents": [document]
    });
    let id = server.generate(&request).await;
    let job = server.job_at_rest(id).await;
    let log = job["logs"].to_string();
    let operation = "is an example of POST /v2/catalog/batch-retrieve in square.json";
    assert!(log.contains(operation), "{log}");
    // Products and their sizes are there, so no question is about anything else than how to read them.
    let asked = job["clarification"].as_str().unwrap();
    assert!(!asked.contains("There is no sample") && !asked.contains("version"), "{asked}");
    assert!(job["status"] == "completed" || asked.contains("item_"), "{job:#}");
}

#[tokio::test]
async fn an_address_inside_a_network_is_refused_at_the_door() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let document = "/api/v1/knowledge/block-till/documents/secrets";
    let url = json!({"url": "https://169.254.169.254/latest/meta-data"});
    let (status, answer) = server.call(Method::PUT, document, Some(&url)).await;
    assert_eq!((status, answer["error"]["field"].as_str()), (400, Some("url")), "{answer}");
}
