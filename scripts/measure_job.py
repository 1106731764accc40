#!/usr/bin/env python3
"""Measure jobs from `generate` to `completed`: time, and memory of the server and its children.

Two catalogues of one invented vendor (items, modifier lists joined by id, categories by id, prices
in cents), about 8 KB and 5 MB, the same bytes on every run. The client reads each job in turn until
it is over. The memory is the growth of the server's resident set at its peak (VmHWM) over the
idle server, plus the peaks of the sandbox children alive at one time, as a multiple of the payload.

Beside the time on the clock stands the processor's time of the server and its children, which other
work on the machine changes less. Floors in the same run, for ratios that hold on other machines:
parsing the payload here, and a dry run of the job's own script on the payload over the same API.

Usage: measure_job.py [BINARY] [SMALL_RUNS] [LARGE_RUNS]
Standard library only; Linux.
"""
import json
import os
import statistics
import sys
import tempfile
import threading
import time

from larkspur import catalogue
from measured import Server

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/release/adapter-forge"
SMALL_RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 30
LARGE_RUNS = int(sys.argv[3]) if len(sys.argv) > 3 else 5

# Items, modifier lists, categories.
SMALL = (20, 3, 3)
LARGE = (10_000, 400, 60)
# How often the children are looked at; each lives for the length of a job's test.
WATCH_SECONDS = 0.005
POLL_SECONDS = 0.002
SETTLE_SECONDS = 1


def finished(server, body):
    """The finished job and the seconds that it took."""
    began = time.perf_counter()
    job = server.job_at_rest(body, POLL_SECONDS)
    took = time.perf_counter() - began
    assert job["status"] == "completed", json.dumps(job)[:3000]
    return job, took


def kibibytes(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next((int(line.split()[1]) for line in status if line.startswith(field + ":")), 0)


def processor_seconds(pid):
    """Of the process and of its children that have ended."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def children(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as listed:
                found += [int(child) for child in listed.read().split()]
        except FileNotFoundError:
            pass
    return found


class Watch(threading.Thread):
    """The highest sum of the peaks of the children that live at one time, in KiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(WATCH_SECONDS):
            total = 0
            for child in children(self.pid):
                try:
                    with open(f"/proc/{child}/cmdline", "rb") as command:
                        # Until it is another program, a new process still has its parent's memory.
                        if b"sandbox-child" in command.read():
                            total += kibibytes(child, "VmHWM")
                except (FileNotFoundError, ProcessLookupError):
                    pass
            self.peak = max(self.peak, total)


def measure(name, size, runs):
    payload = catalogue(*size)
    text = json.dumps(payload, separators=(",", ":"))
    topic = "sync_products"
    documents = [{"name": "notes", "content": "All prices are in cents (USD)."}]
    samples = [{"name": "catalogue", "payload": payload}]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(BINARY, folder)
        try:
            pid = server.process.pid
            time.sleep(SETTLE_SECONDS)
            idle = kibibytes(pid, "VmRSS")
            watch = Watch(pid)
            watch.start()
            times = []
            worked = processor_seconds(pid)
            for run in range(runs):
                body = {"provider": f"larkspur-{run}", "topic": topic, "documents": documents, "samples": samples}
                body = json.dumps(body, separators=(",", ":")).encode()
                job, took = finished(server, body)
                times.append(took)
                if run == 0:
                    first = kibibytes(pid, "VmHWM")
                    first_children = watch.peak
            # The last child is gone by then, and so counted.
            time.sleep(SETTLE_SECONDS)
            worked = (processor_seconds(pid) - worked) / runs
            watch.over.set()
            watch.join()
            peak = kibibytes(pid, "VmHWM")
            after = kibibytes(pid, "VmRSS")
            script = job["resultScriptId"]
            dry = []
            for _ in range(5):
                began = time.perf_counter()
                server.call("POST", f"/adapter-scripts/{script}/run", json.dumps({"payload": payload}))
                dry.append(time.perf_counter() - began)
        finally:
            server.stop()
    parses = []
    for _ in range(5):
        began = time.perf_counter()
        json.loads(text)
        parses.append(time.perf_counter() - began)
    median, run_alone, parse = statistics.median(times), statistics.median(dry), statistics.median(parses)
    payload_kib = len(text) / 1024
    print(f"{name}: {size[0]} items, payload {payload_kib:.1f} KiB, {runs} jobs")
    print(
        f"  time: median {median * 1000:.0f} ms, best {min(times) * 1000:.0f}, worst {max(times) * 1000:.0f};"
        f" one dry run of the script {run_alone * 1000:.0f} ms, ratio {median / run_alone:.1f};"
        f" parsing the payload in Python {parse * 1000:.2f} ms, ratio {median / parse:.1f}"
    )
    print(f"  processor: {worked * 1000:.0f} ms a job, server and children")
    for label, server_kib, child_kib in (
        ("the first job", first - idle, first_children),
        (f"all {runs} jobs", peak - idle, watch.peak),
    ):
        print(
            f"  peak memory of {label}: server +{server_kib / 1024:.1f} MiB over {idle / 1024:.1f} idle,"
            f" children {child_kib / 1024:.1f} MiB; {(server_kib + child_kib) / payload_kib:.1f} times the payload"
        )
    print(f"  resident {SETTLE_SECONDS} s after the last: {after / 1024:.1f} MiB")


def main():
    measure("small", SMALL, SMALL_RUNS)
    measure("large", LARGE, LARGE_RUNS)


if __name__ == "__main__":
    main()
