from expectations import not_found

EVENT = {"EventType": "Purchase", "Timestamp": "2026-11-23T11:15:00.250Z", "Attributes": {"item": "boots"},
         "Metrics": {"price": 99.9}}


def put(pinpoint, app, items):
    return pinpoint.put_events(ApplicationId=app, EventsRequest={"BatchItem": items})["EventsResponse"]["Results"]


def logged(server, app, **query):
    text = "&".join(f"{key}={value}" for key, value in query.items())
    reply = server.native("GET", f"/apps/{app}/events?{text}")
    assert reply.status == 200, reply
    return reply.json()["Items"]


def test_event_is_accepted_logged_and_updates_its_endpoint(server, pinpoint, app):
    results = put(pinpoint, app, {"Ep-1": {"Endpoint": {"ChannelType": "EMAIL", "Address": "a@example.com"},
                                           "Events": {"evt-1": EVENT}}})

    accepted = {"StatusCode": 202, "Message": "Accepted"}
    assert results == {"Ep-1": {"EndpointItemResponse": accepted, "EventsItemResponse": {"evt-1": accepted}}}
    assert pinpoint.get_endpoint(ApplicationId=app, EndpointId="ep-1")["EndpointResponse"]["Address"] == "a@example.com"
    [item] = logged(server, app, EventType="Purchase")
    assert (item["EventId"], item["Origin"]) == ("evt-1", "APP")
    record = item["Record"]
    assert (record["event_type"], record["attributes"], record["metrics"]) == (
        "Purchase", {"item": "boots"}, {"price": 99.9})
    assert record["event_timestamp"] == 1795432500250


def test_the_same_event_counts_once(server, pinpoint, app):
    for _ in range(3):
        put(pinpoint, app, {"e": {"Endpoint": {}, "Events": {"evt-1": EVENT}}})
    put(pinpoint, app, {"e": {"Endpoint": {}, "Events": {"evt-1": {**EVENT, "Timestamp": "2026-11-23T11:15:01Z"}}}})

    assert len(logged(server, app)) == 2


def test_one_bad_event_leaves_its_neighbours_alone(server, pinpoint, app):
    results = put(pinpoint, app, {"e": {"Endpoint": {"Location": {"Latitude": 100}}, "Events": {
        "good": EVENT, "untyped": {**EVENT, "EventType": " "}, "undated": {**EVENT, "Timestamp": ""},
        "misdated": {**EVENT, "Timestamp": "yesterday"}, "nested": {**EVENT, "Attributes": {"a": {"b": 1}}}}}})["e"]

    assert results["EndpointItemResponse"]["StatusCode"] == 400
    events = results["EventsItemResponse"]
    assert events["good"] == {"StatusCode": 202, "Message": "Accepted"}
    assert events["untyped"] == {"StatusCode": 400, "Message": "Event type cannot be null, empty or blank"}
    assert events["undated"] == {"StatusCode": 400, "Message": "Timestamp cannot be null, empty or blank"}
    assert events["misdated"] == {"StatusCode": 400, "Message": "Timestamp must be in ISO 8601 format"}
    assert events["nested"]["StatusCode"] == 400
    assert [item["EventId"] for item in logged(server, app)] == ["good"]


def test_empty_endpoint_creates_an_anonymous_visitor(pinpoint, app):
    put(pinpoint, app, {"visitor": {"Endpoint": {}, "Events": {"e": EVENT}}})
    endpoint = pinpoint.get_endpoint(ApplicationId=app, EndpointId="visitor")["EndpointResponse"]
    assert "ChannelType" not in endpoint and "Address" not in endpoint


def test_requests_that_are_no_batch_are_refused_whole(server, pinpoint, app):
    for body in ({}, {"BatchItem": []}, {"BatchItem": {"e": 1}}, {"BatchItem": {"e": {"Events": []}}},
                 {"BatchItem": {"e": {"Events": {"x": 1}}}}):
        reply = server.request("POST", f"/v1/apps/{app}/events", body)
        assert (reply.status, reply.json()["__type"]) == (400, "BadRequestException"), body
    assert server.request("POST", f"/v1/apps/{app}/events", {"BatchItem": {}}).json() == {"Results": {}}
    with not_found("Application not found"):
        put(pinpoint, "0" * 32, {})


def test_refused_items_can_be_looked_up(server, pinpoint, app):
    put(pinpoint, app, {"e": {"Endpoint": {}, "Events": {"bad": {"EventType": "x"}}}})
    [item] = server.native("GET", f"/apps/{app}/ingest-log").json()["Items"]
    assert (item["EndpointId"], item["EventId"]) == ("e", "bad") and "Timestamp" in item["Message"]


def test_event_types_tell_what_was_reported(clocked):
    pinpoint = clocked.client()
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
    put(pinpoint, app, {"e": {"Endpoint": {}, "Events": {"1": EVENT, "2": {**EVENT, "Timestamp": "2026-11-23T11:00:00Z"}}}})
    clocked.advance(1)

    [kind] = clocked.native("GET", f"/apps/{app}/event-types").json()["Items"]
    assert (kind["EventType"], kind["Count30Days"], kind["Attributes"], kind["Metrics"]) == (
        "Purchase", 2, ["item"], ["price"])
