"""Mobile and web apps: identities and credentials as Cognito gives them, and what may be done with them."""

import datetime
import uuid

import boto3
from botocore.config import Config
import pytest

from expectations import refused
from login_provider import LoginProvider
from pinion_server import ACCESS_KEY, REGION, PinionServer

ACCOUNT = "123456789012"


def make_pool(server, **settings):
    """A pool with an id of its own; the id."""
    pool = f"{REGION}:{uuid.uuid4()}"
    reply = server.native("PUT", f"/identity-pools/{pool}", {"Name": "shop", "AllowGuests": True, **settings})
    assert reply.status == 200, reply
    return pool


def cognito(server):
    return server.client("cognito-identity")


def credentials_of(server, pool, **logins):
    identity = cognito(server).get_id(IdentityPoolId=pool, **logins)["IdentityId"]
    return cognito(server).get_credentials_for_identity(IdentityId=identity, **logins)["Credentials"]


def client_of(server, credentials, service="pinpoint"):
    return boto3.client(
        service, region_name=REGION, endpoint_url=server.url, aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretKey"], aws_session_token=credentials["SessionToken"],
        config=Config(retries={"max_attempts": 0}))


def put_event(client, app, endpoint="e1"):
    event = {"EventType": "opened", "Timestamp": datetime.datetime.utcnow().isoformat() + "Z"}
    batch = {endpoint: {"Endpoint": {}, "Events": {"1": event}}}
    return client.put_events(ApplicationId=app, EventsRequest={"BatchItem": batch})


@pytest.fixture
def guest(server, app):
    return client_of(server, credentials_of(server, make_pool(server, Applications=[app])))


def test_guest_may_write_events_and_endpoints_of_the_pools_applications(server, app, guest):
    assert put_event(guest, app)["EventsResponse"]["Results"]["e1"]["EventsItemResponse"]["1"]["StatusCode"] == 202
    guest.update_endpoint(ApplicationId=app, EndpointId="e1", EndpointRequest={"Attributes": {"team": ["red"]}})

    endpoint = server.client().get_endpoint(ApplicationId=app, EndpointId="e1")["EndpointResponse"]
    assert endpoint["Attributes"] == {"team": ["red"]}


def test_guest_may_do_nothing_else(server, app, guest):
    other = server.client().create_app(CreateApplicationRequest={"Name": "other"})["ApplicationResponse"]["Id"]
    for call in (lambda: put_event(guest, other),
                 lambda: guest.get_endpoint(ApplicationId=app, EndpointId="e1"),
                 lambda: guest.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": []}),
                 guest.get_apps,
                 lambda: guest.delete_app(ApplicationId=app)):
        with refused(403, "ForbiddenException", "assumed-role/shop-unauth/CognitoIdentityCredentials"):
            call()


