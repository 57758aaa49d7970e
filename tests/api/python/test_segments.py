import pytest
from expectations import HEX_ID, ISO_DATE, bad_request, not_found


@pytest.fixture
def audience(server, pinpoint, app):
    """Five endpoints that differ in what segments look at."""
    items = [
        {"Id": "jp1", "ChannelType": "EMAIL", "Address": "jp1@e.com", "Location": {"Country": "JP", "Latitude": 35.68,
         "Longitude": 139.69}, "Attributes": {"tier": ["gold"], "renewal": ["2026-12-24"]}, "Metrics": {"visits": 10},
         "Demographic": {"AppVersion": "2.10", "Platform": "ios"}},
        {"Id": "jp2", "ChannelType": "SMS", "Address": "+81312345678", "Location": {"Country": "JP"},
         "Attributes": {"tier": ["silver"]}, "Metrics": {"visits": 3}, "Demographic": {"AppVersion": "2.9"}},
        {"Id": "us1", "ChannelType": "EMAIL", "Address": "us1@e.com", "Location": {"Country": "US"},
         "Attributes": {"tier": ["gold", "beta"]}, "User": {"UserId": "u1", "UserAttributes": {"City": ["New York"]}}},
        {"Id": "us2", "ChannelType": "GCM", "Address": "t", "OptOut": "ALL", "Location": {"Country": "US"},
         "User": {"UserId": "u1"}},
        {"Id": "none"},
    ]
    pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": items})
    return app


def create(pinpoint, app, **request):
    return pinpoint.create_segment(ApplicationId=app, WriteSegmentRequest=request)["SegmentResponse"]


def members(server, pinpoint, app, **definition):
    segment = create(pinpoint, app, Name="s", **definition)
    reply = server.native("GET", f"/apps/{app}/segments/{segment['Id']}/members")
    assert reply.status == 200, reply
    return {item["EndpointId"] for item in reply.json()["Items"]}


def test_create_answers_what_was_given(pinpoint, app):
    dimensions = {"Attributes": {"tier": {"AttributeType": "INCLUSIVE", "Values": ["gold"]}}}
    segment = create(pinpoint, app, Name="gold", Dimensions=dimensions, tags={"team": "a"})

    assert HEX_ID.match(segment["Id"]) and ISO_DATE.match(segment["CreationDate"])
    assert segment["Arn"].endswith(f":apps/{app}/segments/{segment['Id']}")
    assert (segment["SegmentType"], segment["Version"], segment["tags"]) == ("DIMENSIONAL", 1, {"team": "a"})
    assert segment["Dimensions"] == dimensions
    assert pinpoint.get_segment(ApplicationId=app, SegmentId=segment["Id"])["SegmentResponse"] == segment


@pytest.mark.parametrize("definition, expected", [
    ({}, {"jp1", "jp2", "us1", "us2", "none"}),
    ({"Dimensions": {"Location": {"Country": {"Values": ["JP"]}}}}, {"jp1", "jp2"}),
    ({"Dimensions": {"Location": {"Country": {"DimensionType": "EXCLUSIVE", "Values": ["JP"]}}}}, {"us1", "us2", "none"}),
    ({"Dimensions": {"Attributes": {"tier": {"Values": ["gold", "silver"]}}}}, {"jp1", "jp2", "us1"}),
    ({"Dimensions": {"Attributes": {"tier": {"AttributeType": "EXCLUSIVE", "Values": ["gold"]}}}}, {"jp2", "us2", "none"}),
    ({"Dimensions": {"Attributes": {"tier": {"AttributeType": "CONTAINS", "Values": ["et"]}}}}, {"us1"}),
    ({"Dimensions": {"UserAttributes": {"City": {"AttributeType": "CONTAINS", "Values": ["ew"]}}}}, {"us1", "us2"}),
    ({"Dimensions": {"Metrics": {"visits": {"ComparisonOperator": "GREATER_THAN", "Value": 3}}}}, {"jp1"}),
    ({"Dimensions": {"Metrics": {"visits": {"ComparisonOperator": "LESS_THAN_OR_EQUAL", "Value": 10}}}}, {"jp1", "jp2"}),
    ({"Dimensions": {"Demographic": {"Channel": {"Values": ["PUSH"]}}}}, {"us2"}),
    ({"Dimensions": {"Demographic": {"AppVersion": {"Values": [">=2.10"]}}}}, {"jp1"}),
    ({"Dimensions": {"Demographic": {"DeviceType": {"Values": ["iOS"]}}}}, {"jp1"}),
    ({"Dimensions": {"Attributes": {"renewal": {"AttributeType": "BETWEEN", "Values": ["2026-12-01", "2026-12-31"]}}}}, {"jp1"}),
    ({"Dimensions": {"Attributes": {"renewal": {"AttributeType": "BEFORE", "Values": ["2026-12-24"]}}}}, set()),
    ({"Dimensions": {"Attributes": {"renewal": {"AttributeType": "ON", "Values": ["2026-12-24T18:00:00Z"]}}}}, {"jp1"}),
    ({"Dimensions": {"Location": {"GPSPoint": {"Coordinates": {"Latitude": 35.68, "Longitude": 139.7},
                                               "RangeInKilometers": 2}}}}, {"jp1"}),
    ({"Dimensions": {"Behavior": {"Recency": {"Duration": "HR_24", "RecencyType": "ACTIVE"}}}},
     {"jp1", "jp2", "us1", "us2", "none"}),
    ({"SegmentGroups": {"Include": "ALL", "Groups": [{"Type": "ANY", "Dimensions": [
        {"Attributes": {"tier": {"Values": ["silver"]}}}, {"Location": {"Country": {"Values": ["US"]}}}]}]}},
     {"jp2", "us1", "us2"}),
    ({"SegmentGroups": {"Include": "NONE", "Groups": [{"Dimensions": [{"Location": {"Country": {"Values": ["US"]}}}]}]}},
     {"jp1", "jp2", "none"}),
])
def test_members_are_those_that_the_criteria_name(server, pinpoint, audience, definition, expected):
    assert members(server, pinpoint, audience, **definition) == expected


