#include "delivery/otp/otp_request.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace pinion::delivery {

namespace {

constexpr size_t kBrandCharactersMax = 20;
constexpr size_t kReferenceCharactersMax = 48;
constexpr size_t kNumberDigitsMax = 15;
constexpr std::string_view kLanguageDefault = "en-US";

struct OtpText {
  std::string_view language;
  std::string_view text;
};

constexpr std::string_view kEnglish = "This is your One Time Password: {{otp}} from {{brand}}";
constexpr std::string_view kSpanish = "Su contraseña de un solo uso es: {{otp}} de {{brand}}";
constexpr std::string_view kFrench = "Votre mot de passe à usage unique : {{otp}} de {{brand}}";

constexpr OtpText kTexts[] = {
    {"en-US", kEnglish},
    {"en-GB", kEnglish},
    {"de-DE", "Ihr Einmalpasswort lautet: {{otp}} von {{brand}}"},
    {"es-419", kSpanish},
    {"es-ES", kSpanish},
    {"fr-CA", kFrench},
    {"fr-FR", kFrench},
    {"it-IT", "La tua password monouso è: {{otp}} da {{brand}}"},
    {"pt-BR", "Sua senha de uso único é: {{otp}} de {{brand}}"},
    {"ja-JP", "{{brand}}のワンタイムパスワード: {{otp}}"},
    {"ko-KR", "{{brand}} 일회용 비밀번호: {{otp}}"},
    {"zh-CN", "{{brand}} 的一次性密码：{{otp}}"},
    {"zh-TW", "{{brand}} 的一次性密碼：{{otp}}"},
};

base::Error Refuse(std::string_view member, std::string_view rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "' " + std::string(rule));
}

bool AreDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsE164(std::string_view text) {
  return text.size() >= 2 && text.size() <= kNumberDigitsMax + 1 && text[0] == '+' &&
         text[1] != '0' && AreDigits(text.substr(1));
}

bool HasCharacters(std::string_view text, size_t max) {
  return !text.empty() && base::CountCodePoints(text) <= max;
}

// Replaces the default by the request's choice.
base::Status Choose(std::string_view member,
                    const std::optional<int32_t>& wanted,
                    int32_t min,
                    int32_t max,
                    int32_t& chosen) {
  chosen = wanted.value_or(chosen);
  if (chosen < min || chosen > max) {
    return Refuse(member,
                  "must be from " + std::to_string(min) + " to " + std::to_string(max) + ".");
  }
  return {};
}

// A short code or a long number; everything else is a sender id.
bool IsNumber(std::string_view origination) {
  return AreDigits(origination.starts_with('+') ? origination.substr(1) : origination);
}

}  // namespace

base::Result<OtpTerms> CheckOtpRequest(const model::SendOTPMessageRequestParameters& request) {
  if (request.channel != "SMS") {
    return Refuse("Channel", "must be SMS.");
  }
  if (!HasCharacters(request.brand_name, kBrandCharactersMax)) {
    return Refuse("BrandName", "must have 1 to 20 characters.");
  }
  if (!IsE164(request.destination_identity)) {
    return Refuse("DestinationIdentity", "must be a phone number in E.164 format.");
  }
  if (request.origination_identity.empty()) {
    return Refuse("OriginationIdentity", "must not be empty.");
  }
  if (!HasCharacters(request.reference_id, kReferenceCharactersMax)) {
    return Refuse("ReferenceId", "must have 1 to 48 characters.");
  }
  OtpTerms terms;
  auto minutes = static_cast<int32_t>(terms.validity.count());
  PINION_CHECK(Choose("CodeLength", request.code_length, 5, 8, terms.digits));
  PINION_CHECK(Choose("ValidityPeriod", request.validity_period, 5, 60, minutes));
  PINION_CHECK(Choose("AllowedAttempts", request.allowed_attempts, 1, 5, terms.attempts));
  terms.validity = std::chrono::minutes(minutes);
  const std::string_view language =
      request.language ? std::string_view(*request.language) : kLanguageDefault;
  const auto* const found =
      std::find_if(std::begin(kTexts), std::end(kTexts), [language](const OtpText& text) {
        return text.language == language;
      });
  if (found == std::end(kTexts)) {
    return Refuse("Language", "must be one of the languages that one-time passwords are sent in.");
  }
  terms.text = found->text;
  return terms;
}

model::MessageRequest OtpMessage(const model::SendOTPMessageRequestParameters& request,
                                 const OtpTerms& terms,
                                 const std::string& code) {
  model::MessageRequest message;
  model::AddressConfiguration address;
  address.channel_type = model::ChannelType::kSms;
  auto& substitutions = address.substitutions.emplace();
  substitutions.Set("otp", {code});
  substitutions.Set("brand", {request.brand_name});
  message.addresses.emplace().Set(request.destination_identity, std::move(address));
  model::SMSMessage& sms = message.message_configuration.sms_message.emplace();
  sms.body = std::string(terms.text);
  sms.message_type = model::MessageType::kTransactional;
  (IsNumber(request.origination_identity) ? sms.origination_number : sms.sender_id) =
      request.origination_identity;
  sms.entity_id = request.entity_id;
  sms.template_id = request.template_id;
  return message;
}

}  // namespace pinion::delivery
