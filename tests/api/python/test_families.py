"""The families of operations that share one implementation: every member, good and bad input."""

from uuid import uuid4

import pytest
from expectations import bad_request, not_found

EC_KEY = "not-a-pem-key"

CHANNELS = {
    "adm": ("ADMChannel", {"ClientId": "id", "ClientSecret": "secret"}, "ClientId"),
    "apns": ("APNSChannel", {"TokenKey": EC_KEY, "TokenKeyId": "K", "TeamId": "T", "BundleId": "com.example"}, None),
    "apns_sandbox": ("APNSSandboxChannel", {"Certificate": "c", "PrivateKey": "p"}, None),
    "apns_voip": ("APNSVoipChannel", {"Certificate": "c", "PrivateKey": "p"}, None),
    "apns_voip_sandbox": ("APNSVoipSandboxChannel", {"Certificate": "c", "PrivateKey": "p"}, None),
    "baidu": ("BaiduChannel", {"ApiKey": "key", "SecretKey": "secret"}, "ApiKey"),
    "email": ("EmailChannel", {"FromAddress": "a@example.com", "Identity": "arn:aws:ses:us-east-1:1:identity/e"},
              "Identity"),
    "gcm": ("GCMChannel", {"ApiKey": "key"}, None),
    "sms": ("SMSChannel", {"SenderId": "Shop"}, None),
    "voice": ("VoiceChannel", {"Enabled": True}, None),
}

# Members that no answer shows (CHN-7).
SECRETS = {"ClientSecret", "TokenKey", "Certificate", "PrivateKey", "SecretKey"}


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_channel_is_made_read_changed_and_deleted(pinpoint, app, kind):
    shape, settings, _ = CHANNELS[kind]

    def call(verb, **more):
        return getattr(pinpoint, f"{verb}_{kind}_channel")(ApplicationId=app, **more)[f"{shape}Response"]

    with not_found():
        call("get")
    made = call("update", **{f"{shape}Request": settings})
    assert (made["Id"], made["Version"], made["Enabled"], made["IsArchived"]) == (kind, 1, True, False)
    assert not {settings[name] for name in SECRETS & set(settings)} & set(map(str, made.values()))
    assert call("get") == made
    assert call("update", **{f"{shape}Request": {**settings, "Enabled": False}})["Enabled"] is False
    last = call("delete")
    assert (last["Version"], last["Enabled"], last["IsArchived"]) == (2, False, True)
    with not_found():
        call("get")
    with not_found():
        call("delete")


@pytest.mark.parametrize("kind", [kind for kind, (_, _, required) in CHANNELS.items() if required])
def test_channels_name_their_missing_member(pinpoint, app, kind):
    shape, settings, required = CHANNELS[kind]
    broken = {name: value for name, value in settings.items() if name != required}

    with bad_request(f"Missing required member '{required}'."):
        getattr(pinpoint, f"update_{kind}_channel")(ApplicationId=app, **{f"{shape}Request": broken})


TEMPLATES = {
    "email": ("EmailTemplate", {"Subject": "s", "HtmlPart": "<p>{{a}}</p>"}, {"Subject": "{{#if a}}"}),
    "sms": ("SMSTemplate", {"Body": "{{a}}"}, {"Body": "{{"}),
    "push": ("PushNotificationTemplate", {"Default": {"Title": "t", "Body": "{{a}}"}}, {"Default": {"Action": "URL"}}),
    "voice": ("VoiceTemplate", {"Body": "{{a}}", "LanguageCode": "en-US"}, {"Body": "{{/if}}"}),
    "in_app": ("InAppTemplate", {"Layout": "MIDDLE_BANNER", "Content": [{"BackgroundColor": "#fff", "BodyConfig": {
        "Alignment": "LEFT", "Body": "b", "TextColor": "#000"}}]}, {"Content": [{"BodyConfig": {"Body": "b"}}]}),
}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_template_is_made_read_updated_and_deleted(pinpoint, kind):
    shape, content, _ = TEMPLATES[kind]
    name = "f" + uuid4().hex

    def call(verb, **more):
        return getattr(pinpoint, f"{verb}_{kind}_template")(TemplateName=name, **more)

    def get(**more):
        return call("get", **more)[f"{shape}Response"]

    with not_found():
        get()
    assert call("create", **{f"{shape}Request": content})["ResponseMetadata"]["HTTPStatusCode"] == 201
    made = get()
    for member, value in content.items():
        assert made[member] == value
    with bad_request(name):
        call("create", **{f"{shape}Request": content})
    call("update", CreateNewVersion=True, **{f"{shape}Request": {**content, "TemplateDescription": "second"}})
    assert "TemplateDescription" not in get() and get(Version="2")["TemplateDescription"] == "second"
    assert call("delete")["ResponseMetadata"]["HTTPStatusCode"] == 202
    with not_found():
        call("delete")


@pytest.mark.parametrize("kind", TEMPLATES)
def test_broken_templates_are_refused_and_not_kept(pinpoint, kind):
    shape, _, broken = TEMPLATES[kind]
    name = "f" + uuid4().hex

    with bad_request():
        getattr(pinpoint, f"create_{kind}_template")(TemplateName=name, **{f"{shape}Request": broken})
    with not_found():
        getattr(pinpoint, f"get_{kind}_template")(TemplateName=name)


def test_blocked_attributes_take_no_new_values(pinpoint, app):
    def put(value):
        pinpoint.update_endpoint(ApplicationId=app, EndpointId="e", EndpointRequest={"Attributes": {"tier": [value]}})

    put("gold")
    resource = pinpoint.remove_attributes(ApplicationId=app, AttributeType="endpoint-custom-attributes",
                                          UpdateAttributesRequest={"Blacklist": ["ti*"]})["AttributesResource"]
    assert (resource["AttributeType"], resource["Attributes"]) == ("endpoint-custom-attributes", ["tier"])
    put("silver")
    assert pinpoint.get_endpoint(ApplicationId=app, EndpointId="e")["EndpointResponse"]["Attributes"] == {"tier": ["gold"]}
    with bad_request():
        pinpoint.remove_attributes(ApplicationId=app, AttributeType="else", UpdateAttributesRequest={"Blacklist": ["x"]})


def test_segments_campaigns_and_templates_can_be_tagged(pinpoint, app):
    segment = pinpoint.create_segment(ApplicationId=app, WriteSegmentRequest={"Name": "s"})["SegmentResponse"]
    campaign = pinpoint.create_campaign(ApplicationId=app, WriteCampaignRequest={
        "SegmentId": segment["Id"], "Schedule": {"StartTime": "2099-01-01"},
        "MessageConfiguration": {"SMSMessage": {"Body": "x"}}})["CampaignResponse"]
    name = "f" + uuid4().hex
    template = pinpoint.create_sms_template(TemplateName=name, SMSTemplateRequest={"Body": "x"})
    for arn in (segment["Arn"], campaign["Arn"], template["CreateTemplateMessageBody"]["Arn"]):
        pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": {"a": "1", "b": "2"}})
        pinpoint.untag_resource(ResourceArn=arn, TagKeys=["a"])
        assert pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"]["tags"] == {"b": "2"}
    with bad_request():
        pinpoint.tag_resource(ResourceArn="arn:nonsense", TagsModel={"tags": {"a": "1"}})
    with not_found():
        pinpoint.list_tags_for_resource(ResourceArn=segment["Arn"][:-4] + "0000")
