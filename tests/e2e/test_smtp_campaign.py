"""A campaign over imported people through a real mail server: everyone gets one mail, a refusal is a bounce."""

import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import mail_servers  # noqa: E402  pylint: disable=wrong-import-position
from pinion_server import PinionServer  # noqa: E402  pylint: disable=wrong-import-position

pytestmark = pytest.mark.skipif(mail_servers.missing_requirements() is not None,
                                reason=str(mail_servers.missing_requirements()))

PEOPLE = 60
WAIT_SECONDS_MAX = 120
FINAL = {"DELIVERED", "BOUNCED", "SOFT_BOUNCED", "FAILED", "REJECTED", "SUPPRESSED", "EXPIRED"}


@pytest.fixture(scope="module")
def server():
    with PinionServer() as running:
        yield running


def eventually(ask, accept):
    """Asks until `accept` takes the answer, and gives that answer."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        answer = ask()
        if accept(answer):
            return answer
        assert time.monotonic() < deadline, str(answer)[-3000:]
        time.sleep(0.05)


class Mailing:
    """An application whose people were imported from a file: `PEOPLE` with good mailboxes and one the relay refuses."""

    def __init__(self, server, transport):
        self.server, self.pinpoint = server, server.client()
        self.app = self.pinpoint.create_app(CreateApplicationRequest={"Name": "mail"})["ApplicationResponse"]["Id"]
        self.pinpoint.update_email_channel(ApplicationId=self.app, EmailChannelRequest={
            "FromAddress": '"Žofie, Shop" <news@sender.test>',
            "Identity": "arn:aws:ses:us-east-1:123456789012:identity/sender.test"})
        reply = server.native("PUT", f"/apps/{self.app}/transports/email", {"Type": "smtp", **transport})
        assert reply.status == 200, reply
        self.segment = self._import()

    def _import(self):
        rows = [f"p{i},EMAIL,p{i}@inbox.test,Näme {i}" for i in range(PEOPLE)] + ["bad,EMAIL,refused@inbox.test,Nobody"]
        file = pathlib.Path(self.server.data_dir) / "buckets" / f"mail-{self.app}" / "people.csv"
        file.parent.mkdir(parents=True)
        rows.insert(0, "Id,ChannelType,Address,User.UserAttributes.FirstName")
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        job = self.pinpoint.create_import_job(ApplicationId=self.app, ImportJobRequest={
            "Format": "CSV", "S3Url": f"s3://mail-{self.app}/people.csv", "RegisterEndpoints": True,
            "DefineSegment": True, "RoleArn": "arn:aws:iam::123456789012:role/import"})["ImportJobResponse"]
        done = eventually(
            lambda: self.pinpoint.get_import_job(ApplicationId=self.app, JobId=job["Id"])["ImportJobResponse"],
            lambda now: now["JobStatus"] in ("COMPLETED", "FAILED"))
        assert (done["JobStatus"], done["TotalProcessed"], done["TotalFailures"]) == ("COMPLETED", PEOPLE + 1, 0)
        return done["Definition"]["SegmentId"]

    def send(self):
        """Runs a campaign over all of them; answers its id once every message has its end."""
        campaign = self.pinpoint.create_campaign(ApplicationId=self.app, WriteCampaignRequest={
            "Name": "news", "SegmentId": self.segment, "Schedule": {"StartTime": "IMMEDIATE"},
            "MessageConfiguration": {"EmailMessage": {
                "Title": "Grüße, {{User.UserAttributes.FirstName}} – 東京",
                "HtmlBody": "<p>Dear {{User.UserAttributes.FirstName}} &amp; friends</p>"}}})["CampaignResponse"]["Id"]
        eventually(
            lambda: self.pinpoint.get_campaign(ApplicationId=self.app, CampaignId=campaign)["CampaignResponse"],
            lambda now: now["State"]["CampaignStatus"] == "COMPLETED")
        eventually(lambda: self.server.messages(self.app, CampaignId=campaign),
                   lambda items: len(items) == PEOPLE + 1 and all(item["Status"] in FINAL for item in items))
        return campaign

    def counters(self, campaign):
        reply = self.server.native("GET", f"/apps/{self.app}/campaigns/{campaign}/counters")
        assert reply.status == 200, reply
        return reply.json()

    def events(self, campaign, event_type):
        reply = self.server.native(
            "GET", f"/apps/{self.app}/events?EventType={event_type}&CampaignId={campaign}&page-size=1000")
        assert reply.status == 200, reply
        return reply.json()["Items"]


@pytest.fixture(scope="module", params=["plain", "submission"])
def sent(request, server):
    """A mailing that is over: through a plain relay, or one that demands STARTTLS and a password. With it the relay and
    the campaign's id."""
    demanding = request.param == "submission"
    with mail_servers.Postfix(submission=demanding) as relay:
        transport = {"Host": relay.host, "Port": relay.port}
        if demanding:
            transport |= {"Security": "STARTTLS", "Username": relay.user, "Password": relay.password,
                          "VerifyCertificate": False}
        else:
            transport["Security"] = "NONE"
        mailing = Mailing(server, transport)
        yield mailing, relay, mailing.send(), demanding


