"""Paging through every list operation: API-60 to API-66."""

import re
import threading
from uuid import uuid4

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from expectations import bad_request
from not_built import operations_not_built
from pinion_server import PinionServer
from service_model import write_for_botocore

ITEMS = 5
TOKEN = re.compile(r"^[A-Za-z0-9_-]{1,512}$")
ROLE = "arn:aws:iam::123456789012:role/r"
LAUNCH_SECONDS = 600
DAY_SECONDS = 86_400


class World:
    """A server of its own, in which every list has ITEMS items that the clock tells apart."""

    def __init__(self, server, models):
        self.server, self.pinpoint = server, server.client(models=models)
        self.not_built = operations_not_built()
        self.names = {}
        self.apps = [self.make("create_app", CreateApplicationRequest={"Name": f"app {i}"}) for i in range(ITEMS)]
        self.names["ApplicationId"] = self.app = self.apps[0]
        self.pinpoint.update_sms_channel(ApplicationId=self.app, SMSChannelRequest={})
        self.names["SegmentId"] = [self.make("create_segment", ApplicationId=self.app,
                                             WriteSegmentRequest={"Name": f"s{i}"}) for i in range(ITEMS)][0]
        for i in range(1, ITEMS):
            self.pinpoint.update_segment(ApplicationId=self.app, SegmentId=self.names["SegmentId"],
                                         WriteSegmentRequest={"Name": f"version {i}"})
        self._make_campaigns()
        self._make_templates()
        self._make_imports()
        if "CreateExportJob" not in self.not_built:
            for _ in range(ITEMS):
                self.make("create_export_job", ApplicationId=self.app, ExportJobRequest={
                    "RoleArn": ROLE, "S3UrlPrefix": "s3://out/x", "SegmentId": self.names["SegmentId"]})
        if "CreateRecommenderConfiguration" not in self.not_built:
            for i in range(ITEMS):
                self.make("create_recommender_configuration", CreateRecommenderConfiguration={
                    "Name": f"r{i}", "RecommendationProviderRoleArn": ROLE, "RecommendationsDisplayName": "Shoes",
                    "RecommendationProviderUri": "arn:aws:personalize:us-east-1:123456789012:campaign/c"})
        if "CreateJourney" not in self.not_built:
            self._make_journeys()
        self.server.advance(LAUNCH_SECONDS)
        for _ in range(ITEMS):
            self.server.advance(DAY_SECONDS)
        if "GetJourneyRuns" not in self.not_built and len(Pages(self, "GetJourneyRuns").page()[0]) < ITEMS:
            self.not_built.add("GetJourneyRuns")  # journeys do not refresh yet

    def make(self, operation, **members):
        (answer,) = (part for name, part in getattr(self.pinpoint, operation)(**members).items()
                     if name != "ResponseMetadata")
        self.server.advance(1)
        return answer.get("Id")

    def _make_campaigns(self):
        body = {"SegmentId": self.names["SegmentId"], "MessageConfiguration": {"SMSMessage": {"Body": "x"}}}
        once = {"StartTime": "2090-01-01T00:00:00Z"}
        self.names["CampaignId"] = [
            self.make("create_campaign", ApplicationId=self.app, WriteCampaignRequest={
                **body, "Name": f"c{i}", "Schedule": once}) for i in range(ITEMS)][0]
        for i in range(1, ITEMS):
            self.pinpoint.update_campaign(ApplicationId=self.app, CampaignId=self.names["CampaignId"],
                                          WriteCampaignRequest={"Name": f"version {i}"})
        daily = {"StartTime": "IMMEDIATE", "Frequency": "DAILY", "EndTime": "2090-01-01T00:00:00Z"}
        try:
            self.names["RepeatedId"] = self.make("create_campaign", ApplicationId=self.app, WriteCampaignRequest={
                **body, "Name": "daily", "Schedule": daily})
        except ClientError as error:
            assert "not built yet" in str(error)
            self.not_built.add("GetCampaignActivities")

    def _make_templates(self):
        for i in range(ITEMS):
            self.pinpoint.create_sms_template(TemplateName=f"t{i}", SMSTemplateRequest={"Body": "x"})
        for i in range(1, ITEMS):
            self.pinpoint.update_sms_template(TemplateName="t0", CreateNewVersion=True,
                                              SMSTemplateRequest={"Body": f"version {i}"})
        self.names.update(TemplateName="t0", TemplateType="SMS")

    def _make_imports(self):
        for _ in range(ITEMS):
            self.make("create_import_job", ApplicationId=self.app, ImportJobRequest={
                "Format": "CSV", "RegisterEndpoints": True, "RoleArn": ROLE, "S3Url": "s3://none/x.csv"})

    def _make_journeys(self):
        body = {"StartActivity": "a", "RefreshFrequency": "P1D", "Activities": {"a": {"Wait": {"WaitTime": {
            "WaitFor": "PT1H"}}}}, "StartCondition": {"SegmentStartCondition": {"SegmentId": self.names["SegmentId"]}}}
        self.names["JourneyId"] = [
            self.make("create_journey", ApplicationId=self.app, WriteJourneyRequest={
                **body, "Name": f"j{i}", **({} if i else {"State": "ACTIVE"})}) for i in range(ITEMS)][0]


