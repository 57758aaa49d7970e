"""Makes the calls of a file through boto3: run_boto3.py CASES OUTCOMES URL (format: runners.py)."""

import sys

import boto3
import botocore
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from runners import REGION, alter, describe, run_all

clients = {}


def client_for(credentials, url):
    key = tuple(credentials or ())
    if key not in clients:
        extra = {} if credentials else {"signature_version": botocore.UNSIGNED}
        clients[key] = boto3.client(
            "pinpoint", region_name=REGION, endpoint_url=url,
            aws_access_key_id=credentials[0] if credentials else "none",
            aws_secret_access_key=credentials[1] if credentials else "none",
            config=Config(retries={"max_attempts": 0}, parameter_validation=False, **extra))
    return clients[key]


def call(case, url):
    client = client_for(case["credentials"], url)
    seen = {}

    def note(http_response, **_):
        seen["http"] = http_response

    def before_sign(request, **_):
        alter(request, case["alter"])

    events = client.meta.events
    events.register("after-call.pinpoint", note, unique_id="note")
    events.register("before-sign.pinpoint", before_sign, unique_id="alter")
    try:
        output = getattr(client, xform_name(case["operation"]))(**case["input"])
        output.pop("ResponseMetadata")
        return describe(seen["http"], output=output)
    except ClientError as error:
        return describe(seen["http"], name=error.response["Error"]["Code"], text=str(error))
    finally:
        events.unregister("after-call.pinpoint", unique_id="note")
        events.unregister("before-sign.pinpoint", unique_id="alter")


if __name__ == "__main__":
    run_all(call, *sys.argv[1:])
