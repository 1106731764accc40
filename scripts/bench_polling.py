#!/usr/bin/env python3
"""Measure polls of a completed job beside a bare axum handler that reads the same row with sqlx.

Both on one database, in turn, with Debian's wrk: on SQLite, and on PostgreSQL where
FORGE_TEST_POSTGRES_URL is set. The figures are the medians of ROUNDS rounds.

Usage: bench_polling.py [SECONDS] [ROUNDS]
Standard library only, and wrk and psql. `cargo build --release -p server -p benchmarks` first.
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from larkspur import catalogue
from measured import Postgres, Server

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("FORGE_BINARY", ROOT / "target" / "release" / "adapter-forge")
ROWS = os.environ.get("ROWS_BENCH", ROOT / "target" / "release" / "rows")
SECONDS = sys.argv[1] if len(sys.argv) > 1 else "5"
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
CONNECTIONS = "16"


def wrk(url, headers=()):
    flags = [flag for header in headers for flag in ("-H", header)]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *flags, url]
    text = subprocess.check_output(command, text=True)
    assert "Non-2xx" not in text, text
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    in_ms = {"us": 0.001, "ms": 1, "s": 1000}[found.group(2)]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)), float(found.group(1)) * in_ms


def measure(name, url):
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite://{folder}/forge.db"
        server = Server(BINARY, folder, FORGE__DATABASE__URL=url, FORGE__LIMITS__KEY_REQUESTS_PER_SECOND="0")
        rows = None
        try:
            sample = {"name": "menu.json", "payload": catalogue(items=20, lists=3, categories=3)}
            body = json.dumps({"provider": "larkspur", "topic": "sync_products", "samples": [sample]})
            job = server.job_at_rest(body, 0.01)
            assert job["status"] == "completed", job
            rows = subprocess.Popen([ROWS, url], stdout=subprocess.PIPE, text=True)
            floor = f"http://127.0.0.1:{rows.stdout.readline().strip()}/jobs/{job['id']}"
            polled = f"http://127.0.0.1:{server.port}/api/v1/adapter-scripts/jobs/{job['id']}"
            key = f"X-Api-Key: {server.key}"
            etag = server.answer("GET", f"/adapter-scripts/jobs/{job['id']}")[0]["ETag"]
            contests = {
                "the bare handler": lambda: wrk(floor),
                "the job endpoint": lambda: wrk(polled, [key]),
                "the same, not changed (304)": lambda: wrk(polled, [key, f"If-None-Match: {etag}"]),
            }
            rounds = {what: [] for what in contests}
            for _ in range(ROUNDS):
                for what, run in contests.items():
                    rounds[what].append(run())
        finally:
            if rows:
                rows.kill()
            server.stop()
    medians = {what: tuple(map(statistics.median, zip(*figures))) for what, figures in rounds.items()}
    base = medians["the bare handler"]
    for what, (rate, p99) in medians.items():
        print(f"| {name} | {what} | {rate:,.0f} | {rate / base[0]:.2f} | {p99:.2f} ms | {p99 / base[1]:.2f} |")


def main():
    print("| database | what | requests a second | to the bare handler | p99 | to the bare handler |")
    print("| --- | --- | --- | --- | --- | --- |")
    measure("SQLite", None)
    postgres = os.environ.get("FORGE_TEST_POSTGRES_URL")
    if postgres:
        with Postgres(postgres) as database:
            measure(database.name, database.url)


if __name__ == "__main__":
    main()