# Operation → its path members; token or next-token is in the model of the client.
LISTS = {
    "GetApps": [],
    "GetCampaigns": ["ApplicationId"],
    "GetCampaignActivities": ["ApplicationId", "RepeatedId"],
    "GetCampaignVersions": ["ApplicationId", "CampaignId"],
    "GetExportJobs": ["ApplicationId"],
    "GetImportJobs": ["ApplicationId"],
    "GetRecommenderConfigurations": [],
    "GetSegmentExportJobs": ["ApplicationId", "SegmentId"],
    "GetSegmentVersions": ["ApplicationId", "SegmentId"],
    "GetSegments": ["ApplicationId"],
    "GetJourneyRuns": ["ApplicationId", "JourneyId"],
    "ListJourneys": ["ApplicationId"],
    "ListTemplateVersions": ["TemplateName", "TemplateType"],
    "ListTemplates": [],
}


class Pages:
    """One list operation."""

    def __init__(self, world, operation):
        client = world.pinpoint
        self._call = getattr(client, xform_name(operation))
        self._path = {name.replace("Repeated", "Campaign"): world.names[name] for name in LISTS[operation]}
        members = client.meta.service_model.operation_model(operation).input_shape.members
        self.token_name = "Token" if "Token" in members else "NextToken"

    def page(self, token=None, size=None):
        """Items and the token of the next page."""
        query = {**({self.token_name: token} if token is not None else {}),
                 **({"PageSize": str(size)} if size is not None else {})}
        (answer,) = (part for name, part in self._call(**self._path, **query).items() if name != "ResponseMetadata")
        assert set(answer) <= {"Item", "NextToken", "RequestID"}
        return answer["Item"], answer.get("NextToken")

    def walk(self, sizes):
        seen, token = [], None
        for turn in range(100):
            items, token = self.page(token, sizes[turn % len(sizes)])
            assert len(items) <= sizes[turn % len(sizes)]
            seen += items
            if token is None:
                return seen
            assert TOKEN.match(token) and items
        raise AssertionError("the walk has no end")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = tmp_path_factory.mktemp("models")
    write_for_botocore(models)
    with PinionServer("--manual-clock") as server:
        yield World(server, models)


@pytest.fixture
def pages(world, request):
    if request.param in world.not_built:
        pytest.skip(f"{request.param} is not built yet")
    return Pages(world, request.param)


every_list = pytest.mark.parametrize("pages", LISTS, indirect=True)


@every_list
def test_pages_of_any_size_give_every_item_once_in_the_order_of_the_whole_list(pages):
    whole, token = pages.page()
    assert token is None and len(whole) >= ITEMS
    for sizes in ([1], [2], [ITEMS], [3, 1, 2]):
        assert pages.walk(sizes) == whole


@every_list
def test_newer_items_come_first(pages):
    whole, _ = pages.page()
    if "TemplateName" in whole[0]:
        keys = [(item["TemplateName"], -int(item["Version"])) for item in whole]
        assert keys == sorted(keys)
    elif "Version" in whole[0] and len({item["Id"] for item in whole}) == 1:
        assert [item["Version"] for item in whole] == list(range(len(whole), 0, -1))
    else:
        dates = [next(item[name] for name in ("CreationDate", "CreationTime", "Start") if name in item) for item in whole]
        assert dates == sorted(dates, reverse=True) and len(set(dates)) == len(dates)


@every_list
def test_page_sizes_have_limits(pages):
    for bad in ("0", "-1", "x", "1.5", "", " 1", "99999999999999999999999x"):
        with bad_request("page-size"):
            pages.page(size=bad)
    for large in ("1001", "99999999999999999999999"):
        assert pages.page(size=large) == pages.page()


@every_list
def test_an_empty_token_is_the_first_page_and_an_altered_one_is_refused(pages):
    _, token = pages.page(size=1)
    assert pages.page("", size=1) == pages.page(size=1)
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    for bad in ("x", token + "A", altered, token[:-4], "a" * 2000):
        with bad_request("token"):
            pages.page(bad, size=1)


def test_tokens_belong_to_their_operation_and_its_path(world):
    lists = [Pages(world, operation) for operation in LISTS if operation not in world.not_built]
    tokens = [pages.page(size=1)[1] for pages in lists]
    for pages, own in zip(lists, tokens):
        for token in tokens:
            if token != own:
                with bad_request("token"):
                    pages.page(token)
    other = world.apps[1]
    for i in range(2):
        world.make("create_segment", ApplicationId=other, WriteSegmentRequest={"Name": f"s{i}"})
    with bad_request("token"):
        world.pinpoint.get_segments(ApplicationId=other, Token=Pages(world, "GetSegments").page(size=1)[1])


