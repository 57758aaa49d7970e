"""Users of the console and their sessions, as a browser has them: cookie, CSRF token, setup links, one-time codes."""

import time
import uuid

import pytest

from console_browser import Browser, totp_code
from pinion_server import ACCESS_KEY, SECRET_KEY, PinionServer

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def server():
    """Of its own: logins are limited for each address."""
    with PinionServer() as running:
        yield running


@pytest.fixture
def make_user(server):
    """Makes a user with these policies; gives its name."""

    def make(*policies, password=PASSWORD):
        name = f"user-{uuid.uuid4().hex[:12]}"
        reply = server.native("POST", "/users", {"UserName": name, "Password": password, "Policies": list(policies)})
        assert reply.status == 201, reply
        return name

    return make


@pytest.fixture
def browser_of(server):
    """A browser in which the user is logged in."""

    def make(name, **rest):
        browser = Browser(server)
        status, answer = browser.log_in(UserName=name, Password=PASSWORD, **rest)
        assert status == 200, answer
        return browser

    return make


def test_browser_logs_in_and_out(server, make_user):
    name = make_user("Marketer")
    browser = Browser(server)

    status, session = browser.log_in(UserName=name, Password=PASSWORD)

    assert status == 200
    assert session["Principal"]["Name"] == name
    assert browser.set_cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert browser.call("GET", "/pinion/v1/session")[1] == session
    assert browser.call("GET", "/pinion/v1/whoami")[1] == {
        "Arn": f"arn:aws:iam::123456789012:user/{name}", "Name": name, "AccessKeyId": "", "Type": "user"}
    assert browser.call("DELETE", "/pinion/v1/session")[0] == 204
    assert browser.call("GET", "/pinion/v1/whoami")[0] == 403


def test_session_acts_with_the_policies_of_its_user(server, make_user, browser_of, app):
    marketer, reader = browser_of(make_user("Marketer")), browser_of(make_user("ReadOnly"))
    segments = f"/v1/apps/{app}/segments"

    assert marketer.call("POST", segments, {"Name": "all"})[0] == 201
    assert reader.call("GET", segments)[1]["Item"][0]["Name"] == "all"
    status, answer = reader.call("POST", segments, {"Name": "all"})
    assert (status, answer["__type"]) == (403, "ForbiddenException")
    assert marketer.call("GET", "/pinion/v1/users")[0] == 403


def test_page_of_another_origin_changes_nothing(server, make_user, browser_of):
    browser = browser_of(make_user("Administrator"))
    apps = len(browser.call("GET", "/v1/apps")[1]["Item"])

    assert browser.call("POST", "/v1/apps", {"Name": "x"}, Origin="https://evil.example")[0] == 403
    assert browser.call("POST", "/v1/apps", {"Name": "x"}, **{"x-pinion-csrf": "guess"})[0] == 403

    assert len(browser.call("GET", "/v1/apps")[1]["Item"]) == apps
    assert browser.call("POST", "/v1/apps", {"Name": "x"})[0] == 201


def test_wrong_logins_look_alike(server, make_user):
    name = make_user("Marketer")
    browser = Browser(server)
    answers = [browser.log_in(UserName=name, Password="wrong"), browser.log_in(UserName="nobody", Password=PASSWORD),
               browser.log_in(AccessKeyId=ACCESS_KEY, SecretAccessKey="wrong")]
    assert {status for status, _ in answers} == {403}
    assert len({answer["Message"] for _, answer in answers}) == 1


def test_keys_log_in_with_their_secret(server):
    browser = Browser(server)
    status, session = browser.log_in(AccessKeyId=ACCESS_KEY, SecretAccessKey=SECRET_KEY)
    assert (status, session["Principal"]["AccessKeyId"]) == (200, ACCESS_KEY)
    assert browser.call("GET", "/pinion/v1/whoami")[1]["Type"] == "key"


