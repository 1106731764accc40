//! A vendor with a paged catalogue, orders, webhooks, little patience, and a mind of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

pub(crate) const API_KEY: &str = "sk-sea-0123456789abcdef";
pub(crate) const CONTACT_NAME: &str = "Maria Lopez";
pub(crate) const CONTACT_EMAIL: &str = "maria.lopez@sea-till.example";

/// Where samples say that its API begins.
const DOCUMENTED: &str = "https://api.sea-till.example/v1";

/// An order as it arrived.
pub(crate) struct Order {
    pub(crate) body: Value,
}

pub(crate) struct Vendor {
    pub(crate) address: SocketAddr,
    renamed: Arc<AtomicBool>,
    orders: Mutex<Receiver<Order>>,
}

impl Vendor {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let renamed = Arc::new(AtomicBool::new(false));
        let (tell, orders) = channel();
        let changes = Arc::clone(&renamed);
        thread::spawn(move || {
            let asked = AtomicU32::new(0);
            for stream in listener.incoming() {
                let is_renamed = changes.load(Ordering::SeqCst);
                serve(stream.unwrap(), is_renamed, &asked, &tell);
            }
        });
        Self { address, renamed, orders: Mutex::new(orders) }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// From now on it calls the price of an item otherwise.
    pub(crate) fn rename_a_field(&self) {
        self.renamed.store(true, Ordering::SeqCst);
    }

    /// The next order.
    pub(crate) fn order(&self) -> Order {
        self.orders.lock().unwrap().recv_timeout(Duration::from_mins(1)).unwrap()
    }
}

/// Two pages of the catalogue, the first with somebody to call; the second ends it.
fn page(number: u32, is_renamed: bool, contact: &Value) -> Value {
    let price = if is_renamed { "unitPrice" } else { "price" };
    let item = |id: &str, name: &str, amount: f64| json!({"id": id, "name": name, price: amount});
    match number {
        1 => json!({
            "data": [item("itm_1", "Soup", 4.5), item("itm_2", "Bread", 2.25)],
            "meta": {"contact": contact}, "next": "/v1/items?page=2",
        }),
        _ => json!({"data": [item("itm_3", "Water", 1.5)], "meta": {}, "next": null}),
    }
}

/// What the vendor's documents show of the catalogue.
pub(crate) fn recorded_catalogue() -> Value {
    let headers = json!({"Authorization": "Bearer test-key-123", "Accept": "application/json"});
    let contact = json!({"name": "Some Body", "email": "somebody@sea-till.example"});
    let exchange = |number: u32| {
        let url = format!("{DOCUMENTED}/items?page={number}");
        json!({
            "request": {"url": url, "headers": headers},
            "response": {"body": page(number, false, &contact)},
        })
    };
    json!([{
        "connection": {"baseUrl": DOCUMENTED, "apiKey": "test-key-123"},
        "http": [exchange(1), exchange(2)],
    }])
}

pub(crate) fn an_order(id: &str) -> Value {
    json!({
        "orderId": id, "placedAt": "2026-03-04T09:15:00Z", "type": "dine_in",
        "items": [
            {"itemCode": "itm_1", "name": "Soup", "quantity": 2, "unitPrice": 4.5},
            {"itemCode": "itm_3", "name": "Water", "quantity": 1, "unitPrice": 1.5},
        ],
        "totals": {"subtotal": 10.5, "tax": 0.5, "total": 11.0},
    })
}

/// Orders, and the requests that the vendor wants for them.
pub(crate) fn dispatch_samples() -> Value {
    let wanted = |id: &str| {
        json!({
            "url": format!("{DOCUMENTED}/orders"), "method": "POST",
            "headers": {"Authorization": "Bearer test-key-123"},
            "body": {
                "reference": id,
                "lines": [{"plu": "itm_1", "qty": 2}, {"plu": "itm_3", "qty": 1}],
                "total": 11.0,
            },
        })
    };
    let sample = |id: &str| {
        json!({
            "payload": an_order(id), "expected": wanted(id),
            "connection": {"baseUrl": DOCUMENTED, "apiKey": "test-key-123"},
        })
    };
    json!([sample("o-1"), sample("o-2")])
}

pub(crate) fn webhook(order: &str, status: &str) -> Value {
    json!({"order_id": order, "status": status, "updated_at": "2026-03-04T09:20:00Z"})
}

pub(crate) fn status_samples() -> Value {
    json!([
        {"payload": webhook("o-1", "ACCEPTED")},
        {"payload": webhook("o-2", "READY_FOR_PICKUP")},
    ])
}

fn serve(mut stream: TcpStream, is_renamed: bool, asked: &AtomicU32, tell: &Sender<Order>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let lines: Vec<String> =
        reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let Some(first) = lines.first() else { return };
    let header = |name: &str| {
        let found = lines.iter().filter_map(|line| line.split_once(": "));
        let mut found = found.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.to_owned())
    };
    let length = header("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let target = first.split(' ').nth(1).unwrap_or_default();
    let busy = |reply: (u16, Value)| {
        // The first calls for a page come at a bad moment, each in its turn.
        if matches!(asked.fetch_add(1, Ordering::SeqCst), 0 | 2) { (429, json!({})) } else { reply }
    };
    let contact = json!({"name": CONTACT_NAME, "email": CONTACT_EMAIL});
    let is_known = header("authorization") == Some(format!("Bearer {API_KEY}"));
    let (status, answer) = match target {
        _ if !is_known => (401, json!({"message": "who are you?"})),
        "/v1/items" | "/v1/items?page=1" => busy((200, page(1, is_renamed, &contact))),
        "/v1/items?page=2" => busy((200, page(2, is_renamed, &contact))),
        // It never knows the first time whether it took an order; the key tells.
        "/v1/orders" if header("idempotency-key").is_some() => {
            tell.send(Order { body: serde_json::from_slice(&body).unwrap() }).unwrap();
            (201, json!({"id": "v-1"}))
        }
        _ => (404, json!({"message": "there is nothing here"})),
    };
    let answer = answer.to_string();
    let head = "connection: close\r\ncontent-type: application/json\r\nretry-after: 0";
    let reply = format!(
        "HTTP/1.1 {status} Answer\r\n{head}\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    );
    // Whoever does not listen to the end has its reasons.
    let _ = stream.write_all(reply.as_bytes());
}
