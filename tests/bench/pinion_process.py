"""The server under measurement: its own process and data directory on loopback, and the client that drives it."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request

READY_SECONDS_MAX = 600


class Pinion:
    """`pinion serve`, by default with --no-auth (the load client signs nothing). Use as a context manager."""

    def __init__(self, build, data_dir, arguments=("--no-auth",), environment=None):
        self.arguments = list(arguments)
        self.environment = {**os.environ, **(environment or {})}
        self.binary = os.path.join(build, "pinion")
        self.client = os.path.join(build, "tests", "bench", "pinion_bench_client")
        self.data_dir = data_dir
        self.process = None
        self.url = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Returns the seconds until it answers."""
        begun = time.monotonic()
        with open(self.data_dir + ".log", "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", self.data_dir, *self.arguments],
                stdout=subprocess.PIPE, stderr=log, text=True, cwd="/", env=self.environment,
            )
        for line in self.process.stdout:
            match = re.search(r"API\s+(http://\S+)", line)
            if match:
                self.url = match.group(1)
                break
        if self.url is None:
            raise RuntimeError(f"pinion did not start; see {self.data_dir}.log")
        self.get_until_ready("/readyz")
        return time.monotonic() - begun

    def get_until_ready(self, path):
        deadline = time.monotonic() + READY_SECONDS_MAX
        while True:
            try:
                urllib.request.urlopen(self.url + path, timeout=10).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(120)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process:
            self.process.stdout.close()
        self.url = None

    def create_app(self, name):
        request = urllib.request.Request(
            self.url + "/v1/apps", data=json.dumps({"Name": name}).encode(), method="POST",
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["Id"]

    def drive(self, command, seconds, **options):
        """Runs the load client; what it measured. Fails if an answer was not a success."""
        arguments = [f"--{name}={value}" for name, value in options.items()]
        arguments = [part for argument in arguments for part in argument.split("=", 1)]
        done = subprocess.run(
            [self.client, command, "--port", self.url.rsplit(":", 1)[1], "--seconds", str(seconds), *arguments],
            stdout=subprocess.PIPE, text=True, timeout=seconds + 120, check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command}: {done.stdout[:2000] or 'the client failed'}")
        return json.loads(done.stdout)

    def memory_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
