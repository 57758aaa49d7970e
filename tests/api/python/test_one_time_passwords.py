import re

import pytest
from expectations import bad_request, not_found
from pinion_server import PinionServer

NUMBER = "+12065550142"


def send(pinpoint, app, **change):
    request = {"Channel": "SMS", "BrandName": "Shop", "DestinationIdentity": NUMBER, "OriginationIdentity": "+12065550100",
               "ReferenceId": "login", **change}
    return pinpoint.send_otp_message(ApplicationId=app, SendOTPMessageRequestParameters=request)["MessageResponse"]


def new_code(server, pinpoint, app, **change):
    """Sends a code and reads it off its message."""
    result = send(pinpoint, app, **change)["Result"][NUMBER]
    assert (result["DeliveryStatus"], result["StatusCode"]) == ("SUCCESSFUL", 200)
    [message] = server.messages(app, MessageId=result["MessageId"])
    return re.search(r"\d{5,8}", message["Body"])[0]


def valid(pinpoint, app, code, reference="login", number=NUMBER):
    answer = pinpoint.verify_otp_message(ApplicationId=app, VerifyOTPMessageRequestParameters={
        "DestinationIdentity": number, "ReferenceId": reference, "Otp": code})
    return answer["VerificationResponse"]["Valid"]


def other(code):
    return ("1" if code[0] == "0" else "0") + code[1:]


@pytest.fixture
def ready(pinpoint, app):
    pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={})
    return app


def test_a_code_is_sent_and_valid_once(server, pinpoint, ready):
    code = new_code(server, pinpoint, ready, CodeLength=8)
    assert len(code) == 8
    [message] = server.messages(ready)
    assert message["Body"] == f"This is your One Time Password: {code} from Shop"
    assert (message["MessageType"], message["OriginationNumber"]) == ("TRANSACTIONAL", "+12065550100")
    assert not valid(pinpoint, ready, code, reference="signup")
    assert valid(pinpoint, ready, code)
    assert not valid(pinpoint, ready, code)


def test_wrong_tries_end_a_code(server, pinpoint, ready):
    code = new_code(server, pinpoint, ready, AllowedAttempts=2)
    assert not valid(pinpoint, ready, other(code))
    assert not valid(pinpoint, ready, other(code))
    assert not valid(pinpoint, ready, code)


def test_a_code_ends_with_its_period_and_with_the_next_one():
    with PinionServer("--manual-clock") as server:
        pinpoint = server.client()
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={})
        old, code = (new_code(server, pinpoint, app, ValidityPeriod=5, CodeLength=8) for _ in range(2))
        assert not valid(pinpoint, app, old)
        server.advance(299)
        assert valid(pinpoint, app, code)
        late = new_code(server, pinpoint, app, ValidityPeriod=5)
        server.advance(300)
        assert not valid(pinpoint, app, late)


def test_a_code_outlives_a_crash(tmp_path):
    with PinionServer(data_dir=str(tmp_path / "data")) as first:
        client = first.client()
        app = client.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
        client.update_sms_channel(ApplicationId=app, SMSChannelRequest={})
        code = new_code(first, client, app)
        assert not valid(client, app, other(code))
        first.kill()
        first.start()
        client = first.client()
        assert not valid(client, app, other(code))
        assert valid(client, app, code)


@pytest.mark.parametrize("change, member", [
    ({"Channel": "EMAIL"}, "Channel"), ({"BrandName": "x" * 21}, "BrandName"), ({"DestinationIdentity": "123"}, "DestinationIdentity"),
    ({"OriginationIdentity": ""}, "OriginationIdentity"), ({"ReferenceId": "x" * 49}, "ReferenceId"),
    ({"CodeLength": 9}, "CodeLength"), ({"ValidityPeriod": 4}, "ValidityPeriod"), ({"AllowedAttempts": 6}, "AllowedAttempts"),
    ({"Language": "xx"}, "Language"),
])
def test_bad_requests_are_refused(server, pinpoint, ready, change, member):
    with bad_request(member):
        send(pinpoint, ready, **change)
    assert server.messages(ready) == []


def test_without_channel_no_code_comes_to_life(pinpoint, app):
    assert send(pinpoint, app)["Result"][NUMBER]["DeliveryStatus"] == "PERMANENT_FAILURE"


def test_unknown_application_is_not_found(pinpoint):
    with not_found():
        send(pinpoint, "0" * 32)


def test_phone_number_is_validated(pinpoint):
    def validate(**request):
        return pinpoint.phone_number_validate(NumberValidateRequest=request)["NumberValidateResponse"]

    answer = validate(PhoneNumber="+440163296076")
    assert (answer["CleansedPhoneNumberE164"], answer["CleansedPhoneNumberNational"]) == ("+44163296076", "163296076")
    assert (answer["CountryCodeIso2"], answer["CountryCodeNumeric"]) == ("GB", "44")
    assert (answer["PhoneType"], answer["PhoneTypeCode"]) == ("INVALID", 3)
    answer = validate(PhoneNumber="030 12345678", IsoCountryCode="DE")
    assert (answer["CleansedPhoneNumberE164"], answer["PhoneType"]) == ("+493012345678", "LANDLINE")
    assert (answer["OriginalCountryCodeIso2"], answer["City"], answer["Country"]) == ("DE", "Berlin", "Germany")
    with bad_request("PhoneNumber"):
        validate(PhoneNumber="call me")
