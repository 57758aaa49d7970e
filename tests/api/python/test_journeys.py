from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError
from expectations import HEX_ID, ISO_DATE, bad_request, not_found


class Shop:
    """An application with a segment and a template, and journeys that can be published."""

    def __init__(self, server, pinpoint, app):
        self.server, self.pinpoint, self.app = server, pinpoint, app
        self.segment = pinpoint.create_segment(
            ApplicationId=app, WriteSegmentRequest={"Name": "all"})["SegmentResponse"]["Id"]
        self.template = "journey-" + app
        pinpoint.create_email_template(TemplateName=self.template, EmailTemplateRequest={
            "Subject": "s", "HtmlPart": "<p>hi</p>"})

    def welcome(self, **more):
        """Mail, three days, then by click."""
        return {
            "Name": "welcome", "StartActivity": "mail0",
            "StartCondition": {"SegmentStartCondition": {"SegmentId": self.segment}},
            "RefreshFrequency": "PT1H", "Limits": {"EndpointReentryCap": 1, "DailyCap": 2},
            "QuietTime": {"Start": "21:00", "End": "08:00"}, "WaitForQuietTime": True,
            "Activities": {
                "mail0": {"EMAIL": {"TemplateName": self.template, "NextActivity": "clicked"}},
                "clicked": {"ConditionalSplit": {
                    "Condition": {"Operator": "ANY", "Conditions": [
                        {"EventCondition": {"MessageActivity": "mail0", "Dimensions": {"EventType": {
                            "DimensionType": "INCLUSIVE", "Values": ["_email.click"]}}}},
                        {"SegmentDimensions": {"Behavior": {"Recency": {
                            "Duration": "DAY_7", "RecencyType": "ACTIVE"}}}}]},
                    "EvaluationWaitTime": {"WaitFor": "P3D"}, "TrueActivity": "split"}},
                "split": {"RandomSplit": {"Branches": [{"Percentage": 30, "NextActivity": "wait"},
                                                       {"Percentage": 70}]}},
                "wait": {"Wait": {"WaitTime": {"WaitFor": "P7D"}, "NextActivity": "hold"}},
                "hold": {"Holdout": {"Percentage": 10, "NextActivity": "by-tier"}},
                "by-tier": {"MultiCondition": {"Branches": [
                    {"Condition": {"SegmentCondition": {"SegmentId": self.segment}}}]}},
            }, **more}

    def create(self, **request):
        return self.pinpoint.create_journey(
            ApplicationId=self.app, WriteJourneyRequest=request)["JourneyResponse"]

    def update(self, journey, **request):
        return self.pinpoint.update_journey(ApplicationId=self.app, JourneyId=journey["Id"],
                                            WriteJourneyRequest=request)["JourneyResponse"]

    def state(self, journey, state):
        return self.pinpoint.update_journey_state(ApplicationId=self.app, JourneyId=journey["Id"],
                                                  JourneyStateRequest={"State": state})["JourneyResponse"]

    def get(self, journey):
        return self.pinpoint.get_journey(ApplicationId=self.app, JourneyId=journey["Id"])["JourneyResponse"]


@pytest.fixture
def shop(server, pinpoint, app):
    return Shop(server, pinpoint, app)


def conflict():
    return pytest.raises(ClientError, match="ConflictException")


def test_journey_comes_back_as_it_was_given(shop):
    start = datetime(2099, 1, 1, 9, tzinfo=timezone.utc)
    request = shop.welcome(Schedule={"StartTime": start, "Timezone": "Europe/Berlin"})
    journey = shop.create(**request)

    assert HEX_ID.match(journey["Id"]) and ISO_DATE.match(journey["CreationDate"])
    assert (journey["State"], journey["ApplicationId"], journey["tags"]) == ("DRAFT", shop.app, {})
    assert {name: journey[name] for name in request} == request
    assert "OpenHours" not in journey and "LocalTime" not in journey
    assert shop.get(journey) == journey


def test_draft_is_replaced_published_paused_resumed_and_cancelled(shop):
    journey = shop.create(Name="draft", StartActivity="nowhere")
    replaced = shop.update(journey, **shop.welcome())
    assert (replaced["Name"], replaced["StartActivity"], replaced["State"]) == ("welcome", "mail0", "DRAFT")

    for state in ("ACTIVE", "PAUSED", "ACTIVE", "CANCELLED"):
        assert shop.state(journey, state)["State"] == state
    with bad_request("CANCELLED to ACTIVE"):
        shop.state(journey, "ACTIVE")


