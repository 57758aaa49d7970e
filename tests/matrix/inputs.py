"""What the model cannot say: which values mean something in the prepared world (world.py), by operation and member.

Everything that is not here is generated from the model."""

ROLE = "arn:aws:iam::123456789012:role/clients"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/clients"
FAR_AWAY = "2090-01-01T00:00:00Z"
NO_ID = "0" * 32

SMS = {"SMSMessage": {"Body": "Hello", "MessageType": "TRANSACTIONAL"}}


def campaign(world):
    return {"Name": "spring", "SegmentId": world["segment"], "MessageConfiguration": SMS,
            "Schedule": {"StartTime": FAR_AWAY, "Frequency": "ONCE"}, "tags": {"team": "clients"}}


def segment(_):
    return {"Name": "gold", "tags": {"team": "clients"}, "SegmentGroups": {"Include": "ALL", "Groups": [
        {"Type": "ALL", "SourceType": "ALL", "SourceSegments": [], "Dimensions": [
            {"Attributes": {"tier": {"AttributeType": "INCLUSIVE", "Values": ["gold"]}}}]}]}}


def journey(world):
    return {"Name": "welcome", "StartActivity": "first", "StartCondition": {
        "SegmentStartCondition": {"SegmentId": world["segment"]}},
        "Activities": {"first": {"Wait": {"WaitTime": {"WaitFor": "PT1H"}}}}}


def endpoint(_):
    return {"Address": "+12065550142", "ChannelType": "SMS", "Attributes": {"tier": ["gold"]}, "Metrics": {"age": 40},
            "Demographic": {"Timezone": "Europe/Oslo"}, "User": {"UserId": "ann", "UserAttributes": {"name": ["Ann"]}}}


def recommender(_):
    return {"Name": "shoes", "RecommendationProviderRoleArn": ROLE, "RecommendationsDisplayName": "Shoes",
            "RecommendationProviderUri": "arn:aws:personalize:us-east-1:123456789012:campaign/shoes"}


TEMPLATES = {
    "Email": {"Subject": "Hello {{User.UserId}}", "HtmlPart": "<p>Hello</p>", "TextPart": "Hello"},
    "InApp": {"Layout": "TOP_BANNER", "Content": [{"BackgroundColor": "#FFFFFF", "HeaderConfig": {
        "Alignment": "LEFT", "Header": "Hello", "TextColor": "#000000"}}]},
    "Push": {"Default": {"Title": "Hello", "Body": "World", "Action": "OPEN_APP"}},
    "Sms": {"Body": "Hello"},
    "Voice": {"Body": "Hello", "LanguageCode": "en-US", "VoiceId": "Joanna"},
}

# Payloads by operation; the ones of channels and templates are added below.
PAYLOADS = {
    "CreateApp": lambda _: {"Name": "Shop", "tags": {"team": "clients"}},
    "CreateCampaign": campaign,
    "UpdateCampaign": campaign,
    "CreateSegment": segment,
    "UpdateSegment": segment,
    "CreateJourney": journey,
    "UpdateJourney": journey,
    "UpdateJourneyState": lambda _: {"State": "ACTIVE"},
    "CreateRecommenderConfiguration": recommender,
    "UpdateRecommenderConfiguration": recommender,
    "CreateImportJob": lambda world: {"Format": "CSV", "RoleArn": ROLE, "S3Url": world["import_url"],
                                      "DefineSegment": True, "SegmentName": "imported", "RegisterEndpoints": True},
    "CreateExportJob": lambda _: {"RoleArn": ROLE, "S3UrlPrefix": "s3://clients/export/"},
    "UpdateEndpoint": endpoint,
    "UpdateEndpointsBatch": lambda world: {"Item": [{"Id": "in-a-batch", **endpoint(world)}]},
    "PutEvents": lambda world: {"BatchItem": {"visitor": {"Endpoint": endpoint(world), "Events": {
        "one": {"EventType": "Purchase", "Timestamp": "2026-01-01T00:00:00Z", "Metrics": {"value": 9.5}}}}}},
    "PutEventStream": lambda _: {"RoleArn": ROLE, "DestinationStreamArn": STREAM},
    "RemoveAttributes": lambda _: {"Blacklist": ["never-*"]},
    "SendMessages": lambda _: {"Addresses": {"+12065550142": {"ChannelType": "SMS"}}, "MessageConfiguration": SMS},
    "SendUsersMessages": lambda world: {"Users": {world["UserId"]: {}}, "MessageConfiguration": SMS},
    "SendOTPMessage": lambda _: {"BrandName": "Shop", "Channel": "SMS", "DestinationIdentity": "+12065550142",
                                 "OriginationIdentity": "+12065550100", "ReferenceId": "login"},
    "VerifyOTPMessage": lambda _: {"DestinationIdentity": "+12065550142", "Otp": "000000", "ReferenceId": "none"},
    "PhoneNumberValidate": lambda _: {"PhoneNumber": "+12065550142", "IsoCountryCode": "US"},
    "TagResource": lambda _: {"tags": {"team": "clients"}},
    "UpdateApplicationSettings": lambda _: {"Limits": {"Daily": 10}, "QuietTime": {"Start": "22:00", "End": "07:00"}},
    "UpdateTemplateActiveVersion": lambda _: {"Version": "1"},
    "UpdateAdmChannel": lambda _: {"ClientId": "id", "ClientSecret": "secret", "Enabled": True},
    "UpdateBaiduChannel": lambda _: {"ApiKey": "key", "SecretKey": "secret"},
    "UpdateEmailChannel": lambda _: {"FromAddress": "a@example.com", "Enabled": True,
                                     "Identity": "arn:aws:ses:us-east-1:123456789012:identity/example.com"},
    "UpdateGcmChannel": lambda _: {"ApiKey": "key"},
    "UpdateSmsChannel": lambda _: {"SenderId": "Shop", "Enabled": True},
    "UpdateVoiceChannel": lambda _: {"Enabled": True},
    **{f"Update{kind}Channel": lambda _: {"BundleId": "com.example", "Certificate": "certificate", "PrivateKey": "key"}
       for kind in ("Apns", "ApnsSandbox", "ApnsVoip", "ApnsVoipSandbox")},
    **{f"{verb}{kind}Template": lambda _, content=content: {"TemplateDescription": verb_text, **content}
       for kind, content in TEMPLATES.items() for verb, verb_text in (("Create", "a new one"), ("Update", "another"))},
}

