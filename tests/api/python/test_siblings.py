"""Services beside Pinpoint that its users call as well, through boto3: tagging (TAG-9), SES and Pinpoint Email (CHN-136),
SMS and voice (CHN-137)."""

import email.message
import email.policy
import threading
from uuid import uuid4

import pytest

from expectations import refused
from pinion_server import ACCESS_KEY, REGION, PinionServer

SUBJECT_AND_TEXT = {"Subject": {"Data": "Your order"}, "Body": {"Text": {"Data": "Thank you, {{Name}}"}}}


@pytest.fixture
def tagging(server):
    return server.client("resourcegroupstaggingapi")


@pytest.fixture
def ses(server):
    return server.client("sesv2")


@pytest.fixture
def sms(server):
    return server.client("pinpoint-sms-voice-v2")


def logged(server, answer, app="default"):
    reply = server.native("GET", f"/apps/{app}/messages/{answer['MessageId']}")
    assert reply.status == 200, reply
    return reply.json()


def send_simple(ses, *recipients, **more):
    return ses.send_email(FromEmailAddress="Shop <shop@example.com>", Destination={"ToAddresses": list(recipients)},
                          Content={"Simple": SUBJECT_AND_TEXT}, **more)


def client_with(server, service, *policies):
    """A client of the service with a key of its own."""
    reply = server.native("POST", "/keys", {"Name": f"key-{uuid4().hex[:12]}", "Policies": list(policies)})
    assert reply.status == 201, reply
    key = reply.json()
    return server.client(service, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])


# Tags

class Tagged:
    """Two applications, a segment and a template that carry a tag of this test."""

    def __init__(self, pinpoint):
        self.key = "k" + uuid4().hex
        made = [pinpoint.create_app(CreateApplicationRequest={"Name": "shop", "tags": {self.key: value}})
                ["ApplicationResponse"] for value in ("one", "two")]
        segment = pinpoint.create_segment(ApplicationId=made[0]["Id"], WriteSegmentRequest={
            "Name": "s", "tags": {self.key: "one"}})["SegmentResponse"]
        template = pinpoint.create_sms_template(TemplateName="t" + uuid4().hex, SMSTemplateRequest={
            "Body": "x", "tags": {self.key: "two"}})["CreateTemplateMessageBody"]
        self.app, self.other, self.segment, self.template = made[0]["Arn"], made[1]["Arn"], segment["Arn"], template["Arn"]


@pytest.fixture
def tagged(pinpoint):
    return Tagged(pinpoint)


