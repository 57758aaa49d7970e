"""Erasure, access requests and retention, as an operator asks for them beside a client that uses boto3."""

import json
import os
import stat
import time
import urllib.error
import urllib.request

import pytest
from expectations import not_found

DAY = 24 * 3600
EMAIL = {"EmailMessage": {"SimpleEmail": {"Subject": {"Data": "Dear allie"}, "TextPart": {"Data": "t"}}}}
KPIS = ("txn-emails-delivered", "txn-emails-delivery-rate", "unique-deliveries", "attempted-deliveries")


def make_people(pinpoint, app):
    """Alicia with two endpoints, and Bob; mail and events of both."""
    pinpoint.update_email_channel(ApplicationId=app, EmailChannelRequest={
        "FromAddress": "shop@example.com", "Identity": "arn:aws:ses:us-east-1:123456789012:identity/example.com"})
    for endpoint, address, user in (("alicias-phone", "alicia@example.com", "alicia"),
                                    ("alicias-tablet", "alicia@work.example.com", "alicia"),
                                    ("bobs-phone", "bob@example.com", "bob")):
        pinpoint.update_endpoint(ApplicationId=app, EndpointId=endpoint, EndpointRequest={
            "ChannelType": "EMAIL", "Address": address, "User": {"UserId": user}, "Attributes": {"nick": ["allie"]}})
        pinpoint.put_events(ApplicationId=app, EventsRequest={"BatchItem": {endpoint: {
            "Endpoint": {}, "Events": {"e": {"EventType": "sign_up", "Timestamp": "2026-11-20T10:00:00Z",
                                             "Attributes": {"nick": "allie"}}}}}})
    pinpoint.send_messages(ApplicationId=app, MessageRequest={
        "Endpoints": {"alicias-phone": {}, "alicias-tablet": {}, "bobs-phone": {}}, "MessageConfiguration": EMAIL})


def wait_for(server, path):
    """The request at `path` when it is over."""
    deadline = time.monotonic() + 60
    while True:
        request = server.native("GET", path).json()
        if request["Status"] not in ("CREATED", "PROCESSING"):
            return request
        assert time.monotonic() < deadline, request
        time.sleep(0.02)


def erase(server, app, **whom):
    begun = server.native("POST", f"/apps/{app}/privacy/erasures", whom)
    assert begun.status == 202 and begun.json()["Status"] == "CREATED", begun
    return wait_for(server, f"/apps/{app}/privacy/erasures/{begun.json()['Id']}")


def export(server, app, **whom):
    begun = server.native("POST", f"/apps/{app}/privacy/exports", whom)
    assert begun.status == 202, begun
    return wait_for(server, f"/apps/{app}/privacy/exports/{begun.json()['Id']}")


def numbers(pinpoint, app):
    return [pinpoint.get_application_date_range_kpi(ApplicationId=app, KpiName=name)[
        "ApplicationDateRangeKpiResponse"]["KpiResult"] for name in KPIS]


def everything(server, app):
    """Messages, events and audit records, as text."""
    return json.dumps([server.messages(app), server.native("GET", f"/apps/{app}/events").json(),
                       server.native("GET", f"/audit?resource={app}").json()])


def test_an_erased_person_is_nowhere_and_all_counts_stay(server, pinpoint, app):
    make_people(pinpoint, app)
    before = numbers(pinpoint, app)
    messages = len(server.messages(app))
    assert "alicia" in everything(server, app)

    erasure = erase(server, app, UserId="alicia", Reason="asked by letter")

    assert erasure["Status"] == "COMPLETED" and erasure["Reason"] == "asked by letter"
    assert erasure["Counts"]["Endpoints"] == 2 and erasure["Counts"]["Messages"] == 2
    with not_found():
        pinpoint.get_endpoint(ApplicationId=app, EndpointId="alicias-phone")
    with not_found():
        pinpoint.get_user_endpoints(ApplicationId=app, UserId="alicia")
    assert pinpoint.get_endpoint(ApplicationId=app, EndpointId="bobs-phone")["EndpointResponse"]["Address"] == "bob@example.com"
    assert "alicia" not in everything(server, app)
    assert numbers(pinpoint, app) == before
    assert len(server.messages(app)) == messages


