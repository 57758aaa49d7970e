"""Makes the calls of a file through the AWS CLI, in this process: run_cli.py CASES OUTCOMES URL (format: runners.py).

A shell starts one process for each call; that would take most of the time. Here every call gets a command line driver
of its own instead, which is what that process would make."""

import contextlib
import io
import json
import os
import re
import sys

from awscli.clidriver import create_clidriver
from runners import REGION, alter, describe, run_all

try:
    from awscli.botocore import xform_name
except ImportError:  # version 1 comes without a botocore of its own
    from botocore import xform_name


# `--version` is the command line's own; its options for the model's Version have other names.
OPTIONS = {("GetCampaignVersion", "Version"): "campaign-version", ("GetSegmentVersion", "Version"): "segment-version"}


def arguments(case, url):
    """The words behind `aws`."""
    words = ["pinpoint", xform_name(case["operation"], "-"), "--endpoint-url", url, "--output", "json"]
    if not case["credentials"]:
        words.append("--no-sign-request")
    for name, value in case["input"].items():
        option = OPTIONS.get((case["operation"], name)) or xform_name(name, "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            words += [f"--{option}", value if isinstance(value, str) else json.dumps(value)]
    return words


def call(case, url):
    key, secret = case["credentials"] or ("none", "none")
    os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret)
    driver = create_clidriver()
    seen = {}
    driver.session.register("after-call.pinpoint", lambda http_response, **_: seen.update(http=http_response))
    driver.session.register("before-sign.pinpoint", lambda request, **_: alter(request, case["alter"]))
    printed, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
        status = driver.main(arguments(case, url))
    if "http" not in seen:
        raise RuntimeError(f"aws ended with {status} before it called: {complained.getvalue()}")
    if status == 0:
        return describe(seen["http"], output=json.loads(printed.getvalue() or "{}"))
    text = complained.getvalue()
    named = re.search(r"An error occurred \((\w+)\)", text)
    return describe(seen["http"], name=named and named.group(1), text=text)


if __name__ == "__main__":
    os.environ.update(AWS_DEFAULT_REGION=REGION, AWS_MAX_ATTEMPTS="1", AWS_PAGER="", AWS_EC2_METADATA_DISABLED="true")
    run_all(call, *sys.argv[1:])
