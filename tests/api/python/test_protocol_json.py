"""Frame, errors, JSON, time, paging and identifiers (wire-protocol.md sections 1 to 6) against the running server."""

import json
import re
import urllib.parse

import pytest

from pinion_server import PinionServer
from raw_http import RawConnection, ask, request

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(scope="module")
def url():
    with PinionServer("--no-auth") as running:
        yield running.url


@pytest.fixture(scope="module")
def app(url):
    return ask(url, request("POST", "/v1/apps", '{"Name":"protocol"}')).json()["Id"]


def call(url, method, target, body=b"", headers=()):
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    return ask(url, request(method, target, body, headers=headers))


def put(url, app, endpoint, body):
    return call(url, "PUT", f"/v1/apps/{app}/endpoints/{endpoint}", body)


def attributes_of(url, app, endpoint):
    return call(url, "GET", f"/v1/apps/{app}/endpoints/{endpoint}").json()["Attributes"]


def refuses(reply, text="", status=400):
    assert reply.status == status, reply
    assert text in reply.json()["Message"], reply.json()
    return True


# Section 1

def test_create_answers_the_bare_payload(url):
    reply = call(url, "POST", "/v1/apps", {"Name": "Shop", "tags": {"env": "prod"}})
    body = reply.json()

    assert reply.status == 201
    assert set(body) == {"Arn", "CreationDate", "Id", "Name", "tags"}
    assert re.fullmatch(r"[0-9a-f]{32}", body["Id"])
    assert body["Arn"] == f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{body['Id']}"
    assert TIME.fullmatch(body["CreationDate"]) and body["tags"] == {"env": "prod"}


def test_members_are_case_sensitive(url):
    assert refuses(call(url, "POST", "/v1/apps", {"name": "a"}), "Missing required member")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "", "nonsense"])
def test_content_type_and_accept_are_not_looked_at(url, content_type):
    reply = call(url, "POST", "/v1/apps", {"Name": "a"}, [f"Content-Type: {content_type}", "Accept: image/png"])

    assert reply.status == 201 and reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("method,target,status", [
    ("GET", "/v1/apps", 200), ("GET", "/v1/nothing", 404), ("PATCH", "/v1/apps", 405), ("GET", "/healthz", 200),
    ("OPTIONS", "/v1/apps", 405)])
def test_every_answer_has_a_request_id_and_a_date(url, method, target, status):
    reply = call(url, method, target)

    assert reply.status == status
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", reply.headers["x-amzn-requestid"])
    assert reply.headers["date"].endswith(" GMT")


def test_request_id_in_a_body_equals_the_header(url, app):
    accepted = put(url, app, "e", {})
    missing = call(url, "GET", "/v1/apps/" + "0" * 32)

    assert accepted.json() == {"Message": "Accepted", "RequestID": accepted.headers["x-amzn-requestid"]}
    assert missing.json()["RequestID"] == missing.headers["x-amzn-requestid"]


def test_date_is_the_wall_clock_under_a_manual_clock():
    import email.utils
    import time
    with PinionServer("--no-auth", "--manual-clock") as server:
        assert call(server.url, "POST", "/pinion/v1/clock", {"AdvanceSeconds": 86400 * 365}).status == 200
        shown = email.utils.parsedate_to_datetime(call(server.url, "GET", "/v1/apps").headers["date"]).timestamp()
        made = call(server.url, "POST", "/v1/apps", {"Name": "a"}).json()["CreationDate"]

        assert abs(shown - time.time()) < 60
        assert int(made[:4]) > time.gmtime().tm_year


def test_tagging_answers_204_without_body(url, app):
    arn = f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{app}"
    tagged = call(url, "POST", f"/v1/tags/{arn}", {"tags": {"a": "b"}})
    untagged = call(url, "DELETE", f"/v1/tags/{urllib.parse.quote(arn, safe='')}?tagKeys=a&tagKeys=c")

    for reply in (tagged, untagged):
        assert reply.status == 204
        assert "content-type" not in reply.headers and "content-length" not in reply.headers


def test_absent_values_are_left_out_and_null_is_never_written(url, app):
    for target in (f"/v1/apps/{app}", f"/v1/apps/{app}/settings", f"/v1/apps/{app}/segments", "/v1/apps"):
        reply = call(url, "GET", target)
        assert b":null" not in reply.body.replace(b" ", b"")
    settings = call(url, "GET", f"/v1/apps/{app}/settings").json()
    for member in ("CampaignHook", "Limits", "QuietTime", "JourneyLimits"):
        assert settings[member] == {}
    assert call(url, "GET", f"/v1/apps/{app}").json()["tags"] == {}


