from expectations import ISO_DATE, bad_request, not_found


def put(pinpoint, app, endpoint, **request):
    return pinpoint.update_endpoint(ApplicationId=app, EndpointId=endpoint, EndpointRequest=request)


def get(pinpoint, app, endpoint):
    return pinpoint.get_endpoint(ApplicationId=app, EndpointId=endpoint)["EndpointResponse"]


def test_update_creates_and_get_answers_every_object_even_when_empty(pinpoint, app):
    answer = put(pinpoint, app, "e1", ChannelType="EMAIL", Address="a@example.com")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["MessageBody"]["Message"] == "Accepted"

    endpoint = get(pinpoint, app, "e1")
    assert (endpoint["Id"], endpoint["ApplicationId"], endpoint["Address"]) == ("e1", app, "a@example.com")
    assert (endpoint["EndpointStatus"], endpoint["OptOut"]) == ("ACTIVE", "NONE")
    assert endpoint["RequestId"] == answer["MessageBody"]["RequestID"]
    assert ISO_DATE.match(endpoint["CreationDate"]) and ISO_DATE.match(endpoint["EffectiveDate"])
    assert 0 <= int(endpoint["CohortId"]) <= 99
    for member in ("Attributes", "Metrics", "Demographic", "Location", "User"):
        assert endpoint[member] == {}


def test_update_merges_by_name_and_member(pinpoint, app):
    put(pinpoint, app, "e1", Attributes={"a": ["1"], "b": ["2"]}, Demographic={"Make": "x", "Model": "y"})
    put(pinpoint, app, "e1", Attributes={"b": ["3", "3", "4"]}, Demographic={"Model": ""}, Metrics={"m": 1.5})

    endpoint = get(pinpoint, app, "e1")
    assert endpoint["Attributes"] == {"a": ["1"], "b": ["3", "4"]}
    assert endpoint["Demographic"] == {"Make": "x"}
    assert endpoint["Metrics"] == {"m": 1.5}


def test_empty_list_and_null_remove_an_attribute(server, pinpoint, app):
    put(pinpoint, app, "e1", Attributes={"a": ["1"], "b": ["2"], "c": [""]}, Metrics={"m": 1, "n": 2})
    put(pinpoint, app, "e1", Attributes={"a": []})
    server.request("PUT", f"/v1/apps/{app}/endpoints/e1", {"Attributes": {"b": None}, "Metrics": {"m": None}})

    endpoint = get(pinpoint, app, "e1")
    assert endpoint["Attributes"] == {"c": [""]}
    assert endpoint["Metrics"] == {"n": 2}


def test_ids_are_one_whatever_their_case_and_keep_the_first_spelling(pinpoint, app):
    put(pinpoint, app, "Phone-1", Address="x")
    put(pinpoint, app, "phone-1", ChannelType="SMS")

    endpoint = get(pinpoint, app, "PHONE-1")
    assert (endpoint["Id"], endpoint["Address"], endpoint["ChannelType"]) == ("Phone-1", "x", "SMS")


def test_bad_values_are_refused_with_their_member_and_change_nothing(pinpoint, app):
    put(pinpoint, app, "e1", Address="x")
    for member, request in {
        "Location.Latitude": {"Location": {"Latitude": 91}},
        "EffectiveDate": {"EffectiveDate": "yesterday"},
        "EndpointStatus": {"EndpointStatus": "GONE"},
        "ChannelType": {"ChannelType": "FAX"},
        "OptOut": {"OptOut": "SOME"},
    }.items():
        with bad_request(member):
            put(pinpoint, app, "e1", Address="y", **request)
    assert get(pinpoint, app, "e1")["Address"] == "x"
    with bad_request():
        put(pinpoint, app, "a{b}", Address="x")


def test_unknown_endpoint_is_not_found(pinpoint, app):
    with not_found():
        get(pinpoint, app, "nobody")
    with not_found():
        pinpoint.delete_endpoint(ApplicationId=app, EndpointId="nobody")


