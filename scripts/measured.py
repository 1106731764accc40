"""A server of a measurement's own, and databases of its own. Standard library only, and psql."""
import http.client
import json
import os
import subprocess
import time
import uuid


class Postgres:
    """A database at the PostgreSQL server that `admin` names; `remove` drops it, as the end of a `with` does."""

    name = "PostgreSQL"

    def __init__(self, admin):
        self.admin, self.database = admin, f"forge_measure_{uuid.uuid4().hex[:12]}"
        self.psql(admin, f"CREATE DATABASE {self.database}")
        self.url = admin.rsplit("/", 1)[0] + f"/{self.database}"

    @staticmethod
    def psql(url, sql):
        command = ["psql", "--quiet", "--set", "ON_ERROR_STOP=1", url]
        subprocess.run(command, input=sql, text=True, check=True, stdout=subprocess.DEVNULL)

    def remove(self):
        self.psql(self.admin, f"DROP DATABASE {self.database} WITH (FORCE)")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


class Server:
    def __init__(self, binary, folder, **settings):
        environment = dict(
            os.environ,
            FORGE__SERVER__PORT="0",
            FORGE__DATABASE__URL=f"sqlite://{folder}/forge.db",
            FORGE__LOG__FILTER="warn",
        )
        environment.update(settings)
        self.process = subprocess.Popen([binary, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
        after = lambda mark: self.process.stdout.readline().strip().split(mark)[1]
        self.port = int(after("listens on http://").rsplit(":", 1)[1])
        self.key = after("only this once: ")
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def call(self, method, path, body=None, kind="application/json"):
        return json.loads(self.answer(method, path, body, kind)[1])

    def answer(self, method, path, body=None, kind="application/json"):
        """The headers and the body of an answer with status 200."""
        headers = {"X-Api-Key": self.key, "Content-Type": kind}
        self.connection.request(method, f"/api/v1{path}", body=body, headers=headers)
        answer = self.connection.getresponse()
        read = answer.read()
        assert answer.status == 200, (answer.status, read[:400])
        return answer.headers, read

    def job_at_rest(self, body, poll_seconds):
        """Starts a job and polls it until it needs nobody or somebody."""
        job_id = self.call("POST", "/adapter-scripts/generate", body)["jobId"]
        while True:
            job = self.call("GET", f"/adapter-scripts/jobs/{job_id}")["job"]
            if job["status"] not in ("pending", "running"):
                return job
            time.sleep(poll_seconds)
