"""Signed requests against the server, beside the same requests against its bare HTTP server, with wrk."""

import json
import os
import re
import statistics
import subprocess
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from pinion_process import Pinion

ACCESS_KEY, SECRET_KEY = "bench-key", "bench-secret-0123456789"
CONNECTIONS = 64
ROUNDS = 3


class BareServer:
    """The HTTP server with a handler that answers at once. Use as a context manager."""

    def __init__(self, build, threads):
        program = os.path.join(build, "src", "http", "server_bench")
        self.process = subprocess.Popen([program, "serve", "0", str(threads)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()  # it serves until its input ends
        self.process.wait(30)
        self.process.stdout.close()


def signed_headers(url, method="GET", body=b""):
    """What an SDK sends; good for the five minutes that a signature's time may be off."""
    request = AWSRequest(method, url, data=body, headers={"User-Agent": "bench/1.0", "Content-Type": "application/json"})
    SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "mobiletargeting", "us-east-1").add_auth(request)
    return dict(request.headers.items())


def create_app(url):
    body = json.dumps({"Name": "edge"}).encode()
    request = urllib.request.Request(url + "/v1/apps", data=body, method="POST",
                                     headers=signed_headers(url + "/v1/apps", "POST", body))
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["Id"]


def requests_per_second(url, headers, seconds):
    arguments = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *arguments, url],
                          stdout=subprocess.PIPE, text=True, timeout=seconds + 60, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"the load on {url} had failures:\n{done.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))


def measure_edge(build, data_dir, seconds):
    """Medians of GetApp, signed, and of the bare server under the same requests, taken in turn."""
    credentials = {"PINION_ACCESS_KEY": ACCESS_KEY, "PINION_SECRET_KEY": SECRET_KEY}
    threads = max(1, os.cpu_count() // 2)
    signed, bare = [], []
    with Pinion(build, data_dir, arguments=["--set", f"http.threads={threads}"], environment=credentials) as server, \
            BareServer(build, threads) as reference:
        path = "/v1/apps/" + create_app(server.url)
        for _ in range(ROUNDS):
            signed.append(requests_per_second(server.url + path, signed_headers(server.url + path), seconds))
            bare.append(requests_per_second(reference.url + path, signed_headers(reference.url + path), seconds))
    return statistics.median(signed), statistics.median(bare)
