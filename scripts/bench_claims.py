#!/usr/bin/env python3
"""Measure accepting, claiming and listing beside few and many jobs, on SQLite and on PostgreSQL.

One database for each number of jobs, measured in turn: every figure is the median of ROUNDS rounds, so
that a machine that gets busy makes no difference between the sizes. FORGE_TEST_POSTGRES_URL names the
server.

Usage: bench_claims.py [ROUNDS]
"""
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measured import Postgres

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLAIMS = os.environ.get("CLAIMS_BENCH", ROOT / "target" / "release" / "claims")
URL = os.environ.get("FORGE_TEST_POSTGRES_URL", "postgres://postgres:forge@127.0.0.1:5432/postgres")
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
# Jobs that are over, and jobs of one provider that wait.
SIZES = [(1_000, 0), (100_000, 0), (1_000_000, 0), (1_000_000, 100_000)]


def milliseconds(rounds, figure):
    return f"{statistics.median(found[figure] for found in rounds) / 1000:.2f} ms"


def table(name, addresses):
    """Measures all databases in turn."""
    rounds = {size: [] for size in addresses}
    for size, url in addresses.items():
        subprocess.run([CLAIMS, "fill", url, *map(str, size)], check=True)
    for _ in range(ROUNDS):
        for size, url in addresses.items():
            rounds[size].append(json.loads(subprocess.check_output([CLAIMS, "measure", url])))
    for (over, waiting), found in rounds.items():
        figures = [milliseconds(found, figure) for figure in ("create", "claim", "p99", "list")]
        print(f"| {name} | {over:,} | {waiting:,} | {' | '.join(figures)} |", flush=True)


def main():
    print("| database | over | waiting | create | claim, median | claim, p99 | list, slowest filter |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        sqlite = {size: f"sqlite://{folder}/{size[0]}-{size[1]}.db" for size in SIZES}
        table("SQLite", sqlite)
    with contextlib.ExitStack() as stack:
        postgres = {size: stack.enter_context(Postgres(URL)).url for size in SIZES}
        table("PostgreSQL", postgres)


main()
