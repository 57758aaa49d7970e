#include "delivery/siblings/text_message.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/arn.h"
#include "base/utf8.h"

namespace pinion::delivery::siblings {
namespace {

// As the service documents them.
constexpr size_t kTextCharactersMax = 1600;
constexpr size_t kVoiceCharactersMax = 6000;
constexpr size_t kKeywordCharactersMax = 30;
constexpr size_t kContextEntriesMax = 5;
constexpr size_t kContextKeyMax = 100;
constexpr size_t kContextValueMax = 800;
constexpr size_t kParameterCharactersMax = 64;
constexpr int32_t kTimeToLiveSecondsMin = 5;
constexpr size_t kNumberDigitsMin = 3;  // short codes
constexpr size_t kNumberDigitsMax = 15;
constexpr size_t kSenderIdCharactersMax = 11;
constexpr std::string_view kEntityId = "IN_ENTITY_ID";
constexpr std::string_view kTemplateId = "IN_TEMPLATE_ID";

base::Error Wrong(std::string_view member, const std::string& rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "': " + rule);
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

base::Status CheckBody(const std::optional<std::string>& body, size_t characters_max) {
  const bool blank = !body || body->find_first_not_of(" \t\r\n\f\v") == std::string::npos;
  if (blank) {
    return Wrong("MessageBody", "the message has no text.");
  }
  if (base::CountCodePoints(*body) > characters_max) {
    return Wrong("MessageBody", "at most " + std::to_string(characters_max) + " characters.");
  }
  return {};
}

base::Status CheckTimeToLive(const std::optional<int32_t>& seconds) {
  if (seconds && (*seconds < kTimeToLiveSecondsMin || *seconds > kTextTimeToLiveMax.count())) {
    return Wrong("TimeToLive", "5 to 259200 seconds.");
  }
  return {};
}

base::Status CheckContext(const std::optional<model::Map<std::string>>& context) {
  if (!context) {
    return {};
  }
  if (context->size() > kContextEntriesMax) {
    return Wrong("Context", "at most 5 entries.");
  }
  for (const auto& [key, value] : *context) {
    if (key.empty() || base::CountCodePoints(key) > kContextKeyMax || value.empty() ||
        base::CountCodePoints(value) > kContextValueMax) {
      return Wrong("Context", "keys have 1 to 100 characters, values 1 to 800.");
    }
  }
  return {};
}

bool IsNumber(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return text.size() >= kNumberDigitsMin && text.size() <= kNumberDigitsMax &&
         std::all_of(text.begin(), text.end(), IsDigit);
}

bool IsSenderId(std::string_view text) {
  return text.size() <= kSenderIdCharactersMax && std::any_of(text.begin(), text.end(), IsLetter) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '-' || c == '_' || c == ' ';
         });
}

base::Status UseOrigination(const std::string& identity, SmsContent& sms) {
  if (identity.empty()) {
    return {};
  }
  auto origination = ReadOrigination(identity);
  if (!origination) {
    constexpr size_t kShownMax = 100;
    return base::NotFound("There is no origination identity '" + identity.substr(0, kShownMax) +
                          "': it must be a phone number, a sender id, or the ARN of one.");
  }
  (origination->kind == Origination::Kind::kNumber ? sms.origination_number : sms.sender_id) =
      std::move(origination->name);
  return {};
}

base::Status UseCountryParameters(const std::optional<model::Map<std::string>>& parameters,
                                  SmsContent& sms) {
  if (!parameters) {
    return {};
  }
  for (const auto& [name, value] : *parameters) {
    if (value.empty() || base::CountCodePoints(value) > kParameterCharactersMax) {
      return Wrong("DestinationCountryParameters", "values have 1 to 64 characters.");
    }
    if (name == kEntityId) {
      sms.entity_id = value;
    } else if (name == kTemplateId) {
      sms.template_id = value;
    } else {
      return Wrong("DestinationCountryParameters",
                   "the names are IN_ENTITY_ID and IN_TEMPLATE_ID.");
    }
  }
  return {};
}

}  // namespace

std::optional<Origination> ReadOrigination(std::string_view identity) {
  Origination origination;
  std::string_view name = identity;
  if (const auto arn = base::ParseArn(identity)) {
    // `phone-number/{number}`, `sender-id/{id}/{country}`.
    const size_t kind_end = arn->resource.find('/');
    if (kind_end == std::string_view::npos) {
      return std::nullopt;
    }
    name = arn->resource.substr(kind_end + 1);
    const size_t name_end = name.find('/');
    if (name_end != std::string_view::npos) {
      origination.country = name.substr(name_end + 1);
      name = name.substr(0, name_end);
    }
  }
  if (!IsNumber(name) && !IsSenderId(name)) {
    return std::nullopt;
  }
  origination.kind = IsNumber(name) ? Origination::Kind::kNumber : Origination::Kind::kSenderId;
  origination.name = name;
  return origination;
}

base::Result<DirectSender::Ready> ComposeTextMessage(
    const model::SmsVoiceSendTextMessageRequest& request) {
  PINION_CHECK(CheckBody(request.message_body, kTextCharactersMax));
  PINION_CHECK(CheckTimeToLive(request.time_to_live));
  PINION_CHECK(CheckContext(request.context));
  SmsContent sms;
  sms.body = *request.message_body;
  sms.message_type =
      model::ToWire(request.message_type.value_or(model::MessageType::kTransactional));
  sms.keyword = request.keyword.value_or("");
  if (base::CountCodePoints(sms.keyword) > kKeywordCharactersMax) {
    return Wrong("Keyword", "1 to 30 characters.");
  }
  sms.time_to_live =
      request.time_to_live ? std::chrono::seconds(*request.time_to_live) : kTextTimeToLiveMax;
  PINION_CHECK(UseOrigination(request.origination_identity.value_or(""), sms));
  PINION_CHECK(UseCountryParameters(request.destination_country_parameters, sms));

  DirectSender::Ready ready;
  ready.channel = model::ChannelType::kSms;
  ready.recipients = {request.destination_phone_number};
  ready.plan = MessagePlan::ForReadySms(std::move(sms));
  ready.context = request.context.value_or(model::Map<std::string>());
  ready.dry_run = request.dry_run.value_or(false);
  return ready;
}

base::Status CheckVoiceMessage(const model::SmsVoiceSendVoiceMessageRequest& request) {
  PINION_CHECK(CheckBody(request.message_body, kVoiceCharactersMax));
  PINION_CHECK(CheckTimeToLive(request.time_to_live));
  return CheckContext(request.context);
}

}  // namespace pinion::delivery::siblings
