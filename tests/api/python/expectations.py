"""Assertions that every test file shares."""

import contextlib
import re

import pytest
from botocore.exceptions import ClientError

ISO_DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
HEX_ID = re.compile(r"^[0-9a-f]{32}$")


@contextlib.contextmanager
def refused(status, name, message=None):
    """The call inside must fail with this status and error type; `message` must be part of what it says."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status, answer
    assert answer["Error"]["Code"] == name, answer
    text = answer["Error"].get("Message") or answer.get("Message", "")
    if message is not None:
        assert message in text, answer
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]


def bad_request(message=None):
    return refused(400, "BadRequestException", message)


def not_found(message=None):
    return refused(404, "NotFoundException", message)