def test_write_is_seen_by_other_connections_at_once(url):
    for i in range(20):
        made = call(url, "POST", "/v1/apps", {"Name": f"seen {i}"}).json()["Id"]
        with RawConnection(url) as first, RawConnection(url) as second:
            assert first.send(request("GET", f"/v1/apps/{made}")).reply().status == 200
            listed = second.send(request("GET", "/v1/apps?page-size=1000")).reply().json()["Item"]
            assert made in [item["Id"] for item in listed]


def test_conditional_requests_are_not_looked_at(url, app):
    reply = call(url, "GET", f"/v1/apps/{app}", headers=["If-None-Match: *", "If-Match: \"x\""])

    assert reply.status == 200 and "etag" not in reply.headers


# Section 2

def test_404_messages(url, app):
    assert call(url, "GET", f"/v1/apps/{'0' * 32}/segments").json()["Message"] == "Application not found"
    assert call(url, "GET", f"/v1/apps/{app}/segments/{'0' * 32}").json()["Message"] == "Resource not found"
    assert call(url, "GET", f"/v1/apps/{app}/channels/adm").status == 404
    assert call(url, "POST", f"/v1/apps/{'0' * 32}/events", {"BatchItem": {}}).json()["Message"] == "Application not found"


def test_model_is_judged_before_the_application(url):
    assert refuses(call(url, "POST", f"/v1/apps/{'0' * 32}/segments", {"Name": 5, "Dimensions": []}), "Dimensions")


def test_values_in_messages_are_short_and_all_violations_are_told(url, app):
    reply = call(url, "POST", f"/v1/apps/{app}/segments", {"SegmentGroups": {"Include": "S" * 500}})
    assert refuses(reply, "Member 'SegmentGroups.Include': unknown value")
    assert "expected one of ALL, ANY, NONE." in reply.json()["Message"]
    assert "S" * 101 not in reply.json()["Message"]

    many = call(url, "POST", "/v1/apps", {"Name": {}, "tags": {f"k{i}": {} for i in range(15)}})
    assert many.json()["Message"].count("Member '") == 10


def test_405_lists_the_methods(url, app):
    reply = call(url, "DELETE", f"/v1/apps/{app}/endpoints")

    assert reply.status == 405 and reply.headers["allow"] == "PUT"
    assert reply.json()["__type"] == "MethodNotAllowedException"


def test_bad_request_stores_nothing(url):
    before = call(url, "GET", "/v1/apps?page-size=1000").json()["Item"]
    refuses(call(url, "POST", "/v1/apps", {"Name": "a", "tags": {"aws:x": "y"}}))

    assert call(url, "GET", "/v1/apps?page-size=1000").json()["Item"] == before


# Section 3

@pytest.mark.parametrize("body", ["", "{}", "\ufeff{}", "  \n\t {} \r\n", "\ufeff \n{}"])
def test_bom_blanks_and_no_body_are_an_empty_object(url, app, body):
    assert call(url, "PUT", f"/v1/apps/{app}/settings", body).status == 200


@pytest.mark.parametrize("body", [
    "null", "[]", "\"a\"", "1", "true", "{}{}", "{} x", "{}//c", "/**/{}", "{\"a\":1,}", "{'a':1}", "{\"a\":\"\n\"}",
    "{\"a\":\"\\x\"}", "{\"a\":01}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":+1}", "{\"a\":NaN}", "{\"a\":[1,]}", "{a:1}",
    "{\"a\"}", "{\"a\":}", "{", "}", "{\"a\":tru}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\\ud800\"}",
    "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}", "{\"a\":\"\\u12\"}", b"{\"a\":\"\xff\"}", b"{\"a\":\"\xc0\x80\"}",
    b"{\"a\":\"\xed\xa0\x80\"}", b"{\"a\":\"\x00\"}"])
def test_what_is_no_json_object_is_refused_even_in_unknown_members(url, app, body):
    reply = call(url, "PUT", f"/v1/apps/{app}/settings", body)

    assert reply.status == 400 and reply.json()["__type"] == "BadRequestException", (body, reply)


