"""Idempotency-Key as clients use it: a retry gets the first answer, and nothing happens twice (wire-protocol.md 18)."""

import uuid

from expectations import refused


def keyed(client, key):
    """A boto3 client whose calls carry the key."""
    client.meta.events.register("before-sign.pinpoint.*", lambda request, **_: request.headers.add_header("Idempotency-Key", key))
    return client


def replayed(response):
    return response["ResponseMetadata"]["HTTPHeaders"].get("idempotency-replayed") == "true"


def test_retry_of_a_send_gets_the_first_answer_and_sends_nothing(server, pinpoint, app):
    request = {"Addresses": {"a@example.com": {"ChannelType": "EMAIL"}}, "MessageConfiguration": {"EmailMessage": {
        "FromAddress": "b@example.com", "SimpleEmail": {"Subject": {"Data": "Hi"}, "TextPart": {"Data": "Hello"}}}}}
    pinpoint.update_email_channel(ApplicationId=app, EmailChannelRequest={
        "Enabled": True, "FromAddress": "b@example.com", "Identity": "arn:aws:ses:us-east-1:1:identity/example.com"})
    client = keyed(server.client(), uuid.uuid4().hex)
    first = client.send_messages(ApplicationId=app, MessageRequest=request)
    again = client.send_messages(ApplicationId=app, MessageRequest=request)

    assert (replayed(first), replayed(again)) == (False, True)
    assert again["MessageResponse"] == first["MessageResponse"]
    assert again["ResponseMetadata"]["RequestId"] == first["ResponseMetadata"]["RequestId"]
    assert len(server.messages(app)) == 1


def test_key_belongs_to_its_request(server, app):
    client = keyed(server.client(), uuid.uuid4().hex)
    client.create_segment(ApplicationId=app, WriteSegmentRequest={"Name": "one"})
    with refused(409, "ConflictException", "This Idempotency-Key belongs to another request."):
        client.create_segment(ApplicationId=app, WriteSegmentRequest={"Name": "two"})


def test_secret_that_is_shown_once_is_shown_to_its_retry(server):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"Name": "once-" + uuid.uuid4().hex[:8], "Policies": ["Sender"]}
    first = server.request("POST", "/pinion/v1/keys", body, headers=headers)
    again = server.request("POST", "/pinion/v1/keys", body, headers=headers)

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body and again.headers["Idempotency-Replayed"] == "true"
    assert server.request("POST", "/pinion/v1/keys", body).status == 409


def test_answer_without_a_body_comes_again(server, app):
    arn = server.request("GET", f"/v1/apps/{app}").json()["Arn"]
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    first = server.request("POST", f"/v1/tags/{arn}", {"tags": {"a": "b"}}, headers=headers)
    again = server.request("POST", f"/v1/tags/{arn}", {"tags": {"a": "b"}}, headers=headers)

    assert (first.status, again.status) == (204, 204)
    assert again.headers["Idempotency-Replayed"] == "true" and again.body == b""


def test_callers_have_keys_of_their_own(server):
    made = server.native("POST", "/keys", {"Name": "other-" + uuid.uuid4().hex[:8], "Policies": ["Developer"]}).json()
    key = uuid.uuid4().hex
    mine = keyed(server.client(), key).create_app(CreateApplicationRequest={"Name": "a"})
    theirs = keyed(server.client(access_key=made["AccessKeyId"], secret_key=made["SecretAccessKey"]), key).create_app(
        CreateApplicationRequest={"Name": "a"})
    assert not replayed(theirs)
    assert mine["ApplicationResponse"]["Id"] != theirs["ApplicationResponse"]["Id"]
