"""What code that was tested against moto's mock of Pinpoint expects (API-104)."""

import pytest
from botocore.exceptions import ClientError
from not_built import operations_not_built
from pinion_server import PinionServer

SETTINGS = {"CampaignHook": {"LambdaFunctionName": "lfn"}, "CloudWatchMetricsEnabled": True,
            "EventTaggingEnabled": True, "Limits": {"Daily": 42}}
STREAM = {"DestinationStreamArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/s",
          "RoleArn": "arn:aws:iam::123456789012:role/r"}


def error_of(call, **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_new_server_has_no_applications_and_then_the_first():
    with PinionServer() as server:
        pinpoint = server.client()
        assert pinpoint.get_apps()["ApplicationsResponse"] == {"Item": []}
        made = pinpoint.create_app(CreateApplicationRequest={"Name": "myfirstapp"})["ApplicationResponse"]
        assert pinpoint.get_apps()["ApplicationsResponse"] == {"Item": [made]}


def test_an_application_has_the_members_of_the_mock(pinpoint, app):
    made = pinpoint.get_app(ApplicationId=app)["ApplicationResponse"]

    assert {"Arn", "Id", "Name", "CreationDate", "tags"} <= set(made)


def test_deleting_answers_what_creating_did_and_the_message_is_the_mocks(pinpoint):
    made = pinpoint.create_app(CreateApplicationRequest={"Name": "myfirstapp"})["ApplicationResponse"]

    assert pinpoint.delete_app(ApplicationId=made["Id"])["ApplicationResponse"] == made
    gone = ("NotFoundException", "Application not found")
    assert error_of(pinpoint.get_app, ApplicationId=made["Id"]) == gone
    assert error_of(pinpoint.delete_app, ApplicationId=made["Id"]) == gone
    assert error_of(pinpoint.get_application_settings, ApplicationId=made["Id"]) == gone
    assert error_of(pinpoint.update_application_settings, ApplicationId=made["Id"],
                    WriteApplicationSettingsRequest=SETTINGS) == gone


def test_settings_come_back_with_nothing_added(pinpoint, app):
    answer = pinpoint.update_application_settings(ApplicationId=app, WriteApplicationSettingsRequest=SETTINGS)
    for settings in (answer, pinpoint.get_application_settings(ApplicationId=app)):
        settings = settings["ApplicationSettingsResource"]
        assert (settings["ApplicationId"], settings["CampaignHook"], settings["Limits"]) == (
            app, {"LambdaFunctionName": "lfn"}, {"Daily": 42})
        assert "LastModifiedDate" in settings


def test_tags_are_an_empty_map_until_they_are_set(pinpoint, app):
    arn = pinpoint.get_app(ApplicationId=app)["ApplicationResponse"]["Arn"]
    assert pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"] == {"tags": {}}
    pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": {"key1": "value1", "key2": "value2", "key3": "value3"}})
    pinpoint.untag_resource(ResourceArn=arn, TagKeys=["key2"])
    assert pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"] == {
        "tags": {"key1": "value1", "key3": "value3"}}


@pytest.mark.skipif("PutEventStream" in operations_not_built(), reason="PutEventStream is not built yet")
def test_an_event_stream_is_put_read_and_deleted(pinpoint, app):
    put = pinpoint.put_event_stream(ApplicationId=app, WriteEventStream=STREAM)["EventStream"]
    assert put["ApplicationId"] == app and "LastModifiedDate" in put
    assert {name: put[name] for name in STREAM} == STREAM
    assert pinpoint.get_event_stream(ApplicationId=app)["EventStream"] == put
    assert pinpoint.delete_event_stream(ApplicationId=app)["EventStream"] == put
    assert error_of(pinpoint.get_event_stream, ApplicationId=app) == ("NotFoundException", "Resource not found")
