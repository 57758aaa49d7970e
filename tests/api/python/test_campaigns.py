import datetime

import pytest
from expectations import HEX_ID, ISO_DATE, bad_request, not_found

SMS = {"SMSMessage": {"Body": "Special offer: 30% off. Use code: SALE30", "MessageType": "PROMOTIONAL"}}
EMAIL = {"EmailMessage": {"Title": "Hi {{User.UserAttributes.FirstName}}", "HtmlBody": "<p>Hello</p>",
                          "FromAddress": "shop@example.com"}}


class Shop:
    """An application of a server with a manual clock: ten people with mailboxes, one of them opted out, one inactive,
    one without an address."""

    def __init__(self, server):
        self.server, self.pinpoint = server, server.client()
        self.app = self.pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
        self.pinpoint.update_email_channel(ApplicationId=self.app, EmailChannelRequest={
            "FromAddress": "shop@example.com", "Identity": "arn:aws:ses:us-east-1:1:identity/example.com"})
        self.pinpoint.update_sms_channel(ApplicationId=self.app, SMSChannelRequest={})
        items = [{"Id": f"e{i}", "ChannelType": "EMAIL", "Address": f"{i}@example.com",
                  "User": {"UserId": f"u{i}", "UserAttributes": {"FirstName": [f"Name{i}"]}}} for i in range(10)]
        items[1]["OptOut"] = "ALL"
        items[2]["EndpointStatus"] = "INACTIVE"
        del items[3]["Address"]
        self.pinpoint.update_endpoints_batch(ApplicationId=self.app, EndpointBatchRequest={"Item": items})
        self.segment = self.pinpoint.create_segment(
            ApplicationId=self.app, WriteSegmentRequest={"Name": "all"})["SegmentResponse"]["Id"]

    def now(self):
        return self.server.native("GET", "/clock").json()["Now"]

    def campaign(self, **request):
        request = {"Name": "c", "SegmentId": self.segment, "MessageConfiguration": EMAIL,
                   "Schedule": {"StartTime": "IMMEDIATE"}, **request}
        return self.pinpoint.create_campaign(
            ApplicationId=self.app, WriteCampaignRequest=request)["CampaignResponse"]

    def get(self, campaign):
        return self.pinpoint.get_campaign(ApplicationId=self.app, CampaignId=campaign["Id"])["CampaignResponse"]

    def status(self, campaign):
        return self.get(campaign)["State"]["CampaignStatus"]

    def activities(self, campaign):
        """As they are on the wire: the ExecutionMetrics are younger than some SDKs."""
        reply = self.server.request("GET", f"/v1/apps/{self.app}/campaigns/{campaign['Id']}/activities")
        return reply.json()["Item"]


@pytest.fixture
def shop(clocked):
    return Shop(clocked)


def test_create_answers_what_was_given_and_says_scheduled(shop):
    campaign = shop.campaign(tags={"team": "a"})

    assert HEX_ID.match(campaign["Id"]) and ISO_DATE.match(campaign["CreationDate"])
    assert campaign["Arn"].endswith(f":apps/{shop.app}/campaigns/{campaign['Id']}")
    assert campaign["State"] == {"CampaignStatus": "SCHEDULED"}
    assert (campaign["Version"], campaign["IsPaused"], campaign["HoldoutPercent"]) == (1, False, 0)
    assert (campaign["AdditionalTreatments"], campaign["Limits"], campaign["tags"]) == ([], {}, {"team": "a"})
    assert campaign["Schedule"] == {"StartTime": "IMMEDIATE"}
    assert "DefaultState" not in campaign and "Description" not in campaign


