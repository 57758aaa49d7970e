import json

from expectations import refused
from pinion_server import ACCESS_KEY


def test_every_answer_names_its_request_and_is_not_cached(server):
    reply = server.request("GET", "/v1/apps")

    assert reply.status == 200
    assert len(reply.headers["x-amzn-RequestId"]) == 36
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Date"]


def test_header_body_and_status_of_an_error_agree(server):
    reply = server.request("GET", "/v1/apps/" + "0" * 32)

    assert reply.status == 404
    assert reply.headers["x-amzn-ErrorType"] == "NotFoundException"
    body = reply.json()
    assert body == {"__type": "NotFoundException", "Message": "Application not found",
                    "RequestID": reply.headers["x-amzn-RequestId"]}


def test_unknown_path_is_not_found_and_a_wrong_method_names_the_right_ones(server):
    assert server.request("GET", "/v1/nothing").status == 404

    reply = server.request("PATCH", "/v1/apps")
    assert reply.status == 405
    assert reply.headers["x-amzn-ErrorType"] == "MethodNotAllowedException"
    assert {method.strip() for method in reply.headers["Allow"].split(",")} == {"GET", "POST"}


def test_request_without_credentials_is_refused(server):
    reply = server.request("GET", "/v1/apps", sign=False)

    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")


def test_unknown_key_and_wrong_secret_have_their_own_names(server):
    with refused(403, "UnrecognizedClientException"):
        server.client(access_key="PNAKUNKNOWNUNKNOWNUN").get_apps()
    with refused(403, "InvalidSignatureException"):
        server.client(secret_key="wrong-wrong-wrong").get_apps()


def test_permission_is_judged_before_the_resource_and_the_body(server):
    reply = server.request("POST", "/v1/apps", "{broken", secret_key="wrong-wrong-wrong")

    assert reply.status == 403


def test_body_must_be_exactly_one_json_object(server):
    for body in ("[]", "1", "{", '{"Name":"a",}', "{'Name':'a'}", '{"Name":"a"} x', '{"Name":"a"/**/}',
                 '{"Name":"a\tb"}', '{"Name":"\\ud800"}', '{"Name":"a\\u0000"}', b'{"Name":"\xff"}'):
        reply = server.request("POST", "/v1/apps", body)
        assert reply.status == 400, (body, reply)
        assert reply.json()["__type"] == "BadRequestException"


def test_deep_nesting_is_refused(server):
    body = '{"Name":"a","x":' + "[" * 5000 + "]" * 5000 + "}"

    assert server.request("POST", "/v1/apps", body).status == 400


def test_unknown_members_are_ignored_and_named(server):
    reply = server.request("POST", "/v1/apps", {"Name": "a", "Foo": {"Bar": 1}})

    assert reply.status == 201
    assert reply.headers["x-pinion-ignored-members"] == "Foo"


def test_numbers_and_booleans_become_the_text_they_were_written_as(server):
    app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
    body = '{"Attributes":{"qty":[2],"price":[99.90],"vip":[true]}}'
    assert server.request("PUT", f"/v1/apps/{app}/endpoints/e", body).status == 202

    attributes = server.request("GET", f"/v1/apps/{app}/endpoints/e").json()["Attributes"]
    assert attributes == {"qty": ["2"], "price": ["99.90"], "vip": ["true"]}


def test_violations_are_reported_together_in_document_order(server):
    app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
    reply = server.request("POST", f"/v1/apps/{app}/campaigns", {"Limits": {"Daily": {}}, "Schedule": {"Frequency": "X"}})

    assert reply.status == 400
    message = reply.json()["Message"]
    assert message.index("'Limits.Daily': expected an integer, got an object.") < message.index("'Schedule.Frequency'")
    assert "Missing required member 'Schedule.StartTime'." in message


def test_body_over_the_limit_is_413(server):
    reply = server.request("POST", "/v1/apps", json.dumps({"Name": "x" * (7 * 1024 * 1024)}))

    assert (reply.status, reply.json()["__type"]) == (413, "PayloadTooLargeException")


def test_percent_encoded_path_is_decoded_once(server):
    app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
    assert server.request("PUT", f"/v1/apps/{app}/endpoints/a%20b%2Fc%252F", {}).status == 202

    reply = server.request("GET", f"/v1/apps/{app}/endpoints/a%20b%2Fc%252F")
    assert reply.json()["Id"] == "a b/c%2F"


def test_preflight_and_answers_to_browsers_carry_cors_headers(server):
    preflight = server.request("OPTIONS", "/v1/apps", sign=False, headers={
        "Origin": "https://shop.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-amz-date"})
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,x-amz-date"

    error = server.request("GET", "/v1/nothing", headers={"Origin": "https://shop.example"})
    assert error.headers["Access-Control-Allow-Origin"] == "*"


def test_health_needs_no_credentials(server):
    assert server.request("GET", "/healthz", sign=False).json() == {"Status": "ok"}
    assert server.request("GET", "/readyz", sign=False).json() == {"Status": "ready"}


def test_system_tells_version_and_clock(server):
    system = server.native("GET", "/system").json()

    assert system["Clock"] == "system" and system["AuthMode"] and system["Region"] == "us-east-1"


def test_clock_of_a_real_time_server_cannot_be_moved(server):
    reply = server.native("POST", "/clock", {"AdvanceSeconds": 1})

    assert (reply.status, reply.json()["__type"]) == (409, "ConflictException")


def test_session_token_with_a_permanent_key_is_refused(server):
    reply = server.request("GET", "/v1/apps", headers={"X-Amz-Security-Token": "left-over"})

    assert (reply.status, reply.json()["__type"]) == (403, "UnrecognizedClientException")
    assert ACCESS_KEY not in reply.json()["Message"] or "token" in reply.json()["Message"]