def test_delete_answers_the_last_state(pinpoint, app):
    put(pinpoint, app, "e1", Address="x")
    last = get(pinpoint, app, "e1")

    answer = pinpoint.delete_endpoint(ApplicationId=app, EndpointId="e1")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["EndpointResponse"] == last
    with not_found():
        get(pinpoint, app, "e1")


def test_batch_is_applied_whole(pinpoint, app):
    items = [{"Id": f"e{i}", "ChannelType": "EMAIL", "Address": f"{i}@example.com"} for i in range(100)]
    answer = pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": items})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert get(pinpoint, app, "e99")["Address"] == "99@example.com"


def test_one_bad_item_fails_the_whole_batch_and_is_named(pinpoint, app):
    items = [{"Id": "e0", "Address": "x"}, {"Id": "e1", "Location": {"Latitude": 100}}]
    with bad_request("Item[1].Location.Latitude"):
        pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": items})
    with not_found():
        get(pinpoint, app, "e0")


def test_batch_takes_at_most_a_hundred_items_each_with_an_id(pinpoint, app):
    with bad_request():
        pinpoint.update_endpoints_batch(
            ApplicationId=app, EndpointBatchRequest={"Item": [{"Id": f"e{i}"} for i in range(101)]})
    with bad_request("Id"):
        pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": [{"Address": "x"}]})
    pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": []})


def test_user_attributes_are_shared_by_the_endpoints_of_a_user(pinpoint, app):
    put(pinpoint, app, "e1", User={"UserId": "u", "UserAttributes": {"FirstName": ["Ann"]}})
    put(pinpoint, app, "e2", User={"UserId": "u", "UserAttributes": {"LastName": ["Lee"]}})

    expected = {"UserId": "u", "UserAttributes": {"FirstName": ["Ann"], "LastName": ["Lee"]}}
    assert get(pinpoint, app, "e1")["User"] == expected
    items = pinpoint.get_user_endpoints(ApplicationId=app, UserId="u")["EndpointsResponse"]["Item"]
    assert [item["Id"] for item in items] == ["e1", "e2"]
    assert items[0]["User"] == expected


def test_user_without_endpoints_is_not_found(pinpoint, app):
    with not_found("Resource not found"):
        pinpoint.get_user_endpoints(ApplicationId=app, UserId="nobody")


def test_deleting_a_user_deletes_its_endpoints(pinpoint, app):
    for endpoint in ("e1", "e2"):
        put(pinpoint, app, endpoint, User={"UserId": "u"})

    answer = pinpoint.delete_user_endpoints(ApplicationId=app, UserId="u")
    assert [item["Id"] for item in answer["EndpointsResponse"]["Item"]] == ["e1", "e2"]
    with not_found():
        get(pinpoint, app, "e1")


def test_sixteenth_mailbox_of_a_user_is_refused_and_a_sixteenth_phone_pushes_the_oldest_out(pinpoint, app):
    for i in range(15):
        put(pinpoint, app, f"m{i}", ChannelType="EMAIL", Address=f"{i}@e.com", User={"UserId": "u"})
    with bad_request("Exceeded maximum endpoint per user count: 15"):
        put(pinpoint, app, "m15", ChannelType="EMAIL", Address="15@e.com", User={"UserId": "u"})

    for i in range(15):
        put(pinpoint, app, f"p{i}", ChannelType="GCM", Address=f"t{i}", User={"UserId": "v"})
    put(pinpoint, app, "p15", ChannelType="GCM", Address="t15", User={"UserId": "v"})
    assert get(pinpoint, app, "p0")["EndpointStatus"] == "INACTIVE"
    assert get(pinpoint, app, "p0")["User"] == {}


def test_a_push_token_belongs_to_the_endpoint_that_wrote_it_last(pinpoint, app):
    put(pinpoint, app, "old", ChannelType="GCM", Address="token")
    put(pinpoint, app, "new", ChannelType="GCM", Address="token")

    assert get(pinpoint, app, "old")["EndpointStatus"] == "INACTIVE"
    assert get(pinpoint, app, "new")["EndpointStatus"] == "ACTIVE"
