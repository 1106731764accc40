#!/usr/bin/env python3
"""Compare the sandbox with goja and node:vm: the same scripts and inputs, an isolated context each
run, JSON in and out, and for the sandbox a process of its own in its jail.

Needs Debian's golang-go and golang-github-dop251-goja-dev, and node; what is missing is left out.
Run `cargo build --release -p sandbox --example engines` first.
"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ENGINES = HERE / "engines"
OURS = HERE.parent / "target" / "release" / "examples" / "engines"
SECONDS = sys.argv[1] if len(sys.argv) > 1 else "3"
ROUNDS = 3


def webhook():
    event = {
        "id": "evt_01HZY3", "type": "order.updated", "at": "2026-03-01T12:30:00+01:00",
        "order": {
            "id": 91822, "state": "cooking", "reason": "kitchen  is busy", "table": None,
            "lines": [{"sku": f"P-{n}", "name": f"Dish number {n}", "qty": n, "cents": 950 + n} for n in range(9)],
            "customer": {"name": "Ada Example", "phone": "+49 30 1234567", "note": "x" * 180},
        },
    }
    return {"event": event}


def catalogue(count):
    rng = random.Random(7)
    groups = [
        {"id": 7000 + g, "name": f"Choice {g}", "min": g % 2, "max": 1 + g % 3,
         "options": [{"id": 70000 + 10 * g + o, "name": f"Option {g}.{o}", "cents": 50 * o, "off": o == 3} for o in range(5)]}
        for g in range(20)
    ]
    items = [
        {"id": 1000 + n, "name": f"Product  {n}", "price": {"amount": 250 + n * 5, "currency": "EUR"},
         "description": f"A product that is number {n} of the list, made fresh" if n % 3 else None,
         "image": f"p {n}.jpg" if n % 2 else None, "hidden": n % 17 == 0, "stock": n % 11, "deleted": n % 50 == 49,
         "taxId": rng.choice([1, 2]), "categoryIds": rng.sample(range(100, 130), 2),
         "groupIds": rng.sample(range(7000, 7020), n % 3)}
        for n in range(count)
    ]
    return {
        "items": items, "modifierGroups": groups,
        "categories": [{"id": c, "name": f"Category {c}"} for c in range(100, 130)],
        "taxes": [{"id": 1, "percent": 7}, {"id": 2, "percent": 19}],
    }


def run(*command):
    rounds = [json.loads(subprocess.check_output([str(part) for part in command])) for _ in range(ROUNDS)]
    # The quickest of each: on a busy machine the others measure its neighbours.
    best = {key: min(figures[key] for figures in rounds) for key in ("first", "quick", "median")}
    return {**best, "perSecond": max(figures["perSecond"] for figures in rounds)}


def main():
    work = pathlib.Path(tempfile.mkdtemp())
    goja = work / "goja"
    if shutil.which("go"):
        build = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
        built = subprocess.run(["go", "build", "-o", str(goja), str(ENGINES / "goja.go")], env=build)
        if built.returncode:
            goja = None
    else:
        goja = None
    cases = [
        ("1 KB webhook", "webhook.js", webhook()),
        ("50 products", "catalogue.js", catalogue(50)),
        ("500 products", "catalogue.js", catalogue(500)),
    ]
    print("| case | engine | first run | 5th percentile | median | runs a second | 5th percentile to goja | throughput to goja |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, script, payload in cases:
        text = json.dumps(payload, separators=(",", ":"))
        bare, full = work / "bare.json", work / "full.json"
        full.write_text(text)
        # The others get the input as the sandbox hands it to the script.
        bare.write_text(json.dumps({"providerSlug": "my-till", "payload": payload}, separators=(",", ":")))
        figures = {}
        if goja:
            figures["goja"] = run(goja, ENGINES / script, bare, SECONDS)
        figures["sandbox, 1 session"] = run(OURS, ENGINES / script, full, SECONDS, 1)
        figures["sandbox, 2 sessions"] = run(OURS, ENGINES / script, full, SECONDS, 2)
        if shutil.which("node"):
            figures["node:vm"] = run("node", ENGINES / "node_vm.js", ENGINES / script, bare, SECONDS)
        base = figures.get("goja")
        for engine, f in figures.items():
            to = lambda key: f"{f[key] / base[key]:.2f}" if base else ""
            print(f"| {name}, {len(text):,} bytes | {engine} | {f['first']:,.0f} µs | {f['quick']:,.0f} µs | {f['median']:,.0f} µs | "
                  f"{f['perSecond']:,.0f} | {to('quick')} | {to('perSecond')} |", flush=True)
    shutil.rmtree(work)


main()
