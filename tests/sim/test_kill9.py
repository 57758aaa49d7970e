"""Campaigns over 20,000 endpoints while the server is killed again and again: nobody is left out, nobody gets a message
twice, and nothing that was acknowledged is lost.

PINION_KILLS is the number of kills (default 12), PINION_SEED repeats the choice of moments.
"""

import collections
import concurrent.futures
import http.client
import os
import pathlib
import random
import sys
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from pinion_server import PinionServer  # noqa: E402  pylint: disable=wrong-import-position

KILLS = int(os.environ.get("PINION_KILLS", "12"))
SEED = int(os.environ.get("PINION_SEED", random.randrange(2**32)))
ENDPOINTS = 20_000
BATCH = 100
WRITERS = 2
ENDPOINTS_PER_USER = 10
# The paced campaign is to last for all the time that the server is up between kills, about this much each.
UP_SECONDS = 0.5
END_SECONDS_MAX = 900
MEMBERS = {f"e{i}" for i in range(ENDPOINTS)}


def call(server, method, path, body=None, status=200):
    reply = server.request(method, path, body)
    assert reply.status == status, (method, path, reply)
    return reply.json()


class Writer(threading.Thread):
    """Writes endpoints and events as long as it may, and remembers what the server has acknowledged."""

    def __init__(self, server, app, name):
        super().__init__(name=name, daemon=True)
        self.server, self.app = server, app
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.users = collections.defaultdict(set)  # user -> endpoints of it
        self.events = set()
        self.unchecked = set()  # users with endpoints nobody has looked for yet
        self.refusals = []

    def run(self):
        number = 0
        while not self.ended.is_set():
            number += 1
            try:
                self._write(f"{self.name}-{number // ENDPOINTS_PER_USER}", f"{self.name}-{number}")
            except (OSError, http.client.HTTPException, TypeError):
                # The server is down, or went down under the call (without an address the URL is no text).
                time.sleep(0.01)

    def _write(self, user, endpoint):
        reply = self.server.request("PUT", f"/v1/apps/{self.app}/endpoints/{endpoint}", {
            "ChannelType": "CUSTOM", "Address": endpoint, "User": {"UserId": user}})
        if self._acknowledged(reply):
            with self.lock:
                self.users[user].add(endpoint)
                self.unchecked.add(user)
        event = {"EventType": "kill9.write", "Timestamp": "2026-11-23T11:15:00Z"}
        reply = self.server.request("POST", f"/v1/apps/{self.app}/events", {
            "BatchItem": {endpoint: {"Endpoint": {}, "Events": {f"evt-{endpoint}": event}}}})
        if self._acknowledged(reply):
            result = reply.json()["Results"][endpoint]["EventsItemResponse"][f"evt-{endpoint}"]
            assert result["StatusCode"] == 202, result
            with self.lock:
                self.events.add(f"evt-{endpoint}")

    def _acknowledged(self, reply):
        if reply.status not in (202, 503):
            self.refusals.append(reply)
        return reply.status == 202

    def check(self, everything=False):
        """Every acknowledged endpoint is there; looks at those that are new since the last check, or at all."""
        with self.lock:
            users = {user: set(self.users[user]) for user in (self.users if everything else self.unchecked)}
            self.unchecked.clear()
        for user, endpoints in users.items():
            found = call(self.server, "GET", f"/v1/apps/{self.app}/users/{user}")["Item"]
            assert endpoints <= {item["Id"] for item in found}, f"lost endpoints of {user}"


class Crashes:
    """A server with an audience, its campaigns, and its writers."""

    def __init__(self, server, rng):
        self.server, self.rng = server, rng
        self.app = call(server, "POST", "/v1/apps", {"Name": "kill9"}, 201)["Id"]
        call(server, "PUT", f"/v1/apps/{self.app}/channels/email", {"FromAddress": "shop@example.com", "Identity": "x"})
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(self._write_batch, range(0, ENDPOINTS, BATCH)))
        self.segment = call(server, "POST", f"/v1/apps/{self.app}/segments", {
            "Name": "members", "Dimensions": {"Attributes": {"member": {"Values": ["yes"]}}}}, 201)["Id"]
        self.campaigns = []
        self.kills = self.kills_in_a_run = 0
        self.writers = [Writer(server, self.app, f"w{i}") for i in range(WRITERS)]

    def _write_batch(self, first):
        call(self.server, "PUT", f"/v1/apps/{self.app}/endpoints", {"Item": [
            {"Id": f"e{i}", "ChannelType": "EMAIL", "Address": f"e{i}@example.com", "Attributes": {"member": ["yes"]},
             "User": {"UserId": f"u{i}", "UserAttributes": {"Number": [str(i)]}}}
            for i in range(first, first + BATCH)]}, 202)

    def create_campaign(self, **more):
        self.campaigns.append(call(self.server, "POST", f"/v1/apps/{self.app}/campaigns", {
            "Name": f"c{len(self.campaigns)}", "SegmentId": self.segment, "Schedule": {"StartTime": "IMMEDIATE"},
            "MessageConfiguration": {"EmailMessage": {"Title": "No {{User.UserAttributes.Number}}", "Body": "x"}},
            **more}, 201)["Id"])

    def status(self, campaign):
        return call(self.server, "GET", f"/v1/apps/{self.app}/campaigns/{campaign}")["State"]["CampaignStatus"]

    def kill(self):
        """Lets it run for a moment, kills it, and starts it again; sometimes kills it while it starts, too."""
        time.sleep(self.rng.uniform(0, self.rng.choice((0.1, 0.5, 1.5))))
        self.kills_in_a_run += "EXECUTING" in (self.status(self.campaigns[0]), self.status(self.campaigns[-1]))
        self.server.kill()
        self.kills += 1
        if self.kills < KILLS and self.rng.random() < 0.2:
            self.server.launch()
            time.sleep(self.rng.uniform(0, 0.6))
            self.server.kill()
            self.kills += 1
        self.server.start()

    def finish(self):
        """Waits until every campaign is over and the writers have stopped."""
        deadline = time.monotonic() + END_SECONDS_MAX
        for campaign in self.campaigns:
            while self.status(campaign) != "COMPLETED":
                assert time.monotonic() < deadline, self.status(campaign)
                time.sleep(0.1)
        for writer in self.writers:
            writer.ended.set()
            writer.join()