def test_publication_lists_every_problem_and_stores_nothing(shop):
    with pytest.raises(ClientError) as refused:
        shop.create(Name="j", State="ACTIVE", StartActivity="a", Activities={
            "a": {"EMAIL": {"TemplateName": "no-such", "NextActivity": "b"}},
            "b": {"Wait": {"WaitTime": {"WaitFor": "P1D", "WaitUntil": "2099-01-01"}, "NextActivity": "a"}},
            "c": {"Holdout": {"Percentage": 10, "NextActivity": "d"}}})
    message = refused.value.response["Error"]["Message"]
    assert refused.value.response["Error"]["Code"] == "BadRequestException"
    for problem in ("START_CONDITION ", "a: TEMPLATE ", "b: CYCLE ", "b: WAIT ", "c: UNREACHABLE ", "c: UNKNOWN_NEXT "):
        assert problem in message
    assert shop.pinpoint.list_journeys(ApplicationId=shop.app)["JourneysResponse"]["Item"] == []


@pytest.mark.parametrize("change, text", [
    ({"Name": "two words"}, "Name"),
    ({"State": "CLOSED"}, "CLOSED"),
    ({"Limits": {"DailyCap": 101}}, "Limits.DailyCap"),
    ({"RefreshFrequency": "PT1S"}, "RefreshFrequency"),
    ({"QuietTime": {"Start": "9:00", "End": "10:00"}}, "QuietTime.Start"),
    ({"Schedule": {"Timezone": "Mars"}}, "Schedule.Timezone"),
    ({"Activities": {"a b": {}}}, "Activities.a b"),
    ({"Activities": {"w": {"Wait": {"WaitTime": {"WaitFor": "P1M"}}}}}, "Activities.w.Wait.WaitTime.WaitFor"),
])
def test_malformed_drafts_are_refused_naming_the_member(shop, change, text):
    with bad_request(text):
        shop.create(**{"Name": "j", **change})


def test_active_journey_takes_limits_and_hours_only(shop):
    journey = shop.create(**shop.welcome(State="ACTIVE"))
    changed = shop.update(journey, Name="renamed", Limits={"DailyCap": 5}, SendingSchedule=True, OpenHours={
        "EMAIL": {"MONDAY": [{"StartTime": "09:00", "EndTime": "17:00"}]}})
    assert (changed["Name"], changed["Limits"], changed["State"]) == ("renamed", {"DailyCap": 5}, "ACTIVE")
    assert changed["Activities"] == journey["Activities"]

    for change in ({"StartActivity": "split"}, {"State": "DRAFT"}, {"Activities": {}}):
        with conflict():
            shop.update(journey, Name="j", **change)
    shop.state(journey, "PAUSED")
    with conflict():
        shop.update(journey, Name="j")


def test_journeys_are_listed_newest_first_and_paged(shop):
    made = [shop.create(Name=f"j{i}")["Id"] for i in range(3)]
    first = shop.pinpoint.list_journeys(ApplicationId=shop.app, PageSize="2")["JourneysResponse"]
    second = shop.pinpoint.list_journeys(
        ApplicationId=shop.app, PageSize="2", Token=first["NextToken"])["JourneysResponse"]

    assert sorted(j["Id"] for j in first["Item"] + second["Item"]) == sorted(made)
    assert (len(first["Item"]), len(second["Item"]), "NextToken" in second) == (2, 1, False)


