"""A server with keys, and a browser that notices all that a page must not do."""
import contextlib
import json
import os
import sqlite3
import subprocess
import tempfile
import urllib.request

from playwright.sync_api import expect, sync_playwright

# Far above what anything takes on the slowest machine.
PATIENCE_MILLISECONDS = 60_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


class Server:
    """The binary on a database of its own."""

    def __init__(self, binary):
        self.binary = os.path.abspath(binary)
        self.folder = tempfile.TemporaryDirectory()
        self.environment = dict(
            os.environ,
            FORGE__SERVER__PORT="0",
            FORGE__DATABASE__URL=f"sqlite://{self.folder.name}/forge.db",
            FORGE__LOG__FILTER="warn",
            FORGE__WORKER__POLL_MILLISECONDS="50",
            FORGE__CONSOLE__SIGN_INS_PER_MINUTE="1000",
        )
        made = subprocess.run([self.binary, "vault", "make-key", "a"], capture_output=True, text=True, check=True)
        self.environment["FORGE__VAULT__KEYS"] = made.stdout.strip()
        self.process = subprocess.Popen(
            [self.binary, "serve"], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        after = lambda mark: self.process.stdout.readline().strip().split(mark)[1]
        self.base = after("listens on ")
        self.key = after("only this once: ")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def make_key(self, name, *scopes):
        command = [self.binary, "keys", "create", "--name", name, "--scope", *scopes]
        made = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return made.stdout.strip()

    def revoke(self, key):
        prefix = key.split("_")[1]
        command = [self.binary, "keys", "revoke", prefix]
        subprocess.run(command, env=self.environment, capture_output=True, check=True)

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.base}/api/v1{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Api-Key": self.key, "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def upload(self, provider, topic, source, payload, name="menu.json"):
        body = {"provider": provider, "topic": topic, "source": source, "draft": True,
                "samples": [{"name": name, "payload": payload}]}
        return self.call("POST", "/adapter-scripts", body)["scriptId"]

    def drift(self, script, provider, topic, path, failure):
        """A failure of a script in use, as a run against an account leaves it. The vendor that breaks it is
        played by the database: no account is needed to look at pages."""
        with sqlite3.connect(f"{self.folder.name}/forge.db", timeout=30) as database:
            row = database.execute(
                "INSERT INTO drift_events (script_id, provider, topic, kind, path, failure, reproduced, status, "
                "count, first_seen, last_seen, resolved_by) VALUES (?, ?, ?, 'contract', ?, ?, 1, 'open', 41, "
                "1763000000000, 1763000600000, '') RETURNING id", (script, provider, topic, path, failure))
            [number] = row.fetchone()
            sample = {"name": "drift", "payload": {"items": [{"id": 17, "name": "Flat White", "price": "4.50"}]}}
            database.execute("INSERT INTO drift_samples VALUES (?, ?)", (number, json.dumps(sample)))
        database.close()
        return number

    def connect(self, provider):
        account = {"baseUrl": "https://api.vendor.example/v2", "apiKey": "sk-of-nobody"}
        self.call("PUT", f"/provider-connections/{provider}", account)

    def put_sample(self, provider, topic, name, body):
        self.call("PUT", f"/knowledge/{provider}/{topic}/samples/{name}", body)


class Watched:
    """A browser's window. What no page may do is written down: dialogs, errors, breaches of the
    policy, and requests that leave the origin."""

    def __init__(self, browser, base, **options):
        self.base = base
        self.wrong = []
        self.context = browser.new_context(base_url=base, **options)
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page = self.context.new_page()
        self.page.on("dialog", self.dialog)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self.console)
        self.page.on("request", self.request)

    def dialog(self, dialog):
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def console(self, message):
        # A page that is not there, or not allowed, is said to the console too.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def request(self, request):
        if not request.url.startswith((self.base, "data:", "about:")):
            self.wrong.append(f"request: {request.url}")

    def sign_in(self, key, then="/"):
        self.page.goto(f"/sign-in?then={then}")
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def close(self):
        self.context.close()
        assert not self.wrong, "\n".join(self.wrong)


@contextlib.contextmanager
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
