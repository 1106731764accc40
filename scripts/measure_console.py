#!/usr/bin/env python3
"""Measure the console's first page with many scripts: bytes, and how long the server takes for it.

A database of its own is filled with scripts, samples, documents, connections, drift events and jobs of
1,000 providers; the page that is measured shows the first of them. Beside it stands the sign-in page,
which reads nothing.

Usage: measure_console.py [BINARY] [--scripts N] [--jobs N] [--runs N]
On PostgreSQL too where FORGE_TEST_POSTGRES_URL is set. Standard library only, and psql.
"""
import argparse
import http.client
import os
import re
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.parse

from measured import Postgres

TOPICS = ["test_connection", "list_remote_outlets", "sync_outlet", "sync_products",
          "order_dispatch", "order_status_update", "snooze_items"]
PROVIDERS = 1_000
WANTED_MILLISECONDS, WANTED_BYTES = 20, 100_000


def statements(scripts, jobs):
    """SQL that both databases read."""
    source = "function transform(input) { return {products: []}; }\n" * 120
    for number in range(scripts):
        provider, topic = f"provider-{number % PROVIDERS:04}", TOPICS[number // PROVIDERS % 7]
        version = number // (PROVIDERS * 7) + 1
        status = "active" if version == 1 else "candidate"
        yield ("INSERT INTO scripts (provider, topic, version, status, source, author, provenance, test_results, "
               f"created_at, updated_at) VALUES ('{provider}', '{topic}', {version}, '{status}', '{source}', 'synth', "
               "'[]', '[]', 1763000000000, 1763000000000);")
    for number in range(PROVIDERS):
        provider = f"provider-{number:04}"
        yield f"INSERT INTO samples VALUES ('{provider}', 'sync_products', 'menu.json', '{{}}', 1, 1);"
        yield f"INSERT INTO documents VALUES ('{provider}', 'notes.md', 'text', 1, 1);"
        yield ("INSERT INTO connections (owner, slug, provider, status, message, base_url, webhook_url, allow_hosts, "
               f"config, created_at, updated_at) VALUES ('first key', '{provider}', '{provider}', 'connected', '', "
               "'https://api.example', '', '[]', '{}', 1, 1);")
    # One job in twenty is not over: what most queues look like that were never tidied up.
    yield (f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {jobs}) "
           "INSERT INTO jobs (provider, topic, max_retries, status, stage, retries, retries_before_answer, attempts, "
           "rounds, logs, created_at, updated_at, version, fence) "
           f"SELECT 'provider-' || substr(CAST(10000 + n % {PROVIDERS} AS TEXT), 2), 'snooze_items', 3, "
           "CASE WHEN n / 1000 % 20 = 0 THEN 'needs_clarification' ELSE 'completed' END, 'gathering', 0, 0, "
           "'[]', '[]', '[]', 1, 1, 1, 1 FROM numbers;")
    # Every fifth script in use breaks, half of them in two ways.
    yield ("INSERT INTO drift_events (script_id, provider, topic, kind, path, failure, reproduced, status, count, "
           "first_seen, last_seen, resolved_by) "
           "SELECT s.id, s.provider, s.topic, k.kind, 'products[].price', 'missing', 1, 'open', 9, 1, 1, '' "
           "FROM scripts s JOIN (SELECT 'contract' AS kind UNION ALL SELECT 'threw') k ON s.id % 10 = 0 OR k.kind = 'threw' "
           "WHERE s.status = 'active' AND s.id % 5 = 0;")


class Sqlite:
    name = "SQLite"

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite://{self.folder.name}/forge.db"

    def fill(self, scripts, jobs):
        with sqlite3.connect(f"{self.folder.name}/forge.db") as database:
            for statement in statements(scripts, jobs):
                database.execute(statement)
        database.close()

    def remove(self):
        self.folder.cleanup()


class FilledPostgres(Postgres):
    def fill(self, scripts, jobs):
        self.psql(self.url, "BEGIN;\n" + "\n".join(statements(scripts, jobs)) + "\nCOMMIT;\nVACUUM ANALYZE;")


class Visitor:
    """A server on a database, and somebody signed in."""

    def __init__(self, binary, url):
        environment = dict(os.environ, FORGE__SERVER__PORT="0", FORGE__DATABASE__URL=url,
                           FORGE__WORKER__CONCURRENCY="0", FORGE__LOG__FILTER="warn")
        self.process = subprocess.Popen([binary, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
        after = lambda mark: self.process.stdout.readline().strip().split(mark)[1]
        port = int(after("listens on http://").rsplit(":", 1)[1])
        self.key = after("only this once: ")
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookie = ""

    def ask(self, method, path, fields=None):
        headers = {"Cookie": self.cookie}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(fields)
        began = time.perf_counter()
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - began) * 1_000
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookie = cookie.split(";")[0]
        return answer.status, text, took

    def sign_in(self):
        _, page, _ = self.ask("GET", "/sign-in")
        token = re.search(rb'name="form_token" value="(\w+)"', page)[1].decode()
        # Of the two cookies that come with the answer, the session's is first.
        self.connection.request("POST", "/sign-in", body=urllib.parse.urlencode({"form_token": token, "key": self.key}),
                                headers={"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"})
        answer = self.connection.getresponse()
        answer.read()
        [self.cookie] = [one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") if "session=" in one]

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()


def measure(binary, database, scripts, jobs, runs):
    visitor = Visitor(binary, database.url)
    try:
        database.fill(scripts, jobs)
        visitor.sign_in()
        status, page, _ = visitor.ask("GET", "/")
        assert status == 200 and b"provider-0000" in page, page[:400]
        files = set(re.findall(rb'(?:href|src)="(/assets/[^"]+)"', page))
        bytes_in_all = len(page) + sum(len(visitor.ask("GET", file.decode())[1]) for file in files)
        times = {path: [visitor.ask("GET", path)[2] for _ in range(runs)] for path in ("/", "/sign-in")}
    finally:
        visitor.stop()
    shown = lambda values: f"median {statistics.median(values):.1f} ms, worst {max(values):.1f} ms"
    print(f"{database.name}, {scripts} scripts and {jobs} jobs of {PROVIDERS} providers, {runs} requests:")
    print(f"  first page: {shown(times['/'])} (wanted: under {WANTED_MILLISECONDS} ms)")
    print(f"  the sign-in page, which reads nothing: {shown(times['/sign-in'])}")
    print(f"  {len(page)} bytes, {bytes_in_all} with style, script and icon (wanted: under {WANTED_BYTES})")
    assert statistics.median(times["/"]) < WANTED_MILLISECONDS and bytes_in_all < WANTED_BYTES


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", nargs="?", default="target/release/adapter-forge")
    parser.add_argument("--scripts", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    admin = os.environ.get("FORGE_TEST_POSTGRES_URL")
    for database in [Sqlite(), *([FilledPostgres(admin)] if admin else [])]:
        try:
            measure(options.binary, database, options.scripts, options.jobs, options.runs)
        finally:
            database.remove()


if __name__ == "__main__":
    main()
