"""What the operator sees: audit, metrics, logs, and that no secret is in any of them (wire-protocol.md 14 and 16)."""

import json
import socket
import time
import urllib.request

from expectations import refused
from pinion_server import ACCESS_KEY, SECRET_KEY, PinionServer

SECRETS = ("very-secret-api-key", "very-secret-password", SECRET_KEY)


def metric(text, name):
    """Samples of one metric: labels → value."""
    return {line.partition(" ")[0][len(name):]: float(line.rpartition(" ")[2])
            for line in text.splitlines() if line.startswith((name + "{", name + " "))}


def metrics_of(url):
    with urllib.request.urlopen(url + "/metrics", timeout=10) as answer:
        return answer.read().decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_audit_names_caller_call_and_result(server, pinpoint):
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "audited"})["ApplicationResponse"]["Id"]
    record = next(server.items("/audit", operation="CreateApp"))

    assert record["requestParameters"] == {"Name": "audited"}
    assert record["responseElements"]["Id"] == app
    assert record["userIdentity"]["accessKeyId"] == ACCESS_KEY and record["userIdentity"]["type"] == "IAMUser"
    assert record["sourceIPAddress"] == "127.0.0.1" and "Boto3" in record["userAgent"]
    assert record["eventSource"] == "pinpoint.amazonaws.com" and record["readOnly"] is False


def test_audit_filters_and_pages(server, pinpoint):
    apps = [pinpoint.create_app(CreateApplicationRequest={"Name": f"a{i}"})["ApplicationResponse"]["Id"] for i in range(3)]
    pinpoint.delete_app(ApplicationId=apps[1])

    assert [record["eventName"] for record in server.items("/audit", resource=apps[1])] == ["DeleteApp"]
    first = server.native("GET", "/audit?page-size=1&operation=CreateApp").json()
    second = server.native("GET", "/audit?page-size=1&operation=CreateApp&token=" + first["NextToken"]).json()
    assert first["Items"][0]["requestParameters"]["Name"] == "a2"
    assert second["Items"][0]["requestParameters"]["Name"] == "a1"
    assert server.native("GET", "/audit?operation=DeleteApp&token=" + first["NextToken"]).status == 400


def test_refused_change_is_audited_with_its_error(server, pinpoint):
    with refused(400, "BadRequestException"):
        pinpoint.create_app(CreateApplicationRequest={"Name": ""})
    record = next(server.items("/audit"))

    assert record["errorCode"] == "BadRequestException" and "Name" in record["errorMessage"]


def test_reads_events_and_messages_are_not_audited(server, pinpoint, app):
    pinpoint.get_app(ApplicationId=app)
    pinpoint.put_events(ApplicationId=app, EventsRequest={"BatchItem": {}})
    assert next(server.items("/audit"))["eventName"] == "CreateApp"


def test_configuration_and_first_use_of_a_key_are_audited(tmp_path):
    with PinionServer("--set", "log.level=debug", data_dir=str(tmp_path / "data")) as server:
        names = [record["eventName"] for record in server.items("/audit")]
        assert names == ["KeyUsedFromNewAddress", "ConfigurationChange"]
        change = list(server.items("/audit"))[-1]
        assert change["requestParameters"]["log.level"] == {"from": "", "to": "debug"}
        assert SECRET_KEY not in json.dumps(change)


def test_audit_survives_kill_9(tmp_path):
    with PinionServer(data_dir=str(tmp_path / "data")) as server:
        names = [f"app {i}" for i in range(20)]
        for name in names:
            assert server.request("POST", "/v1/apps", {"Name": name}).status == 201
        server.kill()
        server.start()
        recorded = [record["requestParameters"]["Name"] for record in server.items("/audit", operation="CreateApp")]
        assert recorded[::-1] == names


def test_no_secret_is_in_log_audit_or_configuration():
    with PinionServer("--set", "log.level=debug", "--set", "log.format=json") as server:
        app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
        assert server.request("PUT", f"/v1/apps/{app}/channels/gcm", {"ApiKey": SECRETS[0], "Enabled": True}).status == 200
        server.request("PUT", f"/v1/apps/{app}/channels/baidu", {"ApiKey": SECRETS[0], "SecretKey": SECRETS[1]})
        server.native("PUT", f"/apps/{app}/transports/email", {
            "Type": "smtp", "Host": "127.0.0.1", "Port": 2525, "User": "u", "Password": SECRETS[1]})
        server.request("PUT", f"/v1/apps/{app}/channels/gcm", '{"ApiKey":"very-secret-api-key","Enabled":{}}')
        server.request("GET", "/v1/apps?X-Amz-Signature=deadbeef", secret_key="very-secret-password")
        audit = server.native("GET", "/audit").body.decode()
        with open(server.log.name, encoding="utf-8") as log:
            text = log.read()

    for secret in SECRETS:
        assert secret not in audit and secret not in text
    assert "Signature=" not in text and "AWS4-HMAC" not in text
    assert '"***"' in audit


