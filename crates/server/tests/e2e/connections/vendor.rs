//! A vendor of tills, played by a server of our own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use sandbox::{SignatureEncoding, Signing};
use serde_json::{Value, json};

pub(crate) const API_KEY: &str = "sk-live-0123456789abcdef";
pub(crate) const API_SECRET: &str = "hush-9876543210fedcba";
pub(crate) const TOKEN: &str = "tok-55aa55aa55aa55aa";

/// An order as it arrived.
pub(crate) struct Order {
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) struct Vendor {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicU32>,
    orders: Mutex<Receiver<Order>>,
}

impl Vendor {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicU32::new(0));
        let (tell, orders) = channel();
        let counted = Arc::clone(&requests);
        thread::spawn(move || {
            let busy = AtomicU32::new(0);
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                serve(stream.unwrap(), address, &busy, &tell);
            }
        });
        Self { address, requests, orders: Mutex::new(orders) }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::SeqCst)
    }

    /// The next order.
    pub(crate) fn order(&self) -> Order {
        self.orders.lock().unwrap().recv_timeout(Duration::from_mins(1)).unwrap()
    }
}

/// `user:password` as it goes over the wire.
pub(crate) fn basic() -> String {
    // The one of the two constants above.
    "c2stbGl2ZS0wMTIzNDU2Nzg5YWJjZGVmOmh1c2gtOTg3NjU0MzIxMGZlZGNiYQ==".to_owned()
}

pub(crate) fn signature(text: &str) -> String {
    let (secret, text) = (API_SECRET.to_owned(), text.to_owned());
    Signing { secret, text, encoding: SignatureEncoding::Hex }.signature()
}

pub(crate) fn catalogue() -> Value {
    json!({"items": [
        {"id": "itm_1", "name": "Soup", "price": 4.5},
        {"id": "itm_2", "name": "Bread", "price": 2.25},
        {"id": "itm_3", "name": "Water", "price": 1.5},
    ]})
}

fn serve(mut stream: TcpStream, own: SocketAddr, busy: &AtomicU32, tell: &Sender<Order>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let lines: Vec<String> =
        reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let Some(first) = lines.first().cloned() else { return };
    let header = |name: &str| {
        let found = lines.iter().filter_map(|line| line.split_once(": "));
        found
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.to_owned())
            .next()
    };
    let length = header("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let authorization = header("authorization").unwrap_or_default();
    let is_known = authorization == format!("Basic {}", basic());
    let target = first.split(' ').nth(1).unwrap_or_default();
    let (status, headers, answer) = match target {
        "/v1/ping" if is_known => {
            (200, String::new(), json!({"message": format!("pong for {authorization}")}))
        }
        "/v1/outlets" if is_known => (
            200,
            format!("link: <http://{own}/v1/outlets?page=2>; rel=\"next\"\r\n"),
            json!({"data": [{"id": "1", "name": "North"}, {"id": "2", "name": "South"}]}),
        ),
        // The first time it wants to be left alone.
        "/v1/outlets?page=2" if is_known && busy.fetch_add(1, Ordering::SeqCst) == 0 => {
            (429, "retry-after: 0\r\n".to_owned(), json!({}))
        }
        "/v1/outlets?page=2" if is_known => {
            (200, String::new(), json!({"data": [{"id": "3", "name": "West"}]}))
        }
        target if target.starts_with("/v1/orders") => {
            let echo = serde_json::from_str(&body).unwrap();
            tell.send(Order { head: lines.join("\n"), body }).unwrap();
            (201, format!("x-echo: {API_KEY}\r\n"), echo)
        }
        target if target.starts_with("/v1/elsewhere?to=") => {
            let to = target.split_once("to=").unwrap().1;
            (302, format!("location: {to}\r\n"), json!({}))
        }
        _ => (401, String::new(), json!({"message": "who are you?"})),
    };
    let answer = answer.to_string();
    let length = answer.len();
    let head = "connection: close\r\ncontent-type: application/json";
    let reply = format!(
        "HTTP/1.1 {status} Answer\r\n{head}\r\n{headers}content-length: {length}\r\n\r\n{answer}"
    );
    // Whoever does not listen to the end has its reasons.
    let _ = stream.write_all(reply.as_bytes());
}