def test_setup_link_sets_the_password_once(server):
    name = f"user-{uuid.uuid4().hex[:12]}"
    user = server.native("POST", "/users", {"UserName": name, "Policies": ["ReadOnly"]}).json()
    link, code = user["SetupUrl"].split("#setup=")
    assert link == f"{server.url}/console/"
    browser = Browser(server)
    redeem = {"Code": code, "Password": PASSWORD}

    assert browser.call("POST", "/pinion/v1/session/setup", redeem) == (200, {"UserName": name})

    assert browser.log_in(UserName=name, Password=PASSWORD)[0] == 200
    assert browser.call("POST", "/pinion/v1/session/setup", redeem)[0] == 403


def test_sessions_end_when_they_are_ended(server, make_user, browser_of):
    name = make_user("ReadOnly")
    first, second = browser_of(name), browser_of(name)
    assert server.native("DELETE", f"/users/{name}/sessions").status == 204
    assert first.call("GET", "/v1/apps")[0] == second.call("GET", "/v1/apps")[0] == 403

    third = browser_of(name)
    assert server.native("PUT", f"/users/{name}", {"Status": "Inactive"}).status == 200
    assert third.call("GET", "/v1/apps")[0] == 403


def test_one_time_codes_of_an_authenticator(server, make_user, browser_of):
    name = make_user("ReadOnly")
    browser = browser_of(name)
    status, prepared = browser.call("POST", "/pinion/v1/session/totp", {"Password": PASSWORD})
    assert status == 200
    secret, now = prepared["TotpSecret"], time.time()
    assert f"secret={secret}" in prepared["Uri"]

    # The code before the present one, so that the present one is left for the login.
    assert browser.call("PUT", "/pinion/v1/session/totp", {"TotpCode": totp_code(secret, now - 30)})[0] == 204

    assert Browser(server).log_in(UserName=name, Password=PASSWORD)[0] == 403
    code = totp_code(secret, now + 1)
    assert Browser(server).log_in(UserName=name, Password=PASSWORD, TotpCode=code)[0] == 200
    assert Browser(server).log_in(UserName=name, Password=PASSWORD, TotpCode=code)[0] == 403


def test_logins_are_limited_for_each_name(server, make_user):
    name = make_user("ReadOnly")
    browser = Browser(server)
    statuses = [browser.log_in(UserName=name, Password="wrong")[0] for _ in range(12)]
    assert statuses[:10] == [403] * 10
    assert 429 in statuses[10:]


def test_logins_are_audited_without_passwords(server, make_user, browser_of):
    name = make_user("ReadOnly")
    browser_of(name)
    reply = server.native("GET", f"/audit?principal={name}")
    assert [record["eventName"] for record in reply.json()["Items"]] == ["POST /session"]
    assert PASSWORD.encode() not in reply.body


def test_users_and_sessions_survive_a_kill(tmp_path):
    with PinionServer(data_dir=str(tmp_path / "data")) as server:
        made = server.native("POST", "/users", {"UserName": "ann", "Password": PASSWORD, "Policies": ["ReadOnly"]})
        assert made.status == 201
        browser = Browser(server)
        assert browser.log_in(UserName="ann", Password=PASSWORD)[0] == 200

        server.kill()
        server.start()

        assert browser.call("GET", "/v1/apps")[0] == 200


def test_required_codes_come_before_anything_else(tmp_path):
    with PinionServer("--set", "console.require_totp=true", data_dir=str(tmp_path / "data")) as server:
        server.native("POST", "/users", {"UserName": "ann", "Password": PASSWORD, "Policies": ["ReadOnly"]})
        browser = Browser(server)
        status, session = browser.log_in(UserName="ann", Password=PASSWORD)
        assert (status, session["TotpRequired"]) == (200, True)
        assert browser.call("GET", "/v1/apps")[0] == 403

        secret = browser.call("POST", "/pinion/v1/session/totp", {"Password": PASSWORD})[1]["TotpSecret"]
        code = totp_code(secret, time.time())
        assert browser.call("PUT", "/pinion/v1/session/totp", {"TotpCode": code})[0] == 204

        assert browser.call("GET", "/v1/apps")[0] == 200
