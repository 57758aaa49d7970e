import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

from pinion_server import PinionServer  # noqa: E402


@pytest.fixture(scope="session")
def server():
    """One server on the system clock for all tests; every test makes its own application."""
    with PinionServer() as running:
        yield running


@pytest.fixture
def clocked():
    """A server of the test's own whose clock the test moves."""
    with PinionServer("--manual-clock") as running:
        yield running


@pytest.fixture
def pinpoint(server):
    return server.client()


@pytest.fixture
def app(pinpoint):
    return pinpoint.create_app(CreateApplicationRequest={"Name": "test"})["ApplicationResponse"]["Id"]
