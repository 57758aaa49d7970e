import pytest
from expectations import ISO_DATE, bad_request, not_found

ROLE = "arn:aws:iam::123456789012:role/r"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/shop"
FIREHOSE = "arn:aws:firehose:us-east-1:123456789012:deliverystream/shop"


def put(pinpoint, app, destination=STREAM, role=ROLE):
    answer = pinpoint.put_event_stream(
        ApplicationId=app, WriteEventStream={"DestinationStreamArn": destination, "RoleArn": role})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    return answer["EventStream"]


def test_a_stream_is_put_read_replaced_and_deleted(pinpoint, app):
    with not_found():
        pinpoint.get_event_stream(ApplicationId=app)
    stream = put(pinpoint, app)
    assert (stream["ApplicationId"], stream["DestinationStreamArn"], stream["RoleArn"]) == (app, STREAM, ROLE)
    assert ISO_DATE.match(stream["LastModifiedDate"]) and stream["LastUpdatedBy"].startswith("arn:")
    assert "ExternalId" not in stream
    assert pinpoint.get_event_stream(ApplicationId=app)["EventStream"] == stream

    replaced = put(pinpoint, app, FIREHOSE)
    assert pinpoint.delete_event_stream(ApplicationId=app)["EventStream"] == replaced
    with not_found():
        pinpoint.get_event_stream(ApplicationId=app)
    with not_found():
        pinpoint.delete_event_stream(ApplicationId=app)


@pytest.mark.parametrize("destination, role, member", [
    ("", ROLE, "DestinationStreamArn"),
    ("arn:aws:s3:::bucket", ROLE, "DestinationStreamArn"),
    (STREAM, "", "RoleArn"),
    (STREAM, "role/r", "RoleArn"),
])
def test_other_destinations_and_roles_are_refused(pinpoint, app, destination, role, member):
    with bad_request(member):
        put(pinpoint, app, destination, role)
    with not_found():
        pinpoint.get_event_stream(ApplicationId=app)


def test_the_status_says_that_no_event_is_forwarded(server, pinpoint, app):
    put(pinpoint, app)
    status = server.native("GET", f"/apps/{app}/sinks/eventstream/status").json()
    assert (status["State"], status["Delivered"]) == ("PAUSED", 0)
    assert "forwards no events" in status["LastError"]
