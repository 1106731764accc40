#!/usr/bin/env python3
"""Kill servers in the middle of everything, and count what is lost.

Several real servers share a database and work on jobs: some for the built-in author, some for a stand-in
of a language model that writes, corrects itself, asks or is away at first, some that wait for a person. A client sends each
request again under its Idempotency-Key until it is answered. All the while servers die: by `kill -9` at
random moments, and by an abort at each fault point of `crates/server/src/app/failpoints.rs` in turn. Each is
started again at once. On PostgreSQL some are frozen for longer than their leases before, and go on for a
while. Then everything may finish, and every job is looked at.

Lost is: a job that was accepted and is neither completed nor waiting for a person, or is there twice; a
completed job with no script or more than one; a test result or an entry of the log that stands twice; a
webhook's id with two contents, or a webhook that never came; a server that does not start.

Usage: crash_test.py [--kills N] [--database sqlite|postgres|both] [--servers K] [--seed S]
                     [--binary PATH] [--webhook-patience SECONDS]
The binary is a build with `--features failpoints`; PostgreSQL is the one of FORGE_TEST_POSTGRES_URL.
Exit code 1 on any loss. Standard library and psql only; Linux.
"""
import argparse
import collections
import http.client
import http.server
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

FAILPOINTS = os.path.join(os.path.dirname(__file__), "../crates/server/src/app/failpoints.rs")
SIDES = ("before", "during", "after")
# Jobs that are not over at one time: enough that every server has work when it dies.
OPEN_JOBS = 24
# A server that does not come to its fault point is killed after so long.
POINT_SECONDS = (4, 4)
RANDOM_SECONDS = (0.05, 2)
# Longer than a lease.
FROZEN_SECONDS = (4, 6)
# Fates from 0.6 up to this are a freeze. One that is frozen while it writes to SQLite holds the lock of the
# whole file: nobody else could do anything.
FREEZES = {"sqlite": 0, "postgres": 0.7}
QUIET_SECONDS = 180
KEY = "sk-no-real-key-1f6e0d"
ANSWER = "the one that guests pay, says the owner"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

SCRIPT = """/**
 * @provider PROVIDER
 * @topic sync_products
 * @version 1.0.0
 */
function transform(input, context) {
  const items = (input.payload && input.payload.items) || [];
  return {
    products: items.map((item) => ({
      itemCode: String(item.id),
      name: item.name,
      price: item.FIELD,
    })),
  };
}
"""

# What a job asks for, and in which status it must end.
Kind = collections.namedtuple("Kind", "author items ends")
KINDS = {
    "plain": Kind("synth", 3, "completed"),
    "large": Kind("synth", 300, "completed"),
    "written": Kind("writes", 3, "completed"),
    "corrected": Kind("corrects", 3, "completed"),
    "answered": Kind("asks", 3, "completed"),
    "postponed": Kind("delays", 3, "completed"),
    "waiting": Kind("synth", 0, "needs_clarification"),
}


def points():
    with open(FAILPOINTS, encoding="utf-8") as file:
        calls = re.findall(r'(around|after)\("([a-z_.]+)"', file.read())
    return [f"{call}.{side}" for how, call in calls for side in SIDES if how in ("around", side)]


class Quiet(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers["content-length"])).decode()


