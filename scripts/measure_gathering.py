#!/usr/bin/env python3
"""Measure how long a job takes to gather 2 MB of documents, before and after they are indexed.

A vendor of our own making has 20 documents of about 100 KB each: guides in Markdown with tables and
code. One job indexes them; further jobs find them read. The time is the one between the log entries
"a worker started" and "found …" of the job itself, so it holds the database's read, the search, and
the writing of the stage. The floor beside it is the same with no documents at all.

Usage: measure_gathering.py [BINARY] [RUNS]
Standard library only.
"""
import datetime
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/release/adapter-forge"
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 20

DOCUMENTS, SECTIONS, WORDS_PER_SECTION = 20, 100, 130
SEED = 20_240_301
WORDS = (
    "catalog item price tax modifier group order webhook outlet location category image barcode "
    "status refund cancel pickup delivery table guest amber basil cedar dill ember fig ginger"
).split()


def document(number):
    pick = random.Random(SEED + number)
    words = lambda count: " ".join(pick.choice(WORDS) for _ in range(count))
    sections = []
    for section in range(SECTIONS):
        sections.append(f"## {words(3).capitalize()} {section}\n\n{words(WORDS_PER_SECTION)}.\n")
        sections.append(f"| field | meaning |\n| --- | --- |\n| {words(1)} | {words(6)} |\n")
    return f"# Guide {number}\n\n" + "\n".join(sections)


class Server:
    def __init__(self, folder):
        environment = dict(
            os.environ,
            FORGE__SERVER__PORT="0",
            FORGE__DATABASE__URL=f"sqlite://{folder}/forge.db",
            FORGE__LOG__FILTER="warn",
        )
        self.process = subprocess.Popen([BINARY, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
        after = lambda mark: self.process.stdout.readline().strip().split(mark)[1]
        self.port = int(after("listens on http://").rsplit(":", 1)[1])
        self.key = after("only this once: ")
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def call(self, method, path, body=None, kind="application/json"):
        headers = {"X-Api-Key": self.key, "Content-Type": kind}
        self.connection.request(method, f"/api/v1{path}", body=body, headers=headers)
        answer = self.connection.getresponse()
        read = answer.read()
        assert answer.status == 200, (answer.status, read[:400])
        return json.loads(read)

    def gathering(self, provider):
        """Milliseconds that a new job of the provider spends gathering."""
        body = {
            "provider": provider,
            "topic": "sync_products",
            "samples": [{"payload": {"products": [{"id": "1", "name": "Tea", "price": 2.5}]}}],
        }
        job_id = self.call("POST", "/adapter-scripts/generate", json.dumps(body))["jobId"]
        while True:
            job = self.call("GET", f"/adapter-scripts/jobs/{job_id}")["job"]
            if job["status"] not in ("pending", "running"):
                break
            time.sleep(0.005)
        at = {}
        for entry in job["logs"]:
            moment = datetime.datetime.fromisoformat(entry["timestamp"].replace("Z", "+00:00"))
            for name, mark in (("began", "a worker started"), ("ended", "found ")):
                if entry["message"].startswith(mark):
                    at.setdefault(name, moment)
        return (at["ended"] - at["began"]).total_seconds() * 1000


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        try:
            total = 0
            for number in range(DOCUMENTS):
                text = document(number).encode()
                total += len(text)
                server.call("PUT", f"/knowledge/guided/documents/guide-{number}.md", text, "text/markdown")
            server.gathering("bare")
            floor = [server.gathering("bare") for _ in range(RUNS)]
            first = server.gathering("guided")
            indexed = [server.gathering("guided") for _ in range(RUNS)]
        finally:
            server.stop()
    print(f"{DOCUMENTS} documents, {total / 1e6:.2f} MB, {RUNS} runs")
    print(f"no documents: median {statistics.median(floor):.0f} ms")
    print(f"first job, indexing: {first:.0f} ms")
    print(f"indexed: median {statistics.median(indexed):.0f} ms, worst {max(indexed):.0f} ms")


main()
