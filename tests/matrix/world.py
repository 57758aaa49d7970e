"""The prepared world of one client: an application with one of everything, and one more of what gets deleted."""

import pathlib
import re

from botocore import xform_name
from inputs import (NO_ID, PAYLOADS, ROLE, TEMPLATES, campaign, endpoint, journey, recommender, segment)
from not_built import operations_not_built

LAUNCH_SECONDS = 600  # a journey's first run starts within this time after its publication


class World:
    """What a client's calls are about: values by the name of the member in the model, and by what they are."""

    def __init__(self, server, client, prefix):
        self._server, self._client, self.prefix = server, client, prefix
        self._not_built = operations_not_built()
        self.names = {"UserId": "ann", "EndpointId": "phone", "Version": "1", "TemplateType": "EMAIL",
                      "AttributeType": "endpoint-custom-attributes", "JourneyActivityId": "first"}
        self._prepare()

    def __getitem__(self, name):
        return self.names[name]

    def path_value(self, operation, member):
        """The value of a path member: of the thing to delete where the operation deletes."""
        verb = re.match("[A-Z][a-z]+", operation).group()
        if member == "KpiName":
            return {"GetApplicationDateRangeKpi": "txn-emails-sent", "GetCampaignDateRangeKpi": "unique-deliveries",
                    "GetJourneyDateRangeKpi": "journey-emails-sent"}[operation]
        if member == "TemplateName":
            return f"{self.prefix}-{'new' if verb == 'Create' else 'gone' if verb == 'Delete' else 'kept'}"
        special = {
            ("DeleteApp", "ApplicationId"): "spare app", ("DeleteCampaign", "CampaignId"): "spare campaign",
            ("DeleteSegment", "SegmentId"): "spare segment", ("DeleteJourney", "JourneyId"): "spare journey",
            ("DeleteRecommenderConfiguration", "RecommenderId"): "spare recommender",
            ("DeleteEndpoint", "EndpointId"): "spare endpoint", ("DeleteUserEndpoints", "UserId"): "spare user",
            ("GetExportJob", "JobId"): "export job", ("GetImportJob", "JobId"): "import job",
            ("UpdateJourneyState", "JourneyId"): "startable journey",
        }.get((operation, member))
        if member == "JourneyId" and ("Run" in operation or "Metrics" in operation):
            special = "running journey"
        return self.names[special or member]

    def _make(self, operation, **members):
        """The id of a new thing; an id of nothing while the operation is not built."""
        if operation in self._not_built:
            return NO_ID
        call = getattr(self._client, xform_name(operation))
        (answer,) = (part for name, part in call(**members).items() if name != "ResponseMetadata")
        return answer.get("Id")

    def _prepare(self):
        names, client = self.names, self._client
        app = self._make("CreateApp", CreateApplicationRequest={"Name": self.prefix, "tags": {"team": "clients"}})
        names["ApplicationId"] = app
        names["spare app"], names["bare app"] = (
            self._make("CreateApp", CreateApplicationRequest={"Name": name}) for name in ("spare", "bare"))
        names["ResourceArn"] = client.get_app(ApplicationId=app)["ApplicationResponse"]["Arn"]
        for name in (names["EndpointId"], "spare"):
            client.update_endpoint(ApplicationId=app, EndpointId=name, EndpointRequest=endpoint(self))
        other = {**endpoint(self), "User": {"UserId": "bob"}}
        client.update_endpoint(ApplicationId=app, EndpointId="phone-of-bob", EndpointRequest=other)
        names["spare endpoint"], names["spare user"] = "spare", "bob"
        client.update_sms_channel(ApplicationId=app, SMSChannelRequest=PAYLOADS["UpdateSmsChannel"](self))
        names["segment"] = self._make("CreateSegment", ApplicationId=app, WriteSegmentRequest=segment(self))
        names["SegmentId"] = names["segment"]
        names["spare segment"] = self._make("CreateSegment", ApplicationId=app, WriteSegmentRequest=segment(self))
        names["CampaignId"], names["spare campaign"] = (
            self._make("CreateCampaign", ApplicationId=app, WriteCampaignRequest=campaign(self)) for _ in range(2))
        self._prepare_templates()
        self._prepare_jobs(app)
        self._prepare_journeys(app)
        names["RecommenderId"], names["spare recommender"] = (
            self._make("CreateRecommenderConfiguration", CreateRecommenderConfiguration=recommender(self))
            for _ in range(2))

    def _prepare_templates(self):
        for kind, content in TEMPLATES.items():
            member = {"Push": "PushNotification", "Sms": "SMS"}.get(kind, kind) + "TemplateRequest"
            for name in ("kept", "gone"):
                create = getattr(self._client, xform_name(f"Create{kind}Template"))
                create(TemplateName=f"{self.prefix}-{name}", **{member: content})

    def _prepare_jobs(self, app):
        place = pathlib.Path(self._server.data_dir) / "buckets" / "clients"
        place.mkdir(parents=True, exist_ok=True)
        (place / "people.csv").write_text("ChannelType,Address,Id\nSMS,+12065550150,imported\n", encoding="utf-8")
        self.names["import_url"] = "s3://clients/people.csv"
        self.names["import job"] = self._make("CreateImportJob", ApplicationId=app,
                                              ImportJobRequest=PAYLOADS["CreateImportJob"](self))
        self.names["export job"] = self._make("CreateExportJob", ApplicationId=app, ExportJobRequest={
            "RoleArn": ROLE, "S3UrlPrefix": "s3://clients/first/"})

    def _prepare_journeys(self, app):
        for name in ("JourneyId", "spare journey", "startable journey", "running journey"):
            state = {"State": "ACTIVE"} if name == "running journey" else {}
            self.names[name] = self._make("CreateJourney", ApplicationId=app,
                                          WriteJourneyRequest={**journey(self), **state})
        self.names["RunId"] = NO_ID
        if not self._not_built & {"CreateJourney", "GetJourneyRuns"}:
            self._server.advance(LAUNCH_SECONDS)
            reply = self._server.request("GET", f"/v1/apps/{app}/journeys/{self.names['running journey']}/runs")
            self.names["RunId"] = reply.json()["Item"][0]["RunId"]


def allow_all_but(server, operation):
    """The id and the secret of a new key that may do everything but one operation."""
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "NotAction": f"mobiletargeting:{operation}", "Resource": "*"}]}
    reply = server.native("POST", "/keys", {"Name": f"without-{operation}", "Policies": [policy]})
    if reply.status != 201:
        raise RuntimeError(f"no key without {operation}: {reply}")
    return [reply.json()["AccessKeyId"], reply.json()["SecretAccessKey"]]