def listen(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.server_address[1]


class Model:
    """Streams replies as OpenAI's Chat Completions, and counts what each job was asked."""

    def __init__(self):
        self.calls = collections.Counter()
        # The jobs that were sent away once.
        self.delayed = set()
        model, pick = self, random.Random()

        class Handler(Quiet):
            def do_POST(self):
                # Now and then so slow that the lease must be renewed.
                time.sleep(pick.choices((0, 2.5), (8, 1))[0])
                try:
                    model.answer(self, json.loads(self.body()))
                except OSError:
                    pass  # The caller was killed.

        self.server, self.port = listen(Handler)

    def answer(self, handler, asked):
        prompt = json.dumps(asked["messages"])
        provider = re.search(r"till-\d+", prompt)[0]
        does = asked["model"]
        if does == "delays" and provider not in self.delayed:
            self.delayed.add(provider)
            return handler.send_error(503)
        self.calls[provider] += 1
        if does == "asks" and ANSWER not in prompt:
            point = {"field": "products[].price", "prompt": "Which price?", "choices": ["paid", "cost"]}
            reply = {"kind": "question", "source": "", "provenance": [], "question": "Two prices.", "points": [point]}
        else:
            field = "cost" if does == "corrects" and "item.cost" not in prompt else "price"
            source = SCRIPT.replace("PROVIDER", provider).replace("FIELD", field)
            provenance = {"field": "products[].price", "source": f"items[].{field}", "reason": "a price", "confidence": 0.9, "runnerUp": ""}
            reply = {"kind": "script", "source": source, "provenance": [provenance], "question": "", "points": []}
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.end_headers()
        text = json.dumps(reply)
        pieces = [text[at : at + 60] for at in range(0, len(text), 60)]
        for piece in pieces:
            self.say(handler, [{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
            time.sleep(0.005)
        self.say(handler, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
        self.say(handler, [], {"prompt_tokens": 900, "completion_tokens": 200, "total_tokens": 1100})
        handler.wfile.write(b"data: [DONE]\n\n")

    @staticmethod
    def say(handler, choices, usage=None):
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, "usage": usage}
        handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        handler.wfile.flush()


class Receiver:
    """Takes webhooks; some calls fail, so that they are sent again or given up."""

    def __init__(self, seed):
        # By id: the contents that came.
        self.told = collections.defaultdict(collections.Counter)
        # Whether it wants no webhook at all just now.
        self.refuses = lambda: False
        pick, receiver = random.Random(seed), self

        class Handler(Quiet):
            def do_POST(self):
                receiver.told[self.headers["webhook-id"]][self.body()] += 1
                answer = 410 if receiver.refuses() else pick.choices((204, 503, 410), (15, 4, 1))[0]
                self.send_response(answer)
                self.end_headers()

        self.server, self.port = listen(Handler)

    def of_job(self, number):
        bodies = [json.loads(body) for contents in list(self.told.values()) for body in list(contents)]
        return [body["type"] for body in bodies if body["data"]["jobId"] == number]


class Server:
    """A place for a server; the process in it changes."""

    def __init__(self, binary, environment, log):
        self.binary, self.environment, self.log = binary, environment, log
        self.process, self.port, self.armed = None, None, None

    def start(self, armed=None):
        """Gives what it prints after its address: the first key, where there was none."""
        self.port, self.armed = None, armed
        environment = dict(self.environment, **({"FAILPOINTS": armed} if armed else {}))
        self.process = subprocess.Popen([self.binary, "serve"], env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if "listens on" in line:
            self.port = int(line.strip().rsplit(":", 1)[1])
        elif self.ended(5) != -signal.SIGABRT:
            raise SystemExit(f"LOSS: a server does not start: {line!r}, exit {self.process.returncode}, see {self.log.name}")

    def ended(self, seconds):
        """The exit code; none when it runs on."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.port = None


class Client:
    """Sends jobs, reads them, answers questions, until told to stop."""

    def __init__(self, servers, key, receiver, pick):
        self.servers, self.key, self.receiver, self.pick = servers, key, receiver, pick
        self.jobs = {}  # By provider: the kind, and the number once it was accepted.
        self.open, self.answered, self.refused = set(), set(), []
        self.more = True
        self.thread = threading.Thread(target=self.run, daemon=True)

    def call(self, method, path, body=None, headers=()):
        """Tries until a server answers. What is neither a success nor 503 is kept as a failure."""
        end = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < end:
            ports = [server.port for server in self.servers if server.port]
            if not ports:
                time.sleep(0.02)
                continue
            connection = http.client.HTTPConnection("127.0.0.1", self.pick.choice(ports), timeout=20)
            try:
                text = json.dumps(body) if body is not None else None
                sent = {"X-Api-Key": self.key, "Content-Type": "application/json", **dict(headers)}
                connection.request(method, f"/api/v1/adapter-scripts{path}", text, sent)
                answer = connection.getresponse()
                status, read = answer.status, json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)
                continue
            finally:
                connection.close()
            if status == 503:
                time.sleep(0.1)
                continue
            if status != 200 and not (status == 409 and path.endswith("/respond")):
                self.refused.append(f"{method} {path}: {status} {read}")
            return read
        raise SystemExit(f"LOSS: nobody answered {method} {path} for {QUIET_SECONDS} s")

    def run(self):
        while self.more or self.open:
            if self.more and len(self.open) < OPEN_JOBS:
                self.send()
            for provider in sorted(self.open):
                self.look(provider)
            time.sleep(0.05)

    def send(self):
        provider = f"till-{len(self.jobs) + 1:05}"
        name = self.pick.choice(list(KINDS))
        kind = KINDS[name]
        items = [{"id": f"itm_{n}", "name": f"Dish {n}", "price": 2.5 + n % 40 / 4} for n in range(1, kind.items + 1)]
        body = {"provider": provider, "topic": "sync_products", "author": kind.author}
        body["samples"] = [{"payload": {"items": items}}] if items else []
        if self.pick.random() < 0.5:
            body["callbackUrl"] = f"http://127.0.0.1:{self.receiver.port}/hooks"
        answer = self.call("POST", "/generate", body, {"Idempotency-Key": provider}.items())
        self.jobs[provider] = {"kind": name, "id": answer["jobId"], "told": "callbackUrl" in body}
        self.open.add(provider)

    def look(self, provider):
        job = self.call("GET", f"/jobs/{self.jobs[provider]['id']}")["job"]
        if job["status"] == "needs_clarification" and self.jobs[provider]["kind"] == "answered":
            self.call("POST", f"/jobs/{job['id']}/respond", {"response": ANSWER})
        elif job["status"] not in ("pending", "running"):
            self.open.discard(provider)


class Fates:
    """What happens to each server next, and when."""

    def __init__(self, servers, receiver, pick, died, freezes):
        self.servers, self.pick, self.died, self.freezes = servers, pick, died, freezes
        # A webhook that is refused is given up, which is rare otherwise.
        receiver.refuses = lambda: any((server.armed or "").startswith("webhooks.give_up") for server in servers)
        self.points, self.turn = points(), 0
        pick.shuffle(self.points)
        self.frozen = 0
        # By server: the moment, and what is done then to one that runs on.
        self.next = {}

    def run(self, kills):
        """So many deaths, each followed by a start."""
        for server in self.servers:
            server.kill()
            self.begin(server)
        while sum(self.died.values()) < kills:
            time.sleep(0.01)
            for server in self.servers:
                moment, act = self.next[server]
                if (code := server.process.poll()) is not None:
                    self.bury(server, code)
                elif time.monotonic() >= moment:
                    act(server)

    def begin(self, server):
        """Half are to die at a fault point, the others whenever it comes; some are frozen before."""
        fate = self.pick.random()
        if fate < 0.6:
            point = self.next_point()
            server.start(f"{point}={self.pick.choice((0, 0, 1, 3))}*off->return")
            # Jobs are released when a server is asked to stop.
            asked = point.startswith("jobs.release")
            self.then(server, RANDOM_SECONDS if asked else POINT_SECONDS, self.ask if asked else self.kill)
        else:
            server.start()
            self.then(server, RANDOM_SECONDS, self.freeze if fate < self.freezes else self.kill)

    def next_point(self):
        """In turn; every other time one of those that no server has died at yet."""
        self.turn += 1
        missed = [point for point in self.points if point not in self.died]
        among = missed if missed and self.turn % 2 else self.points
        return among[self.turn // 2 % len(among)]

    def then(self, server, seconds, act):
        self.next[server] = (time.monotonic() + self.pick.uniform(*seconds), act)

    def kill(self, server):
        server.kill()
        self.died["kill -9"] += 1
        self.begin(server)

    def ask(self, server):
        server.process.terminate()
        self.then(server, POINT_SECONDS, self.kill)

    def freeze(self, server):
        """Beyond its leases; others go on with its jobs, and then it wakes and writes."""
        server.process.send_signal(signal.SIGSTOP)
        self.frozen += 1
        port, server.port = server.port, None

        def wake(server):
            server.process.send_signal(signal.SIGCONT)
            server.port = port
            self.then(server, RANDOM_SECONDS, self.kill)

        self.then(server, FROZEN_SECONDS, wake)

    def bury(self, server, code):
        server.port = None
        if code == -signal.SIGABRT:
            self.died[server.armed.split("=")[0]] += 1
        elif code != 0:
            raise SystemExit(f"LOSS: a server ended with {code}, see {server.log.name}")
        self.begin(server)


def losses(client, receiver, patience):
    """What is wrong with how it all ended."""
    lost = [f"an answer that is none: {refused}" for refused in client.refused]
    seen, cursor = collections.Counter(), ""
    while True:
        page = client.call("GET", f"/jobs?limit=100{cursor}")
        seen.update(job["provider"] for job in page["jobs"])
        if not page["nextCursor"]:
            break
        cursor = f"&cursor={page['nextCursor']}"
    lost += [f"{provider} is there {seen[provider]} times" for provider in client.jobs if seen[provider] != 1]
    lost += [f"{provider} was never accepted" for provider in seen if provider not in client.jobs]
    for provider, sent in client.jobs.items():
        job = client.call("GET", f"/jobs/{sent['id']}")["job"]
        scripts = client.call("GET", f"?provider={provider}")["scripts"]
        expected = KINDS[sent["kind"]].ends
        if job["status"] != expected:
            lost.append(f"{provider} ({sent['kind']}) is {job['status']}: {job['logs'][-1:]}")
        ids = [script["id"] for script in scripts]
        if ids != ([job["resultScriptId"]] if expected == "completed" else []):
            lost.append(f"{provider} ({sent['kind']}) has the scripts {ids}, not {job['resultScriptId']}")
        attempts = [result["attempt"] for result in job["testResults"]]
        if attempts != list(range(1, len(attempts) + 1)):
            lost.append(f"{provider} ({sent['kind']}) has the attempts {attempts}")
        entries = collections.Counter(json.dumps(entry) for entry in job["logs"])
        lost += [f"{provider} has {times} times {entry}" for entry, times in entries.items() if times > 1]
    lost += [f"{hook} came with {len(bodies)} contents" for hook, bodies in receiver.told.items() if len(bodies) > 1]
    end = time.monotonic() + patience
    untold = {provider for provider, sent in client.jobs.items() if sent["told"]}
    while True:
        untold = {provider for provider in untold if not all_told(client.jobs[provider], receiver)}
        if not untold or time.monotonic() >= end:
            break
        time.sleep(1)
    if patience:
        lost += [f"{provider}: its caller was never told" for provider in sorted(untold)]
    return lost


def all_told(sent, receiver):
    ends = KINDS[sent["kind"]].ends
    wanted = {f"job.{ends}"} | ({"job.needs_clarification"} if sent["kind"] == "answered" else set())
    told = receiver.of_job(sent["id"])
    return wanted == set(told) and len(told) == len(wanted)


def database(name, folder):
    """A new database, and what removes it."""
    if name == "sqlite":
        return f"sqlite://{folder}/forge.db", lambda: None
    admin = os.environ["FORGE_TEST_POSTGRES_URL"]
    made = f"forge_crash_{random.SystemRandom().randrange(1 << 48):012x}"
    run = lambda sql: subprocess.run(["psql", "--quiet", "--no-password", admin, "--command", sql], check=True)
    run(f"CREATE DATABASE {made}")
    return f"{admin.rsplit('/', 1)[0]}/{made}", lambda: run(f"DROP DATABASE {made} WITH (FORCE)")


def configuration(folder, model):
    path = f"{folder}/forge.toml"
    with open(path, "w", encoding="utf-8") as file:
        for does in ("writes", "corrects", "asks", "delays"):
            file.write(f'[authors.{does}]\nkind = "compatible"\nmodel = "{does}"\nkey_env = "MODEL_KEY"\n')
            file.write(f'base_url = "http://127.0.0.1:{model.port}/v1"\nretries = {0 if does == "delays" else 3}\n')
            # More than is ever spent; but so a part is set aside for each call.
            file.write("budget = { day_tokens = 100000000 }\n")
    return path


def round_on(name, options):
    """All kills on one database. Gives the losses."""
    pick = random.Random(f"{options.seed} {name}")
    model, receiver = Model(), Receiver(options.seed)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        url, remove = database(name, folder)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("FORGE_")}
        environment |= {
            "FORGE_CONFIG": configuration(folder, model),
            "FORGE__SERVER__PORT": "0",
            "FORGE__DATABASE__URL": url,
            "FORGE__WORKER__LEASE_SECONDS": "3",
            "FORGE__WORKER__HEARTBEAT_SECONDS": "1",
            "FORGE__WORKER__POLL_MILLISECONDS": "100",
            "FORGE__WORKER__GRACE_SECONDS": "0",
            # Every death here is on purpose, and none is the job's fault.
            "FORGE__WORKER__DEATHS": "1000000",
            "FORGE__WEBHOOKS__SECRET": SECRET,
            "FORGE__WEBHOOKS__ALLOW_PRIVATE": f"127.0.0.1:{receiver.port}",
            "FORGE__WEBHOOKS__ALLOW_HTTP": "true",
            "FORGE__LOG__FILTER": "warn",
            "MODEL_KEY": KEY,
        }
        log = open(f"{tempfile.gettempdir()}/crash_test_{name}_{os.getpid()}.log", "w", encoding="utf-8")
        servers = [Server(options.binary, environment, log) for _ in range(options.servers)]
        died = collections.Counter()
        try:
            servers[0].start()
            key = servers[0].process.stdout.readline().rsplit(" ", 1)[1].strip()
            for server in servers[1:]:
                server.start()
            client = Client(servers, key, receiver, random.Random(options.seed))
            client.thread.start()
            fates = Fates(servers, receiver, pick, died, FREEZES[name])
            fates.run(options.kills)
            client.more = False
            for server in servers:
                server.kill()
                server.start()
            client.thread.join(QUIET_SECONDS)
            lost = [f"{provider} is not at rest" for provider in sorted(client.open)]
            lost += losses(client, receiver, options.webhook_patience)
        finally:
            for server in servers:
                server.process.kill()
                server.process.wait()
            remove()
    needed = {"written": 1, "corrected": 2, "answered": 2, "postponed": 1}
    paid = sum(model.calls.values())
    owed = sum(needed.get(sent["kind"], 0) for sent in client.jobs.values())
    kinds = collections.Counter(sent["kind"] for sent in client.jobs.values())
    sent_again = sum(sum(bodies.values()) for bodies in receiver.told.values())
    print(f"{name}: {options.servers} servers, {sum(died.values())} kills and {fates.frozen} freezes in {time.monotonic() - begun:.0f} s, seed {options.seed}")
    print(f"  jobs: {len(client.jobs)} ({', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))})")
    print(f"  model calls: {paid}, {owed} without a death; webhooks: {len(receiver.told)}, sent {sent_again} times")
    print("  died at: " + ", ".join(f"{point} {count}" for point, count in sorted(died.items())))
    missed = [point for point in points() if not any(place.startswith(point) for place in died)]
    print("  never died at: " + (", ".join(missed) or "none"))
    print(f"  losses: {len(lost)}")
    for loss in lost:
        print(f"  LOSS {loss}")
    if not lost:
        os.remove(log.name)
    return lost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500, help="over all databases")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--binary", default="target/debug/adapter-forge")
    parser.add_argument("--webhook-patience", type=float, default=240, help="0: do not wait for webhooks")
    options = parser.parse_args()
    names = ["sqlite", "postgres"] if options.database == "both" else [options.database]
    options.kills = -(-options.kills // len(names))
    lost = [loss for name in names for loss in round_on(name, options)]
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
