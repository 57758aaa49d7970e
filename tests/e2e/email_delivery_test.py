"""Email through a real relay: the binary, its SMTP transport, and a private Postfix that keeps what comes."""

import os
import pathlib
import smtplib
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import mail_servers  # noqa: E402  pylint: disable=wrong-import-position
from pinion_server import PinionServer  # noqa: E402  pylint: disable=wrong-import-position

pytestmark = pytest.mark.skipif(mail_servers.missing_requirements() is not None,
                                reason=str(mail_servers.missing_requirements()))

FINAL = {"DELIVERED", "BOUNCED", "FAILED", "REJECTED", "SOFT_BOUNCED"}


@pytest.fixture(scope="module")
def pinion():
    with PinionServer() as server:
        yield server


@pytest.fixture(scope="module")
def relay():
    with mail_servers.Postfix() as server:
        yield server


@pytest.fixture(scope="module")
def submission():
    with mail_servers.Postfix(submission=True) as server:
        yield server


def application(pinion, from_address='"Žofie, Shop" <news@sender.test>', **transport):
    """A new application whose email goes through that transport."""
    client = pinion.client()
    app = client.create_app(CreateApplicationRequest={"Name": "mail"})["ApplicationResponse"]["Id"]
    client.update_email_channel(ApplicationId=app, EmailChannelRequest={
        "FromAddress": from_address, "Identity": "arn:aws:ses:us-east-1:1:identity/sender.test"})
    reply = pinion.native("PUT", f"/apps/{app}/transports/email", {"Type": "smtp", **transport})
    assert reply.status == 200, reply
    return app


def over(relay, **more):
    return {"Host": relay.host, "Port": relay.port, "Security": "NONE", **more}


def send(pinion, app, address, **content):
    """Sends one direct message and returns its item of the log once that is final."""
    email = content or {"SimpleEmail": {"Subject": {"Data": "Hi"}, "TextPart": {"Data": "Hello"}}}
    answer = pinion.client().send_messages(ApplicationId=app, MessageRequest={
        "Addresses": {address: {"ChannelType": "EMAIL"}}, "TraceId": "trace-1",
        "MessageConfiguration": {"EmailMessage": email}})
    result = answer["MessageResponse"]["Result"][address]
    assert result["DeliveryStatus"] == "SUCCESSFUL", result
    deadline = time.monotonic() + 30
    while True:
        item = pinion.native("GET", f"/apps/{app}/messages/{result['MessageId']}").json()
        if item["Status"] in FINAL:
            return item
        assert time.monotonic() < deadline, item
        time.sleep(0.02)


def test_email_arrives_as_it_was_written(pinion, relay):
    app = application(pinion, **over(relay))
    before = len(relay.mails())
    item = send(pinion, app, "jo@inbox.test", SimpleEmail={
        "Subject": {"Data": "Grüße aus 東京 " + "und mehr " * 20},
        "TextPart": {"Data": "Hello\n.a dot\n" + "long " * 400},
        "HtmlPart": {"Data": "<p>日本語 &amp; more</p>"}}, ReplyToAddresses=["Ann <ann@sender.test>"])

    mail = relay.wait_for(before + 1)[-1]

    assert item["Status"] == "DELIVERED" and item["Transport"] == "smtp"
    assert mail.recipient == "jo@inbox.test"
    assert mail.envelope_from == item["EnvelopeFrom"] and mail.envelope_from.startswith("b+" + item["MessageId"])
    assert str(mail.message["From"].addresses[0]) == '"Žofie, Shop" <news@sender.test>'
    assert mail.message["Subject"].rstrip() == ("Grüße aus 東京 " + "und mehr " * 20).rstrip()
    assert mail.message["Reply-To"].addresses[0].addr_spec == "ann@sender.test"
    assert mail.message["Message-ID"] == f"<{item['MessageId']}@sender.test>"
    assert mail.message["X-Pinion-Message-Id"] == item["MessageId"]
    assert mail.message["X-Pinion-Trace-Id"] == "trace-1"
    assert mail.text() == "Hello\n.a dot\n" + "long " * 400 + "\n"
    assert "日本語 &amp; more" in mail.text("html")
    assert all(len(line) <= 998 for line in mail.raw.split(b"\n"))
    assert not mail.message.defects


def test_raw_email_keeps_its_content(pinion, relay):
    app = application(pinion, **over(relay))
    before = len(relay.mails())
    raw = b"To: other@inbox.test\r\nBcc: hidden@inbox.test\r\nSubject: Raw\r\n\r\nBody\r\n.\r\nafter the dot\r\n"
    item = send(pinion, app, "jo@inbox.test", RawEmail={"Data": raw})

    mail = relay.wait_for(before + 1)[-1]

    assert item["Status"] == "DELIVERED"
    assert mail.message["To"] == "jo@inbox.test" and mail.message["Bcc"] is None
    assert mail.text() == "Body\n.\nafter the dot\n"
    assert b"hidden@" not in mail.raw


