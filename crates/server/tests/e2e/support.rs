//! Starts the binary and talks to it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Method;
use sea_orm::{ConnectionTrait as _, Database as SeaDatabase, DatabaseBackend, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Long enough for the slowest machine; no test waits for it unless something hangs.
const LONGEST: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(10);

pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_adapter-forge"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FORGE_") {
            command.env_remove(name);
        }
    }
    command
}

/// A database of a test's own.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    _folder: Option<TempDir>,
    drop_on: Option<(String, String)>,
}

impl TestDatabase {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("forge.db").display());
        Self { url, _folder: Some(folder), drop_on: None }
    }

    /// None where no PostgreSQL is configured. One that is configured but does not answer fails.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(admin) = std::env::var("FORGE_TEST_POSTGRES_URL") else {
            println!("skipped on PostgreSQL: FORGE_TEST_POSTGRES_URL is not set");
            return None;
        };
        let name = format!("forge_e2e_{:016x}", rand::random::<u64>());
        execute(&admin, &format!("CREATE DATABASE {name}")).await;
        let (server, _) = admin.rsplit_once('/').expect("a URL ends with /DATABASE");
        let url = format!("{server}/{name}");
        Some(Self { url, _folder: None, drop_on: Some((admin, name)) })
    }

    pub(crate) async fn every() -> Vec<Self> {
        std::iter::once(Self::sqlite()).chain(Self::postgres().await).collect()
    }

    pub(crate) async fn open(&self) -> store::sea::Database {
        store::sea::Database::connect(&self.url, &store::sea::ConnectOptions::default())
            .await
            .unwrap()
    }

    /// All that it holds, as text: SQLite's file, or every table of PostgreSQL.
    pub(crate) async fn dump(&self) -> String {
        if let Some(path) = self.url.strip_prefix("sqlite://") {
            let mut all = String::new();
            for file in [path.to_owned(), format!("{path}-wal")] {
                let bytes = std::fs::read(file).unwrap_or_default();
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
            return all;
        }
        let connection = SeaDatabase::connect(&self.url).await.unwrap();
        let query = "SELECT query_to_xml(format('SELECT %L AS t, * FROM %I', tablename, tablename), \
                     true, false, '')::text AS dump FROM pg_tables WHERE schemaname = 'public'";
        let statement = Statement::from_string(DatabaseBackend::Postgres, query);
        let rows = connection.query_all_raw(statement).await.unwrap();
        let dumps = rows.iter().map(|row| row.try_get::<String>("", "dump").unwrap());
        let all = dumps.collect::<Vec<_>>().join("\n");
        connection.close().await.unwrap();
        all
    }

    /// Drops another database of the same PostgreSQL, if it is there.
    pub(crate) async fn forget(&self, name: &str) {
        if let Some((admin, _)) = &self.drop_on {
            execute(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }

    /// PostgreSQL keeps a database until it is dropped.
    pub(crate) async fn remove(self) {
        if let Some((admin, name)) = &self.drop_on {
            execute(admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// A key of this name, made by the server's own command line.
pub(crate) fn create_key(database: &TestDatabase, name: &str, scopes: &[&str]) -> String {
    let output = binary()
        .env("FORGE__DATABASE__URL", &database.url)
        .args(["keys", "create", "--name", name, "--scope"])
        .args(scopes)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

async fn execute(url: &str, statement: &str) {
    let connection = SeaDatabase::connect(url).await.expect("FORGE_TEST_POSTGRES_URL must answer");
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) base: String,
    pub(crate) key: String,
    http: reqwest::Client,
}

impl Server {
    /// Starts on a free port. `key` is one that the database already has; none for the first start.
    pub(crate) fn start(
        database: &TestDatabase,
        key: Option<&str>,
        settings: &[(&str, &str)],
    ) -> Self {
        Self::start_logging(database, key, settings, Stdio::inherit())
    }

    /// The same, with a place for what it logs.
    pub(crate) fn start_logging(
        database: &TestDatabase,
        key: Option<&str>,
        settings: &[(&str, &str)],
        log: Stdio,
    ) -> Self {
        let mut child = binary()
            .env("FORGE__SERVER__PORT", "0")
            .env("FORGE__DATABASE__URL", &database.url)
            .env("FORGE__WORKER__POLL_MILLISECONDS", "50")
            .env("FORGE__LOG__FILTER", "warn")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut after = |mark: &str| {
            let line = lines.next().expect("the server ended at its start").unwrap();
            line.split_once(mark).unwrap_or_else(|| panic!("no {mark:?} in {line:?}")).1.to_owned()
        };
        let base = after("listens on ");
        let key = key.map_or_else(|| after("only this once: "), str::to_owned);
        egress::install_cryptography();
        Self { child, base, key, http: reqwest::Client::new() }
    }

    /// A request with the key, to be sent by the test.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.base);
        self.http.request(method, url).header("X-Api-Key", &self.key)
    }

    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// The same with another key.
    pub(crate) async fn get_as(&self, key: &str, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.base)).header("X-Api-Key", key);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// The same with a body.
    pub(crate) async fn post_as(&self, key: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.base)).header("X-Api-Key", key);
        let response = request.json(body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    /// What it counts, in the form of Prometheus.
    pub(crate) async fn metrics(&self) -> String {
        let response = self.http.get(format!("{}/metrics", self.base)).send().await.unwrap();
        response.text().await.unwrap()
    }

    /// Starts a job; gives its number.
    pub(crate) async fn generate(&self, request: &Value) -> i64 {
        let (status, answer) = self.post("/api/v1/adapter-scripts/generate", request).await;
        assert_eq!(status, 200, "{answer}");
        answer["jobId"].as_i64().unwrap()
    }

    pub(crate) async fn job(&self, id: i64) -> Value {
        let (status, answer) = self.get(&format!("/api/v1/adapter-scripts/jobs/{id}")).await;
        assert_eq!(status, 200, "{answer}");
        answer["job"].clone()
    }

    /// Polls until `wanted` holds of the job.
    pub(crate) async fn job_when(&self, id: i64, wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let job = self.job(id).await;
            if wanted(&job) {
                return job;
            }
            assert!(start.elapsed() < LONGEST, "the job hangs: {job:#}");
            tokio::time::sleep(POLL).await;
        }
    }

    pub(crate) async fn job_at_rest(&self, id: i64) -> Value {
        self.job_when(id, |job| !matches!(job["status"].as_str(), Some("pending" | "running")))
            .await
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(format!("-{name}")).arg(pid).status().unwrap().success());
    }

    /// SIGTERM; gives the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        self.signal("TERM");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed half-way must not leave a server behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A catalogue that can be read in only one way.
pub(crate) fn plain_catalogue(items: usize) -> Value {
    let items: Vec<Value> = (1..=items)
        .map(|number| {
            json!({
                "id": format!("itm_{number}"),
                "name": format!("Dish {number}"),
                "description": if number % 7 == 0 { Value::Null } else { json!("Freshly made") },
                "price": 2.5 + f64::from(u32::try_from(number % 400).unwrap()) / 4.0,
            })
        })
        .collect();
    json!({"items": items})
}

/// A request for a job that completes at once.
pub(crate) fn plain_request(provider: &str, items: usize) -> Value {
    json!({
        "provider": provider,
        "topic": "sync_products",
        "samples": [{"payload": plain_catalogue(items)}],
    })
}
