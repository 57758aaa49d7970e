"""`pinion serve --demo`: what it makes, what it tells, and that it happens once."""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from pinion_server import PinionServer  # noqa: E402  pylint: disable=wrong-import-position

WAIT_SECONDS_MAX = 90
AWS = "/usr/bin/aws"
PEOPLE = ["arnav@example.co.uk", "mateo@example.se", "nikhil@example.in", "mary@example.com", "xiulan@example.cn"]


def wait_for(server, text, after=0):
    """The lines of standard output from number `after` on, once one of them contains `text`."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not any(text in line for line in server.output[after:]):
        log = pathlib.Path(server.log.name)
        assert time.monotonic() < deadline, "".join(server.output) + log.read_text(encoding="utf-8")[-4000:]
        time.sleep(0.05)
    return server.output[after:]


def only(items):
    [item] = items
    return item


def demo_app(server):
    return only(server.client().get_apps()["ApplicationsResponse"]["Item"])


def demo_campaign(server, app):
    return only(server.client().get_campaigns(ApplicationId=app)["CampaignsResponse"]["Item"])


@pytest.fixture(scope="module")
def demo():
    """A server whose demo is over, and what it printed."""
    with PinionServer("--demo") as server:
        yield server, wait_for(server, "  Try ")


def test_table_names_every_recipient_with_its_end(demo):
    _, lines = demo
    for address in PEOPLE:
        assert only([line for line in lines if address in line]).split() == [address, "DELIVERED"]


def test_sums_are_those_of_the_api(demo):
    server, lines = demo
    sums = dict(zip(*(line.split() for line in (lines[i] for i in sums_at(lines)))))
    app = demo_app(server)
    assert app["Name"] == "Demo"
    campaign = demo_campaign(server, app["Id"])
    assert campaign["State"]["CampaignStatus"] == "COMPLETED"

    counters = server.native("GET", f"/apps/{app['Id']}/campaigns/{campaign['Id']}/counters").json()
    assert {name: int(value) for name, value in sums.items() if name != "Filtered"} == {
        name: counters[name] for name in ("Targeted", "Sent", "Delivered", "Failed")}
    assert (sums["Targeted"], sums["Delivered"]) == ("6", "5")


def sums_at(lines):
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["Targeted", "Sent"])
    return head, head + 1


def test_row_without_mailbox_is_shown_with_its_reason(demo):
    _, lines = demo
    line = only([line for line in lines if "<your email address>" in line])
    assert re.fullmatch(r"\s+<your email address>\s+FAILED\s+\S.*\n", line)


def test_sample_file_is_imported_as_it_stands(demo):
    server, _ = demo
    pinpoint, app = server.client(), demo_app(server)["Id"]
    job = only(pinpoint.get_import_jobs(ApplicationId=app)["ImportJobsResponse"]["Item"])
    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 6, 0)
    sample = pathlib.Path(__file__).resolve().parents[2] / "examples" / "Pinpoint_Sample_Import.csv"
    stored = pathlib.Path(server.data_dir) / "buckets" / job["Definition"]["S3Url"].removeprefix("s3://")
    assert stored.read_bytes() == sample.read_bytes()


def test_template_greets_by_name(demo):
    server, _ = demo
    app = demo_app(server)["Id"]
    message = only(server.messages(app, Address="mary@example.com"))
    assert (message["Subject"], message["TemplateName"]) == ("Welcome, Mary", "demo_welcome")
    assert message["Transport"] == "sandbox"


def test_second_start_sends_nothing_again(tmp_path):
    server = PinionServer("--demo", data_dir=str(tmp_path / "data"))
    with server:
        wait_for(server, "  Try ")
        app = demo_app(server)["Id"]
        messages = server.messages(app)
    printed = len(server.output)

    with server:
        lines = wait_for(server, "  Try ", after=printed)
        assert not any("Recipient" in line for line in lines)
        assert only([line for line in lines if "earlier start" in line])
        assert demo_app(server)["Id"] == app
        demo_campaign(server, app)
        assert server.messages(app) == messages


def test_directory_with_projects_is_left_alone(tmp_path):
    data = str(tmp_path / "data")
    with PinionServer(data_dir=data) as server:
        server.client().create_app(CreateApplicationRequest={"Name": "mine"})
    with PinionServer("--demo", data_dir=data) as server:
        wait_for(server, "no demo is made")
        assert demo_app(server)["Name"] == "mine"


def kill_when(server, reached):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not reached():
        assert time.monotonic() < deadline
    server.kill()


@pytest.mark.parametrize("call", ["CreateApp", "CreateImportJob", "CreateSegment", "CreateEmailTemplate",
                                  "CreateCampaign"])
def test_interrupted_demo_is_completed_by_the_next_start(tmp_path, call):
    server = PinionServer("--demo", "--set", "log.format=json", data_dir=str(tmp_path / "data"))
    log = tmp_path / "data.log"
    server.launch()
    kill_when(server, lambda: log.exists() and f'"{call}"' in log.read_text(encoding="utf-8"))
    server.output.clear()

    with server:
        wait_for(server, "  Try ")
        pinpoint, app = server.client(), demo_app(server)["Id"]
        demo_campaign(server, app)
        assert len(pinpoint.get_segments(ApplicationId=app)["SegmentsResponse"]["Item"]) == 2
        recipients = [item["Address"] for item in server.messages(app)]
        assert sorted(recipients) == sorted([*PEOPLE, "<your email address>"])


@pytest.mark.skipif(not os.path.exists(AWS), reason="awscli is not installed")
def test_printed_command_line_works_with_the_key_that_is_shown(tmp_path):
    no_key = {"PINION_ACCESS_KEY": "", "PINION_SECRET_KEY": ""}
    with PinionServer("--demo", data_dir=str(tmp_path / "data"), env=no_key) as server:
        lines = wait_for(server, "pinpoint get-campaigns")
        command = only([line for line in lines if "pinpoint get-campaigns" in line]).split("Try", 1)[1]
        done = subprocess.run(["/bin/sh", "-c", f"PATH={shlex.quote(os.environ['PATH'])} HOME={shlex.quote(str(tmp_path))}"
                               f" AWS_PAGER= {command.strip()} --query CampaignsResponse.Item[].Name --output text"],
                              capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode, done.stdout.strip()) == (0, "Welcome"), done.stderr
