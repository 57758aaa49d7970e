import pytest
from expectations import bad_request, not_found


@pytest.fixture
def ready(pinpoint, app):
    """An application with email and SMS channels."""
    pinpoint.update_email_channel(ApplicationId=app, EmailChannelRequest={
        "FromAddress": "shop@example.com", "Identity": "arn:aws:ses:us-east-1:1:identity/example.com"})
    pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={})
    return app


def send(pinpoint, app, **request):
    return pinpoint.send_messages(ApplicationId=app, MessageRequest=request)["MessageResponse"]


SMS = {"SMSMessage": {"Body": "Hello {{FirstName}}", "MessageType": "TRANSACTIONAL"}}


def test_sms_of_the_command_line_guide_is_sent_as_it_stands(server, pinpoint, ready):
    answer = send(pinpoint, ready, Addresses={"+12065550182": {"ChannelType": "SMS"}}, MessageConfiguration={
        "SMSMessage": {"Body": "This is a sample message sent from Amazon Pinpoint.", "MessageType": "TRANSACTIONAL"}})

    result = answer["Result"]["+12065550182"]
    assert (result["DeliveryStatus"], result["StatusCode"]) == ("SUCCESSFUL", 200)
    assert result["StatusMessage"] == f"MessageId: {result['MessageId']}"
    [message] = server.messages(ready)
    assert message["MessageId"] == result["MessageId"]
    assert (message["Status"], message["Transport"], message["Address"]) == ("DELIVERED", "sandbox", "+12065550182")
    assert message["Body"] == "This is a sample message sent from Amazon Pinpoint."
    assert (message["Encoding"], message["NumberOfMessageParts"]) == ("GSM", 1)


def test_email_to_an_endpoint_is_personalised_and_escaped(server, pinpoint, ready):
    pinpoint.update_endpoint(ApplicationId=ready, EndpointId="e1", EndpointRequest={
        "ChannelType": "EMAIL", "Address": "ann@example.com",
        "User": {"UserId": "u1", "UserAttributes": {"FirstName": ["<Ann>"]}}})
    answer = send(pinpoint, ready, Endpoints={"e1": {}}, MessageConfiguration={"EmailMessage": {"SimpleEmail": {
        "Subject": {"Data": "Hi {{User.UserAttributes.FirstName}}"},
        "HtmlPart": {"Data": "<p>{{User.UserAttributes.FirstName}}</p>"}}}})

    assert answer["EndpointResult"]["e1"]["DeliveryStatus"] == "SUCCESSFUL"
    assert answer["EndpointResult"]["e1"]["Address"] == "ann@example.com"
    [message] = server.messages(ready, EndpointId="e1")
    assert (message["Subject"], message["HtmlBody"]) == ("Hi <Ann>", "<p>&lt;Ann&gt;</p>")
    assert message["FromAddress"] == "shop@example.com" and message["UserId"] == "u1"


def test_template_and_substitutions_make_the_message(server, pinpoint, ready):
    name = "m" + ready
    pinpoint.create_sms_template(TemplateName=name, SMSTemplateRequest={
        "Body": "Hi {{FirstName}}, use {{DiscountCode}}", "DefaultSubstitutions": '{"FirstName":"friend"}'})
    send(pinpoint, ready, Addresses={"+12065550182": {"ChannelType": "SMS", "Substitutions": {"DiscountCode": ["X1"]}}},
         MessageConfiguration={}, TemplateConfiguration={"SMSTemplate": {"Name": name}})

    [message] = server.messages(ready)
    assert message["Body"] == "Hi friend, use X1"
    assert (message["TemplateName"], message["TemplateVersion"]) == (name, "1")


@pytest.mark.parametrize("address, channel, status, code", [
    ("bounce@simulator.amazonses.com", "EMAIL", "BOUNCED", 200),
    ("softbounce+x@simulator.pinion", "EMAIL", "SOFT_BOUNCED", 200),
    ("complaint@simulator.pinion", "EMAIL", "COMPLAINED", 200),
    ("reject@simulator.pinion", "EMAIL", "REJECTED", 200),
    ("suppressionlist@simulator.pinion", "EMAIL", "SUPPRESSED", 200),
    ("+14254147167", "SMS", "FAILED", 200),
    ("+14254147755", "SMS", "DELIVERED", 200),
])
def test_simulator_addresses_end_as_they_promise(server, pinpoint, ready, address, channel, status, code):
    answer = send(pinpoint, ready, Addresses={address: {"ChannelType": channel}}, MessageConfiguration={
        "EmailMessage": {"SimpleEmail": {"Subject": {"Data": "s"}, "TextPart": {"Data": "t"}}}, **SMS})

    assert answer["Result"][address]["StatusCode"] == code
    [message] = server.messages(ready)
    assert message["Status"] == status


