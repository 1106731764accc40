#!/usr/bin/env python3
"""Listen to jobs by server-sent events, a thousand listeners on one server, and measure its memory.

Every job has as many listeners as any other. Two jobs run at a time, so that most have their listeners
before they begin. Counted is who saw the end of its job, which must be everybody. Quoted is the growth of the server's resident set over the idle server, while all listen and
at its peak; and how long the server takes to stop while as many listen to a job that waits for a person.

FORGE_TEST_POSTGRES_URL, where set, names the PostgreSQL server to use in place of SQLite.

Usage: measure_listeners.py [BINARY] [LISTENERS] [JOBS]
Standard library only; Linux.
"""
import asyncio
import json
import os
import resource
import sys
import tempfile
import time

from larkspur import catalogue
from measured import Postgres, Server

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/release/adapter-forge"
LISTENERS = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
JOBS = int(sys.argv[3]) if len(sys.argv) > 3 else 100
POSTGRES = os.environ.get("FORGE_TEST_POSTGRES_URL")

# Items, modifier lists, categories: about 8 KB.
SMALL = (20, 3, 3)
OVER = ("completed", "failed")
LINE_MAX = 4 << 20


def mebibytes(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field + ":")) / 1024


async def listen(server, job, connected):
    """The statuses that one listener saw, until the stream ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=LINE_MAX)
    path = f"/api/v1/adapter-scripts/jobs/{job}/events"
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {server.key}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    line = await reader.readline()
    assert b" 200 " in line, line
    connected.release()
    statuses = []
    while line := await reader.readline():
        if line.startswith(b"data:"):
            # A piece of a chunked body is a line of its own; an event is not cut within a line.
            statuses.append(json.loads(line[5:])["job"]["status"])
    writer.close()
    return statuses


async def all_connected(server, jobs):
    connected = asyncio.Semaphore(0)
    listening = [asyncio.create_task(listen(server, jobs[n % len(jobs)], connected)) for n in range(LISTENERS)]
    for _ in range(LISTENERS):
        await asyncio.wait_for(connected.acquire(), 60)
    return listening


def start(server, number, payload):
    sample = {"name": "menu.json", "payload": payload}
    body = {"provider": f"till-{number}", "topic": "sync_products", "samples": [sample]}
    return server.call("POST", "/adapter-scripts/generate", json.dumps(body))["jobId"]


async def measure(server):
    idle = mebibytes(server.process.pid, "VmRSS")
    payload = catalogue(*SMALL)
    began = time.perf_counter()
    jobs = [start(server, number, payload) for number in range(JOBS)]
    listening = await all_connected(server, jobs)
    seen = await asyncio.gather(*listening)
    seconds = time.perf_counter() - began
    ends = sum(bool(statuses) and statuses[-1] in OVER for statuses in seen)
    events = sum(len(statuses) for statuses in seen)
    peak = mebibytes(server.process.pid, "VmHWM") - idle
    print(f"{LISTENERS} listeners, {JOBS} jobs: {ends} saw the end, {events} events, {seconds:.1f} s in all")
    print(f"memory over the idle server's {idle:.0f} MiB: {peak:.0f} MiB at its peak")

    asked = server.call("POST", "/adapter-scripts/generate", json.dumps({"provider": "nothing", "topic": "sync_products"}))
    listening = await all_connected(server, [asked["jobId"]])
    growth = mebibytes(server.process.pid, "VmRSS") - idle
    began = time.perf_counter()
    await asyncio.to_thread(server.stop)
    print(f"stopped in {time.perf_counter() - began:.2f} s while {LISTENERS} listened ({growth:.0f} MiB over idle)")
    await asyncio.gather(*listening)
    return ends == LISTENERS


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8_192), most))
    with tempfile.TemporaryDirectory() as folder:
        settings = {"FORGE__LIMITS__KEY_REQUESTS_PER_SECOND": "0", "FORGE__WORKER__CONCURRENCY": "2"}
        database = Postgres(POSTGRES) if POSTGRES else None
        if database:
            settings["FORGE__DATABASE__URL"] = database.url
        try:
            server = Server(BINARY, folder, **settings)
            complete = asyncio.run(measure(server))
        finally:
            if database:
                database.remove()
    sys.exit(0 if complete else 1)


main()
