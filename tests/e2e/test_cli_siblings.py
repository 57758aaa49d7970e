"""The AWS command line interface with the services beside Pinpoint: tags, email, text messages."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from command_line import AWS, CommandLine, Refused  # noqa: E402
from pinion_server import PinionServer  # noqa: E402

pytestmark = pytest.mark.skipif(not os.path.exists(AWS), reason="awscli is not installed")


@pytest.fixture(scope="module")
def server():
    with PinionServer() as running:
        yield running


@pytest.fixture(scope="module")
def aws(server, tmp_path_factory):
    """aws("sesv2", "send-email", …)"""
    home = tmp_path_factory.mktemp("home")
    return lambda service, *arguments: CommandLine(server, home, service)(*arguments)


def logged(server, answer):
    return server.native("GET", f"/apps/default/messages/{answer['MessageId']}").json()


def test_resources_are_tagged_and_found(server, aws):
    arn = server.client().create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Arn"]
    done = aws("resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", arn, "--tags", "stage=prod,team=a")
    assert done == {"FailedResourcesMap": {}}
    answer = aws("resourcegroupstaggingapi", "get-resources", "--tag-filters", "Key=stage,Values=prod",
                 "--resource-type-filters", "mobiletargeting:apps")
    assert answer["ResourceTagMappingList"] == [
        {"ResourceARN": arn, "Tags": [{"Key": "stage", "Value": "prod"}, {"Key": "team", "Value": "a"}]}]


def test_email_is_sent(server, aws):
    answer = aws("sesv2", "send-email", "--from-email-address", "shop@example.com", "--destination",
                 "ToAddresses=jo@example.com", "--content",
                 {"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}})
    assert logged(server, answer)["Subject"] == "Hi"


def test_text_message_is_sent(server, aws):
    answer = aws("pinpoint-sms-voice-v2", "send-text-message", "--destination-phone-number", "+14255550100",
                 "--message-body", "Hello", "--origination-identity", "SHOP")
    assert logged(server, answer)["SenderId"] == "SHOP"


def test_voice_message_is_refused(aws):
    with pytest.raises(Refused, match="ValidationException"):
        aws("pinpoint-sms-voice-v2", "send-voice-message", "--destination-phone-number", "+14255550100",
            "--origination-identity", "+14255550111", "--message-body", "Hello")
