//! The floor of polling: a bare axum handler that reads a job's row with sqlx and answers it as JSON.
//! `rows URL`, with a database of adapter-forge; prints the port that it listens on.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints what it finds and ends where it cannot go on"
)]

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use sqlx::any::{AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::{AnyPool, Row as _};

/// All that the job endpoint answers with, in the same form: texts that are JSON are read.
const ROW: &str = "
    SELECT id, provider, topic, status, stage, hypothesis_source, hypothesis_author,
           hypothesis_provenance, attempts, rounds, logs, retries, max_retries, result_script_id,
           created_at, updated_at
    FROM jobs WHERE id = $1";

const TEXTS: [&str; 6] =
    ["provider", "topic", "status", "stage", "hypothesis_source", "hypothesis_author"];
const JSON: [&str; 4] = ["hypothesis_provenance", "attempts", "rounds", "logs"];
const NUMBERS: [&str; 6] =
    ["id", "retries", "max_retries", "result_script_id", "created_at", "updated_at"];

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap();
    install_default_drivers();
    // As in the store: a ping before each statement would be a second round trip.
    let pool = AnyPoolOptions::new().max_connections(16).test_before_acquire(false);
    let pool = pool.connect(&url).await.unwrap();
    let routes = Router::new().route("/jobs/{id}", get(job)).with_state(pool);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    axum::serve(listener, routes).await.unwrap();
}

async fn job(State(pool): State<AnyPool>, Path(id): Path<i64>) -> Response {
    match sqlx::query(ROW).bind(id).fetch_optional(&pool).await.unwrap() {
        Some(row) => {
            let body = json!({"job": to_json(&row)}).to_string();
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn to_json(row: &AnyRow) -> Value {
    let text = |name: &str| row.try_get::<Option<String>, _>(name).unwrap();
    let texts = TEXTS.map(|name| (name, text(name).map(Value::from)));
    let read = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    let parsed = JSON.map(|name| (name, text(name).map(read)));
    let numbers =
        NUMBERS.map(|name| (name, row.try_get::<Option<i64>, _>(name).unwrap().map(Value::from)));
    let fields = texts.into_iter().chain(parsed).chain(numbers);
    fields
        .map(|(name, value)| (name.to_owned(), value.unwrap_or_default()))
        .collect::<Map<_, _>>()
        .into()
}
