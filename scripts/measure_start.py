#!/usr/bin/env python3
"""Measure how long a release build takes to listen on an existing database, and its idle memory.

The floor beside it is the same binary printing its version: what the machine takes to load it.

Usage: measure_start.py [BINARY] [RUNS]
Standard library only.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/release/adapter-forge"
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
SETTLE_SECONDS = 2


def start(environment):
    """A server and the milliseconds until it said where it listens."""
    began = time.perf_counter()
    server = subprocess.Popen([BINARY, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    took = (time.perf_counter() - began) * 1000
    assert "listens on" in line, line
    return server, took


def stop(server):
    server.terminate()
    server.wait()


def version():
    """Milliseconds to load the binary and print its version."""
    began = time.perf_counter()
    subprocess.run([BINARY, "--version"], stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000


def resident_mebibytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main():
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(
            os.environ,
            FORGE__SERVER__PORT="0",
            FORGE__DATABASE__URL=f"sqlite://{folder}/forge.db",
            FORGE__LOG__FILTER="warn",
        )
        stop(start(environment)[0])
        starts, floors = [], []
        for _ in range(RUNS):
            server, took = start(environment)
            starts.append(took)
            stop(server)
            floors.append(version())
        server, _ = start(environment)
        time.sleep(SETTLE_SECONDS)
        memory = resident_mebibytes(server.pid)
        stop(server)
    start_ms, floor_ms = statistics.median(starts), statistics.median(floors)
    print(f"start on an existing database: median {start_ms:.1f} ms of {RUNS}, worst {max(starts):.1f} ms")
    print(f"the same binary printing its version: median {floor_ms:.1f} ms; ratio {start_ms / floor_ms:.1f}")
    print(f"idle memory (resident): {memory:.1f} MiB")


if __name__ == "__main__":
    main()