def test_nesting_of_100_is_accepted_and_of_101_refused(url, app):
    def nested(depth):  # the root object is the first level
        return '{"x":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"

    assert call(url, "PUT", f"/v1/apps/{app}/settings", nested(100)).status == 200
    assert call(url, "PUT", f"/v1/apps/{app}/settings", nested(101)).status == 400
    assert call(url, "PUT", f"/v1/apps/{app}/settings", nested(1_000_000)).status == 400


def test_unknown_members_are_named_up_to_twenty(url, app):
    reply = call(url, "PUT", f"/v1/apps/{app}/settings", {"Limits": {"Bar": 1}, **{f"F{i:02}": i for i in range(30)}})

    names = reply.headers["x-pinion-ignored-members"].split(",")
    assert reply.status == 200 and len(names) == 20 and names[0] == "Limits.Bar"


def test_the_last_of_equal_members_counts(url):
    assert call(url, "POST", "/v1/apps", '{"Name":"a","Name":"b","tags":{"k":"1","k":"2"}}').json()["Name"] == "b"


def test_null_is_absent_in_structures_and_maps_and_refused_in_lists(url, app):
    assert refuses(call(url, "POST", "/v1/apps", {"Name": None}), "Missing required member 'Name'")
    assert call(url, "POST", "/v1/apps", {"Name": "a", "tags": {"k": None, "l": "v"}}).json()["tags"] == {"l": "v"}
    assert refuses(put(url, app, "nulls", {"EffectiveDate": None, "User": {"UserAttributes": {"a": ["x", None]}}}))


def test_scalars_become_the_text_they_were_written_as(url, app):
    body = '{"Attributes":{"a":[2],"b":[99.90],"c":[true],"d":[1e5],"e":[-0],"f":["x"]}}'
    assert put(url, app, "scalars", body).status == 202

    assert attributes_of(url, app, "scalars") == {
        "a": ["2"], "b": ["99.90"], "c": ["true"], "d": ["1e5"], "e": ["-0"], "f": ["x"]}
    assert refuses(put(url, app, "scalars", {"Attributes": {"a": [{}]}}), "Attributes.a[0]")


@pytest.mark.parametrize("value,stored", [("5", 5), ("5.0", 5), ("5e0", 5), ('"5"', 5), ('"50e-1"', 5), ("0", 0)])
def test_integers_in_any_spelling(url, app, value, stored):
    reply = call(url, "PUT", f"/v1/apps/{app}/settings", f'{{"Limits":{{"Daily":{value}}}}}')

    assert reply.status == 200 and reply.json()["Limits"]["Daily"] == stored


@pytest.mark.parametrize("value", ["5.5", "2147483648", "-2147483649", '"5 "', '""', '"x"', "true", "[5]", "{}", "1e400"])
def test_what_is_no_integer_is_refused(url, app, value):
    assert refuses(call(url, "PUT", f"/v1/apps/{app}/settings", f'{{"Limits":{{"Daily":{value}}}}}'), "Limits.Daily")


@pytest.mark.parametrize("value,stored", [("1", 1), ("1.50", 1.5), ('"2.5"', 2.5), ("1e3", 1000), ("0.1", 0.1)])
def test_doubles_are_written_short(url, app, value, stored):
    assert put(url, app, "doubles", f'{{"Metrics":{{"m":{value}}}}}').status == 202

    reply = call(url, "GET", f"/v1/apps/{app}/endpoints/doubles")
    assert reply.json()["Metrics"]["m"] == stored
    assert f'"m":{json.dumps(stored)}'.encode() in reply.body


@pytest.mark.parametrize("value", ['"NaN"', '"Infinity"', "1e999", '"x"', "true", "[]"])
def test_what_is_no_double_is_refused(url, app, value):
    assert refuses(put(url, app, "doubles", f'{{"Metrics":{{"m":{value}}}}}'), "Metrics.m")


@pytest.mark.parametrize("value,stored", [("true", True), ('"true"', True), ('"false"', False)])
def test_booleans_may_be_text(url, app, value, stored):
    reply = call(url, "PUT", f"/v1/apps/{app}/channels/sms", f'{{"Enabled":{value}}}')

    assert reply.status == 200 and reply.json()["Enabled"] is stored


