"""In-app campaigns as an app's SDK meets them: what it is given, and what becomes of what it reports."""

import pytest
from expectations import bad_request, not_found

FILTER = {"FilterType": "ENDPOINT", "Dimensions": {
    "EventType": {"DimensionType": "INCLUSIVE", "Values": ["_session.start"]}}}
CONTENT = [{"BackgroundColor": "#f8e71c", "ImageUrl": "https://example.com/a.png",
            "HeaderConfig": {"Alignment": "CENTER", "Header": "Hello", "TextColor": "#d0021b"},
            "BodyConfig": {"Alignment": "CENTER", "Body": "Sample", "TextColor": "#d0021b"},
            "PrimaryBtn": {"DefaultConfig": {"ButtonAction": "CLOSE", "Text": "Dismiss"},
                           "Android": {"ButtonAction": "DEEP_LINK", "Link": "app://x"}}}]


class App:
    def __init__(self, server):
        self.server, self.pinpoint = server, server.client()
        self.id = self.pinpoint.create_app(CreateApplicationRequest={"Name": "in-app"})["ApplicationResponse"]["Id"]
        self.segment = self.pinpoint.create_segment(
            ApplicationId=self.id, WriteSegmentRequest={"Name": "all"})["SegmentResponse"]["Id"]
        self.pinpoint.update_endpoint(ApplicationId=self.id, EndpointId="phone", EndpointRequest={
            "ChannelType": "IN_APP"})

    def campaign(self, schedule=None, **request):
        schedule = {"StartTime": "IMMEDIATE", "Frequency": "IN_APP_EVENT", "EventFilter": FILTER, **(schedule or {})}
        request = {"SegmentId": self.segment, "Schedule": schedule, "MessageConfiguration": {
            "InAppMessage": {"Content": CONTENT, "Layout": "MIDDLE_BANNER", "CustomConfig": {"promo": "12345"}}},
            **request}
        return self.pinpoint.create_campaign(
            ApplicationId=self.id, WriteCampaignRequest=request)["CampaignResponse"]

    def given(self, endpoint="phone"):
        return self.pinpoint.get_in_app_messages(ApplicationId=self.id, EndpointId=endpoint)[
            "InAppMessagesResponse"]["InAppMessageCampaigns"]


@pytest.fixture
def app(clocked):
    return App(clocked)


def test_an_app_gets_the_campaign_as_it_was_written(app):
    campaign = app.campaign(Priority=3, schedule={"QuietTime": {"Start": "22:00", "End": "07:00"}})
    app.server.advance(1)

    [given] = app.given()
    assert given == {
        "CampaignId": campaign["Id"], "TreatmentId": "0", "Priority": 3,
        "SessionCap": 0, "DailyCap": 0, "TotalCap": 0,
        "Schedule": {"QuietTime": {"Start": "22:00", "End": "07:00"}, "EventFilter": {
            "FilterType": "ENDPOINT", "Dimensions": {**FILTER["Dimensions"], "Attributes": {}, "Metrics": {}}}},
        "InAppMessage": {"Content": CONTENT, "Layout": "MIDDLE_BANNER", "CustomConfig": {"promo": "12345"}}}
    assert "EndDate" not in given["Schedule"]


def test_nothing_for_others_and_404_for_strangers(app):
    app.pinpoint.update_endpoint(ApplicationId=app.id, EndpointId="mail", EndpointRequest={
        "ChannelType": "EMAIL", "Address": "a@example.com"})
    app.campaign()
    app.server.advance(1)

    assert app.given("mail") == []
    with not_found():
        app.given("nobody")


def test_displays_feed_counters_activity_and_cap(app):
    campaign = app.campaign(Limits={"Total": 1})
    app.server.advance(1)
    assert len(app.given()) == 1
    app.pinpoint.put_events(ApplicationId=app.id, EventsRequest={"BatchItem": {"phone": {"Endpoint": {}, "Events": {
        "e1": {"EventType": "_inapp.message_displayed", "Timestamp": "2026-11-23T11:15:00Z", "Attributes": {
            "campaign_id": campaign["Id"], "treatment_id": "0", "delivery_type": "IN_APP_MESSAGE"}}}}}})
    app.server.advance(1)

    assert app.given() == []
    [activity] = app.pinpoint.get_campaign_activities(
        ApplicationId=app.id, CampaignId=campaign["Id"])["ActivitiesResponse"]["Item"]
    assert (activity["State"], activity["TotalEndpointCount"], activity["SuccessfulEndpointCount"]) == ("RUNNING", 1, 1)
    counters = app.server.native("GET", f"/apps/{app.id}/campaigns/{campaign['Id']}/counters").json()
    assert counters["InAppDisplayed"] == 1


def test_pause_takes_it_away_and_the_end_completes_it(app):
    now = app.server.native("GET", "/clock").json()["Now"]
    year = int(now[:4]) + 1
    campaign = app.campaign(schedule={"EndTime": f"{year}-12-31T00:00:00Z"})
    app.server.advance(1)
    assert app.given()[0]["Schedule"]["EndDate"] == f"{year}-12-31T00:00:00.000Z"
    app.pinpoint.update_campaign(ApplicationId=app.id, CampaignId=campaign["Id"], WriteCampaignRequest={"IsPaused": True})
    assert app.given() == []
    app.server.advance(2 * 366 * 86400)
    status = app.pinpoint.get_campaign(ApplicationId=app.id, CampaignId=campaign["Id"])["CampaignResponse"]["State"]
    assert status == {"CampaignStatus": "COMPLETED"}


@pytest.mark.parametrize("change, text", [
    ({"MessageConfiguration": {"InAppMessage": {"Content": [{}] * 6}}}, "Content"),
    ({"MessageConfiguration": {"InAppMessage": {"Content": [{"PrimaryBtn": {"DefaultConfig": {
        "ButtonAction": "LINK", "Text": "t"}}}]}}}, "Link"),
    ({"MessageConfiguration": {"InAppMessage": {"Body": "x"}, "SMSMessage": {"Body": "x"}}}, "InAppMessage"),
    ({"schedule": {"Frequency": "ONCE"}}, "EventFilter"),
])
def test_what_cannot_be_shown_is_refused(app, change, text):
    with bad_request(text):
        app.campaign(**change)
