#!/usr/bin/env python3
"""Stop a real PostgreSQL under load, start it again, and see that nothing is lost.

Several clients start jobs, each with an Idempotency-Key, and read them. In the midst of it the database
is stopped. Every answer must be a success or 503 with Retry-After; when the database is back everything
must go on by itself, every accepted job must be completed with one script, and no two keys share a job.

The database at FORGE_TEST_POSTGRES_URL is stopped and started by the commands STOP and START, so take
one that nobody else needs.

Usage: outage_test.py STOP START [BINARY] [SECONDS]
for example: outage_test.py 'pg_ctlcluster 15 main stop -m fast' 'pg_ctlcluster 15 main start'
Standard library only, and psql.
"""
import collections
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from larkspur import catalogue
from measured import Postgres, Server

STOP, START = sys.argv[1:3]
BINARY = sys.argv[3] if len(sys.argv) > 3 else "target/release/adapter-forge"
AWAY_SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else 30
URL = os.environ.get("FORGE_TEST_POSTGRES_URL", "postgres://postgres:forge@127.0.0.1:5432/postgres")

CLIENTS = 4
AROUND_SECONDS = 8
# After the database is back: what was begun has to come to its end.
SETTLE_SECONDS = 180
# Items, modifier lists, categories: about 8 KB.
PAYLOAD = catalogue(20, 3, 3)


class Client(threading.Thread):
    """Starts a job, reads it, and begins again until it is told to stop."""

    def __init__(self, server, number, over):
        super().__init__(daemon=True)
        self.server, self.number, self.over = server, number, over
        self.accepted, self.answers, self.wrong = {}, collections.Counter(), []

    def ask(self, method, path, body=None, key=None):
        """The answer's JSON, and none of a 503."""
        headers = {"X-Api-Key": self.server.key, "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        connection.request(method, f"/api/v1/adapter-scripts{path}", body=body, headers=headers)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        self.answers[answer.status] += 1
        if answer.status == 200:
            return json.loads(read)
        if answer.status != 503 or not answer.getheader("Retry-After"):
            self.wrong.append((method, path, answer.status, read[:300]))
        return None

    def run(self):
        count = 0
        while not self.over.is_set():
            count += 1
            sample = {"name": "menu.json", "payload": PAYLOAD}
            body = {"provider": f"till-{self.number}-{count % 5}", "topic": "sync_products", "samples": [sample]}
            key = str(uuid.uuid4())
            # The same key until it is taken: what was accepted unheard of is not accepted twice.
            while (begun := self.ask("POST", "/generate", json.dumps(body), key)) is None:
                time.sleep(0.3)
            self.accepted[key] = begun["jobId"]
            self.ask("GET", f"/jobs/{begun['jobId']}")
            time.sleep(0.1)


def run(command):
    subprocess.run(command, shell=True, check=True)


def at_rest(client, job_id, until):
    while time.monotonic() < until:
        answer = client.ask("GET", f"/jobs/{job_id}")
        if answer and answer["job"]["status"] not in ("pending", "running"):
            return answer["job"]
        time.sleep(0.2)
    return {"status": "not at rest in time"}


def scripts_of(database):
    rows = subprocess.check_output(["psql", "-At", database.url, "-c", "SELECT job_id, id FROM scripts"], text=True)
    return collections.Counter(row.split("|")[0] for row in rows.split())


def main():
    database, folder = Postgres(URL), tempfile.TemporaryDirectory()
    settings = {"FORGE__DATABASE__URL": database.url, "FORGE__LOG__FILTER": "off"}
    server = Server(BINARY, folder.name, **settings)
    over = threading.Event()
    clients = [Client(server, number, over) for number in range(CLIENTS)]
    try:
        for client in clients:
            client.start()
        time.sleep(AROUND_SECONDS)
        run(STOP)
        time.sleep(AWAY_SECONDS)
        run(START)
        time.sleep(AROUND_SECONDS)
        over.set()
        for client in clients:
            client.join()
        until = time.monotonic() + SETTLE_SECONDS
        jobs = [job for client in clients for job in client.accepted.values()]
        ends = collections.Counter(at_rest(clients[0], job, until)["status"] for job in jobs)
        made = scripts_of(database)
    finally:
        server.stop()
        database.remove()
    answers = sum((client.answers for client in clients), collections.Counter())
    wrong = [wrong for client in clients for wrong in client.wrong]
    lost = [job for job in jobs if made[str(job)] != 1]
    print(f"away for {AWAY_SECONDS:.0f} s; answers by status: {dict(sorted(answers.items()))}")
    print(f"jobs accepted: {len(jobs)}, at their end: {dict(ends)}; without exactly one script: {len(lost)}")
    for one in wrong[:10]:
        print("neither a success nor a 503 with Retry-After:", one)
    good = not wrong and not lost and set(ends) == {"completed"} and len(set(jobs)) == len(jobs) and answers[503]
    sys.exit(0 if good else 1)


main()
