"""curl signs by itself: the command of the README (API-100)."""

import json
import pathlib
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from pinion_server import ACCESS_KEY, REGION, SECRET_KEY, PinionServer  # noqa: E402

SECONDS_MAX = 60

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture(scope="module")
def curl():
    """Calls `curl METHOD PATH [body]`; answers the status and the body."""
    with PinionServer() as server:
        def call(method, path, body=None, secret=SECRET_KEY):
            words = ["curl", "-sS", "-X", method, "--aws-sigv4", f"aws:amz:{REGION}:mobiletargeting", "--user",
                     f"{ACCESS_KEY}:{secret}", "-w", "\n%{http_code}", server.url + path]
            if body is not None:
                words += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
            done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS_MAX, check=True)
            text, _, status = done.stdout.rpartition("\n")
            return int(status), json.loads(text) if text else None
        yield call


def test_an_application_is_made_read_and_listed(curl):
    status, made = curl("POST", "/v1/apps", {"Name": "curl", "tags": {"a": "b c"}})
    assert status == 201
    assert curl("GET", f"/v1/apps/{made['Id']}") == (200, made)
    status, page = curl("GET", "/v1/apps?page-size=1")
    assert (status, page["Item"]) == (200, [made])


def test_the_native_api_takes_the_same_signature(curl):
    _, made = curl("POST", "/v1/apps", {"Name": "curl"})
    assert curl("GET", f"/pinion/v1/apps/{made['Id']}/messages")[0] == 200


def test_a_wrong_secret_is_refused(curl):
    status, error = curl("GET", "/v1/apps", secret="not-the-secret")
    assert (status, error["__type"]) == (403, "InvalidSignatureException")
