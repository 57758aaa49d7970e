"""Command lines as they circulate in guides to Pinpoint: shorthand arguments, argument files, and what they got wrong."""

import json
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from command_line import AWS, CommandLine, Refused  # noqa: E402
from not_built import operations_not_built  # noqa: E402
from pinion_server import PinionServer  # noqa: E402

ROLE = "arn:aws:iam::123456789012:role/guide"
PEOPLE = {"Item": [
    {"ChannelType": "EMAIL", "Address": "richard@example.com", "Id": "example_endpoint_1",
     "Attributes": {"Interests": ["Music", "Books"]}, "Metrics": {"music_interest_level": 3.0},
     "User": {"UserId": "example_user_1", "UserAttributes": {"FirstName": ["Richard"]}}},
    {"ChannelType": "SMS", "Address": "+16145550100", "Id": "example_endpoint_2",
     "Attributes": {"Interests": ["Cooking"]}, "Location": {"Country": "USA", "City": "Columbus"},
     "User": {"UserId": "example_user_2"}}]}

pytestmark = pytest.mark.skipif(not os.path.exists(AWS), reason="awscli is not installed")


def needs(*operations):
    missing = set(operations) & operations_not_built()
    return pytest.mark.skipif(bool(missing), reason=f"not built yet: {', '.join(sorted(missing))}")


@pytest.fixture(scope="module")
def server():
    with PinionServer() as running:
        yield running


