//! A desk at which a page is worked through: a server, a shell, an account at a vendor, and files to name.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::page::root;
use super::stand_ins::{ADAPTER_FORGE, CARGO, CLAUDE, CURL};
use crate::connections::make_key;
use crate::support::{Server, TestDatabase, create_key, plain_catalogue};

/// Seconds after which a page's commands are given up. Far above what the slowest takes.
const PATIENCE: &str = "240";

pub(crate) struct Desk {
    folder: TempDir,
    database: TestDatabase,
    server: Server,
    vendor: String,
    revocable: String,
    restored: String,
}

impl Desk {
    pub(crate) fn new(database: TestDatabase) -> Self {
        let (address, vendor) = vendor();
        let keys = make_key("a");
        let settings =
            [("FORGE__CONNECTIONS__ALLOW_PRIVATE", &*address), ("FORGE__VAULT__KEYS", &*keys)];
        let server = Server::start(&database, None, &settings);
        let key = create_key(&database, "gone", &["jobs:read"]);
        let revocable = key.split('_').nth(1).unwrap().to_owned();
        let folder = tempfile::tempdir().unwrap();
        let restored = format!("forge_restored_{:016x}", rand::random::<u64>());
        let desk = Self { folder, database, server, vendor, revocable, restored };
        desk.lay_out();
        desk
    }

    pub(crate) const fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) const fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// What the pages' commands find: files to read, and programs.
    fn lay_out(&self) {
        let at = |name: &str| self.folder.path().join(name);
        for name in ["bin", "data", "account"] {
            std::fs::create_dir(at(name)).unwrap();
        }
        for name in ["menu.json", "payload.json"] {
            std::fs::write(at(name), plain_catalogue(3).to_string()).unwrap();
        }
        std::fs::write(at("wanted.json"), wanted().to_string()).unwrap();
        std::fs::write(at("notes.md"), "# Prices\n\nPrices are in dollars.\n").unwrap();
        for (topic, script) in account_scripts() {
            std::fs::write(at(&format!("account/{topic}.json")), script.to_string()).unwrap();
        }
        if let Some(file) = self.database.url.strip_prefix("sqlite://") {
            symlink(file, at("data/adapter-forge.db")).unwrap();
        }
        let programs = [
            ("adapter-forge", ADAPTER_FORGE),
            ("cargo", CARGO),
            ("curl", CURL),
            ("claude", CLAUDE),
        ];
        for (name, text) in programs {
            let file = at("bin").join(name);
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    /// A block with what its reader puts in: the server's address, a key, an account.
    pub(crate) fn filled_in(&self, text: &str) -> String {
        text.replace("http://localhost:8080", &self.server.base)
            .replace("https://forge.example", &self.server.base)
            .replace("https://api.my-till.example/v2", &self.vendor)
            .replace("afk_…", &self.server.key)
            .replace("PREFIX", &self.revocable)
            .replace("forge_restored", &self.restored)
    }

    /// Gives the commands to one shell, which stops at the first that fails.
    pub(crate) fn sits_through(&self, session: &str) {
        let folder = self.folder.path();
        let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
        let script = format!("set -Eeuo pipefail\ntrap 'echo \"fails at $at\" >&2' ERR\n{session}");
        let output = shell(&path, folder)
            .arg(&script)
            .env("FORGE_URL", &self.server.base)
            .env("FORGE_API_KEY", &self.server.key)
            .env("KEY", &self.server.key)
            .env("FORGE__DATABASE__URL", &self.database.url)
            .output()
            .unwrap();
        let (out, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{}\n{out}\n{error}", output.status);
    }

    /// Leaves nothing behind on a database server.
    pub(crate) async fn clear(self) {
        drop(self.server);
        self.database.forget(&self.restored).await;
        self.database.remove().await;
    }
}

fn shell(path: &str, folder: &Path) -> Command {
    let mut command = Command::new("timeout");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FORGE_") {
            command.env_remove(name);
        }
    }
    command
        .args([PATIENCE, "bash", "-c"])
        .env("PATH", path)
        .env("HOME", folder)
        .env("FORGE_DESK_ROOT", root())
        .env("FORGE_DESK_BINARY", env!("CARGO_BIN_EXE_adapter-forge"))
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// What a careful engineer wants of the menu.
fn wanted() -> Value {
    let products: Vec<Value> = (1..=3)
        .map(|number| {
            json!({"itemCode": format!("itm_{number}"), "name": format!("Dish {number}"),
                "price": 2.5 + f64::from(number) / 4.0, "description": "Freshly made"})
        })
        .collect();
    json!({"products": products})
}

/// A vendor: its host and port, and where its API begins.
fn vendor() -> (String, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let routes = Router::new()
        .route("/v2/ping", get(|| async { Json(json!({"message": "pong"})) }))
        .route("/v2/items", get(|| async { Json(plain_catalogue(3)) }));
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async { axum::serve(listener, routes).await });
    let base = format!("http://{address}/v2");
    (address, base)
}

/// What works with the vendor's account, as a person would upload it.
fn account_scripts() -> [(&'static str, Value); 2] {
    let upload = |topic: &str, source: &str, url: &str, body: Value| {
        let exchange = json!({"request": {"url": url}, "response": {"body": body}});
        json!({"provider": "my-till", "topic": topic, "source": source,
            "samples": [{"name": "recorded", "http": [exchange]}]})
    };
    [
        (
            "test_connection",
            upload(
                "test_connection",
                "function transform(input, context) { const reply = context.http.get('/ping'); \
                 return {ok: reply.statusCode === 200, message: reply.body.message}; }",
                "/ping",
                json!({"message": "pong"}),
            ),
        ),
        (
            "sync_products",
            upload(
                "sync_products",
                "function transform(input, context) { const items = context.http.get('/items').body.items; \
                 return {products: items.map((i) => ({itemCode: i.id, name: i.name, price: i.price}))}; }",
                "/items",
                plain_catalogue(2),
            ),
        ),
    ]
}
