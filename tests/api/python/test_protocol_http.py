"""HTTP itself (wire-protocol.md section 12, API-90 to API-96), byte by byte."""

import gzip
import json
import shutil
import socket
import subprocess
import time

import pytest

from pinion_server import PinionServer
from raw_http import RawConnection, ask, request

HEALTH = request("GET", "/healthz")


@pytest.fixture(scope="module")
def open_server():
    """Without signatures, so that requests can be written by hand."""
    with PinionServer("--no-auth") as running:
        yield running


@pytest.fixture
def url(open_server):
    return open_server.url


@pytest.fixture
def connection(url):
    with RawConnection(url) as connected:
        yield connected


def is_error(reply, status, name="BadRequestException"):
    body = reply.json()
    return (reply.status == status and body["__type"] == name == reply.headers["x-amzn-errortype"] and body["Message"]
            and body["RequestID"] == reply.headers["x-amzn-requestid"])


# API-90

def test_connection_is_kept_and_answers_come_in_order(connection):
    connection.send(request("GET", "/v1/apps") + request("GET", "/v1/nothing") + HEALTH)

    assert [connection.reply().status for _ in range(3)] == [200, 404, 200]


def test_forty_requests_at_once_are_all_answered_in_order(connection):
    connection.send(b"".join(request("GET", f"/v1/apps?page-size={'x' if i % 2 else 1}") for i in range(40)))

    assert [connection.reply().status for _ in range(40)] == [200, 400] * 20


def test_http_1_0_closes_unless_it_asks_to_keep_the_connection(url):
    with RawConnection(url) as once:
        assert once.send("GET /healthz HTTP/1.0\r\n\r\n").reply().status == 200
        assert once.ended()
    with RawConnection(url) as kept:
        for _ in range(2):
            reply = kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reply()
            assert reply.status == 200


def test_connection_close_is_kept_to(connection):
    assert connection.send(request("GET", "/healthz", headers=["Connection: close"])).reply().status == 200
    assert connection.ended()


# API-91

def test_100_continue_is_sent_when_the_head_is_good(connection):
    connection.send(request("POST", "/v1/apps", headers=["Expect: 100-continue", "Content-Length: 12"]))

    assert connection.reply().status == 100
    assert connection.send('{"Name":"a"}').reply().status == 201


def test_expectation_of_a_wrong_path_is_refused_at_once_and_closed(connection):
    connection.send(request("POST", "/v1/nothing", headers=["Expect: 100-continue", "Content-Length: 12"]))

    assert connection.reply().status == 404
    assert connection.ended()


def test_expectation_of_too_long_a_body_is_refused_at_once(connection):
    connection.send(request("POST", "/v1/apps", headers=["Expect: 100-continue", "Content-Length: 7340033"]))

    assert is_error(connection.reply(), 413, "PayloadTooLargeException")


def test_chunked_body_and_its_trailers_are_read(connection):
    connection.send(request("POST", "/v1/apps", headers=["Transfer-Encoding: chunked"]))
    connection.send('5\r\n{"Nam\r\n7;ext=1\r\ne":"a"}\r\n0\r\nX-Trailer: 1\r\n\r\n')

    assert connection.reply().status == 201
    assert connection.send(HEALTH).reply().status == 200


@pytest.mark.parametrize("head", [
    "POST /v1/apps HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST /v1/apps HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
    "POST /v1/apps HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n",
    "POST /v1/apps HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
    "GET /v1/apps HTTP/1.1\r\nHost: a\r\nX-A: b\r\n folded\r\n\r\n",
    "GET /v1/apps HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n",
    "GET /v1/apps HTTP/1.1\r\nHost : a\r\n\r\n",
    "GET  /v1/apps HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /v1/apps HTTP/1.1\r\n\r\n",
])
def test_ambiguous_framing_is_400_and_closes(connection, head):
    assert is_error(connection.send(head).reply(), 400)
    assert connection.ended()


def test_equal_content_lengths_are_no_conflict(connection):
    connection.send('POST /v1/apps HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nContent-Length: 12\r\n\r\n{"Name":"a"}')

    assert connection.reply().status in (201, 400)


# API-92

def test_gzip_request_is_inflated(connection):
    body = gzip.compress(b'{"Name":"packed"}')
    reply = connection.send(request("POST", "/v1/apps", body, headers=["Content-Encoding: gzip"])).reply()

    assert reply.status == 201 and reply.json()["Name"] == "packed"


def test_identity_is_nothing_and_other_encodings_are_refused(url):
    assert ask(url, request("POST", "/v1/apps", '{"Name":"a"}', headers=["Content-Encoding: identity"])).status == 201
    for encoding in ("br", "deflate", "gzip, gzip"):
        assert is_error(ask(url, request("POST", "/v1/apps", '{"Name":"a"}',
                                         headers=[f"Content-Encoding: {encoding}"])), 400)


