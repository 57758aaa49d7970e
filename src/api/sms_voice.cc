#include "api/sms_voice.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/sibling_application.h"
#include "api/signed_sibling.h"
#include "delivery/siblings/text_message.h"
#include "model/sms_voice.h"

namespace pinion::api {

namespace {

constexpr SiblingError kErrors[] = {
    {base::Errc::kInvalidArgument, 400, "ValidationException", "INVALID_PARAMETER"},
    {base::Errc::kNotImplemented, 400, "ValidationException", "CHANNEL_NOT_ENABLED"},
    {base::Errc::kNotFound, 400, "ResourceNotFoundException"},
    {base::Errc::kForbidden, 400, "AccessDeniedException"},
    {base::Errc::kConflict, 400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"},
    {base::Errc::kTooManyRequests, 400, "ThrottlingException"},
    {base::Errc::kInternal, 500, "InternalServerException"},
};
constexpr SiblingService kService{.event_source = "sms-voice.amazonaws.com",
                                  .content_type = "application/x-amz-json-1.0",
                                  .message_member = "Message",
                                  .errors = kErrors};
constexpr SignedSibling kSendText{
    kService, "SendTextMessage", "sms-voice:SendTextMessage", SiblingEffect::kSend};
constexpr SignedSibling kSendVoice{
    kService, "SendVoiceMessage", "sms-voice:SendVoiceMessage", SiblingEffect::kSend};

// The ARN is made anew: whatever partition, region and account the caller wrote, it is this
// identity.
SiblingResources OriginationOf(const SiblingCall& call, std::string_view identity) {
  using delivery::siblings::Origination;
  const Authorizer& authorizer = call.parts.authorizer;
  const auto origination = delivery::siblings::ReadOrigination(identity);
  if (!origination) {
    return {{authorizer.ArnOfService("sms-voice", "*")}};
  }
  const std::string resource =
      (origination->kind == Origination::Kind::kNumber ? "phone-number/" : "sender-id/") +
      origination->name;
  std::vector<std::string> names = {authorizer.ArnOfService("sms-voice", resource)};
  if (!origination->country.empty()) {
    names.push_back(authorizer.ArnOfService("sms-voice", resource + "/" + origination->country));
  }
  return {std::move(names)};
}

SiblingResources TextResources(const SiblingCall& call,
                               const model::SmsVoiceSendTextMessageRequest& request) {
  return OriginationOf(call, request.origination_identity.value_or(""));
}

SiblingResources VoiceResources(const SiblingCall& call,
                                const model::SmsVoiceSendVoiceMessageRequest& request) {
  return OriginationOf(call, request.origination_identity);
}

base::Result<model::SmsVoiceSendResponse> SendText(
    SiblingCall& call, const model::SmsVoiceSendTextMessageRequest& request) {
  PINION_TRY(const auto ready, delivery::siblings::ComposeTextMessage(request));
  PINION_TRY(const auto use, UseSiblingApplication(call.services));
  PINION_TRY(auto id,
             call.services.direct_sender.SendReady(
                 call.services.sibling_application, ready, call.facts.request_id));
  return model::SmsVoiceSendResponse{std::move(id)};
}

base::Result<model::SmsVoiceSendResponse> SendVoice(
    SiblingCall&, const model::SmsVoiceSendVoiceMessageRequest& request) {
  PINION_CHECK(delivery::siblings::CheckVoiceMessage(request));
  return base::Error{base::Errc::kNotImplemented,
                     "Voice messages are not available: this server has no voice channel."};
}

}  // namespace

http::Response SendTextMessage(SiblingCall& call) {
  return AnswerSigned<model::SmsVoiceSendTextMessageRequest, model::SmsVoiceSendResponse>(
      call, kSendText, TextResources, SendText);
}

http::Response SendVoiceMessage(SiblingCall& call) {
  return AnswerSigned<model::SmsVoiceSendVoiceMessageRequest, model::SmsVoiceSendResponse>(
      call, kSendVoice, VoiceResources, SendVoice);
}

}  // namespace pinion::api