@pytest.mark.parametrize("value", ["1", "0", '"TRUE"', '"yes"', "{}"])
def test_what_is_no_boolean_is_refused(url, app, value):
    assert refuses(call(url, "PUT", f"/v1/apps/{app}/channels/sms", f'{{"Enabled":{value}}}'), "Enabled")


def test_scalar_is_no_list_and_list_is_no_map(url, app):
    assert refuses(put(url, app, "lists", {"Attributes": {"a": "x"}}), "Attributes.a")
    assert refuses(put(url, app, "lists", {"Attributes": []}), "Attributes")
    assert refuses(put(url, app, "lists", {"Demographic": "x"}), "Demographic")


def test_enums_are_exact(url, app):
    assert refuses(put(url, app, "enums", {"ChannelType": "email"}), "ChannelType")
    assert put(url, app, "enums", {"ChannelType": "EMAIL", "Address": "a@example.com"}).status == 202


def test_map_entries_keep_their_order(url):
    tags = {"z": "1", "a": "2", "m": "3"}

    assert list(call(url, "POST", "/v1/apps", {"Name": "a", "tags": tags}).json()["tags"]) == list(tags)


# Section 4

@pytest.mark.parametrize("written", [
    "2026-11-23T11:15:00Z", "2026-11-23T11:15Z", "2026-11-23T11:15:00.123456789Z", "2026-11-23 11:15:00+02:00",
    "2026-11-23T11:15:00-0700", "2026-11-23T11:15:00+02", "2026-11-23", "2026-11-23T11:15:00"])
def test_times_in_any_form(url, app, written):
    assert put(url, app, "times", {"EffectiveDate": written}).status == 202


@pytest.mark.parametrize("written", [
    "2026-11-23T11:15:60Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "1969-01-01T00:00:00Z", "yesterday",
    "2026-11-23T24:00:00Z", "2026-11-23T11:15:00Q"])
def test_impossible_times_are_refused(url, app, written):
    assert refuses(put(url, app, "times", {"EffectiveDate": written}), "EffectiveDate")


# Section 5

@pytest.fixture(scope="module")
def five(url, app):
    """Five segments, oldest first."""
    return [call(url, "POST", f"/v1/apps/{app}/segments", {"Name": f"s{i}", "Dimensions": {}}).json()["Id"]
            for i in range(5)]


def page(url, app, query=""):
    return call(url, "GET", f"/v1/apps/{app}/segments{query}")


def test_walk_returns_each_item_once_whatever_happens_meanwhile(url, app, five):
    first = page(url, app, "?page-size=2").json()
    call(url, "POST", f"/v1/apps/{app}/segments", {"Name": "new", "Dimensions": {}})
    call(url, "DELETE", f"/v1/apps/{app}/segments/{first['Item'][0]['Id']}")
    rest = page(url, app, f"?page-size=1000&token={first['NextToken']}").json()

    seen = [item["Id"] for item in first["Item"] + rest["Item"]]
    assert len(seen) == len(set(seen)) and set(five) <= set(seen)
    assert "NextToken" not in rest


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "", "99999999999999999999x"])
def test_bad_page_sizes_are_refused(url, app, size):
    assert refuses(page(url, app, f"?page-size={size}"))


@pytest.mark.parametrize("size", ["1001", "999999", "99999999999999999999"])
def test_large_page_sizes_are_cut(url, app, size):
    assert page(url, app, f"?page-size={size}").status == 200


def test_tokens_are_bound_to_their_list(url, app, five):
    token = page(url, app, "?page-size=1").json()["NextToken"]
    other = call(url, "POST", "/v1/apps", {"Name": "other"}).json()["Id"]

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,512}", token)
    assert page(url, app, f"?token={token}").status == 200
    assert page(url, app, "?token=").status == 200
    for bad in (token[:-2], token[:-1] + ("A" if token[-1] != "A" else "B"), "nonsense", "a" * 600):
        assert refuses(page(url, app, f"?token={bad}"))
    assert refuses(page(url, other, f"?token={token}"))
    assert refuses(call(url, "GET", f"/v1/apps?token={token}"))


def test_unknown_parameters_are_ignored_and_the_first_of_two_counts(url, app, five):
    assert len(page(url, app, "?page-size=1&page-size=x&nonsense=%20").json()["Item"]) == 1


# Section 6

