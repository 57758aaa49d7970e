from expectations import HEX_ID, ISO_DATE, bad_request, not_found


def test_create_answers_the_application_with_arn_and_tags(pinpoint):
    answer = pinpoint.create_app(CreateApplicationRequest={"Name": "Shop", "tags": {"env": "prod"}})

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    app = answer["ApplicationResponse"]
    assert HEX_ID.match(app["Id"]) and ISO_DATE.match(app["CreationDate"])
    assert app["Arn"] == f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{app['Id']}"
    assert (app["Name"], app["tags"]) == ("Shop", {"env": "prod"})
    assert pinpoint.get_app(ApplicationId=app["Id"])["ApplicationResponse"] == app


def test_create_names_the_missing_member(pinpoint):
    with bad_request("Missing required member 'Name'."):
        pinpoint.create_app(CreateApplicationRequest={})


def test_create_refuses_a_control_character_in_the_name(pinpoint):
    with bad_request("Name"):
        pinpoint.create_app(CreateApplicationRequest={"Name": "a\x07b"})


def test_unknown_application_is_not_found(pinpoint):
    with not_found("Application not found"):
        pinpoint.get_app(ApplicationId="0" * 32)


def test_deleted_application_answers_its_last_state_and_is_gone(pinpoint, app):
    last = pinpoint.get_app(ApplicationId=app)["ApplicationResponse"]

    assert pinpoint.delete_app(ApplicationId=app)["ApplicationResponse"] == last

    with not_found("Application not found"):
        pinpoint.get_app(ApplicationId=app)


def test_list_pages_through_every_application_newest_first(pinpoint):
    made = [pinpoint.create_app(CreateApplicationRequest={"Name": f"p{i}"})["ApplicationResponse"]["Id"]
            for i in range(5)]

    seen, token = [], None
    while True:
        page = pinpoint.get_apps(PageSize="2", **({"Token": token} if token else {}))["ApplicationsResponse"]
        seen += page["Item"]
        token = page.get("NextToken")
        if not token:
            break

    assert set(made) <= {item["Id"] for item in seen}
    assert len({item["Id"] for item in seen}) == len(seen)
    dates = [item["CreationDate"] for item in seen]
    assert dates == sorted(dates, reverse=True)


def test_page_size_must_be_a_positive_number(pinpoint):
    for bad in ("0", "-1", "x"):
        with bad_request("page-size"):
            pinpoint.get_apps(PageSize=bad)


def test_foreign_token_is_refused(pinpoint):
    with bad_request("token"):
        pinpoint.get_apps(Token="abc")


def test_settings_are_there_from_the_start_and_the_empty_update_is_legal(pinpoint, app):
    first = pinpoint.get_application_settings(ApplicationId=app)["ApplicationSettingsResource"]

    for member in ("CampaignHook", "Limits", "QuietTime"):
        assert first[member] == {}
    answer = pinpoint.update_application_settings(ApplicationId=app, WriteApplicationSettingsRequest={})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_settings_update_keeps_what_it_does_not_name(pinpoint, app):
    pinpoint.update_application_settings(
        ApplicationId=app, WriteApplicationSettingsRequest={"Limits": {"Daily": 3, "Total": 0}})
    settings = pinpoint.update_application_settings(
        ApplicationId=app, WriteApplicationSettingsRequest={"QuietTime": {"Start": "22:00", "End": "07:00"}},
    )["ApplicationSettingsResource"]

    assert settings["Limits"] == {"Daily": 3, "Total": 0}
    assert settings["QuietTime"] == {"Start": "22:00", "End": "07:00"}


def test_settings_refuse_half_a_quiet_time(pinpoint, app):
    with bad_request("QuietTime"):
        pinpoint.update_application_settings(
            ApplicationId=app, WriteApplicationSettingsRequest={"QuietTime": {"Start": "22:00"}})


def test_tags_of_an_application_are_added_overwritten_and_removed(pinpoint, app):
    arn = pinpoint.get_app(ApplicationId=app)["ApplicationResponse"]["Arn"]

    answer = pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": {"a": "1", "b": "2"}})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": {"b": "3"}})
    pinpoint.untag_resource(ResourceArn=arn, TagKeys=["a", "never"])

    assert pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"]["tags"] == {"b": "3"}
