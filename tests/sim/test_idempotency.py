"""Requests with an Idempotency-Key while the server is killed again and again: what was acknowledged is answered again, and
nothing is carried out twice. PINION_KILLS is the number of kills (default 12)."""

import collections
import http.client
import os
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from pinion_server import PinionServer  # noqa: E402  pylint: disable=wrong-import-position

KILLS = int(os.environ.get("PINION_KILLS", "12"))
CALLERS = 4
UP_SECONDS_MAX = 0.5
NOT_KNOWN = "without an outcome that is known"


class Caller(threading.Thread):
    """Makes one application after the other and asks for each until it has an answer, as the retries of an SDK do."""

    def __init__(self, server, name):
        super().__init__(name=name, daemon=True)
        self.server = server
        self.ended = threading.Event()
        self.answers = {}  # name of the application -> its first answer: id, or None where it is not known
        self.unexpected = []

    def run(self):
        number = 0
        while not self.ended.is_set():
            number += 1
            name = f"{self.name}-{number}"
            answer = self.ask(name)
            if answer is None:
                return
            if answer.status == 201:
                self.answers[name] = answer.json()["Id"]
            elif answer.status == 409 and NOT_KNOWN in answer.json()["Message"]:
                self.answers[name] = None
            else:
                self.unexpected.append((name, answer))

    def ask(self, name):
        while not self.ended.is_set():
            try:
                answer = self.server.request("POST", "/v1/apps", {"Name": name}, headers={"Idempotency-Key": name})
            except (OSError, http.client.HTTPException, TypeError):
                time.sleep(0.01)  # the server is down, or went down under the call
                continue
            if answer.status != 500:  # it is starting
                return answer
        return None


def test_nothing_is_carried_out_twice_and_answers_outlive_kills(tmp_path):
    with PinionServer(data_dir=str(tmp_path / "data")) as server:
        callers = [Caller(server, f"c{number}") for number in range(CALLERS)]
        for caller in callers:
            caller.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, UP_SECONDS_MAX))
            server.kill()
            server.start()
        time.sleep(UP_SECONDS_MAX)
        for caller in callers:
            caller.ended.set()
        for caller in callers:
            caller.join()
        assert [caller.unexpected for caller in callers] == [[]] * CALLERS

        made = collections.defaultdict(list)
        token = ""
        while token is not None:
            page = server.request("GET", f"/v1/apps?page-size=1000&token={token}").json()
            for app in page["Item"]:
                made[app["Name"]].append(app["Id"])
            token = page.get("NextToken")
        answers = {name: answer for caller in callers for name, answer in caller.answers.items()}
        assert sum(answer is not None for answer in answers.values()) > KILLS
        for name, answer in answers.items():
            # Where the outcome is not known, a crash may have kept it from being made.
            there = made.get(name, [])
            assert there == [answer] if answer else len(there) <= 1, name
        assert all(len(ids) == 1 for ids in made.values())

        for name in random.sample(sorted(answers), min(200, len(answers))):
            again = server.request("POST", "/v1/apps", {"Name": name}, headers={"Idempotency-Key": name})
            assert (again.status, again.json().get("Id")) == ((201, answers[name]) if answers[name] else (409, None))
