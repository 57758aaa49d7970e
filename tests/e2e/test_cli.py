"""The AWS command line interface against the binary: the calls of the campaign guide, from project to result."""

import os
import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from command_line import AWS, CommandLine, Refused  # noqa: E402
from pinion_server import PinionServer  # noqa: E402

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "Pinpoint_Sample_Import.csv"
ROLE = "arn:aws:iam::123456789012:role/import"
WAIT_SECONDS_MAX = 60

pytestmark = pytest.mark.skipif(not os.path.exists(AWS), reason="awscli is not installed")


def eventually(ask, accept):
    """Asks until `accept` takes the answer, and gives that answer."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        answer = ask()
        if accept(answer):
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server():
    with PinionServer() as running:
        yield running


@pytest.fixture(scope="module")
def aws(server, tmp_path_factory):
    return CommandLine(server, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def app(aws):
    """A project with email and SMS channels, made by the command line."""
    request = "Name=ExampleCorp,tags={Stack=Test}"
    made = aws("create-app", "--create-application-request", request)["ApplicationResponse"]
    assert (made["Name"], made["tags"]) == ("ExampleCorp", {"Stack": "Test"})
    email = aws("update-email-channel", "--application-id", made["Id"], "--email-channel-request", {
        "Enabled": True, "FromAddress": "sender@example.com",
        "Identity": "arn:aws:ses:us-east-1:123456789012:identity/example.com"})["EmailChannelResponse"]
    assert (email["Enabled"], email["FromAddress"], email["Platform"]) == (True, "sender@example.com", "EMAIL")
    sms = aws("update-sms-channel", "--application-id", made["Id"], "--sms-channel-request", "Enabled=true")
    assert sms["SMSChannelResponse"]["Enabled"] is True
    return made["Id"]


@pytest.fixture(scope="module")
def segment(server, aws, app):
    """The id of the segment that the import of the sample file makes."""
    file = pathlib.Path(server.data_dir) / "buckets" / "cli-bucket" / "in" / SAMPLE.name
    file.parent.mkdir(parents=True)
    file.write_bytes(SAMPLE.read_bytes())
    job = aws("create-import-job", "--application-id", app, "--import-job-request", {
        "DefineSegment": True, "Format": "CSV", "RegisterEndpoints": True, "RoleArn": ROLE,
        "S3Url": f"s3://cli-bucket/in/{SAMPLE.name}", "SegmentName": "Customers"})["ImportJobResponse"]
    done = eventually(
        lambda: aws("get-import-job", "--application-id", app, "--job-id", job["Id"])["ImportJobResponse"],
        lambda now: now["JobStatus"] in ("COMPLETED", "FAILED"))
    assert (done["JobStatus"], done["TotalProcessed"], done["TotalFailures"]) == ("COMPLETED", 6, 0)
    return done["Definition"]["SegmentId"]


def completed(aws, app, campaign):
    """The campaign once it is COMPLETED, and its one activity."""
    done = eventually(
        lambda: aws("get-campaign", "--application-id", app, "--campaign-id", campaign)["CampaignResponse"],
        lambda now: now["State"]["CampaignStatus"] in ("COMPLETED", "INVALID"))
    assert done["State"]["CampaignStatus"] == "COMPLETED"
    answer = aws("get-campaign-activities", "--application-id", app, "--campaign-id", campaign)
    [activity] = answer["ActivitiesResponse"]["Item"]
    return done, activity


def test_endpoint_is_written_and_read(aws, app):
    message = aws("update-endpoint", "--application-id", app, "--endpoint-id", "cli-endpoint", "--endpoint-request", {
        "ChannelType": "SMS", "Address": "+12065550142", "Attributes": {"Interests": ["Technology", "Music"]},
        "Metrics": {"technology_interest_level": 9.0}, "Location": {"Country": "USA", "City": "Seattle"},
        "User": {"UserId": "example_user", "UserAttributes": {"name": ["Wang", "Xiulan"]}}})["MessageBody"]
    assert message["Message"] == "Accepted" and message["RequestID"]

    endpoint = aws("get-endpoint", "--application-id", app, "--endpoint-id", "cli-endpoint")["EndpointResponse"]
    assert endpoint["Attributes"] == {"Interests": ["Technology", "Music"]}
    assert endpoint["Metrics"] == {"technology_interest_level": 9.0}
    assert endpoint["User"]["UserAttributes"] == {"name": ["Wang", "Xiulan"]}
    aws("delete-endpoint", "--application-id", app, "--endpoint-id", "cli-endpoint")


def test_import_makes_a_segment_that_can_be_read_and_listed(aws, app, segment):
    read = aws("get-segment", "--application-id", app, "--segment-id", segment)["SegmentResponse"]
    assert (read["Name"], read["SegmentType"], read["ImportDefinition"]["Size"]) == ("Customers", "IMPORT", 6)
    assert read["ImportDefinition"]["ChannelCounts"] == {"EMAIL": 6}

    listed = aws("get-segments", "--application-id", app)["SegmentsResponse"]["Item"]
    assert segment in [item["Id"] for item in listed]


def test_segment_of_dimensions_is_made_and_read(aws, app, segment):
    dimensions = {"UserAttributes": {"Company": {"AttributeType": "INCLUSIVE", "Values": ["ExampleCorp."]}}}
    made = aws("create-segment", "--application-id", app, "--write-segment-request", {
        "Name": "Example Corp", "SegmentGroups": {"Include": "ALL", "Groups": [{
            "SourceSegments": [{"Id": segment}], "SourceType": "ANY", "Type": "ANY", "Dimensions": [dimensions]}]},
    })["SegmentResponse"]

    read = aws("get-segment", "--application-id", app, "--segment-id", made["Id"])["SegmentResponse"]
    assert (read["Name"], read["SegmentType"], read["Version"]) == ("Example Corp", "DIMENSIONAL", 1)
    assert read["SegmentGroups"] == made["SegmentGroups"]
    assert read["SegmentGroups"]["Groups"][0]["Dimensions"] == [dimensions]


def test_email_campaign_with_a_template_reaches_the_imported_segment(server, aws, app, segment):
    created = aws("create-email-template", "--template-name", "cli_welcome", "--email-template-request", {
        "Subject": "Hello {{User.UserAttributes.FirstName}}",
        "HtmlPart": "<p>Dear {{User.UserAttributes.FirstName}} of {{User.UserAttributes.Company}}</p>"})
    assert created["CreateTemplateMessageBody"]["Message"] == "Created"
    campaign = aws("create-campaign", "--application-id", app, "--write-campaign-request", {
        "Name": "Welcome", "SegmentId": segment, "Schedule": {"StartTime": "IMMEDIATE", "Frequency": "ONCE"},
        "TemplateConfiguration": {"EmailTemplate": {"Name": "cli_welcome"}}})["CampaignResponse"]
    assert campaign["State"]["CampaignStatus"] == "SCHEDULED"

    _, activity = completed(aws, app, campaign["Id"])

    assert (activity["State"], activity["Result"], activity["TotalEndpointCount"]) == ("COMPLETED", "SUCCESS", 6)
    sent = {item["Address"]: item for item in server.messages(app, CampaignId=campaign["Id"])
            if item["Status"] == "DELIVERED"}
    # The last row of the sample file is a form to fill in: nothing can be sent to what stands for its address.
    assert {f"{name}@example.{land}" for name, land in (
        ("arnav", "co.uk"), ("mateo", "se"), ("nikhil", "in"), ("mary", "com"), ("xiulan", "cn"))} <= set(sent)
    assert activity["SuccessfulEndpointCount"] == len(sent) == 5
    mary = sent["mary@example.com"]
    assert (mary["Subject"], mary["TemplateName"]) == ("Hello Mary", "cli_welcome")
    assert mary["HtmlBody"] == "<p>Dear Mary of ExampleCorp.</p>"


def test_sms_campaign_of_the_guide_runs_although_its_time_has_passed(server, aws, app):
    aws("update-endpoint", "--application-id", app, "--endpoint-id", "cli-phone", "--endpoint-request", {
        "ChannelType": "SMS", "Address": "+12065550143", "Attributes": {"list": ["sale"]}})
    segment = aws("create-segment", "--application-id", app, "--write-segment-request", {
        "Name": "sale", "Dimensions": {"Attributes": {"list": {"Values": ["sale"]}}}})["SegmentResponse"]["Id"]
    body = """{
      "Name": "SMS Sale",
      "SegmentId": "%s",
      "IsPaused": false,
      "MessageConfiguration": {
        "SMSMessage": {"Body": "Special offer: 30%% off. Use code: SALE30", "MessageType": "PROMOTIONAL"}
      },
      "Schedule": {"StartTime": "2026-04-28T09:00:00-0700", "Frequency": "ONCE"}
    }""" % segment
    campaign = aws("create-campaign", "--application-id", app, "--write-campaign-request", body)["CampaignResponse"]
    assert campaign["State"]["CampaignStatus"] == "SCHEDULED"
    assert campaign["Schedule"] == {"StartTime": "2026-04-28T09:00:00-0700", "Frequency": "ONCE"}

    done, activity = completed(aws, app, campaign["Id"])

    assert done["Schedule"]["StartTime"] == "2026-04-28T09:00:00-0700"
    assert (activity["TotalEndpointCount"], activity["SuccessfulEndpointCount"]) == (1, 1)
    [message] = server.messages(app, CampaignId=campaign["Id"])
    assert (message["Address"], message["Body"]) == ("+12065550143", "Special offer: 30% off. Use code: SALE30")
    assert message["MessageType"] == "PROMOTIONAL"


def test_text_message_of_the_guide_is_sent_as_it_stands(server, aws, app):
    request = ('{"Addresses":{"+12065550182":{"ChannelType":"SMS"}},"MessageConfiguration":{"SMSMessage":'
               '{"Body":"This is a sample message sent from Amazon Pinpoint.","MessageType":"TRANSACTIONAL"}}}')
    answer = aws("send-messages", "--application-id", app, "--message-request", request)["MessageResponse"]

    result = answer["Result"]["+12065550182"]
    assert (result["DeliveryStatus"], result["StatusCode"]) == ("SUCCESSFUL", 200)
    assert result["StatusMessage"] == f"MessageId: {result['MessageId']}"
    [message] = server.messages(app, MessageId=result["MessageId"])
    assert (message["Status"], message["MessageType"]) == ("DELIVERED", "TRANSACTIONAL")
    assert message["Body"] == "This is a sample message sent from Amazon Pinpoint."


def test_events_are_reported(server, aws, app):
    answer = aws("put-events", "--application-id", app, "--events-request", {"BatchItem": {"cli-visitor": {
        "Endpoint": {"ChannelType": "EMAIL", "Address": "visitor@example.com"},
        "Events": {"evt-1": {"EventType": "Purchase", "Timestamp": "2026-11-23T11:15:00.250Z",
                             "Attributes": {"item": "boots"}, "Metrics": {"price": 99.9}}}}}})

    accepted = {"Message": "Accepted", "StatusCode": 202}
    assert answer["EventsResponse"]["Results"] == {
        "cli-visitor": {"EndpointItemResponse": accepted, "EventsItemResponse": {"evt-1": accepted}}}
    [item] = server.native("GET", f"/apps/{app}/events?EventType=Purchase").json()["Items"]
    assert (item["EventId"], item["Record"]["metrics"]) == ("evt-1", {"price": 99.9})


@pytest.mark.parametrize("call, error", [
    (("get-app", "--application-id", "0" * 32), "(NotFoundException) when calling the GetApp operation"),
    (("create-app", "--create-application-request", {"Name": "a\x07b"}), "(BadRequestException)"),
])
def test_refusals_are_shown_by_name(aws, call, error):
    with pytest.raises(Refused) as refused:
        aws(*call)
    assert error in str(refused.value)


def test_campaign_that_cannot_be_is_refused_with_its_member(aws, app):
    with pytest.raises(Refused) as refused:
        aws("create-campaign", "--application-id", app, "--write-campaign-request", {
            "SegmentId": "0" * 32, "MessageConfiguration": {"SMSMessage": {"Body": "x"}},
            "Schedule": {"StartTime": "IMMEDIATE"}})
    assert "(BadRequestException)" in str(refused.value) and "SegmentId" in str(refused.value)