@pytest.fixture(scope="module")
def crashed():
    """What is left after the last kill, when all campaigns have come to their end."""
    rng = random.Random(SEED)
    print(f"PINION_SEED={SEED} PINION_KILLS={KILLS}")
    with PinionServer() as server:
        crashes = Crashes(server, rng)
        for writer in crashes.writers:
            writer.start()
        # One campaign that waits for its next second most of the time, and one that never waits.
        crashes.create_campaign(Limits={"MessagesPerSecond": max(1, int(ENDPOINTS / (KILLS * UP_SECONDS)))})
        crashes.create_campaign()
        while crashes.kills < KILLS:
            crashes.kill()
            if crashes.status(crashes.campaigns[-1]) == "COMPLETED":
                crashes.create_campaign()
            if rng.random() < 0.5:
                for writer in crashes.writers:
                    writer.check()
        crashes.finish()
        print(f"{crashes.kills} kills, {crashes.kills_in_a_run} runs interrupted, {len(crashes.campaigns)} campaigns")
        yield crashes


def test_kills_fell_into_runs(crashed):
    assert crashed.kills >= KILLS and crashed.kills_in_a_run > 0


def test_every_endpoint_got_every_campaign_exactly_once(crashed):
    sent = {campaign: collections.Counter() for campaign in crashed.campaigns}
    for item in crashed.server.items(f"/apps/{crashed.app}/messages", "limit"):
        assert item["Status"] == "DELIVERED", item
        assert item["Subject"] == "No " + item["EndpointId"][1:], item
        sent[item["CampaignId"]][item["EndpointId"]] += 1

    for campaign, counts in sent.items():
        assert [endpoint for endpoint, count in counts.items() if count != 1] == [], campaign
        assert counts.keys() == MEMBERS, f"{campaign}: {len(MEMBERS - counts.keys())} are missing"


def test_counters_and_activities_agree(crashed):
    for campaign in crashed.campaigns:
        counters = call(crashed.server, "GET", f"/pinion/v1/apps/{crashed.app}/campaigns/{campaign}/counters")
        assert {name: counters[name] for name in ("Targeted", "Sent", "Delivered", "HardBounced", "Failed")} == {
            "Targeted": ENDPOINTS, "Sent": ENDPOINTS, "Delivered": ENDPOINTS, "HardBounced": 0, "Failed": 0}
        [activity] = call(crashed.server, "GET", f"/v1/apps/{crashed.app}/campaigns/{campaign}/activities")["Item"]
        assert (activity["State"], activity["Result"]) == ("COMPLETED", "SUCCESS")
        assert (activity["TotalEndpointCount"], activity["SuccessfulEndpointCount"]) == (ENDPOINTS, ENDPOINTS)


def test_kpis_count_every_message_once(crashed):
    total = 0
    for campaign in crashed.campaigns:
        path = f"/v1/apps/{crashed.app}/campaigns/{campaign}/kpis/daterange/"
        deadline = time.monotonic() + END_SECONDS_MAX
        while True:
            rows = call(crashed.server, "GET", path + "attempted-deliveries-grouped-by-campaign-activity")["KpiResult"]["Rows"]
            counts = [float(row["Values"][0]["Value"]) for row in rows]
            # The tables may still be catching up after the last kill.
            if counts == [ENDPOINTS] or sum(counts) > ENDPOINTS or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        assert counts == [ENDPOINTS], campaign
        total += ENDPOINTS
        [unique] = call(crashed.server, "GET", path + "unique-deliveries")["KpiResult"]["Rows"]
        assert float(unique["Values"][0]["Value"]) == ENDPOINTS
    [row] = call(crashed.server, "GET", f"/v1/apps/{crashed.app}/kpis/daterange/attempted-deliveries")["KpiResult"]["Rows"]
    assert float(row["Values"][0]["Value"]) == total


def test_every_endpoint_has_one_record_of_the_send(crashed):
    paced = crashed.campaigns[0]
    counts = collections.Counter(item["EndpointId"] for item in crashed.server.items(
        f"/apps/{crashed.app}/events", EventType="_campaign.send", CampaignId=paced))
    assert counts.keys() == MEMBERS and set(counts.values()) == {1}


def test_everything_acknowledged_is_there(crashed):
    for writer in crashed.writers:
        assert writer.refusals == []
        assert len(writer.events) > 0
        writer.check(everything=True)


def test_every_acknowledged_event_is_there_once(crashed):
    logged = collections.Counter(
        item["EventId"] for item in crashed.server.items(f"/apps/{crashed.app}/events", EventType="kill9.write"))
    acknowledged = set().union(*(writer.events for writer in crashed.writers))
    assert acknowledged - logged.keys() == set()
    assert [event for event, count in logged.items() if count != 1] == []
