"""Restricted keys as their owners use them: policies, roles, tags, rotation, limits, simulation, the command line."""

import subprocess
import uuid

import pytest
from botocore.exceptions import ClientError

from expectations import refused
from pinion_server import ACCESS_KEY, SECRET_KEY, binary_path

ACCOUNT = "123456789012"


def forbidden(message=None):
    return refused(403, "ForbiddenException", message)


@pytest.fixture
def make_key(server):
    """Makes a key with these policies; gives its description with the secret."""

    def make(*policies, name=None, **rest):
        reply = server.native("POST", "/keys",
                              {"Name": name or f"key-{uuid.uuid4().hex[:12]}", "Policies": list(policies), **rest})
        assert reply.status == 201, reply
        return reply.json()

    return make


@pytest.fixture
def client_with(server, make_key):
    def make(*policies, **rest):
        key = make_key(*policies, **rest)
        return server.client(access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])

    return make


def test_worked_policy_shows_one_application_to_its_owner_only(pinpoint, client_with):
    owner = f"ann-{uuid.uuid4().hex[:8]}"
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "x", "tags": {"Owner": owner.upper()}})
    app = app["ApplicationResponse"]["Id"]
    policy = {"Version": "2012-10-17", "Statement": [
        {"Sid": "See", "Effect": "Allow", "Action": ["mobiletargeting:Get*", "mobiletargeting:List*"],
         "Resource": [f"arn:aws:mobiletargeting:*:{ACCOUNT}:apps/{app}*"],
         "Condition": {"StringEqualsIgnoreCase": {"aws:ResourceTag/Owner": "${aws:username}"}}},
        {"Effect": "Deny", "Action": "mobiletargeting:GetEndpoint", "Resource": "*"}]}
    ann, bob = client_with(policy, name=owner), client_with(policy)

    assert ann.get_app(ApplicationId=app)["ApplicationResponse"]["Id"] == app
    assert ann.get_segments(ApplicationId=app)["SegmentsResponse"]["Item"] == []
    with forbidden("with an explicit deny"):
        ann.get_endpoint(ApplicationId=app, EndpointId="e")
    with forbidden(f"User: arn:aws:iam::{ACCOUNT}:user/{owner} is not authorized to perform: mobiletargeting:DeleteApp "
                   f"on resource: arn:aws:mobiletargeting:us-east-1:{ACCOUNT}:apps/{app}"):
        ann.delete_app(ApplicationId=app)
    with forbidden():
        ann.get_apps()
    with forbidden():
        bob.get_app(ApplicationId=app)


def test_refusal_is_the_modelled_exception(client_with):
    client = client_with("Ingest")

    with pytest.raises(client.exceptions.ForbiddenException):
        client.get_apps()


def test_ingest_key_reports_events_and_nothing_else(app, client_with):
    client = client_with("Ingest")
    batch = {"u": {"Endpoint": {}, "Events": {"e": {"EventType": "x", "Timestamp": "2026-01-01T00:00:00Z"}}}}

    assert client.put_events(ApplicationId=app, EventsRequest={"BatchItem": batch})
    with forbidden():
        client.get_app(ApplicationId=app)
    with forbidden():
        client.create_app(CreateApplicationRequest={"Name": "x"})