def test_published_journey_has_a_scheduled_run_and_counts_nothing(shop):
    journey = shop.create(**shop.welcome(State="ACTIVE"))
    where = {"ApplicationId": shop.app, "JourneyId": journey["Id"]}

    path = f"/v1/apps/{shop.app}/journeys/{journey['Id']}/runs"  # younger than some SDKs
    [run] = shop.server.request("GET", path).json()["Item"]
    assert run["Status"] == "SCHEDULED" and HEX_ID.match(run["RunId"]) and ISO_DATE.match(run["CreationTime"])
    of_run = shop.server.request("GET", f"{path}/{run['RunId']}/execution-metrics").json()
    assert (of_run["RunId"], set(of_run["Metrics"].values())) == (run["RunId"], {"0"})
    of_both = shop.server.request("GET", f"{path}/{run['RunId']}/activities/wait/execution-metrics").json()
    assert (of_both["ActivityType"], of_both["Metrics"]["WAIT_STARTED"]) == ("WAIT", "0")
    for unknown in ("0" * 32, f"{'0' * 32}/activities/mail0", f"{run['RunId']}/activities/nowhere"):
        assert shop.server.request("GET", f"{path}/{unknown}/execution-metrics").status == 404
    metrics = shop.pinpoint.get_journey_execution_metrics(**where)["JourneyExecutionMetricsResponse"]
    assert metrics["Metrics"]["ENDPOINT_ENTERED"] == "0" and set(metrics["Metrics"].values()) == {"0"}
    for activity, kind, keys in (
            ("mail0", "MESSAGE", {"SUCCESS", "DAILY_CAP_EXCEEDED"}),
            ("clicked", "CONDITIONAL_SPLIT", {"Branch_TRUE", "Branch_FALSE"}),
            ("split", "RANDOM_SPLIT", {"Branch_1", "Branch_2"}),
            ("wait", "WAIT", {"WAIT_STARTED", "WAIT_FINISHED", "WAIT_SKIPPED"}),
            ("hold", "HOLDOUT", {"HELDOUT", "NOT_HELDOUT"}),
            ("by-tier", "MULTI_CONDITIONAL_SPLIT", {"Branch_1", "Branch_DEFAULT"})):
        of_activity = shop.pinpoint.get_journey_execution_activity_metrics(
            **where, JourneyActivityId=activity)["JourneyExecutionActivityMetricsResponse"]
        assert of_activity["ActivityType"] == kind and keys <= set(of_activity["Metrics"])
    with not_found():
        shop.pinpoint.get_journey_execution_activity_metrics(**where, JourneyActivityId="nowhere")

    validation = shop.server.native("POST", f"/apps/{shop.app}/journeys/{journey['Id']}/validate").json()
    assert validation["Errors"] == [] and validation["Warnings"][0]["Code"] == "NOT_BUILT"


def test_deleted_journey_is_answered_and_gone(shop):
    journey = shop.create(**shop.welcome(State="ACTIVE"))
    where = {"ApplicationId": shop.app, "JourneyId": journey["Id"]}

    assert shop.pinpoint.delete_journey(**where)["JourneyResponse"] == journey
    for operation in ("get_journey", "delete_journey", "get_journey_execution_metrics"):
        with not_found():
            getattr(shop.pinpoint, operation)(**where)
    with not_found():
        shop.state(journey, "CANCELLED")


def test_journey_without_its_entry_segment_is_over(shop):
    journey = shop.create(**shop.welcome(State="ACTIVE", Activities={"mail0": {"EMAIL": {"TemplateName": shop.template}}}))
    shop.pinpoint.delete_segment(ApplicationId=shop.app, SegmentId=shop.segment)
    assert shop.get(journey)["State"] == "COMPLETED"


def test_end_time_completes_a_journey_that_nobody_entered(clocked):
    pinpoint = clocked.client()
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
    shop = Shop(clocked, pinpoint, app)
    now = datetime.fromisoformat(clocked.native("GET", "/clock").json()["Now"].replace("Z", "+00:00"))
    journey = shop.create(**shop.welcome(State="ACTIVE", Schedule={"EndTime": now.replace(year=now.year + 1)}))

    clocked.advance(360 * 86400)
    assert shop.get(journey)["State"] == "ACTIVE"
    clocked.advance(7 * 86400)
    assert shop.get(journey)["State"] == "COMPLETED"
    assert shop.get(journey)["LastModifiedDate"] == journey["LastModifiedDate"]


def test_tags_are_set_by_the_tag_operations(shop):
    journey = shop.create(Name="j")
    arn = f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{shop.app}/journeys/{journey['Id']}"
    shop.pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": {"team": "a", "x": "y"}})
    shop.pinpoint.untag_resource(ResourceArn=arn, TagKeys=["x"])

    assert shop.get(journey)["tags"] == {"team": "a"}
    assert shop.pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"]["tags"] == {"team": "a"}
    shop.pinpoint.delete_journey(ApplicationId=shop.app, JourneyId=journey["Id"])
    with not_found():
        shop.pinpoint.list_tags_for_resource(ResourceArn=arn)