def found(answer):
    return {mapping["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in mapping["Tags"]}
            for mapping in answer["ResourceTagMappingList"]}


def test_resources_are_found_by_tag_and_type(tagging, tagged):
    everything = tagging.get_resources(TagFilters=[{"Key": tagged.key}])
    assert found(everything) == {tagged.app: {tagged.key: "one"}, tagged.other: {tagged.key: "two"},
                                 tagged.segment: {tagged.key: "one"}, tagged.template: {tagged.key: "two"}}
    assert everything["PaginationToken"] == ""
    ones = tagging.get_resources(TagFilters=[{"Key": tagged.key, "Values": ["one"]}],
                                 ResourceTypeFilters=["mobiletargeting:segments"])
    assert list(found(ones)) == [tagged.segment]


def test_paginator_walks_through_all_resources(tagging, tagged):
    pages = list(tagging.get_paginator("get_resources").paginate(
        TagFilters=[{"Key": tagged.key}], PaginationConfig={"PageSize": 1}))
    assert [arn for page in pages for arn in found(page)] == [
        *sorted([tagged.app, tagged.other]), tagged.segment, tagged.template]


def test_tags_of_several_resources_are_changed(tagging, pinpoint, tagged):
    gone = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/" + "0" * 32
    answer = tagging.tag_resources(ResourceARNList=[tagged.app, tagged.template, gone], Tags={"stage": "prod"})
    assert list(answer["FailedResourcesMap"]) == [gone]
    assert answer["FailedResourcesMap"][gone]["StatusCode"] == 404
    for arn in (tagged.app, tagged.template):
        assert pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"]["tags"]["stage"] == "prod"
    answer = tagging.untag_resources(ResourceARNList=[tagged.app], TagKeys=["stage", tagged.key])
    assert answer["FailedResourcesMap"] == {}
    assert pinpoint.list_tags_for_resource(ResourceArn=tagged.app)["TagsModel"]["tags"] == {}


def test_keys_and_values_are_listed(tagging, tagged):
    assert tagged.key in tagging.get_tag_keys()["TagKeys"]
    assert tagging.get_tag_values(Key=tagged.key)["TagValues"] == ["one", "two"]


def test_errors_of_tagging_have_its_names(server, tagging):
    with refused(400, "InvalidParameterException", "ResourcesPerPage"):
        tagging.get_resources(ResourcesPerPage=1000)
    with refused(400, "PaginationTokenExpiredException"):
        tagging.get_resources(PaginationToken="x")
    with refused(400, "AccessDeniedException", "tag:GetResources"):
        client_with(server, "resourcegroupstaggingapi", "Developer").get_resources()
    with refused(403, "InvalidSignatureException"):
        server.client("resourcegroupstaggingapi", access_key=ACCESS_KEY, secret_key="wrong").get_tag_keys()


# Email

def test_simple_email_is_logged_as_it_was_written(server, ses):
    item = logged(server, send_simple(ses, "Jo <jo@example.com>", ReplyToAddresses=["help@example.com"],
                                      EmailTags=[{"Name": "order", "Value": "7"}]))
    assert (item["Address"], item["Subject"], item["TextBody"]) == ("jo@example.com", "Your order", "Thank you, {{Name}}")
    assert (item["ReplyTo"], item["Context"], item["Status"]) == (["help@example.com"], {"order": "7"}, "DELIVERED")


def test_raw_email_goes_to_whom_its_header_names(server, ses):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "shop@example.com", '"Doe, Jo" <jo@example.com>', "Grüße"
    message.set_content("Hello")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bill.pdf")
    item = logged(server, ses.send_email(Content={"Raw": {"Data": message.as_bytes()}}))
    assert (item["Address"], item["FromAddress"]) == ("jo@example.com", "shop@example.com")


def test_template_is_filled_from_its_data(server, pinpoint, ses):
    name = "t" + uuid4().hex
    pinpoint.create_email_template(TemplateName=name, EmailTemplateRequest={
        "Subject": "Order {{id}}", "HtmlPart": "<ul>{{#each items}}<li>{{name}}</li>{{/each}}</ul>"})
    item = logged(server, ses.send_email(
        FromEmailAddress="shop@example.com", Destination={"ToAddresses": ["jo@example.com"]},
        Content={"Template": {"TemplateName": name, "TemplateData": '{"id":7,"items":[{"name":"boots"}]}'}}))
    assert (item["Subject"], item["HtmlBody"]) == ("Order 7", "<ul><li>boots</li></ul>")
    with refused(404, "NotFoundException"):
        ses.send_email(FromEmailAddress="shop@example.com", Destination={"ToAddresses": ["jo@example.com"]},
                       Content={"Template": {"TemplateName": "none" + name, "TemplateData": "{}"}})


def test_pinpoint_email_takes_the_same(server):
    answer = send_simple(server.client("pinpoint-email"), "jo@example.com")
    assert logged(server, answer)["Address"] == "jo@example.com"


def test_errors_of_ses_have_its_names(server, ses):
    with refused(400, "BadRequestException", "Destination.ToAddresses[0]"):
        send_simple(ses, "nobody")
    with pytest.raises(ses.exceptions.BadRequestException):
        send_simple(ses)
    with refused(403, "AccessDeniedException", "ses:SendEmail"):
        send_simple(client_with(server, "sesv2", "ReadOnly"), "jo@example.com")
    send_simple(client_with(server, "sesv2", "Sender"), "jo@example.com")


def test_limit_of_a_key_holds_for_email_too(server):
    reply = server.native("POST", "/keys", {
        "Name": f"key-{uuid4().hex[:12]}", "Policies": ["Sender"], "RateLimit": {"RequestsPerSecond": 0.001, "Burst": 1}})
    key = reply.json()
    ses = server.client("sesv2", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    send_simple(ses, "jo@example.com")
    with refused(429, "TooManyRequestsException"):
        send_simple(ses, "jo@example.com")


def test_guests_send_nothing(server):
    pool = f"{REGION}:{uuid4()}"
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    reply = server.native("PUT", f"/identity-pools/{pool}", {
        "Name": "shop", "AllowGuests": True, "GuestPolicy": {"Version": "2012-10-17", "Statement": [statement]}})
    assert reply.status == 200, reply
    cognito = server.client("cognito-identity")
    identity = cognito.get_id(IdentityPoolId=pool)["IdentityId"]
    credentials = cognito.get_credentials_for_identity(IdentityId=identity)["Credentials"]
    import boto3  # pylint: disable=import-outside-toplevel
    guest = boto3.client("sesv2", region_name=REGION, endpoint_url=server.url,
                         aws_access_key_id=credentials["AccessKeyId"], aws_secret_access_key=credentials["SecretKey"],
                         aws_session_token=credentials["SessionToken"])
    with refused(403, "AccessDeniedException"):
        send_simple(guest, "jo@example.com")


# Text and voice

def test_text_is_logged_as_it_was_written(server, sms):
    answer = sms.send_text_message(
        DestinationPhoneNumber="+14255550100", OriginationIdentity="+14255550111", MessageBody="Hi {{Name}}",
        MessageType="TRANSACTIONAL", Context={"order": "7"}, TimeToLive=600)
    item = logged(server, answer)
    assert (item["Address"], item["Body"], item["OriginationNumber"]) == ("+14255550100", "Hi {{Name}}", "+14255550111")
    assert (item["Context"], item["Status"]) == ({"order": "7"}, "DELIVERED")


def test_errors_of_text_messages_have_their_names(server, sms):
    with pytest.raises(sms.exceptions.ValidationException) as caught:
        sms.send_text_message(DestinationPhoneNumber="+14255550100", MessageBody="x", TimeToLive=1)
    assert caught.value.response["Reason"] == "INVALID_PARAMETER"
    with refused(400, "ResourceNotFoundException"):
        sms.send_text_message(DestinationPhoneNumber="+14255550100", MessageBody="x", OriginationIdentity="pool-0123456789")
    with refused(400, "AccessDeniedException", "sms-voice:SendTextMessage"):
        client_with(server, "pinpoint-sms-voice-v2", "Ingest").send_text_message(
            DestinationPhoneNumber="+14255550100", MessageBody="x")


def test_voice_is_refused_rather_than_pretended(sms):
    with pytest.raises(sms.exceptions.ValidationException) as caught:
        sms.send_voice_message(DestinationPhoneNumber="+14255550100", OriginationIdentity="+14255550111", MessageBody="Hi")
    assert caught.value.response["Reason"] == "CHANNEL_NOT_ENABLED"


# Where it goes

def test_configured_application_has_the_messages():
    """The application may be made after the configuration names it."""
    app = uuid4().hex
    with PinionServer("--set", f"siblings.application_id={app}") as server:
        ses, pinpoint = server.client("sesv2"), server.client()
        with refused(404, "NotFoundException", "siblings.application_id"):
            send_simple(ses, "jo@example.com")
        reply = server.request("POST", "/v1/apps", {"Name": "shop"}, {"x-pinion-resource-id": app})
        assert reply.status == 201, reply
        answer = send_simple(ses, "jo@example.com")
        assert logged(server, answer, app)["Address"] == "jo@example.com"
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"SenderId": "SHOP"})
        text = server.client("pinpoint-sms-voice-v2").send_text_message(
            DestinationPhoneNumber="+447860019066", MessageBody="x")
        assert logged(server, text, app)["SenderId"] == "SHOP"


def test_acknowledged_messages_survive_kill():
    with PinionServer() as server:
        sent, stop = [], threading.Event()

        def send_until_stopped(number):
            ses = server.client("sesv2")
            while not stop.is_set():
                try:
                    sent.append(send_simple(ses, f"jo{number}@example.com")["MessageId"])
                except Exception:  # pylint: disable=broad-except
                    return  # The server is gone.

        threads = [threading.Thread(target=send_until_stopped, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        while len(sent) < 40:
            assert any(thread.is_alive() for thread in threads)
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        server.start()
        assert {item["MessageId"] for item in server.messages("default")} >= set(sent)