def test_broken_gzip_is_400(url):
    assert is_error(ask(url, request("POST", "/v1/apps", b"no gzip at all", headers=["Content-Encoding: gzip"])), 400)
    half = gzip.compress(b'{"Name":"a"}')[:-4]
    assert is_error(ask(url, request("POST", "/v1/apps", half, headers=["Content-Encoding: gzip"])), 400)


def test_small_body_that_inflates_beyond_the_limit_is_413(url):
    bomb = gzip.compress(b'{"Name":"' + b"a" * (8 << 20) + b'"}')

    assert is_error(ask(url, request("POST", "/v1/apps", bomb, headers=["Content-Encoding: gzip"])), 413,
                    "PayloadTooLargeException")


def test_long_answers_are_packed_when_the_client_takes_it_and_always_vary(url):
    for i in range(8):
        ask(url, request("POST", "/v1/apps", json.dumps({"Name": f"shop {i}"})))
    packed = ask(url, request("GET", "/v1/apps", headers=["Accept-Encoding: deflate, gzip;q=0.5"]))
    plain = ask(url, request("GET", "/v1/apps"))
    refused = ask(url, request("GET", "/v1/apps", headers=["Accept-Encoding: gzip;q=0"]))

    assert packed.headers["content-encoding"] == "gzip" and "Accept-Encoding" in packed.headers["vary"]
    assert packed.json() == json.loads(plain.body)
    assert "content-encoding" not in plain.headers and "Accept-Encoding" in plain.headers["vary"]
    assert "content-encoding" not in refused.headers


def test_short_answers_are_not_packed(url):
    reply = ask(url, request("GET", "/v1/nothing", headers=["Accept-Encoding: gzip"]))

    assert "content-encoding" not in reply.headers


# API-93

def test_request_line_over_16_kb_is_414(url):
    assert is_error(ask(url, request("GET", "/v1/apps?x=" + "a" * 17000)), 414)
    assert ask(url, request("GET", "/v1/apps?x=" + "a" * 16000)).status == 200


def test_headers_over_64_kb_or_100_are_431(url):
    many = [f"X-{i}: 1" for i in range(101)]
    long = [f"X-{i}: {'a' * 8000}" for i in range(9)]

    assert is_error(ask(url, request("GET", "/v1/apps", headers=many)), 431)
    assert is_error(ask(url, request("GET", "/v1/apps", headers=long)), 431)
    assert ask(url, request("GET", "/v1/apps", headers=many[:90])).status == 200


def test_head_that_does_not_come_in_ten_seconds_is_408(connection):
    connection.send("GET /healthz HTTP/1.1\r\nHost:")
    began = time.monotonic()

    assert is_error(connection.reply(), 408)
    assert 9 < time.monotonic() - began < 15
    assert connection.ended()


# API-94

def test_head_is_for_pages_only(connection):
    reply = connection.send(request("HEAD", "/healthz")).reply(head=True)
    assert reply.status == 200 and int(reply.headers["content-length"]) > 0
    assert connection.send(request("HEAD", "/v1/apps")).reply(head=True).status == 405
    assert connection.send(HEALTH).reply().status == 200


def test_absolute_form_and_host_with_port_are_accepted(url):
    assert ask(url, "GET http://example.com:80/v1/apps HTTP/1.1\r\nHost: example.com:80\r\n\r\n").status == 200


# API-95