def test_an_erasure_needs_exactly_one_name(server, app):
    for body in ({}, {"UserId": "a", "EndpointId": "b"}, {"Address": ""}):
        assert server.native("POST", f"/apps/{app}/privacy/erasures", body).status == 400
    assert server.native("GET", f"/apps/{app}/privacy/erasures").json() == {"Items": []}


def test_an_access_request_gives_a_file_to_download_without_credentials(server, pinpoint, app):
    make_people(pinpoint, app)

    exported = export(server, app, UserId="alicia")

    assert exported["Status"] == "COMPLETED" and exported["DownloadUrl"].startswith(server.url + "/")
    with urllib.request.urlopen(exported["DownloadUrl"], timeout=30) as answer:
        assert answer.headers["Content-Type"] == "application/json"
        data = json.load(answer)
    assert [endpoint["Id"] for endpoint in data["Endpoints"]] == ["alicias-phone", "alicias-tablet"]
    assert [message["Subject"] for message in data["Messages"]] == ["Dear allie"] * 2
    assert {event["event_type"] for event in data["Events"]} >= {"sign_up", "_email.send"}
    assert [consent["OptOut"] for consent in data["Consents"]] == ["NONE"] * 2
    assert "bob" not in json.dumps(data)

    file = f"{server.data_dir}/privacy/{app}/{exported['Id']}.json"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(exported["DownloadUrl"][:-4] + "AAAA", timeout=30)
    assert refused.value.code == 403

    erase(server, app, Address="alicia@example.com")
    assert not os.path.exists(file)


def test_an_erasure_goes_on_after_kill_9(clocked):
    pinpoint = clocked.client()
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
    make_people(pinpoint, app)
    begun = clocked.native("POST", f"/apps/{app}/privacy/erasures", {"UserId": "alicia"}).json()
    clocked.kill()
    clocked.start()

    erasure = wait_for(clocked, f"/apps/{app}/privacy/erasures/{begun['Id']}")

    assert erasure["Counts"]["Endpoints"] == 2 and erasure["Counts"]["Messages"] == 2
    assert "alicia" not in everything(clocked, app)


def test_messages_and_their_bodies_go_when_their_days_are_over(clocked):
    pinpoint = clocked.client()
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
    own = clocked.native("PUT", f"/apps/{app}/settings/retention", {"MessagesDays": 40})
    assert own.json() == {"MessagesDays": 40, "EventsDays": 0, "MessageBodiesDays": 30, "Overridden": ["MessagesDays"]}
    make_people(pinpoint, app)

    clocked.advance(31 * DAY)
    assert [message.get("Subject") for message in clocked.messages(app)] == [None] * 3
    clocked.advance(10 * DAY)
    assert clocked.messages(app) == []


def test_retention_is_refused_beyond_its_limits(server, app):
    reply = server.native("PUT", f"/apps/{app}/settings/retention", {"EventsDays": 36501})
    assert reply.status == 400 and "EventsDays" in reply.json()["Message"]


def test_an_unknown_erasure_is_not_found(server, app):
    assert server.native("GET", f"/apps/{app}/privacy/erasures/{'0' * 32}").status == 404
    assert server.native("GET", f"/apps/{app}/privacy/exports/{'0' * 32}").status == 404


def test_an_endpoint_that_comes_back_starts_empty(server, pinpoint, app):
    make_people(pinpoint, app)
    erase(server, app, EndpointId="alicias-phone")
    pinpoint.update_endpoint(ApplicationId=app, EndpointId="alicias-phone", EndpointRequest={
        "ChannelType": "EMAIL", "Address": "alicia@example.com"})

    assert list(server.items(f"/apps/{app}/messages", "limit", EndpointId="alicias-phone")) == []
