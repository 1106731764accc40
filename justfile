# Postgres for tests and for a server that is to be one of many.
postgres := env("FORGE_TEST_POSTGRES_URL", "postgres://postgres:forge@127.0.0.1:5432/postgres")

# List what there is.
default:
    @just --list

# Serve on SQLite under ./data.
run *ARGS:
    cargo run --release -- {{ARGS}}

# Show the whole path on a bundled vendor.
demo:
    cargo run -- demo

# All tests on SQLite, and on PostgreSQL where FORGE_TEST_POSTGRES_URL is set.
test *ARGS:
    cargo test --workspace {{ARGS}}

# All tests on both databases, with the PostgreSQL of `just db-up`.
test-both: db-up
    FORGE_TEST_POSTGRES_URL={{postgres}} cargo test --workspace

# Formatting, clippy, licences and advisories.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --all-features -- -D warnings
    cargo deny check

# Leave out each sentence of vendors' notes, and call each field by an unknown word: fifteen minutes.
say-less:
    cargo test -p authors --test synth -- --ignored

# Run jobs against a model server that others wrote; needs `pip install llm-mock-api`.
try-model:
    cargo build
    python3 scripts/try_model.py

# Kill servers in the middle of everything, on both databases, and count what is lost: ten minutes.
crash-test *ARGS:
    cargo build -p server --features failpoints
    FORGE_TEST_POSTGRES_URL={{postgres}} python3 scripts/crash_test.py {{ARGS}}

# Stop a PostgreSQL that nobody else needs for 30 s under load, by commands that stop and start it.
outage-test STOP START:
    cargo build --release
    FORGE_TEST_POSTGRES_URL={{postgres}} python3 scripts/outage_test.py {{quote(STOP)}} {{quote(START)}}

# Let ten thousand scripts in a row crash their child with a segmentation fault.
crashes NUMBER="10000":
    FORGE_TEST_CRASHES={{NUMBER}} cargo test -p sandbox --features fault --test faults crashes_in_a_row

# Call a server in every way that its OpenAPI document allows, and in many that it does not.
schemathesis *ARGS:
    cargo build
    scripts/schemathesis.sh target/debug/adapter-forge {{ARGS}}

# Sit at the console with a real Chromium; `--pictures FOLDER` keeps pictures of every page.
console-test *ARGS:
    cargo build
    scripts/console_test.sh target/debug/adapter-forge {{ARGS}}

# Take the README's picture of the console anew; after `just console-test`, which installs what it needs.
console-picture:
    target/console-test/venv/bin/python scripts/console_test/picture.py target/debug/adapter-forge docs/console.png

# Measure the console's first page with 10,000 scripts, on SQLite and on PostgreSQL.
bench-console *ARGS:
    cargo build --release
    FORGE_TEST_POSTGRES_URL={{postgres}} python3 scripts/measure_console.py {{ARGS}}

# Use the tools of coding agents as they do, through the client of the official Python SDK.
mcp-test:
    cargo build
    python3 scripts/mcp_client_test.py

# Measure the sandbox, how the synthesizer's time grows with the records, and large documents.
bench *ARGS:
    cargo bench -p sandbox --bench run {{ARGS}}
    cargo bench -p authors --bench synthesize {{ARGS}}
    cargo bench -p knowledge --bench search {{ARGS}}

# Measure start and idle memory of a release build.
bench-start:
    cargo build --release
    python3 scripts/measure_start.py

# Measure jobs from generate to completed, on a small and a large catalogue: time and memory.
bench-job:
    cargo build --release
    python3 scripts/measure_job.py

# Measure the sandbox beside goja and node:vm; needs Debian's golang-github-dop251-goja-dev and node.
bench-engines:
    cargo build --release -p sandbox --example engines
    python3 scripts/bench_engines.py

# Listen to a hundred jobs with a thousand listeners: that all see the end, and the server's memory.
bench-listeners:
    cargo build --release
    python3 scripts/measure_listeners.py
    FORGE_TEST_POSTGRES_URL={{postgres}} python3 scripts/measure_listeners.py

# Measure how long a job takes to gather 2 MB of documents.
bench-gathering:
    cargo build --release
    python3 scripts/measure_gathering.py

# Measure the queue on PostgreSQL beside graphile-worker, pg-boss and a loop by hand; needs node and npm.
bench-queue *ARGS:
    cargo build --release -p benchmarks
    FORGE_TEST_POSTGRES_URL={{postgres}} python3 scripts/bench_queue.py {{ARGS}}

# Measure accepting, claiming and listing beside few and many jobs that are over, on both databases.
bench-claims *ARGS:
    cargo build --release -p benchmarks
    FORGE_TEST_POSTGRES_URL={{postgres}} python3 scripts/bench_claims.py {{ARGS}}

# Measure polls of a job beside a bare handler that reads the same row; needs wrk.
bench-polling *ARGS:
    cargo build --release -p server -p benchmarks
    FORGE_TEST_POSTGRES_URL={{postgres}} python3 scripts/bench_polling.py {{ARGS}}

# Bring the configured database to this version.
migrate:
    cargo run -- migrate

# Start PostgreSQL in a container and wait until it answers.
db-up:
    docker compose up --detach --wait postgres
