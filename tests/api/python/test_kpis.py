import datetime
import pathlib

import pytest
from expectations import bad_request, not_found

EMAIL = {"EmailMessage": {"SimpleEmail": {"Subject": {"Data": "s"}, "TextPart": {"Data": "t"}}}}
SMS = {"SMSMessage": {"Body": "Hello", "MessageType": "TRANSACTIONAL"}}
DAY = 86400
UNREACHABLE = "+14254147167"


class Shop:
    """An application with email and SMS on a server whose clock the test moves, and its KPIs."""

    def __init__(self, server):
        self.server, self.pinpoint = server, server.client()
        self.app = self.pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
        self.pinpoint.update_email_channel(ApplicationId=self.app, EmailChannelRequest={
            "FromAddress": "shop@example.com", "Identity": "arn:aws:ses:us-east-1:1:identity/example.com"})
        self.pinpoint.update_sms_channel(ApplicationId=self.app, SMSChannelRequest={})

    def today(self):
        return self.server.native("GET", "/clock").json()["Now"][:10]

    def send(self, *addresses):
        channels = {address: {"ChannelType": "SMS" if address[0] == "+" else "EMAIL"} for address in addresses}
        self.pinpoint.send_messages(ApplicationId=self.app, MessageRequest={
            "Addresses": channels, "MessageConfiguration": {**EMAIL, **SMS}})

    def campaign(self, **request):
        people = [{"Id": f"e{i}", "ChannelType": "EMAIL", "Address": address, "User": {"UserId": f"u{i}"}}
                  for i, address in enumerate(["ann@example.com", "bob@example.com", "bounce@simulator.pinion",
                                               "softbounce@simulator.pinion"])]
        self.pinpoint.update_endpoints_batch(ApplicationId=self.app, EndpointBatchRequest={"Item": people})
        segment = self.pinpoint.create_segment(ApplicationId=self.app, WriteSegmentRequest={"Name": "all"})
        campaign = self.pinpoint.create_campaign(ApplicationId=self.app, WriteCampaignRequest={
            "Name": "c", "SegmentId": segment["SegmentResponse"]["Id"], "Schedule": {"StartTime": "IMMEDIATE"},
            "MessageConfiguration": {"EmailMessage": {"Title": "Hi", "HtmlBody": "<p>Hello</p>"}}, **request})
        self.server.advance(1)
        return campaign["CampaignResponse"]["Id"]

    def answer(self, name, campaign=None, **range_):
        if campaign is None:
            return self.pinpoint.get_application_date_range_kpi(
                ApplicationId=self.app, KpiName=name, **range_)["ApplicationDateRangeKpiResponse"]
        return self.pinpoint.get_campaign_date_range_kpi(
            ApplicationId=self.app, CampaignId=campaign, KpiName=name, **range_)["CampaignDateRangeKpiResponse"]

    def kpi(self, name, campaign=None, **range_):
        """{group: number}, or the number of a KPI without groups; None without a row."""
        rows = self.answer(name, campaign, **range_)["KpiResult"]["Rows"]
        if not any(row["GroupedBys"] for row in rows) and len(rows) < 2 and "grouped-by" not in name:
            return float(rows[0]["Values"][0]["Value"]) if rows else None
        groups = [row["GroupedBys"][0]["Value"] for row in rows]
        assert groups == sorted(groups)
        return {row["GroupedBys"][0]["Value"]: float(row["Values"][0]["Value"]) for row in rows}


@pytest.fixture
def shop(clocked):
    return Shop(clocked)


def test_an_answer_has_the_form_of_the_guide(shop):
    shop.send("ann@example.com")

    answer = shop.answer("txn-emails-sent-grouped-by-date")

    assert answer["ApplicationId"] == shop.app and answer["KpiName"] == "txn-emails-sent-grouped-by-date"
    assert answer["KpiResult"] == {"Rows": [{
        "GroupedBys": [{"Key": "Date", "Type": "String", "Value": shop.today()}],
        "Values": [{"Key": "TxnEmailsSent", "Type": "Double", "Value": "1.0"}]}]}
    today = datetime.datetime.fromisoformat(shop.today()).replace(tzinfo=datetime.timezone.utc)
    assert answer["StartTime"] == today - datetime.timedelta(days=30)
    assert "NextToken" not in answer