def test_email_of_ses_shows_all_its_recipients_to_each(pinion, relay):
    reply = pinion.native("PUT", "/apps/default/transports/email", {"Type": "smtp", **over(relay)})
    assert reply.status == 200, reply
    before = len(relay.mails())
    content = {"Simple": {"Subject": {"Data": "Grüße"}, "Body": {"Html": {"Data": "<p>Hello</p>"}}}}
    raw = b"From: shop@sender.test\r\nTo: Jo <jo@inbox.test>\r\nCc: mo@inbox.test\r\nSubject: Raw\r\n\r\nBody\r\n"
    ses = pinion.client("sesv2")
    ses.send_email(FromEmailAddress="Shop <shop@sender.test>", Content=content, Destination={
        "ToAddresses": ["Jo <jo@inbox.test>"], "CcAddresses": ["mo@inbox.test"], "BccAddresses": ["secret@inbox.test"]})
    mails = relay.wait_for(before + 3)[before:]
    ses.send_email(Content={"Raw": {"Data": raw}})
    raws = relay.wait_for(before + 5)[before + 3:]

    assert sorted(mail.recipient for mail in mails) == ["jo@inbox.test", "mo@inbox.test", "secret@inbox.test"]
    assert sorted(mail.recipient for mail in raws) == ["jo@inbox.test", "mo@inbox.test"]
    for mail in mails + raws:
        assert (mail.message["To"], mail.message["Cc"]) == ("Jo <jo@inbox.test>", "mo@inbox.test")
        assert b"secret@" not in mail.raw.split(b"\n\n")[0].replace(mail.recipient.encode(), b"")
    assert {(mail.message["Subject"], mail.message.get_content_type()) for mail in mails} == {("Grüße", "text/html")}


def test_refused_recipient_bounces(pinion, relay):
    app = application(pinion, **over(relay))
    item = send(pinion, app, "refused@inbox.test")
    assert item["Status"] == "BOUNCED"
    assert "5.1.1" in item["StatusMessage"]


def test_many_emails_all_arrive_once(pinion, relay):
    app = application(pinion, **over(relay))
    before = len(relay.mails())
    client = pinion.client()
    for batch in range(4):
        client.send_messages(ApplicationId=app, MessageRequest={
            "Addresses": {f"jo{batch}-{i}@inbox.test": {"ChannelType": "EMAIL"} for i in range(50)},
            "MessageConfiguration": {"EmailMessage": {"SimpleEmail": {
                "Subject": {"Data": "Hi"}, "TextPart": {"Data": "Hello"}}}}})
    mails = relay.wait_for(before + 200)[before:]
    assert sorted(mail.recipient for mail in mails) == sorted(
        f"jo{batch}-{i}@inbox.test" for batch in range(4) for i in range(50))
    assert len({mail.message["Message-ID"] for mail in mails}) == 200


@pytest.mark.parametrize("mechanism", ["AUTO", "PLAIN", "LOGIN", "CRAM-MD5"])
def test_relay_that_demands_starttls_and_password(pinion, submission, mechanism):
    app = application(pinion, Host="127.0.0.1", Port=submission.port, Username=submission.user,
                      Password=submission.password, AuthMechanism=mechanism, VerifyCertificate=False)
    before = len(submission.mails())
    item = send(pinion, app, "jo@inbox.test")
    assert item["Status"] == "DELIVERED", item
    assert "with ESMTPSA" in str(submission.wait_for(before + 1)[-1].message["Received"])


def test_wrong_password_fails_and_is_no_bounce(pinion, submission):
    app = application(pinion, Host="127.0.0.1", Port=submission.port, Username=submission.user,
                      Password="wrong", VerifyCertificate=False)
    item = send(pinion, app, "jo@inbox.test")
    assert item["Status"] == "FAILED" and "535" in item["StatusMessage"]


def test_refused_sender_fails_and_is_no_bounce(pinion):
    with mail_servers.Postfix(refused_senders=("sender.test",)) as relay:
        app = application(pinion, **over(relay))
        with smtplib.SMTP(relay.host, relay.port, timeout=20) as probe:
            probe.helo()
            assert probe.mail("any@sender.test")[0] == 550
        assert send(pinion, app, "jo@inbox.test")["Status"] == "FAILED"


def test_stored_password_is_not_shown(pinion, submission):
    app = application(pinion, Host="127.0.0.1", Port=submission.port, Username=submission.user,
                      Password=submission.password)
    shown = pinion.native("GET", f"/apps/{app}/transports/email").json()
    assert shown["Password"] == "***"
