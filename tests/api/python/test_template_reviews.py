"""Templates as campaigns of a team use them: bare names, defaults, pinned versions, preview and approval."""
import uuid

import pytest
from expectations import refused


@pytest.fixture
def name():
    return "t" + uuid.uuid4().hex


@pytest.fixture
def ready(pinpoint, app):
    pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={})
    return app


@pytest.fixture
def policy(server, name):
    """Sets the policy of the test's own template."""
    return lambda **members: server.native("PUT", f"/templates/{name}/sms/policy", members)


@pytest.fixture
def reviewer(server):
    key = server.native("POST", "/keys", {"Name": f"reviewer-{uuid.uuid4().hex[:12]}", "Policies": ["Developer"]}).json()

    def act(name, **change):
        return server.request("POST", f"/pinion/v1/templates/{name}/sms/approval", change,
                              access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    act.key = key["AccessKeyId"]
    return act


def make_sms(pinpoint, name, body, **request):
    pinpoint.create_sms_template(TemplateName=name, SMSTemplateRequest={"Body": body, **request})


def send(pinpoint, app, name, version=None, **endpoint):
    template = {"Name": name, **({"Version": version} if version else {})}
    return pinpoint.send_messages(ApplicationId=app, MessageRequest={
        "Endpoints": {"e1": endpoint}, "MessageConfiguration": {}, "TemplateConfiguration": {"SMSTemplate": template}})


def add_endpoint(pinpoint, app, **request):
    pinpoint.update_endpoint(ApplicationId=app, EndpointId="e1", EndpointRequest={
        "ChannelType": "SMS", "Address": "+12065550182", **request})


def newest_body(server, app):
    return server.messages(app, EndpointId="e1")[-1]["Body"]


def test_bare_names_find_attributes_substitutions_and_defaults(server, pinpoint, ready, name):
    make_sms(pinpoint, name, "Hi {{FirstName}}, use {{DiscountCode}} until {{Until}}",
             DefaultSubstitutions='{"DiscountCode":"WELCOME","Until":"Friday"}')
    add_endpoint(pinpoint, ready, Attributes={"FirstName": ["花子"]}, User={
        "UserId": "u1", "UserAttributes": {"FirstName": ["not this one"], "DiscountCode": ["USER10"]}})
    send(pinpoint, ready, name)
    assert newest_body(server, ready) == "Hi 花子, use USER10 until Friday"

    add_endpoint(pinpoint, ready, Attributes={"FirstName": []}, User={"UserAttributes": {"DiscountCode": []}})
    assert server.native("POST", "/templates/render", {
        "TemplateType": "SMS", "TemplateName": name, "ApplicationId": ready, "EndpointId": "e1",
        "Substitutions": {"FirstName": ["Ann"]}}).json()["Body"] == "Hi Ann, use WELCOME until Friday"


def test_a_pinned_version_stays_whatever_becomes_active(server, pinpoint, ready, name):
    make_sms(pinpoint, name, "one")
    add_endpoint(pinpoint, ready)
    pinpoint.update_sms_template(TemplateName=name, CreateNewVersion=True, SMSTemplateRequest={"Body": "two"})
    send(pinpoint, ready, name)
    assert newest_body(server, ready) == "one"
    pinpoint.update_template_active_version(
        TemplateName=name, TemplateType="SMS", TemplateActiveVersionRequest={"Version": "latest"})
    bodies = []
    for version in (None, "1"):
        answer = send(pinpoint, ready, name, version)["MessageResponse"]["EndpointResult"]["e1"]
        [body] = [message["Body"] for message in server.messages(ready) if message["MessageId"] == answer["MessageId"]]
        bodies.append(body)
    assert bodies == ["two", "one"]


def test_scripts_and_emoji_pass_through_intact(server, pinpoint, ready, name):
    text = "こんにちは{{Name}}さん 👩‍👩‍👧 שלום مرحبا हिन्दी"
    make_sms(pinpoint, name, text)
    add_endpoint(pinpoint, ready, Attributes={"Name": ["山田"]})
    send(pinpoint, ready, name)

    assert newest_body(server, ready) == text.replace("{{Name}}", "山田")


def test_versions_are_reviewed_before_they_are_sent(server, pinpoint, ready, name, policy, reviewer):
    make_sms(pinpoint, name, "Hello")
    add_endpoint(pinpoint, ready)
    assert policy(RequireApproval=True, AllowSelfApproval=False).status == 200
    with refused(403, "ForbiddenException", "not approved"):
        send(pinpoint, ready, name)

    approval = f"/templates/{name}/sms/approval"
    assert server.native("POST", approval, {"Action": "SUBMIT"}).json()["State"] == "PENDING_REVIEW"
    pending = server.native("GET", "/templates/approvals?state=PENDING_REVIEW").json()["Items"]
    assert name in {item["TemplateName"] for item in pending}
    assert server.native("POST", approval, {"Action": "APPROVE"}).status == 403
    approved = reviewer(name, Action="APPROVE", Comment="fine").json()
    assert approved["State"] == "APPROVED"
    assert [(step["Action"], step["State"]) for step in approved["History"]] == [
        ("SUBMIT", "PENDING_REVIEW"), ("APPROVE", "APPROVED")]
    assert approved["Approvals"][0]["By"] == reviewer.key and approved["Approvals"][0]["Comment"] == "fine"

    assert send(pinpoint, ready, name)["MessageResponse"]["EndpointResult"]["e1"]["DeliveryStatus"] == "SUCCESSFUL"


def test_only_approved_versions_become_active(server, pinpoint, ready, name, policy, reviewer):
    make_sms(pinpoint, name, "one")
    policy(RequireApproval=True)
    with refused(403, "ForbiddenException", "create-new-version"):
        pinpoint.update_sms_template(TemplateName=name, SMSTemplateRequest={"Body": "changed in place"})
    pinpoint.update_sms_template(TemplateName=name, CreateNewVersion=True, SMSTemplateRequest={"Body": "two"})
    with refused(403, "ForbiddenException", "not approved"):
        pinpoint.update_template_active_version(
            TemplateName=name, TemplateType="SMS", TemplateActiveVersionRequest={"Version": "2"})

    server.native("POST", f"/templates/{name}/sms/approval", {"Action": "SUBMIT"})
    assert reviewer(name, Action="APPROVE", Activate=True).status == 200
    assert pinpoint.get_sms_template(TemplateName=name)["SMSTemplateResponse"]["Body"] == "two"


def test_malformed_preview_says_where(server):
    reply = server.native("POST", "/templates/render", {
        "TemplateType": "EMAIL", "Content": {"HtmlPart": "<p>\n  {{#if a}}x{{/each}}"}})

    assert reply.status == 400
    answer = reply.json()
    assert (answer["Part"], answer["Line"], answer["Column"]) == ("HtmlPart", 2, 13)