def test_transactional_emails(shop):
    first = shop.today()
    shop.send("ann@example.com", "bounce@simulator.pinion")
    shop.server.advance(DAY)
    second = shop.today()
    shop.send("softbounce@simulator.pinion", "complaint@simulator.pinion", "reject@simulator.pinion",
              "suppressionlist@simulator.pinion")

    assert shop.kpi("txn-emails-sent") == 5
    assert shop.kpi("txn-emails-sent-grouped-by-date") == {first: 2, second: 3}
    assert shop.kpi("txn-emails-delivered") == 2
    assert shop.kpi("txn-emails-delivered-grouped-by-date") == {first: 1, second: 1}
    assert shop.kpi("txn-emails-delivery-rate") == 0.4
    assert shop.kpi("txn-emails-delivery-rate-grouped-by-date") == {first: 0.5, second: 1 / 3}
    assert shop.kpi("txn-emails-hard-bounced") == 2
    assert shop.kpi("txn-emails-hard-bounced-grouped-by-date") == {first: 1, second: 1}
    assert shop.kpi("txn-emails-soft-bounced") == 1
    assert shop.kpi("txn-emails-soft-bounced-grouped-by-date") == {first: 0, second: 1}
    assert shop.kpi("txn-emails-with-complaints") == 1
    assert shop.kpi("txn-emails-with-complaints-grouped-by-date") == {first: 0, second: 1}
    assert shop.kpi("txn-emails-complaint-rate") == 0.2
    assert shop.kpi("txn-emails-complaint-rate-grouped-by-date") == {first: 0, second: 1 / 3}


@pytest.mark.parametrize("what", ["opened", "clicked", "unique-opens", "unique-clicks"])
def test_emails_that_nobody_opened_count_none(shop, what):
    shop.send("ann@example.com")

    assert shop.kpi(f"txn-emails-{what}") == 0
    assert shop.kpi(f"txn-emails-{what}-grouped-by-date") == {shop.today(): 0}


def test_transactional_sms(shop):
    shop.send("+12065550182", "+819012345678", UNREACHABLE)
    day = shop.today()

    assert shop.kpi("txn-sms-sent") == 3
    assert shop.kpi("txn-sms-sent-grouped-by-date") == {day: 3}
    assert shop.kpi("txn-sms-sent-grouped-by-country") == {"JP": 1, "US": 2}
    assert shop.kpi("txn-sms-delivered") == 2
    assert shop.kpi("txn-sms-delivered-grouped-by-date") == {day: 2}
    assert shop.kpi("txn-sms-delivered-grouped-by-country") == {"JP": 1, "US": 1}
    assert shop.kpi("txn-sms-delivery-rate") == 2 / 3
    assert shop.kpi("txn-sms-delivery-rate-grouped-by-date") == {day: 2 / 3}
    assert shop.kpi("txn-sms-sent-by-parts") == 3
    assert shop.kpi("txn-sms-sent-by-parts-grouped-by-country") == {"JP": 1, "US": 2}
    assert shop.kpi("txn-sms-delivered-by-parts") == 2
    assert shop.kpi("txn-sms-delivered-by-parts-grouped-by-country") == {"JP": 1, "US": 1}
    for price in ("total-price", "average-price", "average-price-by-parts"):
        assert shop.kpi(f"txn-sms-{price}-grouped-by-country") == {"JP": 0, "US": 0}
    assert shop.kpi("txn-sms-error-distribution") == {"UNREACHABLE": 1}


def test_parts_of_a_long_sms_are_counted(shop):
    shop.pinpoint.send_messages(ApplicationId=shop.app, MessageRequest={
        "Addresses": {"+12065550182": {"ChannelType": "SMS"}},
        "MessageConfiguration": {"SMSMessage": {"Body": "x" * 161, "MessageType": "TRANSACTIONAL"}}})

    assert shop.kpi("txn-sms-sent") == 1
    assert shop.kpi("txn-sms-sent-by-parts") == 2