def test_changes_hold_from_the_next_request_on(server, make_key):
    key = make_key("Ingest")
    client = server.client(access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    with forbidden():
        client.get_apps()

    assert server.native("PUT", f"/keys/{key['AccessKeyId']}", {"Policies": ["ReadOnly"]}).status == 200

    assert client.get_apps()["ApplicationsResponse"]
    assert server.native("DELETE", f"/keys/{key['AccessKeyId']}").status == 204
    with refused(403, "UnrecognizedClientException"):
        client.get_apps()


def test_rotated_key_works_with_both_secrets_for_a_while(server, make_key):
    key = make_key("ReadOnly")
    rotate = f"/keys/{key['AccessKeyId']}/rotate"
    rotated = server.native("POST", rotate, {"GraceSeconds": 3600}).json()

    for secret in (key["SecretAccessKey"], rotated["SecretAccessKey"]):
        assert server.client(access_key=key["AccessKeyId"], secret_key=secret).get_apps()
    last = server.native("POST", rotate, {"GraceSeconds": 0}).json()
    with refused(403, "InvalidSignatureException"):
        server.client(access_key=key["AccessKeyId"], secret_key=rotated["SecretAccessKey"]).get_apps()
    assert server.client(access_key=key["AccessKeyId"], secret_key=last["SecretAccessKey"]).get_apps()


def test_key_over_its_limit_is_told_when_to_come_back(client_with):
    client = client_with("ReadOnly", RateLimit={"RequestsPerSecond": 0.01, "Burst": 1})
    client.get_apps()

    with pytest.raises(ClientError) as caught:
        client.get_apps()

    metadata = caught.value.response["ResponseMetadata"]
    assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert metadata["HTTPStatusCode"] == 429
    assert int(metadata["HTTPHeaders"]["retry-after"]) >= 1


def test_only_administrators_reach_keys(server, make_key):
    key = make_key("Developer")

    reply = server.request("GET", "/pinion/v1/keys", access_key=key["AccessKeyId"],
                           secret_key=key["SecretAccessKey"])

    assert reply.status == 403
    assert "pinion:Admin" in reply.json()["Message"]


def test_configured_key_is_listed_and_not_changeable(server):
    keys = {key["AccessKeyId"]: key for key in server.items("/keys")}

    assert keys[ACCESS_KEY]["Managed"] == "config"
    assert "SecretAccessKey" not in keys[ACCESS_KEY]
    assert server.native("DELETE", f"/keys/{ACCESS_KEY}").status == 400
    assert server.native("PUT", f"/keys/{ACCESS_KEY}", {"Status": "Inactive"}).status == 400


def test_simulation_explains_a_decision(server, make_key):
    key = make_key("ReadOnly")
    question = {"AccessKeyId": key["AccessKeyId"], "Action": "mobiletargeting:GetApp",
                "Resource": f"arn:aws:mobiletargeting:us-east-1:{ACCOUNT}:apps/x"}

    answer = server.native("POST", "/policies/simulate", question)

    assert answer.json() == {"Decision": "Allow", "Statement": "ReadOnly"}
    question["Action"] = "mobiletargeting:DeleteApp"
    assert server.native("POST", "/policies/simulate", question).json() == {"Decision": "ImplicitDeny"}


def run_keys(server, *args):
    address = server.url.removeprefix("http://")
    return subprocess.run(
        [binary_path(), "keys", *args, "--data-dir", server.data_dir, "--listen", address, "--access-key", ACCESS_KEY,
         "--secret-key", SECRET_KEY], capture_output=True, text=True, timeout=60, check=False)


def test_command_line_manages_keys_of_a_running_server(server):
    name = f"cli-{uuid.uuid4().hex[:8]}"
    created = run_keys(server, "create", "--name", name, "--policy", "ReadOnly")
    assert created.returncode == 0, created.stderr
    _, key, _, secret, *_ = created.stdout.split()
    assert server.client(access_key=key, secret_key=secret).get_apps()
    assert f"{key}  Active    {name}" in run_keys(server, "list").stdout

    rotated = run_keys(server, "rotate", key, "--grace-seconds", "0")
    assert rotated.returncode == 0, rotated.stderr
    secret = rotated.stdout.split()[3]
    assert server.client(access_key=key, secret_key=secret).get_apps()

    assert run_keys(server, "revoke", key).returncode == 0
    with refused(403, "UnrecognizedClientException"):
        server.client(access_key=key, secret_key=secret).get_apps()
    assert run_keys(server, "revoke", key).returncode != 0


def test_command_line_manages_keys_of_a_stopped_server(clocked):
    address = clocked.url
    clocked.stop()
    created = run_keys(clocked, "create", "--name", "offline", "--policy", "Ingest")
    assert created.returncode == 0, created.stderr
    assert "offline" in run_keys(clocked, "list").stdout
    clocked.url = address
    clocked.start()
    assert any(key["Name"] == "offline" and key["Policies"] == ["Ingest"] for key in clocked.items("/keys"))