def test_source_segments_can_be_required_and_excluded(server, pinpoint, audience):
    gold = create(pinpoint, audience, Dimensions={"Attributes": {"tier": {"Values": ["gold"]}}})["Id"]

    def group(source_type):
        return {"SegmentGroups": {"Groups": [{"SourceSegments": [{"Id": gold}], "SourceType": source_type}]}}

    assert members(server, pinpoint, audience, **group("ALL")) == {"jp1", "us1"}
    assert members(server, pinpoint, audience, **group("NONE")) == {"jp2", "us2", "none"}


def test_a_write_is_in_the_segment_at_once(server, pinpoint, audience):
    gold = {"Dimensions": {"Attributes": {"tier": {"Values": ["gold"]}}}}
    pinpoint.update_endpoint(ApplicationId=audience, EndpointId="none", EndpointRequest={"Attributes": {"tier": ["gold"]}})
    pinpoint.delete_endpoint(ApplicationId=audience, EndpointId="us1")

    assert members(server, pinpoint, audience, **gold) == {"jp1", "none"}


def test_live_count_tells_members_and_who_can_be_reached(server, pinpoint, audience):
    reply = server.native("POST", f"/apps/{audience}/segments/count", {})

    count = reply.json()
    assert count["Endpoints"] == 5 and count["Users"] == 1
    assert count["Reachable"] == {"EMAIL": 2, "SMS": 1}
    assert (count["ReachableEndpoints"], count["OptedOut"], count["MissingAddress"]) == (3, 1, 1)


def test_update_makes_a_version_and_old_ones_stay(pinpoint, app):
    segment = create(pinpoint, app, Name="a", Dimensions={"Location": {"Country": {"Values": ["JP"]}}})["Id"]
    updated = pinpoint.update_segment(ApplicationId=app, SegmentId=segment, WriteSegmentRequest={"Name": "b"})["SegmentResponse"]

    assert (updated["Version"], updated["Name"]) == (2, "b")
    assert updated["Dimensions"] == {"Location": {"Country": {"Values": ["JP"]}}}
    first = pinpoint.get_segment_version(ApplicationId=app, SegmentId=segment, Version="1")["SegmentResponse"]
    assert (first["Version"], first["Name"]) == (1, "a")
    versions = pinpoint.get_segment_versions(ApplicationId=app, SegmentId=segment)["SegmentsResponse"]["Item"]
    assert [item["Version"] for item in versions] == [2, 1]
    with not_found():
        pinpoint.get_segment_version(ApplicationId=app, SegmentId=segment, Version="3")
    with bad_request():
        pinpoint.get_segment_version(ApplicationId=app, SegmentId=segment, Version="one")


def test_definitions_that_cannot_be_judged_are_refused(pinpoint, app):
    for definition in (
        {"Dimensions": {}, "SegmentGroups": {"Groups": []}},
        {"Dimensions": {"Attributes": {"a": {"Values": []}}}},
        {"Dimensions": {"Attributes": {"a": {"AttributeType": "BETWEEN", "Values": ["2026-01-01"]}}}},
        {"Dimensions": {"Attributes": {"a": {"AttributeType": "BEFORE", "Values": ["soon"]}}}},
        {"Dimensions": {"Attributes": {"pinion:Nothing": {"Values": ["x"]}}}},
        {"Dimensions": {"Metrics": {"m": {"ComparisonOperator": "ABOUT", "Value": 1}}}},
        {"Dimensions": {"Location": {"GPSPoint": {"Coordinates": {"Latitude": 91, "Longitude": 0}}}}},
        {"SegmentGroups": {"Groups": [{"SourceSegments": [{"Id": "0" * 32}]}]}},
        {"SegmentGroups": {"Include": "SOME", "Groups": []}},
    ):
        with bad_request():
            create(pinpoint, app, Name="bad", **definition)
    assert pinpoint.get_segments(ApplicationId=app)["SegmentsResponse"]["Item"] == []


def test_a_circle_of_segments_is_refused(pinpoint, app):
    a = create(pinpoint, app, Name="a")["Id"]
    b = create(pinpoint, app, SegmentGroups={"Groups": [{"SourceSegments": [{"Id": a}]}]})["Id"]

    with bad_request():
        pinpoint.update_segment(ApplicationId=app, SegmentId=a, WriteSegmentRequest={
            "SegmentGroups": {"Groups": [{"SourceSegments": [{"Id": b}]}]}})


def test_a_segment_that_others_build_on_cannot_be_deleted(pinpoint, app):
    a = create(pinpoint, app, Name="a")["Id"]
    b = create(pinpoint, app, SegmentGroups={"Groups": [{"SourceSegments": [{"Id": a}]}]})["Id"]

    with bad_request(b):
        pinpoint.delete_segment(ApplicationId=app, SegmentId=a)
    pinpoint.delete_segment(ApplicationId=app, SegmentId=b)
    pinpoint.delete_segment(ApplicationId=app, SegmentId=a)
    with not_found():
        pinpoint.get_segment(ApplicationId=app, SegmentId=a)