def test_campaigns_of_an_application(shop):
    campaign = shop.campaign()
    day = shop.today()

    assert shop.kpi("attempted-deliveries") == 4
    assert shop.kpi("attempted-deliveries-grouped-by-campaign") == {campaign: 4}
    assert shop.kpi("attempted-deliveries-grouped-by-date") == {day: 4}
    assert shop.kpi("successful-delivery-rate") == 0.75
    assert shop.kpi("successful-delivery-rate-grouped-by-date") == {day: 0.75}
    assert shop.kpi("successful-deliveries-grouped-by-campaign") == {campaign: 3}
    assert shop.kpi("unique-deliveries") == 3
    assert shop.kpi("unique-deliveries-grouped-by-campaign") == {campaign: 3}
    assert shop.kpi("unique-deliveries-grouped-by-date") == {day: 3}
    assert shop.kpi("email-open-rate") == 0
    assert shop.kpi("email-open-rate-grouped-by-campaign") == {campaign: 0}
    assert shop.kpi("push-open-rate") is None
    assert shop.kpi("sms-spend") is None
    assert shop.kpi("txn-emails-sent") is None


def test_one_campaign_and_its_runs(shop):
    campaign = shop.campaign()
    day = shop.today()
    [activity] = shop.pinpoint.get_campaign_activities(
        ApplicationId=shop.app, CampaignId=campaign)["ActivitiesResponse"]["Item"]
    run = activity["Id"]

    answer = shop.answer("unique-deliveries-grouped-by-campaign-activity", campaign)
    assert answer["CampaignId"] == campaign
    assert answer["KpiResult"]["Rows"][0]["GroupedBys"][0]["Key"] == "CampaignActivityId"
    assert shop.kpi("attempted-deliveries-grouped-by-campaign-activity", campaign) == {run: 4}
    assert shop.kpi("successful-deliveries-grouped-by-campaign-activity", campaign) == {run: 3}
    assert shop.kpi("successful-delivery-rate", campaign) == 0.75
    assert shop.kpi("successful-delivery-rate-grouped-by-campaign-activity", campaign) == {run: 0.75}
    assert shop.kpi("successful-delivery-rate-grouped-by-date", campaign) == {day: 0.75}
    assert shop.kpi("unique-deliveries", campaign) == 3
    assert shop.kpi("unique-deliveries-grouped-by-campaign-activity", campaign) == {run: 3}
    assert shop.kpi("unique-deliveries-grouped-by-date", campaign) == {day: 3}
    assert shop.kpi("hard-bounce-rate", campaign) == 0.25
    assert shop.kpi("hard-bounce-rate-grouped-by-campaign-activity", campaign) == {run: 0.25}
    assert shop.kpi("email-open-rate", campaign) == 0
    assert shop.kpi("email-open-rate-grouped-by-campaign-activity", campaign) == {run: 0}
    assert shop.kpi("direct-email-opens-grouped-by-campaign-activity", campaign) == {run: 0}
    assert shop.kpi("clicks-grouped-by-campaign-activity", campaign) == {run: 0}
    assert shop.kpi("direct-push-opens-grouped-by-campaign-activity", campaign) == {}
    assert shop.kpi("push-open-rate", campaign) is None
    assert shop.kpi("sms-spend", campaign) is None


def test_events_that_an_app_makes_up_count_no_deliveries(shop):
    campaign = shop.campaign()
    shop.pinpoint.put_events(ApplicationId=shop.app, EventsRequest={"BatchItem": {"e0": {"Endpoint": {}, "Events": {
        kind: {"EventType": kind, "Timestamp": "2026-11-23T11:15:00Z", "Attributes": {"campaign_id": campaign}}
        for kind in ("_email.open", "_email.delivered", "_campaign.send")}}}})

    assert shop.kpi("attempted-deliveries") == 4
    assert shop.kpi("email-open-rate", campaign) == 0


def test_only_messages_sent_in_the_range_count(shop):
    shop.send("ann@example.com")
    day = shop.today()
    shop.server.advance(2 * DAY)
    shop.send("bob@example.com")

    end = datetime.datetime.fromisoformat(day) + datetime.timedelta(hours=23, minutes=59, seconds=59)
    assert shop.kpi("txn-emails-sent", StartTime=day, EndTime=end) == 1
    assert shop.kpi("txn-emails-sent", StartTime="2001-01-01", EndTime="2001-02-01") is None
    answer = shop.answer("txn-emails-sent", StartTime="2001-01-01T00:00:00Z", EndTime="2001-02-01T00:00:00Z")
    assert (answer["StartTime"].isoformat(), answer["EndTime"].isoformat()) == (
        "2001-01-01T00:00:00+00:00", "2001-02-01T00:00:00+00:00")