def test_everyone_gets_one_mail(sent):
    _, relay, _, demanding = sent
    mails = relay.wait_for(PEOPLE)
    assert sorted(mail.recipient for mail in mails) == sorted(f"p{i}@inbox.test" for i in range(PEOPLE))
    assert all(("with ESMTPSA" in str(mail.message["Received"])) == demanding for mail in mails)


def test_every_mail_is_personal_and_has_its_headers(sent):
    mailing, relay, campaign, _ = sent
    logged = {item["Address"]: item for item in mailing.server.messages(mailing.app, CampaignId=campaign)}
    for mail in relay.wait_for(PEOPLE):
        item = logged[mail.recipient]
        number = mail.recipient.split("@")[0][1:]
        message = mail.message
        assert (item["Status"], item["Transport"], item["EndpointId"]) == ("DELIVERED", "smtp", "p" + number)
        assert str(message["From"].addresses[0]) == '"Žofie, Shop" <news@sender.test>'
        assert [address.addr_spec for address in message["To"].addresses] == [mail.recipient]
        assert message["Subject"] == item["Subject"] == f"Grüße, Näme {number} – 東京"
        assert message["Message-ID"] == f"<{item['MessageId']}@sender.test>"
        assert message["X-Pinion-Message-Id"] == item["MessageId"]
        assert mail.envelope_from == item["EnvelopeFrom"]
        assert f"Dear Näme {number} &amp; friends" in mail.text("html")
        assert not message.defects and all(len(line) <= 998 for line in mail.raw.split(b"\n"))


def test_refused_recipient_is_a_bounce_everywhere(sent):
    mailing, _, campaign, _ = sent
    [item] = mailing.server.messages(mailing.app, EndpointId="bad")
    assert item["Status"] == "BOUNCED" and "5.1.1" in item["StatusMessage"]
    assert [step["Status"] for step in item["History"]][-1] == "BOUNCED"

    [event] = eventually(lambda: mailing.events(campaign, "_email.hardbounce"), lambda events: len(events) > 0)
    assert event["EndpointId"] == "bad" and event["Origin"] == "SYSTEM"
    assert event["Record"]["event_type"] == "_email.hardbounce"
    assert event["Record"]["attributes"]["campaign_id"] == campaign


def test_counters_and_activity_agree_with_what_happened(sent):
    mailing, _, campaign, _ = sent
    counters = eventually(
        lambda: mailing.counters(campaign), lambda now: now["HardBounced"] + now["Delivered"] > PEOPLE)
    assert (counters["Targeted"], counters["Delivered"], counters["HardBounced"]) == (PEOPLE + 1, PEOPLE, 1)
    assert (counters["SoftBounced"], counters["Failed"]) == (0, 0)
    [activity] = mailing.pinpoint.get_campaign_activities(
        ApplicationId=mailing.app, CampaignId=campaign)["ActivitiesResponse"]["Item"]
    assert (activity["State"], activity["Result"]) == ("COMPLETED", "SUCCESS")
    assert activity["TotalEndpointCount"] == PEOPLE + 1
    assert len(mailing.events(campaign, "_email.delivered")) == PEOPLE
    assert len(mailing.events(campaign, "_campaign.send")) == PEOPLE + 1