def test_immediate_campaign_reaches_everybody_who_can_be_reached_once(shop):
    campaign = shop.campaign()
    shop.server.advance(1)

    assert shop.status(campaign) == "COMPLETED"
    messages = shop.server.messages(shop.app, CampaignId=campaign["Id"])
    assert sorted(m["EndpointId"] for m in messages) == ["e0", "e4", "e5", "e6", "e7", "e8", "e9"]
    assert {m["Status"] for m in messages} == {"DELIVERED"}
    assert {m["Subject"] for m in messages} == {f"Hi Name{i}" for i in (0, 4, 5, 6, 7, 8, 9)}
    [activity] = shop.activities(campaign)
    assert (activity["State"], activity["Result"], activity["TreatmentId"]) == ("COMPLETED", "SUCCESS", "0")
    assert (activity["TotalEndpointCount"], activity["SuccessfulEndpointCount"]) == (7, 7)
    metrics = activity["ExecutionMetrics"]
    assert metrics["ENDPOINT_PRODUCED"] == "10" and metrics["SUCCESS"] == "7"
    assert (metrics["ENDPOINT_OPT_OUT"], metrics["ENDPOINT_INACTIVE"], metrics["ENDPOINT_MISSING_ADDRESS"]) == ("1", "1", "1")
    assert metrics["QUIET_TIME"] == "0"
    assert messages[0]["CampaignActivityId"] == activity["Id"] and messages[0]["TreatmentId"] == "0"


def test_campaign_of_the_command_line_guide_runs_at_once_when_its_time_has_passed(shop):
    body = {"Name": "SMS Sale", "SegmentId": shop.segment, "IsPaused": False, "MessageConfiguration": SMS,
            "Schedule": {"StartTime": "2026-04-28T09:00:00-0700", "Frequency": "ONCE"}}
    campaign = shop.pinpoint.create_campaign(
        ApplicationId=shop.app, WriteCampaignRequest=body)["CampaignResponse"]
    assert campaign["State"]["CampaignStatus"] == "SCHEDULED"
    assert campaign["Schedule"]["StartTime"] == "2026-04-28T09:00:00-0700"
    shop.server.advance(1)

    assert shop.status(campaign) == "COMPLETED"
    [activity] = shop.activities(campaign)
    assert activity["ExecutionMetrics"]["ENDPOINT_CHANNEL_MISMATCH"] == "8"


def test_scheduled_campaign_waits_for_its_instant(shop):
    year = int(shop.now()[:4]) + 2
    campaign = shop.campaign(Schedule={"StartTime": f"{year}-01-01T00:00:00Z"})
    shop.server.advance(3600)
    assert shop.status(campaign) == "SCHEDULED" and shop.activities(campaign) == []

    shop.server.advance(2 * 366 * 86400)
    assert shop.status(campaign) == "COMPLETED"
    [activity] = shop.activities(campaign)
    assert activity["ScheduledStart"] == f"{year}-01-01T00:00:00.000Z"


def test_paused_campaign_does_not_start_until_it_is_resumed(shop):
    campaign = shop.campaign(IsPaused=True)
    shop.server.advance(60)
    assert shop.status(campaign) == "PAUSED" and shop.server.messages(shop.app) == []

    resumed = shop.pinpoint.update_campaign(ApplicationId=shop.app, CampaignId=campaign["Id"],
                                            WriteCampaignRequest={"IsPaused": False})["CampaignResponse"]
    assert resumed["Version"] == 2
    shop.server.advance(1)
    assert shop.status(campaign) == "COMPLETED" and len(shop.server.messages(shop.app)) == 7


def test_equal_addresses_get_one_message(shop):
    shop.pinpoint.update_endpoint(ApplicationId=shop.app, EndpointId="e00", EndpointRequest={
        "ChannelType": "EMAIL", "Address": "0@EXAMPLE.com"})
    campaign = shop.campaign()
    shop.server.advance(1)

    [activity] = shop.activities(campaign)
    assert activity["ExecutionMetrics"]["DUPLICATE_ENDPOINT"] == "1"
    to_zero = [m for m in shop.server.messages(shop.app) if m["Address"].lower() == "0@example.com"]
    assert [m["EndpointId"] for m in to_zero] == ["e0"]


