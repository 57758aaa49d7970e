"""The operator's commands beside a server that speaks TLS only, and the change of the master key."""

import base64
import os
import pathlib
import shutil
import subprocess

import pytest

from pinion_server import ACCESS_KEY, SECRET_KEY, PinionServer, binary_path


def run(*args, env=None):
    return subprocess.run([binary_path(), *args], capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, **(env or {})})


def make_certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"], check=True, capture_output=True)
    return ["--set", f"tls.cert={folder}/{name}.pem", "--set", f"tls.key={folder}/{name}.key"]


@pytest.fixture
def certificates(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return make_certificate(tmp_path, "mine"), make_certificate(tmp_path, "other")


def test_commands_reach_a_server_that_speaks_tls_only(certificates, tmp_path):
    mine, other = certificates
    with PinionServer(*mine, data_dir=str(tmp_path / "data")) as server:
        where = ["--listen", server.url.removeprefix("https://"), "--data-dir", server.data_dir]
        caller = ["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]
        assert server.url.startswith("https://")
        healthy = run("health", *where, *mine)
        assert (healthy.returncode, healthy.stdout.strip()) == (0, '{"Status":"ready"}'), healthy
        created = run("keys", "create", "--name", "over-tls", *where, *caller, *mine)
        assert created.returncode == 0, created.stderr
        assert "over-tls" in run("keys", "list", *where, *caller, *mine).stdout
        backup = run("backup", "--to", str(tmp_path / "backups"), *where, *caller, *mine)
        assert backup.returncode == 0, backup.stderr

        refused = run("health", *where, *other)
        assert refused.returncode == 1 and "another certificate" in refused.stderr
        assert run("health", *where).returncode == 1


def sealed_key(server):
    reply = server.native("POST", "/keys", {"Name": "sealed", "Policies": ["ReadOnly"]})
    assert reply.status == 201, reply
    return {"access_key": reply.json()["AccessKeyId"], "secret_key": reply.json()["SecretAccessKey"]}


def test_master_key_in_the_data_directory_is_changed(tmp_path):
    data = str(tmp_path / "data")
    with PinionServer(data_dir=data) as server:
        key = sealed_key(server)
        busy = run("keys", "rotate", "--master", "--data-dir", data)
        assert busy.returncode == 3 and "Stop the server first" in busy.stderr
    old = pathlib.Path(data, "master.key").read_text(encoding="utf-8")
    done = run("keys", "rotate", "--master", "--data-dir", data)
    assert done.returncode == 0, done.stderr
    assert pathlib.Path(data, "master.key").read_text(encoding="utf-8") != old
    assert sorted(path.name for path in pathlib.Path(data).glob("master.key*")) == ["master.key"]

    with PinionServer(data_dir=data) as server:
        assert server.client(**key).get_apps()
    refused = run("serve", "--data-dir", data, "--listen", "127.0.0.1:0", env={"PINION_MASTER_KEY": old.strip()})
    assert refused.returncode == 2 and "master key does not belong" in refused.stderr


def test_master_key_of_the_configuration_is_changed(tmp_path):
    data = str(tmp_path / "data")
    first, second = ({"PINION_MASTER_KEY": base64.b64encode(bytes([byte] * 32)).decode()} for byte in (1, 2))
    with PinionServer(data_dir=data, env=first) as server:
        key = sealed_key(server)
    assert run("keys", "rotate", "--master", "--data-dir", data, env=first).returncode == 2
    (tmp_path / "next").write_text(second["PINION_MASTER_KEY"] + "\n", encoding="utf-8")
    done = run("keys", "rotate", "--master", "--new-master-key", f"file:{tmp_path}/next", "--data-dir", data, env=first)
    assert done.returncode == 0, done.stderr
    assert not pathlib.Path(data, "master.key").exists()

    with PinionServer(data_dir=data, env=second) as server:
        assert server.client(**key).get_apps()
    assert run("keys", "list", "--data-dir", data, env=first).returncode == 2


def test_rotation_needs_a_key_or_the_master_key(tmp_path):
    neither = run("keys", "rotate", "--data-dir", str(tmp_path / "none"))
    assert neither.returncode == 2 and "--master" in neither.stderr
    absent = run("keys", "rotate", "--master", "--data-dir", str(tmp_path / "none"))
    assert absent.returncode == 2 and not (tmp_path / "none").exists()
