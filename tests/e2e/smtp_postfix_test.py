"""The mail servers of mail_servers.py do what the tests that use them rely on."""

import os
import smtplib
import ssl
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
import mail_servers  # noqa: E402  pylint: disable=wrong-import-position

pytestmark = pytest.mark.skipif(mail_servers.missing_requirements() is not None,
                                reason=str(mail_servers.missing_requirements()))

MAIL = "From: a@sender.test\r\nTo: jo@inbox.test\r\nSubject: Hi\r\n\r\nHello\r\n.dot\r\n"


@pytest.fixture(scope="module")
def relay():
    with mail_servers.Postfix() as server:
        yield server


@pytest.fixture(scope="module")
def submission():
    with mail_servers.Postfix(submission=True) as server:
        yield server


def test_relay_keeps_mail_with_its_envelope(relay):
    before = len(relay.mails())
    with smtplib.SMTP(relay.host, relay.port, timeout=20) as client:
        client.sendmail("b+1@bounce.test", ["jo@inbox.test"], MAIL)

    mail = relay.wait_for(before + 1)[-1]

    assert mail.recipient == "jo@inbox.test"
    assert mail.envelope_from == "b+1@bounce.test"
    assert mail.message["Subject"] == "Hi"
    assert mail.text() == "Hello\n.dot\n"


def test_relay_offers_pipelining_and_smtputf8(relay):
    with smtplib.SMTP(relay.host, relay.port, timeout=20) as client:
        client.ehlo()
        assert client.has_extn("pipelining") and client.has_extn("smtputf8") and client.has_extn("8bitmime")


@pytest.mark.parametrize("recipient, code, status", [
    ("refused@inbox.test", 550, b"5.1.1"),
    ("deferred@inbox.test", 450, b"4.2.1"),
])
def test_relay_refuses_the_recipients_it_was_told_to(relay, recipient, code, status):
    with smtplib.SMTP(relay.host, relay.port, timeout=20) as client:
        client.helo()
        client.mail("a@sender.test")
        answer = client.rcpt(recipient)
    assert answer[0] == code and answer[1].startswith(status)


def test_relay_refuses_a_banned_sender_at_once(relay):
    with smtplib.SMTP(relay.host, relay.port, timeout=20) as client:
        client.helo()
        assert client.mail("banned@sender.test")[0] == 550


def test_submission_takes_nothing_without_tls_and_password(submission):
    with smtplib.SMTP(submission.host, submission.port, timeout=20) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.mail("a@sender.test")[0] == 530


def test_submission_delivers_after_starttls_and_auth(submission):
    trust = ssl.create_default_context(cafile=submission.certificate)
    with smtplib.SMTP(submission.host, submission.port, timeout=20) as client:
        client.starttls(context=trust)
        client.login(submission.user, submission.password)
        client.sendmail("b+2@bounce.test", ["jo@inbox.test"], MAIL)
    assert submission.wait_for(1)[-1].envelope_from == "b+2@bounce.test"


def test_submission_refuses_a_wrong_password(submission):
    trust = ssl.create_default_context(cafile=submission.certificate)
    with smtplib.SMTP(submission.host, submission.port, timeout=20) as client:
        client.starttls(context=trust)
        with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
            client.login(submission.user, "wrong")
    assert refusal.value.smtp_code == 535


def test_server_is_gone_afterwards():
    with mail_servers.Postfix() as server:
        port = server.port
        folder = server._temporary.name  # pylint: disable=protected-access
    assert not os.path.exists(folder)
    with pytest.raises(OSError):
        smtplib.SMTP("127.0.0.1", port, timeout=2)