def test_bounce_is_in_the_log_and_in_the_counters(shop):
    shop.pinpoint.update_endpoint(ApplicationId=shop.app, EndpointId="bad", EndpointRequest={
        "ChannelType": "EMAIL", "Address": "bounce@simulator.pinion"})
    campaign = shop.campaign()
    shop.server.advance(1)

    [message] = shop.server.messages(shop.app, EndpointId="bad")
    assert message["Status"] == "BOUNCED"
    counters = shop.server.native("GET", f"/apps/{shop.app}/campaigns/{campaign['Id']}/counters").json()
    assert (counters["Targeted"], counters["Sent"], counters["Delivered"], counters["HardBounced"]) == (8, 8, 7, 1)


def test_template_is_sent_in_the_version_that_is_active_at_the_start(shop):
    name = "c" + shop.app
    shop.pinpoint.create_email_template(TemplateName=name, EmailTemplateRequest={
        "Subject": "Old", "HtmlPart": "<p>{{User.UserAttributes.FirstName}}</p>"})
    campaign = shop.campaign(MessageConfiguration={}, TemplateConfiguration={"EmailTemplate": {"Name": name}})
    shop.server.advance(1)

    message = shop.server.messages(shop.app, EndpointId="e0")[0]
    assert (message["Subject"], message["HtmlBody"]) == ("Old", "<p>Name0</p>")
    assert (message["TemplateName"], message["TemplateVersion"]) == (name, "1")
    assert shop.status(campaign) == "COMPLETED"


def test_update_merges_counts_versions_and_keeps_old_ones(shop):
    campaign = shop.campaign(Schedule={"StartTime": "2099-01-01T00:00:00Z"}, Description="d")
    updated = shop.pinpoint.update_campaign(ApplicationId=shop.app, CampaignId=campaign["Id"],
                                            WriteCampaignRequest={"Name": "new"})["CampaignResponse"]

    assert (updated["Version"], updated["Name"], updated["Description"]) == (2, "new", "d")
    assert updated["MessageConfiguration"] == campaign["MessageConfiguration"]
    first = shop.pinpoint.get_campaign_version(
        ApplicationId=shop.app, CampaignId=campaign["Id"], Version="1")["CampaignResponse"]
    assert (first["Version"], first["Name"]) == (1, "c")
    versions = shop.pinpoint.get_campaign_versions(
        ApplicationId=shop.app, CampaignId=campaign["Id"])["CampaignsResponse"]["Item"]
    assert [v["Version"] for v in versions] == [2, 1]


def test_completed_campaign_takes_a_new_name_but_no_new_schedule(shop):
    campaign = shop.campaign()
    shop.server.advance(1)
    shop.pinpoint.update_campaign(ApplicationId=shop.app, CampaignId=campaign["Id"], WriteCampaignRequest={"Name": "n"})
    with bad_request():
        shop.pinpoint.update_campaign(ApplicationId=shop.app, CampaignId=campaign["Id"], WriteCampaignRequest={
            "Schedule": {"StartTime": "2099-01-01T00:00:00Z"}})


def test_deleted_campaign_answers_deleted_and_is_gone(shop):
    campaign = shop.campaign(Schedule={"StartTime": "2099-01-01T00:00:00Z"})
    last = shop.pinpoint.delete_campaign(ApplicationId=shop.app, CampaignId=campaign["Id"])["CampaignResponse"]

    assert last["State"]["CampaignStatus"] == "DELETED"
    with not_found():
        shop.get(campaign)
    with not_found():
        shop.pinpoint.get_campaign_activities(ApplicationId=shop.app, CampaignId=campaign["Id"])


@pytest.mark.parametrize("change, text", [
    ({"SegmentId": "0" * 32}, "SegmentId"),
    ({"SegmentVersion": 7}, "SegmentVersion"),
    ({"Schedule": {}}, "Schedule.StartTime"),
    ({"Schedule": {"StartTime": "tomorrow"}}, "Schedule.StartTime"),
    ({"Schedule": {"StartTime": "IMMEDIATE", "EndTime": "2020-01-01"}}, "Schedule.EndTime"),
    ({"Schedule": {"StartTime": "IMMEDIATE", "Timezone": "Mars"}}, "Schedule.Timezone"),
    ({"Schedule": {"StartTime": "IMMEDIATE", "Frequency": "EVENT"}}, "EventFilter"),
    ({"MessageConfiguration": {}}, "MessageConfiguration"),
    ({"HoldoutPercent": 101}, "HoldoutPercent"),
    ({"Limits": {"MaximumDuration": 59}}, "Limits.MaximumDuration"),
    ({"Limits": {"Daily": -1}}, "Limits.Daily"),
    ({"TemplateConfiguration": {"EmailTemplate": {"Name": "no-such"}}}, "EmailTemplate"),
    ({"MessageConfiguration": {"EmailMessage": {"Title": "{{#if x}}"}}}, "EmailMessage.Title"),
])
def test_invalid_campaigns_are_refused_naming_the_member(shop, change, text):
    with bad_request(text):
        shop.campaign(**change)
    assert shop.pinpoint.get_campaigns(ApplicationId=shop.app)["CampaignsResponse"]["Item"] == []