@pytest.fixture(scope="module")
def aws(server, tmp_path_factory):
    return CommandLine(server, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def project(aws):
    made = aws("create-app", "--create-application-request", "Name=MyProject,tags={Stack=Test,Owner=ann}")
    assert made["ApplicationResponse"]["tags"] == {"Stack": "Test", "Owner": "ann"}
    return made["ApplicationResponse"]


@pytest.fixture(scope="module")
def app(project):
    return project["Id"]


@pytest.fixture(scope="module")
def people(aws, app, tmp_path_factory):
    file = tmp_path_factory.mktemp("people") / "endpoint_batch_request_file.json"
    file.write_text(json.dumps(PEOPLE), encoding="utf-8")
    body = aws("update-endpoints-batch", "--application-id", app, "--endpoint-batch-request", f"file://{file}")
    assert body["MessageBody"]["Message"] == "Accepted"


def test_tags_are_set_listed_and_removed_by_arn(aws, project):
    arn = ("--resource-arn", project["Arn"])
    assert aws("tag-resource", *arn, "--tags-model", "tags={Stack=Production,Cost=12}") == {}
    assert aws("untag-resource", *arn, "--tag-keys", "Owner", "Cost") == {}
    assert aws("list-tags-for-resource", *arn)["TagsModel"] == {"tags": {"Stack": "Production"}}


def test_endpoints_of_a_file_are_found_by_id_and_by_user(aws, app, people):
    endpoint = aws("get-endpoint", "--application-id", app, "--endpoint-id", "example_endpoint_1")["EndpointResponse"]
    assert endpoint["Attributes"] == {"Interests": ["Music", "Books"]}
    assert endpoint["Metrics"] == {"music_interest_level": 3.0}
    users = aws("get-user-endpoints", "--application-id", app, "--user-id", "example_user_2")["EndpointsResponse"]
    assert [item["Id"] for item in users["Item"]] == ["example_endpoint_2"]


def test_an_endpoint_is_written_in_shorthand(aws, app):
    aws("update-endpoint", "--application-id", app, "--endpoint-id", "short", "--endpoint-request",
        "Address=a@example.com,ChannelType=EMAIL,Attributes={Interests=[Music,Books]},Metrics={level=3.5},"
        "User={UserId=short_user}")
    endpoint = aws("get-endpoint", "--application-id", app, "--endpoint-id", "short")["EndpointResponse"]
    assert (endpoint["Attributes"], endpoint["Metrics"]) == ({"Interests": ["Music", "Books"]}, {"level": 3.5})


def test_a_segment_of_active_people_is_made_with_tags(aws, app, people):
    request = {"Name": "recent", "tags": {"Stack": "Test"}, "Dimensions": {
        "Behavior": {"Recency": {"Duration": "DAY_30", "RecencyType": "ACTIVE"}},
        "Attributes": {"Interests": {"AttributeType": "INCLUSIVE", "Values": ["Music"]}}}}
    made = aws("create-segment", "--application-id", app, "--write-segment-request", request)["SegmentResponse"]
    assert (made["SegmentType"], made["tags"]) == ("DIMENSIONAL", {"Stack": "Test"})
    assert made["Dimensions"]["Behavior"] == request["Dimensions"]["Behavior"]


def test_the_name_of_the_campaign_argument_in_old_snippets_is_not_the_command_lines(aws, app):
    segment = aws("create-segment", "--application-id", app, "--write-segment-request", "Name=all")["SegmentResponse"]
    body = {"Name": "Sale", "SegmentId": segment["Id"], "MessageConfiguration": {"SMSMessage": {"Body": "Sale"}},
            "Schedule": {"StartTime": "2090-04-28T09:00:00-0700", "Frequency": "ONCE"}}
    with pytest.raises(Refused) as refused:
        aws("create-campaign", "--application-id", app, "--campaign-request", body)
    assert "--write-campaign-request" in str(refused.value)

    made = aws("create-campaign", "--application-id", app, "--write-campaign-request", body)["CampaignResponse"]

    assert made["Schedule"]["StartTime"] == "2090-04-28T09:00:00-0700"
    version = aws("get-campaign-version", "--application-id", app, "--campaign-id", made["Id"], "--campaign-version", "1")
    assert version["CampaignResponse"]["Name"] == "Sale"


def test_a_request_of_the_skeleton_form_works(aws, tmp_path):
    file = tmp_path / "create-app.json"
    file.write_text(json.dumps({"CreateApplicationRequest": {"Name": "skeleton", "tags": {"KeyName": ""}}}),
                    encoding="utf-8")
    made = aws("create-app", "--cli-input-json", f"file://{file}")["ApplicationResponse"]
    assert (made["Name"], made["tags"]) == ("skeleton", {"KeyName": ""})


def test_templates_are_made_updated_and_listed(aws):
    name = ("--template-name", "guide_welcome")
    aws("create-email-template", *name, "--email-template-request", {
        "Subject": "Hello {{User.UserAttributes.FirstName}}", "TextPart": "Hello", "tags": {"Stack": "Test"},
        "DefaultSubstitutions": '{"User.UserAttributes.FirstName":"friend"}'})
    aws("update-email-template", *name, "--create-new-version", "--email-template-request", "Subject=Hi,TextPart=Hi")
    versions = aws("list-template-versions", *name, "--template-type", "EMAIL")["TemplateVersionsResponse"]["Item"]
    assert [item["Version"] for item in versions] == ["2", "1"]
    aws("update-template-active-version", *name, "--template-type", "EMAIL", "--template-active-version-request",
        "Version=latest")
    read = aws("get-email-template", *name)["EmailTemplateResponse"]
    assert (read["Subject"], read["Version"], read["tags"]) == ("Hi", "2", {"Stack": "Test"})
    old = aws("get-email-template", *name, "--template-version", "1")["EmailTemplateResponse"]
    assert old["Subject"] == "Hello {{User.UserAttributes.FirstName}}"
    listed = aws("list-templates", "--prefix", "guide_", "--template-type", "EMAIL")["TemplatesResponse"]["Item"]
    assert [item["TemplateName"] for item in listed] == ["guide_welcome"]


def test_settings_and_channels_are_changed_in_shorthand(aws, app):
    settings = aws("update-application-settings", "--application-id", app, "--write-application-settings-request",
                   "Limits={Daily=10,Total=100},QuietTime={Start=22:00,End=07:00}")["ApplicationSettingsResource"]
    assert (settings["Limits"], settings["QuietTime"]) == ({"Daily": 10, "Total": 100},
                                                           {"Start": "22:00", "End": "07:00"})
    aws("update-gcm-channel", "--application-id", app, "--gcm-channel-request", "ApiKey=key,Enabled=true")
    channels = aws("get-channels", "--application-id", app)["ChannelsResponse"]["Channels"]
    assert channels["GCM"]["Enabled"] is True


@needs("PutEventStream")
def test_an_event_stream_is_put_in_shorthand(aws, app):
    stream = "arn:aws:kinesis:us-east-1:123456789012:stream/stream-name"
    aws("put-event-stream", "--application-id", app, "--write-event-stream",
        f"DestinationStreamArn={stream},RoleArn={ROLE}")
    assert aws("get-event-stream", "--application-id", app)["EventStream"]["DestinationStreamArn"] == stream


@needs("GetApplicationDateRangeKpi")
def test_a_kpi_is_asked_for_with_its_range(aws, app):
    answer = aws("get-application-date-range-kpi", "--application-id", app, "--kpi-name",
                 "successful-delivery-rate-grouped-by-date", "--start-time", "2026-07-19T00:00:00Z",
                 "--end-time", "2026-07-26T23:59:59Z")["ApplicationDateRangeKpiResponse"]
    assert (answer["KpiName"], answer["KpiResult"]["Rows"]) == ("successful-delivery-rate-grouped-by-date", [])


@needs("PhoneNumberValidate")
def test_a_phone_number_is_looked_up_in_shorthand(aws):
    answer = aws("phone-number-validate", "--number-validate-request", "IsoCountryCode=US,PhoneNumber=+12065550142")
    assert answer["NumberValidateResponse"]["CleansedPhoneNumberE164"] == "+12065550142"


@needs("CreateExportJob", "GetExportJob")
def test_endpoints_are_exported(aws, app, people):
    made = aws("create-export-job", "--application-id", app, "--export-job-request",
               f"S3UrlPrefix=s3://bucket-name/prefix/,RoleArn={ROLE}")["ExportJobResponse"]
    read = aws("get-export-job", "--application-id", app, "--job-id", made["Id"])["ExportJobResponse"]
    assert (read["Type"], read["Definition"]["S3UrlPrefix"]) == ("EXPORT", "s3://bucket-name/prefix/")


@needs("CreateRecommenderConfiguration")
def test_a_recommender_is_made_in_shorthand(aws):
    made = aws("create-recommender-configuration", "--create-recommender-configuration",
               "Name=shoes,RecommendationProviderIdType=PINPOINT_USER_ID,RecommendationsPerMessage=3,"
               "RecommendationsDisplayName=Shoes,"
               f"RecommendationProviderRoleArn={ROLE},"
               "RecommendationProviderUri=arn:aws:personalize:us-east-1:123456789012:campaign/shoes")
    assert made["RecommenderConfigurationResponse"]["RecommendationsPerMessage"] == 3
