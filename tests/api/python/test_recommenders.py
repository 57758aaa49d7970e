from uuid import uuid4

import pytest
from expectations import HEX_ID, ISO_DATE, bad_request, not_found

SHOES = {
    "Name": "shoes", "RecommendationProviderUri": "arn:aws:personalize:us-east-1:123456789012:campaign/shoes",
    "RecommendationProviderRoleArn": "arn:aws:iam::123456789012:role/r", "RecommendationsDisplayName": "Shoes",
}


def create(pinpoint, **change):
    answer = pinpoint.create_recommender_configuration(CreateRecommenderConfiguration={**SHOES, **change})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    return answer["RecommenderConfigurationResponse"]


def get(pinpoint, recommender):
    return pinpoint.get_recommender_configuration(RecommenderId=recommender)["RecommenderConfigurationResponse"]


def test_a_configuration_is_made_read_replaced_and_deleted(pinpoint):
    made = create(pinpoint)
    assert HEX_ID.match(made["Id"]) and ISO_DATE.match(made["CreationDate"])
    assert (made["RecommendationProviderIdType"], made["RecommendationsPerMessage"]) == ("PINPOINT_ENDPOINT_ID", 5)
    assert get(pinpoint, made["Id"]) == made

    other = {key: value for key, value in SHOES.items() if key != "Name"}
    replaced = pinpoint.update_recommender_configuration(
        RecommenderId=made["Id"], UpdateRecommenderConfiguration={**other, "RecommendationsPerMessage": 1})
    replaced = replaced["RecommenderConfigurationResponse"]
    assert "Name" not in replaced and replaced["RecommendationsPerMessage"] == 1
    assert replaced["CreationDate"] == made["CreationDate"]

    last = pinpoint.delete_recommender_configuration(RecommenderId=made["Id"])["RecommenderConfigurationResponse"]
    assert last == replaced
    with not_found():
        get(pinpoint, made["Id"])


@pytest.mark.parametrize("change, member", [
    ({"RecommendationProviderUri": ""}, "RecommendationProviderUri"),
    ({"RecommendationProviderRoleArn": ""}, "RecommendationProviderRoleArn"),
    ({"RecommendationProviderIdType": "EMAIL"}, "RecommendationProviderIdType"),
    ({"RecommendationsPerMessage": 6}, "RecommendationsPerMessage"),
    ({"Name": "-"}, "Name"),
    ({"Description": "a!"}, "Description"),
    ({"Attributes": {"a": "A"}}, "Attributes"),
    ({"RecommendationTransformerUri": "f"}, "Attributes"),
])
def test_bad_configurations_are_refused(pinpoint, change, member):
    with bad_request(member):
        create(pinpoint, **change)


def test_configurations_are_listed_newest_first_in_pages(clocked):
    pinpoint = clocked.client()
    made = []
    for _ in range(3):
        made.append(create(pinpoint)["Id"])
        clocked.advance(1)
    first = pinpoint.get_recommender_configurations(PageSize="2")["ListRecommenderConfigurationsResponse"]
    rest = pinpoint.get_recommender_configurations(PageSize="2", Token=first["NextToken"])
    rest = rest["ListRecommenderConfigurationsResponse"]
    assert [item["Id"] for item in first["Item"] + rest["Item"]] == made[::-1]
    assert "NextToken" not in rest


def test_templates_name_configurations_that_exist(pinpoint):
    name = "t" + uuid4().hex
    with bad_request("RecommenderId"):
        pinpoint.create_sms_template(TemplateName=name, SMSTemplateRequest={"Body": "x", "RecommenderId": "0" * 32})
    made = create(pinpoint)
    pinpoint.create_sms_template(TemplateName=name, SMSTemplateRequest={"Body": "x", "RecommenderId": made["Id"]})
    assert pinpoint.get_sms_template(TemplateName=name)["SMSTemplateResponse"]["RecommenderId"] == made["Id"]