def test_pace_holds_the_messages_of_a_second(shop):
    campaign = shop.campaign(Limits={"MessagesPerSecond": 3})
    shop.server.advance(0)
    assert len(shop.server.messages(shop.app)) == 3 and shop.status(campaign) == "EXECUTING"
    shop.server.advance(1)
    assert len(shop.server.messages(shop.app)) == 6
    shop.server.advance(1)
    assert len(shop.server.messages(shop.app)) == 7 and shop.status(campaign) == "COMPLETED"


def test_segment_is_fixed_when_the_run_starts_and_opt_outs_still_count(shop):
    campaign = shop.campaign(Limits={"MessagesPerSecond": 1})
    shop.server.advance(0)
    reached = {m["EndpointId"] for m in shop.server.messages(shop.app)}
    late = next(e for e in ("e9", "e8") if e not in reached)
    shop.pinpoint.update_endpoint(ApplicationId=shop.app, EndpointId=late, EndpointRequest={"OptOut": "ALL"})
    shop.pinpoint.update_endpoint(ApplicationId=shop.app, EndpointId="newcomer", EndpointRequest={
        "ChannelType": "EMAIL", "Address": "new@example.com"})
    shop.server.advance(60)

    got = {m["EndpointId"] for m in shop.server.messages(shop.app)}
    assert late not in got and "newcomer" not in got
    [activity] = shop.activities(campaign)
    assert (activity["TotalEndpointCount"], activity["SuccessfulEndpointCount"]) == (7, 6)
    assert activity["ExecutionMetrics"]["ENDPOINT_OPT_OUT"] == "2"


def test_empty_audience_is_a_normal_run(shop):
    nobody = shop.pinpoint.create_segment(ApplicationId=shop.app, WriteSegmentRequest={"Dimensions": {
        "Attributes": {"x": {"Values": ["y"]}}}})["SegmentResponse"]["Id"]
    campaign = shop.campaign(SegmentId=nobody)
    shop.server.advance(1)
    [activity] = shop.activities(campaign)
    assert (activity["State"], activity["Result"], activity["TotalEndpointCount"]) == ("COMPLETED", "SUCCESS", 0)


def test_campaign_for_a_channel_that_is_switched_off_becomes_invalid(shop):
    shop.pinpoint.update_email_channel(ApplicationId=shop.app, EmailChannelRequest={
        "FromAddress": "shop@example.com", "Identity": "x", "Enabled": False})
    campaign = shop.campaign()
    shop.server.advance(1)
    assert shop.status(campaign) == "INVALID"
    [activity] = shop.activities(campaign)
    assert (activity["State"], activity["Result"]) == ("CANCELLED", "FAIL")


def test_recurring_campaign_runs_at_each_of_its_instants(shop):
    now = datetime.datetime.fromisoformat(shop.now().replace("Z", "+00:00"))
    start = now + datetime.timedelta(minutes=5)
    end = start + datetime.timedelta(hours=2)
    campaign = shop.campaign(Schedule={"StartTime": start.isoformat(), "EndTime": end.isoformat(), "Frequency": "HOURLY"})
    assert campaign["State"]["CampaignStatus"] == "SCHEDULED"
    shop.server.advance(600)
    assert shop.status(campaign) == "PENDING_NEXT_RUN"
    shop.server.advance(4 * 3600)

    assert shop.status(campaign) == "COMPLETED"
    activities = shop.activities(campaign)
    assert len(activities) == 3 and all(a["ScheduledStart"] == a["Start"] for a in activities)
    assert len(shop.server.messages(shop.app, CampaignId=campaign["Id"])) == 3 * 7