def test_access_log_has_one_json_line_for_each_request():
    with PinionServer("--set", "log.format=json") as server:
        good = server.request("POST", "/v1/apps", {"Name": "a"})
        bad = server.request("POST", "/v1/apps", {})
        server.request("GET", "/healthz", sign=False)
        server.stop()  # lines of routine may be a few milliseconds on their way
        with open(server.log.name, encoding="utf-8") as log:
            lines = [json.loads(line) for line in log]

    lines = {line["request_id"]: line for line in lines if line["module"] == "access"}
    assert len(lines) == 2
    line = lines[good.headers["x-amzn-RequestId"]]
    assert (line["method"], line["operation"], line["status"], line["key"], line["client"]) == (
        "POST", "CreateApp", "201", ACCESS_KEY, "127.0.0.1")
    assert int(line["micros"]) > 0 and int(line["bytes_in"]) == 13 and int(line["bytes_out"]) == len(good.body)
    assert lines[bad.headers["x-amzn-RequestId"]]["msg"] == "BadRequestException"


def test_metrics_count_requests_events_and_messages():
    with PinionServer() as server:
        app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
        assert server.request("POST", "/v1/apps", {}).status == 400
        server.request("POST", f"/v1/apps/{app}/events", {"BatchItem": {"e": {
            "Endpoint": {}, "Events": {"1": {"EventType": "t", "Timestamp": "2026-11-23T11:15:00Z"}}}}})
        deadline = time.monotonic() + 10
        while True:
            text = metrics_of(server.url)
            if metric(text, "pinion_events_total")['{origin="app"}'] == 1:
                break
            assert time.monotonic() < deadline, text
            time.sleep(0.05)

    requests = metric(text, "pinion_http_requests_total")
    assert requests['{operation="CreateApp",status="201"}'] == 1
    assert requests['{operation="CreateApp",status="400"}'] == 1
    assert metric(text, "pinion_http_request_seconds_bucket")['{operation="CreateApp",le="+Inf"}'] == 2
    assert set(metric(text, "pinion_event_log_lag_seconds")) >= {'{consumer="metrics"}'}
    assert metric(text, "pinion_store_bytes")['{store="state"}'] > 0
    assert metric(text, "pinion_timer_delay_seconds") == {"": 0}
    assert len(metric(text, "pinion_build_info")) == 1


def test_metrics_have_a_listener_of_their_own():
    port = free_port()
    with PinionServer("--set", f"metrics.listen=127.0.0.1:{port}") as server:
        assert "pinion_build_info" in metrics_of(f"http://127.0.0.1:{port}")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            assert answer.status == 200
        assert server.request("GET", "/readyz", sign=False).status == 200


def key_for(server, policy):
    reply = server.native("POST", "/keys", {"Name": f"of-{policy}", "Policies": [policy]})
    assert reply.status == 201, reply
    return {"access_key": reply.json()["AccessKeyId"], "secret_key": reply.json()["SecretAccessKey"]}


def test_metrics_ask_who_comes_through_a_proxy_for_permission(server):
    elsewhere = {"X-Forwarded-For": "192.0.2.1"}
    unsigned = server.request("GET", "/metrics", sign=False, headers=elsewhere)
    sender = server.request("GET", "/metrics", headers=elsewhere, **key_for(server, "Sender"))
    reader = server.request("GET", "/metrics", headers=elsewhere, **key_for(server, "ReadOnly"))

    assert (unsigned.status, unsigned.json()["__type"]) == (403, "MissingAuthenticationTokenException")
    assert (sender.status, sender.json()["__type"]) == (403, "ForbiddenException")
    assert "pinion:Read on resource: arn:aws:pinion:us-east-1:123456789012:metrics" in sender.json()["Message"]
    assert reader.status == 200 and b"pinion_build_info" in reader.body
    assert "GET /metrics" in [record["eventName"] for record in server.items("/audit")]


def test_client_behind_a_trusted_proxy_is_the_last_untrusted_address():
    policy = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}}})
    with PinionServer("--set", "server.trusted_proxies=127.0.0.0/8,10.0.0.0/8", "--set", "log.format=json") as server:
        reply = server.native("POST", "/keys", {"Name": "office", "Policies": [policy]})
        key = {"access_key": reply.json()["AccessKeyId"], "secret_key": reply.json()["SecretAccessKey"]}

        def create(forwarded_for):
            headers = {"X-Forwarded-For": forwarded_for} if forwarded_for else {}
            return server.request("POST", "/v1/apps", {"Name": "a"}, headers=headers, **key)

        assert create("203.0.113.5, 198.51.100.7, 10.0.0.2").status == 201
        record = next(server.items("/audit", operation="CreateApp"))
        assert record["sourceIPAddress"] == "198.51.100.7"
        assert create("198.51.100.7, 203.0.113.5").status == 403
        assert create(None).status == 403
        server.stop()
        with open(server.log.name, encoding="utf-8") as log:
            lines = [json.loads(line) for line in log]
    clients = [line["client"] for line in lines if line["module"] == "access" and line["operation"] == "CreateApp"]
    assert clients == ["198.51.100.7", "203.0.113.5", "127.0.0.1"]


def test_full_disk_degrades_the_server_and_reads_go_on():
    with PinionServer("--set", "server.min_free_bytes=9000000000000000000") as server:
        ready = server.request("GET", "/readyz", sign=False)
        assert ready.status == 503 and ready.json()["Status"] == "degraded" and "free" in ready.json()["Reasons"][0]
        assert server.request("GET", "/v1/apps").status == 200
        refusal = server.request("POST", "/v1/apps", {"Name": "a"})
        assert (refusal.status, refusal.headers["Retry-After"]) == (500, "1")
        assert server.request("GET", "/healthz", sign=False).status == 200
