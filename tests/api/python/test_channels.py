from expectations import ISO_DATE, bad_request, not_found


def update_email(pinpoint, app, **request):
    request = {"FromAddress": "Shop <shop@example.com>", "Identity": "arn:aws:ses:us-east-1:1:identity/example.com", **request}
    return pinpoint.update_email_channel(ApplicationId=app, EmailChannelRequest=request)["EmailChannelResponse"]


def test_email_channel_is_made_read_and_deleted(pinpoint, app):
    with not_found():
        pinpoint.get_email_channel(ApplicationId=app)

    channel = update_email(pinpoint, app)
    assert (channel["Id"], channel["Platform"], channel["Version"], channel["Enabled"]) == ("email", "EMAIL", 1, True)
    assert (channel["IsArchived"], channel["HasCredential"], channel["MessagesPerSecond"]) == (False, False, 0)
    assert ISO_DATE.match(channel["CreationDate"]) and channel["LastModifiedBy"]
    assert pinpoint.get_email_channel(ApplicationId=app)["EmailChannelResponse"] == channel

    last = pinpoint.delete_email_channel(ApplicationId=app)["EmailChannelResponse"]
    assert (last["Enabled"], last["IsArchived"]) == (False, True)
    with not_found():
        pinpoint.get_email_channel(ApplicationId=app)
    assert update_email(pinpoint, app)["Version"] == 2


def test_enabled_is_kept_when_it_is_left_out(pinpoint, app):
    update_email(pinpoint, app, Enabled=False)
    assert update_email(pinpoint, app)["Enabled"] is False


def test_required_and_malformed_settings_are_named(pinpoint, app):
    with bad_request("Missing required member 'FromAddress'."):
        pinpoint.update_email_channel(ApplicationId=app, EmailChannelRequest={"Identity": "x"})
    with bad_request("FromAddress"):
        update_email(pinpoint, app, FromAddress="not a mailbox")
    with bad_request("SenderId"):
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"SenderId": "much too long sender"})


def test_sms_channel_shows_both_rates(pinpoint, app):
    channel = pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"SenderId": "Shop"})["SMSChannelResponse"]
    assert (channel["PromotionalMessagesPerSecond"], channel["TransactionalMessagesPerSecond"]) == (20, 20)
    assert channel["SenderId"] == "Shop"


def test_secrets_of_push_channels_are_not_returned(pinpoint, app):
    channel = pinpoint.update_apns_channel(ApplicationId=app, APNSChannelRequest={
        "TokenKey": "very-secret", "TokenKeyId": "K", "TeamId": "T", "BundleId": "com.example"})["APNSChannelResponse"]
    assert channel["HasCredential"] and channel["HasTokenKey"]
    assert "very-secret" not in str(channel)


def test_list_has_every_channel_and_always_in_app(pinpoint, app):
    update_email(pinpoint, app)
    channels = pinpoint.get_channels(ApplicationId=app)["ChannelsResponse"]["Channels"]
    assert set(channels) == {"EMAIL", "IN_APP"}
    assert (channels["IN_APP"]["Enabled"], channels["IN_APP"]["Version"]) == (True, 0)