def test_a_journey_has_kpis_of_its_own(shop):
    journey = shop.pinpoint.create_journey(
        ApplicationId=shop.app, WriteJourneyRequest={"Name": "welcome"})["JourneyResponse"]["Id"]
    kpi = {"ApplicationId": shop.app, "JourneyId": journey}

    for what in ("sent", "delivered", "opened", "clicked", "unsubscribed", "rejected", "hardbounced", "softbounced",
                 "complained"):
        for name in (f"journey-emails-{what}", f"emails-{what}-grouped-by-journey-activity"):
            answer = shop.pinpoint.get_journey_date_range_kpi(KpiName=name, **kpi)["JourneyDateRangeKpiResponse"]
            assert (answer["JourneyId"], answer["KpiName"]) == (journey, name)
            assert answer["KpiResult"] == {"Rows": []}
    with bad_request("Unknown KPI 'unique-deliveries'"):
        shop.pinpoint.get_journey_date_range_kpi(KpiName="unique-deliveries", **kpi)
    shop.pinpoint.delete_journey(ApplicationId=shop.app, JourneyId=journey)
    with not_found():
        shop.pinpoint.get_journey_date_range_kpi(KpiName="unique-deliveries", **kpi)


def test_unknown_names_and_bad_ranges_are_refused(shop):
    campaign = shop.campaign()

    with bad_request("Unknown KPI 'unique-delivery'; the nearest are 'unique-deliveries'"):
        shop.answer("unique-delivery")
    with bad_request("Unknown KPI 'txn-emails-sent'"):
        shop.answer("txn-emails-sent", campaign)
    with bad_request("Unknown KPI 'hard-bounce-rate'"):
        shop.answer("hard-bounce-rate")
    with bad_request("start-time"):
        shop.answer("unique-deliveries", StartTime="2026-11-02", EndTime="2026-11-01")
    reply = shop.server.request("GET", f"/v1/apps/{shop.app}/kpis/daterange/unique-deliveries?start-time=yesterday")
    assert reply.status == 400


def test_what_is_not_there_comes_before_the_name(shop):
    campaign = shop.campaign()
    with not_found():
        shop.answer("nonsense", "0" * 32)
    shop.pinpoint.delete_campaign(ApplicationId=shop.app, CampaignId=campaign)
    with not_found():
        shop.answer("unique-deliveries", campaign)
    assert shop.kpi("attempted-deliveries") == 4

    with not_found():
        shop.pinpoint.get_application_date_range_kpi(ApplicationId="0" * 32, KpiName="nonsense")
    shop.pinpoint.delete_app(ApplicationId=shop.app)
    with not_found():
        shop.answer("unique-deliveries")


def test_an_application_made_again_under_its_id_begins_with_nothing(clocked):
    headers = {"x-pinion-resource-id": "a" * 32}
    assert clocked.request("POST", "/v1/apps", {"Name": "first"}, headers).status == 201
    shop = Shop(clocked)
    shop.app = "a" * 32
    shop.pinpoint.update_sms_channel(ApplicationId=shop.app, SMSChannelRequest={})
    shop.send("+12065550182")
    assert shop.kpi("txn-sms-sent") == 1

    shop.pinpoint.delete_app(ApplicationId=shop.app)
    clocked.advance(2 * DAY)
    assert clocked.request("POST", "/v1/apps", {"Name": "second"}, headers).status == 201

    assert shop.kpi("txn-sms-sent") is None


def test_numbers_survive_a_kill_and_the_loss_of_the_tables(clocked):
    shop = Shop(clocked)
    shop.send("ann@example.com", "bob@example.com")
    assert shop.kpi("txn-emails-sent") == 2

    for prepare in (lambda: None, lambda: remove_tables(clocked.data_dir)):
        clocked.kill()
        prepare()
        clocked.start()
        shop.pinpoint = clocked.client()
        assert shop.kpi("txn-emails-sent") == 2


def remove_tables(data_dir):
    for file in pathlib.Path(data_dir).glob("analytics.duckdb*"):
        file.unlink()