def test_policy_of_the_pool_decides_but_never_beyond_pinpoint(server, app):
    pool = make_pool(server, GuestPolicy={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    credentials = credentials_of(server, pool)

    assert client_of(server, credentials).get_apps()["ApplicationsResponse"]["Item"]
    reply = server.request("GET", "/pinion/v1/system", access_key=credentials["AccessKeyId"],
                           secret_key=credentials["SecretKey"],
                           headers={"X-Amz-Security-Token": credentials["SessionToken"]})
    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (403, "ForbiddenException")


def test_policy_that_is_none_is_refused(server):
    reply = server.native("POST", "/identity-pools", {"Name": "shop", "GuestPolicy": {"Statement": 7}})
    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (400, "BadRequestException")
    assert "GuestPolicy" in reply.json()["Message"]


def test_credentials_end_in_an_hour_and_are_marked(server, app):
    credentials = credentials_of(server, make_pool(server, Applications=[app]))
    left = credentials["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert credentials["AccessKeyId"].startswith("PNSI")
    assert datetime.timedelta(minutes=59) < left <= datetime.timedelta(minutes=61)


def test_session_token_is_needed_and_belongs_to_its_key(server, app):
    pool = make_pool(server, Applications=[app])
    first, second = credentials_of(server, pool), credentials_of(server, pool)
    mixed = {**first, "SessionToken": second["SessionToken"]}
    altered = {**first, "SessionToken": "A" + first["SessionToken"][1:-2] + "AA"}
    for wrong in (mixed, altered, {**first, "SessionToken": None}):
        with refused(403, "UnrecognizedClientException"):
            put_event(client_of(server, wrong), app)
    with refused(403, "InvalidSignatureException"):
        put_event(client_of(server, {**first, "SecretKey": second["SecretKey"]}), app)


def test_token_of_a_permanent_key_is_a_left_over(server):
    client = boto3.client("pinpoint", region_name=REGION, endpoint_url=server.url, aws_access_key_id=ACCESS_KEY,
                          aws_secret_access_key="test-secret-test-secret-test-secret", aws_session_token="left over",
                          config=Config(retries={"max_attempts": 0}))
    with refused(403, "UnrecognizedClientException", "AWS_SESSION_TOKEN"):
        client.get_apps()


def test_revoked_credentials_are_expired_and_new_ones_work(server, app):
    pool = make_pool(server, Applications=[app])
    before = client_of(server, credentials_of(server, pool))
    put_event(before, app)

    reply = server.native("POST", f"/identity-pools/{pool}/revoke")
    assert reply.status == 200 and reply.json()["RevokedAt"]

    with refused(403, "ExpiredTokenException"):
        put_event(before, app)
    put_event(client_of(server, credentials_of(server, pool)), app)


def test_credentials_outlive_the_server():
    with PinionServer() as server:
        own = server.client().create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
        credentials = credentials_of(server, make_pool(server, Applications=[own]))
        server.kill()
        server.start()

        put_event(client_of(server, credentials), own)


def test_deleted_pool_gives_nothing(server, app):
    pool = make_pool(server, Applications=[app])
    guest = client_of(server, credentials_of(server, pool))
    assert server.native("DELETE", f"/identity-pools/{pool}").status == 204

    with refused(403, "ExpiredTokenException"):
        put_event(guest, app)
    with refused(400, "ResourceNotFoundException"):
        cognito(server).get_id(IdentityPoolId=pool)


def test_every_refusal_of_cognito_has_its_name(server):
    closed = make_pool(server, AllowGuests=False)
    with refused(400, "NotAuthorizedException"):
        cognito(server).get_id(IdentityPoolId=closed)
    with refused(400, "ResourceNotFoundException"):
        cognito(server).get_id(IdentityPoolId=f"{REGION}:{uuid.uuid4()}")
    with refused(400, "InvalidParameterException"):
        cognito(server).get_id(IdentityPoolId="shop")
    with refused(400, "InvalidParameterException"):
        cognito(server).get_credentials_for_identity(IdentityId="me")
    with refused(400, "NotAuthorizedException"):
        cognito(server).get_open_id_token(IdentityId=f"{REGION}:{uuid.uuid4()}")


def test_login_has_one_identity_and_proves_it(server, app):
    with LoginProvider() as provider:
        pool = make_pool(server, Applications=[app], AllowGuests=False,
                         Providers=[{"Issuer": provider.issuer, "Audience": ["web-app"]}])
        ann = {"Logins": {provider.name: provider.token("ann")}}
        identity = cognito(server).get_id(IdentityPoolId=pool, **ann)["IdentityId"]

        assert cognito(server).get_id(IdentityPoolId=pool, **ann)["IdentityId"] == identity
        credentials = cognito(server).get_credentials_for_identity(IdentityId=identity, **ann)["Credentials"]
        put_event(client_of(server, credentials), app)
        arn = client_of(server, credentials, "sts").get_caller_identity()["Arn"]
        assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/shop-auth/CognitoIdentityCredentials"
        assert provider.fetched == ["/.well-known/openid-configuration", "/keys"]

        for token in (provider.token("ann", audience="other"), provider.token("ann", seconds=-3600),
                      provider.token("ann")[:-4] + "AAAA"):
            with refused(400, "NotAuthorizedException"):
                cognito(server).get_id(IdentityPoolId=pool, Logins={provider.name: token})
        with refused(400, "NotAuthorizedException"):
            cognito(server).get_credentials_for_identity(IdentityId=identity)


def test_caller_identity_of_a_key(server):
    identity = server.client("sts").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["UserId"] == ACCESS_KEY
    assert identity["Arn"].startswith(f"arn:aws:iam::{ACCOUNT}:user/")


def test_sts_refuses_in_its_own_words(server):
    with refused(403, "InvalidClientTokenId"):
        server.client("sts", access_key="PNAKUNKNOWNUNKNOWNUN").get_caller_identity()
    with refused(403, "SignatureDoesNotMatch"):
        server.client("sts", secret_key="wrong-wrong-wrong").get_caller_identity()
    with refused(400, "InvalidAction"):
        server.client("sts").get_session_token()


def test_who_am_i_tells_a_guest_apart(server, app):
    pool = make_pool(server, Applications=[app])
    credentials = credentials_of(server, pool)
    arn = client_of(server, credentials, "sts").get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/shop-unauth/CognitoIdentityCredentials"
