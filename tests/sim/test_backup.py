"""Backup under load, kill -9, restore: the restored server holds one instant of the old one, and sends nothing."""

import pathlib
import shutil
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from pinion_server import PinionServer, binary_path  # noqa: E402

WRITERS = 4
LATENCY_SECONDS_MAX = 0.1
WAIT_SECONDS_MAX = 60


def pinion(*args):
    return subprocess.run([binary_path(), *args], capture_output=True, text=True, timeout=120)


def back_up(server, target):
    """Makes a backup through the API and waits for it."""
    begun = server.native("POST", "/backups", {"Target": str(target)})
    assert begun.status == 202, begun
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        backup = server.native("GET", "/backups/" + begun.json()["Id"]).json()
        if backup["Status"] != "RUNNING":
            return backup
        time.sleep(0.05)
    raise AssertionError("the backup does not end")


def restore(folder, data_dir, old_data_dir):
    done = pinion("restore", "--from", str(folder), "--data-dir", str(data_dir))
    assert done.returncode == 0, done.stderr
    shutil.copy(f"{old_data_dir}/master.key", f"{data_dir}/master.key")


class Writer(threading.Thread):
    """Counts up in one endpoint after the other: endpoint i holds the round in which it was written last."""

    ENDPOINTS = 50

    def __init__(self, server, app, number):
        super().__init__(daemon=True)
        self.server, self.app, self.number = server, app, number
        self.acknowledged = 0  # writes; write k sets endpoint k % ENDPOINTS to k
        self.slowest = 0.0
        self.stopping = False

    def run(self):
        while not self.stopping:
            index = self.acknowledged
            began = time.monotonic()
            reply = self.server.request(
                "PUT", f"/v1/apps/{self.app}/endpoints/w{self.number}-{index % self.ENDPOINTS}",
                {"Attributes": {"write": [str(index)]}, "ChannelType": "EMAIL", "Address": "a@example.com"})
            assert reply.status == 202, reply
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.acknowledged = index + 1

    def last_write(self, server):
        """How many of this writer's writes `server` holds; they must be the first ones without a gap."""
        found = {}
        for i in range(self.ENDPOINTS):
            reply = server.request("GET", f"/v1/apps/{self.app}/endpoints/w{self.number}-{i}")
            if reply.status == 200:
                found[i] = int(reply.json()["Attributes"]["write"][0])
        count = max(found.values()) + 1
        for i, write in found.items():
            assert write == max(k for k in range(count) if k % self.ENDPOINTS == i)
        return count


