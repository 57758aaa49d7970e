"""Every operation of the model through boto3, the AWS CLI and the AWS SDK for JavaScript: good, bad and forbidden."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import CASES, Generator  # noqa: E402
from judge import faults  # noqa: E402
from model import Model  # noqa: E402
from not_built import operations_not_built  # noqa: E402
from pinion_server import ACCESS_KEY, SECRET_KEY, PinionServer  # noqa: E402
from runners import CLIENTS, Runner  # noqa: E402
from service_model import write_for_botocore  # noqa: E402
from table import differences, text  # noqa: E402
from world import World, allow_all_but  # noqa: E402

MODEL = Model.load()


class Seen:
    """All calls of a client and their outcomes."""

    def __init__(self, calls, outcomes):
        self.calls, self._outcomes = calls, outcomes
        self.by_case = {(name, case): [] for name in MODEL.operations for case in CASES}
        for call in calls:
            self.by_case[call.operation, call.case].append(outcomes[call.id])

    def faults(self, operation):
        return [f"{call.id}: {fault}" for call in self.calls if call.operation == operation
                for fault in faults(MODEL, call, self._outcomes[call.id], operations_not_built())]


@pytest.fixture(scope="session")
def seen(tmp_path_factory):
    """Client → Seen, of one run of everything, all clients at the same time."""
    folder = tmp_path_factory.mktemp("matrix")
    write_for_botocore(folder / "models")
    (folder / "config").write_text("[default]\nparameter_validation = false\n", encoding="utf-8")
    environment = {"AWS_DATA_PATH": str(folder / "models"), "AWS_CONFIG_FILE": str(folder / "config"),
                   "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"), "HOME": str(folder)}
    with PinionServer("--manual-clock") as server:
        keys = {name: allow_all_but(server, name) for name in MODEL.operations}
        calls = {
            client: Generator(MODEL, World(server, server.client(), f"matrix-{index}"), [ACCESS_KEY, SECRET_KEY],
                              keys).calls()
            for index, client in enumerate(CLIENTS)}
        runners = {client: start(client, calls[client], server.url, folder, environment) for client in CLIENTS}
        try:
            outcomes = {client: {key: value for runner in parts for key, value in runner.outcomes().items()}
                        for client, parts in runners.items()}
        finally:
            for runner in (runner for parts in runners.values() for runner in parts):
                runner.stop()
    return {client: Seen(calls[client], outcomes[client]) for client in CLIENTS}


def start(client, calls, url, folder, environment):
    """The runners of a client. The command line takes longest, so that it gets two; successes stay in their order."""
    half = len(calls) // 2 if client == "AWS CLI" else len(calls)
    parts = [part for part in (calls[:half], calls[half:]) if part]
    runners = []
    for index, part in enumerate(parts):
        place = folder / f"{client} {index}"
        place.mkdir()
        runners.append(Runner(client, [call.wire() for call in part], url, place, environment))
    return runners


@pytest.mark.parametrize("operation", MODEL.operations)
@pytest.mark.parametrize("client", CLIENTS)
def test_operation(seen, client, operation):
    assert not seen[client].faults(operation)


def test_every_operation_is_called_in_every_case_that_the_model_has(seen):
    for client in CLIENTS:
        for operation in MODEL.operations:
            assert all(seen[client].by_case[operation, case] for case in ("success", "unsigned", "denied"))


def test_the_committed_table_is_what_was_seen(seen):
    lines = differences(text(sorted(MODEL.operations), {client: seen[client].by_case for client in CLIENTS}))
    assert not lines, "\n".join(lines)