def test_ids_are_compared_exactly(url, app):
    lettered = ask(url, request("POST", "/v1/apps", '{"Name":"a"}', headers=["x-pinion-resource-id: " + "a" * 32])).json()["Id"]

    assert call(url, "GET", f"/v1/apps/{lettered.upper()}").status == 404


def test_chosen_id_is_taken_once(url):
    chosen = "0123456789abcdef" * 2
    header = [f"x-pinion-resource-id: {chosen}"]

    assert call(url, "POST", "/v1/apps", {"Name": "a"}, header).json()["Id"] == chosen
    taken = call(url, "POST", "/v1/apps", {"Name": "b"}, header)
    assert (taken.status, taken.json()["__type"]) == (409, "ConflictException")
    assert call(url, "DELETE", f"/v1/apps/{chosen}").status == 200
    assert call(url, "POST", "/v1/apps", {"Name": "b"}, header).status == 409
    for bad in ("x", chosen.upper(), chosen[:-1]):
        assert refuses(call(url, "POST", "/v1/apps", {"Name": "a"}, [f"x-pinion-resource-id: {bad}"]))


def test_deleted_application_answers_as_it_was_and_is_gone_at_once(url):
    made = call(url, "POST", "/v1/apps", {"Name": "gone", "tags": {"a": "b"}}).json()
    got = call(url, "GET", f"/v1/apps/{made['Id']}").json()

    assert call(url, "DELETE", f"/v1/apps/{made['Id']}").json() == got
    assert call(url, "GET", f"/v1/apps/{made['Id']}").status == 404
    assert call(url, "DELETE", f"/v1/apps/{made['Id']}").status == 404


@pytest.mark.parametrize("raw,decoded", [("a%20b%2Fc%252F", "a b/c%2F"), ("a+b", "a+b"), ("%C3%BC", "ü"), ("a.b~c", "a.b~c")])
def test_path_is_decoded_once(url, app, raw, decoded):
    assert put(url, app, raw, {}).status == 202
    assert call(url, "GET", f"/v1/apps/{app}/endpoints/{raw}").json()["Id"] == decoded


@pytest.mark.parametrize("raw", ["%", "%2", "%zz", "%FF", "%C3"])
def test_bad_escapes_are_400(url, app, raw):
    assert refuses(put(url, app, raw, {}))


def test_trailing_slash_is_ignored_and_an_empty_segment_is_nothing(url, app):
    assert call(url, "GET", f"/v1/apps/{app}/").status == 200
    assert call(url, "GET", f"/v1//apps/{app}").status == 404
    assert call(url, "GET", f"/v1/apps//segments").status == 404


def test_resource_arn_takes_the_rest_of_the_path(url, app):
    arn = f"arn:aws:mobiletargeting:eu-west-1:999999999999:apps/{app}"
    assert call(url, "POST", f"/v1/tags/{arn}", {"tags": {"k": "v"}}).status == 204

    for written in (arn, urllib.parse.quote(arn, safe="")):
        assert call(url, "GET", f"/v1/tags/{written}").json() == {"tags": {"k": "v"}}


def test_blank_in_a_query_may_be_written_both_ways(url, app):
    arn = f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{app}"
    for written in ("a%20b", "a+b"):
        call(url, "POST", f"/v1/tags/{arn}", {"tags": {"a b": "v"}})
        assert call(url, "DELETE", f"/v1/tags/{arn}?tagKeys={written}").status == 204
        assert "a b" not in call(url, "GET", f"/v1/tags/{arn}").json()["tags"]


@pytest.mark.parametrize("name,status", [
    ("a", 201), ("ü" * 64, 201), ("a" * 256, 201), ("a" * 257, 400), ("", 400), ("a\u0007", 400), ("  ", 201)])
def test_application_names(url, name, status):
    assert call(url, "POST", "/v1/apps", {"Name": name}).status == status


# Section 7: API-80

def test_template_type_and_booleans_in_any_case(url):
    call(url, "POST", "/v1/templates/protocol/sms", {"Body": "a"})

    assert call(url, "GET", "/v1/templates/protocol/Sms/versions").status == 200
    assert call(url, "GET", "/v1/templates/protocol/fax/versions").status == 400
    assert call(url, "PUT", "/v1/templates/protocol/sms?create-new-version=TRUE", {"Body": "b"}).status == 202
    assert call(url, "PUT", "/v1/templates/protocol/sms?create-new-version=yes", {"Body": "b"}).status == 400
