"""Code as it stands in guides to Pinpoint for Python: sending on every channel, events and batches."""

import pytest

MESSAGE = {"Action": "OPEN_APP", "Body": "This is a sample message.", "SilentPush": False, "Title": "Test message"}
PUSH = {
    "APNS": ("APNSMessage", {"Priority": "normal", "TimeToLive": 30}),
    "GCM": ("GCMMessage", {"Priority": "normal", "TimeToLive": 30}),
    "ADM": ("ADMMessage", {"ExpiresAfter": "30"}),
    "BAIDU": ("BaiduMessage", {"TimeToLive": 30}),
}


@pytest.fixture
def ready(pinpoint, app):
    pinpoint.update_email_channel(ApplicationId=app, EmailChannelRequest={
        "FromAddress": "sender@example.com", "Identity": "arn:aws:ses:us-east-1:123456789012:identity/example.com"})
    pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"Enabled": True})
    return app


def test_an_email_with_charsets_is_sent(server, pinpoint, ready):
    answer = pinpoint.send_messages(ApplicationId=ready, MessageRequest={
        "Addresses": {"recipient@example.com": {"ChannelType": "EMAIL"}},
        "MessageConfiguration": {"EmailMessage": {"FromAddress": "sender@example.com", "SimpleEmail": {
            "Subject": {"Charset": "UTF-8", "Data": "Test"}, "HtmlPart": {"Charset": "UTF-8", "Data": "<h1>Test</h1>"},
            "TextPart": {"Charset": "UTF-8", "Data": "Test"}}}}})["MessageResponse"]
    result = answer["Result"]["recipient@example.com"]
    assert (result["DeliveryStatus"], result["StatusCode"]) == ("SUCCESSFUL", 200)
    [message] = server.messages(ready, MessageId=result["MessageId"])
    assert (message["Subject"], message["HtmlBody"]) == ("Test", "<h1>Test</h1>")


def test_a_text_message_with_every_member_is_sent(pinpoint, ready):
    answer = pinpoint.send_messages(ApplicationId=ready, MessageRequest={
        "Addresses": {"+14255550142": {"ChannelType": "SMS"}},
        "MessageConfiguration": {"SMSMessage": {
            "Body": "This is a sample message.", "Keyword": "myKeyword", "MessageType": "TRANSACTIONAL",
            "OriginationNumber": "+12065550199", "SenderId": "MySenderID"}}})["MessageResponse"]
    assert answer["ApplicationId"] == ready
    assert answer["Result"]["+14255550142"]["StatusMessage"].startswith("MessageId: ")


@pytest.mark.parametrize("service", PUSH)
def test_a_push_message_to_a_token_is_taken_and_answered_per_token(pinpoint, ready, service):
    token = "a" * 64
    name, more = PUSH[service]
    answer = pinpoint.send_messages(ApplicationId=ready, MessageRequest={
        "Addresses": {token: {"ChannelType": service}}, "MessageConfiguration": {name: {**MESSAGE, **more}},
    })["MessageResponse"]
    assert {"DeliveryStatus", "StatusCode", "StatusMessage"} <= set(answer["Result"][token])


def test_a_template_is_sent_with_substitutions(server, pinpoint, ready):
    pinpoint.create_email_template(TemplateName="guide-python", EmailTemplateRequest={
        "Subject": "Hi {{Name}}", "TextPart": "Hello {{Name}}", "DefaultSubstitutions": '{"Name":"friend"}'})
    answer = pinpoint.send_messages(ApplicationId=ready, MessageRequest={
        "Addresses": {"a@example.com": {"ChannelType": "EMAIL"},
                      "b@example.com": {"ChannelType": "EMAIL", "Substitutions": {"Name": ["Bo"]}}},
        "MessageConfiguration": {"EmailMessage": {"FromAddress": "sender@example.com"}},
        "TemplateConfiguration": {"EmailTemplate": {"Name": "guide-python", "Version": "1"}}})["MessageResponse"]
    subjects = {address: server.messages(ready, MessageId=result["MessageId"])[0]["Subject"]
                for address, result in answer["Result"].items()}
    assert subjects == {"a@example.com": "Hi friend", "b@example.com": "Hi Bo"}


def test_a_session_of_an_app_is_reported(pinpoint, app):
    answer = pinpoint.put_events(ApplicationId=app, EventsRequest={"BatchItem": {"endpoint-1": {
        "Endpoint": {"ChannelType": "GCM", "Address": "token", "Demographic": {
            "AppVersion": "1.0", "Locale": "en-US", "Make": "generic", "Model": "android", "ModelVersion": "1",
            "Platform": "android", "PlatformVersion": "13", "Timezone": "America/Los_Angeles"},
            "Location": {"City": "Seattle", "Country": "USA", "Latitude": 47.6, "Longitude": -122.3,
                         "PostalCode": "98121", "Region": "WA"}, "OptOut": "NONE", "EffectiveDate": "2026-01-01T00:00:00Z",
            "RequestId": "r-1", "User": {"UserId": "u-1"}},
        "Events": {"start": {"EventType": "_session.start", "Timestamp": "2026-01-01T00:00:00.000Z",
                             "AppPackageName": "com.example", "AppTitle": "App", "AppVersionCode": "1",
                             "ClientSdkVersion": "1.0", "SdkName": "sdk", "Attributes": {}, "Metrics": {},
                             "Session": {"Id": "s-1", "StartTimestamp": "2026-01-01T00:00:00.000Z"}}}}}})
    accepted = {"Message": "Accepted", "StatusCode": 202}
    assert answer["EventsResponse"]["Results"] == {
        "endpoint-1": {"EndpointItemResponse": accepted, "EventsItemResponse": {"start": accepted}}}
    endpoint = pinpoint.get_endpoint(ApplicationId=app, EndpointId="endpoint-1")["EndpointResponse"]
    assert (endpoint["Location"]["City"], endpoint["User"]["UserId"]) == ("Seattle", "u-1")
