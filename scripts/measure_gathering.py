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
import json
import random
import statistics
import sys
import tempfile

from measured import Server

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/release/adapter-forge"
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 20

DOCUMENTS, SECTIONS, WORDS_PER_SECTION = 20, 100, 130
SEED = 20_240_301
POLL_SECONDS = 0.005
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


def gathering(server, provider):
    """Milliseconds that a new job of the provider spends gathering."""
    body = {
        "provider": provider,
        "topic": "sync_products",
        "samples": [{"payload": {"products": [{"id": "1", "name": "Tea", "price": 2.5}]}}],
    }
    job = server.job_at_rest(json.dumps(body), POLL_SECONDS)
    at = {}
    for entry in job["logs"]:
        moment = datetime.datetime.fromisoformat(entry["timestamp"].replace("Z", "+00:00"))
        for name, mark in (("began", "a worker started"), ("ended", "found ")):
            if entry["message"].startswith(mark):
                at.setdefault(name, moment)
    return (at["ended"] - at["began"]).total_seconds() * 1000


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(BINARY, folder)
        try:
            total = 0
            for number in range(DOCUMENTS):
                text = document(number).encode()
                total += len(text)
                server.call("PUT", f"/knowledge/guided/documents/guide-{number}.md", text, "text/markdown")
            gathering(server, "bare")
            floor = [gathering(server, "bare") for _ in range(RUNS)]
            first = gathering(server, "guided")
            indexed = [gathering(server, "guided") for _ in range(RUNS)]
        finally:
            server.stop()
    print(f"{DOCUMENTS} documents, {total / 1e6:.2f} MB, {RUNS} runs")
    print(f"no documents: median {statistics.median(floor):.0f} ms")
    print(f"first job, indexing: {first:.0f} ms")
    print(f"indexed: median {statistics.median(indexed):.0f} ms, worst {max(indexed):.0f} ms")


main()
