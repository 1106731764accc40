#!/usr/bin/env python3
"""Run jobs with language models as authors against a model server that others wrote.

Starts `llm-mock-api` with rules of its own and a server whose authors call it, in the protocols of
Anthropic and OpenAI. In each: a script that passes, one that passes after its failure was read, a
question with its answer, and a reply that is the call of a tool. A model's second reply is given only
to a prompt that shows the failure, or the answer.

Usage: pip install llm-mock-api; try_model.py [BINARY]
The exit code is 0 when every job went as it should. Linux.
"""
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/debug/adapter-forge"
MODEL_SERVER = shutil.which("llm-mock-api", path=f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}")
KINDS = ("anthropic", "openai")
KEY = "sk-no-real-key-1f6e0d"
LONGEST_SECONDS = 60
POLL_SECONDS = 0.05
ANSWER = "the one that guests pay, says the owner"

SCRIPT = """/**
 * @provider corner-till
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
PAYLOAD = {"items": [{"id": 1, "name": "Miso Soup", "price": 4.5}, {"id": 2, "name": "Soba", "price": 11.2}]}


def script(field):
    provenance = {"field": "products[].price", "source": f"items[].{field}", "reason": "a price", "confidence": 0.9, "runnerUp": ""}
    return {"kind": "script", "source": SCRIPT.replace("FIELD", field), "provenance": [provenance], "question": "", "points": []}


def question():
    points = [{"field": "products[].price", "prompt": "Which price?", "choices": ["what guests pay", "what it costs"]}]
    return {"kind": "question", "source": "", "provenance": [], "question": "Two prices could be meant.", "points": points}


def rules(kind):
    """What the models of one provider reply. The first rule that fits a prompt is taken."""
    right, wrong = json.dumps(script("price")), json.dumps(script("cost"))
    # The failure names the field; the draft that failed stands beside it.
    failure = "/products\\[\\d*\\][^\\n]*price[\\s\\S]*item\\.cost|item\\.cost[\\s\\S]*products\\[\\d*\\][^\\n]*price/"
    return [
        {"when": {"model": f"passes-{kind}"}, "reply": right},
        {"when": {"model": f"corrects-{kind}", "message": failure}, "reply": right},
        {"when": {"model": f"corrects-{kind}"}, "reply": wrong},
        {"when": {"model": f"asks-{kind}", "message": ANSWER}, "reply": right},
        {"when": {"model": f"asks-{kind}"}, "reply": json.dumps(question())},
        {"when": {"model": f"calls-{kind}", "tool_name": "reply"}, "reply": {"tools": [{"name": "reply", "args": script("price")}]}},
    ]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def model_server(folder):
    """The process and its port."""
    if MODEL_SERVER is None:
        sys.exit("llm-mock-api is not installed: pip install llm-mock-api")
    path = f"{folder}/rules.json5"
    with open(path, "w", encoding="utf-8") as file:
        json.dump([rule for kind in KINDS for rule in rules(kind)], file)
    port = free_port()
    command = [MODEL_SERVER, "start", "--config", f"{folder}/none.json", "--port", str(port), "--rules", path]
    process = subprocess.Popen(command + ["--latency", "1", "--chunk-size", "40"], stdout=subprocess.DEVNULL)
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit("llm-mock-api ended at its start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(POLL_SECONDS)
    process.kill()
    sys.exit("llm-mock-api does not listen")


def configuration(folder, port):
    """A file with an author for each model."""
    tables = []
    for kind in KINDS:
        for does in ("passes", "corrects", "asks", "calls"):
            name = f"{does}-{kind}"
            table = [f"[authors.{name}]", f'kind = "{kind}"', f'model = "{name}"', 'key_env = "MODEL_KEY"']
            table += [f'base_url = "http://127.0.0.1:{port}/v1"', "price = { input = 2.0, output = 10.0 }"]
            table += ['reply = "tool"'] if does == "calls" else []
            tables.append("\n".join(table))
    path = f"{folder}/forge.toml"
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n\n".join(tables) + "\n")
    return path


class Server:
    def __init__(self, folder, config):
        environment = dict(
            os.environ,
            FORGE_CONFIG=config,
            FORGE__SERVER__PORT="0",
            FORGE__DATABASE__URL=f"sqlite://{folder}/forge.db",
            FORGE__LOG__FILTER="warn",
            MODEL_KEY=KEY,
        )
        self.process = subprocess.Popen([BINARY, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if "listens on" not in line:
            sys.exit("the server ended at its start")
        self.port = int(line.strip().rsplit(":", 1)[1])
        self.key = self.process.stdout.readline().rsplit(" ", 1)[1].strip()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_SECONDS)
        headers = {"X-Api-Key": self.key, "Content-Type": "application/json"}
        connection.request(method, f"/api/v1/adapter-scripts{path}", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {read[:400]!r}")
        return json.loads(read)

    def generate(self, author):
        body = {"provider": "corner-till", "topic": "sync_products", "author": author, "samples": [{"payload": PAYLOAD}]}
        return self.call("POST", "/generate", body)["jobId"]

    def at_rest(self, job_id):
        end = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < end:
            job = self.call("GET", f"/jobs/{job_id}")["job"]
            if job["status"] not in ("pending", "running"):
                return job
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f"job {job_id} is not at rest after {LONGEST_SECONDS} s")


def flow(server, does, kind):
    """Runs one job; gives the job, and what is wrong with how it went."""
    job = server.at_rest(server.generate(f"{does}-{kind}"))
    wrong = []
    if does == "asks":
        if job["status"] != "needs_clarification" or "a) what guests pay" not in job["clarification"]:
            return job, ["it did not ask"]
        server.call("POST", f"/jobs/{job['id']}/respond", {"response": ANSWER})
        job = server.at_rest(job["id"])
    results = [result["passed"] for result in job["testResults"]]
    if job["status"] != "completed":
        wrong.append(f"it is {job['status']}")
    if results != ([False, True] if does == "corrects" else [True]):
        wrong.append(f"its attempts are {results}")
    if not any(" used " in line["message"] for line in job["logs"]):
        wrong.append("its log does not say what it used")
    if KEY in json.dumps(job):
        wrong.append("it shows the key")
    return job, wrong


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        model, port = model_server(folder)
        try:
            server = Server(folder, configuration(folder, port))
            try:
                for kind in KINDS:
                    for does in ("passes", "corrects", "asks", "calls"):
                        job, wrong = flow(server, does, kind)
                        failed += bool(wrong)
                        print(f"{'FAILED' if wrong else 'ok':6} {does} ({kind}): {'; '.join(wrong) or job['status']}")
                        for line in job["logs"]:
                            print(f"         {line['stage']:11} {line['message'].splitlines()[0][:140]}")
            finally:
                server.stop()
        finally:
            model.terminate()
            model.wait()
    print("every job went as it should" if not failed else f"{failed} jobs did not go as they should")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
