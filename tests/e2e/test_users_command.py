"""Console users on the command line, without a server and beside one, and the setup code of the first start."""

import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from console_browser import Browser  # noqa: E402
from pinion_server import ACCESS_KEY, SECRET_KEY, PinionServer, binary_path  # noqa: E402

PASSWORD = "correct horse"
LINK = r"Setup (http\S+/console/#setup=([A-Z2-7-]+))   \(valid 24 h, one use\)"


def run_users(*args, data_dir):
    return subprocess.run([binary_path(), "users", *args, "--data-dir", data_dir], capture_output=True, text=True,
                          timeout=60, check=False)


def redeem(server, code, name=None):
    body = {"Code": code, "Password": PASSWORD, **({"UserName": name} if name else {})}
    return Browser(server).call("POST", "/pinion/v1/session/setup", body)


def test_user_is_made_while_no_server_runs(tmp_path):
    data_dir = str(tmp_path / "data")
    made = run_users("create", "--name", "ann", "--email", "ann@example.com", "--policy", "Marketer", data_dir=data_dir)
    assert made.returncode == 0, made.stderr
    link, code = re.search(LINK, made.stdout).groups()
    assert link.startswith("http://127.0.0.1:8080/")
    assert run_users("create", "--name", "ann", data_dir=data_dir).returncode != 0

    with PinionServer(data_dir=data_dir) as server:
        assert redeem(server, code) == (200, {"UserName": "ann"})
        status, session = Browser(server).log_in(UserName="ann", Password=PASSWORD)
        assert (status, session["Principal"]["Policies"]) == (200, ["Marketer"])

    reset = run_users("reset-password", "ann", data_dir=data_dir)
    assert reset.returncode == 0, reset.stderr
    with PinionServer(data_dir=data_dir) as server:
        assert Browser(server).log_in(UserName="ann", Password=PASSWORD)[0] == 403
        assert redeem(server, re.search(LINK, reset.stdout).group(2))[0] == 200


def test_users_are_managed_beside_a_running_server(tmp_path):
    with PinionServer(data_dir=str(tmp_path / "data")) as server:
        beside = ("--listen", server.url.removeprefix("http://"), "--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
        made = run_users("create", "--name", "a+b@example.com", *beside, data_dir=server.data_dir)
        assert made.returncode == 0, made.stderr
        assert redeem(server, re.search(LINK, made.stdout).group(2)) == (200, {"UserName": "a+b@example.com"})
        browser = Browser(server)
        assert browser.log_in(UserName="a+b@example.com", Password=PASSWORD)[0] == 200

        reset = run_users("reset-password", "a+b@example.com", *beside, data_dir=server.data_dir)

        assert re.search(LINK, reset.stdout), reset.stderr
        assert browser.call("GET", "/v1/apps")[0] == 403
        missing = run_users("reset-password", "nobody", *beside, data_dir=server.data_dir)
        assert missing.returncode != 0
        assert "does not exist" in missing.stderr


def test_first_start_prints_a_code_for_the_first_user(tmp_path):
    without_key = {"PINION_ACCESS_KEY": "", "PINION_SECRET_KEY": ""}
    with PinionServer(data_dir=str(tmp_path / "data"), env=without_key) as server:
        code = printed(server, r"setup code (\S+) ")
        assert redeem(server, code)[0] == 400
        assert redeem(server, code, "ann") == (200, {"UserName": "ann"})
        assert redeem(server, code, "bob")[0] == 403
        browser = Browser(server)
        assert browser.log_in(UserName="ann", Password=PASSWORD)[1]["Principal"]["Policies"] == ["Administrator"]
        assert browser.call("GET", "/pinion/v1/users")[1]["Items"][0]["UserName"] == "ann"


def printed(server, pattern):
    """What a line of the start says; the lines behind the first one may still be on their way."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        match = re.search(pattern, "".join(server.output))
        if match:
            return match.group(1)
        time.sleep(0.01)
    raise AssertionError(f"no {pattern} in {server.output}")