def test_ab_test_gives_everybody_one_treatment(shop):
    campaign = shop.campaign(TreatmentName="A", AdditionalTreatments=[
        {"SizePercent": 50, "TreatmentName": "B", "MessageConfiguration": {"EmailMessage": {
            "Title": "B", "HtmlBody": "<p>b</p>"}}}])
    assert campaign["DefaultState"] == {"CampaignStatus": "SCHEDULED"}
    [treatment] = campaign["AdditionalTreatments"]
    assert (treatment["Id"], treatment["SizePercent"], treatment["TreatmentName"]) == ("1", 50, "B")
    shop.server.advance(1)

    messages = shop.server.messages(shop.app, CampaignId=campaign["Id"])
    assert sorted(m["EndpointId"] for m in messages) == ["e0", "e4", "e5", "e6", "e7", "e8", "e9"]
    assert all((m["Subject"] == "B") == (m["TreatmentId"] == "1") for m in messages)
    activities = shop.activities(campaign)
    assert [a["TreatmentId"] for a in activities] == ["0", "1"]
    assert sum(a["TotalEndpointCount"] for a in activities) == 7


def test_total_cap_counts_over_all_runs(shop):
    now = datetime.datetime.fromisoformat(shop.now().replace("Z", "+00:00"))
    campaign = shop.campaign(Limits={"Total": 2}, Schedule={
        "StartTime": (now + datetime.timedelta(minutes=5)).isoformat(), "Frequency": "DAILY"})
    shop.server.advance(3 * 86400)
    assert len(shop.server.messages(shop.app, CampaignId=campaign["Id"])) == 2 * 7
    assert shop.activities(campaign)[0]["ExecutionMetrics"]["CAMPAIGN_CAP"] == "7"
    shop.pinpoint.delete_campaign(ApplicationId=shop.app, CampaignId=campaign["Id"])


def test_event_triggers_a_message_to_the_mailbox_of_its_user(shop):
    shop.pinpoint.update_endpoint(ApplicationId=shop.app, EndpointId="phone", EndpointRequest={
        "ChannelType": "IN_APP", "User": {"UserId": "u4"}})
    campaign = shop.campaign(Schedule={"StartTime": "IMMEDIATE", "Frequency": "EVENT", "EventFilter": {
        "FilterType": "ENDPOINT", "Dimensions": {
            "EventType": {"DimensionType": "INCLUSIVE", "Values": ["Purchase"]},
            "Attributes": {"item": {"AttributeType": "INCLUSIVE", "Values": ["gloves", "boots"]}},
            "Metrics": {"price": {"ComparisonOperator": "GREATER_THAN_OR_EQUAL", "Value": 10}}}}})
    shop.server.advance(1)
    assert shop.status(campaign) == "EXECUTING"

    def report(endpoint, item, price):
        now = shop.now()
        shop.pinpoint.put_events(ApplicationId=shop.app, EventsRequest={"BatchItem": {endpoint: {
            "Endpoint": {}, "Events": {f"{endpoint}-{item}-{price}": {
                "EventType": "Purchase", "Timestamp": now, "Attributes": {"item": item}, "Metrics": {"price": price}}}}}})

    report("phone", "boots", 10)
    report("e0", "boots", 9)
    report("e0", "hat", 99)
    report("e5", "gloves", 20)
    report("e5", "gloves", 20)
    shop.server.advance(1)
    messages = shop.server.messages(shop.app, CampaignId=campaign["Id"])
    assert sorted(m["EndpointId"] for m in messages) == ["e4", "e5"]
    [activity] = shop.activities(campaign)
    assert (activity["State"], activity["TotalEndpointCount"], activity["SuccessfulEndpointCount"]) == ("RUNNING", 2, 2)
    shop.pinpoint.delete_campaign(ApplicationId=shop.app, CampaignId=campaign["Id"])
