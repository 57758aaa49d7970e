#include "api/ses_email.h"

#include <string>
#include <utility>
#include <vector>

#include "api/sibling_application.h"
#include "api/signed_sibling.h"
#include "delivery/siblings/ses_email.h"
#include "model/ses.h"

namespace pinion::api {

namespace {

constexpr SiblingError kErrors[] = {
    {base::Errc::kInvalidArgument, 400, "BadRequestException"},
    {base::Errc::kNotFound, 404, "NotFoundException"},
    {base::Errc::kForbidden, 403, "AccessDeniedException"},
    {base::Errc::kConflict, 400, "MessageRejected"},
    {base::Errc::kPayloadTooLarge, 400, "MessageRejected"},
    {base::Errc::kTooManyRequests, 429, "TooManyRequestsException"},
    {base::Errc::kInternal, 500, "InternalServiceErrorException"},
};
constexpr SiblingService kService{.event_source = "ses.amazonaws.com",
                                  .content_type = "application/json",
                                  .message_member = "message",
                                  .errors = kErrors};
constexpr SignedSibling kSendEmail{kService, "SendEmail", "ses:SendEmail", SiblingEffect::kSend};

// Who says nothing of the sender leaves it to the channel's setting: only a policy on all
// identities permits that.
SiblingResources IdentitiesOf(const SiblingCall& call, const model::SesSendEmailRequest& request) {
  const Authorizer& authorizer = call.parts.authorizer;
  SiblingResources identities;
  for (const auto& sender : delivery::siblings::SendersOf(request)) {
    identities.push_back({authorizer.ArnOfService("ses", "identity/" + sender.Address()),
                          authorizer.ArnOfService("ses", "identity/" + sender.domain)});
  }
  if (identities.empty()) {
    identities.push_back({authorizer.ArnOfService("ses", "identity/*")});
  }
  return identities;
}

base::Result<model::SesSendEmailResponse> Send(SiblingCall& call,
                                               const model::SesSendEmailRequest& request) {
  PINION_TRY(const auto ready,
             delivery::siblings::ComposeSesEmail(request, call.services.templates));
  PINION_TRY(const auto use, UseSiblingApplication(call.services));
  PINION_TRY(auto id,
             call.services.direct_sender.SendReady(
                 call.services.sibling_application, ready, call.facts.request_id));
  return model::SesSendEmailResponse{std::move(id)};
}

}  // namespace

http::Response SendSesEmail(SiblingCall& call) {
  return AnswerSigned<model::SesSendEmailRequest, model::SesSendEmailResponse>(
      call, kSendEmail, IdentitiesOf, Send);
}

}  // namespace pinion::api
