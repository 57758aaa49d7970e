"""The rules of tags: TAG-1 to TAG-8."""

from uuid import uuid4

import pytest
from expectations import bad_request, not_found
from not_built import operations_not_built

TAGS_MAX, KEY_CHARACTERS_MAX, VALUE_CHARACTERS_MAX = 50, 128, 256


class Shop:
    """An application with one of everything that takes tags."""

    def __init__(self, pinpoint, app):
        self.pinpoint, self.app, self.template = pinpoint, app, "t" + uuid4().hex
        self.arns = {
            "application": pinpoint.get_app(ApplicationId=app)["ApplicationResponse"]["Arn"],
            "segment": self.segment()["Arn"],
            "campaign": self.campaign()["Arn"],
            "template": self.make_template()["Arn"],
        }
        if "CreateJourney" not in operations_not_built():
            journey = pinpoint.create_journey(ApplicationId=app, WriteJourneyRequest={"Name": "j"})["JourneyResponse"]
            self.arns["journey"] = f"{self.arns['application']}/journeys/{journey['Id']}"

    def segment(self, **more):
        return self.pinpoint.create_segment(
            ApplicationId=self.app, WriteSegmentRequest={"Name": "s", **more})["SegmentResponse"]

    def campaign(self, **more):
        body = {"SegmentId": self.segment()["Id"], "Schedule": {"StartTime": "2099-01-01T00:00:00Z"},
                "MessageConfiguration": {"SMSMessage": {"Body": "x"}}, **more}
        return self.pinpoint.create_campaign(ApplicationId=self.app, WriteCampaignRequest=body)["CampaignResponse"]

    def make_template(self, **more):
        return self.pinpoint.create_sms_template(
            TemplateName=self.template, SMSTemplateRequest={"Body": "x", **more})["CreateTemplateMessageBody"]

    def tag(self, arn, tags):
        self.pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": tags})

    def tags(self, arn):
        return self.pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"]["tags"]


@pytest.fixture
def shop(pinpoint, app):
    return Shop(pinpoint, app)


def test_everything_taggable_adds_overwrites_and_removes(shop):
    for arn in shop.arns.values():
        assert shop.tags(arn) == {}
        shop.tag(arn, {"env": "a", "Env": "b", "team": "c"})
        shop.tag(arn, {"env": "d"})
        shop.pinpoint.untag_resource(ResourceArn=arn, TagKeys=["team", "never-set"])
        assert shop.tags(arn) == {"env": "d", "Env": "b"}
        shop.tag(arn, {})
        assert shop.tags(arn) == {"env": "d", "Env": "b"}


def test_tags_are_in_the_answers_of_their_resources(shop):
    for arn in shop.arns.values():
        shop.tag(arn, {"env": "a"})
    segment, campaign = (shop.arns[name].rpartition("/")[2] for name in ("segment", "campaign"))
    assert shop.pinpoint.get_app(ApplicationId=shop.app)["ApplicationResponse"]["tags"] == {"env": "a"}
    assert shop.pinpoint.get_segment(
        ApplicationId=shop.app, SegmentId=segment)["SegmentResponse"]["tags"] == {"env": "a"}
    assert shop.pinpoint.get_campaign(
        ApplicationId=shop.app, CampaignId=campaign)["CampaignResponse"]["tags"] == {"env": "a"}
    assert shop.pinpoint.get_sms_template(
        TemplateName=shop.template)["SMSTemplateResponse"]["tags"] == {"env": "a"}


@pytest.mark.parametrize("resource", ["recommenders/" + "0" * 32, "apps/{app}/endpoints/e", "apps/{app}/channels/email"])
def test_what_takes_no_tags_is_refused(shop, resource):
    arn = "arn:aws:mobiletargeting:us-east-1:123456789012:" + resource.format(app=shop.app)
    with bad_request():
        shop.tag(arn, {"env": "a"})
    with bad_request():
        shop.tags(arn)


def test_tags_fit_at_their_limits_and_not_beyond(shop):
    arn = shop.arns["segment"]
    shop.tag(arn, {"k" * KEY_CHARACTERS_MAX: "v" * VALUE_CHARACTERS_MAX, "ø": "å b_.:/=+-@9", "empty": ""})
    for bad in ({"k" * (KEY_CHARACTERS_MAX + 1): "v"}, {"k": "v" * (VALUE_CHARACTERS_MAX + 1)}, {"": "v"}, {"a#b": "v"},
                {"k": "a!b"}, {"aws:k": "v"}, {"AWS:k": "v"}, {"k": "aws:v"}, {"k": "Aws:v"}):
        with bad_request():
            shop.tag(arn, {"good": "v", **bad})
    assert "good" not in shop.tags(arn)