@pytest.mark.parametrize("path", ["/v1/apps", "/"])
def test_preflight_is_answered_without_credentials(server, path):
    reply = ask(server.url, request("OPTIONS", path, headers=[
        "Origin: https://a.example", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a, x-b"]))

    assert reply.status == 204 and "content-type" not in reply.headers and "content-length" not in reply.headers
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE, HEAD, OPTIONS"
    assert reply.headers["access-control-allow-headers"] == "x-a, x-b"
    assert reply.headers["access-control-max-age"] == "86400"
    assert "Origin" in reply.headers["vary"]
    assert len(reply.headers["x-amzn-requestid"]) == 36 and reply.headers["date"]


@pytest.mark.parametrize("text,status", [
    (request("GET", "/v1/apps", headers=["Origin: https://a.example"]), 403),
    (request("GET", "/v1/nothing", headers=["Origin: https://a.example"]), 404),
    (request("GET", "/v1/apps?x=" + "a" * 17000, headers=["Origin: https://a.example"]), 414),
    (request("POST", "/v1/apps", headers=["Origin: https://a.example", "Content-Length: 99999999"]), 413),
    (request("GET", "/v1/apps", headers=["Origin: https://a.example", "X-A: b\r\n folded"]), 400),
])
def test_errors_can_be_read_across_origins(server, text, status):
    reply = ask(server.url, text)

    assert reply.status == status
    if status != 414 and status != 400:  # there the headers were not read
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["access-control-expose-headers"] == \
            "x-amzn-RequestId, x-amzn-ErrorType, x-pinion-ignored-members, Date, Retry-After"
        assert "access-control-allow-credentials" not in reply.headers


def test_native_paths_are_for_their_own_origin(open_server):
    reply = ask(open_server.url, request("GET", "/pinion/v1/system", headers=["Origin: https://a.example"]))

    assert reply.status == 200 and "access-control-allow-origin" not in reply.headers


def test_listed_origins_alone_are_let_in():
    with PinionServer("--no-auth", "--set", "cors.origins=https://a.example,https://b.example") as server:
        listed = ask(server.url, request("GET", "/v1/apps", headers=["Origin: https://b.example"]))
        other = ask(server.url, request("GET", "/v1/apps", headers=["Origin: https://c.example"]))

    assert listed.headers["access-control-allow-origin"] == "https://b.example" and "Origin" in listed.headers["vary"]
    assert "access-control-allow-origin" not in other.headers


# API-26

def test_client_that_sends_too_much_sees_the_413(url):
    with RawConnection(url) as connection:
        body = b'{"Name":"' + b"a" * (12 << 20) + b'"}'
        connection.send(request("POST", "/v1/apps", body))
        assert is_error(connection.reply(), 413, "PayloadTooLargeException")
        assert connection.ended()


def test_chunked_body_over_the_limit_is_413(url):
    with RawConnection(url) as connection:
        connection.send(request("POST", "/v1/apps", headers=["Transfer-Encoding: chunked"]))
        chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
        for _ in range(8):
            connection.send(chunk)
        assert is_error(connection.reply(), 413, "PayloadTooLargeException")


def test_events_have_a_limit_of_their_own(url):
    app = ask(url, request("POST", "/v1/apps", '{"Name":"a"}')).json()["Id"]
    head = request("POST", f"/v1/apps/{app}/events", headers=["Expect: 100-continue", f"Content-Length: {(4 << 20) + 1}"])

    assert is_error(ask(url, head), 413, "PayloadTooLargeException")


# API-96

def make_certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"], check=True, capture_output=True)


def certificate_name(port):
    """The common name of the certificate that the server shows."""
    shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}"], input=b"", capture_output=True,
                           timeout=20, check=False).stdout.decode()
    return shown.partition("CN = ")[2].partition("\n")[0].strip()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def tls(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    make_certificate(tmp_path, "first")
    return ["--no-auth", "--set", f"tls.cert={tmp_path}/cert.pem", "--set", f"tls.key={tmp_path}/key.pem"]


class TlsServer(PinionServer):
    """HTTP and HTTPS side by side; the URL is that of plain HTTP."""

    def __init__(self, *args):
        self.port, self.tls_port = free_port(), free_port()
        super().__init__(*args, "--set", f"tls.listen=127.0.0.1:{self.tls_port}", listen=f"127.0.0.1:{self.port}")
        self.plain, self.secure = f"http://127.0.0.1:{self.port}", f"https://127.0.0.1:{self.tls_port}"


def test_http_and_https_run_side_by_side(tls):
    with TlsServer(*tls) as server:
        assert ask(server.plain, HEALTH).status == 200
        assert ask(server.secure, HEALTH).status == 200


def test_plain_requests_are_sent_on_to_tls_if_wanted(tls):
    with TlsServer(*tls, "--set", "tls.redirect=true") as server:
        reply = ask(server.plain, request("GET", "/v1/apps?page-size=1"))
        assert reply.status == 308
        assert reply.headers["location"] == f"https://localhost:{server.tls_port}/v1/apps?page-size=1"
        assert ask(server.secure, HEALTH).status == 200
        assert ask(server.plain, HEALTH).status == 200


def test_new_certificate_is_taken_up_without_dropping_connections(tls, tmp_path):
    with TlsServer(*tls) as server, RawConnection(server.secure) as open_before:
        assert open_before.send(HEALTH).reply().status == 200
        assert certificate_name(server.tls_port) == "first"
        make_certificate(tmp_path, "second")
        deadline = time.monotonic() + 20
        while certificate_name(server.tls_port) != "second":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert open_before.send(HEALTH).reply().status == 200


def test_broken_certificate_leaves_the_old_one_in_use(tls, tmp_path):
    with TlsServer(*tls) as server:
        (tmp_path / "cert.pem").write_text("no certificate")
        time.sleep(3)
        assert certificate_name(server.tls_port) == "first"
