#include <algorithm>

#include "api/register_operations.h"
#include "model/phone.h"
#include "phone/phone_number.h"

namespace pinion::api {

namespace {

constexpr std::string_view kCountryDefault = "US";

std::optional<std::string> IfKnown(std::string text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(std::move(text));
}

// CHN-55, CHN-56.
base::Result<model::NumberValidateResponse> ValidateNumber(
    Call&, const model::PhoneNumberValidateRequest& request) {
  if (!request.body.phone_number) {
    return base::InvalidArgument("Missing required member 'PhoneNumber'.");
  }
  const std::string& number = *request.body.phone_number;
  if (std::none_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return base::InvalidArgument("Member 'PhoneNumber' must have at least one digit.");
  }
  const auto& country = request.body.iso_country_code;
  phone::PhoneFacts facts = phone::ReadPhoneNumber(
      number, country && !country->empty() ? std::string_view(*country) : kCountryDefault);
  model::NumberValidateResponse response;
  response.original_phone_number = number;
  response.original_country_code_iso2 = country;
  response.cleansed_phone_number_e164 = IfKnown(std::move(facts.e164));
  response.cleansed_phone_number_national = IfKnown(std::move(facts.national));
  response.country = IfKnown(std::move(facts.country));
  response.country_code_iso2 = IfKnown(std::move(facts.country_iso2));
  response.country_code_numeric = IfKnown(std::move(facts.calling_code));
  response.city = IfKnown(std::move(facts.city));
  response.phone_type = std::string(phone::ToWire(facts.type));
  response.phone_type_code = static_cast<int32_t>(facts.type);
  return response;
}

}  // namespace

void RegisterPhoneOperations(OperationTable& table) {
  table.Add<model::ops::PhoneNumberValidate>(Run::kWorker, ValidateNumber);
}

}  // namespace pinion::api
