from uuid import uuid4

from expectations import ISO_DATE, bad_request, not_found


def fresh_name():
    return "t" + uuid4().hex


def email(pinpoint, name, **request):
    return pinpoint.create_email_template(TemplateName=name, EmailTemplateRequest=request)


def test_email_template_is_created_read_and_deleted(pinpoint):
    name = fresh_name()
    answer = email(pinpoint, name, Subject="Hi {{User.UserAttributes.FirstName}}", HtmlPart="<p>x</p>", tags={"a": "b"})

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    body = answer["CreateTemplateMessageBody"]
    assert body["Message"] == "Created"
    assert body["Arn"].endswith(f":templates/{name}/EMAIL")
    template = pinpoint.get_email_template(TemplateName=name)["EmailTemplateResponse"]
    assert (template["Version"], template["TemplateType"], template["TemplateName"]) == ("1", "EMAIL", name)
    assert (template["Subject"], template["HtmlPart"]) == ("Hi {{User.UserAttributes.FirstName}}", "<p>x</p>")
    assert template["tags"] == {"a": "b"} and ISO_DATE.match(template["CreationDate"])
    assert "TextPart" not in template
    pinpoint.delete_email_template(TemplateName=name)
    with not_found():
        pinpoint.get_email_template(TemplateName=name)


def test_the_same_name_is_taken_once_per_type(pinpoint):
    name = fresh_name()
    email(pinpoint, name, Subject="a")
    with bad_request(name):
        email(pinpoint, name, Subject="b")
    pinpoint.create_sms_template(TemplateName=name, SMSTemplateRequest={"Body": "a"})
    assert pinpoint.get_email_template(TemplateName=name)["EmailTemplateResponse"]["Subject"] == "a"


def test_malformed_template_is_refused_with_its_place(pinpoint):
    name = fresh_name()
    with bad_request("Invalid message template: HtmlPart, line 2, column 13"):
        email(pinpoint, name, HtmlPart="<p>\n  {{#if a}}x{{/each}}")
    with not_found():
        pinpoint.get_email_template(TemplateName=name)


def test_new_versions_wait_until_they_are_made_active(pinpoint):
    name = fresh_name()
    email(pinpoint, name, Subject="one", HtmlPart="x")
    answer = pinpoint.update_email_template(
        TemplateName=name, CreateNewVersion=True, EmailTemplateRequest={"Subject": "two"})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202

    assert pinpoint.get_email_template(TemplateName=name)["EmailTemplateResponse"]["Subject"] == "one"
    latest = pinpoint.get_email_template(TemplateName=name, Version="latest")["EmailTemplateResponse"]
    assert (latest["Subject"], latest["Version"]) == ("two", "2")
    assert "HtmlPart" not in latest
    pinpoint.update_template_active_version(
        TemplateName=name, TemplateType="EMAIL", TemplateActiveVersionRequest={"Version": "2"})
    assert pinpoint.get_email_template(TemplateName=name)["EmailTemplateResponse"]["Subject"] == "two"
    versions = pinpoint.list_template_versions(TemplateName=name, TemplateType="EMAIL")["TemplateVersionsResponse"]["Item"]
    assert [item["Version"] for item in versions] == ["2", "1"]


def test_update_of_an_old_version_is_refused(pinpoint):
    name = fresh_name()
    email(pinpoint, name, Subject="one")
    pinpoint.update_email_template(TemplateName=name, CreateNewVersion=True, EmailTemplateRequest={"Subject": "two"})
    with bad_request():
        pinpoint.update_email_template(TemplateName=name, Version="1", EmailTemplateRequest={"Subject": "x"})
    with not_found():
        pinpoint.update_email_template(TemplateName=name, Version="9", EmailTemplateRequest={"Subject": "x"})


def test_names_and_lengths_are_bounded(pinpoint):
    with bad_request():
        email(pinpoint, "-bad", Subject="x")
    with bad_request():
        pinpoint.create_sms_template(TemplateName=fresh_name(), SMSTemplateRequest={"Body": "x" * 1601})


def test_list_filters_by_prefix_and_type(pinpoint):
    prefix = fresh_name()
    for suffix in ("c", "a", "b"):
        email(pinpoint, prefix + suffix, Subject="x")
    pinpoint.create_sms_template(TemplateName=prefix + "a", SMSTemplateRequest={"Body": "x"})

    items = pinpoint.list_templates(Prefix=prefix, PageSize="2")["TemplatesResponse"]
    rest = pinpoint.list_templates(Prefix=prefix, PageSize="2", NextToken=items["NextToken"])["TemplatesResponse"]
    assert [(i["TemplateName"][-1], i["TemplateType"]) for i in items["Item"] + rest["Item"]] == [
        ("a", "EMAIL"), ("a", "SMS"), ("b", "EMAIL"), ("c", "EMAIL")]
    only = pinpoint.list_templates(Prefix=prefix, TemplateType="SMS")["TemplatesResponse"]["Item"]
    assert [i["TemplateType"] for i in only] == ["SMS"]
