"""Starts the pinion binary on a free loopback port with its own data directory, and talks to it as clients do."""

import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
import boto3
import botocore.session

ACCESS_KEY = "PNAKTESTTESTTESTTEST"
SECRET_KEY = "test-secret-test-secret-test-secret"
REGION = "us-east-1"
START_SECONDS_MAX = 60


def binary_path():
    """The binary under test, from PINION_BINARY."""
    path = os.environ.get("PINION_BINARY", "build/dev/pinion")
    if not os.path.exists(path):
        raise RuntimeError(f"no binary at {path}; build it, or set PINION_BINARY")
    return os.path.abspath(path)


class Reply:
    """An HTTP answer: status, headers, and the body as JSON where it is JSON."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body) if self.body else None

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class PinionServer:
    """One process of pinion. Use as a context manager; `kill` is kill -9, `start` may follow on the same data."""

    def __init__(self, *args, data_dir=None, env=None, listen="127.0.0.1:0"):
        self._temporary = None
        if data_dir is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="pinion-test-")
            data_dir = self._temporary.name + "/data"
        self.data_dir = data_dir
        self.args = list(args)
        self.env = env or {}
        self.listen = listen
        self.process = None
        self.url = None  # while it is not ready
        self.output = []
        self.log = None
        self._ready = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if self._temporary:
            self._temporary.cleanup()

    def start(self):
        self.launch()
        if not self._ready.wait(START_SECONDS_MAX) or self.url is None:
            raise RuntimeError(f"pinion did not start; see {self.log.name}: {''.join(self.output)}"
                               f"{open(self.log.name, encoding='utf-8').read()[-4000:]}")

    def launch(self):
        """Starts the process without waiting until it is ready."""
        environment = {
            **os.environ, "PINION_ACCESS_KEY": ACCESS_KEY, "PINION_SECRET_KEY": SECRET_KEY, **self.env,
        }
        with open(self.data_dir.rstrip("/") + ".log", "ab") as self.log:
            self.process = subprocess.Popen(
                [binary_path(), "serve", "--listen", self.listen, "--data-dir", self.data_dir, *self.args],
                stdout=subprocess.PIPE, stderr=self.log, env=environment, text=True,
            )
        self._ready = threading.Event()
        threading.Thread(target=self._read_output, args=(self.process, self._ready), daemon=True).start()

    def _read_output(self, process, ready):
        for line in process.stdout:
            self.output.append(line)
            match = re.search(r"API\s+(https?://\S+)", line)
            if match and process is self.process:
                self.url = match.group(1)
                ready.set()
        ready.set()
        process.stdout.close()

    def stop(self):
        """Ends it in order; the exit code must be 0."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            code = self.process.wait(60)
            if code != 0:
                raise RuntimeError(f"pinion ended with {code}; see {self.log.name}")

    def kill(self):
        self.url = None
        self.process.kill()
        self.process.wait()

    def client(self, service="pinpoint", access_key=ACCESS_KEY, secret_key=SECRET_KEY, models=None, **config):
        """A boto3 client; `models` is a folder of service models that go before botocore's own."""
        session = botocore.session.Session()
        if models:
            session.set_config_variable("data_path", str(models))
        return boto3.Session(botocore_session=session).client(
            service, region_name=REGION, endpoint_url=self.url, aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(retries={"max_attempts": 0}, max_pool_connections=64, parameter_validation=False, **config),
        )

    def request(self, method, path, body=None, headers=None, sign=True, access_key=ACCESS_KEY, secret_key=SECRET_KEY):
        """A call of any path; `body` may be bytes, text or something to write as JSON."""
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        data = body.encode() if isinstance(body, str) else body
        signed = AWSRequest(method=method, url=self.url + path, data=data, headers=headers or {})
        if sign:
            SigV4Auth(Credentials(access_key, secret_key), "mobiletargeting", REGION).add_auth(signed)
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=dict(signed.headers))
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Reply(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.headers, error.read())

    def native(self, method, path, body=None):
        """A signed call below /pinion/v1."""
        return self.request(method, "/pinion/v1" + path, body)

    def advance(self, seconds):
        """Moves the manual clock; returns the new time."""
        reply = self.native("POST", "/clock", {"AdvanceSeconds": seconds})
        assert reply.status == 200, reply
        return reply.json()["Now"]

    def messages(self, app, **filters):
        """All items of the message log, oldest first."""
        return list(self.items(f"/apps/{app}/messages", "limit", **filters))

    def items(self, path, page_size="page-size", **query):
        """Item by item of a list below /pinion/v1; `page_size` is its name of the size of a page."""
        token = None
        while True:
            text = urllib.parse.urlencode({**query, page_size: "1000", **({"token": token} if token else {})})
            reply = self.native("GET", f"{path}?{text}")
            assert reply.status == 200, reply
            page = reply.json()
            yield from page["Items"]
            token = page.get("NextToken")
            if not token:
                return
