#!/usr/bin/env python3
"""Measure the queue on PostgreSQL beside graphile-worker, pg-boss and a loop written by hand.

Eight workers each; every figure is the median of ROUNDS rounds, the contestants in turn, each on a
database of its own that is dropped afterwards. FORGE_TEST_POSTGRES_URL names the server; node and npm
are needed for the queues of others, whose newest versions are installed into a temporary folder.

Usage: bench_queue.py [JOBS] [ROUNDS]
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
QUEUE = os.environ.get("QUEUE_BENCH", ROOT / "target" / "release" / "queue")
URL = os.environ.get("FORGE_TEST_POSTGRES_URL", "postgres://postgres:forge@127.0.0.1:5432/postgres")
JOBS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
WORKERS = 8


@contextlib.contextmanager
def emptied():
    """The address of a database of one measurement's own."""
    with Postgres(URL) as database:
        # What others wrote is not this one's to pay for.
        database.psql(URL, "CHECKPOINT")
        yield database.url


def ours(fill, mode, processes=1):
    with emptied() as url:
        subprocess.run([QUEUE, fill, url, str(JOBS)], check=True)
        started = [
            subprocess.Popen([QUEUE, mode, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        seconds = max(float(process.stdout.readline()) for process in started)
        for process in started:
            process.wait()
        return JOBS / seconds


def others(script, folder):
    with emptied() as url:
        command = ["node", ROOT / "scripts" / "queues" / script, url, str(JOBS), str(WORKERS)]
        return JOBS / float(subprocess.check_output(command, cwd=folder, text=True))


def main():
    with tempfile.TemporaryDirectory() as folder:
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "graphile-worker", "pg-boss", "pg"]
        subprocess.run(npm, cwd=folder, check=True)
        version = lambda name: json.loads(pathlib.Path(folder, "node_modules", name, "package.json").read_text())["version"]
        names = {name: f"{name} {version(name)}" for name in ("graphile-worker", "pg-boss")}
        contests = {
            "no-op: adapter-forge": lambda: ours("fill", "noop"),
            f"no-op: {names['graphile-worker']}": lambda: others("graphile.mjs", folder),
            f"no-op: {names['pg-boss']}": lambda: others("pg_boss.mjs", folder),
            "whole life: adapter-forge": lambda: ours("fill", "life"),
            "whole life: the loop by hand": lambda: ours("loop-fill", "loop"),
            "whole life: adapter-forge, 2 processes": lambda: ours("fill", "life", 2),
            "whole life: adapter-forge, 4 processes": lambda: ours("fill", "life", 4),
        }
        rounds = {name: [] for name in contests}
        for _ in range(ROUNDS):
            for name, measure in contests.items():
                rounds[name].append(measure())
    print("| what | jobs a second, median | worst | best |")
    print("| --- | --- | --- | --- |")
    for name, figures in rounds.items():
        print(f"| {name} | {statistics.median(figures):,.0f} | {min(figures):,.0f} | {max(figures):,.0f} |")


main()