def test_who_cannot_be_reached_is_told_why_and_leaves_no_entry(server, pinpoint, ready):
    for endpoint, request in {
        "out": {"ChannelType": "SMS", "Address": "+12065550101", "OptOut": "ALL"},
        "idle": {"ChannelType": "SMS", "Address": "+12065550102", "EndpointStatus": "INACTIVE"},
    }.items():
        pinpoint.update_endpoint(ApplicationId=ready, EndpointId=endpoint, EndpointRequest=request)
    results = send(pinpoint, ready, Endpoints={"out": {}, "idle": {}, "ghost": {}}, MessageConfiguration=SMS)["EndpointResult"]

    assert (results["out"]["DeliveryStatus"], results["out"]["StatusCode"]) == ("OPT_OUT", 400)
    assert (results["idle"]["DeliveryStatus"], results["idle"]["StatusMessage"]) == (
        "PERMANENT_FAILURE", "Endpoint is inactive")
    assert (results["ghost"]["StatusCode"], results["ghost"]["StatusMessage"]) == (404, "Endpoint not found")
    assert server.messages(ready) == []


def test_second_message_to_one_address_is_a_duplicate(pinpoint, ready):
    pinpoint.update_endpoint(ApplicationId=ready, EndpointId="e1", EndpointRequest={
        "ChannelType": "SMS", "Address": "+12065550103"})
    answer = send(pinpoint, ready, Addresses={"+12065550103": {"ChannelType": "SMS"}}, Endpoints={"e1": {}},
                  MessageConfiguration=SMS)

    assert answer["Result"]["+12065550103"]["DeliveryStatus"] == "SUCCESSFUL"
    assert answer["EndpointResult"]["e1"]["DeliveryStatus"] == "DUPLICATE"


def test_channel_that_is_not_configured_is_a_permanent_failure(pinpoint, app):
    answer = send(pinpoint, app, Addresses={"+12065550103": {"ChannelType": "SMS"}}, MessageConfiguration=SMS)
    assert answer["Result"]["+12065550103"]["DeliveryStatus"] == "PERMANENT_FAILURE"
    assert "SMS" in answer["Result"]["+12065550103"]["StatusMessage"]


def test_requests_that_name_nobody_or_nothing_are_refused(pinpoint, ready):
    with bad_request():
        send(pinpoint, ready, MessageConfiguration=SMS)
    with bad_request("MessageConfiguration"):
        send(pinpoint, ready, Addresses={"+1": {"ChannelType": "SMS"}})
    with bad_request("ChannelType"):
        send(pinpoint, ready, Addresses={"+12065550103": {}}, MessageConfiguration=SMS)
    with bad_request("SMSMessage.Body"):
        send(pinpoint, ready, Addresses={"+12065550103": {"ChannelType": "SMS"}},
             MessageConfiguration={"SMSMessage": {"Body": "{{#if a}}"}})
    with bad_request():
        send(pinpoint, ready, Addresses={"+12065550103": {"ChannelType": "SMS"}}, MessageConfiguration={},
             TemplateConfiguration={"SMSTemplate": {"Name": "no-such-template"}})
    with not_found("Application not found"):
        send(pinpoint, "0" * 32, Addresses={"+12065550103": {"ChannelType": "SMS"}}, MessageConfiguration=SMS)


def test_users_messages_try_every_endpoint_of_each_user(server, pinpoint, ready):
    pinpoint.update_endpoints_batch(ApplicationId=ready, EndpointBatchRequest={"Item": [
        {"Id": "a", "ChannelType": "SMS", "Address": "+12065550111", "User": {"UserId": "u1"}},
        {"Id": "b", "ChannelType": "EMAIL", "Address": "b@example.com", "User": {"UserId": "u1"}}]})
    answer = pinpoint.send_users_messages(ApplicationId=ready, SendUsersMessageRequest={
        "Users": {"u1": {}, "ghost": {}}, "MessageConfiguration": SMS})["SendUsersMessageResponse"]

    assert answer["Result"]["u1"]["a"]["DeliveryStatus"] == "SUCCESSFUL"
    assert answer["Result"]["u1"]["b"]["StatusMessage"].startswith("No message content for channel")
    assert answer["Result"]["ghost"] == {}
    assert [m["EndpointId"] for m in server.messages(ready)] == ["a"]