def test_tokens_belong_to_their_filter(world):
    token = world.pinpoint.list_templates(Prefix="t", PageSize="1")["TemplatesResponse"]["NextToken"]
    for other in ({}, {"Prefix": "t1"}, {"Prefix": "t", "TemplateType": "SMS"}):
        with bad_request("token"):
            world.pinpoint.list_templates(NextToken=token, **other)
    assert world.pinpoint.list_templates(Prefix="t", NextToken=token)["TemplatesResponse"]["Item"]


def test_tokens_outlive_the_process_and_changes_of_the_list(tmp_path):
    with PinionServer(data_dir=str(tmp_path / "data")) as server:
        pinpoint = server.client()
        made = [pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
                for _ in range(6)]
        first = pinpoint.get_apps(PageSize="2")["ApplicationsResponse"]
        server.stop()
        server.start()
        pinpoint = server.client()
        shown = [item["Id"] for item in first["Item"]]
        last_shown, next_hidden = shown[-1], next(app for app in made if app not in shown)
        pinpoint.delete_app(ApplicationId=last_shown)
        pinpoint.create_app(CreateApplicationRequest={"Name": "new"})
        pinpoint.delete_app(ApplicationId=next_hidden)
        rest = pinpoint.get_apps(Token=first["NextToken"])["ApplicationsResponse"]
        assert "NextToken" not in rest
        kept = set(made) - {last_shown, next_hidden}
        assert sorted(set(shown) - {last_shown} | {item["Id"] for item in rest["Item"]}) == sorted(kept)


def test_a_walk_beside_writers_misses_and_repeats_nothing(server, pinpoint, app):
    def segment():
        return pinpoint.create_segment(ApplicationId=app, WriteSegmentRequest={"Name": "s"})["SegmentResponse"]["Id"]

    kept = {segment() for _ in range(20)}
    done = threading.Event()

    def write():
        while not done.is_set():
            pinpoint.delete_segment(ApplicationId=app, SegmentId=segment())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            seen, token = [], {}
            while True:
                page = pinpoint.get_segments(ApplicationId=app, PageSize="3", **token)["SegmentsResponse"]
                seen += [item["Id"] for item in page["Item"]]
                if "NextToken" not in page:
                    break
                token = {"Token": page["NextToken"]}
            assert len(seen) == len(set(seen)) and kept <= set(seen)
    finally:
        done.set()
        writer.join()


def test_a_query_parameter_given_twice_counts_first_and_unknown_ones_not_at_all(server, world):
    reply = world.server.request("GET", "/v1/apps?page-size=1&page-size=x&color=red")
    assert reply.status == 200 and len(reply.json()["Item"]) == 1


def test_imports_of_a_segment_are_paged(world, tmp_path):
    place = tmp_path / "x"
    place.write_text("ChannelType,Address\nSMS,+12065550142\n", encoding="utf-8")
    with PinionServer("--set", f"jobs.file_roots={tmp_path}") as server:
        pinpoint = server.client()
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
        job = {"Format": "CSV", "RegisterEndpoints": True, "RoleArn": ROLE, "S3Url": f"file://{place}"}
        first = pinpoint.create_import_job(ApplicationId=app, ImportJobRequest={
            **job, "DefineSegment": True, "SegmentName": "s"})["ImportJobResponse"]
        segment = first["Definition"]["SegmentId"]
        for _ in range(2):
            pinpoint.create_import_job(ApplicationId=app, ImportJobRequest={**job, "SegmentId": segment})
        page = pinpoint.get_segment_import_jobs(ApplicationId=app, SegmentId=segment, PageSize="2")["ImportJobsResponse"]
        rest = pinpoint.get_segment_import_jobs(ApplicationId=app, SegmentId=segment,
                                                Token=page["NextToken"])["ImportJobsResponse"]
        assert (len(page["Item"]), len(rest["Item"]), "NextToken" in rest) == (2, 1, False)
        assert rest["Item"][0]["Id"] == first["Id"]


@pytest.mark.parametrize("operation", ["GetUserEndpoints", "GetChannels"])
def test_some_lists_are_whole_whatever_is_asked(world, operation):
    pinpoint, app = world.pinpoint, world.app
    for i in range(3):
        pinpoint.update_endpoint(ApplicationId=app, EndpointId=f"e{i}", EndpointRequest={"User": {"UserId": "u"}})
    path = {"GetUserEndpoints": "users/u", "GetChannels": "channels"}[operation]
    reply = world.server.request("GET", f"/v1/apps/{app}/{path}?page-size=1&token=x")
    assert reply.status == 200 and "NextToken" not in reply.json()
    assert operation == "GetChannels" or len(reply.json()["Item"]) == 3