# Query members that only some values fit.
QUERIES = {
    "UntagResource": {"TagKeys": ["team"]},
    "ListTemplates": {"TemplateType": "EMAIL"},
    **{f"Get{of}DateRangeKpi": {"StartTime": {"$time": "2026-01-01T00:00:00Z"},
                                "EndTime": {"$time": "2026-01-20T00:00:00Z"}}
       for of in ("Application", "Campaign", "Journey")},
}

# Members that the rules require where the model does not: TPL-30, CHN-55.
REQUIRED_BY_RULE = {"UpdateTemplateActiveVersion": ("Version",), "PhoneNumberValidate": ("PhoneNumber",)}

# Where the nearest member of the model would be judged item by item instead of failing the request (EVT-2).
MISTYPED = {"PutEvents": ("BatchItem", "{}")}

# Queries that are not looked at (API-65), so that no value of theirs is wrong.
IGNORED_QUERIES = {"PageSize", "NextToken"}
QUERY_IGNORED_BY = {
    *(f"Get{of}DateRangeKpi" for of in ("Application", "Campaign", "Journey")),
    "GetJourneyExecutionMetrics", "GetJourneyExecutionActivityMetrics", "GetJourneyRunExecutionMetrics",
    "GetJourneyRunExecutionActivityMetrics",
}

# Path members: an unknown value and what it gets. TemplateName and EndpointId are chosen by whoever creates.
UNKNOWN_IN_PATH = {
    "ApplicationId": (NO_ID, 404), "CampaignId": (NO_ID, 404), "SegmentId": (NO_ID, 404), "JourneyId": (NO_ID, 404),
    "RunId": (NO_ID, 404), "JourneyActivityId": ("nowhere", 404), "JobId": (NO_ID, 404), "RecommenderId": (NO_ID, 404),
    "EndpointId": ("nobody", 404), "UserId": ("nobody", 404), "TemplateName": ("nothing", 404), "Version": ("99", 404),
    "KpiName": ("happiness", 400), "AttributeType": ("no-such-attributes", 400), "TemplateType": ("FAX", 400),
    "ResourceArn": (f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{NO_ID}", 404),
}
MADE_BY_PUT = {("UpdateEndpoint", "EndpointId")}

# References in payloads: where, an unknown value, and what it gets (API-30: 400 but for a version to activate, TPL-30).
_CAMPAIGN_REFERENCES = [
    (("SegmentId",), NO_ID, 400), (("TemplateConfiguration", "SMSTemplate", "Name"), "nothing", 400)]
_SEGMENT_REFERENCES = [(("SegmentGroups", "Groups", "[]", "SourceSegments", "[]", "Id"), NO_ID, 400)]
_MESSAGE_REFERENCES = [(("TemplateConfiguration", "SMSTemplate", "Name"), "nothing", 400)]
UNKNOWN_IN_PAYLOAD = {
    "CreateCampaign": _CAMPAIGN_REFERENCES,
    "UpdateCampaign": _CAMPAIGN_REFERENCES,
    "CreateSegment": _SEGMENT_REFERENCES,
    "UpdateSegment": _SEGMENT_REFERENCES,
    "CreateImportJob": [(("SegmentId",), NO_ID, 400)],
    "CreateExportJob": [(("SegmentId",), NO_ID, 400)],
    "SendMessages": _MESSAGE_REFERENCES,
    "SendUsersMessages": _MESSAGE_REFERENCES,
    "UpdateTemplateActiveVersion": [(("Version",), "99", 404)],
}

# Settings that an application has only once they were put: reading and deleting them before is 404.
ABSENT_UNTIL_PUT = ("Channel", "EventStream")
