"""What the runners share, and how the test starts them.

A runner reads a JSON list of calls and writes a JSON object of what came back. A call:
  id, operation, input   the operation's input by the model's names; {"$time": text} stands for a time
  credentials            [access key, secret key], or null for a request without signature
  alter                  {"query": {name: text, or null to leave it out}, "body": …}: changes between the client's
                         serializer and its signature, for what the serializer would not send
An outcome, by id: status, type (header x-amzn-ErrorType), body (of an error, as JSON), name and text (how the client
reports the error), output (as the client parsed it), or problem (the client itself gave up)."""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"  # Debian's, which its awscli and python3-boto3 belong to
SECONDS_MAX = 900
REGION = "us-east-1"

CLIENTS = {
    "boto3": [PYTHON, "-B", str(HERE / "run_boto3.py")],
    "AWS CLI": [PYTHON, "-B", str(HERE / "run_cli.py")],
    "AWS SDK for JavaScript": ["node", str(HERE.parent / "api" / "js" / "support" / "run_calls.js")],
}


class Runner:
    """One process that makes calls through a client, in order."""

    def __init__(self, client, calls, url, folder, environment):
        self._calls, self._outcomes = folder / "calls.json", folder / "outcomes.json"
        self._calls.write_text(json.dumps(calls), encoding="utf-8")
        self._log = folder / "log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [*CLIENTS[client], str(self._calls), str(self._outcomes), url],
                env={**os.environ, **environment}, stdout=log, stderr=log)

    def outcomes(self):
        try:
            status = self._process.wait(SECONDS_MAX)
        finally:
            self.stop()
        if status != 0:
            raise RuntimeError(self._log.read_text(encoding="utf-8")[-4000:])
        return json.loads(self._outcomes.read_text(encoding="utf-8"))

    def stop(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def with_times(value):
    if isinstance(value, dict):
        if set(value) == {"$time"}:
            return value["$time"]
        return {key: with_times(element) for key, element in value.items()}
    return [with_times(element) for element in value] if isinstance(value, list) else value


def alter(request, changes):
    """Applies a call's `alter` to a botocore request that is not signed yet."""
    if "query" in changes:
        parts = urllib.parse.urlsplit(request.url)
        kept = [(name, text) for name, text in urllib.parse.parse_qsl(parts.query) if name not in changes["query"]]
        kept += [(name, text) for name, text in changes["query"].items() if text is not None]
        request.url = urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(kept)))
    if "body" in changes:
        request.data = json.dumps(changes["body"]).encode()


def describe(http, output=None, name=None, text=None):
    """The outcome of a call that botocore got an answer to."""
    body = http.content if http.status_code >= 400 else b""
    return {"status": http.status_code, "type": http.headers.get("x-amzn-errortype"),
            "request": http.headers.get("x-amzn-requestid"), "body": json.loads(body) if body else None,
            "output": output, "name": name, "text": text}


def as_text(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(f"no JSON for {type(value)}")


def run_all(call, calls_path, outcomes_path, url):
    with open(calls_path, encoding="utf-8") as file:
        calls = json.load(file)
    outcomes = {}
    for case in calls:
        case["input"] = with_times(case["input"])
        try:
            outcomes[case["id"]] = call(case, url)
        except Exception as error:  # pylint: disable=broad-except  (whatever the client throws is the outcome)
            outcomes[case["id"]] = {"problem": f"{type(error).__name__}: {error}"}
            print(case["id"], outcomes[case["id"]], file=sys.stderr)
    with open(outcomes_path, "w", encoding="utf-8") as file:
        json.dump(outcomes, file, default=as_text)