def test_a_fifty_first_tag_changes_nothing(shop):
    arn = shop.arns["campaign"]
    shop.tag(arn, {f"k{i}": "v" for i in range(TAGS_MAX)})
    with bad_request():
        shop.tag(arn, {"one-more": "v", "k0": "changed"})
    assert len(shop.tags(arn)) == TAGS_MAX and shop.tags(arn)["k0"] == "v"
    shop.tag(arn, {"k0": "changed"})
    assert shop.tags(arn)["k0"] == "changed"


def test_calls_without_tags_or_keys_are_refused(server, shop):
    path = "/v1/tags/" + shop.arns["segment"]
    assert server.request("POST", path, {}).status == 400
    assert server.request("DELETE", path).status == 400
    answer = server.request("POST", path, {"tags": {}})
    assert (answer.status, answer.body, answer.headers.get("Content-Type")) == (204, b"", None)


def test_creates_take_tags_and_a_bad_one_fails_them_whole(shop):
    for create in (shop.segment, shop.campaign):
        assert create(tags={"env": "a"})["tags"] == {"env": "a"}
        with bad_request():
            create(tags={"aws:x": "a"})
    with bad_request():
        shop.pinpoint.create_app(CreateApplicationRequest={"Name": "n", "tags": {"aws:x": "a"}})
    name = "t" + uuid4().hex
    with bad_request():
        shop.pinpoint.create_sms_template(TemplateName=name, SMSTemplateRequest={"Body": "x", "tags": {"a#": "a"}})
    with not_found():
        shop.pinpoint.get_sms_template(TemplateName=name)


def test_updates_do_not_even_look_at_tags(shop):
    segment, campaign = (shop.arns[name].rpartition("/")[2] for name in ("segment", "campaign"))
    bad = {"aws:x": "a"}
    shop.pinpoint.update_segment(ApplicationId=shop.app, SegmentId=segment,
                                 WriteSegmentRequest={"Name": "s2", "tags": bad})
    shop.pinpoint.update_campaign(ApplicationId=shop.app, CampaignId=campaign,
                                  WriteCampaignRequest={"Name": "c2", "tags": bad})
    shop.pinpoint.update_sms_template(TemplateName=shop.template, SMSTemplateRequest={"Body": "y", "tags": bad})
    assert [shop.tags(shop.arns[name]) for name in ("segment", "campaign", "template")] == [{}, {}, {}]


def test_only_the_resource_part_of_an_arn_counts(shop):
    arn = shop.arns["segment"]
    other = arn.replace("arn:aws:", "arn:aws-cn:").replace("us-east-1", "cn-north-1").replace("123456789012", "1")
    shop.tag(other, {"env": "a"})
    assert shop.tags(arn) == {"env": "a"}


@pytest.mark.parametrize("arn", ["nonsense", "arn:aws:mobiletargeting", "arn:aws:s3:us-east-1:1:bucket",
                                 "arn:aws:mobiletargeting:us-east-1:1:", "arn:aws:mobiletargeting:us-east-1:1:shoes/x"])
def test_what_is_no_arn_of_a_resource_is_refused(shop, arn):
    with bad_request():
        shop.tags(arn)


def test_well_formed_arns_of_nothing_are_not_found(shop):
    for name, arn in shop.arns.items():
        nothing = arn.replace(shop.template, "nothing") if name == "template" else arn[:-32] + "0" * 32
        for call in (shop.tags, lambda it: shop.tag(it, {"a": "b"}),
                     lambda it: shop.pinpoint.untag_resource(ResourceArn=it, TagKeys=["a"])):
            with not_found():
                call(nothing)


def test_tags_go_with_their_resource_and_make_no_version(shop):
    arn = shop.arns["template"]
    before = shop.pinpoint.get_sms_template(TemplateName=shop.template)["SMSTemplateResponse"]
    shop.tag(arn, {"env": "a"})
    after = shop.pinpoint.get_sms_template(TemplateName=shop.template)["SMSTemplateResponse"]
    assert (after["LastModifiedDate"], after["Version"]) == (before["LastModifiedDate"], before["Version"])
    shop.pinpoint.delete_sms_template(TemplateName=shop.template)
    with not_found():
        shop.tags(arn)
    shop.make_template()
    assert shop.tags(arn) == {}