def test_backup_under_load_is_one_instant_and_blocks_nobody(tmp_path):
    with PinionServer() as server:
        app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
        writers = [Writer(server, app, number) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(2)
        for writer in writers:
            writer.slowest = 0.0
        before = [writer.acknowledged for writer in writers]
        backup = back_up(server, tmp_path / "backups")
        slowest = max(writer.slowest for writer in writers)
        after = [writer.acknowledged + 1 for writer in writers]
        for writer in writers:
            writer.stopping = True
        for writer in writers:
            writer.join()
        server.kill()
        assert backup["Status"] == "COMPLETED", backup

        restore(tmp_path / "backups", tmp_path / "restored", server.data_dir)
        with PinionServer(data_dir=str(tmp_path / "restored")) as restored:
            for low, writer, high in zip(before, writers, after):
                assert low <= writer.last_write(restored) <= high
    # What the machine does meanwhile is not ours: only a wait that a lock would cause is told apart.
    assert slowest < LATENCY_SECONDS_MAX * 5, slowest


def test_second_backup_is_incremental_and_the_newest_is_restored(tmp_path):
    with PinionServer() as server:
        first = server.request("POST", "/v1/apps", {"Name": "first"}).json()["Id"]
        assert back_up(server, tmp_path / "backups")["Number"] == 1
        second = server.request("POST", "/v1/apps", {"Name": "second"}).json()["Id"]
        assert back_up(server, tmp_path / "backups")["Number"] == 2
        listed = server.native("GET", "/backups").json()["Items"]
        assert [item["Status"] for item in listed] == ["COMPLETED", "COMPLETED"]

        restore(tmp_path / "backups", tmp_path / "restored", server.data_dir)
    with PinionServer(data_dir=str(tmp_path / "restored")) as restored:
        assert restored.request("GET", f"/v1/apps/{first}").status == 200
        assert restored.request("GET", f"/v1/apps/{second}").status == 200


def test_nothing_is_sent_after_a_restore_until_it_is_resumed(tmp_path):
    with PinionServer("--manual-clock") as server:
        app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
        server.request("PUT", f"/v1/apps/{app}/channels/email", {
            "Enabled": True, "FromAddress": "a@example.com", "Identity": "arn:aws:ses:us-east-1:1:identity/example.com"})
        server.request("PUT", f"/v1/apps/{app}/endpoints/e", {"ChannelType": "EMAIL", "Address": "b@example.com"})
        segment = server.request("POST", f"/v1/apps/{app}/segments", {"Name": "all", "Dimensions": {}}).json()["Id"]
        campaign = server.request("POST", f"/v1/apps/{app}/campaigns", {
            "Name": "c", "SegmentId": segment, "Schedule": {"StartTime": "2036-01-01T00:00:00Z", "Frequency": "ONCE"},
            "MessageConfiguration": {"EmailMessage": {"Title": "t", "Body": "b", "FromAddress": "a@example.com"}}})
        assert campaign.status == 201, campaign
        assert back_up(server, tmp_path / "backups")["Status"] == "COMPLETED"
        restore(tmp_path / "backups", tmp_path / "restored", server.data_dir)

    with PinionServer("--manual-clock", data_dir=str(tmp_path / "restored")) as restored:
        assert "SendingHeldSince" in restored.native("GET", "/system").json()
        assert restored.native("POST", "/clock", {"AdvanceSeconds": 315360000}).status == 409
        assert restored.messages(app) == []
        shown = restored.request("GET", f"/v1/apps/{app}/campaigns/{campaign.json()['Id']}").json()
        assert shown["State"]["CampaignStatus"] == "PAUSED"

        resumed = restored.native("POST", "/system/resume")
        assert resumed.status == 200 and "SendingHeldSince" not in resumed.json()
        shown = restored.request("GET", f"/v1/apps/{app}/campaigns/{campaign.json()['Id']}").json()
        assert shown["State"]["CampaignStatus"] == "SCHEDULED"
        restored.advance(315360000)
        assert len(restored.messages(app)) == 1


def test_local_buckets_are_in_a_backup(tmp_path):
    people = b"ChannelType,Address\nEMAIL,a@example.com\n"
    with PinionServer() as server:
        bucket = pathlib.Path(server.data_dir) / "buckets" / "shop"
        bucket.mkdir(parents=True)
        (bucket / "people.csv").write_bytes(people)
        assert back_up(server, tmp_path / "backups")["Status"] == "COMPLETED"
        (bucket / "people.csv").unlink()
        (bucket / "more.csv").write_bytes(people)
        assert back_up(server, tmp_path / "backups")["Status"] == "COMPLETED"
        restore(tmp_path / "backups", tmp_path / "restored", server.data_dir)
    assert pinion("verify", str(tmp_path / "backups")).returncode == 0
    found = {path.name: path.read_bytes() for path in (tmp_path / "restored" / "buckets").rglob("*") if path.is_file()}
    assert found == {"more.csv": people}

    for content in (tmp_path / "backups" / "buckets" / "files").iterdir():
        content.write_bytes(b"altered")
    verified = pinion("verify", str(tmp_path / "backups"))
    assert verified.returncode == 1 and "damaged" in verified.stderr


def test_schedule_makes_backups_by_itself(tmp_path):
    target = tmp_path / "backups"
    with PinionServer("--set", f"backup.target={target}", "--set", "backup.schedule=02:00,14:00") as server:
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            backups = server.native("GET", "/backups").json()["Items"]
            if backups and backups[0]["Status"] != "RUNNING":
                break
            assert time.monotonic() < deadline, backups
            time.sleep(0.05)
        assert (backups[0]["Status"], backups[0]["Scheduled"], backups[0]["Target"]) == ("COMPLETED", True, str(target))
        assert pinion("verify", str(target)).returncode == 0


def test_schedule_needs_a_target_that_can_be_used(tmp_path):
    for settings, named in ((["backup.schedule=02:00"], "backup.target"),
                            (["backup.schedule=2 am", f"backup.target={tmp_path}"], "HH:MM"),
                            (["backup.schedule=02:00", "backup.target=s3://bucket/prefix"], "object storage")):
        flags = [part for setting in settings for part in ("--set", setting)]
        checked = pinion("config", "check", *flags)
        assert checked.returncode == 2 and named in checked.stderr, checked


def test_resume_flag_ends_the_hold(tmp_path):
    with PinionServer() as server:
        assert back_up(server, tmp_path / "backups")["Status"] == "COMPLETED"
        restore(tmp_path / "backups", tmp_path / "restored", server.data_dir)
    with PinionServer("--resume", data_dir=str(tmp_path / "restored")) as restored:
        assert "SendingHeldSince" not in restored.native("GET", "/system").json()


def test_restored_server_starts_without_the_master_key(tmp_path):
    with PinionServer() as server:
        app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
        assert back_up(server, tmp_path / "backups")["Status"] == "COMPLETED"
    assert not list((tmp_path / "backups").rglob("*master*"))
    assert pinion("restore", "--from", str(tmp_path / "backups"), "--data-dir", str(tmp_path / "new")).returncode == 0
    with PinionServer(data_dir=str(tmp_path / "new")) as restored:
        assert restored.request("GET", f"/v1/apps/{app}").status == 200


@pytest.fixture
def backed_up(tmp_path):
    with PinionServer() as server:
        app = server.request("POST", "/v1/apps", {"Name": "a"}).json()["Id"]
        for i in range(20):
            server.request("PUT", f"/v1/apps/{app}/endpoints/e{i}", {"Attributes": {"a": ["x" * 50]}})
        assert back_up(server, tmp_path / "backups")["Status"] == "COMPLETED"
    return tmp_path / "backups"


def test_damaged_file_is_found_by_verify_and_not_restored(backed_up, tmp_path):
    assert pinion("verify", str(backed_up)).returncode == 0
    tables = sorted(backed_up.rglob("*.sst"))
    content = bytearray(tables[0].read_bytes())
    content[len(content) // 2] ^= 0xFF
    tables[0].write_bytes(content)

    verified = pinion("verify", str(backed_up))
    assert verified.returncode == 1 and "damaged" in verified.stderr
    assert pinion("restore", "--from", str(backed_up), "--data-dir", str(tmp_path / "new")).returncode == 1
    assert not (tmp_path / "new").exists()


def test_restore_refuses_a_directory_that_is_not_empty(backed_up, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "file").write_text("mine")

    done = pinion("restore", "--from", str(backed_up), "--data-dir", str(tmp_path / "new"))

    assert done.returncode == 1 and "not empty" in done.stderr
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == ["file"]


def test_backup_refuses_foreign_and_inner_folders(tmp_path):
    (tmp_path / "file").write_text("mine")
    with PinionServer() as server:
        assert "other files" in back_up(server, tmp_path)["Error"]
        for target in ("relative", server.data_dir + "/inside", "s3://bucket/prefix"):
            reply = server.native("POST", "/backups", {"Target": target})
            assert (reply.status, reply.json()["__type"]) == (400, "BadRequestException")
        assert server.native("GET", "/backups/" + "0" * 32).status == 404


def test_command_backs_up_a_stopped_server(tmp_path):
    with PinionServer() as server:
        server.request("POST", "/v1/apps", {"Name": "a"})
        server.stop()
        done = pinion("backup", "--to", str(tmp_path / "backups"), "--data-dir", server.data_dir)
        assert done.returncode == 0, done.stderr
        assert "backup number 1" in done.stdout
        verified = pinion("verify", server.data_dir)
        assert verified.returncode == 0 and "without a gap" in verified.stdout, verified


def test_command_backs_up_a_running_server(tmp_path):
    with PinionServer() as server:
        listen = server.url.removeprefix("http://")
        done = pinion("backup", "--to", str(tmp_path / "backups"), "--data-dir", server.data_dir, "--listen", listen,
                      "--access-key", "PNAKTESTTESTTESTTEST", "--secret-key", "test-secret-test-secret-test-secret")
        assert done.returncode == 0, done.stderr
        assert pinion("verify", str(tmp_path / "backups")).returncode == 0


def test_who_was_erased_after_the_backup_is_erased_again_by_the_restored_server(tmp_path):
    with PinionServer() as server:
        pinpoint = server.client()
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
        for name in ("alicia", "bob"):
            pinpoint.update_endpoint(ApplicationId=app, EndpointId=name + "s-phone", EndpointRequest={
                "ChannelType": "EMAIL", "Address": name + "@example.com", "User": {"UserId": name}})
        assert back_up(server, tmp_path / "backups")["Status"] == "COMPLETED"
        begun = server.native("POST", f"/apps/{app}/privacy/erasures", {"UserId": "alicia"}).json()
        wait_for_erasure(server, app, begun["Id"])
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while not (tmp_path / "backups" / "ERASURES").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "alicia" not in (tmp_path / "backups" / "ERASURES").read_text()
        restore(tmp_path / "backups", tmp_path / "restored", server.data_dir)

    with PinionServer(data_dir=str(tmp_path / "restored")) as restored:
        wait_for_erasure(restored, app, begun["Id"])
        assert restored.request("GET", f"/v1/apps/{app}/endpoints/alicias-phone").status == 404
        assert restored.request("GET", f"/v1/apps/{app}/endpoints/bobs-phone").status == 200
        assert "alicia" not in restored.native("GET", "/audit").body.decode()


def wait_for_erasure(server, app, erasure):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while server.native("GET", f"/apps/{app}/privacy/erasures/{erasure}").json()["Status"] != "COMPLETED":
        assert time.monotonic() < deadline
        time.sleep(0.05)
